"""Weighted answers by group: means, shares, ranks and quantiles, with linearised variances."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from kommtyp.intervals import Moments
from kommtyp.weighting.weighing import Weighed, effective_n, small_sample

__all__ = ["Means", "domain_means", "domain_shares", "quantiles", "rank_scores"]


class Means(NamedTuple):
    """Weighted means of groups; arrays of shape (k,).

    `n` counts rows, `variance` is the linearised variance of the mean, `sd` the weighted standard deviation
    of the values (NaN with fewer than two), `effective_n` Kish's, `design_effect` the variance in units of
    that of an unweighted sample of as many rows. `inflation` and `df` are for small groups, see `moments`.
    """

    n: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    sd: np.ndarray
    effective_n: np.ndarray
    design_effect: np.ndarray
    inflation: np.ndarray
    df: np.ndarray

    @property
    def moments(self) -> Moments:
        """What stands for n, mean and standard deviation in tests and intervals for unweighted means.

        The linearised variance is too small in small groups, as it takes the mean of the group for the true
        one. It is multiplied by `inflation`, after which it is right on average where the spread is alike for
        all rows, and has the degrees of freedom `df` of Bell and McCaffrey, so df + 1 stands for n. With equal
        weights these are the n and the standard deviation of the values.
        """
        n = np.where(self.n > 1, self.df + 1, self.n)
        return Moments(n, self.mean, np.sqrt(n * self.variance * self.inflation))


def domain_means(weighed: Weighed, values: ArrayLike) -> Means:
    """Weighted mean of each group with its linearised variance.

    Weights are taken as drawn with the sample: a row adds u = w (y − mean)/Σw to the error of the mean of its
    group and nothing to those of the others, so the variance is n/(n − 1) Σu² with n of the whole sample, and
    means of groups without common rows have no covariance.

    Parameters
    ----------
    weighed : Weighed
        k groups, c values.
    values : array_like, shape (c,)
        The values.

    Returns
    -------
    Means
        n, mean, variance, sd, effective n and design effect of each group; NaN where there are too few rows.

    References
    ----------
    Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, Springer, section 5.8.
    R: ``survey::svyby(~y, ~g, design, svymean, deff = "replace")``.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> means = domain_means(weigh([0, 0, 1, 1], [0, 1, 1, 2], [1.0, 1.0, 1.0, 3.0], 2, 3), [1, 2, 4])
    >>> means.mean, means.variance.round(4)
    (array([1.5, 3.5]), array([0.1667, 0.375 ]))
    """
    values = np.asarray(values, float)
    n, total = weighed.rows.sum(1).astype(float), weighed.mass.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = weighed.mass @ values / total
        mean = mean + (weighed.mass * (values - mean[:, None])).sum(1) / total
        away = np.where(weighed.rows > 0, values - mean[:, None], 0.0)
        away = np.where(np.abs(away) <= 1e-14 * np.abs(mean)[:, None], 0.0, away)
        unbiased = weighed.whole / (weighed.whole - 1) if weighed.whole > 1 else np.nan
        variance = np.where(n > 1, unbiased * (weighed.square * away**2).sum(1) / total**2, np.nan)
        spread = np.where(n > 1, n / (n - 1) * (weighed.mass * away**2).sum(1) / total, np.nan)
        deff = np.where(spread > 0, variance / (spread / n), np.nan)
    return Means(n, mean, variance, np.sqrt(spread), effective_n(weighed), deff, *small_sample(weighed))


def domain_shares(weighed: Weighed) -> tuple[np.ndarray, np.ndarray]:
    """Weighted share of each value in each group, with its linearised variance.

    Parameters
    ----------
    weighed : Weighed
        k groups, c values.

    Returns
    -------
    share, variance : ndarray, shape (k, c)
        Shares between 0 and 1 and their variances as in `domain_means`; NaN where there are too few rows.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> share, variance = domain_shares(weigh([0, 0, 0, 0], [0, 1, 1, 1], [1.0, 1.0, 1.0, 1.0], 1, 2))
    >>> share, variance
    (array([[0.25, 0.75]]), array([[0.0625, 0.0625]]))
    """
    n, total = weighed.rows.sum(1, keepdims=True), weighed.mass.sum(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(weighed.rows == n, 1.0, weighed.mass / total)
        share = np.where(n > 0, share, np.nan)
        rest = weighed.square.sum(1, keepdims=True) - weighed.square
        unbiased = weighed.whole / (weighed.whole - 1) if weighed.whole > 1 else np.nan
        variance = unbiased * (weighed.square * (1 - share) ** 2 + rest * share**2) / total**2
    return share, np.where(n > 1, np.where((share > 0) & (share < 1), variance, 0.0), np.nan)


def rank_scores(weighed: Weighed) -> np.ndarray:
    """Weighted mid-rank of each value as a share of the whole: half of those alike count as lower.

    Parameters
    ----------
    weighed : Weighed
        k groups, c values, values rising.

    Returns
    -------
    ndarray, shape (c,)
        Between 0 and 1.

    References
    ----------
    Lumley & Scott (2013), Biometrika 100, 831–842. R: ``survey::svyranktest`` averages the ranks of equal
    answers without their weights, so that its result depends on the order of the rows; here it does not.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> rank_scores(weigh([0, 0, 1], [0, 1, 1], [1.0, 2.0, 1.0], 2, 2))
    array([0.125, 0.625])
    """
    tied = weighed.mass.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (np.cumsum(tied) - tied / 2) / tied.sum()


def quantiles(weighed: Weighed, values: ArrayLike, shares: ArrayLike) -> np.ndarray:
    """Weighted quantiles of each group; with equal weights those that R calls type 7.

    The weights of a group are scaled to sum to its number of rows; a quantile then lies between two places
    of the row of values.

    Parameters
    ----------
    weighed : Weighed
        k groups, c values, values rising.
    values : array_like, shape (c,)
        The values.
    shares : array_like, shape (q,)
        Between 0 and 1.

    Returns
    -------
    ndarray, shape (k, q)
        Quantiles; NaN without rows.

    References
    ----------
    R: ``Hmisc::wtd.quantile(x, w, normwt = TRUE)``.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> quantiles(weigh([0, 0, 0, 0], [0, 1, 2, 2], [1.0, 1.0, 1.0, 1.0], 1, 3), [1, 2, 4], [0.25, 0.5])
    array([[1.75, 3.  ]])
    """
    values, shares = np.asarray(values, float), np.asarray(shares, float)
    found = np.full((len(weighed.rows), len(shares)), np.nan)
    for group, (rows, mass) in enumerate(zip(weighed.rows, weighed.mass, strict=True)):
        n = rows.sum()
        if n:
            given = rows > 0
            reached = np.cumsum(mass[given]) / mass.sum() * n + 1e-9 * n
            place = 1 + (n - 1) * shares
            below, above = (
                values[given][np.minimum(np.searchsorted(reached, np.clip(end, 1, n)), given.sum() - 1)]
                for end in (np.floor(place), np.floor(place) + 1)
            )
            found[group] = below + (place - np.floor(place)) * (above - below)
    return found
