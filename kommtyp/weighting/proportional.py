"""Iterative proportional fitting: weights whose sums meet given margins."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Fitted", "fit_margins"]

NO_BOUNDS = (0.0, np.inf)
HALVINGS = 80
REACH = 1e9  # largest product of all factors of a row, where margins contradict each other or the bounds
PATIENCE = 20  # rounds without progress after which they do


class Fitted(NamedTuple):
    """Weights, shape (n,), how many rounds they took, and the largest difference of a share from its target."""

    weights: np.ndarray
    iterations: int
    difference: float


def fit_margins(
    categories: Sequence[ArrayLike],
    targets: Sequence[ArrayLike],
    start: ArrayLike,
    *,
    bounds: tuple[float, float] = NO_BOUNDS,
    max_iterations: int = 500,
    tolerance: float = 1e-10,
) -> Fitted:
    """Fit weights to margins by iterative proportional fitting, within bounds.

    In turn for each margin, the weights of each category are multiplied by one factor so that they sum to the
    target. A weight that would leave the bounds stays at the bound, and the factor makes up for it with the
    others of its category. Where the margins can be met at all, the result is as near to the starting weights
    as they allow (least Kullback–Leibler distance). Rounds end when they bring the weights no nearer. Where it is
    the bounds that stand in the way, the weights are fitted without them, cut to them, and what was cut off is
    made up for by all the others.

    Parameters
    ----------
    categories : sequence of array_like of int, shape (n,)
        Category of each row on each margin, 0 … c − 1; each category has rows.
    targets : sequence of array_like, shape (c,)
        Share of each category, above 0, summing to 1.
    start : array_like, shape (n,)
        Weights above 0 to start from.
    bounds : tuple of float
        Lowest and highest weight, in units of the mean weight.
    max_iterations : int
        Most rounds over all margins.
    tolerance : float
        Largest difference of a share from its target at which to stop.

    Returns
    -------
    Fitted
        Weights with mean 1 where the margins are met; rounds; largest difference of a share.

    References
    ----------
    Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427–444; Deville, Särndal & Sautory (1993),
    JASA 88, 1013–1020. R: ``survey::rake``, ``survey::calibrate(calfun = "raking")``.

    Examples
    --------
    >>> fit_margins([[0, 0, 1, 1], [0, 1, 0, 1]], [[0.25, 0.75], [0.5, 0.5]], np.ones(4)).weights
    array([0.5, 0.5, 1.5, 1.5])
    """
    groups = [np.asarray(category, int) for category in categories]
    n = len(groups[0])
    wanted = [np.asarray(target, float) * n for target in targets]
    first = np.asarray(start, float)
    first = first / first.mean()
    free, weights = first, np.clip(first, *bounds)
    differences: list[float] = []
    while len(differences) < max_iterations and not _ended(differences, tolerance):
        for group, target in zip(groups, wanted, strict=True):
            free = np.clip(free * _factors(free, group, target, bounds)[group], first / REACH, first * REACH)
            weights = np.clip(free, *bounds)
        differences.append(_difference(weights, groups, wanted))
    if differences[-1] > tolerance and bounds != NO_BOUNDS:
        plain = fit_margins(categories, targets, start, max_iterations=max_iterations, tolerance=tolerance)
        one = np.zeros(n, dtype=int)
        factor = _factors(plain.weights, one, np.array([float(n)]), bounds)
        weights = np.clip(plain.weights * factor, *bounds)
        return Fitted(weights, plain.iterations, _difference(weights, groups, wanted))
    return Fitted(weights, len(differences), differences[-1])


def _difference(weights: np.ndarray, groups: list[np.ndarray], wanted: list[np.ndarray]) -> float:
    sums = [np.bincount(group, weights, minlength=len(target)) for group, target in zip(groups, wanted, strict=True)]
    return max(float(np.abs(one - target).max()) for one, target in zip(sums, wanted, strict=True)) / len(weights)


def _ended(differences: list[float], tolerance: float) -> bool:
    """True if the margins are met, or come no nearer."""
    if not differences or differences[-1] <= tolerance:
        return bool(differences)
    return len(differences) > PATIENCE and differences[-1] > 0.999 * differences[-1 - PATIENCE]


def _factors(free: np.ndarray, group: np.ndarray, target: np.ndarray, bounds: tuple[float, float]) -> np.ndarray:
    """One factor for each category, after which its weights within the bounds sum to the target."""
    low, high = bounds
    plain = target / np.bincount(group, free, minlength=len(target))
    scaled = free * plain[group]
    if (scaled >= low).all() and (scaled <= high).all():
        return plain
    least, most = np.full(len(target), np.inf), np.zeros(len(target))
    np.minimum.at(least, group, free)
    np.maximum.at(most, group, free)
    below = np.minimum(np.log(low / most) if low > 0 else np.inf, np.log(plain))
    above = np.maximum(np.log(high / least) if np.isfinite(high) else -np.inf, np.log(plain))
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        short = np.bincount(group, np.clip(free * np.exp(middle)[group], low, high), minlength=len(target)) < target
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return np.exp((below + above) / 2)
