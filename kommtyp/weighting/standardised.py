"""Weighted shares of the types if all had the same strata."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from kommtyp.intervals import Interval, wilson
from kommtyp.weighting.domains import domain_shares
from kommtyp.weighting.weighing import Weighed, traces, weigh

__all__ = ["Stratified", "from_strata", "weigh_strata", "weighted_shares"]

ADDED = 4  # answers, to each group in each stratum, where their variance is asked for


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
    Wilson's with an effective number of answers. That is 1 / Σ (share² Σw² / (Σw)²), the number of equally weighted
    answers of the same precision, or less: where a group has few answers in strata with much variance, for which four
    answers more are added to each group in each stratum, as in `kommtyp.standardisation.standardised_shares`; or
    where the linearised variance says so, as it does if answers go with the weights. Logit intervals with the
    linearised variance alone, as for one group, would cover 80 % instead of 95 %, because in small strata it is
    often much too small.

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
    Franco et al. (2019), J. Survey Statistics and Methodology 7, 334–364, for Wilson's with the effective n;
    Agresti & Coull (1998), The American Statistician 52, 119–126, for four answers more.
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
    effective = np.where(np.isfinite(share), _effective(stratified, share, variance), 0.0)
    interval = wilson(share * effective, effective, level=level)
    return Interval(share, interval.low, interval.high)


def _effective(stratified: Stratified, share: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Number of answers of a sample without strata and weights as precise as each share, shape (g, c)."""
    weight, mass = stratified.share, stratified.by_stratum(stratified.cells.mass)
    one = stratified.by_stratum(traces(stratified.cells)[0])[:, :, None]
    of_all = mass[:, : mass.shape[1] // 2].sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = mass / mass.sum(axis=2, keepdims=True)
        smoothed = (own / one + ADDED * of_all / of_all.sum(axis=2, keepdims=True)) / (1 / one + ADDED)
        together = np.einsum("s,sgc->gc", weight, smoothed)
        within = np.einsum("s,sgc->gc", weight**2, smoothed * (1 - smoothed) * one)
        expected = together * (1 - together) / (within + from_strata(stratified, smoothed - together))
        alike = 1 / np.einsum("s,sgc->gc", weight**2, one)
        linearised = np.where(variance > 0, share * (1 - share) / variance, np.inf)
    return np.fmin(np.fmin(np.where(within > 0, expected, alike), linearised), alike)


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
    return estimate, np.einsum("s,sgc->gc", weight**2, variance) + from_strata(stratified, share - estimate)


def from_strata(stratified: Stratified, away: np.ndarray) -> np.ndarray:
    """Variance that comes from the strata's own shares being estimates.

    Parameters
    ----------
    stratified : Stratified
        Answers.
    away : ndarray, shape (S, …)
        What each stratum differs by from the standardised estimate.

    Returns
    -------
    ndarray, shape (…)
        Linearised variance.
    """
    size, part = stratified.cells.whole, stratified.share / np.where(stratified.mass > 0, stratified.mass, 1)
    unbiased = size / (size - 1) if size > 1 else np.nan
    return np.asarray(unbiased * np.tensordot(stratified.square * part**2, away**2, axes=1))
