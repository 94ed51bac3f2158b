"""The comparison adjusted for who the municipalities are: standardised estimates, and tests within strata."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kommtyp.codebook import Item
from kommtyp.comparison.rows import Answers, Options, Rows, outcome_row, written
from kommtyp.comparison.scores import MOST_SHARES
from kommtyp.errors import FitError, check_choice, first_of
from kommtyp.intervals import Interval
from kommtyp.standardisation import (
    Cells,
    Strata,
    cell_moments,
    difference_of_means,
    difference_of_shares,
    pool_strata,
    standardised_means,
    standardised_shares,
)
from kommtyp.tests_of_association import Outcome, cochran_mantel_haenszel, ridits
from kommtyp.typology import Classification

__all__ = ["Adjustment", "adjusted_rows", "adjustment"]

SHARES = ("binary", "choice", "nominal")


@dataclass(frozen=True, eq=False)
class Adjustment:
    """What is adjusted for.

    Parameters
    ----------
    items : tuple of Item
        The v items, the most important first.
    levels : ndarray of int, shape (n, v)
        Level of each municipality of the survey on each item, −1 for missing.
    names : tuple of tuple of str
        Levels of each item, as written in tables.
    """

    items: tuple[Item, ...]
    levels: np.ndarray
    names: tuple[tuple[str, ...], ...]


def adjustment(result: Classification, adjust_for: str | Sequence[str]) -> Adjustment:
    """Find the levels of the items to adjust for, or say why they cannot be used.

    Parameters
    ----------
    result : Classification
        Municipalities with their types.
    adjust_for : str or sequence of str
        Names of items, the most important first.

    Returns
    -------
    Adjustment
        Items and levels.

    Raises
    ------
    FitError
        If an item is unknown, a number, a goal, without answers, the same for all, or decides on the type.
    """
    if (result.weights != 1).any():
        raise FitError(
            f"adjust_for: {adjust_for!r} given, but the municipalities have weights, and adjusted comparisons of "
            "weighted answers are not available in this version. Form the types without weights, or leave it out."
        )
    names = [adjust_for] if isinstance(adjust_for, str) else list(dict.fromkeys(adjust_for))
    usable = {item.name: item for item in _usable(result)}
    if not names:
        raise FitError(f"adjust_for: no item given. Use some of {first_of(usable)}, or None.")
    items, columns, levels = [], [], []
    for name in names:
        _refuse(result, name, list(usable))
        column, found = _levels(result, usable[name])
        items.append(usable[name])
        columns.append(column)
        levels.append(found)
    return Adjustment(tuple(items), np.stack(columns, axis=1), tuple(levels))


def _usable(result: Classification) -> list[Item]:
    scales = ("binary", "choice", "nominal", "ordinal")
    goals = result.typology.goals
    return [
        item for item in result.survey.items("context", "indicator") if item.scale in scales and item.name not in goals
    ]


def _refuse(result: Classification, name: str, usable: list[str]) -> None:
    survey = result.survey
    numbers = [item.name for item in survey.items("context", "indicator") if item.scale == "number"]
    if name in numbers:
        context = [item.name for item in survey.items("context") if item.name in usable]
        instead = "'groessenklasse'" if "groessenklasse" in usable else first_of(context) if context else ""
        raise FitError(
            f"adjust_for: {name!r} is a number, and strata need few levels. "
            f"Use {instead + ' instead, or ' if instead else ''}classes of it as an ordinal item."
        )
    if name in result.typology.goals:
        raise FitError(
            f"adjust_for: {name!r} is one of the goals that the types were formed from; adjusting for it would take "
            f"away the types themselves. Allowed: {first_of(usable)}."
        )
    check_choice("adjust_for", name, usable)


def _levels(result: Classification, item: Item) -> tuple[np.ndarray, tuple[str, ...]]:
    column = result.survey.answers[item.name]
    typed = result.types.notna().to_numpy()
    valid = column.notna().to_numpy()
    if not (valid & typed).any():
        raise FitError(f"adjust_for: {item.name!r} has no valid answers in the data. Leave it out.")
    given = column.to_numpy()[valid]
    if item.scale == "nominal":
        texts = [written(value) for value in given]
        values = list(dict.fromkeys([*(written(code) for code, _ in item.codes), *sorted(set(texts))]))
        codes = np.array([values.index(text) for text in texts])
    else:
        numbers, codes = np.unique(given.astype(float), return_inverse=True)
        values = [written(value) for value in numbers]
    levels = np.full(len(column), -1, dtype=int)
    levels[valid] = codes.ravel()
    used, labels = levels[valid & typed], result.types.cat.codes.to_numpy()[valid & typed]
    if len(set(used)) == 1:
        raise FitError(
            f"adjust_for: {item.name!r} has one level, {values[used[0]]!r}, in all {len(used)} municipalities. "
            "There is nothing to adjust for; leave it out."
        )
    if len(set(zip(used, labels, strict=True))) == len(set(used)):
        raise FitError(
            f"adjust_for: {item.name!r} decides on the type: all municipalities of a level, such as "
            f"{values[used[0]]!r}, have the same one, so no two types can be compared within a level. Leave it out."
        )
    return levels, tuple(values)


def adjusted_rows(answers: Answers, valid: np.ndarray, plan: Adjustment, options: Options) -> Rows:
    """Compare the types on an indicator as if all had the same make-up.

    Parameters
    ----------
    answers : Answers
        Valid answers.
    valid : ndarray of bool, shape (n,)
        Which municipalities of the survey they come from.
    plan : Adjustment
        What is adjusted for.
    options : Options
        Choices of the comparison.

    Yields
    ------
    table, columns : str, dict
        Rows of the tables "adjusted", "adjusted_differences", "strata" and "tests".
    """
    if answers.item.name in [item.name for item in plan.items]:
        yield "tests", _test_row(answers, Outcome("none", note="is itself adjusted for"), 0)
        return
    levels = plan.levels[valid]
    ordered = [item.scale != "nominal" for item in plan.items]
    strata = pool_strata(levels, answers.labels, len(answers.keys), ordered=ordered)
    yield from _estimates(answers, strata, options)
    yield from _strata(answers, strata, plan)
    used = strata.of >= 0
    finest = np.full(len(used), -1)
    finest[used] = np.unique(levels[used], axis=0, return_inverse=True)[1].ravel()
    yield "tests", _test_row(answers, _test(answers, finest, used), int(used.sum()))


def _test(answers: Answers, strata: np.ndarray, used: np.ndarray) -> Outcome:
    labels = np.where(used, answers.labels, -1)
    if answers.item.scale in SHARES:
        responses = np.eye(max(len(answers.values), 1))[answers.codes]
    else:
        responses = ridits(answers.codes, strata)
    return cochran_mantel_haenszel(labels, responses, strata, len(answers.keys))


def _test_row(answers: Answers, outcome: Outcome, n: int) -> dict[str, Any]:
    return outcome_row(answers, outcome, ("", np.nan, np.nan, np.nan), main=False) | {"n": n}


def _estimates(answers: Answers, strata: Strata, options: Options) -> Rows:
    """Write standardised estimates and their differences; groups are the types and what is left without each."""
    k, c = len(answers.keys), len(answers.values)
    used = strata.of >= 0
    place = (strata.of[used] * k + answers.labels[used]) * c + answers.codes[used]
    table = np.bincount(place, minlength=len(strata.sizes) * k * c).reshape(-1, k, c)
    groups = np.concatenate([table, table.sum(axis=1, keepdims=True) - table], axis=1)
    n = table.sum(axis=(0, 2))
    head: dict[str, Any] = {
        "indicator": answers.item.name,
        "n": n,
        "missing": answers.n + answers.missing - n,
        "strata": len(strata.sizes),
        "note": _note(strata),
    }
    first, second = answers.pairs if options.pairwise else (np.empty(0, dtype=int),) * 2
    first, second = np.append(first, np.arange(k)), np.append(second, np.arange(k, 2 * k))
    ends = {"type_a": answers.named(first), "type_b": np.append(answers.named(second[second < k]), [""] * k)}
    nominal, yes_no = answers.item.scale == "nominal", answers.item.scale in ("binary", "choice")
    if not (nominal or yes_no):
        places = first, second
        yield from _means(answers, strata, options.level, head={**head, "category": ""}, ends=ends, places=places)
    if c > MOST_SHARES:
        return
    level = options.level if yes_no else 1 - (1 - options.level) / max(c, 1)
    shares = standardised_shares(groups, strata.sizes, level=level)
    raw = _ratio(answers.table, answers.n[:, None])
    rest = _ratio(answers.table.sum(axis=0) - answers.table, answers.n.sum() - answers.n[:, None])
    raw = np.concatenate([raw, rest])
    apart = difference_of_shares(standardised_shares(groups, strata.sizes, level=options.level), first, second)
    for category in [1] if yes_no else range(c):
        named = {"category": written(answers.values[category])}
        column = Interval(*(part[:k, category] for part in shares))
        yield "adjusted", {**head, **named, "type": np.array(answers.keys), **_ends("estimate", column),
                           "raw": raw[:k, category]}
        if nominal or yes_no:
            difference = Interval(*(part[:, category] for part in apart))
            yield "adjusted_differences", {
                "indicator": answers.item.name, **named, **ends, **_ends("difference", difference),
                "raw": raw[first, category] - raw[second, category],
            }


def _means(
    answers: Answers,
    strata: Strata,
    level: float,
    *,
    head: dict[str, Any],
    ends: dict[str, Any],
    places: tuple[np.ndarray, np.ndarray],
) -> Rows:
    k, size = len(answers.keys), len(strata.sizes)
    values = answers.values[answers.codes] if len(answers.values) else np.empty(0)
    apart = [np.where(answers.labels == t, -1, 0) for t in range(k)]
    cells = _side_by_side(
        cell_moments(values, answers.labels, strata.of, (size, k)),
        *(cell_moments(values, rest, strata.of, (size, 1)) for rest in apart),
    )
    everyone = np.zeros(len(values), dtype=int)
    raw = _side_by_side(
        cell_moments(values, answers.labels, everyone, (1, k)),
        *(cell_moments(values, rest, everyone, (1, 1)) for rest in apart),
    ).mean[0]
    column = Interval(*(part[:k] for part in standardised_means(cells, strata.sizes, level=level)))
    yield "adjusted", {**head, "type": np.array(answers.keys), **_ends("estimate", column), "raw": raw[:k]}
    first, second = (Cells(*(part[:, place] for part in cells)) for place in places)
    difference = difference_of_means(first, second, strata.sizes, level=level)
    yield "adjusted_differences", {
        "indicator": answers.item.name, "category": "", **ends, **_ends("difference", difference),
        "raw": raw[places[0]] - raw[places[1]],
    }


def _side_by_side(*cells: Cells) -> Cells:
    return Cells(*(np.concatenate(parts, axis=1) for parts in zip(*cells, strict=True)))


def _ratio(count: np.ndarray, n: np.ndarray) -> np.ndarray:
    return np.divide(count, n, out=np.full(count.shape, np.nan), where=n > 0)


def _ends(name: str, interval: Interval) -> dict[str, Any]:
    return dict(zip((name, "ci_low", "ci_high"), interval, strict=True))


def _strata(answers: Answers, strata: Strata, plan: Adjustment) -> Rows:
    written_out = [
        "; ".join(" × ".join(names[level] for names, level in zip(plan.names, cell, strict=True)) for cell in cells)
        for cells in strata.cells
    ]
    if written_out:
        yield "strata", {
            "indicator": answers.item.name, "stratum": np.arange(1, len(written_out) + 1), "n": strata.sizes,
            "levels": written_out,
        }


def _note(strata: Strata) -> str:
    after = len(strata.sizes)
    if strata.before == after:
        return ""
    if after == 1:
        return f"{strata.before} strata pooled to one, so nothing is adjusted: no finer strata hold all types"
    return f"{strata.before} strata pooled to {after}, so that each holds all types"
