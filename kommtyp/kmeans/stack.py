"""Data sets side by side, in the forms that k-means needs, and partitions of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = ["Partitions", "Stack", "explained", "partition", "unit_of"]

Array = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]
Members = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Stack:
    """Data sets of different length in one precision.

    What is elementwise is done for all partitions of all data sets together; the products with the rows are
    taken data set by data set, so that no digit of a result depends on what else is in the stack.

    Parameters
    ----------
    rows : tuple of ndarray, each (m, p)
        Rows of positive weight, centred so that their squares are small.
    columns : tuple of ndarray, each (p + 2, m)
        The rows, a line of ones and a line of the rows' squares.
    weighted : tuple of ndarray, each (m, p + 1)
        The rows and a one, times the weight.
    shares : ndarray, shape (g, longest, p + 1)
        The same in double precision, filled up with zeros.
    weights : ndarray, shape (g, longest) or (g, 1)
        Weights; one a data set where its rows weigh the same.
    heaviest, total : ndarray, shape (g,)
        The largest weight, and the weighted sum of squares.
    """

    rows: tuple[Floats, ...]
    columns: tuple[Floats, ...]
    weighted: tuple[Floats, ...]
    shares: Array
    weights: Array
    heaviest: Array
    total: Array

    @classmethod
    def of(cls, sets: Sequence[tuple[ArrayLike, ArrayLike]], dtype: DTypeLike) -> "Stack":
        """Prepare (rows, weights) of shapes (m, p) and (m,); the weights are positive.

        Examples
        --------
        >>> stack = Stack.of([([[1.0], [-1.0]], [1, 2]), ([[0.5]], [1])], np.float32)
        >>> stack.total, stack.weights
        (array([3.  , 0.25]), array([[1., 2.],
               [1., 0.]]))
        """
        given = [(np.asarray(rows, dtype=float), np.asarray(w, dtype=float)) for rows, w in sets]
        longest, p = max(len(w) for _, w in given), given[0][0].shape[1]
        shares, weights = np.zeros((len(given), longest, p + 1)), np.zeros((len(given), longest))
        columns = []
        for g, (rows, w) in enumerate(given):
            with_ones = np.column_stack([rows, np.ones(len(w))])
            shares[g, : len(w)], weights[g, : len(w)] = with_ones * w[:, None], w
            squares = np.einsum("mp,mp->m", rows, rows)
            columns.append(np.concatenate([with_ones.T, squares[None]]).astype(dtype, order="C"))
        equal = all((w == w[0]).all() for _, w in given)
        return cls(
            rows=tuple(rows.astype(dtype) for rows, _ in given),
            columns=tuple(columns),
            weighted=tuple(shares[g, : len(w)].astype(dtype) for g, (_, w) in enumerate(given)),
            shares=shares,
            weights=weights[:, :1] if equal else weights,
            heaviest=weights.max(axis=1),
            total=np.array([w @ np.einsum("mp,mp->m", rows, rows) for rows, w in given]),
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the rows."""
        return self.rows[0].dtype

    def parts(self, of: Places) -> list[tuple[int, slice]]:
        """Tell which partitions belong to which data set; `of` is in the order of the data sets."""
        edges = np.searchsorted(of, np.arange(len(self.rows) + 1)).tolist()
        return [(g, slice(edges[g], edges[g + 1])) for g in range(len(self.rows)) if edges[g] < edges[g + 1]]

    def distances(self, of: Places, centers: Floats, out: Floats, factors: Floats | None = None) -> Floats:
        """Squared distances of all rows to centers of shape (k, a, p), times factors (k, a), into `out` (k, a, m)."""
        k, a, p = centers.shape
        form = np.ones((k, a, p + 2), dtype=self.dtype)
        np.multiply(centers, -2, out=form[:, :, :p])
        np.einsum("kap,kap->ka", centers, centers, out=form[:, :, p])
        if factors is not None:
            form *= factors[:, :, None]
        for g, part in self.parts(of):
            np.matmul(form[:, part], self.columns[g], out=out[:, part, : len(self.rows[g])])
        return out

    def sums(self, of: Places, member: Members) -> Array:
        """Weighted sums of the rows of each cluster and their weight, shape (k, a, p + 1)."""
        spread = member.astype(self.dtype)
        sums = np.empty((*member.shape[:2], self.shares.shape[2]))
        for g, part in self.parts(of):
            sums[:, part] = np.matmul(spread[:, part, : len(self.rows[g])], self.weighted[g])
        return sums


