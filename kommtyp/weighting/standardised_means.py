"""Weighted means of the types if all had the same strata."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kommtyp.intervals import Interval
from kommtyp.weighting.standardised import Stratified, from_strata, weigh_strata
from kommtyp.weighting.weighing import traces

__all__ = ["Valued", "difference_of_weighted_means", "weigh_values", "weighted_means"]

WHOLE_ZERO = 1e-14  # differences from a mean that are this small a part of it are rounding


class Valued(NamedTuple):
    """Weighted values by stratum and group.

    Parameters
    ----------
    counted : Stratified
        Rows and weights of each stratum and group, with a single value.
    mean, variance : ndarray, shape (S, g)
        Weighted mean of each cell and its linearised variance, which is 0 for a single row.
    """

    counted: Stratified
    mean: np.ndarray
    variance: np.ndarray


class _Spread(NamedTuple):
    """Variance of standardised means given the strata, corrected for small cells, and its degrees of freedom; (g,)."""

    variance: np.ndarray
    df: np.ndarray


def weigh_values(
    strata: ArrayLike, labels: ArrayLike, values: ArrayLike, weights: ArrayLike, shape: tuple[int, int]
) -> Valued:
    """Take weighted means in each stratum, for each type and for all the other types together.

    Parameters
    ----------
    strata, labels : array_like of int, shape (n,)
        Stratum and type of each row, from 0; rows with a negative stratum take no part.
    values, weights : array_like, shape (n,)
        Values, and weights above 0.
    shape : tuple of int
        Number of strata S and of types k.

    Returns
    -------
    Valued
        The g = 2k groups: the types, then what is left without each.

    Examples
    --------
    >>> weigh_values([0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0], (2, 2)).mean
    array([[1., 2., 2., 1.],
           [3., 4., 4., 3.]])
    """
    k, strata = shape[1], np.asarray(strata, dtype=np.intp)
    labels, w, y = np.asarray(labels, dtype=np.intp), np.asarray(weights, float), np.asarray(values, float)
    used = strata >= 0
    cell, w, y = (strata * k + labels)[used], w[used], y[used]
    counted = weigh_strata(strata, labels, np.zeros(len(strata), dtype=np.intp), weights, (*shape, 1))
    size = len(counted.mass)
    mass, square = (counted.by_stratum(field[:, 0]) for field in (counted.cells.mass, counted.cells.square))
    own = mass[:, :k]
    known = np.where(own > 0, own, 1.0)

    def summed(parts: np.ndarray) -> np.ndarray:
        return np.bincount(cell, parts, minlength=size * k).reshape(size, k)

    mean = summed(w * y) / known
    mean = mean + summed(w * (y - mean.ravel()[cell])) / known
    away = y - mean.ravel()[cell]
    away = np.where(np.abs(away) <= WHOLE_ZERO * np.abs(mean.ravel()[cell]), 0.0, away)
    first, second = summed(w**2 * away), summed(w**2 * away**2)
    rest = 1 - np.eye(k)
    others = (own * mean) @ rest / np.where(mass[:, k:] > 0, mass[:, k:], 1.0)
    apart = mean[:, :, None] - others[:, None]
    squares = second[:, :, None] + 2 * apart * first[:, :, None] + apart**2 * square[:, :k, None]
    whole = counted.cells.whole
    unbiased = whole / (whole - 1) if whole > 1 else np.nan
    variance = np.concatenate([second, (squares * rest).sum(axis=1)], axis=1) * unbiased
    means, none = np.concatenate([mean, others], axis=1), mass == 0
    return Valued(counted, np.where(none, np.nan, means), variance / np.where(none, np.nan, mass) ** 2)


def weighted_means(valued: Valued, *, level: float = 0.95) -> Interval:
    """Weighted means of each group if it had the strata of all.

    Parameters
    ----------
    valued : Valued
        Values, from `weigh_values`.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Means and ends, shape (g,). Student's interval of the linearised variance, whose part within the strata is
        corrected for small cells as Bell and McCaffrey do, with their degrees of freedom; cells of a single row
        count, too. NaN where no cell has two rows, or none has any spread.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169–181. R: predictive margins of ``survey::svyglm(y ~ stratum *
    type, design)`` are these means; the linearised variance without the correction is that of ``survey::svypredmeans``.

    Examples
    --------
    >>> strata, types, values = [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, 1, 1], [3, 1, 2, 1, 3, 3, 3, 2]
    >>> valued = weigh_values(strata, types, values, [1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0], (2, 2))
    >>> weighted_means(valued).estimate[:2]
    array([2.75, 2.25])
    """
    estimate, spread = valued.counted.share @ valued.mean, _spread(valued)
    return _student(estimate, spread, from_strata(valued.counted, valued.mean - estimate), level)


def difference_of_weighted_means(
    valued: Valued, first: ArrayLike, second: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Differences of weighted, standardised means of groups without common rows.

    Parameters
    ----------
    valued : Valued
        Values, from `weigh_values`.
    first, second : array_like of int, shape (m,)
        Groups to compare.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        First less second with the ends of Welch's interval, shape (m,).

    Examples
    --------
    >>> strata, types, values = [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, 1, 1], [3, 1, 2, 1, 3, 3, 3, 2]
    >>> valued = weigh_values(strata, types, values, [1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0], (2, 2))
    >>> difference_of_weighted_means(valued, [0], [1]).estimate
    array([0.5])
    """
    estimate, spread = valued.counted.share @ valued.mean, _spread(valued)
    a, b = (np.asarray(places, dtype=np.intp) for places in (first, second))
    own, other = spread.variance[a], spread.variance[b]
    with np.errstate(invalid="ignore", divide="ignore"):
        joint = _Spread(own + other, (own + other) ** 2 / (own**2 / spread.df[a] + other**2 / spread.df[b]))
    difference = estimate[a] - estimate[b]
    between = from_strata(valued.counted, valued.mean[:, a] - valued.mean[:, b] - difference)
    return _student(difference, joint, between, level)


def _spread(valued: Valued) -> _Spread:
    cells, weight = valued.counted.cells, valued.counted.share
    alone, expected, squares = (valued.counted.by_stratum(part) for part in traces(cells))
    with np.errstate(invalid="ignore", divide="ignore"):
        inflation = (weight**2 @ alone) / (weight**2 @ expected) * ((cells.whole - 1) / max(cells.whole, 1))
        df = (weight**2 @ expected) ** 2 / (weight**4 @ squares)
        return _Spread(weight**2 @ valued.variance * inflation, df)


def _student(estimate: np.ndarray, spread: _Spread, between: np.ndarray, level: float) -> Interval:
    known = (spread.df > 0) & (spread.variance > 0)
    half = stdtrit(np.where(known, spread.df, np.nan), 0.5 + level / 2) * np.sqrt(spread.variance + between)
    return Interval(estimate, estimate - half, estimate + half)
