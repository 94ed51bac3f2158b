"""The criteria of one data set: what is computed for a number of clusters, in pieces that can run side by side.

A case is a data set with a seed: one resample of it. Many cases, of the same data set or of several, are
clustered together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from kommtyp.agreement import adjusted_rand
from kommtyp.clustering import Clusters, cluster
from kommtyp.errors import FitError
from kommtyp.kmeans import best_partition, cluster_sets, distinct_rows
from kommtyp.validity import (
    Box,
    calinski_harabasz,
    davies_bouldin,
    draw_reference,
    explained_share,
    instability,
    log_within,
    mixture_bic,
    nearest_center,
    prediction_strength,
    reference_box,
    silhouette,
    within_sum,
)

__all__ = [
    "Case",
    "Data",
    "at",
    "describe",
    "describe_quickly",
    "gap_references",
    "single_cluster",
    "split_halves",
    "stability_of_pairs",
    "widths",
]

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
    method : str or clusterer
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

    @cached_property
    def box(self) -> Box:
        """The box in which reference data are spread."""
        return reference_box(self.X, weights=self.w)

    @property
    def equal(self) -> bool:
        """True if all rows count alike."""
        return bool((self.w == self.w[0]).all())


Case = tuple[Data, SeedSequence]


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
    if data.method == "kmeans":
        labels = best_partition(data.X, k, weights=data.w, n_init=n_init, random_state=seed)
        return labels, _values(data, labels, k, None)
    found = cluster(data.X, k, method=data.method, weights=data.w, n_init=n_init, random_state=seed)
    return found.labels, _values(data, found.labels, k, found.bic)


def describe_quickly(k: int, cases: Sequence[Case]) -> list[tuple[Labels, dict[str, float]] | None]:
    """Do the same for several data sets, with as few starts as a resample has.

    Parameters
    ----------
    k : int
        Number of clusters.
    cases : sequence of (Data, SeedSequence)
        Data sets.

    Returns
    -------
    list of (labels, values) or None
        As `describe` gives them; None where a data set could not be clustered.
    """
    if cases[0][0].method != "kmeans":
        found = [_try_cluster(data, k, data.X, data.w, seed) for data, seed in cases]
        return [
            None if one is None else (one.labels, _values(data, one.labels, k, one.bic))
            for one, (data, _) in zip(found, cases, strict=True)
        ]
    centers = _stacked([(data.rows, _mass(data, data.w), seed) for data, seed in cases], k, cases[0][0].n_init)[0]
    labels = [nearest_center(data.X, found[None])[0] for (data, _), found in zip(cases, centers, strict=True)]
    return [(own, _values(data, own, k, None)) for (data, _), own in zip(cases, labels, strict=True)]


def _values(data: Data, labels: Labels, k: int, bic: float | None) -> dict[str, float]:
    if bic is None:
        bic = mixture_bic(data.X, labels) if data.equal else np.nan
    return {
        "within": within_sum(data.X, labels, weights=data.w),
        "explained": explained_share(data.X, labels, weights=data.w),
        "calinski_harabasz": calinski_harabasz(data.X, labels, weights=data.w),
        "davies_bouldin": davies_bouldin(data.X, labels, weights=data.w),
        "smallest": float(np.bincount(labels, minlength=k).min()),
        "bic": bic,
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
    return within_sum(data.X, np.zeros(len(data.X), dtype=np.intp), weights=data.w)


def stability_of_pairs(k: int, cases: Sequence[Case]) -> Array:
    """Agreement and instability of pairs of bootstrap samples.

    Parameters
    ----------
    k : int
        Number of clusters.
    cases : sequence of (Data, SeedSequence)
        One a pair; the same seed draws the same samples for every k.

    Returns
    -------
    ndarray, shape (cases, 2)
        Adjusted Rand index and instability; NaN where a sample could not be clustered.
    """
    samples = []
    for data, seed in cases:
        n = len(data.X)
        for draw in (at(seed, 0), at(seed, 1)):
            counts = np.bincount(np.random.default_rng(draw).integers(n, size=n), minlength=n)
            samples.append((data, counts, at(draw, k)))
    centers, _ = _cluster_samples(samples, k)
    found = np.full((len(cases), 2), np.nan)
    for i, (data, _) in enumerate(cases):
        both = centers[2 * i : 2 * i + 2]
        if np.isfinite(both).all():
            first, second = nearest_center(data.rows, both)[:, data.where]
            found[i] = adjusted_rand(first, second), instability(first, second)
    return found


def split_halves(k: int, cases: Sequence[Case]) -> Array:
    """Prediction strength of random halves.

    Parameters
    ----------
    k : int
        Number of clusters.
    cases : sequence of (Data, SeedSequence)
        One a division; the same seed divides alike for every k.

    Returns
    -------
    ndarray, shape (cases, 1)
        Mean over both halves; NaN where a half could not be clustered.
    """
    samples = []
    for data, seed in cases:
        half = np.zeros(len(data.X), dtype=np.intp)
        half[np.random.default_rng(at(seed, 0)).permutation(len(half))[: len(half) // 2]] = 1
        samples += [(data, half, at(seed, 1, k)), (data, 1 - half, at(seed, 2, k))]
    centers, own = _cluster_samples(samples, k)
    found = np.full((len(cases), 1), np.nan)
    for i, (data, _) in enumerate(cases):
        both = slice(2 * i, 2 * i + 2)
        if np.isfinite(centers[both]).all():
            nearest = nearest_center(data.rows, centers[both])[:, data.where]
            held = np.stack([counts for _, counts, _ in samples[both]]) > 0
            mine = np.where(held, nearest if own is None else own[both], -1)
            found[i] = prediction_strength(mine, nearest[::-1], k).mean()
    return found


def gap_references(k: int, cases: Sequence[Case]) -> Array:
    """Log sums of squares of data spread evenly over the box of the data.

    Parameters
    ----------
    k : int
        Number of clusters.
    cases : sequence of (Data, SeedSequence)
        One a reference; the same seed draws the same reference for every k.

    Returns
    -------
    ndarray, shape (cases, 1)
        `log_within` of each; NaN where it could not be clustered.
    """
    references = []
    for data, seed in cases:
        X = draw_reference(data.box, np.random.default_rng(at(seed, 0)).random(data.X.shape))
        references.append((X, data.w, at(seed, 1, k)))
    if k == 1:
        within = np.array([within_sum(X, np.zeros(len(X), dtype=np.intp), weights=w) for X, w, _ in references])
    elif cases[0][0].method == "kmeans":
        within = _stacked(references, k, cases[0][0].n_init)[1]
    else:
        found = [_try_cluster(cases[0][0], k, *reference) for reference in references]
        within = np.array([np.nan if one is None else one.objective for one in found])
    return log_within(within)[:, None]


def _mass(data: Data, weights: Array) -> Array:
    """Weights of the distinct rows."""
    return np.bincount(data.where, weights=weights, minlength=len(data.rows)).astype(float)


def _stacked(sets: Sequence[tuple[Array, Array, SeedSequence]], k: int, n_init: int) -> tuple[Array, Array]:
    """Cluster data sets by k-means."""
    held = [(rows, weights) for rows, weights, _ in sets]
    return cluster_sets(held, k, n_init=n_init, seeds=[seed for _, _, seed in sets])


def _cluster_samples(
    samples: Sequence[tuple[Data, NDArray[np.intp], SeedSequence]], k: int
) -> tuple[Array, NDArray[np.intp] | None]:
    """Cluster samples, given how often each holds each row: centers, and clusters of held rows if not the nearest."""
    first = samples[0][0]
    if first.method == "kmeans":
        sets = [(data.rows, _mass(data, counts * data.w), seed) for data, counts, seed in samples]
        return _stacked(sets, k, first.n_init)[0], None
    centers = np.full((len(samples), k, first.X.shape[1]), np.nan)
    labels = np.full((len(samples), max(len(counts) for _, counts, _ in samples)), -1, dtype=np.intp)
    for b, (data, counts, seed) in enumerate(samples):
        drawn = np.repeat(np.arange(len(counts)), counts)
        found = _try_cluster(data, k, data.X[drawn], data.w[drawn], seed)
        if found is not None:
            centers[b], labels[b, drawn] = found.centers, found.labels
    return centers, labels


def _try_cluster(data: Data, k: int, X: Array, w: Array, seed: SeedSequence) -> Clusters | None:
    rng = np.random.default_rng(seed)
    try:
        return cluster(X, k, method=data.method, weights=w, n_init=data.n_init, random_state=rng)
    except FitError:
        return None
