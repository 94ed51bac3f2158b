"""The correction itself: weights that undo the errors of classification, and what is known of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.classification_error.mixture import doubt_about_centers, fit_mixture

__all__ = ["Correction", "bch_weights", "correction"]

Array = NDArray[np.float64]
WORST_CONDITION = 1e3


@dataclass(frozen=True, eq=False)
class Correction:
    """What turns a comparison of the types as formed into one of the types without errors of classification.

    Parameters
    ----------
    weights : ndarray, shape (n, k)
        Weight of each row for each type, some of them negative; NaN where a type cannot be told apart.
    probabilities : ndarray, shape (n, k)
        Probability that each row belongs to each type.
    doubt : ndarray, shape (k, k, k)
        What it adds to the variance that the probabilities are estimates, see `doubt_about_centers`; 0 where
        they are taken as they are.
    """

    weights: Array
    probabilities: Array
    doubt: Array

    def of(self, rows: NDArray[np.bool_]) -> "Correction":
        """Return the correction for those rows that gave an answer."""
        return Correction(self.weights[rows], self.probabilities[rows], self.doubt)


def correction(
    X: ArrayLike,
    labels: ArrayLike,
    k: int,
    *,
    weights: ArrayLike | None = None,
    probabilities: ArrayLike | None = None,
) -> Correction:
    """Find how far the types as formed are mixed, and what undoes it.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Scaled ratings.
    labels : array_like of int, shape (n,)
        Type that each row was put into.
    k : int
        Number of types.
    weights : array_like, shape (n,), optional
        Weights of the rows.
    probabilities : array_like, shape (n, k), optional
        Probability that each row belongs to each type, where another model knows them; they are then taken as
        they are. Those of `fit_mixture` where None.

    Returns
    -------
    Correction
        For `corrected_shares` and `corrected_means`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (200, 1)), rng.normal(3, 1, (200, 1))])
    >>> found = correction(X, (X[:, 0] > 1.5).astype(int), 2)
    >>> found.weights[X.argmax()].round(2)
    array([-0.11,  1.11])
    """
    if probabilities is not None:
        given = np.asarray(probabilities, dtype=float)
        return Correction(bch_weights(given, labels, weights), given, np.zeros((k, k, k)))
    mixture = fit_mixture(X, labels, k, weights)
    found = bch_weights(mixture.probabilities, labels, weights)
    told = np.isfinite(found).all(axis=0)
    parts = np.where(told, found, 0) / np.where(told, found.sum(axis=0), 1)
    return Correction(found, mixture.probabilities, doubt_about_centers(mixture, parts))


def bch_weights(probabilities: ArrayLike, labels: ArrayLike, weights: ArrayLike | None = None) -> Array:
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
    weights : array_like, shape (n,), optional
        Weights of the rows; all 1 where None.

    Returns
    -------
    ndarray, shape (n, k)
        Weight of each row for each type; rows sum to its own weight. NaN where the types cannot be told apart.

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
    if weights is not None:
        put = put * np.asarray(weights, dtype=float)[:, None]
    error = probabilities.T @ put
    present = (put.sum(axis=0) > 0) & (error.sum(axis=1) > 0)
    undone = np.full(put.shape, np.nan)
    error = error[np.ix_(present, present)]
    error = error / error.sum(axis=1, keepdims=True)
    if error.size and np.linalg.cond(error) < WORST_CONDITION:
        undone[:, present] = put[:, present] @ np.linalg.inv(error)
    return undone
