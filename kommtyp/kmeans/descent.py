"""k-means from given starts, all at once: Lloyd's iterations, then single moves until none pays."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEGLIGIBLE", "cluster_sums", "minimise"]

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

NEGLIGIBLE = 1e-12
MAX_ITERATIONS = 1000
BOLDNESS = np.array([0.0, 0.5, 0.9, 1.0])


def minimise(X: Array, weights: Array, centers: Array) -> tuple[Labels, Array]:
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
    return _exchange(X, weights, _lloyd(X, weights, centers), centers.shape[1])


def _lloyd(X: Array, W: Array, centers: Array) -> Labels:
    """Assign to the nearest center and take means, until the sums of the clusters stay as they are."""
    (b, k, p), n = centers.shape, len(X)
    with_ones = np.column_stack([X, np.ones(n)])
    columns = np.ascontiguousarray(with_ones.T)
    final = np.zeros((b, n), dtype=np.intp)
    active, current = np.arange(b), centers
    before = np.full((b, k, p + 1), np.nan)
    for _ in range(MAX_ITERATIONS):
        distances = _distances(columns, current)
        member = distances <= _lowest(distances)[:, None]
        if member.sum() != member.size // k:
            member &= np.cumsum(member, axis=1) == 1
        sums = _spread_sums(with_ones, member * W[active][:, None])
        empty = sums[:, :, p] <= 0
        done = (sums == before).all(axis=(1, 2)) & ~empty.any(axis=1)
        final[active[done]] = member[done].argmax(axis=1)
        active, before, empty, distances = active[~done], sums[~done], empty[~done], distances[~done]
        if not active.size:
            return final
        current = before[:, :, :p] / np.where(empty, 1, before[:, :, p])[:, :, None]
        for start in np.flatnonzero(empty.any(axis=1)):
            current[start, empty[start]] = _farthest(X, W[active[start]], distances[start], int(empty[start].sum()))
    final[active] = _distances(columns, current).argmin(axis=1)
    return final


def _farthest(X: Array, w: Array, distances: Array, count: int) -> Array:
    """Rows that cost most where they are: new centers for clusters that were emptied."""
    cost = w * (distances.min(axis=0) + np.einsum("ij,ij->i", X, X))
    return X[np.argsort(-cost, kind="stable")[:count]]


def _exchange(X: Array, W: Array, labels: Labels, k: int) -> tuple[Labels, Array]:
    """Move rows between clusters while that pays: many at once where it works, else the best one."""
    b, n = labels.shape
    squares = np.einsum("ij,ij->i", X, X)
    columns = np.ascontiguousarray(np.column_stack([X, np.ones(n), squares]).T)
    total = W @ squares
    floor = NEGLIGIBLE * np.maximum(total, NEGLIGIBLE)
    final, objectives = labels.copy(), np.zeros(b)
    active, bold = np.arange(b), np.zeros(b, dtype=np.intp)
    sums, value = _explain(X, W, labels, k, total)
    while active.size:
        cost, gain = _gains(columns, W[active], labels, sums)
        best = gain.max(axis=1)
        going = (best > floor[active]) & (bold < len(BOLDNESS))
        if not going.all():
            stopped = active[~going]
            final[stopped], objectives[stopped] = labels[~going], value[~going]
            active, labels, cost, gain = (part[going] for part in (active, labels, cost, gain))
            best, bold, sums, value = (part[going] for part in (best, bold, sums, value))
            if not active.size:
                break
        moving = gain >= np.maximum(BOLDNESS[bold] * best, floor[active])[:, None]
        single = bold == len(BOLDNESS) - 1
        moving[single] = np.arange(n) == gain[single].argmax(axis=1)[:, None]
        start, row = np.nonzero(moving)
        tried = labels.copy()
        tried[start, row] = cost[start, :, row].argmin(axis=1)
        new_sums, new_value = _explain(X, W[active], tried, k, total[active])
        better = new_value < value
        labels[better], sums[better], value[better] = tried[better], new_sums[better], new_value[better]
        bold = np.where(better, np.maximum(bold - 1, 0), bold + 1)
    return final, np.maximum(objectives, 0)


def _distances(columns: Array, centers: Array) -> Array:
    """Squared distances of all rows to all centers, shape (b, k, n).

    They lack the rows' own squares, unless `columns` holds these below the rows and a line of ones.
    """
    b, k, p = centers.shape
    form = np.ones((b, k, len(columns)))
    form[:, :, :p] = -2 * centers
    form[:, :, p] = np.einsum("bkp,bkp->bk", centers, centers)
    return (form.reshape(b * k, -1) @ columns).reshape(b, k, -1)


def _lowest(values: Array) -> Array:
    lowest = values[:, 0].copy()
    for j in range(1, values.shape[1]):
        np.minimum(lowest, values[:, j], out=lowest)
    return lowest


def _spread_sums(X: Array, spread: Array) -> Array:
    b, k, n = spread.shape
    return (spread.reshape(b * k, n) @ X).reshape(b, k, -1)


def cluster_sums(X: Array, W: Array, labels: Labels, k: int) -> tuple[Array, Array]:
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
    spread = (labels[:, None, :] == np.arange(k)[None, :, None]) * W[:, None, :]
    sums = _spread_sums(np.column_stack([X, np.ones(len(X))]), spread)
    return sums[:, :, :-1], sums[:, :, -1]


def _explain(X: Array, W: Array, labels: Labels, k: int, total: Array) -> tuple[Array, Array]:
    """Sums and weights of the clusters side by side, and the objective; infinite where one is empty."""
    sums, sizes = cluster_sums(X, W, labels, k)
    filled = np.where(sizes > 0, sizes, 1)
    value = total - (np.einsum("bkp,bkp->bk", sums, sums) / filled).sum(axis=1)
    return np.concatenate([sums, sizes[:, :, None]], axis=2), np.where((sizes > 0).all(axis=1), value, np.inf)


def _gains(columns: Array, W: Array, labels: Labels, sums: Array) -> tuple[Array, Array]:
    """What it costs to add each row to each other cluster, and how much its best move would save."""
    sizes = sums[:, :, -1]
    cost = _distances(columns, sums[:, :, :-1] / sizes[:, :, None])
    own = labels[:, None, :]
    own_distance = np.take_along_axis(cost, own, axis=1)[:, 0]
    own_size = np.take_along_axis(sizes, labels, axis=1)
    left = own_size - W
    alone = left <= NEGLIGIBLE * own_size
    saved = np.where(alone, 0.0, own_distance * own_size / np.where(alone, 1.0, left))
    cost *= sizes[:, :, None]
    cost /= sizes[:, :, None] + W[:, None, :]
    np.put_along_axis(cost, own, np.inf, axis=1)
    return cost, W * (saved - _lowest(cost))
