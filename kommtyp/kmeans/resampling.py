"""k-means of many resamples or data sets: the starts of several in one batch, batches side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.kmeans.search import distinct_rows
from kommtyp.kmeans.starts import best_partitions
from kommtyp.progress import Progress
from kommtyp.workers import run

__all__ = ["Resamples", "cluster_resamples", "cluster_sets"]

Array = NDArray[Any]
Labels = NDArray[np.intp]

BATCH_CELLS = 6_000_000


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
        How many of the random starts are known to have led to the best objective, those included that were
        alike after four iterations; only the most promising were carried to the end, so it is a lower bound.
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
    progress: Progress | None = None,
    keep_partial: bool = False,
) -> Resamples:
    """Cluster many resamples of the same rows.

    A resample is a row of weights: how often each row was drawn. Every resample gets random starts of its
    own, all of which go through four of Lloyd's iterations; the better ones are carried on by exchanging rows.
    Then single centers of the two best are swapped for random rows, up to three times while the best solution is
    seldom found, and the two best are finished in double precision. With 50 starts this reaches, on average over
    resamples, what R's ``kmeans`` reaches with 50.

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
        Number of processes, −1 for one a core; this one alone where None.
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
    parts = run(
        _cluster_chunk,
        ((rows, weights[chunk], k, n_init, seeds[chunk]) for chunk in _chunks(len(weights), n_init * k * len(rows))),
        n_jobs=n_jobs,
        advance=None if progress is None else lambda part: progress(len(part[2])),
        keep_partial=keep_partial,
    )
    centers, labels, objectives, hits = (np.concatenate(field) for field in zip(*parts, strict=True))
    return Resamples(centers + shift, labels[:, where].astype(np.int16), objectives, n_init, hits)


def cluster_sets(
    sets: Sequence[tuple[ArrayLike, ArrayLike]], k: int, *, n_init: int = 10, seeds: Sequence[Any]
) -> tuple[Array, Array]:
    """Cluster many data sets, such as halves of a survey, each from random starts of its own.

    The search is that of `cluster_resamples`.

    Parameters
    ----------
    sets : sequence of (rows, weights), length B
        Rows of shape (n, p) and their weights of shape (n,), not negative; n may differ.
    k : int
        Number of clusters.
    n_init : int
        Random starts of each data set; each takes k rows, drawn in proportion to their weight.
    seeds : sequence of int or SeedSequence, length B
        Seed of each data set; with it the result does not depend on the other sets.

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
    >>> sets = [([[0.0], [1.0], [10.0], [11.0]], [1, 1, 1, 1]), ([[0.0], [5.0], [6.0], [7.0]], [1, 1, 1, 1])]
    >>> centers, objectives = cluster_sets(sets, 2, n_init=5, seeds=[1, 2])
    >>> np.sort(centers[:, :, 0]), objectives
    (array([[ 0.5, 10.5], [ 0. ,  6. ]]), array([1., 2.]))
    """
    given = [(np.asarray(rows, dtype=float), np.asarray(weights, dtype=float)) for rows, weights in sets]
    held = [(rows[w > 0], w[w > 0]) for rows, w in given]
    centers, objectives = np.full((len(held), k, held[0][0].shape[1]), np.nan), np.full(len(held), np.nan)
    usable = [g for g, (rows, _) in enumerate(held) if _has_distinct(rows, k)]
    for chunk in _chunks(len(usable), n_init * k * max(len(rows) for rows, _ in held)):
        part = usable[chunk]
        shifts = np.stack([np.average(held[g][0], axis=0, weights=held[g][1]) for g in part])
        centred = [(held[g][0] - shift, held[g][1]) for g, shift in zip(part, shifts, strict=True)]
        best, _ = best_partitions(centred, k, n_init, [np.random.default_rng(seeds[g]) for g in part])
        centers[part], objectives[part] = best.centers().swapaxes(0, 1) + shifts[:, None], best.objectives
    return centers, objectives


def _has_distinct(rows: Array, k: int) -> bool:
    return len(rows) >= k and (len(np.unique(rows[:, 0])) >= k or len(np.unique(rows, axis=0)) >= k)


def _chunks(count: int, cells: int) -> list[slice]:
    """Divide data sets so that the distances of all their starts stay in bounds; no result depends on it."""
    size = max(1, BATCH_CELLS // max(cells, 1))
    return [slice(i, i + size) for i in range(0, count, size)]


def _cluster_chunk(
    rows: Array, weights: Array, k: int, n_init: int, seeds: Sequence[Any]
) -> tuple[Array, Labels, Array, Labels]:
    usable = np.flatnonzero((weights > 0).sum(axis=1) >= k)
    b, (n, p) = len(weights), rows.shape
    centers, objectives = np.full((b, k, p), np.nan), np.full(b, np.nan)
    labels, hits = np.full((b, n), -1, dtype=np.intp), np.zeros(b, dtype=np.intp)
    if usable.size:
        held = weights[usable] > 0
        sets = [(rows[mine], w[mine]) for mine, w in zip(held, weights[usable], strict=True)]
        generators = [np.random.default_rng(seeds[i]) for i in usable.tolist()]
        best, hits[usable] = best_partitions(sets, k, n_init, generators)
        centers[usable], objectives[usable] = best.centers().swapaxes(0, 1), best.objectives
        for i, mine, found in zip(usable, held, best.labels(), strict=True):
            away = ((rows[~mine][:, None] - centers[i]) ** 2).sum(axis=2)
            labels[i, mine], labels[i, ~mine] = found[: mine.sum()], away.argmin(axis=1)
    return centers, labels, objectives, hits
