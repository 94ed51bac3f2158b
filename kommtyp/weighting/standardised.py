"""Weighted shares and means of the types if all had the same strata."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kommtyp.intervals import Interval, wilson
from kommtyp.weighting.domains import domain_means, domain_shares
from kommtyp.weighting.weighing import Weighed, traces, weigh

__all__ = ["Stratified", "difference_of_weighted_means", "weigh_strata", "weighted_means", "weighted_shares"]


class Stratified(NamedTuple):
    """Weighted answers by stratum, group and value.

    Parameters
    ----------
    cells : Weighed
        S × g groups, those of the first stratum first.
    mass, square : ndarray, shape (S,)
        Sum of the weights of each stratum, and of their squares. The masses are the standard population.
    """

    cells: Weighed
    mass: np.ndarray
    square: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Share of each stratum in the standard population, shape (S,)."""
        whole = self.mass.sum()
        return np.asarray(self.mass / (whole if whole > 0 else np.nan))

    def by_stratum(self, values: np.ndarray) -> np.ndarray:
        """Put values of the cells, shape (S · g, …), into the shape (S, g, …)."""
        size = len(self.mass)
        return values.reshape(size, len(values) // size, *values.shape[1:])


class _Spread(NamedTuple):
    """Variance of standardised means given the strata, corrected for small cells, and its degrees of freedom; (g,)."""

    variance: np.ndarray
    df: np.ndarray


def weigh_strata(
    strata: ArrayLike, labels: ArrayLike, codes: ArrayLike, weights: ArrayLike, shape: tuple[int, int, int]
) -> Stratified:
    """Count weighted answers by stratum and value, for each type and for all the other types together.

    Parameters
    ----------
    strata, labels, codes : array_like of int, shape (n,)
        Stratum, type and value of each row, from 0; rows with a negative stratum take no part.
    weights : array_like, shape (n,)
        Weights above 0.
    shape : tuple of int
        Number of strata S, of types k and of values c. Without strata there is one that nobody is in.

    Returns
    -------
    Stratified
        The g = 2k groups: the types, then what is left without each.

    Examples
    --------
    >>> counted = weigh_strata([0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 1, 1], [1.0, 2.0, 3.0, 4.0], (2, 2, 2))
    >>> counted.share, counted.by_stratum(counted.cells.mass)[:, :, 1]
    (array([0.3, 0.7]), array([[1., 0., 0., 1.],
           [3., 4., 4., 3.]]))
    """
    size, k, c = max(shape[0], 1), *shape[1:]
    strata, labels, codes = (np.asarray(part, dtype=np.intp) for part in (strata, labels, codes))
    weights, used = np.asarray(weights, dtype=float), strata >= 0
    types = weigh((strata * k + labels)[used], codes[used], weights[used], size * k, c)
    rest = (1 - np.eye(k)).astype(int)
    of_types = (field.reshape(size, k, field.shape[1]) for field in types[:4])
    both = (np.concatenate([field, rest @ field], axis=1).reshape(size * 2 * k, field.shape[2]) for field in of_types)
    rows, counted, squares, powers = both
    mass, square = (field.reshape(size, k * c).sum(axis=1) for field in (types.mass, types.square))
    return Stratified(Weighed(rows, counted, squares, powers, types.whole), mass, square)


def weighted_shares(stratified: Stratified, *, level: float = 0.95) -> Interval:
    """Weighted shares of each group if it had the strata of all.

    The weighted share within each stratum counts with the stratum's share in the weights of all. The interval is
    Wilson's with an effective number of answers: that of equally weighted answers of the same precision,
    1 / Σ (share² Σw² / (Σw)²), or that which the linearised variance speaks of where it is smaller, so that
    answers that go with the weights count. Logit intervals with the linearised variance alone, as for one group,
    would cover 80 % instead of 95 %, because in small strata it is often much too small.

    Parameters
    ----------
    stratified : Stratified
        Answers, from `weigh_strata`.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Shares and ends, shape (g, c); NaN for groups that lack answers in a stratum.

    References
    ----------
    Franco et al. (2019), J. Survey Statistics and Methodology 7, 334–364, for Wilson's with the effective n.
    R: predictive margins of ``survey::svyglm(y ~ stratum * type, design, family = quasibinomial)`` are these shares;
    the linearised variance is that of ``survey::svypredmeans``.

    Examples
    --------
    >>> strata, types, answers = [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, 1, 1], [1, 0, 0, 0, 1, 1, 1, 0]
    >>> counted = weigh_strata(strata, types, answers, [1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0], (2, 2, 2))
    >>> weighted_shares(counted).estimate[:2, 1].round(3)
    array([0.875, 0.375])
    """
    share, variance = standard_shares(stratified)
    two = stratified.by_stratum(traces(stratified.cells)[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = 1 / (stratified.share**2 @ two)[:, None]
        effective = np.where(variance > 0, np.fmin(alike, share * (1 - share) / variance), alike)
    effective = np.where(np.isfinite(share), effective, 0.0)
    interval = wilson(share * effective, effective, level=level)
    return Interval(share, interval.low, interval.high)


def standard_shares(stratified: Stratified) -> tuple[np.ndarray, np.ndarray]:
    """Weighted share of each value in each group if it had the strata of all, with its linearised variance.

    Parameters
    ----------
    stratified : Stratified
        Answers.

    Returns
    -------
    share, variance : ndarray, shape (g, c)
        The variance has two parts, that of the shares within the strata and that of the strata's own shares.
    """
    share, variance = (stratified.by_stratum(part) for part in domain_shares(stratified.cells))
    weight = stratified.share
    estimate = np.einsum("s,sgc->gc", weight, share)
    estimate = np.where(estimate > 0.5, 1 - np.einsum("s,sgc->gc", weight, 1 - share), estimate)
    variance = np.where(np.isnan(variance) & ~np.isnan(share), 0.0, variance)
    return estimate, np.einsum("s,sgc->gc", weight**2, variance) + _between(stratified, share - estimate)


def weighted_means(stratified: Stratified, values: ArrayLike, *, level: float = 0.95) -> Interval:
    """Weighted means of each group if it had the strata of all.

    Parameters
    ----------
    stratified : Stratified
        Answers, from `weigh_strata`.
    values : array_like, shape (c,)
        The values.
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
    >>> strata, types, codes = [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, 1, 1], [2, 0, 1, 0, 2, 2, 2, 1]
    >>> counted = weigh_strata(strata, types, codes, [1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0], (2, 2, 3))
    >>> weighted_means(counted, [1.0, 2.0, 3.0]).estimate[:2]
    array([2.75, 2.25])
    """
    means, estimate, spread = _means(stratified, values)
    return _student(estimate, spread, _between(stratified, means - estimate), level)


def difference_of_weighted_means(
    stratified: Stratified, values: ArrayLike, first: ArrayLike, second: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Differences of weighted, standardised means of groups without common rows.

    Parameters
    ----------
    stratified : Stratified
        Answers, from `weigh_strata`.
    values : array_like, shape (c,)
        The values.
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
    >>> strata, types, codes = [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, 1, 1], [2, 0, 1, 0, 2, 2, 2, 1]
    >>> counted = weigh_strata(strata, types, codes, [1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0], (2, 2, 3))
    >>> difference_of_weighted_means(counted, [1.0, 2.0, 3.0], [0], [1]).estimate
    array([0.5])
    """
    means, estimate, spread = _means(stratified, values)
    a, b = (np.asarray(places, dtype=np.intp) for places in (first, second))
    own, other = spread.variance[a], spread.variance[b]
    with np.errstate(invalid="ignore", divide="ignore"):
        joint = _Spread(own + other, (own + other) ** 2 / (own**2 / spread.df[a] + other**2 / spread.df[b]))
    difference = estimate[a] - estimate[b]
    between = _between(stratified, means[:, a] - means[:, b] - difference)
    return _student(difference, joint, between, level)


def _means(stratified: Stratified, values: ArrayLike) -> tuple[np.ndarray, np.ndarray, _Spread]:
    """Means within the strata, (S, g), standardised means, (g,), and their spread given the strata."""
    found, weight = domain_means(stratified.cells, values), stratified.share
    means = stratified.by_stratum(found.mean)
    variance = np.where(found.n == 1, 0.0, found.variance)
    alone, expected, squares = (stratified.by_stratum(part) for part in traces(stratified.cells))
    size = stratified.cells.whole
    with np.errstate(invalid="ignore", divide="ignore"):
        inflation = (weight**2 @ alone) / (weight**2 @ expected) * ((size - 1) / max(size, 1))
        df = (weight**2 @ expected) ** 2 / (weight**4 @ squares)
        spread = _Spread(weight**2 @ stratified.by_stratum(variance) * inflation, df)
    return means, weight @ means, spread


def _between(stratified: Stratified, away: np.ndarray) -> np.ndarray:
    """Variance that comes from the strata's shares being estimated themselves; `away` has the shape (S, …)."""
    size, part = stratified.cells.whole, stratified.share / np.where(stratified.mass > 0, stratified.mass, 1)
    unbiased = size / (size - 1) if size > 1 else np.nan
    return np.asarray(unbiased * np.tensordot(stratified.square * part**2, away**2, axes=1))


def _student(estimate: np.ndarray, spread: _Spread, between: np.ndarray, level: float) -> Interval:
    known = (spread.df > 0) & (spread.variance > 0)
    half = stdtrit(np.where(known, spread.df, np.nan), 0.5 + level / 2) * np.sqrt(spread.variance + between)
    return Interval(estimate, estimate - half, estimate + half)
