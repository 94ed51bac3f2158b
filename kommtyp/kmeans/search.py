"""k-means from many starts: where to begin, which solution is best, and how often it was found."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy
from kommtyp.errors import FitError
from kommtyp.kmeans.descent import NEGLIGIBLE, cluster_sums, minimise

__all__ = ["KMeansFit", "distinct_rows", "kmeans"]

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

SAME_OBJECTIVE = 1e-9
BATCH_CELLS = 400_000
ROWS_FOR_ALL_STARTS = 20_000
ROWS_IN_SAMPLE = 5_000
STARTS_CARRIED_ON = 5
SWAP_ROUNDS = 10
SWAPPED_SOLUTIONS = 10


@dataclass(frozen=True, eq=False)
class KMeansFit:
    """The best partition that k-means found, and how often it was found.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        Cluster of each row, numbered by first appearance in the lexicographic order of the rows.
    centers : ndarray, shape (k, p)
        Weighted means of the clusters.
    objective : float
        Weighted sum of squared distances to the own center.
    starts, hits : int
        How many random starts were run, and how many of them ended at the best objective. Few hits mean
        that another seed may find another partition; none that only swapped centers led to it.
    """

    labels: Labels
    centers: Array
    objective: float
    starts: int
    hits: int


def kmeans(
    X: ArrayLike,
    k: int,
    *,
    weights: ArrayLike | None = None,
    n_init: int = 500,
    random_state: int | np.random.Generator = 0,
    centers: ArrayLike | None = None,
) -> KMeansFit:
    """Minimise the within-cluster sum of squares from many random starts.

    Lloyd's algorithm alone almost never ends at the optimum on Likert data, so each start is finished by
    the exchange step of Hartigan and Wong: a row is moved wherever that lowers the objective, its effect
    on both centers included. From the ten best solutions, as many starts again are made by swapping
    one center for a random row (Fränti 2018), which finds the optimum where random starts seldom do.
    Equal rows are merged and sorted first, so that neither the order of the rows nor their repetition
    changes the result. Above 20,000 distinct rows the search is done on a sample of 5,000, where the hits
    are counted too, and its five best solutions are carried on with all rows.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows without gaps.
    k : int
        Number of clusters, from 1 to the number of distinct rows.
    weights : array_like, shape (n,), optional
        Weights of the rows, not negative; one each where None.
    n_init : int
        Number of random starts; each takes k distinct rows, drawn in proportion to their weight.
    random_state : int or Generator
        Seed of the starts.
    centers : array_like, shape (k, p), optional
        Start here, once, instead of at random.

    Returns
    -------
    KMeansFit
        Labels, centers, objective and hit rate.

    Raises
    ------
    FitError
        If there are fewer distinct rows of positive weight than clusters.

    References
    ----------
    Hartigan & Wong (1979), Applied Statistics 28, 100–108; R's ``kmeans``.
    Fränti (2018), Efficiency of random swap clustering, Journal of Big Data 5:13.

    Examples
    --------
    >>> fit = kmeans([[0.0], [1.0], [10.0], [11.0]], 2, n_init=5)
    >>> fit.labels, fit.objective, fit.hits
    (array([0, 0, 1, 1]), 1.0, 5)
    """
    rows, mass, where = distinct_rows(X, weights)
    usable = int(np.count_nonzero(mass > 0))
    if not 1 <= k <= usable:
        raise FitError(f"k-means: {k} clusters wanted of {usable} distinct rows. Use 1 to {usable} clusters.")
    rng = np.random.default_rng(random_state)
    shift = mass @ rows / mass.sum()
    rows = rows - shift
    with lazy.load("threadpoolctl").threadpool_limits(1):
        if centers is not None:
            labels, objectives = _run(rows, mass, (np.asarray(centers, dtype=float) - shift)[None])
            starts, hits = 1, 1
        elif len(rows) <= ROWS_FOR_ALL_STARTS:
            labels, objectives = _search(rng, rows, mass, k, n_init)
            starts, hits = n_init, int((objectives[:n_init] <= _limit(objectives)).sum())
        else:
            begin, hits = _centers_from_sample(rng, rows, mass, k, n_init)
            labels, objectives = _run(rows, mass, begin)
            starts = n_init
    best = labels[objectives <= _limit(objectives)]
    canonical = np.unique([_by_first_appearance(found) for found in best], axis=0)[0]
    means, objective = _means_and_objective(rows, mass, canonical, k)
    return KMeansFit(canonical[where], means + shift, objective, starts, hits)


def _limit(objectives: Array) -> float:
    """Largest objective that counts as the best."""
    lowest = float(objectives.min())
    return lowest + SAME_OBJECTIVE * max(lowest, NEGLIGIBLE)


def distinct_rows(X: ArrayLike, weights: ArrayLike | None = None) -> tuple[Array, Array, Labels]:
    """Merge equal rows and sort them.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    weights : array_like, shape (n,), optional
        Weights of the rows.

    Returns
    -------
    rows : ndarray, shape (m, p)
        Distinct rows in lexicographic order.
    mass : ndarray, shape (m,)
        Sum of the weights of each.
    where : ndarray of int, shape (n,)
        Distinct row of each row.

    Examples
    --------
    >>> rows, mass, where = distinct_rows([[2.0], [1.0], [2.0]])
    >>> rows.ravel(), mass, where
    (array([1., 2.]), array([1., 2.]), array([1, 0, 1]))
    """
    X = np.asarray(X, dtype=float)
    order = np.lexsort(X.T[::-1])
    new = np.ones(len(X), dtype=bool)
    new[1:] = (X[order[1:]] != X[order[:-1]]).any(axis=1)
    where = np.empty(len(X), dtype=np.intp)
    where[order] = np.cumsum(new) - 1
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    mass: Array = np.bincount(where, weights=w).astype(float)
    return X[order[new]], mass, where


def _draw_starts(rng: np.random.Generator, mass: Array, k: int, n_init: int) -> Labels:
    """Draw k distinct rows per start in proportion to their mass (Efraimidis & Spirakis 2006)."""
    picks = np.empty((n_init, k), dtype=np.intp)
    with np.errstate(divide="ignore"):
        rate = 1 / mass
    for start in range(n_init):
        waiting_times = rng.standard_exponential(len(mass)) * rate
        picks[start] = np.argpartition(waiting_times, k - 1)[:k]
    picks.sort(axis=1)
    return picks


def _search(rng: np.random.Generator, rows: Array, mass: Array, k: int, n_init: int) -> tuple[Labels, Array]:
    """Run the random starts, then swap single centers of the best solutions; random starts come first."""
    labels, objectives = _run(rows, mass, rows[_draw_starts(rng, mass, k, n_init)])
    best = _best_distinct(objectives, SWAPPED_SOLUTIONS)
    leaders, values = labels[best], objectives[best]
    swaps = n_init // (SWAP_ROUNDS * SWAPPED_SOLUTIONS)
    for _ in range(SWAP_ROUNDS if swaps and k > 1 else 0):
        found, reached = _run(rows, mass, _swap_centers(rng, rows, mass, leaders, swaps))
        labels, objectives = np.concatenate([labels, found]), np.concatenate([objectives, reached])
        leaders, values = np.concatenate([leaders, found]), np.concatenate([values, reached])
        best = _best_distinct(values, SWAPPED_SOLUTIONS)
        leaders, values = leaders[best], values[best]
    return labels, objectives


def _best_distinct(objectives: Array, limit: int) -> Labels:
    """Find the best solutions that differ in their objective."""
    order = np.argsort(objectives, kind="stable")
    ordered = objectives[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = ordered[1:] > ordered[:-1] * (1 + SAME_OBJECTIVE)
    return order[new][:limit]


def _swap_centers(rng: np.random.Generator, rows: Array, mass: Array, leaders: Labels, swaps: int) -> Array:
    k = int(leaders.max()) + 1
    sums, sizes = cluster_sums(rows, np.broadcast_to(mass, leaders.shape), leaders, k)
    centers = np.repeat(sums / sizes[:, :, None], swaps, axis=0)
    drawn = rng.choice(len(rows), size=len(centers), p=mass / mass.sum())
    centers[np.arange(len(centers)), rng.integers(k, size=len(centers))] = rows[drawn]
    return centers


def _centers_from_sample(
    rng: np.random.Generator, rows: Array, mass: Array, k: int, n_init: int
) -> tuple[Array, int]:
    """Find the centers of the best solutions on a sample, and how many random starts reached the best there."""
    drawn = rng.choice(len(rows), size=ROWS_IN_SAMPLE, p=mass / mass.sum())
    sample, sample_mass, _ = distinct_rows(rows[drawn])
    labels, objectives = _search(rng, sample, sample_mass, k, n_init)
    best = _best_distinct(objectives, STARTS_CARRIED_ON)
    sums, sizes = cluster_sums(sample, np.broadcast_to(sample_mass, labels[best].shape), labels[best], k)
    return sums / sizes[:, :, None], int((objectives[:n_init] <= _limit(objectives)).sum())


def _run(rows: Array, mass: Array, centers: Array) -> tuple[Labels, Array]:
    """Minimise from each of the given centers, in batches that stay in the cache."""
    batch = max(1, BATCH_CELLS // (len(rows) * centers.shape[1]))
    parts = [minimise(rows, mass, centers[i : i + batch]) for i in range(0, len(centers), batch)]
    return np.concatenate([labels for labels, _ in parts]), np.concatenate([values for _, values in parts])


def _by_first_appearance(labels: Labels) -> Labels:
    found, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(found), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(found))
    return rank[inverse]


def _means_and_objective(X: Array, mass: Array, labels: Labels, k: int) -> tuple[Array, float]:
    sums, sizes = cluster_sums(X, mass[None], labels[None], k)
    means = (sums / sizes[:, :, None])[0]
    return means, float((mass * ((X - means[labels]) ** 2).sum(axis=1)).sum())
