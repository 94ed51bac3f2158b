"""Probabilities of 2×2 tables with given margins, for many margins at once."""

import numpy as np
from scipy.special import gammaln

__all__ = ["hypergeometric"]


def hypergeometric(counts: np.ndarray, n_a: np.ndarray, yes: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Log probability that a group drawn at random holds a given count of yes.

    Parameters
    ----------
    counts : ndarray, shape (..., s)
        Counts of yes in the group.
    n_a : ndarray, shape (...)
        Size of the group.
    yes : ndarray, shape (...)
        Number of yes in all groups.
    n : ndarray, shape (...)
        Number in all groups.

    Returns
    -------
    ndarray, shape (..., s)
        Log probabilities; −∞ for counts that the margins do not allow.

    Examples
    --------
    >>> np.exp(hypergeometric(np.arange(6), 4, 4, 8)).round(3)
    array([0.014, 0.229, 0.514, 0.229, 0.014, 0.   ])
    """
    n_a, yes, n = (np.asarray(x, float)[..., None] for x in (n_a, yes, n))
    least, most = np.maximum(0, yes - (n - n_a)), np.minimum(n_a, yes)
    inside = np.clip(counts, least, most)
    cells = (inside, n_a - inside, yes - inside, n - n_a - yes + inside)
    margins = gammaln(n_a + 1) + gammaln(n - n_a + 1) + gammaln(yes + 1) + gammaln(n - yes + 1) - gammaln(n + 1)
    log_probability = margins - sum(gammaln(cell + 1) for cell in cells)
    return np.where(inside == counts, log_probability, -np.inf)
