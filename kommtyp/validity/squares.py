"""Criteria made of sums of squares: how tight clusters are, and how far apart."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["calinski_harabasz", "davies_bouldin", "explained_share", "within_sum"]

Array = NDArray[np.float64]


def _parts(X: ArrayLike, labels: ArrayLike, weights: ArrayLike | None) -> tuple[Array, NDArray[np.intp], Array, Array]:
    """Return centred rows, labels without gaps, weights, and the centers."""
    rows = np.asarray(X, dtype=float)
    w = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=float)
    counted = w > 0
    rows, w = rows[counted], w[counted]
    own = np.unique(np.asarray(labels)[counted], return_inverse=True)[1]
    rows = rows - w @ rows / w.sum()
    member = (own == np.arange(own.max() + 1)[:, None]) * w
    return rows, own, w, member @ rows / member.sum(axis=1, keepdims=True)


def within_sum(X: ArrayLike, labels: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Weighted sum of squared distances to the center of the own cluster.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    labels : array_like of int, shape (n,)
        Partition.
    weights : array_like, shape (n,), optional
        Weights; one each where None.

    Returns
    -------
    float
        What k-means makes small.

    Examples
    --------
    >>> within_sum([[0.0], [2.0], [9.0]], [0, 0, 1])
    2.0
    """
    rows, own, w, centers = _parts(X, labels, weights)
    return float(w @ ((rows - centers[own]) ** 2).sum(axis=1))


def explained_share(X: ArrayLike, labels: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Share of the total sum of squares that lies between the clusters.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    labels : array_like of int, shape (n,)
        Partition.
    weights : array_like, shape (n,), optional
        Weights; one each where None.

    Returns
    -------
    float
        Between 0 and 1; NaN if all rows are equal.

    References
    ----------
    R2sq of ``WeightedCluster::wcClusterQuality``.

    Examples
    --------
    >>> round(explained_share([[0.0], [2.0], [9.0]], [0, 0, 1]), 3)
    0.955
    """
    within, between = _sums(X, labels, weights)[:2]
    return between / (within + between) if within + between > 0 else float("nan")


def calinski_harabasz(X: ArrayLike, labels: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Variance ratio: the sum of squares between clusters to that within, per degree of freedom.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    labels : array_like of int, shape (n,)
        Partition.
    weights : array_like, shape (n,), optional
        Weights, taken as so many copies of the row; one each where None.

    Returns
    -------
    float
        Larger is better; NaN with a single cluster, or with nothing left within or no degree of freedom.

    References
    ----------
    Caliński & Harabasz (1974), Communications in Statistics 3, 1–27; CHsq of
    ``WeightedCluster::wcClusterQuality``.

    Examples
    --------
    >>> calinski_harabasz([[0.0], [2.0], [9.0], [11.0]], [0, 0, 1, 1])
    40.5
    """
    within, between, k, mass = _sums(X, labels, weights)
    if k < 2 or mass <= k or within <= 0:
        return float("nan")
    return between / (k - 1) / (within / (mass - k))


def _sums(X: ArrayLike, labels: ArrayLike, weights: ArrayLike | None) -> tuple[float, float, int, float]:
    rows, own, w, centers = _parts(X, labels, weights)
    within = float(w @ ((rows - centers[own]) ** 2).sum(axis=1))
    between = float(w @ (centers[own] ** 2).sum(axis=1))
    return within, between, len(centers), float(w.sum())


def davies_bouldin(X: ArrayLike, labels: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Mean over clusters of how much the worst neighbour overlaps.

    For two clusters it is the sum of their mean distances to their own centers, divided by the distance
    between the centers; each cluster counts with the neighbour for which this is largest.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    labels : array_like of int, shape (n,)
        Partition.
    weights : array_like, shape (n,), optional
        Weights; one each where None.

    Returns
    -------
    float
        Smaller is better; NaN with a single cluster, infinite where two centers coincide.

    References
    ----------
    Davies & Bouldin (1979), IEEE Transactions on Pattern Analysis 1, 224–227.

    Examples
    --------
    >>> davies_bouldin([[0.0], [2.0], [9.0], [11.0]], [0, 0, 1, 1])
    0.2222222222222222
    """
    rows, own, w, centers = _parts(X, labels, weights)
    k = len(centers)
    if k < 2:
        return float("nan")
    distance = np.sqrt(((rows - centers[own]) ** 2).sum(axis=1))
    spread = np.bincount(own, weights=w * distance) / np.bincount(own, weights=w)
    apart = np.sqrt(((centers[:, None] - centers) ** 2).sum(axis=2))
    overlap = np.full((k, k), np.inf)
    np.divide(spread[:, None] + spread, apart, out=overlap, where=apart > 0)
    np.fill_diagonal(overlap, -np.inf)
    return float(overlap.max(axis=1).mean())
