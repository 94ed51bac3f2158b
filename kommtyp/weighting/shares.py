"""Intervals for weighted shares and their differences."""

import numpy as np
from scipy.special import expit, logit, stdtrit

from kommtyp.intervals import Interval
from kommtyp.weighting.domains import Weighed, domain_shares, effective_n

__all__ = ["difference_of_shares", "logit_interval"]


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
