"""How alike two partitions of the same rows are, for many pairs of partitions at once.

Partitions are arrays of cluster numbers from 0, the rows on the last axis; the other axes are the batch and
are broadcast against each other, so one partition can be compared with a thousand in one call. A row with a
negative number is in no cluster and counts nowhere.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

__all__ = [
    "adjusted_rand",
    "best_jaccard",
    "contingency",
    "fowlkes_mallows",
    "jaccard",
    "pair_jaccard",
    "rand",
    "slsw",
    "variation_of_information",
]

Array = NDArray[np.float64]
CELLS_AT_ONCE = 100_000


def contingency(a: ArrayLike, b: ArrayLike, ka: int, kb: int, weights: ArrayLike | None = None) -> Array:
    """Count how many rows lie in each cluster of one partition and each of another.

    Parameters
    ----------
    a, b : array_like of int, shape (..., n)
        Partitions, clusters numbered from 0.
    ka, kb : int
        Number of clusters of each; some may be empty.
    weights : array_like, shape (..., n), optional
        How often each row counts: its multiplicity in a resample, or 1 and 0 for in and out.

    Returns
    -------
    ndarray, shape (..., ka, kb)
        Counts, or sums of weights.

    Raises
    ------
    ValueError
        If a cluster number is too large for its partition.

    References
    ----------
    Hubert & Arabie (1985), Comparing partitions, Journal of Classification 2, 193–218.

    Examples
    --------
    >>> contingency([0, 0, 1], [0, 1, 1], 2, 2)
    array([[1., 1.],
           [0., 1.]])
    """
    first, second = np.asarray(a), np.asarray(b)
    for labels, k in ((first, ka), (second, kb)):
        if labels.size and labels.max() >= k:
            raise ValueError(f"contingency: cluster {labels.max()} in a partition of {k}. Clusters count from 0.")
    mass = None if weights is None else np.asarray(weights, dtype=float)
    if min(first.min(initial=0), second.min(initial=0)) < 0:
        mass = np.where((first < 0) | (second < 0), 0.0, 1.0 if mass is None else mass)
        first, second = np.maximum(first, 0), np.maximum(second, 0)
    shape = np.broadcast_shapes(first.shape, second.shape, () if mass is None else mass.shape)
    n, batch = shape[-1], int(np.prod(shape[:-1], dtype=np.intp))
    first, second = _as_rows(first, shape), _as_rows(second, shape)
    mass = None if mass is None else _as_rows(mass, shape)
    table = np.empty((batch, ka * kb))
    step = max(1, CELLS_AT_ONCE // max(n, 1))
    for start in range(0, batch, step):
        part = slice(start, min(start + step, batch))
        table[part] = _count_cells(_part(first, part) * kb + _part(second, part), table[part], mass, part)
    return table.reshape(*shape[:-1], ka, kb)


def _count_cells(cell: NDArray, table: Array, mass: Array | None, part: slice) -> NDArray:
    """Count the cells of some tables, one a row."""
    size, cells = table.shape
    place = (cell + np.arange(0, size * cells, cells)[:, None]).ravel()
    w = None if mass is None else np.broadcast_to(_part(mass, part), (size, len(place) // size)).ravel()
    return np.bincount(place, w, minlength=size * cells).reshape(table.shape)


def _part(rows: NDArray, part: slice) -> NDArray:
    return rows if len(rows) == 1 else rows[part]


def _as_rows(values: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Put the batch on one axis; a single partition stays a single row."""
    if values.size == values.shape[-1]:
        return np.broadcast_to(values.reshape(1, -1), (1, shape[-1]))
    return np.broadcast_to(values, shape).reshape(-1, shape[-1])


def _pairs(count: Array) -> Array:
    return count * (count - 1) / 2


def _pair_counts(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array, Array]:
    """Count pairs of rows: together in both partitions, in the first, in the second, and all."""
    a, b = np.asarray(a), np.asarray(b)
    table = contingency(a, b, int(a.max(initial=0)) + 1, int(b.max(initial=0)) + 1)
    return (
        _pairs(table).sum(axis=(-2, -1)),
        _pairs(table.sum(axis=-1)).sum(axis=-1),
        _pairs(table.sum(axis=-2)).sum(axis=-1),
        _pairs(table.sum(axis=(-2, -1))),
    )


