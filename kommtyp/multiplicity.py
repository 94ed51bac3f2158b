"""Correction of p-values for many tests."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from kommtyp.errors import check_choice

__all__ = ["Correction", "correct"]

Correction = Literal["holm", "bh", "none"]


def correct(p_values: ArrayLike, correction: Correction = "holm") -> np.ndarray:
    """Correct p-values for the number of tests.

    Holm's way keeps the chance of even one false alarm under the level; that of Benjamini and Hochberg
    keeps the expected share of false alarms among the alarms under it.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        Raw p-values; NaN for a test that could not be done.
    correction : {"holm", "bh", "none"}
        Holm, Benjamini–Hochberg, or no correction.

    Returns
    -------
    ndarray, shape (m,)
        Corrected p-values, at most 1. NaN stays NaN and does not count as a test.

    Raises
    ------
    FitError
        If the correction is not known.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Statist., 6,
    65–70. Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. J. R. Statist.
    Soc. B, 57, 289–300. R: ``p.adjust``.

    Examples
    --------
    >>> correct([0.01, 0.04, float("nan"), 0.03], "holm")
    array([0.03, 0.06,  nan, 0.06])
    """
    check_choice("correction", correction, get_args(Correction))
    p = np.array(p_values, float)
    done = ~np.isnan(p)
    raw = p[done]
    m = raw.size
    if correction == "none" or m == 0:
        return p
    rising = np.argsort(raw, kind="stable")
    if correction == "holm":
        stepped = np.maximum.accumulate((m - np.arange(m)) * raw[rising])
    else:
        stepped = np.minimum.accumulate((m / np.arange(1, m + 1) * raw[rising])[::-1])[::-1]
    corrected = np.empty(m)
    corrected[rising] = np.minimum(stepped, 1)
    p[done] = corrected
    return p
