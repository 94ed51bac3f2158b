"""Tests whether weighted groups differ: Rao and Scott's for tables, Welch's and Wald's for means and ranks."""

from dataclasses import replace

import numpy as np
from scipy.special import fdtrc

from kommtyp.tests_of_association import Outcome, welch_anova
from kommtyp.weighting.domains import Means
from kommtyp.weighting.weighing import Weighed

__all__ = ["equal_means", "rao_scott", "tested"]

UNSURE = "the weights leave too few for a test: their effective n is not above the number of types plus one"


def rao_scott(weighed: Weighed) -> Outcome:
    """Rao and Scott's test whether groups and answers are independent, for weighted answers.

    Pearson's χ² of the weighted table, scaled to the number of rows, is divided by what the weights make of
    its expectation under independence; its degrees of freedom follow Satterthwaite.

    Parameters
    ----------
    weighed : Weighed
        k groups, c values. Groups and values without answers are left out.

    Returns
    -------
    Outcome
        "rao_scott_f" with F, both degrees of freedom and p; without p, and with a note, where fewer than two
        groups or values have answers.

    References
    ----------
    Rao & Scott (1984), Annals of Statistics 12, 46–60; Thomas & Rao (1987), JASA 82, 630–636.
    R: ``survey::svychisq(statistic = "F")``.

    Examples
    --------
    >>> from kommtyp.weighting import weigh
    >>> labels, codes = np.repeat([0, 1], 20), np.tile([0, 1, 1, 1, 0, 0, 1, 0, 0, 0], 4) * np.repeat([1, 0, 1, 1], 10)
    >>> outcome = rao_scott(weigh(labels, codes, np.tile([1.0, 2.0], 20), 2, 2))
    >>> outcome.test, round(outcome.statistic, 2)
    ('rao_scott_f', 1.67)
    """
    rows, columns = weighed.rows.sum(1) > 0, weighed.rows.sum(0) > 0
    if rows.sum() < 2:
        return Outcome("rao_scott_f", note="fewer than two types have answers" if rows.any() else "no answers")
    if columns.sum() < 2:
        return Outcome("rao_scott_f", note="all answers are alike")
    mass, square = (field[rows][:, columns] for field in (weighed.mass, weighed.square))
    n, total = weighed.whole, mass.sum()
    share = mass / total
    expected = share.sum(1, keepdims=True) * share.sum(0, keepdims=True)
    pearson = n * float(((share - expected) ** 2 / expected).sum())
    p, s = share.ravel(), square.ravel() / total**2
    covariance = n / (n - 1) * (np.diag(s) - np.outer(s, p) - np.outer(p, s) + s.sum() * np.outer(p, p))
    contrasts = np.kron(*(np.eye(size)[:, :-1] - 1 / size for size in share.shape))
    lifted = np.where(p > 0, 1 / np.where(p > 0, p, 1), 0.0)[:, None] * contrasts
    plain = contrasts.T @ lifted / n
    delta = np.linalg.pinv(plain, hermitian=True) @ (lifted.T @ covariance @ lifted)
    trace, squares = float(np.trace(delta)), float((delta * delta.T).sum())
    if not trace > 0:
        return Outcome("rao_scott_f", note="too few answers")
    df = trace**2 / squares
    f = pearson / trace
    least = n * float(expected.min())
    note = f"approximate: smallest expected count {least:.1f}" if least < 5 else ""
    return Outcome("rao_scott_f", f, df, float(fdtrc(df, df * (n - 1), f)), note, df * (n - 1))


def tested(outcome: Outcome, effective: float, groups: int) -> Outcome:
    """Take back a test where the weights leave too few municipalities to count for one.

    Where a few weights are far above all others, the linearised variances are those of the few, and F can be of any
    size. As many municipalities as types give the types' means, and one more leaves a single one to judge the
    spread by, of which nothing can be told; so the effective n has to be above the number of types plus one.

    Parameters
    ----------
    outcome : Outcome
        What a test with weights found.
    effective : float
        Effective n of all that took part.
    groups : int
        Types that have answers.

    Returns
    -------
    Outcome
        The same, or "none" with a note.

    Examples
    --------
    >>> tested(Outcome("rao_scott_f", 4e12, 1.1, 0.0), 1.0, 4).test, tested(Outcome("f", 1.1, 2, 0.3), 99.0, 4).test
    ('none', 'f')
    """
    if np.isnan(outcome.p_value) or effective > groups + 1:
        return outcome
    return Outcome("none", note=UNSURE)


def equal_means(means: Means, *, test: str, small_sample: bool = True) -> Outcome:
    """Test whether the weighted means of groups without common rows are equal.

    Wald's F takes the linearised variances for known, and rejects too often where groups are small: with 15
    rows a group and uneven weights in one of ten cases instead of one of twenty. So the variances are corrected
    (`Means.moments`) and their uncertainty is taken into account as Welch does.

    Parameters
    ----------
    means : Means
        Means of the groups. Groups with fewer than two rows are left out, with a note.
    test : str
        Machine name for the outcome.
    small_sample : bool
        False for Wald's F itself, with k − 1 and n − k degrees of freedom.

    Returns
    -------
    Outcome
        F, its degrees of freedom and p; without p, and with a note, where fewer than two groups are left or
        one of them has no spread.

    References
    ----------
    Welch, B. L. (1951). On the comparison of several mean values. Biometrika, 38, 330–336. Wald's F in R:
    ``survey::regTermTest(survey::svyglm(y ~ g, design), ~g)``, and of the scores of `rank_scores`
    ``survey::svyranktest(y ~ g, design, test = "KruskalWallis")``.

    Examples
    --------
    >>> from kommtyp.weighting import domain_means, weigh
    >>> means = domain_means(weigh([0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 2, 2], np.ones(6), 2, 3), [1, 2, 3])
    >>> [round(equal_means(means, test="f", small_sample=corrected).statistic, 3) for corrected in (True, False)]
    [4.5, 5.625]
    """
    outcome = replace(welch_anova(means.moments), test=test)
    if small_sample or np.isnan(outcome.p_value):
        return outcome
    mean, variance = (field[means.n > 1] for field in (means.mean, means.variance))
    df, df_within = len(mean) - 1, float(means.n.sum() - len(mean))
    centre = (mean / variance).sum() / (1 / variance).sum()
    f = float(((mean - centre) ** 2 / variance).sum() / df)
    return replace(outcome, statistic=f, df=df, p_value=float(fdtrc(df, df_within, f)), df_within=df_within)
