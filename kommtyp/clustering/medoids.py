"""k-medoids: as many rows as there are clusters stand for all the others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy
from kommtyp.clustering.records import Array, Labels
from kommtyp.errors import FitError
from kommtyp.kmeans import distinct_rows
from kommtyp.progress import Progress

__all__ = ["KMedoidsFit", "build_medoids", "kmedoids"]

Floats = NDArray[np.floating]
Look = Callable[[Any], Floats]  # distances of some rows to all rows
End = tuple[float, tuple[int, ...]]  # objective and medoids

MOST_ROWS = 20_000
ROWS_FOR_ALL_STARTS = 1_000
STARTS_CARRIED_ON = 3
CELLS_AT_ONCE = 2_000_000
SAME_OBJECTIVE = 1e-9
ROUNDING = {"float32": 1e-5, "float64": 1e-12}  # shares of the objective that a swap must save to count


@dataclass(frozen=True, eq=False)
class KMedoidsFit:
    """The best medoids that were found.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        Medoid of each row; the nearest one.
    medoids : ndarray of int, shape (k,)
        Rows that are medoids, in lexicographic order of what they hold.
    objective : float
        Weighted sum of the distances to the own medoid.
    starts, hits : int
        How many starts were run, and how many of them ended at the best objective.
    """

    labels: Labels
    medoids: Labels
    objective: float
    starts: int
    hits: int


def kmedoids(
    X: ArrayLike,
    k: int,
    *,
    weights: ArrayLike | None = None,
    n_init: int = 500,
    random_state: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> KMedoidsFit:
    """Choose k rows so that the sum of the Euclidean distances to the nearest of them is smallest.

    Outliers pull less on it than on k-means, whose distances are squared. The first start is PAM's BUILD, the
    others are random rows; each is finished by swapping the medoid and the other row whose exchange saves
    most, until none does (PAM's SWAP, all exchanges evaluated together as in FastPAM). The random starts
    are run in single precision, their best finished in double. Equal rows are merged and sorted first,
    so their order does not matter. Above 1,000 distinct rows the starts are run on a sample of as many, as
    in CLARA, and its three best solutions are finished with all rows.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows without gaps.
    k : int
        Number of medoids, from 1 to the number of distinct rows.
    weights : array_like, shape (n,), optional
        Weights of the rows, not negative; one each where None.
    n_init : int
        Random starts beside BUILD.
    random_state : int or Generator
        Seed of the starts.
    progress : callable, optional
        Called with the number of starts that were just finished.

    Returns
    -------
    KMedoidsFit
        Labels, medoids, objective and hits.

    Raises
    ------
    FitError
        If there are fewer distinct rows of positive weight than medoids, or more than 20,000.

    References
    ----------
    Kaufman & Rousseeuw (1990), Finding Groups in Data, chapters 2 and 3; R's ``cluster::pam``. Schubert &
    Rousseeuw (2021), Fast and eager k-medoids clustering, Information Systems 101, 101804.

    Examples
    --------
    >>> fit = kmedoids([[0.0], [1.0], [3.0], [10.0], [11.0]], 2, n_init=5)
    >>> fit.medoids, fit.labels, fit.objective
    (array([1, 3]), array([0, 0, 0, 1, 1]), 4.0)
    """
    rows, mass, where = distinct_rows(X, weights)
    usable = np.flatnonzero(mass > 0)
    if not 1 <= k <= len(usable):
        raise FitError(f"kmedoids: {k} medoids wanted of {len(usable)} distinct rows. Use 1 to {len(usable)} clusters.")
    if len(usable) > MOST_ROWS:
        raise FitError(
            f"kmedoids: {len(usable):,} distinct rows, whose distances take too long. "
            f"Use method='kmeans', or at most {MOST_ROWS:,} rows."
        )
    rng = np.random.default_rng(random_state)
    with lazy.load("threadpoolctl").threadpool_limits(1):
        medoids, objective, hits = _search(rng, rows[usable], mass[usable], k, n_init=n_init, progress=progress)
    chosen = usable[medoids]
    labels = _distances(rows[chosen], rows).argmin(axis=0)[where]
    first = np.unique(where, return_index=True)[1]
    return KMedoidsFit(labels, first[chosen], objective, n_init + 1, hits)


def build_medoids(distances: ArrayLike, k: int, weights: ArrayLike) -> Labels:
    """Choose medoids one after the other, each so that it lowers the sum of distances most (PAM's BUILD).

    Parameters
    ----------
    distances : array_like, shape (n, n)
        Distances of all pairs.
    k : int
        Number of medoids.
    weights : array_like, shape (n,)
        Weights of the rows.

    Returns
    -------
    ndarray of int, shape (k,)
        Medoids in the order they were chosen.

    Examples
    --------
    >>> build_medoids([[0, 1, 5], [1, 0, 4], [5, 4, 0]], 2, [1, 1, 1])
    array([1, 2])
    """
    D, w = np.asarray(distances, dtype=float), np.asarray(weights, dtype=float)
    chosen = [int((D @ w).argmin())]
    nearest = D[chosen[0]]
    while len(chosen) < k:
        saved = np.maximum(nearest - D, 0) @ w
        saved[chosen] = -1
        chosen.append(int(saved.argmax()))
        nearest = np.minimum(nearest, D[chosen[-1]])
    return np.array(chosen)


def _search(
    rng: np.random.Generator, rows: Array, mass: Array, k: int, *, n_init: int, progress: Progress | None
) -> tuple[Labels, float, int]:
    """Find the best medoids, by way of a sample where the rows are many."""
    drawn = np.arange(len(rows))
    if len(rows) > ROWS_FOR_ALL_STARTS:
        drawn = np.sort(rng.choice(len(rows), size=ROWS_FOR_ALL_STARTS, replace=False))
    D = _distances(rows[drawn], rows[drawn])
    starts = [build_medoids(D, k, mass[drawn])]
    starts += [rng.choice(len(drawn), size=k, replace=False) for _ in range(n_init)]
    ends = _descend(starts, D.astype(np.float32).__getitem__, mass[drawn].astype(np.float32), progress)
    best = sorted(set(ends))[:STARTS_CARRIED_ON]
    hits = sum(value <= best[0][0] * (1 + ROUNDING["float32"]) for value, _ in ends)
    look = D.__getitem__ if len(drawn) == len(rows) else lambda some: _distances(rows[some], rows)
    finished = _descend([drawn[list(medoids)] for _, medoids in best], look, mass, progress)
    limit = min(value for value, _ in finished) * (1 + SAME_OBJECTIVE)
    value, medoids = min((end for end in finished if end[0] <= limit), key=lambda end: end[1])
    return np.array(medoids), value, hits


def _distances(some: Array, rows: Array) -> Array:
    distances: Array = lazy.load("scipy.spatial.distance").cdist(some, rows)
    return distances


def _descend(starts: list[Labels], look: Look, mass: Floats, progress: Progress | None) -> list[End]:
    """Swap from each start until no swap saves anything; where paths meet, they are walked on once."""
    seen: dict[tuple[int, ...], End] = {}
    ends = []
    for start in starts:
        here, path = tuple(sorted(start.tolist())), []
        while here not in seen:
            path.append(here)
            value, saved, place, candidate = _best_swap(here, look, mass)
            if saved <= ROUNDING[str(mass.dtype)] * value:
                seen[here] = (value, here)
            else:
                here = tuple(sorted({*here[:place], *here[place + 1 :], candidate}))
        seen.update(dict.fromkeys(path, seen[here]))
        ends.append(seen[here])
        if progress is not None:
            progress(1)
    return ends


def _best_swap(medoids: tuple[int, ...], look: Look, mass: Floats) -> tuple[float, float, int, int]:
    """Sum of distances, and the swap that saves most: how much, of which medoid, for which row.

    Let a row be at `first` from its nearest medoid and at `second` from the next. If a row at d replaces
    its medoid, it comes to min(d, second); if it replaces another one, to min(d, first).
    """
    k, n = len(medoids), len(mass)
    distances = look(list(medoids))
    own = distances.argmin(axis=0)
    first = distances[own, np.arange(n)]
    distances[own, np.arange(n)] = np.inf
    second = distances.min(axis=0)
    members = ((own == np.arange(k)[:, None]) * mass).T
    saved, place, candidate = 0.0, 0, 0
    step = max(1, CELLS_AT_ONCE // n)
    for start in range(0, n, step):
        d = look(slice(start, start + step))
        closer = np.minimum(d - first, 0)
        replaced = np.minimum(d, second)
        replaced -= first
        replaced -= closer
        change = replaced @ members + (closer @ mass)[:, None]
        row, column = np.unravel_index(change.argmin(), change.shape)
        if -change[row, column] > saved:
            saved, place, candidate = -float(change[row, column]), int(column), start + int(row)
    return float(first @ mass), saved, place, candidate
