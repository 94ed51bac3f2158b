"""v-tests: which means and shares of a type stand out from those of all municipalities."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp, ndtri_exp

from kommtyp.tests_of_association.hypergeometric import hypergeometric

__all__ = ["VTest", "v_test_categorical", "v_test_numeric"]


class VTest(NamedTuple):
    """v, positive where the type lies above all municipalities, and its two-sided p."""

    v: np.ndarray
    p_value: np.ndarray


def v_test_numeric(values: ArrayLike, labels: ArrayLike, k: int, *, weights: ArrayLike | None = None) -> np.ndarray:
    """Compare the mean of each type with the mean of all, in units of what a random draw of its size would vary.

    v = (mean of the type − mean of all) / (s √((N − n)/((N − 1) n))), s the standard deviation of all with
    divisor N. Drawn at random from all, a type would have a v of roughly standard normal size.

    Parameters
    ----------
    values : array_like, shape (n,) or (n, p)
        Values; NaN is missing and does not count.
    labels : array_like of int, shape (n,)
        Type of each row, 0 … `k` − 1; negative rows take no part.
    k : int
        Number of types.
    weights : array_like, shape (n,), optional
        Weights; they count as frequencies, scaled to mean 1 over the valid values.

    Returns
    -------
    ndarray, shape (k,) or (k, p)
        v; NaN for types without values or with all of them, and where all values are alike.

    References
    ----------
    Lebart, L., Morineau, A. & Piron, M. (1995). Statistique exploratoire multidimensionnelle. Dunod.
    R: ``FactoMineR::catdes``, which however counts missing values in n and N.

    Examples
    --------
    >>> v_test_numeric([1, 2, 2, 4, 5, 5], [0, 0, 0, 1, 1, 1], 2).round(3)
    array([-2.133,  2.133])
    """
    values, labels = np.asarray(values, float), np.asarray(labels)
    w = np.ones(len(labels)) if weights is None else np.asarray(weights, float)
    values, w, labels = values[labels >= 0], w[labels >= 0], labels[labels >= 0]
    table = values.reshape(len(values), -1)
    valid = ~np.isnan(table)
    member = np.equal.outer(np.arange(k), labels).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mass = valid * w[:, None]
        mass = mass * (valid.sum(0) / mass.sum(0))
        total = valid.sum(0)
        mean = (mass * np.where(valid, table, 0)).sum(0) / total
        centred = np.where(valid, table - mean, 0)
        sd = np.sqrt((mass * centred**2).sum(0) / total)
        sd = np.where(sd > 1e-14 * np.abs(mean), sd, np.nan)
        n = member @ mass
        centred = mass * centred
        v = (member @ centred / n) / (sd * np.sqrt((total - n) / ((total - 1) * n)))
    return np.where((n == 0) | (n >= total * (1 - 1e-12)), np.nan, v).reshape(k, *values.shape[1:])


def v_test_categorical(table: ArrayLike) -> VTest:
    """Compare how often each type gives each answer with how often all do.

    Drawn at random from all, the number of a type's municipalities that give an answer is hypergeometric.
    Its p is the doubled mid-p, v the standard normal value with that two-sided p.

    Parameters
    ----------
    table : array_like of int, shape (types, answers)
        Counts.

    Returns
    -------
    VTest
        v and p, shape of `table`; NaN for types and answers that nobody has, or that all have.

    References
    ----------
    Lebart, L., Morineau, A. & Piron, M. (1995). Statistique exploratoire multidimensionnelle. Dunod.
    R: ``FactoMineR::catdes``.

    Examples
    --------
    >>> v_test_categorical([[67, 23], [54, 46], [49, 80], [32, 61]]).v[:, 0].round(3)
    array([ 5.501,  1.135, -3.021, -3.204])
    """
    table = np.asarray(table, float)
    row, column = np.broadcast_arrays(table.sum(1, keepdims=True), table.sum(0, keepdims=True))
    n = np.full(table.shape, table.sum())
    # Beyond 12 standard deviations on either side of the count nothing is left that could matter.
    reach = int(12 * np.sqrt(np.minimum(row, column).max(initial=0)) + 60)
    log_p = hypergeometric(table[..., None] + np.arange(-reach, reach + 1), row, column, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        tails = [logsumexp(part, axis=-1) for part in (log_p[..., :reach], log_p[..., reach + 1 :])]
        p_log = np.minimum(*(np.logaddexp(tail + np.log(2), log_p[..., reach]) for tail in tails))
        sign = np.where(table * n > row * column, 1, -1)
        v = -sign * ndtri_exp(np.minimum(p_log, 0) - np.log(2))
    known = (row > 0) & (row < n) & (column > 0) & (column < n)
    return VTest(np.where(known, v, np.nan), np.where(known, np.exp(np.minimum(p_log, 0)), np.nan))
