"""The criteria of one data set: what is computed for a number of clusters, in pieces that can run side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from kommtyp.agreement import adjusted_rand
from kommtyp.clustering import Clusters, cluster
from kommtyp.errors import FitError
from kommtyp.kmeans import distinct_rows
from kommtyp.kmeans.stacks import cluster_stack, held_rows
from kommtyp.validity import (
    calinski_harabasz,
    davies_bouldin,
    draw_reference,
    instability,
    log_within,
    mixture_bic,
    nearest_center,
    prediction_strength,
    reference_box,
    silhouette,
)

__all__ = ["Data", "at", "describe", "gap_references", "single_cluster", "split_halves", "stability_of_pairs", "widths"]

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
ROWS_FOR_ALL_WIDTHS = 10_000
ROWS_IN_SAMPLE = 2_000


@dataclass(frozen=True, eq=False)
class Data:
    """Rows to be clustered, and how.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Rows, goals in alphabetical order.
    w : ndarray, shape (n,)
        Weights, positive.
    rows : ndarray, shape (m, p)
        Distinct rows.
    where : ndarray of int, shape (n,)
        Distinct row of each row.
    method : str
        As in `kommtyp.clustering.cluster`.
    n_init : int
        Random starts of each resample.
    """

    X: Array
    w: Array
    rows: Array
    where: Labels
    method: Any
    n_init: int

    @classmethod
    def of(cls, X: Array, w: Array, method: Any, n_init: int) -> "Data":
        """Find the distinct rows."""
        rows, _, where = distinct_rows(X)
        return cls(X, w, rows, where, method, n_init)

    @property
    def equal(self) -> bool:
        """True if all rows count alike."""
        return bool((self.w == self.w[0]).all())

    def with_rows(self, X: Array) -> "Data":
        """Return other rows, with the same weights and the same way to cluster."""
        return Data.of(X, self.w, self.method, self.n_init)


def at(seed: SeedSequence, *place: int) -> SeedSequence:
    """Derive a seed without changing the one it comes from, so that work side by side does not interfere."""
    return SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *place))


def describe(data: Data, k: int, n_init: int, seed: Any) -> tuple[Labels, dict[str, float]]:
    """Cluster the data themselves, and compute what needs no resampling.

    Parameters
    ----------
    data : Data
        The data.
    k : int
        Number of clusters.
    n_init : int
        Random starts.
    seed : int or SeedSequence
        Their seed.

    Returns
    -------
    labels : ndarray of int, shape (n,)
        Partition.
    values : dict
        Criteria by name.
    """
    found: Clusters = cluster(data.X, k, method=data.method, weights=data.w, n_init=n_init, random_state=seed)
    return found.labels, {
        "within": found.objective,
        "explained": found.explained,
        "calinski_harabasz": calinski_harabasz(data.X, found.labels, weights=data.w),
        "davies_bouldin": davies_bouldin(data.X, found.labels, weights=data.w),
        "smallest": float(np.bincount(found.labels, minlength=k).min()),
        "bic": mixture_bic(data.X, found.labels) if data.equal else np.nan,
    }


def widths(data: Data, partitions: Sequence[Labels], seed: SeedSequence) -> Array:
    """Mean silhouette width of each partition, of a sample of the rows where there are many, shape (m,)."""
    n = len(data.X)
    chosen = np.arange(n)
    if n > ROWS_FOR_ALL_WIDTHS:
        chosen = np.sort(np.random.default_rng(seed).choice(n, ROWS_IN_SAMPLE, replace=False))
    found = silhouette(data.X, np.stack(partitions), weights=data.w, rows=chosen)
    mean: Array = np.average(found, axis=1, weights=data.w[chosen])
    return mean


def single_cluster(data: Data) -> float:
    """Sum of squares of the data as one cluster."""
    center = data.w @ data.X / data.w.sum()
    return float(data.w @ ((data.X - center) ** 2).sum(axis=1))


def stability_of_pairs(data: Data, k: int, seeds: Sequence[SeedSequence]) -> Array:
    """Agreement and instability of pairs of bootstrap samples.

    Parameters
    ----------
    data : Data
        The data.
    k : int
        Number of clusters.
    seeds : sequence of SeedSequence
        One a pair; the same seed draws the same samples for every k.

    Returns
    -------
    ndarray, shape (pairs, 2)
        Adjusted Rand index and instability; NaN where a sample could not be clustered.
    """
    n = len(data.X)
    both = [at(seed, i) for seed in seeds for i in (0, 1)]
    counts = np.stack([np.bincount(np.random.default_rng(s).integers(n, size=n), minlength=n) for s in both])
    centers, _ = _cluster_samples(data, counts * data.w, k, [at(s, k) for s in both])
    done = np.isfinite(centers).all(axis=(1, 2)).reshape(-1, 2).all(axis=1)
    found = np.full((len(seeds), 2), np.nan)
    if done.any():
        labels = nearest_center(data.rows, centers[np.repeat(done, 2)])[:, data.where]
        found[done, 0] = adjusted_rand(labels[::2], labels[1::2])
        found[done, 1] = instability(labels[::2], labels[1::2])
    return found


def split_halves(data: Data, k: int, seeds: Sequence[SeedSequence]) -> Array:
    """Prediction strength of random halves.

    Parameters
    ----------
    data : Data
        The data.
    k : int
        Number of clusters.
    seeds : sequence of SeedSequence
        One a division; the same seed divides alike for every k.

    Returns
    -------
    ndarray, shape (divisions, 1)
        Mean over both halves; NaN where a half could not be clustered.
    """
    n = len(data.X)
    first = np.zeros((len(seeds), n), dtype=bool)
    for half, seed in zip(first, seeds, strict=True):
        half[np.random.default_rng(seed).permutation(n)[: n // 2]] = True
    held = np.stack([first, ~first], axis=1).reshape(-1, n)
    starts = [at(seed, i, k) for seed in seeds for i in (0, 1)]
    centers, own = _cluster_samples(data, held * data.w, k, starts)
    done = np.isfinite(centers).all(axis=(1, 2)).reshape(-1, 2).all(axis=1)
    found = np.full((len(seeds), 1), np.nan)
    if done.any():
        used = np.repeat(done, 2)
        nearest = nearest_center(data.rows, centers[used])[:, data.where]
        mine = np.where(held[used], nearest if own is None else own[used], -1)
        other = nearest.reshape(-1, 2, n)[:, ::-1].reshape(-1, n)
        found[done, 0] = prediction_strength(mine, other, k).reshape(-1, 2).mean(axis=1)
    return found


def gap_references(data: Data, k: int, seeds: Sequence[SeedSequence]) -> Array:
    """Log sums of squares of data spread evenly over the box of the data.

    Parameters
    ----------
    data : Data
        The data.
    k : int
        Number of clusters.
    seeds : sequence of SeedSequence
        One a reference; the same seed draws the same reference for every k.

    Returns
    -------
    ndarray, shape (references, 1)
        `log_within` of each; NaN where it could not be clustered.
    """
    box = reference_box(data.X, weights=data.w)
    uniforms = np.stack([np.random.default_rng(seed).random(data.X.shape) for seed in seeds])
    references = draw_reference(box, uniforms)
    starts = [at(seed, k) for seed in seeds]
    if k == 1:
        within = np.array([single_cluster(data.with_rows(X)) for X in references])
    elif data.method == "kmeans":
        weights = np.broadcast_to(data.w, references.shape[:2])
        within = cluster_stack(references, weights, k, n_init=data.n_init, seeds=starts)[1]
    else:
        found = [_try_cluster(data, X, data.w, k, seed) for X, seed in zip(references, starts, strict=True)]
        within = np.array([np.nan if one is None else one.objective for one in found])
    return log_within(within)[:, None]


def _cluster_samples(data: Data, W: Array, k: int, seeds: Sequence[SeedSequence]) -> tuple[Array, Labels | None]:
    """Cluster samples of the rows: centers, NaN where it fails, and clusters of the held rows if not the nearest."""
    if data.method == "kmeans":
        m = len(data.rows)
        merged = W if m == len(data.X) else np.stack([np.bincount(data.where, weights=w, minlength=m) for w in W])
        rows = data.rows if m < len(data.X) else data.X
        X, weights = held_rows(rows, merged)
        return cluster_stack(X, weights, k, n_init=data.n_init, seeds=seeds)[0], None
    centers = np.full((len(W), k, data.X.shape[1]), np.nan)
    labels = np.full(W.shape, -1, dtype=np.intp)
    for b, (w, seed) in enumerate(zip(W, seeds, strict=True)):
        held = w > 0
        found = _try_cluster(data, data.X[held], w[held], k, seed)
        if found is not None:
            centers[b], labels[b, held] = found.centers, found.labels
    return centers, labels


def _try_cluster(data: Data, X: Array, w: Array, k: int, seed: SeedSequence) -> Clusters | None:
    rng = np.random.default_rng(seed)
    try:
        return cluster(X, k, method=data.method, weights=w, n_init=data.n_init, random_state=rng)
    except FitError:
        return None