def _ratio(above: Array, below: Array, otherwise: ArrayLike) -> Array:
    """Divide, and put `otherwise` where there is nothing to divide by."""
    empty = below == 0
    return np.where(empty, otherwise, above / np.where(empty, 1.0, below))


def adjusted_rand(a: ArrayLike, b: ArrayLike) -> Array:
    """Agreement of two partitions, corrected for chance: 1 if equal, 0 on average if independent.

    It is the Rand index minus its expectation under random partitions of the same cluster sizes, in units of
    the largest value possible. Worse than chance is below 0. It is 0 if only one of the partitions is a
    single cluster, and 1 where the correction leaves nothing to divide by: both are a single cluster, or both
    consist of single rows, so they are equal. (R's flexclust and fpc return NaN there, mclust 1 or NaN.)

    Parameters
    ----------
    a, b : array_like of int, shape (..., n)
        Partitions.

    Returns
    -------
    ndarray, shape (...)
        Index, at most 1.

    References
    ----------
    Hubert & Arabie (1985), Comparing partitions, Journal of Classification 2, 193–218.

    Examples
    --------
    >>> adjusted_rand([0, 0, 1, 1], [[1, 1, 0, 0], [0, 1, 0, 1]])
    array([ 1. , -0.5])
    """
    both, first, second, pairs = _pair_counts(a, b)
    chance = _ratio(first * second, pairs, 0.0)
    return _ratio(both - chance, (first + second) / 2 - chance, 1.0)


def rand(a: ArrayLike, b: ArrayLike) -> Array:
    """Share of the pairs of rows that both partitions treat alike, together or apart.

    Parameters
    ----------
    a, b : array_like of int, shape (..., n)
        Partitions.

    Returns
    -------
    ndarray, shape (...)
        Index between 0 and 1; 1 where there are fewer than two rows.

    References
    ----------
    Rand (1971), Journal of the American Statistical Association 66, 846–850.

    Examples
    --------
    >>> float(rand([0, 0, 1], [0, 1, 1]).round(3))
    0.333
    """
    both, first, second, pairs = _pair_counts(a, b)
    return _ratio(pairs + 2 * both - first - second, pairs, 1.0)


def pair_jaccard(a: ArrayLike, b: ArrayLike) -> Array:
    """Share of the pairs that are together in at least one partition which are together in both.

    Parameters
    ----------
    a, b : array_like of int, shape (..., n)
        Partitions.

    Returns
    -------
    ndarray, shape (...)
        Index between 0 and 1; 1 where no pair is together in either, so that the partitions are equal.

    References
    ----------
    flexclust's ``comPart(type = "J")``.

    Examples
    --------
    >>> float(pair_jaccard([0, 0, 0, 1], [0, 0, 1, 1]))
    0.25
    """
    both, first, second, _ = _pair_counts(a, b)
    return _ratio(both, first + second - both, 1.0)


def fowlkes_mallows(a: ArrayLike, b: ArrayLike) -> Array:
    """Geometric mean of the two shares of pairs together in one partition that are together in the other.

    Parameters
    ----------
    a, b : array_like of int, shape (..., n)
        Partitions.

    Returns
    -------
    ndarray, shape (...)
        Index between 0 and 1; 1 where no pair is together in either, 0 where this holds for one only.

    References
    ----------
    Fowlkes & Mallows (1983), Journal of the American Statistical Association 78, 553–569.

    Examples
    --------
    >>> float(fowlkes_mallows([0, 0, 0, 1], [0, 0, 1, 1]).round(3))
    0.408
    """
    both, first, second, _ = _pair_counts(a, b)
    return _ratio(both, np.sqrt(first * second), first == second)


def variation_of_information(a: ArrayLike, b: ArrayLike) -> Array:
    """Information that is lost and gained from one partition to the other, in nats.

    Parameters
    ----------
    a, b : array_like of int, shape (..., n)
        Partitions.

    Returns
    -------
    ndarray, shape (...)
        Distance, 0 if equal and at most log n; a metric.

    References
    ----------
    Meilă (2007), Comparing clusterings, Journal of Multivariate Analysis 98, 873–895.

    Examples
    --------
    >>> float(variation_of_information([0, 0, 1, 1], [0, 1, 0, 1]).round(4))
    1.3863
    """
    a, b = np.asarray(a), np.asarray(b)
    table = contingency(a, b, int(a.max(initial=0)) + 1, int(b.max(initial=0)) + 1)
    rows, columns = table.sum(axis=-1), table.sum(axis=-2)
    apart = xlogy(rows, rows).sum(axis=-1) + xlogy(columns, columns).sum(axis=-1)
    distance = _ratio(apart - 2 * xlogy(table, table).sum(axis=(-2, -1)), rows.sum(axis=-1), 0.0)
    return np.maximum(distance, 0.0)


