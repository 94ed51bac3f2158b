"""Goals that a caller names himself: onto a codebook's goals, or as goals of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from kommtyp.codebook import Codebook, Item, normalise, with_columns
from kommtyp.errors import SurveyError, first_of
from kommtyp.reading.cells import Cells, shown
from kommtyp.reading.words import known_answers, spelling, words

__all__ = ["Goals", "check_goals", "map_goals", "set_goals", "with_own_goals"]

Goals = Mapping[str, str] | Sequence[str]


def check_goals(goals: Any) -> Goals:
    """Return goals as a mapping or a list, or say what they should be.

    Examples
    --------
    >>> check_goals(("a", "b"))
    ['a', 'b']
    """
    if isinstance(goals, Mapping):
        return {str(column): str(goal) for column, goal in goals.items()}
    if isinstance(goals, str) or not isinstance(goals, Iterable):
        raise SurveyError(f"goals: {goals!r} is no list. Give ['column', …] or {{'column': 'goal', …}}.")
    listed = [str(goal) for goal in goals]
    twice = sorted({goal for goal in listed if listed.count(goal) > 1})
    if twice or not listed:
        raise SurveyError(f"goals: {first_of(twice) + ' twice' if twice else 'none'}. Name each column once.")
    return listed


def map_goals(goals: Mapping[str, str], codebook: Codebook, headings: Sequence[str]) -> Codebook:
    """Give items of a codebook the headings that a caller names.

    Raises
    ------
    SurveyError
        If a column is not there.
    CodebookError
        If the codebook has no such item.
    """
    found = {_column(column, headings): goal for column, goal in goals.items()}
    return with_columns(codebook, found)


def set_goals(goals: Sequence[str], codebook: Codebook) -> Codebook:
    """Make the named items of a codebook its goals, and its other goals indicators.

    Examples
    --------
    >>> from kommtyp.codebook import packaged_codebook
    >>> [item.name for item in set_goals(["recht", "Effizienz der Verwaltung"], packaged_codebook()).goals]
    ['recht', 'effizienz']
    """
    names = [_item(goal, codebook).name for goal in goals]
    items = tuple(
        replace(item, role="goal") if item.name in names
        else replace(item, role="indicator") if item.role == "goal"
        else item
        for item in codebook.items
    )
    return replace(codebook, items=items)


def with_own_goals(
    goals: Sequence[str], items: Sequence[Item], columns: Mapping[str, Cells], headings: Sequence[str]
) -> tuple[Item, ...]:
    """Make drafted items goals, on one scale: known answers, picks, or the range of numbers seen.

    Parameters
    ----------
    goals : sequence of str
        Headings or names of the columns.
    items : sequence of Item
        Drafted items of all columns.
    columns : mapping of str to Cells
        Their cells, by name.
    headings : sequence of str
        Headings of all columns, also of those without any answer.

    Returns
    -------
    tuple of Item
        All items; the named ones with the role "goal" and one scale.

    Raises
    ------
    SurveyError
        If a column is not there, holds text that is not known, or a number that looks like a missing code.
    """
    _refuse_blank(goals, headings, items)
    drafted = Codebook(tuple(replace(item, block="") for item in items))
    chosen = [_item(goal, drafted) for goal in goals]
    scale = _common_scale(chosen, columns)
    names = {item.name for item in chosen}
    return tuple(replace(item, role="goal", **scale) if item.name in names else item for item in items)


def _item(wanted: str, codebook: Codebook) -> Item:
    by_heading = {item.heading: item for item in codebook.items}
    by_spelling = {
        normalise(word): item for item in codebook.items for word in (item.text, item.heading, item.name) if word
    }
    item = by_heading.get(wanted) or by_spelling.get(normalise(wanted))
    if item is None:
        raise SurveyError(f"goals: {_unknown(wanted, list(by_heading))}")
    return item


def _refuse_blank(goals: Sequence[str], headings: Sequence[str], items: Sequence[Item]) -> None:
    held = {item.heading for item in items}
    blank = [goal for goal in goals if goal in headings and goal not in held]
    if blank:
        raise SurveyError(f"goals: column {first_of(blank)} holds no answer. Leave it out, or give its answers.")


def _column(wanted: str, headings: Sequence[str]) -> str:
    if wanted in headings:
        return wanted
    alike = [heading for heading in headings if normalise(heading) == normalise(wanted)]
    if len(alike) != 1:
        raise SurveyError(f"goals: {_unknown(wanted, headings)}")
    return alike[0]


def _unknown(wanted: str, headings: Sequence[str]) -> str:
    near = get_close_matches(wanted, headings, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"no column {wanted!r}.{hint} Columns: {first_of(headings)}."


def _common_scale(chosen: Sequence[Item], columns: Mapping[str, Cells]) -> dict[str, Any]:
    plain = {"codes": (), "codes_en": (), "aliases": (), "low": None, "high": None, "block": ""}
    labelled = {item.codes for item in chosen}
    if len(labelled) == 1 and chosen[0].codes and chosen[0].scale == "ordinal":
        return plain | {"scale": "rating", "codes": chosen[0].codes}
    worded = known_answers(set().union(*(_spelled(columns[item.name]) for item in chosen)))
    if worded is not None:
        return plain | worded | {"scale": "rating"}
    if all(item.scale in ("choice", "binary") for item in chosen):
        return plain | {"scale": "choice"}
    numbers: set[float] = set()
    for item in chosen:
        numbers |= _numbers(item, columns[item.name])
    low, high = min(numbers, default=0), max(numbers, default=0)
    if not numbers:
        raise SurveyError(f"goals: {first_of(item.heading for item in chosen)} hold no answer. Give other columns.")
    if low == high:
        raise SurveyError(f"goals: every answer is {low:g}. Goals that all are rated alike show no priorities.")
    _refuse_suspects(chosen, columns, numbers)
    return plain | {"scale": "rating", "low": low, "high": high}


def _spelled(cells: Cells) -> set[str]:
    texts = cells.texts()[cells.counts() > 0]
    return {spelling(text) for text in texts if words().reason(text) is None}


def _numbers(item: Item, cells: Cells) -> set[float]:
    declared = {code for code, _ in item.missing}
    used = [place for place in np.flatnonzero(cells.counts()) if cells.numbers[place] not in declared]
    strange = [
        cells.texts()[place]
        for place in used
        if not np.isfinite(cells.numbers[place]) and words().reason(cells.texts()[place]) is None
    ]
    if strange:
        raise SurveyError(
            f"goals: column {item.heading!r} holds {first_of(strange, limit=3)}. Goals are numbers, picks or known "
            "answers such as 'sehr wichtig'; describe others in a codebook (codes = [[1, \"…\"], …])."
        )
    return {float(cells.numbers[place]) for place in used if np.isfinite(cells.numbers[place])}


def _refuse_suspects(chosen: Sequence[Item], columns: Mapping[str, Cells], numbers: set[float]) -> None:
    """Refuse numbers that stand apart from the others and often mean that there is no answer."""
    usual = sorted(numbers - words().suspects)
    if not usual:
        return
    apart = [number for number in numbers & words().suspects if not usual[0] - 1 <= number <= usual[-1] + 1]
    if not apart:
        return
    item = next(item for item in chosen if np.isin(apart, columns[item.name].numbers).any())
    listed = ", ".join(map(shown, sorted(apart)))
    raise SurveyError(
        f"goals: {listed} among answers from {usual[0]:g} to {usual[-1]:g}, first in column {item.heading!r}. "
        f"If it means that there is no answer, say so in a codebook: missing = [[{shown(min(apart))}, \"no answer\"]]."
    )
