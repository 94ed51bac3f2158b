"""Shares then and now, where some municipalities took part both times."""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc, fdtrc, stdtr

from kommtyp.intervals import Interval, wilson
from kommtyp.overlapping.panel import Panel, transitions
from kommtyp.tests_of_association import Outcome, mcnemar, stuart_maxwell
from kommtyp.weighting import logit_interval, weigh

__all__ = ["Unchanged", "change_of_shares", "mover", "unchanged_shares", "wave_shares"]

NOBODY = "no municipalities with a type in one of the waves"
SAME = "nobody changed"


class Unchanged(NamedTuple):
    """Tests whether shares changed: one of each type, and one of all."""

    each: list[Outcome]
    all: Outcome


def wave_shares(panel: Panel, *, level: float = 0.95) -> tuple[Interval, Interval]:
    """Share of each type in both surveys, with their intervals.

    Parameters
    ----------
    panel : Panel
        The municipalities.
    level : float
        Confidence level.

    Returns
    -------
    tuple of Interval
        Of the first survey and of the second, shape (k,): Wilson's, with weights on the scale of the log odds
        with a linearised variance. NaN where nobody has a type.

    Examples
    --------
    >>> one = np.ones(4)
    >>> panel = Panel(np.array([0, 0, 1, -1]), np.array([-1, 1, 1, 0]), one, one, 2)
    >>> wave_shares(panel)[1].estimate.round(3)
    array([0.333, 0.667])
    """
    sides = ((panel.before, panel.weight_before), (panel.after, panel.weight_after))
    found = []
    for (labels, weights), weighted in zip(sides, panel.weighted, strict=True):
        present = labels >= 0
        if weighted:
            zeros = np.zeros(int(present.sum()), int)
            grouped = weigh(zeros, labels[present], weights[present], 1, panel.k)
            found.append(Interval(*(part[0] for part in logit_interval(grouped, level=level))))
        else:
            found.append(wilson(np.bincount(labels[present], minlength=panel.k), present.sum(), level=level))
    return found[0], found[1]


def mover(after: Interval, before: Interval, correlation: np.ndarray) -> Interval:
    """Interval for the difference of two shares from the intervals of both and their correlation.

    The distances between each share and the ends of its interval are put together as two sides of a triangle
    whose angle says how far the two vary together; without correlation it is a right angle.

    Parameters
    ----------
    after, before : Interval
        The two shares with their intervals; arrays of one shape.
    correlation : ndarray
        Of the two estimates, between −1 and 1.

    Returns
    -------
    Interval
        Share after − share before, and ends between −1 and 1.

    References
    ----------
    Zou & Donner (2008), Statistics in Medicine 27, 1693–1702; Newcombe (1998), Statistics in Medicine 17,
    2635–2650.

    Examples
    --------
    >>> from kommtyp.intervals import wilson
    >>> [round(float(x), 3) for x in mover(wilson(56, 70), wilson(48, 80), np.array(0.0))]
    [0.2, 0.052, 0.334]
    """
    difference = after.estimate - before.estimate
    down, up = after.estimate - after.low, after.high - after.estimate
    other_up, other_down = before.high - before.estimate, before.estimate - before.low
    below = np.sqrt(np.maximum(down**2 + other_up**2 - 2 * correlation * down * other_up, 0.0))
    above = np.sqrt(np.maximum(up**2 + other_down**2 - 2 * correlation * up * other_down, 0.0))
    return Interval(difference, np.maximum(difference - below, -1.0), np.minimum(difference + above, 1.0))


