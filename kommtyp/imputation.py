"""Filling single gaps in the ratings so that a municipality need not be left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.scaling import ordered_sum

__all__ = ["Imputation", "fit_imputation", "impute"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Imputation:
    """What two-way imputation needs: how goals are rated on average, and the ends of the scale.

    Parameters
    ----------
    goal_means : ndarray, shape (p,)
        Mean of the valid ratings of each goal.
    grand_mean : float
        Mean of all valid ratings.
    low, high : float
        Ends of the scale.
    """

    goal_means: Array
    grand_mean: float
    low: float
    high: float


def fit_imputation(ratings: ArrayLike, *, low: float, high: float, weights: ArrayLike | None = None) -> Imputation:
    """Learn the means that two-way imputation needs.

    Parameters
    ----------
    ratings : array_like, shape (n, p)
        Ratings with NaN for gaps; each goal needs one valid rating.
    low, high : float
        Ends of the scale.
    weights : array_like, shape (n,), optional
        Weights of the rows.

    Returns
    -------
    Imputation
        The means. They tell nothing about a single municipality, so a typology can carry them.

    Examples
    --------
    >>> float(fit_imputation([[1, 2], [3, np.nan]], low=1, high=5).grand_mean)
    2.0
    """
    X = np.asarray(ratings, dtype=float)
    valid = np.isfinite(X)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    mass = ordered_sum(np.where(valid, w[:, None], 0.0))
    total = ordered_sum(np.where(valid, w[:, None] * X, 0.0))
    return Imputation(total / mass, float(np.sort(total).sum() / np.sort(mass).sum()), float(low), float(high))


def impute(imputation: Imputation, ratings: ArrayLike) -> Array:
    """Fill gaps with row mean + goal mean − grand mean, cut to the scale.

    A municipality that rates everything high gets a high value, and so does a goal that everyone rates
    high: the response style is kept, which is what ipsative scaling later removes. A row is filled from
    its own ratings and the means learnt before, so one municipality alone can be completed too.

    Parameters
    ----------
    imputation : Imputation
        From `fit_imputation`.
    ratings : array_like, shape (m, p)
        Ratings with NaN for gaps.

    Returns
    -------
    ndarray, shape (m, p)
        Ratings without gaps; rows without any valid rating stay NaN.

    References
    ----------
    Bernaards & Sijtsma (2000), Multivariate Behavioral Research 35, 321–364.

    Examples
    --------
    >>> gaps = [[1, 2], [3, np.nan]]
    >>> impute(fit_imputation(gaps, low=1, high=5), gaps)
    array([[1., 2.],
           [3., 3.]])
    """
    X = np.asarray(ratings, dtype=float)
    valid = np.isfinite(X)
    counts = valid.sum(axis=1)
    row_means = np.divide(
        ordered_sum(np.where(valid, X, 0.0).T), counts, out=np.full(len(X), np.nan), where=counts > 0
    )
    filled = row_means[:, None] + imputation.goal_means - imputation.grand_mean
    return np.where(valid, X, np.clip(filled, imputation.low, imputation.high))
