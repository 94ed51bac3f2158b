"""The mixture that k-means stands for: who may belong to another type, and how well that is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

__all__ = ["Mixture", "doubt_about_centers", "fit_mixture", "type_probabilities"]

Array = NDArray[np.float64]
MOST_STEPS = 200
TOLERANCE = 1e-8
LEAST_VARIANCE = 1e-9  # of all clouds, as a share of the spread of all rows
MOST_UNEQUAL = 25.0  # variance of the widest cloud over that of the narrowest; beyond, clouds close in on single rows


@dataclass(frozen=True, eq=False)
class Mixture:
    """Round Gaussian clouds, one for each of k types.

    Parameters
    ----------
    probabilities : ndarray, shape (n, k)
        Probability that each row belongs to each type.
    rows : ndarray, shape (n, r)
        Coordinates of the rows in the r directions in which they spread.
    weights : ndarray, shape (n,)
        Weights of the rows, with mean 1.
    shares : ndarray, shape (k,)
        Share of each type.
    centers : ndarray, shape (k, r)
        Center of each cloud.
    away : ndarray, shape (n, k)
        Squared distance of each row to each center.
    variances : ndarray, shape (k,)
        Variance of each cloud in every direction.
    alike : bool
        Whether all clouds have one variance.
    bic : float
        Bayesian information criterion, but for a constant of the rows; smaller is better.
    """

    probabilities: Array
    rows: Array
    weights: Array
    shares: Array
    centers: Array
    away: Array
    variances: Array
    alike: bool
    bic: float


def type_probabilities(X: ArrayLike, labels: ArrayLike, k: int, weights: ArrayLike | None = None) -> Array:
    """Probability that each row belongs to each type, by the model that k-means stands for.

    k-means treats the types as clouds of one round shape and puts each row to the nearest; where the clouds
    overlap, some rows come from the other one. A mixture of round Gaussians says how many, see `fit_mixture`.

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

    Examples
    --------
    >>> type_probabilities([[0.0], [1.0], [2.0], [5.0], [6.0], [7.0]], [0, 0, 0, 1, 1, 1], 2).round(2)[:, 0]
    array([1., 1., 1., 0., 0., 0.])
    """
    return fit_mixture(X, labels, k, weights).probabilities


def fit_mixture(X: ArrayLike, labels: ArrayLike, k: int, weights: ArrayLike | None = None) -> Mixture:
    """Fit a mixture of round Gaussians by expectation–maximisation, from the types.

    The clouds have one variance, as k-means takes for granted, or each its own where the Bayesian information
    criterion asks for it: types differ in how much their members are alike. Only the directions in which the rows
    spread count. Clouds that are not round are not tried: on real ratings they leave the types that k-means found.

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
    Mixture
        The model of the smaller criterion; probabilities 0 and 1 where all rows are alike.

    References
    ----------
    Celeux, G. & Govaert, G. (1995). Pattern Recognition, 28, 781–793. R: ``mclust::me`` with the models EII and VII.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (100, 2)), rng.normal(4, 3, (100, 2))])
    >>> fit_mixture(X, np.repeat([0, 1], 100), 2).variances.round(1)
    array([0.9, 9.6])
    """
    probabilities = np.eye(k)[np.asarray(labels, dtype=np.intp)]
    rows, w = _spread(X, weights)
    one = _fit(rows, w, probabilities, alike=True)
    if not rows.shape[1]:
        return one
    own = _fit(rows, w, probabilities, alike=False)
    present = own.variances[own.shares > 0]
    usable = np.isfinite(own.bic) and present.max() <= MOST_UNEQUAL * present.min()
    return own if usable and own.bic < one.bic else one


def doubt_about_centers(mixture: Mixture, contributions: ArrayLike) -> Array:
    """Variance that a corrected estimate owes to centers, sizes and spread of the types being estimates too.

    Where a type answers differently from its neighbours, a small error in how far they overlap shifts its
    corrected share. The errors of the centers, shares and variances follow from the information of the mixture
    (Louis 1982), with the sandwich form, which does not take the clouds for granted; the derivative of the
    corrected estimate carries them on. As that is linear in the true shares (or means) m of all types, the
    variance of the estimate of type t is ``m @ doubt[t] @ m``.

    Parameters
    ----------
    mixture : Mixture
        From `fit_mixture`.
    contributions : array_like, shape (n, k)
        What one more yes of each row adds to the corrected share of each type; columns sum to 1.

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
    >>> mixture = fit_mixture(X, np.repeat([0, 1], 50), 2)
    >>> doubt = doubt_about_centers(mixture, mixture.probabilities / mixture.probabilities.sum(axis=0))
    >>> doubt.shape, bool(np.allclose(doubt.sum(axis=1), 0))
    ((2, 2, 2), True)
    """
    probability, parts = mixture.probabilities, np.asarray(contributions, dtype=float)
    k = probability.shape[1]
    if not mixture.rows.shape[1]:
        return np.zeros((k, k, k))
    expected, variance = _scores(mixture)
    slopes = np.einsum("nt,nr,np->trp", parts, probability, expected, optimize=True)
    for t in range(k):
        own, columns = _score_of(mixture, t)
        slopes[:, t, columns] -= (parts * probability[:, t, None]).T @ own
    return np.asarray(np.einsum("trp,pq,tsq->trs", slopes, variance, slopes, optimize=True))


def _spread(X: ArrayLike, weights: ArrayLike | None) -> tuple[Array, Array]:
    """Coordinates of the rows in the directions in which they spread, around their mean; weights of mean 1."""
    X = np.asarray(X, dtype=float)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    X = X - np.average(X, axis=0, weights=w)
    values, axes = np.linalg.eigh((X * w[:, None]).T @ X)
    return X @ axes[:, values > 1e-12 * max(values.sum(), 1e-300)], w / w.mean()


def _fit(rows: Array, w: Array, probability: Array, *, alike: bool) -> Mixture:
    """Fit clouds of one variance, or each of its own; none where the rows do not spread."""
    r, k = rows.shape[1], probability.shape[1]
    likelihood = -np.inf
    for _ in range(MOST_STEPS if r else 1):
        shares, centers, away, variances = _clouds(rows, w, probability, alike=alike)
        if not r:
            break
        with np.errstate(divide="ignore"):
            density = np.log(shares) - away / (2 * variances) - r / 2 * np.log(variances)
        total = logsumexp(density, axis=1)
        probability = np.exp(density - total[:, None])
        before, likelihood = likelihood, float(np.average(total, weights=w))
        if likelihood - before < TOLERANCE:
            break
    shares, centers, away, variances = _clouds(rows, w, probability, alike=alike)
    bic = (k * r + k - 1 + (1 if alike else k)) * np.log(len(rows)) - 2 * len(rows) * likelihood
    return Mixture(probability, rows, w, shares, centers, away, variances, alike, float(bic))


def _clouds(rows: Array, w: Array, probability: Array, *, alike: bool) -> tuple[Array, Array, Array, Array]:
    """Shares, centers, squared distances to them, and variances, of the clouds that the probabilities make up."""
    mass, r = probability.T @ w, max(rows.shape[1], 1)
    some = np.where(mass > 0, mass, 1)
    centers = (probability * w[:, None]).T @ rows / some[:, None]
    away = ((rows[:, None] - centers) ** 2).sum(axis=2)
    within = w @ (probability * away)
    least = max(LEAST_VARIANCE * float(w @ (rows**2).sum(axis=1)) / mass.sum(), 1e-300)
    common = max(float(within.sum()) / (mass.sum() * r), least)
    own = np.full(len(mass), common) if alike else np.where(mass > 0, within / (some * r), common)
    return mass / mass.sum(), centers, away, np.maximum(own, least)


def _score_of(mixture: Mixture, t: int) -> tuple[Array, NDArray[np.intp]]:
    """Scores of the rows if they belong to type t, and the columns of the parameters that these speak of.

    The parameters are the centers, the logarithms of the shares (that of the first type is taken out, as they
    sum to 1), and the logarithms of the variances, or of the one variance.
    """
    k, r = mixture.centers.shape
    score = np.empty((len(mixture.rows), r + k))
    score[:, :r] = (mixture.rows - mixture.centers[t]) / mixture.variances[t]
    score[:, r : r + k - 1] = ((np.arange(k) == t) - mixture.shares)[1:]
    score[:, -1] = mixture.away[:, t] / (2 * mixture.variances[t]) - r / 2
    place = k * r + k - 1
    return score, np.r_[t * r : (t + 1) * r, k * r : place, place if mixture.alike else place + t]


def _scores(mixture: Mixture) -> tuple[Array, Array]:
    """Expected scores of the rows, and the sandwich variance of the parameters."""
    k, r = mixture.centers.shape
    w, shares = mixture.weights[:, None], mixture.shares
    mass = shares * mixture.weights.sum()
    spreads = r / 2 * (mass.sum(keepdims=True) if mixture.alike else mass)
    known = np.diag(np.concatenate([np.repeat(mass / mixture.variances, r), np.zeros(k - 1), spreads]))
    odds = slice(k * r, k * r + k - 1)
    known[odds, odds] = mass.sum() * (np.diag(shares) - np.outer(shares, shares))[1:, 1:]
    expected = np.zeros((len(mixture.rows), len(known)))
    for t in range(k):
        own, columns = _score_of(mixture, t)
        weighted = mixture.probabilities[:, t, None] * own
        expected[:, columns] += weighted
        known[np.ix_(columns, columns)] -= (w * weighted).T @ own
    inverse = np.linalg.pinv(known + (w * expected).T @ expected, hermitian=True)
    return expected, inverse @ (w * expected).T @ (w * expected) @ inverse
