"""The best partition, where nobody asks how often it was found."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy
from kommtyp.kmeans.search import ROWS_FOR_ALL_STARTS, by_first_appearance, distinct_rows, kmeans, swap_search
from kommtyp.kmeans.stack import Partitions, Stack, unit_of
from kommtyp.kmeans.starts import best_partitions

__all__ = ["best_partition"]

STARTS_TOGETHER = 50
SWAP_ROUNDS = 8
STARTS_TO_SWAP = 100


def best_partition(
    X: ArrayLike, k: int, *, weights: ArrayLike | None = None, n_init: int = 500, random_state: Any = 0
) -> NDArray[np.intp]:
    """Find the partition of lowest within-cluster sum of squares, without counting hits.

    `kmeans` carries every start to its end, because it says how many reached the best solution. Here only the
    promising ones are: random starts run fifty at a time as in a resample, and then single centers of the ten
    best solutions are swapped for random rows.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows without gaps.
    k : int
        Number of clusters, at most as many as there are distinct rows.
    weights : array_like, shape (n,), optional
        Weights of the rows, positive; one each where None.
    n_init : int
        Random starts; below 100, no centers are swapped afterwards.
    random_state : int or SeedSequence
        Seed.

    Returns
    -------
    ndarray of int, shape (n,)
        Cluster of each row.

    Examples
    --------
    >>> best_partition([[0.0], [1.0], [10.0], [11.0]], 2, n_init=5)
    array([0, 0, 1, 1])
    """
    rows, mass, where = distinct_rows(X, weights)
    if len(rows) > ROWS_FOR_ALL_STARTS:
        return kmeans(X, k, weights=weights, n_init=n_init, random_state=np.random.default_rng(random_state)).labels
    centred = rows - mass @ rows / mass.sum()
    given = (centred / unit_of(centred), mass / unit_of(mass))
    groups = -(-n_init // STARTS_TOGETHER)
    rng = np.random.default_rng(random_state)
    with lazy.load("threadpoolctl").threadpool_limits(1):
        best, _ = best_partitions([given] * groups, k, min(n_init, STARTS_TOGETHER), rng.spawn(groups))
        found = Partitions(np.zeros_like(best.of), best.member, best.sums, best.objectives)
        swaps = k if n_init >= STARTS_TO_SWAP else 0
        stack = Stack.of([given], np.float64)
        found = Partitions.joined([found, *swap_search(rng, stack, found, swaps=swaps, rounds=SWAP_ROUNDS)])
    lowest = found.take(np.array([found.objectives.argmin()]))
    return by_first_appearance(lowest.labels()[0])[where]