def change_of_shares(panel: Panel, *, level: float = 0.95) -> Interval:
    """Interval for the change of the share of each type, where some municipalities took part both times.

    The two shares vary together as far as the same municipalities are in both: their correlation is φ of those
    in both, times their number over √(n₁ n₂). With everyone in both this is Newcombe's interval for paired
    shares, with nobody in both his interval for independent ones. φ is corrected for continuity as he does.
    With weights the correlation is that of the linearised estimates, and the intervals are those of
    `wave_shares`.

    Parameters
    ----------
    panel : Panel
        The municipalities.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Share in the second survey − share in the first, shape (k,).

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873–890 and 2635–2650, method 10 in both; Derrick,
    Dobson-Mckittrick, Toher & White (2015), J. Applied Quantitative Methods 10(3), for shares of partially
    overlapping samples; Zou & Donner (2008), Statistics in Medicine 27, 1693–1702.

    Examples
    --------
    >>> before, after = np.repeat([0, 0, 1, 1], [59, 16, 6, 80]), np.repeat([0, 1, 0, 1], [59, 16, 6, 80])
    >>> one = np.ones(161)
    >>> change = change_of_shares(Panel(before, after, one, one, 2))
    >>> [round(float(part[0]), 4) for part in change]
    [-0.0621, -0.1186, -0.0046]
    """
    before, after = wave_shares(panel, level=level)
    return mover(after, before, _correlation(panel, before.estimate, after.estimate))


def unchanged_shares(panel: Panel) -> Unchanged:
    """Test whether the shares of the types changed, where some municipalities took part both times.

    Under the hypothesis those in one survey only vary by the shares of both surveys together, and those in both
    by the moves that were made. With everyone in both these are the tests of McNemar and of Stuart and Maxwell,
    with nobody in both Pearson's χ² tests. With weights, Wald's tests with the linearised variance, to which a
    municipality in both contributes once.

    Parameters
    ----------
    panel : Panel
        The municipalities.

    Returns
    -------
    Unchanged
        Each type: "mcnemar", "mcnemar_exact", "overlapping_chi2" or "overlapping_t". All types: "stuart_maxwell",
        "stuart_maxwell_exact", "overlapping_chi2" or "overlapping_f". A test that cannot be done says why.

    References
    ----------
    Derrick, Dobson-Mckittrick, Toher & White (2015), J. Applied Quantitative Methods 10(3), compare tests of
    two shares; the weighted variance is that of R's ``survey::svyby(~type, ~wave, svydesign(ids = ~key), …)``.

    Examples
    --------
    >>> before, after = np.repeat([0, 1, -1, -1], [30, 70, 0, 0]), np.full(100, -1)
    >>> later = np.repeat([0, 1], [45, 55])
    >>> panel = Panel(np.r_[before, after], np.r_[after, later], np.ones(200), np.ones(200), 2)
    >>> round(unchanged_shares(panel).each[0].p_value, 4), unchanged_shares(panel).each[0].test
    (0.0285, 'overlapping_chi2')
    """
    panel = panel.present
    if not ((panel.before >= 0).any() and (panel.after >= 0).any()):
        nothing = Outcome("none", note=NOBODY)
        return Unchanged([nothing] * panel.k, nothing)
    if any(panel.weighted):
        return _wald(panel)
    if panel.both.all():
        table = transitions(panel)
        stayed, left, joined = np.diag(table), table.sum(axis=1), table.sum(axis=0)
        each = [mcnemar(int(left[t] - stayed[t]), int(joined[t] - stayed[t])) for t in range(panel.k)]
        return Unchanged(each, stuart_maxwell(table))
    return _score(panel)


