"""Giving clusters the names of types by their centroid profiles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy
from kommtyp.scaling import weighted_moments

__all__ = ["DOUBTFUL_CLARITY", "Labelling", "label_clusters", "profile_scores"]

Array = NDArray[np.float64]
DOUBTFUL_CLARITY = 0.1
FORBIDDEN = 1e6


@dataclass(frozen=True, eq=False)
class Labelling:
    """Which cluster bears which name, and how clear that is.

    Parameters
    ----------
    z : ndarray, shape (k, p)
        Center minus grand mean in standard deviations of the goal.
    scores : ndarray, shape (k, t)
        Mean of z over the goals that mark a type, less its mean over the other goals.
    names : ndarray of int, shape (k,)
        Type of each cluster, −1 for a cluster that bears no name.
    score : ndarray, shape (k,)
        Score of the name that was given; NaN without a name.
    clarity : ndarray, shape (k,)
        What would be lost, per cluster, if this cluster bore another name; NaN without a name.
    doubtful : ndarray of bool, shape (k,)
        True where the score is not positive or the clarity is below 0.1.
    """

    z: Array
    scores: Array
    names: NDArray[np.intp]
    score: Array
    clarity: Array
    doubtful: NDArray[np.bool_]


def profile_scores(z: ArrayLike, marks: ArrayLike) -> Array:
    """Score how well each profile fits each type.

    Parameters
    ----------
    z : array_like, shape (k, p)
        Profiles: deviations from the grand mean in standard deviations.
    marks : array_like of bool, shape (t, p)
        Which goals mark which type.

    Returns
    -------
    ndarray, shape (k, t)
        Mean over the marking goals − mean over the other goals; 0 for a type without marking goals.

    Examples
    --------
    >>> profile_scores([[1.0, -1.0]], [[True, False], [False, True]])
    array([[ 2., -2.]])
    """
    z, marks = np.asarray(z, dtype=float), np.asarray(marks, dtype=float)
    marking, others = marks.sum(axis=1), (1 - marks).sum(axis=1)
    inside = z @ marks.T / np.maximum(marking, 1)
    outside = z @ (1 - marks).T / np.maximum(others, 1)
    return np.where(marking > 0, inside - outside, 0.0)


def label_clusters(centers: ArrayLike, X: ArrayLike, marks: ArrayLike, weights: ArrayLike | None = None) -> Labelling:
    """Name clusters one to one so that the sum of scores is largest.

    A goal that is high everywhere counts for nothing, since profiles are deviations from the grand mean.
    Names are given together, not one after the other, so no cluster takes a name that fits another better.
    The order of rows, goals and clusters does not matter.

    Parameters
    ----------
    centers : array_like, shape (k, p)
        Centers of the clusters.
    X : array_like, shape (n, p)
        The rows they were formed from.
    marks : array_like of bool, shape (t, p)
        Which goals mark which type.
    weights : array_like, shape (n,), optional
        Weights of the rows.

    Returns
    -------
    Labelling
        Names with scores, clarity and doubts.

    References
    ----------
    Kuhn (1955), Naval Research Logistics Quarterly 2, 83–97, for the assignment.

    Examples
    --------
    >>> X = [[2.0, 0.0], [2.2, 0.0], [0.0, 2.0], [0.0, 2.2]]
    >>> found = label_clusters([[0.0, 2.1], [2.1, 0.0]], X, [[True, False], [False, True]])
    >>> found.names, found.doubtful
    (array([1, 0]), array([False, False]))
    """
    mean, sd = weighted_moments(X, weights)
    away = np.asarray(centers, dtype=float) - mean
    z = np.divide(away, sd, out=np.zeros_like(away), where=sd > 0)
    scores = profile_scores(z, marks)
    names, total = _assign(scores)
    k = len(scores)
    score, clarity = np.full(k, np.nan), np.full(k, np.nan)
    for c in np.flatnonzero(names >= 0):
        score[c] = scores[c, names[c]]
        clarity[c] = (total - _best_without(scores, int(c), int(names[c]))) / k
    doubtful = (names >= 0) & ~((score > 0) & (clarity >= DOUBTFUL_CLARITY))
    return Labelling(z, scores, names, score, clarity, doubtful)


def _assign(scores: Array) -> tuple[NDArray[np.intp], float]:
    rows, columns = lazy.load("scipy.optimize").linear_sum_assignment(scores, maximize=True)
    names = np.full(len(scores), -1, dtype=np.intp)
    names[rows] = columns
    return names, float(scores[rows, columns].sum())


def _best_without(scores: Array, cluster: int, name: int) -> float:
    """Best total in which a cluster bears another name; minus infinity if there is no other."""
    changed = scores.copy()
    changed[cluster, name] = -FORBIDDEN
    _, total = _assign(changed)
    return total if total > -FORBIDDEN / 2 else -np.inf
