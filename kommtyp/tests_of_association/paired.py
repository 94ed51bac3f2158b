"""Tests of the same municipalities asked twice: did shares change, and how far do the answers agree?"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, chdtrc, ndtri

from kommtyp.intervals import Interval
from kommtyp.tests_of_association.outcome import Outcome

__all__ = ["FEW_MOVED", "kappa", "mcnemar", "stuart_maxwell"]

FEW_MOVED = 25  # fewer that changed their answer get an exact test
MOST_STATES = 50_000
NOBODY_MOVED = "nobody changed"


def mcnemar(left: int, joined: int) -> Outcome:
    """McNemar's test whether as many left an answer as joined it, among the same municipalities.

    Those who gave the same answer twice say nothing about a change. If nothing changed on the whole, each of
    the others was as likely to leave as to join.

    Parameters
    ----------
    left, joined : int
        How many gave the answer the first time only, and the second time only.

    Returns
    -------
    Outcome
        "mcnemar_exact" (binomial, two-sided) where fewer than 25 changed, else "mcnemar": χ² without
        continuity correction, with 1 degree of freedom. The exact p is 1 where nobody changed.

    References
    ----------
    McNemar (1947), Psychometrika 12, 153–157. R: ``mcnemar.test(table, correct = FALSE)``,
    ``binom.test(left, left + joined)``.

    Examples
    --------
    >>> round(mcnemar(6, 16).p_value, 4), mcnemar(6, 16).test
    (0.0525, 'mcnemar_exact')
    >>> round(mcnemar(86, 150).statistic, 3)
    17.356
    """
    moved = left + joined
    if moved < FEW_MOVED:
        p = min(1.0, 2 * float(bdtr(min(left, joined), moved, 0.5))) if moved else 1.0
        return Outcome("mcnemar_exact", p_value=p, note="" if moved else NOBODY_MOVED)
    statistic = (left - joined) ** 2 / moved
    return Outcome("mcnemar", statistic, 1.0, float(chdtrc(1, statistic)))


def stuart_maxwell(table: ArrayLike) -> Outcome:
    """Stuart and Maxwell's test whether the shares of all answers stayed, among the same municipalities.

    It extends McNemar's test to more than two answers. Answers between which nobody moved do not count.

    Parameters
    ----------
    table : array_like of int, shape (k, k)
        Municipalities by their first answer (rows) and their second.

    Returns
    -------
    Outcome
        "stuart_maxwell": χ², degrees of freedom (k − 1 where moves link all answers), p. Where fewer than 25
        moved, "stuart_maxwell_exact": each of them was as likely to move the other way, and p is the share of
        these possibilities with at least as large a χ².

    References
    ----------
    Stuart (1955), Biometrika 42, 412–416; Maxwell (1970), British Journal of Psychiatry 116, 651–655.
    R: ``coin::mh_test``, exact by ``distribution = approximate(…)``.

    Examples
    --------
    >>> outcome = stuart_maxwell([[20, 10, 5], [3, 30, 15], [0, 5, 40]])
    >>> round(outcome.statistic, 3), outcome.df
    (13.765, 2.0)
    """
    counts = np.asarray(table, float)
    moves = counts + counts.T
    np.fill_diagonal(moves, 0.0)
    moved = int(moves.sum() / 2)
    if not moved:
        return Outcome("stuart_maxwell_exact", p_value=1.0, note=NOBODY_MOVED)
    gap = counts.sum(axis=1) - counts.sum(axis=0)
    variance = np.diag(moves.sum(axis=1)) - moves
    inverse = np.linalg.pinv(variance, hermitian=True)
    statistic, df = float(gap @ inverse @ gap), float(np.linalg.matrix_rank(variance, hermitian=True))
    if moved < FEW_MOVED:
        p = _exact(moves.astype(int), inverse, statistic)
        if p is not None:
            return Outcome("stuart_maxwell_exact", statistic, df, p)
    note = f"approximate: only {moved} changed" if moved < FEW_MOVED else ""
    return Outcome("stuart_maxwell", statistic, df, float(chdtrc(df, statistic)), note)


def _exact(moves: np.ndarray, inverse: np.ndarray, statistic: float) -> float | None:
    """Share of the ways in which the moves could have gone that lead as far; None where they are too many."""
    gaps, chance = np.zeros((1, len(moves)), dtype=int), np.ones(1)
    for i, j in zip(*np.nonzero(np.triu(moves)), strict=True):
        forward = np.arange(moves[i, j] + 1)
        weight = bdtr(forward, moves[i, j], 0.5) - np.concatenate([[0.0], bdtr(forward[:-1], moves[i, j], 0.5)])
        if len(gaps) * len(forward) > MOST_STATES:
            return None
        step = np.zeros((len(forward), len(moves)), dtype=int)
        step[:, i], step[:, j] = 2 * forward - moves[i, j], moves[i, j] - 2 * forward
        reached = (gaps[:, None] + step).reshape(-1, len(moves))
        gaps, place = np.unique(reached, axis=0, return_inverse=True)
        chance = np.bincount(place.ravel(), np.outer(chance, weight).ravel(), minlength=len(gaps)).astype(float)
    values = np.einsum("si,ij,sj->s", gaps, inverse, gaps)
    return min(1.0, float(chance[values >= statistic * (1 - 1e-9)].sum()))


def kappa(table: ArrayLike, *, level: float = 0.95) -> Interval:
    """Cohen's κ: agreement of two answers beyond what their shares bring about by chance.

    Parameters
    ----------
    table : array_like of int, shape (k, k)
        Municipalities by their first answer (rows) and their second.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        κ and ends, as 0-dimensional arrays, at most 1; NaN where everyone gave one and the same answer.

    References
    ----------
    Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323–327, for the variance. R: ``vcd::Kappa``.

    Examples
    --------
    >>> [round(float(x), 3) for x in kappa([[25, 10], [15, 20]])]
    [0.286, 0.064, 0.508]
    """
    counts = np.asarray(table, float)
    n = counts.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = counts / n
        first, second = share.sum(axis=1), share.sum(axis=0)
        chance = first @ second
        value = (np.trace(share) - chance) / (1 - chance) if chance < 1 else np.nan
        spread = np.eye(len(share)) - (second[:, None] + first[None, :]) * (1 - value)
        variance = ((share * spread**2).sum() - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
    half = ndtri(0.5 + level / 2) * np.sqrt(max(variance, 0.0) if np.isfinite(variance) else np.nan)
    return Interval(np.asarray(value), np.maximum(value - half, -1.0), np.minimum(value + half, 1.0))
