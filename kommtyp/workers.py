"""Work one after the other or side by side, by workers that never ask for more than one core each."""

import signal
import threading
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from numbers import Integral
from typing import Any

from kommtyp import lazy
from kommtyp.errors import FitError

__all__ = ["run"]


def run(
    task: Callable[..., Any],
    arguments: Iterable[tuple[Any, ...]],
    *,
    n_jobs: int | None = None,
    advance: Callable[[Any], object] | None = None,
    keep_partial: bool = False,
) -> list[Any]:
    """Call a function with each set of arguments, and return the results in their order.

    Parameters
    ----------
    task : callable
        What to do. It must not depend on what the others do, so that any number of workers gives the same.
    arguments : iterable of tuple
        Arguments of each call.
    n_jobs : int, optional
        Number of workers as in joblib: processes, at most one a core, −1 for as many. None takes the number and the
        kind that were set by ``joblib.parallel_config``, such as threads, dask or ray, else this process alone. Where
        a backend gives results only when all are there, nothing is kept at an interruption.
    advance : callable, optional
        Called with each result as soon as it is there.
    keep_partial : bool
        Whether an interruption (Ctrl-C) ends the work with the results so far instead of being raised.

    Returns
    -------
    list
        Results; fewer than there are arguments only after an interruption.

    Raises
    ------
    FitError
        If `n_jobs` is 0 or not a whole number.

    Examples
    --------
    >>> run(max, [(1, 2), (4, 3)], n_jobs=2)
    [2, 4]
    """
    if n_jobs is not None and (isinstance(n_jobs, bool) or not isinstance(n_jobs, Integral) or n_jobs == 0):
        raise FitError(f"n_jobs: {n_jobs!r} does not do. Use a number of workers, or -1 for all cores.")
    threads = lazy.load("threadpoolctl").ThreadpoolController()
    results: list[Any] = []
    with threads.limit(limits=1):
        stream = _begun(task, arguments, n_jobs, threads)
        try:
            for result in stream:
                results.append(result)
                if advance is not None:
                    advance(result)
        except KeyboardInterrupt:
            with warnings.catch_warnings():  # joblib warns of the work that the interruption is meant to end
                warnings.simplefilter("ignore", UserWarning)
                if isinstance(stream, Generator):
                    stream.close()
            if not (keep_partial and results):
                raise
    return results


def _begun(
    task: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], n_jobs: int | None, threads: Any
) -> Iterable[Any]:
    """Begin the calls: results come in their order, each as soon as it is there if the backend can do so."""
    joblib = lazy.load("joblib")
    backend, configured = joblib.parallel.get_active_backend()
    workers = next(number for number in (n_jobs, configured, backend.default_n_jobs) if number is not None)
    if isinstance(backend, joblib.parallel.LokyBackend):  # more processes than cores would only take memory
        workers = min(workers, joblib.cpu_count())
    if workers == 1:
        return (task(*given) for given in arguments)
    shared, streams = getattr(backend, "supports_sharedmem", False), backend.supports_return_generator
    call = partial(_in_thread, threads, task) if shared else partial(_in_process, task)
    pool = joblib.Parallel(n_jobs=workers, return_as="generator" if streams else "list")
    with _deaf_processes() if streams and not shared else nullcontext():
        return pool(joblib.delayed(call)(*given) for given in arguments)


@contextmanager
def _deaf_processes() -> Iterator[None]:
    """Let the processes that are started here ignore Ctrl-C for good: the one that started them ends them.

    A terminal sends it to all of them, and a worker that is interrupted itself prints a traceback. Only the main
    thread can set what is done at a signal, and only what was set by Python can be set again.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _in_thread(threads: Any, task: Callable[..., Any], *given: Any) -> Any:
    """Call a function in a thread, for which OpenMP keeps a limit of its own; that of BLAS holds for all."""
    threads.limit(limits=1, user_api="openmp")
    return task(*given)


def _in_process(task: Callable[..., Any], *given: Any) -> Any:
    """Call a function in another process, where the limits of this one do not hold."""
    with lazy.load("threadpoolctl").threadpool_limits(1):
        return task(*given)
