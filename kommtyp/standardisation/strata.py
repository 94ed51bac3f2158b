"""Strata of some variables, pooled until each holds all types."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Strata", "pool_strata"]


class Strata(NamedTuple):
    """Strata of the rows after pooling.

    Parameters
    ----------
    of : ndarray of int, shape (n,)
        Stratum of each row, −1 for rows that take no part.
    sizes : ndarray of int, shape (S,)
        Rows of each stratum that take part: the standard population.
    before : int
        Number of strata before pooling.
    cells : tuple of ndarray, each of shape (m, v)
        Combinations of levels that each stratum is made of.
    """

    of: NDArray[np.intp]
    sizes: NDArray[np.intp]
    before: int
    cells: tuple[NDArray[np.intp], ...]


def pool_strata(levels: ArrayLike, labels: ArrayLike, k: int, *, ordered: Sequence[bool]) -> Strata:
    """Cross the levels of some variables, and pool strata until each holds all types.

    A type can only be compared in a stratum it occurs in. So the smallest stratum that lacks a type is merged
    with the nearest one, again and again: nearest on the first variable, then on the second, and so on, where
    levels of an ordered variable are as far apart as their places, and those of an unordered one are the
    same or not; of those equally near, with the smallest. Thus the variable that is named first is kept apart
    longest. Types without any row are not asked for.

    Parameters
    ----------
    levels : array_like of int, shape (n, v)
        Level of each row on each variable, from 0; negative for missing, then the row takes no part.
    labels : array_like of int, shape (n,)
        Type of each row; negative rows take no part.
    k : int
        Number of types.
    ordered : sequence of bool, length v
        Whether the levels of a variable have an order.

    Returns
    -------
    Strata
        Stratum of each row, and what became of them.

    Examples
    --------
    >>> strata = pool_strata([[0], [0], [1], [1], [2]], [0, 1, 0, 1, 1], 2, ordered=[True])
    >>> strata.of, strata.before
    (array([0, 0, 1, 1, 1]), 3)
    """
    levels, labels = np.asarray(levels, dtype=np.intp), np.asarray(labels, dtype=np.intp)
    used = (levels >= 0).all(axis=1) & (labels >= 0)
    of = np.full(len(levels), -1, dtype=np.intp)
    cells, place = np.unique(levels[used], axis=0, return_inverse=True)
    place = place.ravel()
    counts = np.bincount(place * k + labels[used], minlength=len(cells) * k).reshape(-1, k)
    group = _pool(cells, counts[:, counts.sum(axis=0) > 0], ordered)
    of[used] = group[place]
    sizes = np.bincount(of[used], minlength=group.max(initial=-1) + 1)
    return Strata(of, sizes, len(cells), tuple(cells[group == s] for s in range(len(sizes))))


def _pool(cells: NDArray[np.intp], counts: NDArray[np.intp], ordered: Sequence[bool]) -> NDArray[np.intp]:
    """Find the stratum of each cell, numbered by the first cell of each."""
    group = np.arange(len(cells))
    counts, low, high = counts.copy(), cells.copy(), cells.copy()
    members = [cells[:, v, None] == np.arange(cells[:, v].max(initial=-1) + 1) for v in range(cells.shape[1])]
    alive = np.ones(len(cells), dtype=bool)
    while alive.sum() > 1:
        size = counts.sum(axis=1)
        lacking = np.flatnonzero(alive & (counts == 0).any(axis=1))
        if not lacking.size:
            break
        poor = lacking[size[lacking].argmin()]
        others = np.flatnonzero(alive & (np.arange(len(cells)) != poor))
        away = [
            np.maximum(np.maximum(low[others, v] - high[poor, v], low[poor, v] - high[others, v]), 0)
            if in_order
            else ~(members[v][others] & members[v][poor]).any(axis=1)
            for v, in_order in enumerate(ordered)
        ]
        partner = others[np.lexsort((size[others], *away[::-1]))[0]]
        kept, gone = sorted((int(poor), int(partner)))
        counts[kept] += counts[gone]
        low[kept], high[kept] = np.minimum(low[kept], low[gone]), np.maximum(high[kept], high[gone])
        for held in members:
            held[kept] |= held[gone]
        alive[gone], group[group == gone] = False, kept
    return np.unique(group, return_inverse=True)[1].ravel()
