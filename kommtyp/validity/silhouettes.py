"""Silhouettes: is a row nearer to its own cluster than to the next one?"""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy
from kommtyp.errors import check_choice

__all__ = ["SilhouetteForm", "silhouette"]

Array = NDArray[np.float64]
SilhouetteForm = Literal["ASW", "ASWw"]
DISTANCES_AT_ONCE = 2_000_000


def silhouette(
    X: ArrayLike,
    labels: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    form: SilhouetteForm = "ASW",
    rows: ArrayLike | None = None,
) -> Array:
    """Silhouette width of each row: (b − a) ÷ max(a, b).

    a is the mean Euclidean distance to the other rows of the own cluster, b that to the rows of the nearest
    other cluster. The width is near 1 well inside a cluster, 0 between two, negative in the wrong one; the
    mean over the rows is the usual summary, weighted where there are weights. Several partitions share
    the distances, and distances are taken in blocks, so memory stays bounded.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    labels : array_like of int, shape (n,) or (m, n)
        One partition or several, clusters numbered from 0.
    weights : array_like, shape (n,), optional
        Weights, taken as so many copies of the row; one each where None.
    form : {"ASW", "ASWw"}
        ``ASW`` leaves one copy of the row out of its own cluster, as the classical width does; ``ASWw``
        leaves it in, so that it does not depend on the scale of the weights.
    rows : array_like of int, shape (r,), optional
        Rows whose widths are wanted, for a mean estimated on a sample; all where None.

    Returns
    -------
    ndarray, shape (r,) or (m, r)
        Widths between −1 and 1. By ``ASW`` it is 0 in a cluster that is a single row or weighs no more than
        one, as in R's ``cluster::silhouette``; NaN where there is no second cluster.

    References
    ----------
    Rousseeuw (1987), Journal of Computational and Applied Mathematics 20, 53–65; Studer (2013),
    WeightedCluster Library Manual, LIVES Working Papers 24.

    Examples
    --------
    >>> silhouette([[0.0], [1.0], [10.0]], [0, 0, 1]).round(3)
    array([0.9  , 0.889, 0.   ])
    """
    check_choice("form", form, get_args(SilhouetteForm))
    X = np.asarray(X, dtype=float)
    partitions = np.atleast_2d(np.asarray(labels))
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    chosen = np.arange(len(X)) if rows is None else np.asarray(rows)
    member, start = _stacked_membership(partitions)
    single = (member.T @ (w > 0)) <= 1
    mass = member.T @ w
    weighted = member * w[:, None]
    widths = np.empty((len(partitions), len(chosen)))
    cdist = lazy.load("scipy.spatial.distance").cdist
    step = max(1, DISTANCES_AT_ONCE // max(len(X), 1))
    for first in range(0, len(chosen), step):
        block = chosen[first : first + step]
        sums = cdist(X[block], X) @ weighted
        for m, partition in enumerate(partitions):
            part = slice(start[m], start[m + 1])
            widths[m, first : first + step] = _widths(
                sums[:, part], mass[part], single[part], partition[block], form=form
            )
    return widths[0] if np.ndim(labels) == 1 else widths


def _stacked_membership(partitions: NDArray) -> tuple[Array, NDArray[np.intp]]:
    """Write all partitions side by side as columns of 0 and 1, with the column at which each begins."""
    sizes = partitions.max(axis=1) + 1
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    member = np.zeros((partitions.shape[1], start[-1]))
    for m, partition in enumerate(partitions):
        member[np.arange(len(partition)), start[m] + partition] = 1
    return member, start


def _widths(sums: Array, mass: Array, single: NDArray[np.bool_], own: NDArray, *, form: SilhouetteForm) -> Array:
    """Widths from the sums of distances of some rows to each cluster."""
    if np.count_nonzero(mass) < 2:
        return np.full(len(sums), np.nan)
    at = np.arange(len(sums))
    others = np.divide(sums, mass, out=np.full_like(sums, np.inf), where=mass > 0)
    others[at, own] = np.inf
    b = others.min(axis=1)
    size = mass[own] - (form == "ASW")
    undefined = (form == "ASW") & ((size <= 0) | single[own])
    a = sums[at, own] / np.where(size <= 0, 1.0, size)
    larger = np.maximum(a, b)
    widths = np.divide(b - a, larger, out=np.zeros(len(sums)), where=larger > 0)
    return np.where(undefined, 0.0, widths)