def jaccard(a: ArrayLike, b: ArrayLike, ka: int, kb: int, weights: ArrayLike | None = None) -> Array:
    """Jaccard similarity of each cluster of one partition to each cluster of another.

    Parameters
    ----------
    a, b : array_like of int, shape (..., n)
        Partitions.
    ka, kb : int
        Number of clusters of each.
    weights : array_like, shape (..., n), optional
        How often each row counts.

    Returns
    -------
    ndarray, shape (..., ka, kb)
        Rows in both clusters ÷ rows in at least one; 0 where both are empty.

    References
    ----------
    Jaccard (1901); Hennig (2007), Computational Statistics & Data Analysis 52, 258–271; ``fpc::clujaccard``.

    Examples
    --------
    >>> jaccard([0, 0, 1], [0, 1, 1], 2, 2)
    array([[0.5       , 0.33333333],
           [0.        , 0.5       ]])
    """
    table = contingency(a, b, ka, kb, weights)
    union = table.sum(axis=-1, keepdims=True) + table.sum(axis=-2, keepdims=True) - table
    return _ratio(table, union, 0.0)


def best_jaccard(
    original: ArrayLike, found: ArrayLike, weights: ArrayLike | None, k_original: int, k_found: int
) -> Array:
    """Jaccard similarity of each original cluster, within a resample, to the most similar cluster found in it.

    The clusters are not matched one to one: two original clusters may have the same most similar one, as
    when a resample merges them. This is what ``fpc::clusterboot`` averages over resamples.

    Parameters
    ----------
    original : array_like of int, shape (n,) or (..., n)
        Partition of all rows.
    found : array_like of int, shape (..., n)
        Partition of each resample; what it says of rows with weight 0 does not matter.
    weights : array_like, shape (..., n), optional
        Multiplicity of each row in the resample, or 1 and 0 for in and out; all count once where None.
    k_original, k_found : int
        Number of clusters of each.

    Returns
    -------
    ndarray, shape (..., k_original)
        Largest similarity, between 0 and 1; NaN for a cluster of which the resample holds nobody, where
        ``fpc::clusterboot`` counts 0.

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52,
    258–271; ``fpc::clusterboot``.

    Examples
    --------
    >>> best_jaccard([0, 0, 1, 2], [1, 0, 0, -1], [1, 1, 2, 0], 3, 2)
    array([0.5       , 0.66666667,        nan])
    """
    table = contingency(original, found, k_original, k_found, weights)
    own = table.sum(axis=-1)
    union = own[..., None] + table.sum(axis=-2, keepdims=True) - table
    return np.where(own > 0, _ratio(table, union, 0.0).max(axis=-1), np.nan)


def slsw(original: ArrayLike, first: ArrayLike, second: ArrayLike, k: int) -> Array:
    """Segment-level stability within solutions: how well each cluster is found again, over pairs of resamples.

    All rows are assigned by the centers of two resamples; the value is the mean of the two largest Jaccard
    similarities. Unlike `best_jaccard` it counts all rows, drawn or not.

    Parameters
    ----------
    original : array_like of int, shape (n,)
        Partition of all rows.
    first, second : array_like of int, shape (pairs, n)
        All rows assigned to the nearest centers of the first and second resample of each pair.
    k : int
        Number of clusters.

    Returns
    -------
    ndarray, shape (pairs, k)
        Stability of each cluster, between 0 and 1.

    References
    ----------
    Dolnicar & Leisch (2017), Using segment level stability to select target segments in data-driven market
    segmentation studies, Marketing Letters 28, 423–436; ``flexclust::slswFlexclust``.

    Examples
    --------
    >>> slsw([0, 0, 1, 1], [[1, 1, 0, 0]], [[0, 0, 0, 1]], 2)
    array([[0.83333333, 0.75      ]])
    """
    return (best_jaccard(original, first, None, k, k) + best_jaccard(original, second, None, k, k)) / 2
