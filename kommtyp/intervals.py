"""Intervals for shares, means and their differences, for many groups at once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, ndtri, stdtr, stdtrit

__all__ = [
    "Difference",
    "Interval",
    "Moments",
    "difference_from_all",
    "difference_from_best",
    "goodman",
    "mean_interval",
    "moments",
    "newcombe",
    "welch",
    "wilson",
]


class Interval(NamedTuple):
    """An estimate with its interval; arrays of one shape, NaN where there is none."""

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Difference(NamedTuple):
    """A difference of means with its interval and its test; arrays of one shape."""

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    statistic: np.ndarray
    df: np.ndarray
    p_value: np.ndarray


class Moments(NamedTuple):
    """Number of valid values, mean and standard deviation (divisor n − 1) of each group, shape (k,)."""

    n: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


def wilson(count: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """Wilson's interval for a share, without continuity correction.

    It holds those shares that a score test would not reject, stays inside 0 and 1, and keeps its
    level for few answers and rare adoption, where "share ± 2 standard errors" does not.

    Parameters
    ----------
    count : array_like
        How many said yes.
    n : array_like
        How many answered; shapes broadcast.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Share and ends, between 0 and 1; NaN where `n` is 0.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA, 22, 209–212. R: ``prop.test(x, n, correct = FALSE)``.

    Examples
    --------
    >>> [round(float(x), 4) for x in wilson(1, 10)]
    [0.1, 0.0179, 0.4042]
    """
    return _wilson(count, n, ndtri(0.5 + level / 2))


def goodman(counts: ArrayLike, *, level: float = 0.95) -> Interval:
    """Goodman's simultaneous intervals for the shares of one distribution.

    All shares of a question with several answers are in their intervals together with the given
    confidence: each gets a Wilson interval at the level 1 − (1 − `level`)/categories.

    Parameters
    ----------
    counts : array_like, shape (..., categories)
        How often each answer was given.
    level : float
        Joint confidence level of all categories.

    Returns
    -------
    Interval
        Shares and ends, shape of `counts`; NaN where nobody answered.

    References
    ----------
    Goodman, L. A. (1965). On simultaneous confidence intervals for multinomial proportions.
    Technometrics, 7, 247–254.

    Examples
    --------
    >>> goodman([20, 30, 50]).low.round(3)
    array([0.122, 0.204, 0.384])
    """
    counts = np.asarray(counts, float)
    z = np.sqrt(chdtri(1, (1 - level) / max(counts.shape[-1], 1)))
    return _wilson(counts, counts.sum(-1, keepdims=True), z)


def _wilson(count: ArrayLike, n: ArrayLike, z: float) -> Interval:
    count, n = np.broadcast_arrays(np.asarray(count, float), np.asarray(n, float))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = count / n
        centre = (count + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(count * (n - count) / n + z**2 / 4) / (n + z**2)
    low = np.where(count == 0, 0.0, np.maximum(centre - half, 0))
    high = np.where(count == n, 1.0, np.minimum(centre + half, 1))
    empty = n == 0
    return Interval(share, np.where(empty, np.nan, low), np.where(empty, np.nan, high))


def newcombe(
    count_a: ArrayLike, n_a: ArrayLike, count_b: ArrayLike, n_b: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Newcombe's hybrid score interval for the difference of two shares (method 10).

    The distances between each share and the ends of its Wilson interval are put together as the sides
    of a right-angled triangle. It never leaves −1 … 1 and has a width above 0 even when nobody said yes.

    Parameters
    ----------
    count_a, n_a : array_like
        Yes and answers in the first group.
    count_b, n_b : array_like
        Yes and answers in the second group; shapes broadcast.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Share a − share b and its ends, between −1 and 1; NaN where a group has no answers.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Statistics in Medicine, 17, 873–890.

    Examples
    --------
    >>> [round(float(x), 4) for x in newcombe(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    a, b = wilson(count_a, n_a, level=level), wilson(count_b, n_b, level=level)
    difference = a.estimate - b.estimate
    below = np.hypot(a.estimate - a.low, b.high - b.estimate)
    above = np.hypot(a.high - a.estimate, b.estimate - b.low)
    return Interval(difference, np.maximum(difference - below, -1), np.minimum(difference + above, 1))


def moments(values: ArrayLike, labels: ArrayLike, k: int) -> Moments:
    """Count the valid values of each group, and take their mean and standard deviation.

    Parameters
    ----------
    values : array_like, shape (n,)
        Values; NaN is missing.
    labels : array_like of int, shape (n,)
        Group of each row, 0 … `k` − 1; negative rows take no part.
    k : int
        Number of groups.

    Returns
    -------
    Moments
        n, mean and sd (divisor n − 1), each of shape (k,); NaN where there are too few values.

    Examples
    --------
    >>> moments([1.0, 3.0, 5.0, float("nan")], [0, 0, 1, 1], 2).mean
    array([2., 5.])
    """
    values, labels = np.asarray(values, float), np.asarray(labels)
    valid = (labels >= 0) & ~np.isnan(values)
    values, labels = values[valid], labels[valid]
    n = np.bincount(labels, minlength=k).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(labels, values, minlength=k) / n
        mean = mean + np.bincount(labels, values - mean[labels], minlength=k) / n
        squares = np.bincount(labels, (values - mean[labels]) ** 2, minlength=k)
        sd = np.where(n > 1, np.sqrt(squares / (n - 1)), np.nan)
    return Moments(n, mean, _whole_zero(sd, mean))


def _whole_zero(sd: np.ndarray, mean: np.ndarray) -> np.ndarray:
    rounding = 1e-14 * np.abs(mean)
    return np.where(sd <= rounding, 0.0, sd)


def mean_interval(mean: ArrayLike, sd: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """Student's t interval for a mean.

    Parameters
    ----------
    mean, sd, n : array_like
        Mean, standard deviation (divisor n − 1) and number of values; shapes broadcast.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Mean and ends in the unit of the values. The ends are NaN with fewer than two values, and where
        all values are alike: then the data say nothing about the spread.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika, 6, 1–25. R: ``t.test(x)$conf.int``.

    Examples
    --------
    >>> [round(float(x), 3) for x in mean_interval(2.5, 1.2, 40)]
    [2.5, 2.116, 2.884]
    """
    mean, sd, n = np.broadcast_arrays(*(np.asarray(x, float) for x in (mean, sd, n)))
    known = (n > 1) & (sd > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = stdtrit(np.where(known, n - 1, np.nan), 0.5 + level / 2) * sd / np.sqrt(n)
    return Interval(mean, mean - half, mean + half)


def welch(a: Moments, b: Moments, *, level: float = 0.95) -> Difference:
    """Difference of two means whose groups may spread differently, by Welch's t.

    Parameters
    ----------
    a, b : Moments
        n, mean and sd of the first and the second group; shapes broadcast.
    level : float
        Confidence level.

    Returns
    -------
    Difference
        Mean a − mean b, ends, t, degrees of freedom (Satterthwaite) and two-sided p. NaN where a group
        has fewer than two values, or where neither group has any spread.

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem when several different population
    variances are involved. Biometrika, 34, 28–35. R: ``t.test(a, b)``.

    Examples
    --------
    >>> difference = welch(Moments(*map(np.array, (30, 3.2, 1.1))), Moments(*map(np.array, (25, 2.4, 0.8))))
    >>> round(float(difference.p_value), 4)
    0.003
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share_a, share_b = a.sd**2 / a.n, b.sd**2 / b.n
        variance = share_a + share_b
        variance = np.where(variance > 0, variance, np.nan)
        df = variance**2 / (share_a**2 / (a.n - 1) + share_b**2 / (b.n - 1))
        estimate = a.mean - b.mean
        statistic = estimate / np.sqrt(variance)
        half = stdtrit(df, 0.5 + level / 2) * np.sqrt(variance)
        p_value = 2 * stdtr(df, -np.abs(statistic))
    return Difference(estimate, estimate - half, estimate + half, statistic, df, p_value)


