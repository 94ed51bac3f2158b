"""Intervals for weighted shares and their differences."""

import numpy as np
from scipy.special import expit, logit, stdtrit

from kommtyp.intervals import Difference, Interval, Moments, welch
from kommtyp.weighting.domains import domain_shares
from kommtyp.weighting.weighing import Weighed, effective_n, small_sample

__all__ = ["difference_of_shares", "equal_shares", "logit_interval", "weighted_odds_ratio"]


def logit_interval(weighed: Weighed, *, level: float = 0.95) -> Interval:
    """Interval for each weighted share, on the scale of its log odds.

    The linearised standard error is carried over to the log odds, where Student's t with n − 1 degrees of
    freedom applies (n: rows of the group), and the ends are carried back, so they stay inside 0 and 1.
    Where all or none of a group gave the answer there are no log odds; Wilson's interval with Kish's effective
    n and the same t then stands in.

    Parameters
    ----------
    weighed : Weighed
        k groups, c values.
    level : float
        Confidence level of each interval.

    Returns
    -------
    Interval
        Shares and ends, shape (k, c); ends are NaN with fewer than two rows.

    References
    ----------
    Korn & Graubard (1998), Survey Methodology 24, 193–201. R: ``survey::svyciprop(method = "logit")`` of the
    subset. Franco et al. (2019), J. Survey Statistics and Methodology 7, 334–364, for Wilson's with effective n.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> interval = logit_interval(weigh([0] * 5, [0, 0, 0, 1, 1], [1.0, 1.0, 1.0, 1.0, 2.0], 1, 2))
    >>> [round(float(part[0, 1]), 3) for part in interval]
    [0.5, 0.051, 0.949]
    """
    share, variance = domain_shares(weighed)
    n = weighed.rows.sum(1, keepdims=True).astype(float)
    t = stdtrit(np.where(n > 1, n - 1, np.nan), 0.5 + level / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = t * np.sqrt(variance) / (share * (1 - share))
        low, high = expit(logit(share) - half), expit(logit(share) + half)
        reach = t**2 / (effective_n(weighed)[:, None] + t**2)
    low = np.where(share == 0, np.where(n > 1, 0.0, np.nan), np.where(share == 1, 1 - reach, low))
    high = np.where(share == 0, reach, np.where(share == 1, np.where(n > 1, 1.0, np.nan), high))
    return Interval(share, low, high)


def difference_of_shares(a: Weighed, b: Weighed, *, level: float = 0.95) -> Interval:
    """Interval for the difference of two weighted shares of groups without common rows.

    The distances between each share and the ends of its logit interval are put together as the sides of a
    right-angled triangle, as Newcombe does with Wilson's intervals for unweighted shares.

    Parameters
    ----------
    a, b : Weighed
        The first and the second groups, k each or one.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Share a − share b and ends, between −1 and 1, shape (k, c).

    References
    ----------
    Zou & Donner (2008), Statistics in Medicine 27, 1693–1702.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> weighed = weigh([0] * 5 + [1] * 5, [1, 1, 1, 1, 0] * 2, [1.0] * 5 + [3.0] * 5, 2, 2)
    >>> interval = difference_of_shares(weighed.take([0]), weighed.take([1]))
    >>> bool(interval.low[0, 1] < interval.estimate[0, 1] == 0 < interval.high[0, 1])
    True
    """
    first, second = logit_interval(a, level=level), logit_interval(b, level=level)
    difference = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(difference, np.maximum(difference - below, -1), np.minimum(difference + above, 1))


def equal_shares(a: Weighed, b: Weighed) -> Difference:
    """Test of the difference of two weighted shares of groups without common rows.

    Welch's t on the linearised variances, corrected by `small_sample`. A group in which all or none gave the
    answer has no linearised variance, but its share is not certain for that: the share of both groups together
    and Kish's effective n stand in, without which rare answers would be found different too often.

    Parameters
    ----------
    a, b : Weighed
        The first and the second groups, k each or one.

    Returns
    -------
    Difference
        Share a − share b, ends at 95 %, t, degrees of freedom and two-sided p, shape (k, c); NaN with fewer
        than two rows in a group, or where both groups answered alike.

    References
    ----------
    Welch, B. L. (1947). Biometrika, 34, 28–35. Bell & McCaffrey (2002), Survey Methodology 28, 169–181.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> labels, codes = np.repeat([0, 1], 20), np.repeat([0, 0, 0, 1], 10)
    >>> weighed = weigh(labels, codes, np.tile([1.0, 2.0], 20), 2, 2)
    >>> round(float(equal_shares(weighed.take([0]), weighed.take([1])).p_value[0, 1]), 4)
    0.004
    """
    together = a.mass + b.mass
    groups = []
    with np.errstate(invalid="ignore", divide="ignore"):
        together = together / together.sum(1, keepdims=True)
        for part in (a, b):
            share, variance = domain_shares(part)
            inflation, df = (field[:, None] for field in small_sample(part))
            stand_in = together * (1 - together) / effective_n(part)[:, None]
            variance = np.where((share > 0) & (share < 1), variance * inflation, stand_in)
            groups.append(Moments(df + np.ones_like(variance), share, np.sqrt((df + 1) * variance)))
    return welch(*groups)


def weighted_odds_ratio(a: Weighed, b: Weighed, *, level: float = 0.95) -> Interval:
    """Odds of yes in the first group divided by the odds in the second, for weighted answers.

    Parameters
    ----------
    a, b : Weighed
        The first and the second groups, without common rows; k each, values no and yes.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Ratio and ends, 0 … infinity, shape (k,). The linearised variance of the log odds and Student's t;
        ends are NaN where all or none of a group said yes.

    References
    ----------
    R: ``survey::svyglm(y ~ g, design, family = quasibinomial)``, with the degrees of freedom of `small_sample`.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> weighed = weigh([0] * 4 + [1] * 4, [1, 1, 1, 0, 1, 0, 0, 0], [1.0] * 4 + [2.0] * 4, 2, 2)
    >>> round(float(weighted_odds_ratio(weighed.take([0]), weighed.take([1])).estimate[0]), 3)
    9.0
    """
    groups = []
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for part in (a, b):
            share, variance = (field[:, 1] for field in domain_shares(part))
            inflation, df = small_sample(part)
            known = (share > 0) & (share < 1)
            slope = np.where(known, share * (1 - share), np.nan)
            groups.append((share / (1 - share), variance * inflation / slope**2, df))
        (odds_a, part_a, df_a), (odds_b, part_b, df_b) = groups
        ratio = odds_a / odds_b
        df = (part_a + part_b) ** 2 / (part_a**2 / df_a + part_b**2 / df_b)
        half = stdtrit(df, 0.5 + level / 2) * np.sqrt(part_a + part_b)
        return Interval(ratio, np.exp(np.log(ratio) - half), np.exp(np.log(ratio) + half))
