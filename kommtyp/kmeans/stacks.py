"""k-means of many data sets of equal shape: the starts of all of them in one batch.

Halves of a survey, resamples without the rows they do not hold, and reference data of the gap statistic are
small data sets, each with rows of its own. Everything elementwise is done for all starts together; only the
products with the rows are taken one data set after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["cluster_stack", "stack_rows"]

Array = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.intp]
Places = NDArray[np.intp]

BATCH_CELLS = 1_200_000
PROMISING = 4
SWAPS = 5
PROMISING_SWAPS = 2
MOST_STEPS = 1000
NEGLIGIBLE = 1e-7
SMALLEST = 1e-12
BOLDNESS = np.array([0.0, 0.5, 0.9, 1.0], dtype=np.float32)


def stack_rows(sets: Sequence[tuple[ArrayLike, ArrayLike]]) -> tuple[Array, Array]:
    """Put data sets side by side, without the rows that weigh nothing.

    Parameters
    ----------
    sets : sequence of (rows, weights)
        Rows of shape (n, p) and their weights of shape (n,), 0 for rows that a resample does not hold; the
        number of rows may differ.

    Returns
    -------
    X : ndarray, shape (B, m, p)
        Rows with positive weight, as many as the largest set has; the others are filled up with zeros.
    W : ndarray, shape (B, m)
        Their weights; 0 for the rows that fill up.

    Examples
    --------
    >>> X = [[1.0], [2.0], [3.0]]
    >>> rows, weights = stack_rows([(X, [0, 2, 1]), (X, [1, 0, 0])])
    >>> rows[:, :, 0], weights
    (array([[2., 3.], [1., 0.]]), array([[2., 1.], [1., 0.]]))
    """
    held = []
    for rows, weights in sets:
        w = np.asarray(weights, dtype=float)
        held.append((np.asarray(rows, dtype=float)[w > 0], w[w > 0]))
    most = max(len(w) for _, w in held)
    X, W = np.zeros((len(held), most, held[0][0].shape[1])), np.zeros((len(held), most))
    for g, (rows, w) in enumerate(held):
        X[g, : len(w)], W[g, : len(w)] = rows, w
    return X, W


def cluster_stack(
    X: ArrayLike, W: ArrayLike, k: int, *, n_init: int = 10, seeds: Sequence[Any]
) -> tuple[Array, Array]:
    """Cluster many data sets, each from random starts of its own.

    Lloyd's iterations run from all starts, and the four best partitions are finished by the exchange of single
    rows; then five more starts swap one center of the best partition for a random row. All this is done in
    single precision; centers and objective of the best partition are taken in double precision.

    Parameters
    ----------
    X : array_like, shape (B, n, p)
        Data sets.
    W : array_like, shape (B, n)
        Weights of the rows, not negative.
    k : int
        Number of clusters.
    n_init : int
        Random starts of each data set; each takes k rows, drawn in proportion to their weight.
    seeds : sequence of int or SeedSequence, length B
        Seed of each data set; with it the result does not depend on what else is in the stack.

    Returns
    -------
    centers : ndarray, shape (B, k, p)
        Weighted means of the clusters; NaN where a data set has fewer distinct rows than clusters.
    objectives : ndarray, shape (B,)
        Weighted within-cluster sums of squares; NaN where there is none.

    References
    ----------
    Hartigan & Wong (1979), Applied Statistics 28, 100–108. Fränti (2018), Journal of Big Data 5:13.

    Examples
    --------
    >>> X = [[[0.0], [1.0], [10.0], [11.0]], [[0.0], [5.0], [6.0], [7.0]]]
    >>> centers, objectives = cluster_stack(X, np.ones((2, 4)), 2, n_init=5, seeds=[1, 2])
    >>> np.sort(centers[:, :, 0]), objectives
    (array([[ 0.5, 10.5], [ 0. ,  6. ]]), array([1., 2.]))
    """
    sets, weights = np.asarray(X, dtype=float), np.asarray(W, dtype=float)
    count, n, p = sets.shape
    centers, objectives = np.full((count, k, p), np.nan), np.full(count, np.nan)
    usable = [g for g in range(count) if _has_distinct(sets[g][weights[g] > 0], k)]
    step = max(1, BATCH_CELLS // max(n_init * k * n, 1))
    for first in range(0, len(usable), step):
        part = usable[first : first + step]
        found = _best_of_starts(sets[part], weights[part], k, n_init, [np.random.default_rng(seeds[g]) for g in part])
        centers[part], objectives[part] = found
    return centers, objectives


def _has_distinct(rows: Array, k: int) -> bool:
    return len(rows) >= k and (len(np.unique(rows[:, 0])) >= k or len(np.unique(rows, axis=0)) >= k)


def _best_of_starts(
    X: Array, W: Array, k: int, n_init: int, generators: Sequence[np.random.Generator]
) -> tuple[Array, Array]:
    shift = np.einsum("gn,gnp->gp", W, X) / W.sum(axis=1, keepdims=True)
    X = X - shift[:, None]
    stack = _stack(X, W)
    begin = np.stack([_draw(rng, w, n_init, k) for rng, w in zip(generators, W, strict=True)])
    starts = np.take_along_axis(stack.rows, begin.reshape(len(X), -1, 1), axis=1)
    of = np.repeat(np.arange(len(X)), n_init)
    of, labels, values = _descend(stack, of, starts.reshape(len(of), k, -1), PROMISING)
    if k > 1:
        leaders = _best_of_each(stack, of, values, 1)
        swapped = _swap_centers(stack, labels[leaders], k, generators)
        found = _descend(stack, np.repeat(np.arange(len(X)), SWAPS), swapped, PROMISING_SWAPS)
        of, labels, values = (np.concatenate(pair) for pair in zip((of, labels, values), found, strict=True))
    best = labels[_best_of_each(stack, of, values, 1)]
    member = (best[:, None] == np.arange(k)[:, None]) * W[:, None]
    centers = member @ X / member.sum(axis=2, keepdims=True)
    own = np.take_along_axis(centers, best[:, :, None], axis=1)
    return centers + shift[:, None], np.einsum("gn,gnp->g", W, (X - own) ** 2)


def _draw(rng: np.random.Generator, w: Array, starts: int, k: int) -> Places:
    """Draw k different rows a start in proportion to their weight (Efraimidis & Spirakis 2006)."""
    held = np.flatnonzero(w > 0)
    waiting_times = rng.standard_exponential((starts, len(held))) / w[held]
    return np.sort(held[np.argpartition(waiting_times, k - 1, axis=1)[:, :k]], axis=1)


def _descend(stack: "_Stack", of: Places, begin: Floats, promising: int) -> tuple[Places, Labels, Floats]:
    """Run Lloyd from each start, and exchange rows in the most promising partitions of each data set."""
    k = begin.shape[1]
    labels = _lloyd(stack, of, begin)
    space = np.empty((len(of), k, labels.shape[1]), dtype=np.float32)
    chosen = _best_of_each(stack, of, _explain(stack, of, labels, k, space)[1], promising)
    return of[chosen], *_exchange(stack, of[chosen], labels[chosen], k)


def _best_of_each(stack: "_Stack", of: Places, values: Floats, most: int) -> Places:
    """Find the partitions of lowest objective of each data set; of those with the same objective only one."""
    order = np.lexsort((values, of))
    mine = of[order]
    different = np.ones(len(order), dtype=bool)
    different[1:] = (np.diff(values[order]) > NEGLIGIBLE * stack.total[mine[1:]]) | (np.diff(mine) > 0)
    order, mine = order[different], mine[different]
    return order[np.arange(len(order)) - np.searchsorted(mine, mine) < most]


def _swap_centers(stack: "_Stack", labels: Labels, k: int, generators: Sequence[np.random.Generator]) -> Floats:
    """Replace one center of the partition of each data set by a random row, several times (Fränti 2018)."""
    of = np.arange(len(labels))
    sums = _explain(stack, of, labels, k, np.empty((len(of), k, labels.shape[1]), dtype=np.float32))[0]
    centers = np.repeat((sums[:, :, :-1] / sums[:, :, -1:])[:, None], SWAPS, axis=1)
    for g, rng in enumerate(generators):
        drawn = _draw(rng, stack.weighted[g, :, -1].astype(float), SWAPS, 1)[:, 0]
        centers[g, np.arange(SWAPS), rng.integers(k, size=SWAPS)] = stack.rows[g, drawn]
    return centers.reshape(-1, k, centers.shape[3])


@dataclass(frozen=True, eq=False)
class _Stack:
    """Data sets in single precision, in the forms that the products need."""

    rows: Floats  # (g, n, p)
    weights: Floats  # (g, n), or (g, 1) where all rows of a data set weigh the same
    columns: Floats  # (g, p + 2, n): rows, ones, squares
    weighted: Floats  # (g, n, p + 1): rows and ones, times weights
    total: Floats  # (g,)

    def part(self, of: Places) -> list[tuple[int, slice]]:
        """Tell which starts belong to which data set; starts are in the order of their data sets."""
        edges = np.searchsorted(of, np.arange(len(self.rows) + 1)).tolist()
        return [(g, slice(edges[g], edges[g + 1])) for g in range(len(self.rows)) if edges[g] < edges[g + 1]]


def _stack(X: Array, W: Array) -> _Stack:
    rows, weights = X.astype(np.float32), W.astype(np.float32)
    ones, squares = np.ones_like(weights)[:, :, None], np.einsum("gnp,gnp->gn", rows, rows)
    columns = np.concatenate([rows, ones, squares[:, :, None]], axis=2).transpose(0, 2, 1)
    weighted = np.concatenate([rows, ones], axis=2) * weights[:, :, None]
    total = np.einsum("gn,gn->g", weights, squares)
    lean = weights[:, :1] if (weights == weights[:, :1]).all() else weights
    return _Stack(rows, lean, np.ascontiguousarray(columns), weighted, total)


def _distances(stack: _Stack, of: Places, centers: Floats, out: Floats, *, squares: bool) -> Floats:
    """Squared distances of the rows of each start to its centers, with or without the rows' own squares."""
    b, k, p = centers.shape
    form = np.ones((b, k, p + 1 + squares), dtype=np.float32)
    np.multiply(centers, -2, out=form[:, :, :p])
    np.einsum("bkp,bkp->bk", centers, centers, out=form[:, :, p])
    flat, into = form.reshape(b * k, -1), out[:b].reshape(b * k, -1)
    for g, part in stack.part(of):
        at = slice(part.start * k, part.stop * k)
        np.matmul(flat[at], stack.columns[g, : form.shape[2]], out=into[at])
    return out[:b]


