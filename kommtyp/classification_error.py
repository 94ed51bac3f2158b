"""What a comparison would show if nobody were put into the wrong type: the correction of three-step analysis."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri, logsumexp, stdtrit

from kommtyp.intervals import Interval, wilson

__all__ = ["bch_weights", "corrected_means", "corrected_shares", "type_probabilities"]

Array = NDArray[np.float64]
MOST_STEPS = 200
TOLERANCE = 1e-8
WORST_CONDITION = 1e3
LEAST_EFFECTIVE = 1.0


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
    X, labels = np.asarray(X, dtype=float), np.asarray(labels, dtype=np.intp)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    X = X - np.average(X, axis=0, weights=w)
    probability = np.eye(k)[labels]
    spread, rank = float(w @ (X**2).sum(axis=1)), max(int(np.linalg.matrix_rank(X)), 1)
    if spread == 0:
        return probability
    likelihood = -np.inf
    for _ in range(MOST_STEPS):
        share = probability * w[:, None]
        mass = share.sum(axis=0)
        centers = share.T @ X / np.where(mass > 0, mass, 1)[:, None]
        away = ((X[:, None] - centers) ** 2).sum(axis=2)
        variance = max(float((share * away).sum()) / (mass.sum() * rank), 1e-9 * spread / mass.sum())
        with np.errstate(divide="ignore"):
            density = np.log(mass / mass.sum()) - away / (2 * variance)
        total = logsumexp(density, axis=1)
        probability = np.exp(density - total[:, None])
        before, likelihood = likelihood, float(np.average(total, weights=w)) - rank / 2 * np.log(variance)
        if likelihood - before < TOLERANCE:
            break
    return probability


def bch_weights(probabilities: ArrayLike, labels: ArrayLike) -> Array:
    """Weights that undo the errors of classification when types are compared.

    Among the rows that were put into a type, some belong to others, and the probabilities say how many: D[t, s]
    is the chance that a row of type t is put into s. What is seen of the types put is a mixture, by D, of
    what holds for the true ones; weighting each row with the inverse of D takes the mixture apart. Some
    weights are negative.

    Parameters
    ----------
    probabilities : array_like, shape (n, k)
        Probability that each row belongs to each type, as from `type_probabilities`.
    labels : array_like of int, shape (n,)
        Type that each row was put into.

    Returns
    -------
    ndarray, shape (n, k)
        Weight of each row for each type; rows sum to 1. NaN where the types cannot be told apart.

    References
    ----------
    Bolck, A., Croon, M. & Hagenaars, J. (2004). Political Analysis, 12, 3–27. Vermunt, J. K. (2010).
    Political Analysis, 18, 450–469.

    Examples
    --------
    >>> bch_weights([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.0, 1.0]], [0, 0, 1, 1]).round(2)
    array([[ 1.12, -0.12],
           [ 1.12, -0.12],
           [-0.12,  1.12],
           [-0.12,  1.12]])
    """
    probabilities, labels = np.asarray(probabilities, dtype=float), np.asarray(labels, dtype=np.intp)
    k = probabilities.shape[1]
    put = np.eye(k)[labels]
    present = (put.any(axis=0)) & (probabilities.sum(axis=0) > 0)
    weights = np.full(put.shape, np.nan)
    error = (probabilities.T @ put)[np.ix_(present, present)]
    error = error / error.sum(axis=1, keepdims=True)
    if error.size and np.linalg.cond(error) < WORST_CONDITION:
        weights[:, present] = put[:, present] @ np.linalg.inv(error)
    return weights


def corrected_shares(weights: ArrayLike, answers: ArrayLike, *, level: float = 0.95) -> Interval:
    """Shares of each type, corrected for errors of classification.

    The interval is Wilson's for the effective number of answers: that of equally weighted answers, (Σ weight)² /
    Σ weight², or that which the linearised variance of the share at the middle of the interval speaks of,
    whichever is smaller. The types are taken as they are.

    Parameters
    ----------
    weights : array_like, shape (n, k)
        From `bch_weights`; rows that gave a valid answer.
    answers : array_like, shape (n, c)
        One column of 0 and 1 for each answer.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Shares and ends, shape (k, c); cut to 0 … 1, NaN where the effective number is below 1.

    References
    ----------
    Vermunt, J. K. (2010). Political Analysis, 18, 450–469.

    Examples
    --------
    >>> weights = bch_weights([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.0, 1.0]], [0, 0, 1, 1])
    >>> corrected_shares(weights, [[1], [1], [0], [1]]).estimate[:, 0].round(2)
    array([1.  , 0.44])
    """
    weights, answers = np.asarray(weights, dtype=float), np.asarray(answers, dtype=float)
    alike, z2 = _effective(weights)[:, None], chdtri(1, 1 - level)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = weights.sum(axis=0)[:, None]
        estimate = np.where(alike > 0, np.clip((weights.T @ answers) / total, 0, 1), np.nan)
        middle = (estimate * alike + z2 / 2) / (alike + z2)
        squares = (weights**2).T @ answers * (1 - 2 * middle) + middle**2 * (weights**2).sum(axis=0)[:, None]
        effective = np.fmin(alike, middle * (1 - middle) * total**2 / squares)
    interval = wilson(estimate * effective, effective, level=level)
    return Interval(estimate, interval.low, interval.high)


def corrected_means(weights: ArrayLike, values: ArrayLike, *, level: float = 0.95) -> Interval:
    """Means of each type, corrected for errors of classification.

    Parameters
    ----------
    weights : array_like, shape (n, k)
        From `bch_weights`; rows that gave a valid answer.
    values : array_like, shape (n,)
        Answers.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Means, cut to the range of the values, and ends by the linearised standard error, shape (k,).

    References
    ----------
    Vermunt, J. K. (2010). Political Analysis, 18, 450–469; Bakk, Z., Tekle, F. B. & Vermunt, J. K. (2013).
    Sociological Methodology, 43, 272–311, for the standard error.

    Examples
    --------
    >>> weights = bch_weights([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.0, 1.0]], [0, 0, 1, 1])
    >>> corrected_means(weights, [2, 4, 1, 1]).estimate.round(2)
    array([3.25, 1.  ])
    """
    weights, values = np.asarray(weights, dtype=float), np.asarray(values, dtype=float)
    effective = _effective(weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = weights.T @ values / weights.sum(axis=0)
        mean = np.where(effective > 0, mean, np.nan)
        parts = weights * (values[:, None] - mean) / weights.sum(axis=0)
        df = np.where(effective > 1, effective - 1, np.nan)
        error = np.sqrt((parts**2).sum(axis=0) * effective / df)
        half = stdtrit(df, 0.5 + level / 2) * np.where(error > 0, error, np.nan)
    if len(values):
        mean = np.clip(mean, values.min(), values.max())
    return Interval(mean, mean - half, mean + half)


def _effective(weights: Array) -> Array:
    """Number of equally weighted rows of the same precision; 0 where there is less than one."""
    total, squares = weights.sum(axis=0), (weights**2).sum(axis=0)
    effective = np.divide(total * np.abs(total), squares, out=np.zeros_like(total), where=squares > 0)
    return np.where(effective >= LEAST_EFFECTIVE, effective, 0.0)
