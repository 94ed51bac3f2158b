"""Effect sizes of ranks and means: how much of the spread lies between groups, and how far two means are apart."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaln, nctdtr

from kommtyp.effects.effect import Effect

__all__ = ["hedges_g", "omega_squared", "rank_epsilon_squared"]


def rank_epsilon_squared(h: float, n: float, k: int, *, level: float = 0.95) -> Effect:
    """Share of the spread of the ranks that lies between groups, from Kruskal and Wallis' H.

    H/(n − 1) is η² of the ranks. The interval is that of η²: those noncentral F distributions under which the
    F of the ranks is not surprising. (Percentiles of a bootstrap, as some packages give, miss a small ε²
    nearly always, because drawn tables carry the upward bias twice.)

    Parameters
    ----------
    h : float
        Kruskal–Wallis statistic, corrected for ties.
    n : float
        Number of values, or what stands for it.
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
