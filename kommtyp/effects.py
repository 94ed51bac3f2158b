"""Effect sizes: how far groups differ, whatever their number of municipalities."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaln, nctdtr, ndtri, stdtrit

__all__ = [
    "Effect",
    "cliffs_delta",
    "cramers_v",
    "cramers_v_corrected",
    "hedges_g",
    "odds_ratio",
    "omega_squared",
    "phi_squared",
    "rank_epsilon_squared",
]


class Effect(NamedTuple):
    """An effect size with its interval; NaN where there is none."""

    name: str
    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray


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


def rank_epsilon_squared(h: float, n: int, k: int, *, level: float = 0.95) -> Effect:
    """Share of the spread of the ranks that lies between groups, from Kruskal and Wallis' H.

    H/(n − 1) is η² of the ranks. The interval is that of η²: those noncentral F distributions under which the
    F of the ranks is not surprising. (Percentiles of a bootstrap, as some packages give, miss a small ε²
    nearly always, because drawn tables carry the upward bias twice.)

    Parameters
    ----------
    h : float
        Kruskal–Wallis statistic, corrected for ties.
    n : int
        Number of values.
    k : int
        Number of groups with values.
    level : float
        Confidence level.

    Returns
    -------
    Effect
        "rank_epsilon_squared", between 0 and 1.

    References
    ----------
    Tomczak, M. & Tomczak, E. (2014). The need to report effect size estimates revisited. Trends in Sport
    Sciences, 1, 19–25. Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9, 164–182.
    R: ``effectsize::rank_epsilon_squared``.

    Examples
    --------
    >>> [round(float(x), 4) for x in rank_epsilon_squared(13.529, 412, 4)[1:]]
    [0.0329, 0.0041, 0.0679]
    """
    if not np.isfinite(h) or k < 2 or n <= k:
        return Effect("rank_epsilon_squared", *(np.asarray(np.nan),) * 3)
    estimate = min(h / (n - 1), 1.0)
    f = estimate / (1 - estimate) * (n - k) / (k - 1) if estimate < 1 else np.inf
    low, high = _explained(f, k - 1, n - k, level)
    return Effect("rank_epsilon_squared", *map(np.asarray, (estimate, min(low, estimate), max(high, estimate))))


def omega_squared(n: ArrayLike, mean: ArrayLike, sd: ArrayLike, *, level: float = 0.95) -> Effect:
    """Share of the spread that lies between groups, without the upward bias of η².

    Parameters
    ----------
    n, mean, sd : array_like, shape (k,)
        Number of values, mean and standard deviation of each group; groups without values are left out.
    level : float
        Confidence level.

    Returns
    -------
    Effect
        "omega_squared", between 0 and 1, with the interval from the noncentral F distribution.

    References
    ----------
    Hays, W. L. (1963). Statistics for Psychologists. Holt. Steiger, J. H. (2004). Beyond the F test.
    Psychological Methods, 9, 164–182. R: ``effectsize::omega_squared(aov(y ~ g))``.

    Examples
    --------
    >>> effect = omega_squared([90, 100, 129, 93], [2.46, 2.95, 2.90, 2.88], [1.07, 0.99, 0.91, 0.94])
    >>> round(float(effect.estimate), 3)
    0.029
    """
    n, mean, sd = (np.asarray(x, float) for x in (n, mean, sd))
    mean, sd, n = mean[n > 0], np.where(n > 1, sd, 0.0)[n > 0], n[n > 0]
    total, k = n.sum(), n.size
    within = ((n - 1) * sd**2).sum()
    if k < 2 or total <= k or within <= 0:
        return Effect("omega_squared", *(np.asarray(np.nan),) * 3)
    between = (n * (mean - (n * mean).sum() / total) ** 2).sum()
    f = (between / (k - 1)) / (within / (total - k))
    estimate = max(0.0, (k - 1) * (f - 1) / ((k - 1) * (f - 1) + total))
    low, high = _explained(f, k - 1, total - k, level)
    return Effect("omega_squared", *map(np.asarray, (estimate, min(low, estimate), max(high, estimate))))


def _explained(f: float, df_between: float, df_within: float, level: float) -> tuple[float, float]:
    """Ends of the explained share λ/(λ + n) whose noncentral F distributions do not find `f` surprising."""
    n = df_between + df_within + 1
    if not np.isfinite(f):
        return 1.0, 1.0
    x = df_between * f / (df_between * f + df_within)
    reach = 4 * df_between * f * (1 + 8 / np.sqrt(df_within)) + 100
    steps = np.arange(int(reach / 2 + 10 * np.sqrt(reach / 2)) + 20)
    central = betainc(df_between / 2 + steps, df_within / 2, x)
    weight = gammaln(steps + 1)

    def probability(noncentrality: np.ndarray) -> np.ndarray:
        half = np.maximum(noncentrality / 2, 1e-300)[:, None]
        return np.exp(steps * np.log(half) - half - weight) @ central

    tails = np.array([0.5 + level / 2, 0.5 - level / 2])
    ends = _falling_root(probability, np.zeros(2), np.full(2, reach), tails)
    low, high = np.where(central[0] > tails, ends / (ends + n), 0.0)
    return float(low), float(high)


def _falling_root(
    function: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray, target: np.ndarray
) -> np.ndarray:
    for _ in range(60):
        middle = (low + high) / 2
        above = function(middle) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def cliffs_delta(counts_a: ArrayLike, counts_b: ArrayLike, *, level: float = 0.95) -> Effect:
    """How much more often the first group answers higher than the second, rather than lower.

    δ = P(a > b) − P(a < b). The interval is the asymmetric one of Feng and Cliff with Cliff's consistent
    variance and the degrees of freedom of Brunner and Munzel, which suit groups of unequal size.
    Where the groups do not overlap, its inner end is (m − t²)/(m + t²), m the size of the smaller group.

    Parameters
    ----------
    counts_a, counts_b : array_like, shape (..., codes)
        How often each code was given, codes rising.
    level : float
        Confidence level.

    Returns
    -------
    Effect
        "cliffs_delta", −1 … 1, shape (...); NaN where a group has fewer than two answers.

    References
    ----------
    Cliff, N. (1993). Dominance statistics. Psychological Bulletin, 114, 494–509. Feng, D. & Cliff, N.
    (2004). Monte Carlo evaluation of ordinal d with improved confidence interval. J. Modern Applied
    Statistical Methods, 3, 322–332. Brunner, E. & Munzel, U. (2000). The nonparametric Behrens–Fisher
    problem. Biometrical Journal, 42, 17–25.

    Examples
    --------
    >>> [round(float(x), 3) for x in cliffs_delta([5, 12, 20, 8], [15, 14, 9, 3])[1:]]
    [0.396, 0.161, 0.588]
    """
    a, b = np.broadcast_arrays(np.asarray(counts_a, float), np.asarray(counts_b, float))
    n_a, n_b = (np.where(x.sum(-1) > 1, x.sum(-1), np.nan) for x in (a, b))
    order = np.sign(np.subtract.outer(np.arange(a.shape[-1]), np.arange(a.shape[-1])))
    rows, columns = b @ order.T / n_b[..., None], a @ order / n_a[..., None]
    delta = (a * rows).sum(-1) / n_a
    spread_a = (a * (rows - delta[..., None]) ** 2).sum(-1) / (n_a - 1)
    spread_b = (b * (columns - delta[..., None]) ** 2).sum(-1) / (n_b - 1)
    cells = (a[..., :, None] * b[..., None, :] * (order - delta[..., None, None]) ** 2).sum((-1, -2))
    variance = ((n_b - 1) * spread_a + (n_a - 1) * spread_b + cells / ((n_a - 1) * (n_b - 1))) / (n_a * n_b)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = spread_a / n_a, spread_b / n_b
        df = (parts[0] + parts[1]) ** 2 / (parts[0] ** 2 / (n_a - 1) + parts[1] ** 2 / (n_b - 1))
        smaller = np.minimum(n_a, n_b)
        t = stdtrit(np.where(np.isnan(df), smaller - 1, df), 0.5 + level / 2)
        half = t * np.sqrt(variance) * np.sqrt((1 - delta**2) ** 2 + t**2 * variance)
        ends = [(delta - delta**3 + sign * half) / (1 - delta**2 + t**2 * variance) for sign in (-1, 1)]
        inner = (smaller - t**2) / (smaller + t**2)
    apart, tied = np.abs(delta) == 1, variance == 0
    low = np.where(apart, np.where(delta > 0, inner, -1), np.where(tied, np.nan, ends[0]))
    high = np.where(apart, np.where(delta > 0, 1, -inner), np.where(tied, np.nan, ends[1]))
    return Effect("cliffs_delta", delta, low, high)


def hedges_g(
    a: tuple[ArrayLike, ArrayLike, ArrayLike], b: tuple[ArrayLike, ArrayLike, ArrayLike], *, level: float = 0.95
) -> Effect:
    """Difference of two means in units of their pooled standard deviation, without small-sample bias.

    Parameters
    ----------
    a, b : tuple of array_like
        Number of values, mean and standard deviation (divisor n − 1) of the first and the second group;
        shapes broadcast.
    level : float
        Confidence level.

    Returns
    -------
    Effect
        "hedges_g" with the interval from the noncentral t distribution; NaN where a group has fewer than
        two values or nothing varies.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators.
    Journal of Educational Statistics, 6, 107–128. R: ``effectsize::hedges_g``.

    Examples
    --------
    >>> [round(float(x), 3) for x in hedges_g((30, 3.2, 1.1), (25, 2.4, 0.8))[1:]]
    [0.808, 0.26, 1.35]
    """
    n_a, mean_a, sd_a, n_b, mean_b, sd_b = np.broadcast_arrays(*(np.asarray(x, float) for x in (*a, *b)))
    with np.errstate(invalid="ignore", divide="ignore"):
        df = n_a + n_b - 2
        pooled = np.sqrt(((n_a - 1) * sd_a**2 + (n_b - 1) * sd_b**2) / df)
        unit = np.sqrt(1 / n_a + 1 / n_b)
        d = (mean_a - mean_b) / np.where(pooled > 0, pooled, np.nan)
        shrink = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    t = d / unit
    reach = 8 * np.abs(t) + 40
    ends = [
        _falling_root(lambda noncentrality: nctdtr(df, noncentrality, t), t - reach, t + reach, np.full(t.shape, p))
        for p in (0.5 + level / 2, 0.5 - level / 2)
    ]
    low, high = (np.where(np.isnan(d), np.nan, end * unit * shrink) for end in ends)
    return Effect("hedges_g", d * shrink, low, high)


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
