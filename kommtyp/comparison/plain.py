"""The intervals without the doubt about the types, to set beside those that carry it."""

from typing import NamedTuple

import numpy as np

from kommtyp.intervals import Interval, Moments, mean_interval, moments, newcombe, welch, wilson
from kommtyp.weighting import Weighed, difference_of_shares, domain_means, logit_interval, others, weigh

__all__ = ["PlainIntervals", "plain_intervals"]


class PlainIntervals(NamedTuple):
    """Shares or means of the k types, and their differences, shape (d,)."""

    of_types: Interval
    apart: Interval


def plain_intervals(
    values: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray | None,
    k: int,
    *,
    pairs: tuple[np.ndarray, np.ndarray],
    share: bool,
    level: float,
    apart_level: float,
) -> PlainIntervals:
    """Compute the intervals of the estimates and of the pairs of a comparison.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Answers, 0 and 1 for a share; NaN is missing.
    labels : ndarray of int, shape (n,)
        Type of each.
    weights : ndarray, shape (n,), or None
        Weights, above 0 where there is an answer.
    k : int
        Number of types.
    pairs : tuple of ndarray of int, shape (d,)
        What to compare: types, 0 … k − 1, and all the others without a type, k … 2k − 1.
    share : bool
        Whether it is a share.
    level, apart_level : float
        Confidence levels of the types and of the differences.

    Returns
    -------
    PlainIntervals
        Wilson's, Newcombe's, Student's and Welch's; with weights as in a weighted comparison.

    Examples
    --------
    >>> found = plain_intervals(
    ...     np.array([1.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1, 1]), None, 2,
    ...     pairs=(np.array([0]), np.array([1])), share=True, level=0.95, apart_level=0.95,
    ... )
    >>> found.of_types.estimate, found.apart.estimate
    (array([0.5, 1. ]), array([-0.5]))
    """
    valid = ~np.isnan(values)
    values, labels = values[valid], labels[valid]
    if weights is not None:
        return _weighted(values, labels, weights[valid], k, pairs, share=share, levels=(level, apart_level))
    own = moments(values, labels, k)
    rests = [moments(values, np.where(labels == t, -1, 0), 1) for t in range(k)]
    every = Moments(*(np.concatenate(field) for field in zip(own, *rests, strict=True)))
    a, b = (Moments(*(field[places] for field in every)) for places in pairs)
    if share:
        apart = newcombe(_count(a), a.n, _count(b), b.n, level=apart_level)
        return PlainIntervals(wilson(_count(own), own.n, level=level), apart)
    of_types = mean_interval(own.mean, own.sd, own.n, level=level)
    return PlainIntervals(of_types, Interval(*welch(a, b, level=apart_level)[:3]))


def _count(groups: Moments) -> np.ndarray:
    return np.nan_to_num(groups.n * groups.mean).round()


def _weighted(
    values: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray,
    k: int,
    pairs: tuple[np.ndarray, np.ndarray],
    *,
    share: bool,
    levels: tuple[float, float],
) -> PlainIntervals:
    if share:
        groups = _and_others(weigh(labels, values, weights, k, 2))
        a, b = (groups.take(places) for places in pairs)
        found = logit_interval(groups, level=levels[0]), difference_of_shares(a, b, level=levels[1])
        of_types, apart = (Interval(*(part[:, 1] for part in ends)) for ends in found)
    else:
        possible, codes = np.unique(values, return_inverse=True)
        means = domain_means(_and_others(weigh(labels, codes, weights, k, len(possible))), possible).moments
        first, second = (Moments(*(field[places] for field in means)) for places in pairs)
        of_types = mean_interval(means.mean, means.sd, means.n, level=levels[0])
        apart = Interval(*welch(first, second, level=levels[1])[:3])
    return PlainIntervals(Interval(*(part[:k] for part in of_types)), apart)


def _and_others(types: Weighed) -> Weighed:
    """Return the types, and behind them what is left without each."""
    rows, mass, square, powers = (np.concatenate(field) for field in zip(types[:4], others(types)[:4], strict=True))
    return Weighed(rows, mass, square, powers, types.whole)
