"""Criteria that cluster the data again: would another sample give the same clusters?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.agreement import contingency

__all__ = ["instability", "nearest_center", "prediction_strength"]

Array = NDArray[np.float64]
CELLS_AT_ONCE = 1_000_000


def nearest_center(X: ArrayLike, centers: ArrayLike) -> NDArray[np.intp]:
    """Assign all rows to the nearest of several sets of centers.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    centers : array_like, shape (B, k, p)
        Sets of centers.

    Returns
    -------
    ndarray of int, shape (B, n)
        Nearest center of each row in each set; the first of several that are equally near.

    Examples
    --------
    >>> nearest_center([[0.0], [1.0], [9.0]], [[[0.0], [10.0]]])
    array([[0, 0, 1]])
    """
    rows, sets = np.asarray(X, dtype=float), np.asarray(centers, dtype=float)
    shift = rows.mean(axis=0)
    rows, sets = rows - shift, sets - shift
    labels = np.empty((len(sets), len(rows)), dtype=np.intp)
    step = max(1, CELLS_AT_ONCE // max(len(rows) * sets.shape[1], 1))
    for start in range(0, len(sets), step):
        part = sets[start : start + step]
        distance = np.einsum("bkp,bkp->bk", part, part)[:, :, None] - 2 * (part @ rows.T)
        labels[start : start + step] = distance.argmin(axis=1)
    return labels


def prediction_strength(own: ArrayLike, predicted: ArrayLike, k: int) -> Array:
    """Share of the pairs in the worst cluster of a sample that another sample's centers keep together.

    The data are halved and both halves are clustered. Each half is then also assigned by the other's
    centers, and for each of its own clusters the pairs that stay together are counted. The smallest share
    counts, and the mean over both halves and many divisions is the prediction strength.

    Parameters
    ----------
    own : array_like of int, shape (..., n)
        Clusters of a half, −1 for rows outside it.
    predicted : array_like of int, shape (..., n)
        The same rows assigned to the centers of the other half.
    k : int
        Number of clusters.

    Returns
    -------
    ndarray, shape (...)
        Smallest share over the clusters, between 0 and 1; a cluster of one row has no pairs and counts as 1.

    References
    ----------
    Tibshirani & Walther (2005), Journal of Computational and Graphical Statistics 14, 511–528;
    ``fpc::prediction.strength(classification = "centroid")``.

    Examples
    --------
    >>> prediction_strength([[0, 0, 0, 1, 1, -1]], [[0, 0, 1, 1, 1, 0]], 2)
    array([0.33333333])
    """
    table = contingency(own, predicted, k, k)
    size = table.sum(axis=-1)
    pairs = size * (size - 1)
    together = (table * (table - 1)).sum(axis=-1)
    return np.where(pairs > 0, together / np.where(pairs > 0, pairs, 1), 1.0).min(axis=-1)


def instability(first: ArrayLike, second: ArrayLike, *, both_ways: bool = True) -> Array:
    """Share of the pairs of rows on which two clusterings disagree: together in one, apart in the other.

    Two bootstrap samples are clustered, all rows are assigned by the centers of each, and the mean over many
    such pairs of samples is smallest for the number of clusters that can best be found again.

    Parameters
    ----------
    first, second : array_like of int, shape (..., n)
        All rows assigned by the centers of two samples.
    both_ways : bool
        True counts the pairs that are together in either clustering alone, which is the distance of Fang and
        Wang; False only those together in the first, as ``fpc::nselectboot`` does.

    Returns
    -------
    ndarray, shape (...)
        Disagreeing ordered pairs ÷ n², between 0 and 1.

    References
    ----------
    Fang & Wang (2012), Computational Statistics & Data Analysis 56, 468–477.

    Examples
    --------
    >>> instability([0, 0, 1], [0, 1, 1]), instability([0, 0, 1], [0, 1, 1], both_ways=False)
    (array(0.44444444), array(0.22222222))
    """
    a, b = np.asarray(first), np.asarray(second)
    table = contingency(a, b, int(a.max(initial=0)) + 1, int(b.max(initial=0)) + 1)
    both = (table**2).sum(axis=(-2, -1))
    apart = (table.sum(axis=-1) ** 2).sum(axis=-1) - both
    if both_ways:
        apart = apart + (table.sum(axis=-2) ** 2).sum(axis=-1) - both
    return np.asarray(apart / table.sum(axis=(-2, -1)) ** 2)
