"""Weighted types against all municipalities, and against the best of the other types."""

import numpy as np
from numpy.typing import ArrayLike

from kommtyp.intervals import Interval, welch
from kommtyp.weighting.domains import domain_means
from kommtyp.weighting.shares import difference_of_shares
from kommtyp.weighting.weighing import Weighed, weigh

__all__ = ["weighted_difference_from_all", "weighted_difference_from_best"]


def weighted_difference_from_all(
    values: ArrayLike,
    labels: ArrayLike,
    weights: ArrayLike,
    types: ArrayLike,
    *,
    k: int,
    shares: bool,
    level: float = 0.95,
) -> Interval:
    """Difference between one or more types taken together and all municipalities, by their weights.

    It is the difference to the rest times the rest's share of the weights; type and rest have no rows in common.

    Parameters
    ----------
    values : array_like, shape (n,)
        Answers; 0 and 1 where `shares`; NaN is missing.
    labels : array_like of int, shape (n,)
        Type of each row, 0 … `k` − 1; negative rows take no part.
    weights : array_like, shape (n,)
        Weights; rows with the weight 0 take no part.
    types : array_like of int
        The type, or the types that are taken together.
    k : int
        Number of types.
    shares : bool
        True for yes/no answers (`difference_of_shares`), False for means (Welch's t on the linearised variances).
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Types − all, as 0-dimensional arrays; NaN where it cannot be computed.

    Examples
    --------
    >>> answers, types = [1, 1, 1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1, 1, 1, 1]
    >>> interval = weighted_difference_from_all(answers, types, [1] * 4 + [3] * 4, [0], k=2, shares=True)
    >>> round(float(interval.estimate), 3)
    0.375
    """
    scores, weighed = _weighed(values, labels, weights, k)
    inside = np.isin(np.arange(k), np.asarray(types, int))
    own, rest = weighed.pooled(inside), weighed.pooled(~inside)
    scale = rest.mass.sum() / weighed.mass.sum() if rest.rows.any() else np.nan
    between = _between(own, rest, scores, shares=shares, level=level)
    return Interval(*(np.asarray(part[0] * scale) for part in between))


def weighted_difference_from_best(
    values: ArrayLike,
    labels: ArrayLike,
    weights: ArrayLike,
    types: ArrayLike,
    *,
    k: int,
    shares: bool,
    level: float = 0.95,
) -> Interval:
    """Difference between one or more types taken together and the best of the other types, by their weights.

    The low end is the lowest of the low ends against each of the others (an intersection–union test), the high
    end the lowest of the high ends by Bonferroni, as in `kommtyp.intervals.difference_from_best`.

    Parameters
    ----------
    values, labels, weights, types, k, shares, level
        As in `weighted_difference_from_all`.

    Returns
    -------
    Interval
        Types − best of the others, as 0-dimensional arrays; NaN where it cannot be computed, also where one of
        the others has answers but no interval.

    References
    ----------
    Berger, R. L. (1982). Multiparameter hypothesis testing and acceptance sampling. Technometrics, 24, 295–300.

    Examples
    --------
    >>> values = [1] * 8 + [0] * 2 + [1] * 3 + [0] * 7 + [0] * 10
    >>> interval = weighted_difference_from_best(
    ...     values, np.repeat([0, 1, 2], 10), np.tile([1.0, 2.0], 15), [0], k=3, shares=True
    ... )
    >>> round(float(interval.estimate), 2)
    0.53
    """
    scores, weighed = _weighed(values, labels, weights, k)
    inside = np.isin(np.arange(k), np.asarray(types, int))
    present = np.flatnonzero(~inside & (weighed.rows.sum(1) > 0))
    own, other = weighed.pooled(inside), weighed.take(present)
    if not own.rows.any() or not present.size:
        return Interval(*(np.asarray(np.nan),) * 3)
    plain = _between(own, other, scores, shares=shares, level=level)
    wide = _between(own, other, scores, shares=shares, level=1 - (1 - level) / present.size)
    return Interval(np.asarray(plain.estimate.min()), np.asarray(plain.low.min()), np.asarray(wide.high.min()))


def _weighed(values: ArrayLike, labels: ArrayLike, weights: ArrayLike, k: int) -> tuple[np.ndarray, Weighed]:
    values, labels, weights = np.asarray(values, float), np.asarray(labels, int), np.asarray(weights, float)
    valid = (labels >= 0) & ~np.isnan(values) & (weights > 0)
    scores = np.unique(np.concatenate([[0.0, 1.0], values[valid]]))
    codes = np.searchsorted(scores, values[valid])
    return scores, weigh(labels[valid], codes, weights[valid], k, len(scores))


def _between(a: Weighed, b: Weighed, scores: np.ndarray, *, shares: bool, level: float) -> Interval:
    if shares:
        return Interval(*(part[:, 1] for part in difference_of_shares(a, b, level=level)))
    groups = (domain_means(part, scores).moments for part in (a, b))
    return Interval(*welch(*groups, level=level)[:3])
