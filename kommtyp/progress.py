"""A bar for work that takes longer than two seconds."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from kommtyp import lazy
from kommtyp.errors import FitError

__all__ = ["Progress", "progress_bar"]

Progress = Callable[[int], object]  # to be called with the number of steps that were just finished

PATIENCE = 2.0


@contextmanager
def progress_bar(total: int | None, label: str, shown: bool | None = None) -> Iterator[Progress]:
    """Show how far some work is, on standard error or in Jupyter.

    Parameters
    ----------
    total : int, optional
        Number of steps; they are only counted where None.
    label : str
        What is being done.
    shown : bool, optional
        True shows the bar at once, False never; None shows it after two seconds where a person can see it,
        in a terminal or in Jupyter.

    Yields
    ------
    callable
        To be called with the number of steps that were just finished.

    Raises
    ------
    FitError
        If `shown` is none of these.

    Examples
    --------
    >>> with progress_bar(3, "resamples", shown=False) as advance:
    ...     _ = advance(3)
    """
    if not (shown is None or isinstance(shown, bool)):
        raise FitError(f"progress: {shown!r} does not do. Use True, False, or None for a bar after two seconds.")
    watched = sys.stderr.isatty() or "ipykernel" in sys.modules
    hidden = not shown if shown is not None else not watched
    delay = PATIENCE if shown is None else 0
    kind = "tqdm.auto" if find_spec("ipywidgets") else "tqdm"  # without ipywidgets, tqdm.auto warns in Jupyter
    with lazy.load(kind).tqdm(total=total, desc=label, disable=hidden, delay=delay, leave=False) as bar:
        yield bar.update