@dataclass(frozen=True, eq=False)
class Partitions:
    """Partitions of the data sets of a stack.

    Parameters
    ----------
    of : ndarray of int, shape (a,)
        Data set of each partition, in rising order.
    member : ndarray of bool, shape (k, a, m)
        Which rows are in which cluster; true for places that a shorter data set does not have.
    sums : ndarray, shape (k, a, p + 1)
        Weighted sums of the rows of each cluster, and their weight.
    objectives : ndarray, shape (a,)
        Weighted within-cluster sums of squares.
    """

    of: Places
    member: Members
    sums: Array
    objectives: Array

    def take(self, chosen: NDArray[Any]) -> "Partitions":
        """Choose partitions by their places in rising order, or by a mask."""
        return Partitions(self.of[chosen], self.member[:, chosen], self.sums[:, chosen], self.objectives[chosen])

    def put(self, places: Places, found: "Partitions") -> None:
        """Write partitions over those at these places."""
        self.member[:, places], self.sums[:, places] = found.member, found.sums
        self.objectives[places] = found.objectives

    @classmethod
    def joined(cls, parts: Sequence["Partitions"]) -> "Partitions":
        """Put partitions of the same data sets together, in the order of the data sets."""
        of = np.concatenate([part.of for part in parts])
        order = np.argsort(of, kind="stable")
        return cls(
            of[order],
            np.concatenate([part.member for part in parts], axis=1)[:, order],
            np.concatenate([part.sums for part in parts], axis=1)[:, order],
            np.concatenate([part.objectives for part in parts])[order],
        )

    def centers(self) -> Array:
        """Means of the clusters, shape (k, a, p)."""
        return self.sums[:, :, :-1] / self.sums[:, :, -1:]

    def labels(self) -> Places:
        """Cluster of each row, shape (a, m); 0 beyond the end of a shorter data set."""
        return self.member.argmax(axis=0)


def unit_of(values: ArrayLike) -> float:
    """Find the power of two nearest to the largest of numbers; divided by it, they lose no digit.

    Single precision ends at 10³⁸, and what is negligible is negligible beside numbers about 1.

    Examples
    --------
    >>> unit_of([1000, -1100]), unit_of([0.0])
    (1024.0, 1.0)
    """
    largest = float(np.abs(values).max(initial=0))
    return float(2.0 ** np.round(np.log2(largest))) if largest else 1.0


def explained(sums: Array) -> Array:
    """Sum of squares between the clusters; minus infinity where one is empty.

    Parameters
    ----------
    sums : ndarray, shape (k, a, p + 1)
        Weighted sums of the rows of each cluster, and their weight.

    Returns
    -------
    ndarray, shape (a,)

    Examples
    --------
    >>> explained(np.array([[[-2.0, 2.0]], [[3.0, 1.0]]]))
    array([11.])
    """
    between, size = np.einsum("kap,kap->ka", sums[:, :, :-1], sums[:, :, :-1]), sums[:, :, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        between /= size
    total = between.sum(axis=0)
    total[size.min(axis=0) <= 0] = -np.inf
    return total


def partition(stack: Stack, of: Places, centers: Floats) -> Partitions:
    """Give each row to the nearest of the centers; a cluster that gets none takes the row that fits worst.

    Parameters
    ----------
    stack : Stack
        Data sets with at least k distinct rows each.
    of : ndarray of int, shape (a,)
        Data set of each set of centers, in rising order.
    centers : ndarray, shape (k, a, p)
        Centers, in the precision of the stack.

    Returns
    -------
    Partitions
        No cluster is empty; a row as near to two centers goes to the first.

    Examples
    --------
    >>> stack = Stack.of([([[-1.0], [0.0], [1.0]], [1, 1, 1])], np.float64)
    >>> partition(stack, np.array([0]), np.array([[[-1.0]], [[1.0]]])).labels()
    array([[0, 0, 1]])
    """
    k, a, _ = centers.shape
    longest = stack.shares.shape[1]
    away = stack.distances(of, centers, np.zeros((k, a, longest), dtype=stack.dtype))
    member = away <= away.min(axis=0)
    beyond = np.arange(longest) >= np.array([len(rows) for rows in stack.rows])[of][:, None]
    member &= ~beyond
    if np.count_nonzero(member) != beyond.size - np.count_nonzero(beyond):
        start, row = np.nonzero(member.sum(axis=0, dtype=np.int8) > 1)
        tied = member[:, start, row]
        member[:, start, row] = tied & (np.cumsum(tied, axis=0) == 1)
    sums = stack.sums(of, member)
    member |= beyond
    for emptied in np.flatnonzero((sums[:, :, -1] <= 0).any(axis=0)).tolist():
        _fill(stack, int(of[emptied]), member[:, emptied], sums[:, emptied])
    return Partitions(of, member, sums, stack.total[of] - explained(sums))


def _fill(stack: Stack, g: int, member: Members, sums: Array) -> None:
    """Begin emptied clusters of one partition anew at the rows that cost most where they are."""
    rows, shares = stack.rows[g].astype(float), stack.shares[g]
    for j in np.flatnonzero(sums[:, -1] <= 0).tolist():
        own = member[:, : len(rows)].argmax(axis=0)
        cost = shares[: len(rows), -1] * ((rows - sums[own, :-1] / sums[own, -1:]) ** 2).sum(axis=1)
        worst = int(cost.argmax())
        member[own[worst], worst], member[j, worst] = False, True
        sums[own[worst]] -= shares[worst]
        sums[j] += shares[worst]
