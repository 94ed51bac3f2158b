"""Probabilities of all 2×2 tables with given margins, for many margins at once."""

import numpy as np
from scipy.special import gammaln

__all__ = ["hypergeometric"]


def hypergeometric(n_a: np.ndarray, yes: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List the counts that a cell can hold, and their log probabilities.

    Parameters
    ----------
    n_a : ndarray, shape (...)
        Size of the group.
    yes : ndarray, shape (...)
        Number of yes in all groups.
    n : ndarray, shape (...)
        Number in all groups.

    Returns
    -------
    counts, log_probability : ndarray, shape (..., s)
        Possible counts of yes in the group, rising; where a table has fewer than s of them, the last is
        repeated with the log probability −∞.

    Examples
    --------
    >>> counts, log_p = hypergeometric(np.array(4), np.array(4), np.array(8))
    >>> np.exp(log_p).round(3)
    array([0.014, 0.229, 0.514, 0.229, 0.014])
    """
    n_a, yes, n = (np.asarray(x, float)[..., None] for x in (n_a, yes, n))
    least, most = np.maximum(0, yes - (n - n_a)), np.minimum(n_a, yes)
    counts = least + np.arange(int(np.max(most - least, initial=0)) + 1)
    possible = counts <= most
    counts = np.where(possible, counts, most)
    cells = (counts, n_a - counts, yes - counts, n - n_a - yes + counts)
    margins = gammaln(n_a + 1) + gammaln(n - n_a + 1) + gammaln(yes + 1) + gammaln(n - yes + 1) - gammaln(n + 1)
    log_probability = margins - sum(gammaln(cell + 1) for cell in cells)
    return counts, np.where(possible, log_probability, -np.inf)
