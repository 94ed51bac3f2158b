"""Weighted answers by group: counts, means and shares with their linearised variances."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from kommtyp.intervals import Moments

__all__ = [
    "Means",
    "Weighed",
    "domain_means",
    "domain_shares",
    "effective_n",
    "others",
    "quantiles",
    "rank_scores",
    "small_sample",
    "weigh",
]


class Weighed(NamedTuple):
    """Answers by group and value: how many, the sum of their weights, and of the squares of their weights.

    Each has the shape (k, c). `powers`, shape (k, 3), are the sums of the third to fifth powers of the weights
    of each group, and `whole` is the number of rows of the whole sample, of which the groups are parts.
    """

    rows: np.ndarray
    mass: np.ndarray
    square: np.ndarray
    powers: np.ndarray
    whole: int

    def take(self, places: Any) -> "Weighed":
        """Return the groups at these places."""
        return Weighed(self.rows[places], self.mass[places], self.square[places], self.powers[places], self.whole)

    def pooled(self, places: Any) -> "Weighed":
        """Return the groups at these places as one group, shape (1, c)."""
        chosen = self.take(places)
        rows, mass, square, powers = (field.sum(0, keepdims=True) for field in chosen[:4])
        return Weighed(rows, mass, square, powers, self.whole)


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


def weigh(labels: ArrayLike, codes: ArrayLike, weights: ArrayLike, k: int, c: int) -> Weighed:
    """Count answers by group and value, with their weights.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Group of each row, 0 … `k` − 1.
    codes : array_like of int, shape (n,)
        Value of each row, 0 … `c` − 1.
    weights : array_like, shape (n,)
        Weights above 0.
    k, c : int
        Number of groups and of values.

    Returns
    -------
    Weighed
        Counts, sums of weights and of their squares, shape (k, c).

    Examples
    --------
    >>> weigh([0, 0, 1], [0, 1, 1], [1.0, 2.0, 3.0], 2, 2).mass
    array([[1., 2.],
           [0., 3.]])
    """
    labels, weights = np.asarray(labels, int), np.asarray(weights, float)
    cells = labels * c + np.asarray(codes, int)
    rows = np.bincount(cells, minlength=k * c).reshape(k, c)
    mass, square = (np.bincount(cells, power, minlength=k * c).reshape(k, c) for power in (weights, weights**2))
    powers = np.stack([np.bincount(labels, weights**power, minlength=k) for power in (3, 4, 5)], axis=1)
    return Weighed(rows, mass, square, powers, len(weights))


def others(weighed: Weighed) -> Weighed:
    """Put together, for each group, all the other groups.

    Parameters
    ----------
    weighed : Weighed
        k groups.

    Returns
    -------
    Weighed
        k groups, each the rest of one.

    Examples
    --------
    >>> others(weigh([0, 0, 1], [0, 1, 1], [1.0, 2.0, 3.0], 2, 2)).rows
    array([[0, 1],
           [1, 1]])
    """
    k = len(weighed.rows)
    rest = (1 - np.eye(k)).astype(int)
    rows, mass, square, powers = (rest @ field for field in weighed[:4])
    return Weighed(rows, mass, square, powers, weighed.whole)


def effective_n(weighed: Weighed) -> np.ndarray:
    """Kish's effective number of rows, (Σw)²/Σw², of each group.

    Parameters
    ----------
    weighed : Weighed
        k groups.

    Returns
    -------
    ndarray, shape (k,)
        At most the number of rows; NaN without rows.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.

    Examples
    --------
    >>> effective_n(weigh([0, 0, 1], [0, 0, 0], [1.0, 3.0, 2.0], 2, 1)).round(3)
    array([1.6, 1. ])
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return weighed.mass.sum(1) ** 2 / weighed.square.sum(1)


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


def small_sample(weighed: Weighed) -> tuple[np.ndarray, np.ndarray]:
    """Correct linearised variances of small groups, and say how many degrees of freedom they have.

    Parameters
    ----------
    weighed : Weighed
        k groups.

    Returns
    -------
    inflation : ndarray, shape (k,)
        Factor on the variance of `domain_means` and `domain_shares`; with equal weights it replaces n of the
        whole sample in n/(n − 1) by n of the group.
    df : ndarray, shape (k,)
        Degrees of freedom; n − 1 with equal weights, fewer with unequal ones. NaN with fewer than two rows.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169–181.

    Examples
    --------
    >>> inflation, df = small_sample(weigh([0, 0, 0, 0], [0, 0, 0, 0], [2.0, 2.0, 2.0, 2.0], 1, 1))
    >>> inflation.round(6), df.round(6)
    (array([1.]), array([3.]))
    """
    total = weighed.mass.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        two = weighed.square.sum(1) / total**2
        three, four, five = (weighed.powers / total[:, None] ** np.array([3, 4, 5])).T
        trace = two - 2 * three + two**2
        squares = four - 4 * five + 4 * two * four + 2 * three**2 - 4 * two**2 * three + two**4
        enough = weighed.rows.sum(1) > 1
        unbiased = weighed.whole / (weighed.whole - 1) if weighed.whole > 1 else np.nan
        return np.where(enough, two / trace / unbiased, np.nan), np.where(enough, trace**2 / squares, np.nan)


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
