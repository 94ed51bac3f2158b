"""Ordinal indicators and numbers: means, ranks and distributions."""

from dataclasses import replace
from math import isnan

import numpy as np

from kommtyp.comparison.rows import Answers, Options, Rows, outcome_row
from kommtyp.comparison.shares import share_estimates
from kommtyp.effects import cliffs_delta, hedges_g, omega_squared, rank_epsilon_squared
from kommtyp.intervals import Moments, goodman, mean_interval, moments, welch
from kommtyp.multiplicity import correct
from kommtyp.tests_of_association import Outcome, Ranks, dunn, games_howell, kruskal_wallis, ranks_of, welch_anova

__all__ = ["MOST_SHARES", "compare_numbers", "compare_ordinal"]

MOST_SHARES = 50
FEWEST = 5


def compare_ordinal(answers: Answers, options: Options) -> Rows:
    """Compare an ordinal indicator: mean code, distribution, ranks.

    Parameters
    ----------
    answers : Answers
        Valid answers, values rising.
    options : Options
        Choices of the comparison.

    Yields
    ------
    table, columns : str, dict
        Rows of the tidy tables.
    """
    table, groups = answers.table, _moments(answers)
    yield from _means(answers, groups, options)
    if 0 < len(answers.values) <= MOST_SHARES:
        interval = goodman(table, level=options.level)
        yield "estimates", share_estimates(answers, np.arange(len(answers.values)), interval)
    ranks = ranks_of(table)
    yield from _ranked(answers, ranks, options, main=True)
    name = answers.item.name
    first, second = answers.pairs
    if options.pairwise:
        delta = cliffs_delta(table[first], table[second], level=options.level)
        test = dunn(ranks, first, second)
        ends = {"type_a": answers.named(first), "type_b": answers.named(second)}
        yield "pairs", {
            "indicator": name, "category": "", **ends, **_difference(delta[1:], test.p_value, options),
        }
        apart = welch(_take(groups, first), _take(groups, second), level=options.level)
        for effect in (("mean_difference", *apart[:3]), ("dunn_z", test.z, np.nan, np.nan)):
            yield "effects", {"indicator": name, "category": "", **ends, **_effect(*effect)}
    every = np.arange(len(answers.keys))
    delta = cliffs_delta(table, table.sum(0) - table, level=options.level)
    yield "versus_rest", {
        "indicator": name, "category": "", "type": answers.named(every),
        **_difference(delta[1:], dunn(ranks, every).p_value, options),
    }


def compare_numbers(answers: Answers, options: Options) -> Rows:
    """Compare a number: mean, spread, and ranks beside them.

    Parameters
    ----------
    answers : Answers
        Valid answers, values rising.
    options : Options
        Choices of the comparison.

    Yields
    ------
    table, columns : str, dict
        Rows of the tidy tables.
    """
    groups = _moments(answers)
    yield from _means(answers, groups, options)
    effect = omega_squared(*groups, level=options.level)
    yield "tests", outcome_row(answers, _with_doubt(welch_anova(groups), answers), effect)
    yield "effects", _overall(answers, effect)
    yield from _ranked(answers, ranks_of(answers.table), options, main=False)
    name = answers.item.name
    if options.pairwise:
        pairs = games_howell(groups, level=options.level)
        ends = {"type_a": answers.named(pairs.first), "type_b": answers.named(pairs.second)}
        joint = pairs.p_value if options.correction == "none" else pairs.p_joint
        columns = _difference((pairs.estimate, pairs.low, pairs.high), pairs.p_value, options)
        yield "pairs", {"indicator": name, "category": "", **ends, **columns, "p_corrected": joint}
        g = hedges_g(_take(groups, pairs.first), _take(groups, pairs.second), level=options.level)
        yield "effects", {"indicator": name, "category": "", **ends, **_effect(*g)}
    apart = welch(groups, _rest(answers), level=options.level)
    yield "versus_rest", {
        "indicator": name, "category": "", "type": answers.named(np.arange(len(answers.keys))),
        **_difference(apart[:3], apart.p_value, options),
    }


def _ranked(answers: Answers, ranks: Ranks, options: Options, *, main: bool) -> Rows:
    outcome = kruskal_wallis(ranks)
    groups = int((ranks.n > 0).sum())
    effect = rank_epsilon_squared(outcome.statistic, int(ranks.n.sum()), groups, level=options.level)
    yield "tests", outcome_row(answers, _with_doubt(outcome, answers), effect, main=main)
    yield "effects", _overall(answers, effect)


def _with_doubt(outcome: Outcome, answers: Answers) -> Outcome:
    """Say that p is an approximation where a type has few answers."""
    least = int(answers.n[answers.n > 0].min(initial=FEWEST))
    if isnan(outcome.p_value) or least >= FEWEST:
        return outcome
    note = f"approximate: smallest type has {least} {'answer' if least == 1 else 'answers'}"
    return replace(outcome, note="; ".join(part for part in (outcome.note, note) if part))


def _overall(answers: Answers, effect: tuple[object, ...]) -> dict[str, object]:
    return {"indicator": answers.item.name, "category": "", "type_a": "", "type_b": "", **_effect(*effect)}


def _effect(name: object, estimate: object, low: object, high: object) -> dict[str, object]:
    return {"effect_name": name, "effect": estimate, "effect_low": low, "effect_high": high}


def _moments(answers: Answers) -> Moments:
    values = answers.values[answers.codes] if len(answers.values) else np.empty(0)
    return moments(values, answers.labels, len(answers.keys))


def _take(groups: Moments, places: np.ndarray) -> Moments:
    return Moments(*(field[places] for field in groups))


def _rest(answers: Answers) -> Moments:
    """Moments of all types but one, for each type."""
    k = len(answers.keys)
    values = answers.values[answers.codes] if len(answers.values) else np.empty(0)
    rests = [moments(values, np.where(answers.labels == place, -1, 0), 1) for place in range(k)]
    return Moments(*(np.concatenate(field) for field in zip(*rests, strict=True)))


def _difference(
    interval: tuple[np.ndarray, ...], p_value: np.ndarray, options: Options
) -> dict[str, np.ndarray]:
    columns = dict(zip(("difference", "ci_low", "ci_high"), interval, strict=True))
    return {**columns, "p_value": p_value, "p_corrected": correct(p_value, options.correction)}


def _means(answers: Answers, groups: Moments, options: Options) -> Rows:
    interval = mean_interval(groups.mean, groups.sd, groups.n, level=options.level)
    head = {"indicator": answers.item.name, "type": np.array(answers.keys), "n": answers.n, "missing": answers.missing}
    ends = {"ci_low": interval.low, "ci_high": interval.high}
    yield "estimates", {**head, "category": "", "estimate": interval.estimate, **ends}
    quartiles = np.full((len(answers.keys), 3), np.nan)
    for place in np.flatnonzero(answers.n):
        quartiles[place] = np.quantile(answers.values[answers.codes[answers.labels == place]], [0.25, 0.5, 0.75])
    low, median, high = quartiles.T
    summary = {"mean": groups.mean, "sd": groups.sd, "median": median, "q25": low, "q75": high}
    yield "summaries", {**head, **summary, "effective_n": answers.n, "design_effect": 1.0}
