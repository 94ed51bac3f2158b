"""Tests of contingency tables: Pearson's χ², Fisher's exact test, Monte Carlo, and the residuals of the cells."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, gammaln, ndtr

from kommtyp.tests_of_association.exact import TIE, fisher_exact
from kommtyp.tests_of_association.hypergeometric import hypergeometric
from kommtyp.tests_of_association.outcome import Outcome

__all__ = [
    "Residuals",
    "association",
    "association_2x2",
    "fisher_2x2",
    "fisher_monte_carlo",
    "pearson",
    "residuals",
]

LEAST_EXPECTED = 5


class Residuals(NamedTuple):
    """Expected counts, adjusted standardised residuals and their two-sided p, shape of the table."""

    expected: np.ndarray
    residual: np.ndarray
    p_value: np.ndarray


def association(
    table: ArrayLike, *, n_tables: int = 100_000, random_state: int | np.random.Generator = 0
) -> Outcome:
    """Test whether rows and columns of a table are independent, by the test that suits it.

    Pearson's χ² where every expected count is at least 5; else Fisher's exact test in the extension of
    Freeman and Halton; else, where too many tables have the same margins to go through them, the same test by
    Monte Carlo.

    Parameters
    ----------
    table : array_like of int, shape (rows, columns)
        Counts. Rows and columns without answers are left out.
    n_tables : int
        Tables drawn by the Monte Carlo test.
    random_state : int or Generator
        Seed of the Monte Carlo test.

    Returns
    -------
    Outcome
        Test "pearson_chi2", "fisher_exact" or "fisher_monte_carlo"; "none" with a note where fewer than two
        rows or columns have answers.

    References
    ----------
    Agresti, A. (1992). A survey of exact inference for contingency tables. Statistical Science, 7, 131–153.

    Examples
    --------
    >>> association([[20, 30], [35, 15]]).test
    'pearson_chi2'
    >>> round(association([[3, 1], [1, 3]]).p_value, 4)
    0.4857
    """
    filled = _filled(table)
    rows, columns = filled.shape
    if rows < 2:
        return Outcome("none", note="fewer than two types have answers" if rows else "no answers")
    if columns < 2:
        return Outcome("none", note="all answers are alike")
    if residuals(filled).expected.min() >= LEAST_EXPECTED:
        return pearson(filled)
    return fisher_exact(filled) or fisher_monte_carlo(filled, n_tables=n_tables, random_state=random_state)


def _filled(table: ArrayLike) -> np.ndarray:
    table = np.asarray(table)
    return table[table.sum(1) > 0][:, table.sum(0) > 0]


def pearson(table: ArrayLike) -> Outcome:
    """Pearson's χ² test of independence, without continuity correction.

    Parameters
    ----------
    table : array_like, shape (rows, columns)
        Counts, no row or column empty.

    Returns
    -------
    Outcome
        "pearson_chi2" with statistic, (rows − 1)(columns − 1) degrees of freedom and p.

    References
    ----------
    Pearson, K. (1900). Philosophical Magazine, 50, 157–175. R: ``chisq.test(t, correct = FALSE)``.

    Examples
    --------
    >>> round(pearson([[20, 30], [35, 15]]).statistic, 3)
    9.091
    """
    table = np.asarray(table, float)
    expected = residuals(table).expected
    statistic = float(((table - expected) ** 2 / expected).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    return Outcome("pearson_chi2", statistic, df, float(chdtrc(df, statistic)))


def residuals(table: ArrayLike) -> Residuals:
    """Say which cells of a table are fuller or emptier than independence would have them.

    An adjusted standardised residual is (observed − expected)/√(expected (1 − row share)(1 − column share)),
    close to standard normal under independence.

    Parameters
    ----------
    table : array_like, shape (rows, columns)
        Counts.

    Returns
    -------
    Residuals
        Each of shape (rows, columns); NaN in empty rows and columns, and in those that hold all answers.

    References
    ----------
    Haberman, S. J. (1973). The analysis of residuals in cross-classified tables. Biometrics, 29, 205–220.
    R: ``chisq.test(t)$stdres``.

    Examples
    --------
    >>> residuals([[67, 23], [54, 46], [49, 80], [32, 61]]).residual[:, 0].round(2)
    array([ 5.46,  1.14, -3.03, -3.21])
    """
    table = np.asarray(table, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = table.sum()
        row, column = table.sum(1, keepdims=True) / n, table.sum(0, keepdims=True) / n
        expected = n * row * column
        spread = expected * (1 - row) * (1 - column)
        residual = np.where(spread > 0, (table - expected) / np.sqrt(spread), np.nan)
    return Residuals(expected, residual, 2 * ndtr(-np.abs(residual)))


def fisher_2x2(count_a: ArrayLike, n_a: ArrayLike, count_b: ArrayLike, n_b: ArrayLike) -> np.ndarray:
    """Two-sided p of Fisher's exact test for many pairs of shares at once.

    The p is the probability of all tables with the same margins that are not more probable than the one seen.

    Parameters
    ----------
    count_a, n_a : array_like of int
        Yes and answers in the first group.
    count_b, n_b : array_like of int
        Yes and answers in the second group; shapes broadcast.

    Returns
    -------
    ndarray
        p-values; NaN where a group has no answers, or where all answers are alike.

    References
    ----------
    Fisher, R. A. (1935). The logic of inductive inference. J. R. Statist. Soc., 98, 39–82.
    R: ``fisher.test``.

    Examples
    --------
    >>> fisher_2x2([12, 3], [19, 4], [5, 1], [25, 4]).round(4)
    array([0.0053, 0.4857])
    """
    arrays = (np.asarray(x, float) for x in (count_a, n_a, count_b, n_b))
    yes_a, n_a, yes_b, n_b = np.broadcast_arrays(*arrays)
    least, most = np.maximum(0, yes_a - (n_b - yes_b)), np.minimum(n_a, yes_a + yes_b)
    counts = least[..., None] + np.arange(int(np.max(most - least, initial=0)) + 1)
    log_p = hypergeometric(counts, n_a, yes_a + yes_b, n_a + n_b)
    seen = np.where(counts == yes_a[..., None], log_p, -np.inf).max(-1, keepdims=True)
    p_value = np.where(log_p <= seen + np.log1p(TIE), np.exp(log_p), 0).sum(-1)
    undefined = (n_a == 0) | (n_b == 0) | (yes_a + yes_b == 0) | (yes_a + yes_b == n_a + n_b)
    return np.where(undefined, np.nan, np.minimum(p_value, 1))


def association_2x2(count_a: ArrayLike, n_a: ArrayLike, count_b: ArrayLike, n_b: ArrayLike) -> np.ndarray:
    """Two-sided p for many pairs of shares at once, by the test that suits each.

    Parameters
    ----------
    count_a, n_a : array_like of int
        Yes and answers in the first group.
    count_b, n_b : array_like of int
        Yes and answers in the second group; shapes broadcast.

    Returns
    -------
    ndarray
        p of Pearson's χ² without continuity correction where every expected count is at least 5, else of
        Fisher's exact test; NaN where a group has no answers, or where all answers are alike.

    References
    ----------
    R: ``prop.test(x, n, correct = FALSE)`` and ``fisher.test``.

    Examples
    --------
    >>> association_2x2([23, 3], [90, 4], [46, 1], [100, 4]).round(4)
    array([0.0034, 0.4857])
    """
    arrays = (np.asarray(x, float) for x in (count_a, n_a, count_b, n_b))
    yes_a, n_a, yes_b, n_b = np.broadcast_arrays(*arrays)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (yes_a + yes_b) / (n_a + n_b)
        spread = share * (1 - share) * (1 / n_a + 1 / n_b)
        p_value = np.asarray(chdtrc(1, (yes_a / n_a - yes_b / n_b) ** 2 / np.where(spread > 0, spread, np.nan)))
        small = np.minimum(n_a, n_b) * np.minimum(share, 1 - share) < LEAST_EXPECTED
    if small.any():
        p_value = p_value.copy()
        p_value[small] = fisher_2x2(yes_a[small], n_a[small], yes_b[small], n_b[small])
    return p_value


def fisher_monte_carlo(
    table: ArrayLike, *, n_tables: int = 100_000, random_state: int | np.random.Generator = 0
) -> Outcome:
    """Fisher's exact test for a table of any size, by drawing tables with its margins.

    Parameters
    ----------
    table : array_like of int, shape (rows, columns)
        Counts, no row or column empty.
    n_tables : int
        Tables drawn.
    random_state : int or Generator
        Seed.

    Returns
    -------
    Outcome
        "fisher_monte_carlo" with p = (1 + tables not more probable than the one seen)/(1 + `n_tables`) and
        its standard error.

    References
    ----------
    Patefield, W. M. (1981). Algorithm AS 159. Applied Statistics, 30, 91–97.
    R: ``fisher.test(t, simulate.p.value = TRUE, B = 1e5)``.

    Examples
    --------
    >>> outcome = fisher_monte_carlo([[3, 2, 0], [0, 4, 1], [1, 0, 5]])
    >>> abs(outcome.p_value - 0.003318) < 4 * outcome.error
    True
    """
    table = np.asarray(table).astype(np.int64)
    if table.shape[0] > table.shape[1]:
        table = table.T
    draw = np.random.default_rng(random_state)
    log_factorial = gammaln(np.arange(table.sum() + 1) + 1)
    open_rows = np.tile(table.sum(1), (n_tables, 1))
    log_p = np.zeros(n_tables)
    for total in table.sum(0)[:-1]:
        still = np.full(n_tables, total)
        room = open_rows.sum(1)
        for row in range(table.shape[0] - 1):
            room = room - open_rows[:, row]
            placed = draw.hypergeometric(open_rows[:, row], room, still)
            open_rows[:, row] -= placed
            still -= placed
            log_p -= log_factorial[placed]
        open_rows[:, -1] -= still
        log_p -= log_factorial[still]
    log_p -= log_factorial[open_rows].sum(1)
    extreme = log_p <= -log_factorial[table].sum() + np.log1p(TIE)
    p_value = (1 + float(extreme.sum())) / (1 + n_tables)
    error = float(np.sqrt(p_value * (1 - p_value) / n_tables))
    note = f"Monte Carlo with {n_tables} tables, standard error {error:.2g}"
    return Outcome("fisher_monte_carlo", p_value=p_value, note=note, error=error)