def _sums(stack: _Stack, of: Places, member: Floats) -> Floats:
    """Weighted sums of the rows of each cluster, and their weight, side by side."""
    b, k, n = member.shape
    flat = member.reshape(b * k, n)
    sums = np.empty((b * k, stack.weighted.shape[2]), dtype=np.float32)
    for g, part in stack.part(of):
        at = slice(part.start * k, part.stop * k)
        np.matmul(flat[at], stack.weighted[g], out=sums[at])
    return sums.reshape(b, k, -1)


def _lowest(values: Floats) -> Floats:
    lowest = values[:, 0].copy()
    for j in range(1, values.shape[1]):
        np.minimum(lowest, values[:, j], out=lowest)
    return lowest


def _lloyd(stack: _Stack, of: Places, centers: Floats) -> Labels:
    """Assign to the nearest center and take means, until the sums of the clusters stay as they are."""
    (b, k, p), n = centers.shape, stack.rows.shape[1]
    final, active = np.zeros((b, n), dtype=np.intp), np.arange(b)
    before = np.full((b, k, p + 1), np.nan, dtype=np.float32)
    space, members = np.empty((b, k, n), dtype=np.float32), np.empty((b, k, n), dtype=bool)
    for step in range(MOST_STEPS):
        distances = _distances(stack, of, centers, space, squares=False)
        member = np.less_equal(distances, _lowest(distances)[:, None], out=members[: len(active)])
        if np.count_nonzero(member) != len(active) * n:
            member &= np.cumsum(member, axis=1) == 1
        np.copyto(distances, member)
        sums = _sums(stack, of, distances)
        empty = sums[:, :, p] <= 0
        done = ((sums == before).all(axis=(1, 2)) | (step == MOST_STEPS - 1)) & ~empty.any(axis=1)
        if done.any():
            final[active[done]] = _labels_of(member[done])
            active, of, sums, empty = active[~done], of[~done], sums[~done], empty[~done]
            if not active.size:
                break
        before = sums
        centers = np.divide(sums[:, :, :p], np.where(empty, np.float32(1), sums[:, :, p])[:, :, None])
        for start in np.flatnonzero(empty.any(axis=1)):
            _refill(stack, int(of[start]), centers[start], empty[start])
    return final


