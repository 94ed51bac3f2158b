"""Shares and means of the types, corrected for errors of classification."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri, stdtrit

from kommtyp.classification_error.correction import Correction
from kommtyp.intervals import Interval, wilson

__all__ = ["corrected_means", "corrected_shares"]

Array = NDArray[np.float64]
LEAST_EFFECTIVE = 1.0
LEAST_FOR_ERROR = 1.999  # two rows, but for rounding


def corrected_shares(correction: Correction, answers: ArrayLike, *, level: float = 0.95) -> Interval:
    """Shares of each type, corrected for errors of classification.

    The interval is Wilson's, carried over: it holds those shares of the type that a score test would not
    reject. Under such a share each row says yes with the chance that its probabilities and the shares of the other
    types make up, which gives the variance; the doubt about the centers of the types is added. Where the types
    are certain it is Wilson's interval. An estimate outside 0 … 1 is cut, and its interval is then not shorter
    than if the types were known.

    It takes for granted that the clouds are round, and that what a row answers depends on its type alone, not on
    where in the cloud it lies. Where goals go together within the types, the overlap is underrated, and so is
    the correction; `benchmarks/README.md` has the coverage for such types, and for those that are as supposed.

    Parameters
    ----------
    correction : Correction
        From `correction`, of the rows that gave a valid answer.
    answers : array_like, shape (n, c)
        One column of 0 and 1 for each answer.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Shares and ends, shape (k, c); cut to 0 … 1, NaN where there is less than one answer to speak of.

    References
    ----------
    Bolck, A., Croon, M. & Hagenaars, J. (2004). Political Analysis, 12, 3–27. Vermunt, J. K. (2010).
    Political Analysis, 18, 450–469. Wilson, E. B. (1927). JASA, 22, 209–212.

    Examples
    --------
    >>> from kommtyp.classification_error import Correction, bch_weights
    >>> probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.0, 1.0]])
    >>> known = Correction(bch_weights(probabilities, [0, 0, 1, 1]), probabilities, np.zeros((2, 2, 2)))
    >>> corrected_shares(known, [[1], [1], [0], [1]]).estimate[:, 0].round(2)
    array([1.  , 0.44])
    """
    answers, z2 = np.asarray(answers, dtype=float), float(chdtri(1, 1 - level))
    raw, effective = _estimates(correction, answers)
    share = np.clip(raw, 0, 1)
    low, high = np.full(raw.shape, np.nan), np.full(raw.shape, np.nan)
    for t in np.flatnonzero(effective > 0):
        low[t], high[t] = _not_rejected(raw[t], _variance(correction, int(t), share), z2)
    known = wilson(share * effective[:, None], effective[:, None], level=level)
    with np.errstate(invalid="ignore"):
        cut = share != raw
    low, high = np.where(cut, np.fmin(low, known.low), low), np.where(cut, np.fmax(high, known.high), high)
    return Interval(share, np.clip(low, 0, share), np.clip(high, share, 1))


def corrected_means(correction: Correction, values: ArrayLike, *, level: float = 0.95) -> Interval:
    """Means of each type, corrected for errors of classification.

    Each row is expected to answer with the mean that its probabilities make up; what it answers beyond that, and
    the doubt about the centers of the types, give the standard error.

    Parameters
    ----------
    correction : Correction
        From `correction`, of the rows that gave a valid answer.
    values : array_like, shape (n,)
        Answers.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Means, cut to the range of the values, and ends by the linearised standard error, shape (k,); NaN where
        there is less than one answer to speak of, no ends where there are less than two.

    References
    ----------
    Vermunt, J. K. (2010). Political Analysis, 18, 450–469; Bakk, Z., Tekle, F. B. & Vermunt, J. K. (2013).
    Sociological Methodology, 43, 272–311, for the standard error.

    Examples
    --------
    >>> from kommtyp.classification_error import Correction, bch_weights
    >>> probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.0, 1.0]])
    >>> known = Correction(bch_weights(probabilities, [0, 0, 1, 1]), probabilities, np.zeros((2, 2, 2)))
    >>> corrected_means(known, [2, 4, 1, 1]).estimate.round(2)
    array([3.25, 1.  ])
    """
    values = np.asarray(values, dtype=float)
    raw, effective = _estimates(correction, values[:, None])
    mean = np.clip(raw[:, 0], values.min(initial=np.inf), values.max(initial=-np.inf))
    others = np.nan_to_num(mean)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = correction.weights / correction.weights.sum(axis=0)
        beyond = values - correction.probabilities @ others
        df = np.where(effective > LEAST_FOR_ERROR, effective - 1, np.nan)
        variance = (parts**2).T @ beyond**2 * effective / df + others @ correction.doubt @ others
        half = stdtrit(df, 0.5 + level / 2) * np.sqrt(np.where(variance > 0, variance, np.nan))
    return Interval(mean, mean - half, mean + half)


def _estimates(correction: Correction, answers: Array) -> tuple[Array, Array]:
    """Corrected means as they come, shape (k, c), and the number of equally weighted rows they rest on.

    A type with less than one such row has NaN and 0.
    """
    total, squares = correction.weights.sum(axis=0), (correction.weights**2).sum(axis=0)
    effective = np.divide(total * np.abs(total), squares, out=np.zeros_like(total), where=squares > 0)
    effective[~(effective >= LEAST_EFFECTIVE)] = 0
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = correction.weights.T @ answers / total[:, None]
    return np.where(effective[:, None] > 0, raw, np.nan), effective


def _variance(correction: Correction, t: int, share: Array) -> tuple[Array, Array, Array]:
    """Variance of the share of type t as a function of that share: terms in its powers 0, 1 and 2."""
    others = np.nan_to_num(share)
    others[t] = 0
    squares = (correction.weights[:, t] / correction.weights[:, t].sum()) ** 2
    own, rest, doubt = correction.probabilities[:, t], correction.probabilities @ others, correction.doubt[t]
    constant = squares @ (rest * (1 - rest)) + ((doubt @ others) * others).sum(axis=0)
    linear = squares @ (own[:, None] * (1 - 2 * rest)) + 2 * doubt[t] @ others
    return constant, linear, np.full_like(constant, doubt[t, t] - squares @ own**2)


def _not_rejected(estimate: Array, variance: tuple[Array, Array, Array], z2: float) -> tuple[Array, Array]:
    """Ends of the values p with (estimate − p)² ≤ z² variance(p); all where that has no end."""
    constant, linear, square = variance
    a, b, c = 1 - z2 * square, estimate + z2 * linear / 2, estimate**2 - z2 * constant
    root = np.sqrt(np.maximum(b**2 - a * c, 0))
    ended = a > 0
    a = np.where(ended, a, 1)
    return np.where(ended, (b - root) / a, -np.inf), np.where(ended, (b + root) / a, np.inf)
