"""What every way of clustering gives, and the order that clusters come in."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kommtyp.errors import FitError

__all__ = ["Array", "Clusters", "Labels", "Method", "Partition", "means_of", "record"]

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Method = Literal["kmeans", "ward", "average", "complete", "ward_kmeans", "kmedoids", "mixture", "lca"]


@dataclass(frozen=True, eq=False)
class Clusters:
    """A partition with its centers.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        Cluster of each row, from 0; larger clusters first, ties by center.
    centers : ndarray, shape (k, p)
        Weighted means of the clusters, also where medoids or a mixture formed them: a medoid is the answers
        of one municipality, and those are not handed on.
    objective : float
        Weighted sum of squared distances to the own center, whatever the method minimised.
    explained : float
        Share of the total sum of squares that the partition explains, between 0 and 1.
    starts, hits : int
        Random starts, and how many of them ended at the best solution; 0 where the method has none.
    posterior : ndarray, shape (n, k), optional
        Probability of each row to belong to each cluster, where the method gives it; rows sum to 1.
    bic : float, optional
        Bayesian information criterion of a mixture, −2 log-likelihood + parameters × log n: smaller is better.
    """

    labels: Labels
    centers: Array
    objective: float
    explained: float
    starts: int
    hits: int
    posterior: Array | None = None
    bic: float | None = None


class Partition(NamedTuple):
    """Clusters in the order that a method left them in."""

    labels: Labels
    starts: int = 0
    hits: int = 0
    posterior: Array | None = None
    bic: float | None = None


def record(X: Array, partition: Partition, k: int, weights: Array) -> Clusters:
    """Number clusters by falling size, ties by center, and add centers and the sum of squares."""
    labels, starts, hits, posterior, bic = partition
    sizes = np.bincount(labels, weights=weights, minlength=k)
    if (sizes <= 0).any():
        raise FitError(
            f"clusters: {int((sizes <= 0).sum())} of {k} hold only rows of weight 0. "
            "Drop these rows, or use method='kmeans'."
        )
    centers = means_of(X, labels, k, weights)
    order = np.lexsort((*np.round(centers, 9).T[::-1], -sizes))
    rank = np.empty(k, dtype=np.intp)
    rank[order] = np.arange(k)
    labels, centers = rank[labels], centers[order]
    objective = _sum_of_squares(X - centers[labels], weights)
    total = _sum_of_squares(X - means_of(X, np.zeros_like(labels), 1, weights), weights)
    explained = 1 - objective / total if total > 0 else 0.0
    return Clusters(
        labels, centers, objective, explained, starts, hits, None if posterior is None else posterior[:, order], bic
    )


def means_of(X: Array, labels: Labels, k: int, weights: Array) -> Array:
    """Means of the clusters, with the rows in one order so that theirs in the file cannot change a digit."""
    order = np.lexsort((weights, *X.T[::-1]))
    membership = (labels[order] == np.arange(k)[:, None]) * weights[order]
    means: Array = (membership @ X[order]) / membership.sum(axis=1, keepdims=True)
    return means


def _sum_of_squares(X: Array, weights: Array) -> float:
    """Sum smallest first, so that the order of the rows cannot change the last digit."""
    return float(np.sort(weights * (X**2).sum(axis=1)).sum())