def _between(a: Moments, b: Moments, *, shares: bool, level: float) -> Interval:
    if shares:
        return newcombe(np.nan_to_num(a.n * a.mean).round(), a.n, np.nan_to_num(b.n * b.mean).round(), b.n, level=level)
    return Interval(*welch(a, b, level=level)[:3])


def _pooled(values: np.ndarray, labels: np.ndarray, types: ArrayLike, k: int) -> tuple[Moments, np.ndarray]:
    inside = np.isin(labels, np.asarray(types, int)) & (labels >= 0)
    both = moments(values, np.where(labels < 0, -1, np.where(inside, 0, 1)), 2)
    others = np.setdiff1d(np.arange(k), np.asarray(types, int))
    return both, others


def difference_from_all(
    values: ArrayLike, labels: ArrayLike, types: ArrayLike, *, k: int, shares: bool, level: float = 0.95
) -> Interval:
    """Difference between one or more types taken together and all municipalities.

    The types are themselves part of all, so the two are not independent. But their difference is
    the difference to the rest times the share of the rest, and type and rest are independent:
    the interval for type − rest (Newcombe for shares, Welch for means) is scaled by that share.

    Parameters
    ----------
    values : array_like, shape (n,)
        Answers; 0 and 1 where `shares`; NaN is missing.
    labels : array_like of int, shape (n,)
        Type of each row, 0 … `k` − 1; negative rows take no part.
    types : array_like of int
        The type, or the types that are taken together.
    k : int
        Number of types.
    shares : bool
        True for yes/no answers (difference of shares), False for means.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Types − all, as 0-dimensional arrays; NaN where it cannot be computed.

    Examples
    --------
    >>> interval = difference_from_all([1, 1, 1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1, 1, 1, 1], [0], k=2, shares=True)
    >>> round(float(interval.estimate), 3)
    0.25
    """
    values, labels = np.asarray(values, float), np.asarray(labels)
    both, _ = _pooled(values, labels, types, k)
    inside, rest = (Moments(*(field[i] for field in both)) for i in (0, 1))
    scale = rest.n / (inside.n + rest.n) if rest.n else np.nan
    return Interval(*(np.asarray(part * scale) for part in _between(inside, rest, shares=shares, level=level)))


