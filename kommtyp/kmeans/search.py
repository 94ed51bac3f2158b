"""k-means from many starts: where to begin, which solution is best, and how often it was found."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy
from kommtyp.errors import FitError
from kommtyp.kmeans.exchange import exchange
from kommtyp.kmeans.stack import Floats, Partitions, Stack, partition, unit_of
from kommtyp.kmeans.starts import draw_starts, warm_up
from kommtyp.progress import Progress

__all__ = ["ROWS_FOR_ALL_STARTS", "KMeansFit", "by_first_appearance", "distinct_rows", "kmeans", "swap_search"]

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

SAME_OBJECTIVE = 1e-9
NEGLIGIBLE = 1e-12
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
    progress: Progress | None = None,
) -> KMeansFit:
    """Minimise the within-cluster sum of squares from many random starts.

    Lloyd's algorithm alone almost never ends at the optimum on Likert data, so each start is finished by
    the exchange step of Hartigan and Wong: a row is moved wherever that lowers the objective, its effect
    on both centers included. From the ten best solutions, for each four clusters as many starts again are made
    by swapping one center for a random row (Fränti 2018), which finds the optimum where random starts seldom do.
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
    progress : callable, optional
        Called with the number of starts that were just finished, those at swapped centers included.

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
    unit = unit_of(rows)
    stack = Stack.of([(rows[mass > 0] / unit, mass[mass > 0] / unit_of(mass))], np.float64)
    with lazy.load("threadpoolctl").threadpool_limits(1):
        if centers is not None:
            found = _run(stack, (np.asarray(centers, dtype=float) - shift)[:, None] / unit)
            starts, hits = 1, 1
        elif usable <= ROWS_FOR_ALL_STARTS:
            found = _search(rng, stack, k, n_init, progress)
            starts, hits = n_init, _hits(found, n_init)
        else:
            begin, hits = _centers_from_sample(rng, stack, k, n_init, progress)
            found, starts = _run(stack, begin, progress), n_init
    best = found.take(found.objectives <= _limit(found.objectives)).labels()
    labels = _label_all(rows, mass, np.unique([by_first_appearance(one) for one in best], axis=0)[0], k)
    means, objective = _means_and_objective(rows, mass, labels, k)
    return KMeansFit(labels[where], means + shift, objective, starts, hits)


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


def _hits(found: Partitions, n_init: int) -> int:
    """Count the random starts, which come first, that reached the best objective."""
    return int(np.count_nonzero(found.objectives[:n_init] <= _limit(found.objectives)))


def _search(rng: np.random.Generator, stack: Stack, k: int, n_init: int, progress: Progress | None) -> Partitions:
    """Run the random starts, then swap single centers of the best solutions; random starts come first."""
    begin = stack.rows[0][draw_starts(rng, stack.shares[0, :, -1], n_init, k)].swapaxes(0, 1)
    found = _run(stack, begin, progress)
    swaps = n_init * k // (4 * SWAP_ROUNDS * SWAPPED_SOLUTIONS)
    more = swap_search(rng, stack, found, swaps=swaps, rounds=SWAP_ROUNDS, progress=progress)
    return Partitions.joined([found, *more])


def swap_search(
    rng: np.random.Generator,
    stack: Stack,
    found: Partitions,
    *,
    swaps: int,
    rounds: int,
    progress: Progress | None = None,
) -> Iterator[Partitions]:
    """Replace single centers of the ten best solutions by random rows, again and again (Fränti 2018).

    Parameters
    ----------
    rng : Generator
        Which centers and rows.
    stack : Stack
        One data set.
    found : Partitions
        Solutions to begin at.
    swaps, rounds : int
        Swaps of each solution in a round, and how many rounds.
    progress : callable, optional
        Called with the number of swaps that were just finished.

    Yields
    ------
    Partitions
        What the swaps of a round led to.
    """
    leaders = found.take(_best_distinct(found.objectives))
    for _ in range(rounds if swaps and len(found.member) > 1 else 0):
        swapped = _run(stack, _swap_centers(rng, stack, leaders, swaps), progress)
        yield swapped
        leaders = Partitions.joined([leaders, swapped])
        leaders = leaders.take(_best_distinct(leaders.objectives))


def _best_distinct(objectives: Array) -> Labels:
    """Find the best solutions that differ in their objective."""
    order = np.argsort(objectives, kind="stable")
    ordered = objectives[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = ordered[1:] > ordered[:-1] * (1 + SAME_OBJECTIVE)
    return order[new][:SWAPPED_SOLUTIONS]


def _swap_centers(rng: np.random.Generator, stack: Stack, leaders: Partitions, swaps: int) -> Array:
    centers = np.repeat(leaders.centers(), swaps, axis=1)
    drawn = draw_starts(rng, stack.shares[0, :, -1], centers.shape[1], 1)[:, 0]
    centers[rng.integers(len(centers), size=len(drawn)), np.arange(len(drawn))] = stack.rows[0][drawn]
    return centers


def _centers_from_sample(
    rng: np.random.Generator, stack: Stack, k: int, n_init: int, progress: Progress | None
) -> tuple[Array, int]:
    """Find the centers of the best solutions on a sample, and how many random starts reached the best there."""
    mass = stack.shares[0, :, -1]
    drawn = rng.choice(len(mass), size=ROWS_IN_SAMPLE, p=mass / mass.sum())
    rows, counts, _ = distinct_rows(stack.rows[0][drawn])
    found = _search(rng, Stack.of([(rows, counts)], np.float64), k, n_init, progress)
    best = found.take(_best_distinct(found.objectives)[:STARTS_CARRIED_ON])
    return best.centers(), _hits(found, n_init)


def _run(stack: Stack, centers: Floats, progress: Progress | None = None) -> Partitions:
    """Minimise from each of the given centers, shape (k, starts, p), in batches that stay in the cache."""
    k, starts, _ = centers.shape
    batch = max(1, BATCH_CELLS // (len(stack.rows[0]) * k))
    parts = []
    for first in range(0, starts, batch):
        begin = centers[:, first : first + batch]
        of = np.zeros(begin.shape[1], dtype=np.intp)
        warm, _ = warm_up(stack, of, begin)
        parts.append(exchange(stack, partition(stack, of, warm)))
        if progress is not None:
            progress(len(of))
    return Partitions.joined(parts)


def _label_all(rows: Array, mass: Array, held: Labels, k: int) -> Labels:
    """Give rows of no weight to the nearest center."""
    labels = np.empty(len(rows), dtype=np.intp)
    labels[mass > 0] = held
    absent = np.flatnonzero(mass <= 0)
    if absent.size:
        means, _ = _means_and_objective(rows[mass > 0], mass[mass > 0], held, k)
        labels[absent] = ((rows[absent][:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    return labels


def by_first_appearance(labels: Labels) -> Labels:
    """Number clusters in the order in which they first appear.

    Examples
    --------
    >>> by_first_appearance(np.array([2, 2, 0, 1]))
    array([0, 0, 1, 2])
    """
    found, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(found), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(found))
    return rank[inverse]


def _means_and_objective(X: Array, mass: Array, labels: Labels, k: int) -> tuple[Array, float]:
    member = (labels == np.arange(k)[:, None]) * mass
    means = member @ X / member.sum(axis=1, keepdims=True)
    return means, float((mass * ((X - means[labels]) ** 2).sum(axis=1)).sum())
