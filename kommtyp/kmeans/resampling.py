"""k-means of many resamples: all starts of several resamples in one batch, resamples side by side in threads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.kmeans.descent import cluster_sums, exchange, lloyd
from kommtyp.kmeans.search import distinct_rows
from kommtyp.workers import run

__all__ = ["Resamples", "cluster_resamples"]

Array = NDArray[Any]
Single = NDArray[np.floating[Any]]
Labels = NDArray[np.intp]

BATCH_CELLS = 1_300_000
WARM_UP = 4
SWAP_ROUNDS = 2
LEADERS = 2
SWAPS = 12
CARRIED_SWAPS = 10
EXCHANGED_SWAPS = 8
FINALISTS = 2
SAME_IN_SINGLE = 1e-5
TINY = np.float32(1e-20)


@dataclass(frozen=True, eq=False)
class Resamples:
    """The best partition of each resample.

    Parameters
    ----------
    centers : ndarray, shape (B, k, p)
        Weighted means of the clusters; NaN where a resample has fewer distinct rows than clusters.
    labels : ndarray of int, shape (B, n)
        Cluster of each row; rows outside the resample go to the nearest center. −1 where there is none.
    objectives : ndarray, shape (B,)
        Weighted within-cluster sum of squares; NaN where there is none.
    starts : int
        Random starts a resample.
    hits : ndarray of int, shape (B,)
        How many of the random starts are known to have led to the best objective; only the most promising
        were carried to the end, so it is a lower bound.
    """

    centers: Array
    labels: NDArray[np.int16]
    objectives: Array
    starts: int
    hits: Labels


def cluster_resamples(
    X: ArrayLike,
    W: ArrayLike,
    k: int,
    *,
    n_init: int = 50,
    seeds: Sequence[Any],
    n_jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    keep_partial: bool = False,
) -> Resamples:
    """Cluster many resamples of the same rows.

    A resample is a row of weights: how often each row was drawn. Every resample gets random starts of its
    own. All of them go through four of Lloyd's iterations in single precision; the better ones are carried to
    the end of Lloyd and the most promising of these exchanged. Twice, single centers of the two best are
    swapped for random rows, and the two best solutions are finished in double precision. With 50 starts this
    reaches, on average over resamples, what R's ``kmeans`` reaches with 50.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows without gaps.
    W : array_like, shape (B, n)
        Weights of the rows in each resample, not negative.
    k : int
        Number of clusters.
    n_init : int
        Random starts a resample.
    seeds : sequence of int or SeedSequence, length B
        Seed of each resample; with it the result is the same for any number of workers.
    n_jobs : int, optional
        Number of threads; all cores where None.
    progress : callable, optional
        Called with the number of resamples that were just finished.
    keep_partial : bool
        Whether an interruption ends the work with the resamples so far instead of being raised.

    Returns
    -------
    Resamples
        Centers, labels, objectives and hits, of all resamples unless there was an interruption.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> found = cluster_resamples(X, [[1, 1, 1, 1], [2, 0, 1, 1]], 2, n_init=5, seeds=[1, 2])
    >>> found.objectives, bool(found.labels[1, 0] == found.labels[1, 1])
    (array([1. , 0.5]), True)
    """
    rows, _, where = distinct_rows(X)
    shift = rows.mean(axis=0)
    rows = rows - shift
    weights = np.stack([np.bincount(where, weights=w, minlength=len(rows)) for w in np.asarray(W, dtype=float)])
    size = max(1, BATCH_CELLS // (n_init * k * len(rows)))
    chunks = [slice(i, i + size) for i in range(0, len(weights), size)]
    parts = run(
        _cluster_chunk,
        ((rows, weights[chunk], k, n_init, seeds[chunk]) for chunk in chunks),
        n_jobs=n_jobs,
        advance=None if progress is None else lambda part: progress(len(part[2])),
        keep_partial=keep_partial,
    )
    centers, labels, objectives, hits = (np.concatenate(field) for field in zip(*parts, strict=True))
    return Resamples(centers + shift, labels[:, where].astype(np.int16), objectives, n_init, hits)


def _cluster_chunk(
    rows: Array, weights: Array, k: int, n_init: int, seeds: Sequence[Any]
) -> tuple[Array, Labels, Array, Labels]:
    usable = np.flatnonzero((weights > 0).sum(axis=1) >= k)
    b, (n, p) = len(weights), rows.shape
    centers, objectives = np.full((b, k, p), np.nan), np.full(b, np.nan)
    labels, hits = np.full((b, n), -1, dtype=np.intp), np.zeros(b, dtype=np.intp)
    if usable.size:
        generators = [np.random.default_rng(seeds[i]) for i in usable.tolist()]
        found = _best_of_starts(rows, weights[usable], k, n_init, generators)
        centers[usable], labels[usable], objectives[usable], hits[usable] = found
    return centers, labels, objectives, hits


def _best_of_starts(
    rows: Array, weights: Array, k: int, n_init: int, generators: Sequence[np.random.Generator]
) -> tuple[Array, Labels, Array, Labels]:
    single, w = rows.astype(np.float32), weights.astype(np.float32)
    picks = [_draw(rng, own, n_init, k) for rng, own in zip(generators, weights, strict=True)]
    carried, exchanged = max(2, 2 * n_init // 5), max(2, n_init // 4)
    labels, of, values, alike = _descend(single, w, single[np.stack(picks)], carried, exchanged)
    first_of, first_values = of, values
    for _ in range(SWAP_ROUNDS):
        begin = _swap(single, w, (labels, of, values), generators)
        found = _descend(single, w, begin, CARRIED_SWAPS, EXCHANGED_SWAPS)
        labels, of, values = (np.concatenate(pair) for pair in zip((labels, of, values), found[:3], strict=True))
    last = _best_of_each(values, of, FINALISTS)
    labels, objectives = exchange(rows, weights[of[last]], labels[last], k)
    best = _best_of_each(objectives, of[last], 1)
    reached = first_values <= values[last][best][first_of] * (1 + SAME_IN_SINGLE)
    hits = np.bincount(first_of, weights=alike * reached, minlength=len(weights)).astype(np.intp)
    return *_finish(rows, weights, labels[best], k), objectives[best], hits


def _descend(
    X: Single, w: Single, begin: Single, carried: int, exchanged: int
) -> tuple[Labels, Labels, Single, Labels]:
    """Warm up all starts of each resample, carry the better ones through Lloyd, and exchange the most promising.

    Returns partitions, the resample and the objective of each, and how many starts had led to it.
    """
    b, _, k, _ = begin.shape
    centers, explained = _warm_up(X, w, begin)
    carried = min(carried, explained.shape[1])
    kept = np.argpartition(-explained, carried - 1, axis=1)[:, :carried]
    chosen = np.take_along_axis(centers, kept[:, :, None, None], axis=1)
    of = np.repeat(np.arange(b), carried)
    labels = lloyd(X, w[of], chosen.reshape(b * carried, k, -1))
    picked, alike = _most_promising(_explained(X, w[of], labels, k).reshape(b, carried), exchanged)
    of = of[picked]
    labels, values = exchange(X, w[of], labels[picked], k)
    return labels, of, values, alike


def _warm_up(X: Single, w: Single, begin: Single) -> tuple[Single, Single]:
    """Run a few of Lloyd's iterations for all starts, on the rows that each resample holds.

    Returns the centers, shape (b, starts, k, p), and the sum of squares they explain, shape (b, starts). Ties
    may count a row twice here, which does no harm: nothing but a choice among the starts follows from it.
    """
    (b, starts, k, p), held = begin.shape, int((w > 0).sum(axis=1).max())
    order = np.argsort(w <= 0, axis=1, kind="stable")[:, :held]
    rows = np.concatenate([X[order], np.ones((b, held, 1), dtype=X.dtype)], axis=2)
    weighted = rows * np.take_along_axis(w, order, axis=1)[:, :, None]
    columns = np.ascontiguousarray(rows.transpose(0, 2, 1))
    current = begin.reshape(b, starts * k, p)
    form = np.empty((b, starts * k, p + 1), dtype=X.dtype)
    space = np.empty((b, starts * k, held), dtype=X.dtype)
    for _ in range(WARM_UP):
        np.multiply(current, -2, out=form[:, :, :p])
        np.einsum("bcp,bcp->bc", current, current, out=form[:, :, p])
        distances = np.matmul(form, columns, out=space).reshape(b, starts, k, held)
        lowest = distances[:, :, 0].copy()
        for j in range(1, k):
            np.minimum(lowest, distances[:, :, j], out=lowest)
        np.copyto(distances, distances <= lowest[:, :, None])
        sums = np.matmul(space, weighted)
        current = np.where(sums[:, :, p:] > 0, sums[:, :, :p] / np.maximum(sums[:, :, p:], TINY), current)
    explained = np.einsum("bcp,bcp->bc", sums[:, :, :p], current).reshape(b, starts, k).sum(axis=2)
    return current.reshape(b, starts, k, p), explained


def _draw(rng: np.random.Generator, w: Array, starts: int, k: int) -> Labels:
    """Draw k different rows a start in proportion to their weight; a start with a row twice is drawn again."""
    present = np.flatnonzero(w)
    if 3 * k > len(present):
        keys = rng.standard_exponential((starts, len(present))) / w[present]
        return present[np.argsort(keys, axis=1)[:, :k]]
    edges = np.cumsum(w[present])
    drawn = np.empty((starts, k), dtype=np.intp)
    open_ = np.arange(starts)
    while open_.size:
        drawn[open_] = present[np.searchsorted(edges, rng.random((open_.size, k)) * edges[-1], side="right")]
        ordered = np.sort(drawn[open_], axis=1)
        open_ = open_[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
    return drawn


def _explained(X: Single, w: Single, labels: Labels, k: int) -> Single:
    sums, sizes = cluster_sums(X, w, labels, k)
    return (np.einsum("bkp,bkp->bk", sums, sums) / sizes).sum(axis=1)


def _most_promising(explained: Single, count: int) -> tuple[Labels, Labels]:
    """Pick the best different solutions of each resample, and count the starts that ended at each."""
    b, starts = explained.shape
    order = np.argsort(-explained, axis=1, kind="stable")
    ordered = np.take_along_axis(explained, order, axis=1)
    new = np.ones((b, starts), dtype=bool)
    new[:, 1:] = ordered[:, 1:] < ordered[:, :-1] * (1 - SAME_IN_SINGLE / 10)
    rank = np.cumsum(new, axis=1)
    resample, place = np.nonzero(new & (rank <= count))
    alike = np.bincount((np.arange(b)[:, None] * starts + rank - 1).ravel(), minlength=b * starts)
    counted = alike[resample * starts + rank[resample, place] - 1]
    return resample * starts + order[resample, place], counted


def _best_of_each(values: NDArray[Any], of: Labels, count: int) -> Labels:
    """Find the lowest values of each resample, in the order of the resamples."""
    order = np.lexsort((values, of))
    sorted_of = of[order]
    return order[np.arange(len(order)) - np.searchsorted(sorted_of, sorted_of) < count]


def _swap(
    X: Single,
    w: Single,
    solutions: tuple[Labels, Labels, Single],
    generators: Sequence[np.random.Generator],
) -> Single:
    """Replace one center of each of the best solutions by a random row, several times; shape (b, swaps, k, p)."""
    labels, of, values = solutions
    k = int(labels.max()) + 1
    order = np.lexsort((values, of))
    first = np.searchsorted(of[order], np.arange(len(w)))
    found = np.bincount(of, minlength=len(w))
    best = order[first[:, None] + np.minimum(np.arange(LEADERS), found[:, None] - 1)].ravel()
    sums, sizes = cluster_sums(X, w[of[best]], labels[best], k)
    centers = np.repeat(sums / sizes[:, :, None], SWAPS, axis=0).reshape(len(w), LEADERS * SWAPS, k, -1)
    places = np.arange(LEADERS * SWAPS)
    for own, rng, rows in zip(w, generators, centers, strict=True):
        drawn = _draw(rng, own.astype(float), len(places), 1)[:, 0]
        rows[places, rng.integers(k, size=len(places))] = X[drawn]
    return centers


def _finish(rows: Array, weights: Array, labels: Labels, k: int) -> tuple[Array, Labels]:
    """Take means, and give the rows outside the resample to the nearest of them."""
    sums, sizes = cluster_sums(rows, weights, labels, k)
    centers = sums / sizes[:, :, None]
    for b, absent in enumerate(weights == 0):
        away = ((rows[absent][:, None] - centers[b]) ** 2).sum(axis=2)
        labels[b, absent] = away.argmin(axis=1)
    return centers, labels
