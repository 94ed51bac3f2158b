"""Putting ratings on one scale before distances are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.errors import FitError, check_choice, first_of

__all__ = ["Scaling", "ScalingMethod", "apply_scaling", "fit_scaling", "ordered_sum", "weighted_moments"]

Array = NDArray[np.float64]
ScalingMethod = Literal["raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank"]
WITHIN_ROW: tuple[str, ...] = ("ipsative", "ipsative_z", "rank")


@dataclass(frozen=True, eq=False)
class Scaling:
    """How ratings were put on one scale, so that new answers can be treated alike.

    Parameters
    ----------
    method : {"raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank"}
        The rule.
    center : ndarray, shape (p,)
        Subtracted from each goal; zero where the rule works within the row.
    spread : ndarray, shape (p,)
        Divides each goal; one where the rule works within the row.
    """

    method: ScalingMethod
    center: Array
    spread: Array

    @property
    def within_row(self) -> bool:
        """True if the rule looks at one municipality at a time."""
        return self.method in WITHIN_ROW


def weighted_moments(X: ArrayLike, weights: ArrayLike | None = None) -> tuple[Array, Array]:
    """Means and standard deviations of the columns, the same for any order of the rows.

    Weights count as sums to n, and the divisor is n − 1, as in R's ``scale()``.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Values without gaps.
    weights : array_like, shape (n,), optional
        Weights; one each where None.

    Returns
    -------
    mean, sd : ndarray, shape (p,)
        Weighted mean and standard deviation; the latter is 0 for a constant column or a single row.

    Examples
    --------
    >>> weighted_moments([[1.0], [2.0], [3.0]])
    (array([2.]), array([1.]))
    """
    X = np.asarray(X, dtype=float)
    n = len(X)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    w = w * (n / ordered_sum(w[:, None])[0])
    mean = ordered_sum(w[:, None] * X) / n
    squares = ordered_sum(w[:, None] * (X - mean) ** 2)
    return mean, np.sqrt(squares / max(n - 1, 1))


def ordered_sum(X: ArrayLike) -> Array:
    """Sum the columns smallest first, so that their order cannot change the last digit.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Values.

    Returns
    -------
    ndarray, shape (p,)
        Sums.

    Examples
    --------
    >>> ordered_sum([[1.0, 2.0], [3.0, 4.0]])
    array([4., 6.])
    """
    return np.sort(np.asarray(X, dtype=float), axis=0).sum(axis=0)


def fit_scaling(
    ratings: ArrayLike,
    *,
    method: ScalingMethod = "ipsative",
    weights: ArrayLike | None = None,
    low: float | None = None,
    high: float | None = None,
    goals: Sequence[str] | None = None,
) -> Scaling:
    """Learn what a scaling rule needs from ratings.

    Parameters
    ----------
    ratings : array_like, shape (n, p)
        Ratings without gaps.
    method : {"raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank"}
        ``raw`` leaves the ratings; ``ipsative`` subtracts each municipality's own mean, which removes the
        habit of calling everything important; ``ipsative_z`` also divides by its own standard deviation
        (divisor p − 1); ``zscore`` and ``minmax`` work by goal; ``rank`` takes mid-ranks in the row.
    weights : array_like, shape (n,), optional
        Weights of the rows, used by ``zscore``.
    low, high : float, optional
        Ends of the scale for ``minmax``; the range seen where None.
    goals : sequence of str, optional
        Names of the goals for messages.

    Returns
    -------
    Scaling
        The rule with what it learnt.

    Raises
    ------
    FitError
        If a goal is constant and the rule would divide by its spread.

    Examples
    --------
    >>> fit_scaling([[1, 5], [3, 4]], method="minmax", low=1, high=5).spread
    array([4., 4.])
    """
    check_choice("scaling", method, get_args(ScalingMethod))
    X = np.asarray(ratings, dtype=float)
    p = X.shape[1]
    center, spread = np.zeros(p), np.ones(p)
    if method == "zscore":
        center, spread = weighted_moments(X, weights)
    elif method == "minmax":
        center = X.min(axis=0) if low is None else np.full(p, float(low))
        spread = (X.max(axis=0) if high is None else np.full(p, float(high))) - center
    flat = np.flatnonzero(spread <= 1e-12 * np.maximum(np.abs(center), 1))
    if flat.size:
        names = [goals[j] if goals is not None else f"goal {j + 1}" for j in flat.tolist()]
        raise FitError(
            f"scaling {method!r}: {first_of(names)} has the same rating everywhere ({center[flat[0]]:g}). "
            "Leave the goal out, or use scaling='ipsative'."
        )
    return Scaling(method, center, spread)


def apply_scaling(scaling: Scaling, ratings: ArrayLike) -> Array:
    """Put ratings on the scale that was learnt.

    Parameters
    ----------
    scaling : Scaling
        From `fit_scaling`.
    ratings : array_like, shape (m, p)
        Ratings without gaps; of the survey it was learnt from, or of another.

    Returns
    -------
    ndarray, shape (m, p)
        Scaled ratings.

    Examples
    --------
    >>> apply_scaling(fit_scaling([[1, 5]]), [[1, 5], [4, 4]])
    array([[-2.,  2.],
           [ 0.,  0.]])
    """
    X = np.asarray(ratings, dtype=float)
    if scaling.method == "rank":
        return _mid_ranks(X)
    if scaling.within_row:
        deviations = X - ordered_sum(X.T)[:, None] / X.shape[1]
        deviations[X.max(axis=1) == X.min(axis=1)] = 0
        if scaling.method == "ipsative":
            return deviations
        sd = np.sqrt(ordered_sum(deviations.T**2)[:, None] / max(X.shape[1] - 1, 1))
        return np.divide(deviations, sd, out=np.zeros_like(deviations), where=sd > 0)
    return (X - scaling.center) / scaling.spread


def _mid_ranks(X: Array) -> Array:
    below = (X[:, :, None] > X[:, None, :]).sum(axis=2)
    equal = (X[:, :, None] == X[:, None, :]).sum(axis=2)
    return below + (equal + 1) / 2
