"""How many: numbers of types and of resamples, checked before anything is computed."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from kommtyp.errors import FitError

__all__ = ["check_counts", "check_numbers"]


def check_counts(**counts: tuple[object, int]) -> None:
    """Refuse what is no whole number, or too small.

    Parameters
    ----------
    **counts
        Option → what was given, and the least that does.

    Raises
    ------
    FitError
        If one does not do.

    Examples
    --------
    >>> check_counts(n_pairs=(0, 2))
    Traceback (most recent call last):
    kommtyp.errors.FitError: n_pairs: 0 does not do. Use a whole number of at least 2.
    """
    for option, (value, least) in counts.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise FitError(f"{option}: {value!r} does not do. Use a whole number of at least {least}.")


def check_numbers(k: Any, distinct: int) -> list[int]:
    """Return the numbers of types in rising order, each once.

    Parameters
    ----------
    k : int or iterable of int
        What was given.
    distinct : int
        Different sets of ratings.

    Returns
    -------
    list of int
        The numbers, at least one.

    Raises
    ------
    FitError
        If one is no whole number, below 2 or above `distinct`, or none is given.

    Examples
    --------
    >>> check_numbers([4, 2, 4], 10)
    [2, 4]
    """
    listed = list(k) if isinstance(k, Iterable) and not isinstance(k, str) else [k]
    wrong = [one for one in listed if isinstance(one, bool) or not isinstance(one, int | np.integer) or one < 2]
    if wrong or not listed:
        found = repr(wrong[0]) if wrong else "nothing"
        raise FitError(f"k: {found} does not do. Use whole numbers of at least 2, such as range(2, 9).")
    numbers = sorted({int(one) for one in listed})
    if numbers[-1] > distinct:
        raise FitError(
            f"k: {numbers[-1]} types wanted of municipalities with {distinct} different sets of ratings. "
            f"Use at most {distinct}."
        )
    return numbers
