"""Indicators of municipalities with weights: shares, means and ranks with linearised variances."""

from typing import Any

import numpy as np
from scipy.special import ndtri

from kommtyp.comparison.rows import Answers, Options, Rows, outcome_row, written
from kommtyp.comparison.scores import MOST_SHARES
from kommtyp.comparison.shares import share_estimates
from kommtyp.effects import cramers_v, cramers_v_corrected, hedges_g, omega_squared, rank_epsilon_squared
from kommtyp.intervals import Interval, Moments, mean_interval, welch
from kommtyp.multiplicity import correct
from kommtyp.weighting import (
    Means,
    Weighed,
    difference_of_shares,
    domain_means,
    effective_n,
    equal_means,
    equal_shares,
    logit_interval,
    others,
    quantiles,
    rank_scores,
    rao_scott,
    tested,
    weigh,
    weighted_delta,
    weighted_odds_ratio,
)

__all__ = ["compare_weighted"]

UNEVEN = 1.5  # design effect of the weights: at 1.3 tests of shares reject in 6 %, at 2.1 in 8 % (benchmarks)


def compare_weighted(answers: Answers, weights: np.ndarray, options: Options) -> Rows:
    """Compare an indicator whose municipalities have weights.

    Parameters
    ----------
    answers : Answers
        Valid answers.
    weights : ndarray, shape (n,)
        Weight of each valid answer, above 0.
    options : Options
        Choices of the comparison.

    Yields
    ------
    table, columns : str, dict
        Rows of the tidy tables, as in the comparison without weights.
    """
    weighed = weigh(answers.labels, answers.codes, weights, len(answers.keys), len(answers.values))
    if answers.item.scale in ("binary", "choice", "nominal"):
        yield from _shares(answers, weighed, options)
    else:
        yield from _scores(answers, weighed, options, ranked=answers.item.scale != "number")


def _notes(weighed: Weighed, test: str) -> list[str]:
    """Say how much the weights cost, and where they are too uneven for what is said of shares."""
    n, effective = weighed.whole, _effective(weighed)
    if not n:
        return []
    notes = [f"weighted: effective n {effective:.1f}, design effect of the weights {n / effective:.2f}"]
    if test == "rao_scott_f" and n > UNEVEN * effective:
        notes.append("approximate: with weights this uneven, intervals of shares are too short and alarms too frequent")
    return notes


def _effective(weighed: Weighed) -> float:
    every = np.arange(len(weighed.rows))
    return float(effective_n(weighed.pooled(every))[0])


def _test_row(answers: Answers, weighed: Weighed, outcome: Any, effect: Any, *, main: bool = True) -> dict[str, Any]:
    outcome = tested(outcome, _effective(weighed), int((answers.n > 0).sum())) if weighed.whole else outcome
    effect = ("", *(np.nan,) * 3) if outcome.test == "none" else effect
    row = outcome_row(answers, outcome, effect, main=main)
    return {**row, "note": "; ".join(note for note in (row["note"], *_notes(weighed, outcome.test)) if note)}


def _effect(name: str, estimate: object, low: object, high: object) -> dict[str, object]:
    return {"effect_name": name, "effect": estimate, "effect_low": low, "effect_high": high}


def _overall(answers: Answers, effect: tuple[Any, ...]) -> dict[str, object]:
    return {"indicator": answers.item.name, "category": "", "type_a": "", "type_b": "", **_effect(*effect)}


def _difference(interval: tuple[Any, ...], p_value: np.ndarray, options: Options) -> dict[str, np.ndarray]:
    columns = dict(zip(("difference", "ci_low", "ci_high"), interval, strict=True))
    return {**columns, "p_value": p_value, "p_corrected": correct(p_value, options.correction)}