def difference_from_best(
    values: ArrayLike, labels: ArrayLike, types: ArrayLike, *, k: int, shares: bool, level: float = 0.95
) -> Interval:
    """Difference between one or more types taken together and the best of the other types.

    The best of the others is picked by looking at the data, so one interval against it would be too
    narrow. The types lie above the best exactly if they lie above each of the others (an
    intersection–union test), so the low end is the lowest of the low ends and needs no correction.
    The high end is the lowest of the high ends at the level 1 − (1 − `level`)/others (Bonferroni).

    Parameters
    ----------
    values : array_like, shape (n,)
        Answers; 0 and 1 where `shares`; NaN is missing.
    labels : array_like of int, shape (n,)
        Type of each row, 0 … `k` − 1; negative rows take no part.
    types : array_like of int
        The type, or the types that are taken together.
    k : int
        Number of types.
    shares : bool
        True for yes/no answers (difference of shares), False for means.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Types − best of the others, as 0-dimensional arrays; NaN where it cannot be computed, also
        where one of the others has answers but no interval.

    References
    ----------
    Berger, R. L. (1982). Multiparameter hypothesis testing and acceptance sampling. Technometrics,
    24, 295–300.

    Examples
    --------
    >>> values = [1] * 8 + [0] * 2 + [1] * 3 + [0] * 7 + [0] * 10
    >>> interval = difference_from_best(values, np.repeat([0, 1, 2], 10), [0], k=3, shares=True)
    >>> [round(float(x), 2) for x in interval]
    [0.5, 0.07, 0.76]
    """
    values, labels = np.asarray(values, float), np.asarray(labels)
    both, others = _pooled(values, labels, types, k)
    inside = Moments(*(field[0] for field in both))
    groups = moments(values, labels, k)
    others = others[groups.n[others] > 0]
    if not inside.n or not others.size:
        return Interval(*(np.asarray(np.nan),) * 3)
    other = Moments(*(field[others] for field in groups))
    plain = _between(inside, other, shares=shares, level=level)
    wide = _between(inside, other, shares=shares, level=1 - (1 - level) / others.size)
    return Interval(np.asarray(plain.estimate.min()), np.asarray(plain.low.min()), np.asarray(wide.high.min()))
