"""The mixture that k-means stands for: who may belong to another type, and how well that is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

__all__ = ["doubt_about_centers", "type_probabilities"]

Array = NDArray[np.float64]
MOST_STEPS = 200
TOLERANCE = 1e-8
LEAST_VARIANCE = 1e-9  # of the clouds, as a share of the spread of all rows


def type_probabilities(X: ArrayLike, labels: ArrayLike, k: int, weights: ArrayLike | None = None) -> Array:
    """Probability that each row belongs to each type, by the model that k-means stands for.

    k-means treats the types as clouds of one round shape and puts each row to the nearest; where the clouds
    overlap, some rows come from the other one. A mixture of round Gaussians with one variance, fitted by
    expectation–maximisation from the types, says how many. Only the directions in which the rows spread count.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Scaled ratings.
    labels : array_like of int, shape (n,)
        Type of each row, to begin with.
    k : int
        Number of types.
    weights : array_like, shape (n,), optional
        Weights of the rows.

    Returns
    -------
    ndarray, shape (n, k)
        Probabilities; rows sum to 1. Types without rows have probability 0.

    References
    ----------
    Celeux, G. & Govaert, G. (1992). Computational Statistics & Data Analysis, 14, 315–332.

    Examples
    --------
    >>> type_probabilities([[0.0], [1.0], [2.0], [5.0], [6.0], [7.0]], [0, 0, 0, 1, 1, 1], 2).round(2)[:, 0]
    array([1., 1., 1., 0., 0., 0.])
    """
    probability = np.eye(k)[np.asarray(labels, dtype=np.intp)]
    Z, w = _spread(X, weights)
    if not Z.shape[1]:
        return probability
    likelihood = -np.inf
    for _ in range(MOST_STEPS):
        clouds = _clouds(Z, probability, w)
        with np.errstate(divide="ignore"):
            density = np.log(clouds.share) - clouds.away / (2 * clouds.variance)
        total = logsumexp(density, axis=1)
        probability = np.exp(density - total[:, None])
        half_log = Z.shape[1] / 2 * np.log(clouds.variance)
        before, likelihood = likelihood, float(np.average(total, weights=w)) - half_log
        if likelihood - before < TOLERANCE:
            break
    return probability


def doubt_about_centers(
    X: ArrayLike, probabilities: ArrayLike, contributions: ArrayLike, weights: ArrayLike | None = None
) -> Array:
    """Variance that a corrected estimate owes to centers, sizes and spread of the types being estimates too.

    Where a type answers differently from its neighbours, a small error in how far they overlap shifts its
    corrected share. The errors of the centers, sizes and the common variance follow from the information of the
    mixture (Louis 1982), with the sandwich form, which does not take the round clouds for granted; the
    derivative of the corrected estimate carries them on. As that is linear in the true shares (or means) m of all
    types, the variance of the estimate of type t is ``m @ doubt[t] @ m``.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Scaled ratings.
    probabilities : array_like, shape (n, k)
        From `type_probabilities` of the same rows.
    contributions : array_like, shape (n, k)
        What one more yes of each row adds to the corrected share of each type; columns sum to 1.
    weights : array_like, shape (n,), optional
        Weights of the rows.

    Returns
    -------
    ndarray, shape (k, k, k)
        One matrix for each type; rows and columns sum to 0, as types that are alike leave nothing to confuse.

    References
    ----------
    Louis, T. A. (1982). JRSS B, 44, 226–233. Bakk, Z., Oberski, D. L. & Vermunt, J. K. (2014). Political Analysis,
    22, 520–540, for the way from the first step into the third.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (50, 1)), rng.normal(3, 1, (50, 1))])
    >>> probabilities = type_probabilities(X, np.repeat([0, 1], 50), 2)
    >>> doubt = doubt_about_centers(X, probabilities, probabilities / probabilities.sum(axis=0))
    >>> doubt.shape, bool(np.allclose(doubt.sum(axis=1), 0))
    ((2, 2, 2), True)
    """
    probability, parts = np.asarray(probabilities, dtype=float), np.asarray(contributions, dtype=float)
    Z, w = _spread(X, weights)
    k, r = probability.shape[1], Z.shape[1]
    if not r:
        return np.zeros((k, k, k))
    clouds = _clouds(Z, probability, w)
    expected, variance = _scores(Z, probability, clouds, w)
    slopes = np.einsum("nt,nr,np->trp", parts, probability, expected, optimize=True)
    for t in range(k):
        own, columns = _score_of(Z, clouds, t)
        slopes[:, t, columns] -= (parts * probability[:, t, None]).T @ own
    return np.asarray(np.einsum("trp,pq,tsq->trs", slopes, variance, slopes, optimize=True))


@dataclass(frozen=True, eq=False)
class _Clouds:
    """Round Gaussians of one variance: shares and centers of k types, squared distances of n rows."""

    share: Array
    centers: Array
    away: Array
    variance: float


def _spread(X: ArrayLike, weights: ArrayLike | None) -> tuple[Array, Array]:
    """Coordinates of the rows in the directions in which they spread, around their mean; weights of mean 1."""
    X = np.asarray(X, dtype=float)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    X = X - np.average(X, axis=0, weights=w)
    values, axes = np.linalg.eigh((X * w[:, None]).T @ X)
    return X @ axes[:, values > 1e-12 * max(values.sum(), 1e-300)], w / w.mean()


def _clouds(Z: Array, probability: Array, w: Array) -> _Clouds:
    """Fit the clouds to the probabilities."""
    mass = probability.T @ w
    centers = (probability * w[:, None]).T @ Z / np.where(mass > 0, mass, 1)[:, None]
    away = ((Z[:, None] - centers) ** 2).sum(axis=2)
    spread = float(w @ (Z**2).sum(axis=1)) / mass.sum()
    variance = float(w @ (probability * away).sum(axis=1)) / (mass.sum() * Z.shape[1])
    return _Clouds(mass / mass.sum(), centers, away, max(variance, LEAST_VARIANCE * spread))


def _score_of(Z: Array, clouds: _Clouds, t: int) -> tuple[Array, NDArray[np.intp]]:
    """Scores of the rows if they belong to type t, and the columns of the parameters that these speak of.

    The parameters are k centers, the logarithms of k shares (one too many: that of the first is taken out),
    and the logarithm of the variance.
    """
    k, r = clouds.centers.shape
    score = np.empty((len(Z), r + k))
    score[:, :r] = (Z - clouds.centers[t]) / clouds.variance
    score[:, r : r + k - 1] = ((np.arange(k) == t) - clouds.share)[1:]
    score[:, -1] = clouds.away[:, t] / (2 * clouds.variance) - r / 2
    return score, np.append(np.arange(t * r, (t + 1) * r), k * r + np.arange(k))


def _scores(Z: Array, probability: Array, clouds: _Clouds, w: Array) -> tuple[Array, Array]:
    """Expected scores of the rows, and the sandwich variance of the parameters."""
    k, r = clouds.centers.shape
    mass = probability.T @ w
    known = np.zeros((k * r + k, k * r + k))
    known[np.arange(k * r), np.arange(k * r)] = np.repeat(mass / clouds.variance, r)
    shares = np.diag(clouds.share) - np.outer(clouds.share, clouds.share)
    known[k * r : -1, k * r : -1] = mass.sum() * shares[1:, 1:]
    known[-1, -1] = mass.sum() * r / 2
    expected = np.zeros((len(Z), len(known)))
    for t in range(k):
        own, columns = _score_of(Z, clouds, t)
        weighted = probability[:, t, None] * own
        expected[:, columns] += weighted
        known[np.ix_(columns, columns)] -= (w[:, None] * weighted).T @ own
    weighted = w[:, None] * expected
    inverse = np.linalg.pinv(known + weighted.T @ expected, hermitian=True)
    return expected, inverse @ (weighted.T @ weighted) @ inverse