def _summary(answers: Answers, weighed: Weighed, means: Means) -> dict[str, Any]:
    numbers = answers.item.scale not in ("binary", "choice")
    shares = [0.25, 0.5, 0.75]
    empty = np.full((len(answers.keys), 3), np.nan)
    low, median, high = (quantiles(weighed, answers.values, shares) if numbers else empty).T
    return {
        "indicator": answers.item.name, "type": np.array(answers.keys), "n": answers.n, "missing": answers.missing,
        "mean": means.mean, "sd": means.sd, "median": median, "q25": low, "q75": high,
        "effective_n": means.effective_n, "design_effect": means.design_effect,
    }


def _shares(answers: Answers, weighed: Weighed, options: Options) -> Rows:
    nominal = answers.item.scale == "nominal"
    shown = np.arange(len(answers.values)) if nominal else np.array([1])
    yield "estimates", share_estimates(answers, shown, _simultaneous(weighed, options, joint=nominal))
    if not nominal:
        yield "summaries", _summary(answers, weighed, domain_means(weighed, answers.values))
    n = weighed.whole
    scaled = weighed.mass * (_effective(weighed) / weighed.mass.sum()) if n else weighed.mass
    effect = cramers_v_corrected(scaled, level=options.level, random_state=answers.draw(options))
    yield "tests", _test_row(answers, weighed, rao_scott(weighed), effect)
    yield "effects", _overall(answers, ("cramers_v", cramers_v(scaled), np.nan, np.nan))
    yield "effects", _overall(answers, effect)
    first, second = answers.pairs
    if options.pairwise:
        ends = {"type_a": answers.named(first), "type_b": answers.named(second)}
        a, b = weighed.take(first), weighed.take(second)
        yield "pairs", _categories(answers, shown, ends, _apart(a, b, shown, options))
        if not nominal:
            ratio = weighted_odds_ratio(a, b, level=options.level)
            yield "effects", {"indicator": answers.item.name, "category": "1", **ends, **_effect("odds_ratio", *ratio)}
    apart = _apart(weighed, others(weighed), shown, options)
    yield "versus_rest", _categories(answers, shown, {"type": np.array(answers.keys)}, apart)
    if nominal:
        yield "residuals", _residuals(answers, weighed, options)


def _simultaneous(weighed: Weighed, options: Options, *, joint: bool) -> Interval:
    """Logit intervals, all of a distribution together where `joint` (Bonferroni)."""
    parts = weighed.mass.shape[1] if joint else 1
    return logit_interval(weighed, level=1 - (1 - options.level) / max(parts, 1))


def _categories(
    answers: Answers, shown: np.ndarray, ends: dict[str, np.ndarray], columns: dict[str, np.ndarray]
) -> dict[str, Any]:
    size = len(next(iter(ends.values())))
    category = np.repeat([written(value) for value in answers.values[shown]], size)
    repeated = {name: np.tile(keys, len(shown)) for name, keys in ends.items()}
    return {"indicator": answers.item.name, "category": category, **repeated, **columns}


def _apart(a: Weighed, b: Weighed, shown: np.ndarray, options: Options) -> dict[str, np.ndarray]:
    interval = difference_of_shares(a, b, level=options.level)
    p_value = equal_shares(a, b).p_value[:, shown].T.ravel()
    return _difference(tuple(part[:, shown].T.ravel() for part in interval), p_value, options)


def _residuals(answers: Answers, weighed: Weighed, options: Options) -> dict[str, Any]:
    test = equal_shares(weighed, others(weighed))
    p_value, statistic = test.p_value, test.statistic
    share = weighed.mass / weighed.mass.sum() if weighed.whole else weighed.mass
    expected = weighed.whole * share.sum(1, keepdims=True) * share.sum(0, keepdims=True)
    every = np.arange(len(answers.values))
    return _categories(
        answers, every, {"type": np.array(answers.keys)},
        {
            "count": weighed.rows.T.ravel(), "expected": expected.T.ravel(), "residual": statistic.T.ravel(),
            "v_test": (np.sign(statistic) * -ndtri(p_value / 2)).T.ravel(), "p_value": p_value.T.ravel(),
            "p_corrected": correct(p_value.T.ravel(), options.correction),
        },
    )


