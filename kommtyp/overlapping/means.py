"""Means then and now, where some municipalities took part both times, and how far a center moved."""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc, chndtr, stdtr, stdtrit

from kommtyp.intervals import Interval
from kommtyp.weighting import small_sample, weigh

__all__ = ["ChangeOfMeans", "Distances", "change_of_means", "length_interval"]

STEPS = 80


class ChangeOfMeans(NamedTuple):
    """Means of p values then and now, and their change.

    Attributes
    ----------
    before, after : ndarray, shape (p,)
        The means.
    change : Interval
        After − before, with ends; shape (p,).
    p_value : ndarray, shape (p,)
        Two-sided p of no change.
    df : ndarray, shape (p,)
        Degrees of freedom.
    covariance : ndarray, shape (p, p)
        Of the changes.
    """

    before: np.ndarray
    after: np.ndarray
    change: Interval
    p_value: np.ndarray
    df: np.ndarray
    covariance: np.ndarray


class Distances(NamedTuple):
    """Length of a change with its interval, the length that chance alone brings about, and p of no change."""

    length: float
    low: float
    high: float
    noise: float
    p_value: float


def change_of_means(
    before: np.ndarray, after: np.ndarray, weight_before: np.ndarray, weight_after: np.ndarray, *, level: float = 0.95
) -> ChangeOfMeans:
    """Change of means of two samples that share some municipalities.

    A municipality in both adds the difference of its two contributions to the error, so means that vary together
    have a smaller error of their change. With everyone in both this is the paired t test, with nobody in both
    Welch's; the degrees of freedom lie between those of the two, by the share that is in both. With weights the
    variances are linearised, with the correction and the degrees of freedom of Bell and McCaffrey.

    Parameters
    ----------
    before, after : ndarray, shape (N, p)
        Values in the first and the second sample; rows of NaN for those who are not in it.
    weight_before, weight_after : ndarray, shape (N,)
        Weights above 0.
    level : float
        Confidence level.

    Returns
    -------
    ChangeOfMeans
        Intervals and p are NaN with fewer than two in a sample, and where nothing varies.

    References
    ----------
    Derrick, Russ, Toher & White (2017), J. Modern Applied Statistical Methods 16, 137–157, for means of
    partially overlapping samples; Bell & McCaffrey (2002), Survey Methodology 28, 169–181.
    R: ``t.test(paired = TRUE)``, ``t.test``, and ``survey::svycontrast`` of ``svyby(…, svydesign(ids = ~key))``.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [4.0], [5.0]])
    >>> found = change_of_means(x, x + [[1.0], [0.0], [2.0], [1.0]], np.ones(4), np.ones(4))
    >>> [round(float(part[0]), 3) for part in found.change], round(float(found.p_value[0]), 3)
    ([1.0, -0.299, 2.299], 0.092)
    """
    first, second = (np.isfinite(values).all(axis=1) for values in (before, after))
    mean_1, errors_1, df_1 = _mean(before, weight_before, first)
    mean_2, errors_2, df_2 = _mean(after, weight_after, second)
    change = mean_2 - mean_1
    covariance = (errors_2 - errors_1).T @ (errors_2 - errors_1)
    variance = np.diag(covariance)
    shared, alone = int((first & second).sum()), int((first ^ second).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        part_1, part_2 = (errors_1**2).sum(axis=0), (errors_2**2).sum(axis=0)
        df = (part_1 + part_2) ** 2 / (part_1**2 / df_1 + part_2**2 / df_2)
        if shared:
            paired = min(shared - 1.0, df_1, df_2)
            df = paired + (df - paired) * alone / (alone + 2 * shared)
        se = np.sqrt(np.where(variance > 1e-28 * np.maximum(1.0, mean_1**2), variance, np.nan))
        known = np.where(df > 0, df, np.nan)
        half = stdtrit(known, 0.5 + level / 2) * se
        p_value = 2 * stdtr(known, -np.abs(change) / se)
    return ChangeOfMeans(mean_1, mean_2, Interval(change, change - half, change + half), p_value, known, covariance)


def _mean(values: np.ndarray, weights: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Weighted mean, what each row adds to its error, and the degrees of freedom."""
    n = int(inside.sum())
    if n < 2:
        mean = values[inside][0] if n else np.full(values.shape[1], np.nan)
        return mean, np.full(values.shape, np.nan), np.nan
    w = np.where(inside, weights, 0.0)
    x = np.where(inside[:, None], values, 0.0)
    mean = w @ x / w.sum()
    zeros = np.zeros(n, int)
    inflation, df = (float(part[0]) for part in small_sample(weigh(zeros, zeros, w[inside], 1, 1)))
    factor = np.sqrt(inflation * n / (n - 1))
    return mean, factor * (w / w.sum())[:, None] * np.where(inside[:, None], x - mean, 0.0), df


def length_interval(change: np.ndarray, covariance: np.ndarray, *, level: float = 0.95) -> Distances:
    """Interval for the length of a change that is known with an error.

    Even where nothing changed the length found is above 0. Its square, in units of the error, follows about a
    non-central χ² distribution, with the degrees of freedom of a sum of unequal parts (Satterthwaite). The
    interval holds those lengths for which the one found is not unusual, and begins at 0 where it could well be
    chance. Its unit is the error in the direction of the change where that is the larger one, so that it holds
    its level in any direction, and more than that in most.

    Parameters
    ----------
    change : ndarray, shape (p,)
        The change.
    covariance : ndarray, shape (p, p)
        Of its error; it need not have full rank.
    level : float
        Confidence level.

    Returns
    -------
    Distances
        Length, ends, expected length if nothing changed (root of the mean square), and one-sided p of no change.
        All but the length are NaN where the covariance is missing or nothing varies.

    References
    ----------
    Satterthwaite (1946), Biometrics Bulletin 2, 110–114; Brunner, Dette & Munk (1997), JASA 92, 1494–1502, for
    the test. R: ``pchisq(q, df, ncp)``.

    Examples
    --------
    >>> found = length_interval(np.array([0.3, 0.4]), 0.01 * np.eye(2))
    >>> [round(value, 3) for value in found]
    [0.5, 0.291, 0.687, 0.141, 0.0]
    """
    length = float(np.sqrt((change**2).sum()))
    total, squares = float(np.trace(covariance)), float((covariance**2).sum())
    if not np.isfinite(length) or not total > 0:
        return Distances(length, np.nan, np.nan, np.nan, np.nan)
    unit = squares / total
    p_value = float(chdtrc(total / unit, length**2 / unit))
    along = float(change @ covariance @ change) / length**2 if length else 0.0
    wide = max(unit, along)
    low, high = (
        np.sqrt(wide * _noncentrality(length**2 / wide, total / wide, 0.5 + sign * level / 2)) for sign in (1, -1)
    )
    return Distances(length, float(low), max(float(high), length), float(np.sqrt(total)), p_value)


def _noncentrality(value: float, df: float, below: float) -> float:
    """Find the non-centrality with which `value` has this share of the distribution below it; 0 where none has."""
    if chndtr(value, df, 0.0) <= below:
        return 0.0
    low, high = 0.0, (np.sqrt(value) + 10.0) ** 2
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if chndtr(value, df, middle) > below else (low, middle)
    return (low + high) / 2
