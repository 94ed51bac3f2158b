"""Tests of ordinal answers and numbers in several groups: ranks and means, overall and pair by pair."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtrc, ndtr

from kommtyp.intervals import Moments, welch
from kommtyp.tests_of_association.outcome import Outcome
from kommtyp.tests_of_association.studentized_range import studentized_range, studentized_range_quantile

__all__ = ["PairedMeans", "RankTest", "Ranks", "dunn", "games_howell", "kruskal_wallis", "ranks_of", "welch_anova"]


class Ranks(NamedTuple):
    """Number of values and mean rank of each group, shape (k,), and the variance of all ranks."""

    n: np.ndarray
    mean: np.ndarray
    variance: float


class RankTest(NamedTuple):
    """Difference of mean ranks, its z and two-sided p; arrays of one shape."""

    difference: np.ndarray
    z: np.ndarray
    p_value: np.ndarray


class PairedMeans(NamedTuple):
    """Differences of means of all pairs of groups, simultaneous ends, p of each pair alone and of all together."""

    first: np.ndarray
    second: np.ndarray
    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray
    p_joint: np.ndarray


def ranks_of(table: ArrayLike) -> Ranks:
    """Rank all values, ties sharing their mean rank, and average the ranks of each group.

    Parameters
    ----------
    table : array_like of int, shape (k, values)
        How often each group has each value, values rising.

    Returns
    -------
    Ranks
        n and mean rank of each group (NaN without values) and the variance of all ranks with divisor N − 1,
        which is N (N + 1)/12 less the correction for ties.

    Examples
    --------
    >>> ranks_of([[2, 1, 0], [0, 1, 2]]).mean
    array([2.16666667, 4.83333333])
    """
    table = np.asarray(table, float)
    n, tied = table.sum(1), table.sum(0)
    ranks = np.cumsum(tied) - (tied - 1) / 2
    total = n.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = table @ ranks / n
        variance = (tied * (ranks - (total + 1) / 2) ** 2).sum() / (total - 1)
    return Ranks(n, mean, float(variance))


def kruskal_wallis(ranks: Ranks) -> Outcome:
    """Kruskal and Wallis' test whether some groups tend to answer higher than others, corrected for ties.

    Parameters
    ----------
    ranks : Ranks
        Result of `ranks_of`.

    Returns
    -------
    Outcome
        "kruskal_wallis" with H, degrees of freedom and the p of χ²; without p, and with a note, where fewer
        than two groups have values or all values are alike.

    References
    ----------
    Kruskal, W. H. & Wallis, W. A. (1952). Use of ranks in one-criterion variance analysis. JASA, 47,
    583–621. R: ``kruskal.test``.

    Examples
    --------
    >>> round(kruskal_wallis(ranks_of([[8, 3, 1], [2, 5, 6], [1, 4, 7]])).statistic, 3)
    11.522
    """
    present = ranks.n > 0
    if not present.any():
        return Outcome("kruskal_wallis", note="no answers")
    if present.sum() < 2:
        return Outcome("kruskal_wallis", note="fewer than two types have answers")
    if not ranks.variance > 0:
        return Outcome("kruskal_wallis", note="all answers are alike")
    n, mean = ranks.n[present], ranks.mean[present]
    h = float((n * (mean - (n.sum() + 1) / 2) ** 2).sum() / ranks.variance)
    df = int(present.sum()) - 1
    return Outcome("kruskal_wallis", h, df, float(chdtrc(df, h)))


def dunn(ranks: Ranks, first: ArrayLike, second: ArrayLike | None = None) -> RankTest:
    """Dunn's test of pairs of groups on the ranks of all values.

    Parameters
    ----------
    ranks : Ranks
        Result of `ranks_of`.
    first : array_like of int, shape (m,)
        First group of each pair.
    second : array_like of int, shape (m,), optional
        Second group of each pair; None compares each first group with all the rest.

    Returns
    -------
    RankTest
        Mean rank of the first less that of the second, z and two-sided p, shape (m,).

    References
    ----------
    Dunn, O. J. (1964). Multiple comparisons using rank sums. Technometrics, 6, 241–252.
    R: ``rstatix::dunn_test`` (second less first).

    Examples
    --------
    >>> dunn(ranks_of([[8, 3, 1], [2, 5, 6], [1, 4, 7]]), [0, 1], [1, 2]).z.round(3)
    array([-2.651, -0.587])
    """
    first = np.asarray(first, int)
    n_a, mean_a = ranks.n[first], ranks.mean[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        if second is None:
            n_b = ranks.n.sum() - n_a
            mean_b = (ranks.n.sum() * (ranks.n.sum() + 1) / 2 - n_a * mean_a) / n_b
        else:
            second = np.asarray(second, int)
            n_b, mean_b = ranks.n[second], ranks.mean[second]
        variance = ranks.variance if ranks.variance > 0 else np.nan
        z = (mean_a - mean_b) / np.sqrt(variance * (1 / n_a + 1 / n_b))
    return RankTest(mean_a - mean_b, z, 2 * ndtr(-np.abs(z)))


def welch_anova(groups: Moments) -> Outcome:
    """Welch's analysis of variance, for groups that may spread differently.

    Parameters
    ----------
    groups : Moments
        n, mean and sd of each group. Groups with fewer than two values are left out, with a note.

    Returns
    -------
    Outcome
        "welch_anova" with F, both degrees of freedom and p; without p, and with a note, where fewer than two
        groups are left or where one of them has no spread.

    References
    ----------
    Welch, B. L. (1951). On the comparison of several mean values. Biometrika, 38, 330–336.
    R: ``oneway.test``.

    Examples
    --------
    >>> groups = Moments(*map(np.array, ([26, 9, 29], [23.6, 29.4, 31.4], [22.2, 18.2, 24.1])))
    >>> round(welch_anova(groups).statistic, 2)
    0.8
    """
    enough = groups.n > 1
    n, mean, sd = (field[enough] for field in groups)
    left_out = int((groups.n == 1).sum())
    note = f"types with a single answer left out: {left_out}" if left_out else ""
    if not groups.n.any():
        return Outcome("welch_anova", note="no answers")
    if n.size < 2:
        return Outcome("welch_anova", note="fewer than two types have two or more answers")
    if not (sd > 0).all():
        alike = not sd.any() and (mean == mean[0]).all()
        return Outcome("welch_anova", note="all answers are alike" if alike else "all answers of a type are alike")
    k = n.size
    weight = n / sd**2
    centre = (weight * mean).sum() / weight.sum()
    slack = ((1 - weight / weight.sum()) ** 2 / (n - 1)).sum() / (k**2 - 1)
    f = float((weight * (mean - centre) ** 2).sum() / ((k - 1) * (1 + 2 * (k - 2) * slack)))
    df_within = float(1 / (3 * slack))
    return Outcome("welch_anova", f, k - 1, float(fdtrc(k - 1, df_within, f)), note, df_within)


def games_howell(groups: Moments, *, level: float = 0.95) -> PairedMeans:
    """Games and Howell's comparison of all pairs of means, for groups that may spread differently.

    Parameters
    ----------
    groups : Moments
        n, mean and sd of each group.
    level : float
        Joint confidence level of all intervals.

    Returns
    -------
    PairedMeans
        For each pair of groups, first before second: first − second, simultaneous ends, Welch's p and the joint
        p of the studentised range; NaN where a group has fewer than two values or neither has any spread.

    References
    ----------
    Games, P. A. & Howell, J. F. (1976). Pairwise multiple comparison procedures with unequal n's and/or
    variances. Journal of Educational Statistics, 1, 113–125. R: ``rstatix::games_howell_test``.

    Examples
    --------
    >>> groups = Moments(*map(np.array, ([26, 9, 29], [23.6, 29.4, 31.4], [22.2, 18.2, 24.1])))
    >>> games_howell(groups).p_joint.round(2)
    array([0.72, 0.43, 0.96])
    """
    groups = Moments(np.where(groups.n > 1, groups.n, np.nan), groups.mean, groups.sd)
    first, second = np.triu_indices(groups.n.size, 1)
    k = int((groups.n > 1).sum())
    pair = welch(Moments(*(x[first] for x in groups)), Moments(*(x[second] for x in groups)), level=level)
    joint, half = np.full(first.size, np.nan), np.full(first.size, np.nan)
    done = ~np.isnan(pair.df)
    if done.any():
        error = np.sqrt((groups.sd**2 / groups.n)[first] + (groups.sd**2 / groups.n)[second])[done]
        joint[done] = studentized_range(np.abs(pair.statistic[done]) * np.sqrt(2), k, pair.df[done])
        half[done] = studentized_range_quantile(1 - level, k, pair.df[done]) * error / np.sqrt(2)
    return PairedMeans(first, second, pair.estimate, pair.estimate - half, pair.estimate + half, pair.p_value, joint)
