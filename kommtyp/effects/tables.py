"""Effect sizes of tables: Cramér's V and the odds ratio."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from kommtyp.effects.effect import Effect

__all__ = ["cramers_v", "cramers_v_corrected", "odds_ratio", "phi_squared"]


def phi_squared(tables: ArrayLike) -> np.ndarray:
    """Mean square contingency, Pearson's χ² divided by n.

    Parameters
    ----------
    tables : array_like, shape (..., rows, columns)
        Counts; rows or columns without answers add nothing.

    Returns
    -------
    ndarray, shape (...)
        φ², 0 for independence; NaN for an empty table.

    Examples
    --------
    >>> float(phi_squared([[20, 30], [35, 15]]).round(4))
    0.0909
    """
    tables = np.asarray(tables, float)
    row, column = tables.sum(-1, keepdims=True), tables.sum(-2, keepdims=True)
    n = row.sum(-2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = row * column / n
        cells = np.where(expected > 0, (tables - expected) ** 2 / expected, 0.0)
        return cells.sum((-1, -2)) / n[..., 0, 0]


def cramers_v(table: ArrayLike) -> float:
    """Cramér's V from χ² without continuity correction.

    Parameters
    ----------
    table : array_like, shape (rows, columns)
        Counts. Rows and columns without answers are left out.

    Returns
    -------
    float
        0 (independent) … 1 (one answer tells the group); NaN with fewer than two rows or columns.

    References
    ----------
    Cramér, H. (1946). Mathematical Methods of Statistics. Princeton. R: ``vcd::assocstats``.

    Examples
    --------
    >>> round(cramers_v([[20, 30], [35, 15]]), 4)
    0.3015
    """
    filled = _filled(table)
    if min(filled.shape) < 2:
        return np.nan
    return float(np.sqrt(phi_squared(filled) / (min(filled.shape) - 1)))


def cramers_v_corrected(
    table: ArrayLike, *, level: float = 0.95, n_resamples: int = 2000, random_state: int | np.random.Generator = 0
) -> Effect:
    """Cramér's V corrected for its bias, with a bootstrap interval.

    Even without any association φ² is (rows − 1)(columns − 1)/(n − 1) on average. Bergsma takes that off.
    Whole tables are drawn again from the shares of the table. A drawn φ² carries the bias twice, once from
    the table and once from the drawing, so it is taken off twice before the percentiles are read; plain
    percentiles would miss a V near 0 in one of six 4×4 tables instead of one of twenty.

    Parameters
    ----------
    table : array_like, shape (rows, columns)
        Counts. Rows and columns without answers are left out.
    level : float
        Confidence level.
    n_resamples : int
        Number of tables drawn.
    random_state : int or Generator
        Seed of the bootstrap.

    Returns
    -------
    Effect
        "cramers_v_corrected", between 0 and 1; NaN with fewer than two rows or columns.

    References
    ----------
    Bergsma, W. (2013). A bias-correction for Cramér's V and Tschuprow's T. J. Korean Statist. Soc., 42,
    323–328. R: ``effectsize::cramers_v(adjust = TRUE)``.

    Examples
    --------
    >>> effect = cramers_v_corrected([[20, 30], [35, 15]])
    >>> round(float(effect.estimate), 4), bool(effect.low < effect.estimate < effect.high)
    (0.2857, True)
    """
    filled = _filled(table)
    rows, columns = filled.shape
    n = filled.sum()
    if min(filled.shape) < 2 or n < 2:
        return Effect("cramers_v_corrected", *(np.asarray(np.nan),) * 3)
    bias = (rows - 1) * (columns - 1) / (n - 1)
    scale = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    if scale <= 0:
        return Effect("cramers_v_corrected", *(np.asarray(np.nan),) * 3)
    drawn = np.random.default_rng(random_state).multinomial(int(n), (filled / n).ravel(), size=n_resamples)
    ends = np.quantile(phi_squared(drawn.reshape(n_resamples, rows, columns)), [0.5 - level / 2, 0.5 + level / 2])
    estimate = phi_squared(filled) - bias
    low, high = min(ends[0] - 2 * bias, estimate), max(ends[1] - 2 * bias, estimate)
    return Effect("cramers_v_corrected", *(np.sqrt(np.clip(x / scale, 0, 1)) for x in (estimate, low, high)))


def _filled(table: ArrayLike) -> np.ndarray:
    table = np.asarray(table, float)
    return table[table.sum(1) > 0][:, table.sum(0) > 0]


def odds_ratio(
    count_a: ArrayLike, n_a: ArrayLike, count_b: ArrayLike, n_b: ArrayLike, *, level: float = 0.95
) -> Effect:
    """Odds of yes in the first group divided by the odds in the second.

    The interval is Woolf's on the log scale. With an empty cell the estimate is 0 or infinite; the end
    on the other side is then Woolf's with half an answer added to each cell.

    Parameters
    ----------
    count_a, n_a : array_like
        Yes and answers in the first group.
    count_b, n_b : array_like
        Yes and answers in the second group; shapes broadcast.
    level : float
        Confidence level.

    Returns
    -------
    Effect
        "odds_ratio", 0 … infinity; NaN where all, or none, said yes.

    References
    ----------
    Woolf, B. (1955). On estimating the relation between blood group and disease. Annals of Human Genetics,
    19, 251–253. Gart, J. J. (1966). Alternative analyses of contingency tables. J. R. Statist. Soc. B, 28,
    164–179. R: ``exp(confint.default(glm(y ~ g, family = binomial)))``.

    Examples
    --------
    >>> [round(float(x), 3) for x in odds_ratio(12, 19, 5, 25)[1:]]
    [6.857, 1.773, 26.517]
    """
    yes_a, n_a, yes_b, n_b = np.broadcast_arrays(*(np.asarray(x, float) for x in (count_a, n_a, count_b, n_b)))
    cells = np.stack([yes_a, n_a - yes_a, yes_b, n_b - yes_b])
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = cells[0] * cells[3] / (cells[1] * cells[2])
        shifted = np.where((cells == 0).any(0), cells + 0.5, cells)
        centre = np.log(shifted[0] * shifted[3] / (shifted[1] * shifted[2]))
        half = ndtri(0.5 + level / 2) * np.sqrt((1 / shifted).sum(0))
    known = ~np.isnan(ratio)
    low = np.where(known, np.where(ratio == 0, 0.0, np.exp(centre - half)), np.nan)
    high = np.where(known, np.where(np.isinf(ratio), np.inf, np.exp(centre + half)), np.nan)
    return Effect("odds_ratio", ratio, low, high)
