"""How often the answers of one group lie above those of another."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kommtyp.effects.effect import Effect

__all__ = ["cliffs_delta"]


def cliffs_delta(counts_a: ArrayLike, counts_b: ArrayLike, *, level: float = 0.95) -> Effect:
    """How much more often the first group answers higher than the second, rather than lower.

    δ = P(a > b) − P(a < b). The interval is the asymmetric one of Feng and Cliff, which is Wilson's for the
    number of answers that would give a share the variance of δ. That variance is Cliff's consistent one; it is
    taken after adding one answer to each group, spread as those of both groups on average, because a small
    group whose answers happen to be alike would pretend to know too much. Degrees of freedom are Brunner
    and Munzel's, for groups of unequal size.

    Parameters
    ----------
    counts_a, counts_b : array_like, shape (..., codes)
        How often each code was given, codes rising.
    level : float
        Confidence level.

    Returns
    -------
    Effect
        "cliffs_delta", −1 … 1, shape (...); NaN where a group has fewer than two answers. Without ends
        where all answers are alike.

    References
    ----------
    Cliff, N. (1993). Dominance statistics. Psychological Bulletin, 114, 494–509. Feng, D. & Cliff, N.
    (2004). Monte Carlo evaluation of ordinal d with improved confidence interval. J. Modern Applied
    Statistical Methods, 3, 322–332. Brunner, E. & Munzel, U. (2000). The nonparametric Behrens–Fisher
    problem. Biometrical Journal, 42, 17–25.

    Examples
    --------
    >>> [round(float(x), 3) for x in cliffs_delta([5, 12, 20, 8], [15, 14, 9, 3])[1:]]
    [0.396, 0.163, 0.586]
    """
    a, b = np.broadcast_arrays(np.asarray(counts_a, float), np.asarray(counts_b, float))
    n_a, n_b = (np.where(x.sum(-1) > 1, x.sum(-1), np.nan)[..., None] for x in (a, b))
    delta = _dominance(a, b)[0]
    mixed = (a / n_a + b / n_b) / 2
    smoothed, variance, df = _dominance(a + mixed, b + mixed)
    with np.errstate(invalid="ignore", divide="ignore"):
        t2 = stdtrit(df, 0.5 + level / 2) ** 2
        answers = (1 - smoothed**2) / np.where(variance > 0, variance, np.nan)
        half = np.sqrt(t2 * (1 - delta**2) / answers + (t2 / answers) ** 2)
        low, high = ((delta + sign * half) / (1 + t2 / answers) for sign in (-1, 1))
    return Effect("cliffs_delta", np.where(np.isnan(n_a + n_b)[..., 0], np.nan, delta), low, high)


def _dominance(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """δ, its consistent variance and Brunner and Munzel's degrees of freedom."""
    with np.errstate(invalid="ignore", divide="ignore"):
        n_a, n_b = a.sum(-1), b.sum(-1)
        order = np.sign(np.subtract.outer(np.arange(a.shape[-1]), np.arange(a.shape[-1])))
        rows, columns = b @ order.T / n_b[..., None], a @ order / n_a[..., None]
        delta = (a * rows).sum(-1) / n_a
        spread_a = (a * (rows - delta[..., None]) ** 2).sum(-1) / (n_a - 1)
        spread_b = (b * (columns - delta[..., None]) ** 2).sum(-1) / (n_b - 1)
        cells = (a[..., :, None] * b[..., None, :] * (order - delta[..., None, None]) ** 2).sum((-1, -2))
        cells = cells / ((n_a - 1) * (n_b - 1))
        variance = ((n_b - 1) * spread_a + (n_a - 1) * spread_b + cells) / (n_a * n_b)
        of_a, of_b = spread_a / n_a, spread_b / n_b
        df = (of_a + of_b) ** 2 / (of_a**2 / (n_a - 1) + of_b**2 / (n_b - 1))
    return delta, variance, df