def _correlation(panel: Panel, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Correlation of the two estimates of each share."""
    if any(panel.weighted):
        first, second = _errors(panel, before, after)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (first * second).sum(axis=0) / np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
        return np.clip(np.nan_to_num(found), -1, 1)
    table = transitions(panel)
    n, stayed = table.sum(), np.diag(table)
    left, joined = table.sum(axis=1), table.sum(axis=0)
    together = stayed * (n - left - joined + stayed) - (left - stayed) * (joined - stayed)
    corrected = np.where(together > 0, np.maximum(together - n / 2, 0.0), together)
    spread = np.sqrt(left * (n - left) * (joined * (n - joined)).astype(float))
    phi = np.divide(corrected, spread, out=np.zeros(panel.k), where=spread > 0)
    sizes = float((panel.before >= 0).sum()) * float((panel.after >= 0).sum())
    return phi * n / np.sqrt(sizes) if sizes else phi


def _errors(panel: Panel, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each municipality adds to the errors of both estimates of all shares, each of shape (N, k)."""
    found = []
    sides = ((panel.before, panel.weight_before, before), (panel.after, panel.weight_after, after))
    for labels, weights, share in sides:
        w = np.where(labels >= 0, weights, 0.0)
        total = w.sum()
        part = w / total if total else w
        found.append(part[:, None] * ((labels[:, None] == np.arange(panel.k)) - np.nan_to_num(share)))
    return found[0], found[1]


def _score(panel: Panel) -> Unchanged:
    """χ² tests with the variance that holds if nothing changed."""
    kinds = np.arange(panel.k)
    first, second = panel.before >= 0, panel.after >= 0
    n1, n2 = first.sum(), second.sum()
    was, now = panel.before[:, None] == kinds, panel.after[:, None] == kinds
    pooled = (was.sum(axis=0) + now.sum(axis=0)) / (n1 + n2)
    alone = (first & ~second).sum() / n1**2 + (second & ~first).sum() / n2**2
    both = panel.both
    paired = (now[both] - pooled) / n2 - (was[both] - pooled) / n1
    variance = alone * (np.diag(pooled) - np.outer(pooled, pooled)) + paired.T @ paired
    gap = now.sum(axis=0) / n2 - was.sum(axis=0) / n1
    with np.errstate(invalid="ignore", divide="ignore"):
        statistics = gap**2 / np.diag(variance)
    each = [
        Outcome("overlapping_chi2", value, 1.0, float(chdtrc(1, value))) if v > 0 else _fixed(share)
        for value, v, share in zip(statistics.tolist(), np.diag(variance), pooled, strict=True)
    ]
    statistic, rank = _quadratic(gap, variance)
    if not rank:
        return Unchanged(each, _fixed(1.0))
    return Unchanged(each, Outcome("overlapping_chi2", statistic, rank, float(chdtrc(rank, statistic))))


def _wald(panel: Panel) -> Unchanged:
    """T and F tests with the linearised variance of the weighted change."""
    before, after = (side.estimate for side in wave_shares(panel))
    first, second = _errors(panel, before, after)
    n = len(panel.before)
    errors = second - first
    variance = n / (n - 1) * errors.T @ errors
    gap = after - before
    scale = np.sqrt(np.diag(variance))
    with np.errstate(invalid="ignore", divide="ignore"):
        t = gap / scale
    each = [
        Outcome("overlapping_t", value, n - 1.0, 2 * float(stdtr(n - 1, -abs(value)))) if spread > 0 else _fixed(share)
        for value, spread, share in zip(t.tolist(), scale.tolist(), (before + after) / 2, strict=True)
    ]
    statistic, rank = _quadratic(gap, variance)
    if not rank or n <= rank:
        return Unchanged(each, _fixed(0.5 if (before < 1).all() else 1.0))
    within = n - rank
    p_value = float(fdtrc(rank, within, statistic / rank))
    return Unchanged(each, Outcome("overlapping_f", statistic / rank, rank, p_value, df_within=within))


def _fixed(share: float) -> Outcome:
    """Say why nothing varies: a type that nobody or everyone belongs to, or nobody who changed."""
    if 0 < share < 1:
        return Outcome("none", p_value=1.0, note=SAME)
    return Outcome("none", note="all are of this type" if share else "nobody of this type in either wave")


def _quadratic(gap: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """Length of the gap in units of its variance, and in how many directions it can vary."""
    inverse = np.linalg.pinv(variance, rcond=1e-10, hermitian=True)
    rank = np.linalg.matrix_rank(variance, tol=1e-10 * max(np.abs(variance).max(), 1e-300), hermitian=True)
    return float(gap @ inverse @ gap), float(rank)