def _scores(answers: Answers, weighed: Weighed, options: Options, *, ranked: bool) -> Rows:
    means = domain_means(weighed, answers.values)
    interval = mean_interval(means.mean, means.moments.sd, means.moments.n, level=options.level)
    head = {"indicator": answers.item.name, "type": np.array(answers.keys), "n": answers.n, "missing": answers.missing}
    ends = {"ci_low": interval.low, "ci_high": interval.high}
    yield "estimates", {**head, "category": "", "estimate": interval.estimate, **ends}
    yield "summaries", _summary(answers, weighed, means)
    if ranked and 0 < len(answers.values) <= MOST_SHARES:
        every = np.arange(len(answers.values))
        yield "estimates", share_estimates(answers, every, _simultaneous(weighed, options, joint=True))
    if not ranked:
        omega = omega_squared(_effective_sizes(weighed), means.mean, means.sd, level=options.level)
        yield "tests", _test_row(answers, weighed, equal_means(means, test="weighted_means_f"), omega)
        yield "effects", _overall(answers, omega)
    ranks = domain_means(weighed, rank_scores(weighed))
    outcome = equal_means(ranks, test="weighted_ranks_f")
    epsilon = _explained_ranks(weighed, ranks, options)
    yield "tests", _test_row(answers, weighed, outcome, epsilon, main=ranked)
    yield "effects", _overall(answers, epsilon)
    yield from _scores_apart(answers, weighed, means, options, ranked=ranked)


def _scores_apart(answers: Answers, weighed: Weighed, means: Means, options: Options, *, ranked: bool) -> Rows:
    name, moments = answers.item.name, means.moments
    first, second = answers.pairs
    if options.pairwise:
        ends = {"type_a": answers.named(first), "type_b": answers.named(second)}
        apart = welch(_take(moments, first), _take(moments, second), level=options.level)
        shown = weighted_delta(weighed.take(first), weighed.take(second), level=options.level) if ranked else apart
        columns = _difference(tuple(shown[:3]), shown.p_value, options)
        yield "pairs", {"indicator": name, "category": "", **ends, **columns}
        spread = Moments(means.effective_n, means.mean, means.sd)
        effect = ("mean_difference", *apart[:3]) if ranked else hedges_g(
            _take(spread, first), _take(spread, second), level=options.level
        )
        yield "effects", {"indicator": name, "category": "", **ends, **_effect(*effect)}
    rest = others(weighed)
    if ranked:
        versus = weighted_delta(weighed, rest, level=options.level)
    else:
        versus = welch(moments, domain_means(rest, answers.values).moments, level=options.level)
    columns = _difference(tuple(versus[:3]), versus.p_value, options)
    yield "versus_rest", {"indicator": name, "category": "", "type": np.array(answers.keys), **columns}


def _take(groups: Moments, places: np.ndarray) -> Moments:
    return Moments(*(field[places] for field in groups))


def _effective_sizes(weighed: Weighed) -> np.ndarray:
    """Effective n of all, divided among the types by their weights."""
    mass = weighed.mass.sum(1)
    return mass / mass.sum() * _effective(weighed) if weighed.whole else mass


def _explained_ranks(weighed: Weighed, ranks: Means, options: Options) -> tuple[Any, ...]:
    """Share of the spread of the weighted ranks that lies between types, its interval by the effective n."""
    scores, mass = rank_scores(weighed), weighed.mass.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = (weighed.mass.sum(0) * (scores - 0.5) ** 2).sum()
        share = (mass * (np.where(mass > 0, ranks.mean, 0.5) - 0.5) ** 2).sum() / total
    n, k = _effective(weighed), int((mass > 0).sum())
    return rank_epsilon_squared(float(share * (n - 1)), n, k, level=options.level)