def _labels_of(member: NDArray[np.bool_]) -> Labels:
    labels = np.zeros((len(member), member.shape[2]), dtype=np.intp)
    for j in range(1, member.shape[1]):
        labels[member[:, j]] = j
    return labels


def _refill(stack: _Stack, g: int, centers: Floats, empty: NDArray[np.bool_]) -> None:
    """Begin emptied clusters anew at the rows that cost most where they are."""
    for j in np.flatnonzero(empty):
        away = ((stack.rows[g][:, None] - centers[~empty]) ** 2).sum(axis=2).min(axis=1)
        centers[j] = stack.rows[g, np.argmax(stack.weights[g] * away)]
        empty[j] = False


def _exchange(stack: _Stack, of: Places, labels: Labels, k: int) -> tuple[Labels, Floats]:
    """Move rows between clusters while that pays: many at once where it works, else the best one."""
    b, n = labels.shape
    final, objectives, active = labels.copy(), np.zeros(b, dtype=np.float32), np.arange(b)
    bold = np.zeros(b, dtype=np.intp)
    space = np.empty((b, k, n), dtype=np.float32)
    sums, value = _explain(stack, of, labels, k, space)
    while True:
        floor = np.maximum(stack.total[of], SMALLEST) * np.float32(NEGLIGIBLE)
        cost, gain = _gains(stack, of, labels, sums, space)
        best = gain.max(axis=1)
        going = (best > floor) & (bold < len(BOLDNESS))
        if not going.all():
            stopped = active[~going]
            final[stopped], objectives[stopped] = labels[~going], value[~going]
            if not going.any():
                return final, objectives
            active, of, labels, cost, gain = (part[going] for part in (active, of, labels, cost, gain))
            best, bold, sums, value, floor = (part[going] for part in (best, bold, sums, value, floor))
        moving = gain >= np.maximum(BOLDNESS[bold] * best, floor)[:, None]
        single = np.flatnonzero(bold == len(BOLDNESS) - 1)
        moving[single] = False
        moving[single, gain[single].argmax(axis=1)] = True
        start, row = np.divmod(np.flatnonzero(moving), n)
        tried = labels.copy()
        tried[start, row] = cost[start, :, row].argmin(axis=1)
        new_sums, new_value = _explain(stack, of, tried, k, space)
        better = new_value < value
        labels[better], sums[better], value[better] = tried[better], new_sums[better], new_value[better]
        bold = np.where(better, np.maximum(bold - 1, 0), bold + 1)


