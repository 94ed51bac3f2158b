"""Naming the clusters of each resample, by the rule of the types and by overlap with them."""

import numpy as np
from numpy.typing import NDArray

from kommtyp import lazy
from kommtyp.agreement import jaccard
from kommtyp.labelling import profile_scores

__all__ = ["match_by_overlap", "name_by_rule"]

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


def name_by_rule(centers: Array, X: Array, weights: Array, marks: NDArray[np.bool_]) -> Labels:
    """Name the clusters of each resample by their profiles within it.

    Parameters
    ----------
    centers : ndarray, shape (B, k, p)
        Centers of the clusters; NaN where a resample could not be clustered.
    X : ndarray, shape (n, p)
        Scaled ratings.
    weights : ndarray, shape (B, n)
        Weights of the rows in each resample.
    marks : ndarray of bool, shape (t, p)
        Which goals mark which type; t ≤ k.

    Returns
    -------
    ndarray of int, shape (B, k)
        Type of each cluster; −1 for clusters that are left over, or where there are none.

    Examples
    --------
    >>> X = np.array([[2.0, 0.0], [2.2, 0.0], [0.0, 2.0], [0.0, 2.2]])
    >>> name_by_rule(np.array([[[0.0, 2.1], [2.1, 0.0]]]), X, np.ones((1, 4)), np.eye(2, dtype=bool))
    array([[1, 0]])
    """
    mass = weights.sum(axis=1, keepdims=True)
    mean = weights @ X / mass
    variance = np.maximum(weights @ X**2 / mass - mean**2, 0)
    sd = np.where(variance > 1e-18, np.sqrt(variance), np.inf)
    z = (centers - mean[:, None]) / sd[:, None]
    names = np.full(centers.shape[:2], -1, dtype=np.intp)
    assign = lazy.load("scipy.optimize").linear_sum_assignment
    for b in np.flatnonzero(np.isfinite(centers).all(axis=(1, 2))):
        clusters, types = assign(profile_scores(z[b], marks), maximize=True)
        names[b, clusters] = types
    return names


def match_by_overlap(original: Labels, found: Labels, k: int) -> Labels:
    """Give the clusters of each resample one to one to the types they overlap most.

    Parameters
    ----------
    original : ndarray of int, shape (n,)
        Types.
    found : ndarray of int, shape (B, n)
        All rows assigned by each resample; −1 where it could not be clustered.
    k : int
        Number of types and of clusters.

    Returns
    -------
    ndarray of int, shape (B, k)
        Type of each cluster; −1 where there are none.

    Examples
    --------
    >>> match_by_overlap(np.array([0, 0, 1, 1]), np.array([[1, 1, 1, 0]]), 2)
    array([[1, 0]])
    """
    names = np.full((len(found), k), -1, dtype=np.intp)
    overlap = jaccard(original, found, k, k)
    assign = lazy.load("scipy.optimize").linear_sum_assignment
    for b in np.flatnonzero((found >= 0).any(axis=1)):
        types, clusters = assign(overlap[b], maximize=True)
        names[b, clusters] = types
    return names
