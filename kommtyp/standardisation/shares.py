"""Shares of the types if all had the same strata."""

import numpy as np
from numpy.typing import ArrayLike

from kommtyp.intervals import Interval, wilson

__all__ = ["difference_of_shares", "standardised_shares"]

ADDED = 4


def standardised_shares(table: ArrayLike, sizes: ArrayLike, *, level: float = 0.95) -> Interval:
    """Shares of each group if it had the strata of all.

    The share within each stratum is weighted with the stratum's share in all rows. The interval is Wilson's,
    with the number of answers that would give an unadjusted share of the same precision: 1 / Σ (share² / n), or
    less where a group has few answers in strata with much variance. Few answers say little about variance, so
    four more are added to each group in each stratum for this, shared out as those of all groups in it. The
    interval is close to its level also for few answers and rare adoption, where bootstrap intervals fail, because
    a bootstrap of no adopters has none either. (By 1 / Σ (share² / n) alone it would miss a group that is rare
    where adoption is highest in one of eight cases, however many there are.)

    Parameters
    ----------
    table : array_like, shape (S, g, c)
        How often each answer was given, by stratum and group.
    sizes : array_like, shape (S,)
        Rows of each stratum in the standard population.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Shares and ends, shape (g, c); NaN for groups that lack answers in a stratum.

    References
    ----------
    Rothman, K. J., Greenland, S. & Lash, T. L. (2008). Modern Epidemiology, 3rd ed., ch. 15. Korn, E. L. &
    Graubard, B. I. (1998). Survey Methodology, 24, 193–201, for the effective number. Agresti, A. & Coull, B. A.
    (1998). The American Statistician, 52, 119–126, for four answers more.

    Examples
    --------
    >>> shares = standardised_shares([[[10, 10], [30, 10]], [[4, 6], [2, 8]]], [60, 40])
    >>> shares.estimate[:, 1].round(2)
    array([0.54, 0.47])
    """
    table, share = np.asarray(table, dtype=float), np.asarray(sizes, dtype=float) / max(np.sum(sizes), 1)
    n = table.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        within = table / n[:, :, None]
        estimate = np.einsum("s,sgc->gc", share, within)
        estimate = np.where(estimate > 0.5, 1 - np.einsum("s,sgc->gc", share, 1 - within), estimate)
    effective = _effective(table, share, max(np.sum(sizes), 1))
    estimate = np.where(effective > 0, estimate, np.nan)
    interval = wilson(estimate * effective, effective, level=level)
    return Interval(estimate, interval.low, interval.high)


def _effective(table: np.ndarray, share: np.ndarray, rows: float) -> np.ndarray:
    """Number of answers of a sample without strata as precise as each share, shape (g, c); 0 where there is none."""
    n = table.sum(axis=2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_all = table.sum(axis=1) / n.sum(axis=1)
        smoothed = (table + ADDED * of_all[:, None, :]) / (n + ADDED)
        together = np.einsum("s,sgc->gc", share, smoothed)
        within = np.einsum("s,sgc->gc", share**2, smoothed * (1 - smoothed) / n)
        between = np.einsum("s,sgc->gc", share, (smoothed - together) ** 2) / rows
        alike = 1 / np.einsum("s,sgc->gc", share**2, 1 / n) + np.zeros_like(together)
        effective = np.where(within > 0, together * (1 - together) / (within + between), alike)
    return np.where(np.isfinite(alike), np.fmin(effective, alike), 0)


def difference_of_shares(shares: Interval, first: ArrayLike, second: ArrayLike) -> Interval:
    """Differences of standardised shares, by Newcombe's way of joining their intervals.

    Parameters
    ----------
    shares : Interval
        From `standardised_shares`.
    first, second : array_like of int, shape (m,)
        Groups to compare.

    Returns
    -------
    Interval
        First less second, shape (m, c), between −1 and 1.

    References
    ----------
    Newcombe, R. G. (1998). Statistics in Medicine, 17, 873–890, method 10. Zou, G. Y. & Donner, A. (2008).
    Statistics in Medicine, 27, 1693–1702, for any independent estimates.

    Examples
    --------
    >>> shares = standardised_shares([[[14, 56], [32, 48]]], [1])
    >>> [round(float(part[0, 1]), 4) for part in difference_of_shares(shares, [0], [1])]
    [0.2, 0.0524, 0.3339]
    """
    a, b = (Interval(*(part[np.asarray(places, dtype=np.intp)] for part in shares)) for places in (first, second))
    difference = a.estimate - b.estimate
    below = np.hypot(a.estimate - a.low, b.high - b.estimate)
    above = np.hypot(a.high - a.estimate, b.estimate - b.low)
    return Interval(difference, np.maximum(difference - below, -1), np.minimum(difference + above, 1))
