"""Work side by side, in threads that never ask for more than one core each."""

import warnings
from collections.abc import Callable, Iterable
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
        Number of threads as in joblib, −1 for all cores, which is also what None means. A backend that was
        chosen by ``joblib.parallel_config``, such as dask or ray, is used instead of threads.
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
    if n_jobs is not None and (isinstance(n_jobs, bool) or not isinstance(n_jobs, int) or n_jobs == 0):
        raise FitError(f"n_jobs: {n_jobs!r} does not do. Use a number of workers, or -1 for all cores.")
    joblib, limits = lazy.load("joblib"), lazy.load("threadpoolctl").threadpool_limits
    results: list[Any] = []
    with limits(1):
        pool = joblib.Parallel(n_jobs=-1 if n_jobs is None else n_jobs, prefer="threads", return_as="generator")
        stream = pool(joblib.delayed(task)(*given) for given in arguments)
        try:
            for result in stream:
                results.append(result)
                if advance is not None:
                    advance(result)
        except KeyboardInterrupt:
            with warnings.catch_warnings():  # joblib warns of the work that the interruption is meant to end
                warnings.simplefilter("ignore", UserWarning)
                stream.close()
            if not (keep_partial and results):
                raise
    return results
