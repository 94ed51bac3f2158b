"""Binary, choice and nominal indicators: shares."""

import numpy as np

from kommtyp.comparison.rows import Answers, Options, Rows, outcome_row, written
from kommtyp.effects import cramers_v, cramers_v_corrected, odds_ratio
from kommtyp.intervals import Interval, goodman, newcombe, wilson
from kommtyp.multiplicity import correct
from kommtyp.tests_of_association import association, association_2x2, residuals, v_test_categorical

__all__ = ["compare_shares"]


def compare_shares(answers: Answers, options: Options) -> Rows:
    """Compare the shares of a binary, choice or nominal indicator.

    Parameters
    ----------
    answers : Answers
        Valid answers.
    options : Options
        Choices of the comparison.

    Yields
    ------
    table, columns : str, dict
        Rows of the tidy tables.
    """
    table = answers.table
    nominal = answers.item.scale == "nominal"
    shown = np.arange(len(answers.values)) if nominal else np.array([1])
    yield from _estimates(answers, table, shown, options, nominal=nominal)
    draw = answers.draw(options)
    effect = cramers_v_corrected(table, level=options.level, random_state=draw)
    yield "tests", outcome_row(answers, association(table, random_state=draw), effect)
    head = {"indicator": answers.item.name, "category": "", "type_a": "", "type_b": ""}
    yield "effects", {**head, **_effect("cramers_v", cramers_v(table), np.nan, np.nan)}
    yield "effects", {**head, **_effect(*effect)}
    if options.pairwise:
        yield from _pairs(answers, table, shown, options)
        if not nominal:
            yield from _odds(answers, table, options)
    yield from _versus_rest(answers, table, shown, options)
    if nominal:
        yield from _cells(answers, table, options)


def _effect(name: str, estimate: object, low: object, high: object) -> dict[str, object]:
    return {"effect_name": name, "effect": estimate, "effect_low": low, "effect_high": high}


def _estimates(answers: Answers, table: np.ndarray, shown: np.ndarray, options: Options, *, nominal: bool) -> Rows:
    n = table.sum(1)
    interval = goodman(table, level=options.level) if nominal else wilson(table, n[:, None], level=options.level)
    yield "estimates", share_estimates(answers, shown, interval)


def share_estimates(answers: Answers, shown: np.ndarray, interval: Interval) -> dict[str, object]:
    """Write the shares of some answers as rows, one for each answer and type."""
    k, c = len(answers.keys), len(shown)
    return {
        "indicator": answers.item.name,
        "category": np.repeat([written(value) for value in answers.values[shown]], k),
        "type": np.tile(answers.keys, c),
        "n": np.tile(answers.n, c),
        "missing": np.tile(answers.missing, c),
        "estimate": interval.estimate[:, shown].T.ravel(),
        "ci_low": interval.low[:, shown].T.ravel(),
        "ci_high": interval.high[:, shown].T.ravel(),
    }


def _pairs(answers: Answers, table: np.ndarray, shown: np.ndarray, options: Options) -> Rows:
    first, second = answers.pairs
    n = table.sum(1)
    counts = table[first][:, shown].T.ravel(), np.tile(n[first], len(shown))
    others = table[second][:, shown].T.ravel(), np.tile(n[second], len(shown))
    yield "pairs", {
        "indicator": answers.item.name,
        "category": np.repeat([written(value) for value in answers.values[shown]], len(first)),
        "type_a": np.tile(answers.named(first), len(shown)),
        "type_b": np.tile(answers.named(second), len(shown)),
        **_differences(counts, others, options),
    }


def _versus_rest(answers: Answers, table: np.ndarray, shown: np.ndarray, options: Options) -> Rows:
    n = table.sum(1)
    rest = table.sum(0) - table
    counts = table[:, shown].T.ravel(), np.tile(n, len(shown))
    others = rest[:, shown].T.ravel(), np.tile(n.sum() - n, len(shown))
    yield "versus_rest", {
        "indicator": answers.item.name,
        "category": np.repeat([written(value) for value in answers.values[shown]], len(n)),
        "type": np.tile(answers.keys, len(shown)),
        **_differences(counts, others, options),
    }


def _differences(
    a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray], options: Options
) -> dict[str, np.ndarray]:
    interval = newcombe(*a, *b, level=options.level)
    p_value = association_2x2(*a, *b)
    return {
        "difference": interval.estimate,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "p_value": p_value,
        "p_corrected": correct(p_value, options.correction),
    }


def _odds(answers: Answers, table: np.ndarray, options: Options) -> Rows:
    first, second = answers.pairs
    n, yes = table.sum(1), table[:, 1]
    ratio = odds_ratio(yes[first], n[first], yes[second], n[second], level=options.level)
    head = {"indicator": answers.item.name, "category": "1"}
    yield "effects", {**head, "type_a": answers.named(first), "type_b": answers.named(second), **_effect(*ratio)}


def _cells(answers: Answers, table: np.ndarray, options: Options) -> Rows:
    cells, v = residuals(table), v_test_categorical(table).v
    p_value = cells.p_value.T.ravel()
    yield "residuals", {
        "indicator": answers.item.name,
        "category": np.repeat([written(value) for value in answers.values], len(answers.keys)),
        "type": np.tile(answers.keys, len(answers.values)),
        "count": table.T.ravel(),
        "expected": cells.expected.T.ravel(),
        "residual": cells.residual.T.ravel(),
        "v_test": v.T.ravel(),
        "p_value": p_value,
        "p_corrected": correct(p_value, options.correction),
    }