def _explain(stack: _Stack, of: Places, labels: Labels, k: int, space: Floats) -> tuple[Floats, Floats]:
    """Sums of the clusters, and the objective; infinite where one is empty."""
    member = space[: len(labels)]
    np.equal(labels[:, None], np.arange(k, dtype=np.intp)[:, None], out=member)
    sums = _sums(stack, of, member)
    size = sums[:, :, -1]
    between = np.einsum("bkp,bkp->bk", sums[:, :, :-1], sums[:, :, :-1]) / np.where(size > 0, size, 1)
    return sums, np.where((size > 0).all(axis=1), stack.total[of] - between.sum(axis=1), np.inf).astype(np.float32)


def _gains(stack: _Stack, of: Places, labels: Labels, sums: Floats, space: Floats) -> tuple[Floats, Floats]:
    """What it costs to add each row to each other cluster, and how much its best move would save."""
    (b, n), k = labels.shape, sums.shape[1]
    size, w = sums[:, :, -1], stack.weights[of]
    cost = _distances(stack, of, sums[:, :, :-1] / size[:, :, None], space, squares=True)
    flat, first = cost.reshape(-1), np.arange(b)[:, None] * k
    own = labels * n
    own += first * n + np.arange(n)
    own_size = size.reshape(-1).take(labels + first)
    left = own_size - w
    left[left <= NEGLIGIBLE * own_size] = np.inf
    saved = flat.take(own)
    saved *= own_size
    saved /= left
    flat[own] = np.inf
    cost *= size[:, :, None] / (size[:, :, None] + w[:, None])
    saved -= _lowest(cost)
    saved *= w
    return cost, saved
