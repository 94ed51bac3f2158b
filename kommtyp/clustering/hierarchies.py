"""Hierarchies of rows, cut into clusters: Ward's method, average and complete linkage."""

import numpy as np

from kommtyp import lazy
from kommtyp.clustering.records import Array, Labels, means_of
from kommtyp.errors import FitError
from kommtyp.kmeans import distinct_rows

__all__ = ["cut_hierarchy"]

MOST_ROWS_FOR_HIERARCHY = 20_000


def cut_hierarchy(X: Array, k: int, method: str, weights: Array) -> Labels:
    """Link rows step by step on Euclidean distances and stop at k clusters.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Rows.
    k : int
        Number of clusters.
    method : {"ward", "average", "complete"}
        R's ``ward.D2``, ``average`` or ``complete``.
    weights : ndarray, shape (n,)
        Weights, which Ward's method takes as sizes of the rows; those that weigh nothing join the cluster
        with the nearest mean.

    Returns
    -------
    ndarray of int, shape (n,)
        Cluster of each row.

    Raises
    ------
    FitError
        If there are fewer distinct rows than clusters, or too many rows.

    References
    ----------
    Murtagh & Legendre (2014), Journal of Classification 31, 274–295; R's ``hclust`` and ``cutree``.

    Examples
    --------
    >>> cut_hierarchy(np.array([[0.0], [1.0], [10.0]]), 2, "complete", np.ones(3))
    array([0, 0, 1])
    """
    rows, mass, where = distinct_rows(X, weights)
    if len(rows) < k:
        raise FitError(f"{method}: {k} clusters wanted of {len(rows)} distinct rows. Use at most {len(rows)} clusters.")
    merged = len(X) > MOST_ROWS_FOR_HIERARCHY
    if len(rows) > MOST_ROWS_FOR_HIERARCHY or (merged and method == "average"):
        raise FitError(
            f"{method}: {len(X):,} rows need {len(X) ** 2 * 8 / 1e9:.0f} GB of distances. "
            "Use method='kmeans', or 'ward_kmeans' on a sample."
        )
    if method == "ward" and (merged or (weights != weights[0]).any()):
        return _cut_by_mass(rows, mass, k)[where]
    hierarchy = lazy.load("scipy.cluster.hierarchy")
    tree = hierarchy.linkage(rows if merged else X, method=method)
    labels = _cut(tree[: len(tree) + 1 - k, :2].astype(np.intp), len(tree) + 1)
    return labels[where] if merged else labels


def _cut(merges: Labels, n: int) -> Labels:
    """Follow the first merges of a tree, in which the i-th makes a cluster of the number n + i."""
    leader = np.arange(n + len(merges))
    for i in range(len(merges) - 1, -1, -1):
        leader[merges[i]] = leader[n + i]
    _, first, numbers = np.unique(leader[:n], return_index=True, return_inverse=True)
    return first.argsort().argsort()[numbers].astype(np.intp)


def _cut_by_mass(rows: Array, mass: Array, k: int) -> Labels:
    """Let rows of weight 0 join the cluster with the nearest mean, as they cannot form one."""
    held = mass > 0
    if held.all():
        return _cut_weighted_ward(rows, mass, k)
    if np.count_nonzero(held) < k:
        raise FitError(
            f"ward: {k} clusters wanted of {np.count_nonzero(held)} distinct rows that weigh more than 0. "
            f"Use at most {np.count_nonzero(held)} clusters."
        )
    labels = np.empty(len(rows), dtype=np.intp)
    labels[held] = _cut_weighted_ward(rows[held], mass[held], k)
    means = means_of(rows[held], labels[held], k, mass[held])
    labels[~held] = ((rows[~held][:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    return labels


def _cut_weighted_ward(rows: Array, mass: Array, k: int) -> Labels:
    """Merge rows of any mass by Ward's criterion along nearest-neighbour chains, and stop at k clusters."""
    centers, sizes = rows.copy(), mass.copy()
    alive = np.ones(len(rows), dtype=bool)
    merges: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(merges) < len(rows) - 1:
        if not chain:
            chain.append(int(alive.argmax()))
        here = chain[-1]
        cost = sizes * sizes[here] / (sizes + sizes[here]) * ((centers - centers[here]) ** 2).sum(axis=1)
        cost[~alive] = np.inf
        cost[here] = np.inf
        nearest = int(cost.argmin())
        if len(chain) > 1 and cost[chain[-2]] <= cost[nearest]:
            nearest = chain[-2]
            keep, gone = min(here, nearest), max(here, nearest)
            merges.append((float(cost[nearest]), keep, gone))
            total = sizes[keep] + sizes[gone]
            centers[keep] = (sizes[keep] * centers[keep] + sizes[gone] * centers[gone]) / total
            sizes[keep], alive[gone] = total, False
            del chain[-2:]
        else:
            chain.append(nearest)
    leader = np.arange(len(rows))
    for _, keep, gone in sorted(merges, key=lambda merge: merge[0])[: len(rows) - k]:
        leader[leader == leader[gone]] = leader[keep]
    return np.unique(leader, return_inverse=True)[1].astype(np.intp)
