"""Dividing municipalities into clusters, by k-means or a hierarchy."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy
from kommtyp.errors import FitError, check_choice
from kommtyp.kmeans import distinct_rows, kmeans

__all__ = ["Clusters", "Method", "cluster"]

Array = NDArray[np.float64]
Method = Literal["kmeans", "ward", "average", "complete", "ward_kmeans"]
MOST_ROWS_FOR_HIERARCHY = 20_000


@dataclass(frozen=True, eq=False)
class Clusters:
    """A partition with its centers.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        Cluster of each row, from 0; larger clusters first, ties by center.
    centers : ndarray, shape (k, p)
        Weighted means of the clusters.
    objective : float
        Weighted sum of squared distances to the own center.
    explained : float
        Share of the total sum of squares that the partition explains, between 0 and 1.
    starts, hits : int
        Random starts, and how many of them ended at this objective; 0 where the method has none.
    """

    labels: NDArray[np.intp]
    centers: Array
    objective: float
    explained: float
    starts: int
    hits: int


def cluster(
    X: ArrayLike,
    k: int,
    *,
    method: Method = "kmeans",
    weights: ArrayLike | None = None,
    n_init: int = 500,
    random_state: int | np.random.Generator = 0,
) -> Clusters:
    """Divide rows into k clusters.

    A hierarchy breaks ties between distances by the order of the rows, as R does. On Likert data ties are
    many, so there the order of the file can change its clusters; that of k-means it cannot.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Scaled ratings without gaps.
    k : int
        Number of clusters, at least 2.
    method : {"kmeans", "ward", "average", "complete", "ward_kmeans"}
        ``kmeans`` minimises the within-cluster sum of squares; ``ward`` (R's ``ward.D2``), ``average`` and
        ``complete`` cut a hierarchy on Euclidean distances; ``ward_kmeans`` is k-means started once at
        Ward's centers.
    weights : array_like, shape (n,), optional
        Weights, positive. Ward takes them as sizes of the rows; ``average`` and ``complete`` link the
        rows as they are, and only their centers are weighted.
    n_init : int
        Random starts of k-means, at least 1.
    random_state : int or Generator
        Seed of the starts.

    Returns
    -------
    Clusters
        Partition, centers and what is known of their quality.

    Raises
    ------
    FitError
        If there are fewer distinct rows than clusters, or too many rows for a hierarchy.

    References
    ----------
    Murtagh & Legendre (2014), Journal of Classification 31, 274–295; R's ``hclust`` and ``cutree``.

    Examples
    --------
    >>> found = cluster([[0.0], [1.0], [10.0]], 2, method="ward")
    >>> found.labels, found.centers.ravel()
    (array([0, 0, 1]), array([ 0.5, 10. ]))
    """
    check_choice("method", method, get_args(Method))
    X = np.asarray(X, dtype=float)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    starts = hits = 0
    if method == "kmeans":
        fit = kmeans(X, k, weights=w, n_init=n_init, random_state=random_state)
        labels, starts, hits = fit.labels, fit.starts, fit.hits
    else:
        labels = _cut_hierarchy(X, k, "ward" if method == "ward_kmeans" else method, w)
        if method == "ward_kmeans":
            labels = kmeans(X, k, weights=w, centers=_centers(X, labels, k, w)).labels
    labels, centers = _in_order(X, labels, k, w)
    objective = _sum_of_squares(X - centers[labels], w)
    total = _sum_of_squares(X - _centers(X, np.zeros_like(labels), 1, w), w)
    return Clusters(labels, centers, objective, 1 - objective / total if total > 0 else 0.0, starts, hits)


def _sum_of_squares(X: Array, weights: Array) -> float:
    """Sum smallest first, so that the order of the rows cannot change the last digit."""
    return float(np.sort(weights * (X**2).sum(axis=1)).sum())


def _cut_hierarchy(X: Array, k: int, method: str, weights: Array) -> NDArray[np.intp]:
    rows, mass, where = distinct_rows(X, weights)
    if len(rows) < k:
        raise FitError(f"{method}: {k} clusters wanted of {len(rows)} distinct rows. Use at most {len(rows)} clusters.")
    merged = len(X) > MOST_ROWS_FOR_HIERARCHY
    if len(rows) > MOST_ROWS_FOR_HIERARCHY or (merged and method == "average"):
        raise FitError(
            f"{method}: {len(X):,} rows need {len(X) ** 2 * 8 / 1e9:.0f} GB of distances. "
            "Use method='kmeans', or 'ward_kmeans' on a sample."
        )
    if method == "ward" and (merged or (weights != weights[0]).any()):
        return _cut_weighted_ward(rows, mass, k)[where]
    hierarchy = lazy.load("scipy.cluster.hierarchy")
    tree = hierarchy.linkage(rows if merged else X, method=method)
    labels = hierarchy.cut_tree(tree, n_clusters=k)[:, 0].astype(np.intp)
    return labels[where] if merged else labels


def _cut_weighted_ward(rows: Array, mass: Array, k: int) -> NDArray[np.intp]:
    """Merge rows of any mass by Ward's criterion along nearest-neighbour chains, and stop at k clusters."""
    centers, sizes = rows.copy(), mass.copy()
    alive = np.ones(len(rows), dtype=bool)
    merges: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(merges) < len(rows) - 1:
        if not chain:
            chain.append(int(alive.argmax()))
        here = chain[-1]
        cost = sizes * sizes[here] / (sizes + sizes[here]) * ((centers - centers[here]) ** 2).sum(axis=1)
        cost[~alive] = np.inf
        cost[here] = np.inf
        nearest = int(cost.argmin())
        if len(chain) > 1 and cost[chain[-2]] <= cost[nearest]:
            nearest = chain[-2]
            keep, gone = min(here, nearest), max(here, nearest)
            merges.append((float(cost[nearest]), keep, gone))
            total = sizes[keep] + sizes[gone]
            centers[keep] = (sizes[keep] * centers[keep] + sizes[gone] * centers[gone]) / total
            sizes[keep], alive[gone] = total, False
            del chain[-2:]
        else:
            chain.append(nearest)
    leader = np.arange(len(rows))
    for _, keep, gone in sorted(merges, key=lambda merge: merge[0])[: len(rows) - k]:
        leader[leader == leader[gone]] = leader[keep]
    return np.unique(leader, return_inverse=True)[1].astype(np.intp)


def _centers(X: Array, labels: NDArray[np.intp], k: int, weights: Array) -> Array:
    """Means of the clusters, with the rows in one order so that theirs in the file cannot change a digit."""
    order = np.lexsort((weights, *X.T[::-1]))
    membership = (labels[order] == np.arange(k)[:, None]) * weights[order]
    return (membership @ X[order]) / membership.sum(axis=1, keepdims=True)


def _in_order(X: Array, labels: NDArray[np.intp], k: int, weights: Array) -> tuple[NDArray[np.intp], Array]:
    """Number clusters by falling size, ties by center."""
    centers = _centers(X, labels, k, weights)
    sizes = np.bincount(labels, weights=weights, minlength=k)
    order = np.lexsort((*np.round(centers, 9).T[::-1], -sizes))
    rank = np.empty(k, dtype=np.intp)
    rank[order] = np.arange(k)
    return rank[labels], centers[order]
