"""Tests of association within strata: the generalised test of Cochran, Mantel and Haenszel."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from kommtyp.tests_of_association.outcome import Outcome

__all__ = ["cochran_mantel_haenszel", "few_answers", "ridits"]

_RELATIVE_RANK = 1e-10
_FEW = 5


def cochran_mantel_haenszel(labels: ArrayLike, responses: ArrayLike, strata: ArrayLike, k: int) -> Outcome:
    """Test whether answers depend on the type within strata, such as municipalities of one size.

    In each stratum the sums of the responses by type are compared with what they would be if the types were
    dealt out by chance among its members; differences and their covariances are added over the strata, so
    that only those who share a stratum are ever compared. One column of 0 and 1 per answer gives the test
    of general association, one column of scores that of mean scores: with `ridits` that of van Elteren.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Type of each row, 0 … `k` − 1; negative rows take no part.
    responses : array_like, shape (n,) or (n, q)
        Scores, or one column of 0 and 1 for each answer.
    strata : array_like of int, shape (n,)
        Stratum of each row, from 0; negative rows take no part.
    k : int
        Number of types.

    Returns
    -------
    Outcome
        "cochran_mantel_haenszel" with χ², its degrees of freedom and p; "none" with a note where no stratum
        holds two types and two different answers. The note says where few answers make p an approximation: where
        the strata together expect fewer than 5 of a type to give, or not to give, an answer; with scores, where
        fewer than 5 of a type count.

    References
    ----------
    Mantel, N. & Haenszel, W. (1959). J. National Cancer Institute, 22, 719–748. Landis, J. R., Heyman,
    E. R. & Koch, G. G. (1978). International Statistical Review, 46, 237–254. R: ``mantelhaen.test(t,
    correct = FALSE)``; strata with fewer than two rows, which stop it, count for nothing here.

    Examples
    --------
    >>> labels = [0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1]
    >>> answers = [1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1]
    >>> outcome = cochran_mantel_haenszel(labels, answers, [0] * 6 + [1] * 6, 2)
    >>> round(outcome.statistic, 3), outcome.df
    (2.647, 1)
    """
    labels, strata = np.asarray(labels, dtype=np.intp), np.asarray(strata, dtype=np.intp)
    responses = np.asarray(responses, float)
    responses = responses if responses.ndim == 2 else responses[:, None]
    used = (labels >= 0) & (strata >= 0)
    types = np.eye(k)[labels[used]]
    responses, strata = responses[used], strata[used]
    silent, count, q = 0, 0, responses.shape[1]
    excess, covariance = np.zeros((k, q)), np.zeros((k * q, k * q))
    sizes, expected = np.zeros(k), np.zeros((k, q))
    for stratum in np.unique(strata):
        inside = strata == stratum
        g, u = types[inside], responses[inside]
        g, u = g - g.mean(axis=0), u - u.mean(axis=0)
        spread_g, spread_u = g.T @ g, u.T @ u
        count += 1
        if not (spread_g.trace() > 0 and spread_u.trace() > 0):
            silent += 1
            continue
        sizes += types[inside].sum(axis=0)
        expected += np.outer(types[inside].sum(axis=0), responses[inside].mean(axis=0))
        excess += g.T @ u
        covariance += np.kron(spread_g, spread_u) / (inside.sum() - 1)
    values, axes = np.linalg.eigh(covariance)
    kept = values > _RELATIVE_RANK * max(values.max(initial=0.0), 0.0)
    df = int(kept.sum())
    if not df:
        return Outcome("none", note="no stratum holds two types and two different answers")
    statistic = float(((axes.T[kept] @ excess.ravel()) ** 2 / values[kept]).sum())
    note = f"{count} {'stratum' if count == 1 else 'strata'}"
    note += f", {silent} of them with one type or one answer only" if silent else ""
    few = few_answers(sizes, expected if np.isin(responses, (0, 1)).all() else None)
    return Outcome("cochran_mantel_haenszel", statistic, df, float(chdtrc(df, statistic)), note + few)


def few_answers(sizes: np.ndarray, expected: np.ndarray | None) -> str:
    """Say where few answers make p an approximation: by the counts expected of all strata, or by the types.

    Parameters
    ----------
    sizes : ndarray, shape (k,)
        Answers of each type in the strata that count.
    expected : ndarray, shape (k, q), or None
        How many of them the strata together expect to give each answer; None for scores.

    Returns
    -------
    str
        What to add to the note, empty where there are enough.

    Examples
    --------
    >>> few_answers(np.array([12.0, 1.0]), None), few_answers(np.array([12.0, 9.0]), None)
    ('; approximate: smallest type has 1 answer', '')
    """
    if expected is None:
        least = sizes[sizes > 0].min()
        many = "answer" if least == 1 else "answers"
        return f"; approximate: smallest type has {least:.0f} {many}" if least < _FEW else ""
    cells = np.concatenate([expected, sizes[:, None] - expected])
    least = cells[cells > _RELATIVE_RANK].min()
    return f"; approximate: smallest expected count {least:.1f}" if least < _FEW else ""


def ridits(values: ArrayLike, strata: ArrayLike) -> np.ndarray:
    """Rank answers within their stratum, on a scale from 0 to 1.

    The rank, or the mean rank of ties, is divided by one more than the number of answers in the stratum, so
    that large strata do not outweigh small ones.

    Parameters
    ----------
    values : array_like, shape (n,)
        Answers, none missing.
    strata : array_like of int, shape (n,)
        Stratum of each row, from 0; negative ones form a stratum of their own.

    Returns
    -------
    ndarray, shape (n,)
        Ranks between 0 and 1.

    References
    ----------
    van Elteren, P. H. (1960). Bulletin of the International Statistical Institute, 37, 351–361.

    Examples
    --------
    >>> ridits([3, 1, 1, 5], [0, 0, 0, 1])
    array([0.75 , 0.375, 0.375, 0.5  ])
    """
    strata = np.unique(np.asarray(strata), return_inverse=True)[1].ravel()
    levels, codes = np.unique(np.asarray(values), return_inverse=True)
    cells = strata * len(levels) + codes.ravel()
    shape = strata.max(initial=-1) + 1, len(levels)
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    middle = counts.cumsum(axis=1) - counts + (counts + 1) / 2
    return np.asarray((middle / (counts.sum(axis=1, keepdims=True) + 1)).ravel()[cells])
