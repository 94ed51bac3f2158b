"""k-means from given starts, all at once: Lloyd's iterations, then single moves until none pays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEGLIGIBLE", "cluster_sums", "exchange", "lloyd", "minimise"]

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.intp]

NEGLIGIBLE = 1e-12
NEGLIGIBLE_SINGLE = 1e-7
MAX_ITERATIONS = 1000
BOLDNESS = np.array([0.0, 0.5, 0.9, 1.0])


def minimise(X: Floats, weights: Floats, centers: Floats) -> tuple[Labels, Floats]:
    """Run Lloyd and exchange for a batch of starts.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Rows, centred so that their squares are small.
    weights : ndarray, shape (n,) or (b, n)
        Weights of the rows, for all starts or one row of weights a start.
    centers : ndarray, shape (b, k, p)
        Where each start begins.

    Returns
    -------
    labels : ndarray of int, shape (b, n)
        Partition each start ended with; no cluster is empty.
    objectives : ndarray, shape (b,)
        Weighted within-cluster sum of squares.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [10.0]])
    >>> minimise(X, np.ones(3), X[None, [0, 1]])
    (array([[0, 0, 1]]), array([0.5]))
    """
    if weights.ndim == 1:
        weights = np.broadcast_to(weights, (len(centers), len(X)))
    return exchange(X, weights, lloyd(X, weights, centers), centers.shape[1])


def lloyd(X: Floats, W: Floats, centers: Floats) -> Labels:
    """Assign to the nearest center and take means, until the sums of the clusters stay as they are.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Rows, in single or double precision; the work is done in theirs.
    W : ndarray, shape (b, n)
        Weights, in the same precision.
    centers : ndarray, shape (b, k, p)
        Where each start begins.

    Returns
    -------
    ndarray of int, shape (b, n)
        Partition each start ended with; no cluster is empty.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [10.0]])
    >>> lloyd(X, np.ones((1, 3)), X[None, [0, 1]])
    array([[0, 0, 1]])
    """
    (b, k, p), n = centers.shape, len(X)
    with_ones = np.column_stack([X, np.ones(n, dtype=X.dtype)])
    columns = np.ascontiguousarray(with_ones.T)
    final = np.zeros((b, n), dtype=np.intp)
    active, current = np.arange(b), centers.astype(X.dtype)
    before = np.full((b, k, p + 1), np.nan, dtype=X.dtype)
    space, members = np.empty((b, k, n), dtype=X.dtype), np.empty((b, k, n), dtype=bool)
    for _ in range(MAX_ITERATIONS):
        going = len(active)
        distances = _distances(columns, current, out=space[:going])
        member = np.less_equal(distances, _lowest(distances)[:, None], out=members[:going])
        if np.count_nonzero(member) != going * n:
            _break_ties(member)
        np.copyto(distances, member)
        distances *= W[:, None]
        sums = _spread_sums(with_ones, distances)
        empty = sums[:, :, p] <= 0
        done = (sums == before).all(axis=(1, 2)) & ~empty.any(axis=1)
        if done.any():
            final[active[done]] = _labels_of(member[done])
            active, W, sums, empty = active[~done], W[~done], sums[~done], empty[~done]
            if not active.size:
                return final
        before = sums
        current = sums[:, :, :p] / np.where(empty, 1, sums[:, :, p])[:, :, None].astype(X.dtype)
        for start in np.flatnonzero(empty.any(axis=1)):
            gone = empty[start]
            current[start, gone] = _farthest(X, W[start], current[start, ~gone], int(gone.sum()))
    final[active] = _labels_of(member[~done])
    return final


def _break_ties(member: NDArray[np.bool_]) -> None:
    """Leave a row that is equally near to several centers with the first of them."""
    start, row = np.nonzero(member.sum(axis=1, dtype=np.int8) > 1)
    tied = member[start, :, row]
    member[start, :, row] = np.cumsum(tied, axis=1) * tied == 1


def _labels_of(member: NDArray[np.bool_]) -> Labels:
    labels = np.zeros((len(member), member.shape[2]), dtype=np.intp)
    for j in range(member.shape[1] - 1, 0, -1):
        labels[member[:, j]] = j
    labels[member[:, 0]] = 0
    return labels


def _farthest(X: Floats, w: Floats, centers: Floats, count: int) -> Floats:
    """Rows that cost most where they are: new centers for clusters that were emptied."""
    cost = w * ((X[:, None] - centers[None]) ** 2).sum(axis=2).min(axis=1)
    return X[np.argsort(-cost, kind="stable")[:count]]


def exchange(X: Floats, W: Floats, labels: Labels, k: int) -> tuple[Labels, Floats]:
    """Move rows between clusters while that pays: many at once where it works, else the best one.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Rows, centred, in single or double precision; the work is done in theirs.
    W : ndarray, shape (b, n)
        Weights, in the same precision. A row of weight zero stays where it is.
    labels : ndarray of int, shape (b, n)
        Partitions without empty clusters.
    k : int
        Number of clusters.

    Returns
    -------
    labels : ndarray of int, shape (b, n)
        Partitions in which no single move pays.
    objectives : ndarray, shape (b,)
        Weighted within-cluster sum of squares.

    Examples
    --------
    >>> X = np.array([[-3.0], [0.1], [4.0]])
    >>> exchange(X, np.ones((1, 3)), np.array([[0, 1, 1]]), 2)[0]
    array([[0, 0, 1]])
    """
    b, n = labels.shape
    squares = np.einsum("ij,ij->i", X, X)
    columns = np.ascontiguousarray(np.column_stack([X, np.ones(n, dtype=X.dtype), squares]).T)
    total = W @ squares
    floor = np.maximum(total, NEGLIGIBLE) * (NEGLIGIBLE if X.dtype == np.float64 else NEGLIGIBLE_SINGLE)
    final, objectives = labels.copy(), np.zeros(b, dtype=X.dtype)
    active, bold = np.arange(b), np.zeros(b, dtype=np.intp)
    labels = labels.copy()
    sums, value = _explain(X, W, labels, k, total)
    while active.size:
        cost, gain = _gains(columns, W, labels, sums)
        best = gain.max(axis=1)
        going = (best > floor) & (bold < len(BOLDNESS))
        if not going.all():
            stopped = active[~going]
            final[stopped], objectives[stopped] = labels[~going], value[~going]
            active, labels, cost, gain, W = (part[going] for part in (active, labels, cost, gain, W))
            best, bold, sums, value, total = (part[going] for part in (best, bold, sums, value, total))
            floor = floor[going]
            if not active.size:
                break
        moving = gain >= np.maximum(BOLDNESS[bold].astype(X.dtype) * best, floor)[:, None]
        single = np.flatnonzero(bold == len(BOLDNESS) - 1)
        moving[single] = False
        moving[single, gain[single].argmax(axis=1)] = True
        start, row = np.nonzero(moving)
        tried = labels.copy()
        tried[start, row] = cost[start, :, row].argmin(axis=1)
        new_sums, new_value = _explain(X, W, tried, k, total)
        better = new_value < value
        labels[better], sums[better], value[better] = tried[better], new_sums[better], new_value[better]
        bold = np.where(better, np.maximum(bold - 1, 0), bold + 1)
    return final, np.maximum(objectives, 0)


def _distances(columns: Floats, centers: Floats, out: Floats | None = None) -> Floats:
    """Squared distances of all rows to all centers, shape (b, k, n).

    They lack the rows' own squares, unless `columns` holds these below the rows and a line of ones.
    """
    b, k, p = centers.shape
    form = np.ones((b, k, len(columns)), dtype=columns.dtype)
    np.multiply(centers, -2, out=form[:, :, :p])
    np.einsum("bkp,bkp->bk", centers, centers, out=form[:, :, p])
    flat = None if out is None else out.reshape(b * k, -1)
    return np.matmul(form.reshape(b * k, -1), columns, out=flat).reshape(b, k, -1)


def _lowest(values: Floats) -> Floats:
    lowest = values[:, 0].copy()
    for j in range(1, values.shape[1]):
        np.minimum(lowest, values[:, j], out=lowest)
    return lowest


def _spread_sums(X: Floats, spread: Floats) -> Floats:
    b, k, n = spread.shape
    return (spread.reshape(b * k, n) @ X).reshape(b, k, -1)


def cluster_sums(X: Floats, W: Floats, labels: Labels, k: int) -> tuple[Floats, Floats]:
    """Sum the rows of each cluster, and their weights.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Rows.
    W : ndarray, shape (b, n)
        Weights.
    labels : ndarray of int, shape (b, n)
        Partitions.
    k : int
        Number of clusters.

    Returns
    -------
    sums : ndarray, shape (b, k, p)
        Weighted sums; divided by the weights they are the centers.
    sizes : ndarray, shape (b, k)
        Weights.

    Examples
    --------
    >>> sums, sizes = cluster_sums(np.array([[1.0], [3.0]]), np.ones((1, 2)), np.array([[0, 0]]), 1)
    >>> sums / sizes[:, :, None]
    array([[[2.]]])
    """
    short = labels.astype(np.int16)
    spread = np.equal(short[:, None, :], np.arange(k, dtype=np.int16)[None, :, None]).astype(X.dtype)
    spread *= W[:, None, :]
    sums = _spread_sums(np.column_stack([X, np.ones(len(X), dtype=X.dtype)]), spread)
    return sums[:, :, :-1], sums[:, :, -1]


def _explain(X: Floats, W: Floats, labels: Labels, k: int, total: Floats) -> tuple[Floats, Floats]:
    """Sums and weights of the clusters side by side, and the objective; infinite where one is empty."""
    sums, sizes = cluster_sums(X, W, labels, k)
    filled = np.where(sizes > 0, sizes, 1).astype(X.dtype)
    value = total - (np.einsum("bkp,bkp->bk", sums, sums) / filled).sum(axis=1)
    return np.concatenate([sums, sizes[:, :, None]], axis=2), np.where((sizes > 0).all(axis=1), value, np.inf)


def _gains(columns: Floats, W: Floats, labels: Labels, sums: Floats) -> tuple[Floats, Floats]:
    """What it costs to add each row to each other cluster, and how much its best move would save."""
    sizes = np.ascontiguousarray(sums[:, :, -1])
    (b, k), n = sizes.shape, W.shape[1]
    cost = _distances(columns, sums[:, :, :-1] / sizes[:, :, None])
    cluster = labels + np.arange(0, b * k, k)[:, None]
    cell = cluster * n + np.arange(n)
    own_distance = np.take(cost.reshape(-1), cell)
    own_size = np.take(sizes.reshape(-1), cluster)
    left = own_size - W
    saved = own_distance * own_size / np.maximum(left, NEGLIGIBLE_SINGLE * own_size)
    saved *= left > NEGLIGIBLE_SINGLE * own_size
    factor = sizes[:, :, None] + W[:, None, :]
    np.divide(sizes[:, :, None], factor, out=factor)
    cost *= factor
    np.put(cost.reshape(-1), cell, np.inf)
    saved -= _lowest(cost)
    saved *= W
    return cost, saved
