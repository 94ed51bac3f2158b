"""Which column of a table holds which item of a codebook."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kommtyp.codebook import Codebook, Item, normalise
from kommtyp.errors import SurveyError, first_of
from kommtyp.reading.cells import clean
from kommtyp.survey import Note

__all__ = ["Matching", "match_columns", "name_unnamed", "unlike_others"]


@dataclass(frozen=True)
class Matching:
    """Items and the columns that hold them.

    Parameters
    ----------
    places : dict of str to int
        Position of the column, by name of the item.
    others : tuple of int
        Positions of the columns that no item describes.
    notes : tuple of Note
        Headings that were recognised, items that are not there.
    """

    places: dict[str, int]
    others: tuple[int, ...]
    notes: tuple[Note, ...]


def name_unnamed(headings: Sequence[object], source: str) -> tuple[list[str], list[Note]]:
    """Write headings as text on one line, and give the columns without one a name.

    Examples
    --------
    >>> name_unnamed(["a", " ", 3], "x.csv")[0]
    ['a', 'column_2', '3']
    """
    named = [_on_one_line(heading) for heading in headings]
    blank = [place for place, heading in enumerate(named) if not heading]
    for place in blank:
        named[place] = f"column_{place + 1}"
    notes = [Note("column_unnamed", source, len(blank), first_of(named[place] for place in blank))] if blank else []
    return named, notes


def _on_one_line(heading: Any) -> str:
    if isinstance(heading, tuple):
        return " ".join(filter(None, map(_on_one_line, heading)))
    return "" if heading is None or pd.isna(heading) is True else " ".join(clean(str(heading)).split())


def unlike_others(wanted: str, taken: Iterable[str], pattern: str = "{} ({})") -> str:
    """Return the name, or the name with a number behind it if it is taken.

    Examples
    --------
    >>> unlike_others("a", ["a", "a (2)"])
    'a (3)'
    """
    known = set(taken)
    name, number = wanted, 1
    while name in known:
        number += 1
        name = pattern.format(wanted, number)
    return name


def match_columns(headings: Sequence[str], codebook: Codebook, source: str) -> Matching:
    """Find the column of each item: by its heading, else by its name or wording, however spelled.

    A heading that is spelled otherwise than name and wording of its item is noted.

    Parameters
    ----------
    headings : sequence of str
        Headings of the table; may occur twice.
    codebook : Codebook
        The items.
    source : str
        Where the table comes from, for messages and notes.

    Returns
    -------
    Matching
        Columns of the items, the other columns, and notes.

    Raises
    ------
    SurveyError
        If a goal, the key or the weight is there twice.

    Examples
    --------
    >>> from kommtyp.codebook import packaged_codebook
    >>> found = match_columns(["AGS", "Bürgernähe", "Farbe"], packaged_codebook(), "x.csv")
    >>> found.places, found.others
    ({'ags': 0, 'buergernaehe': 1}, (2,))
    """
    spelled = [normalise(heading) for heading in headings]
    places: dict[str, int] = {}
    notes = []
    for item in codebook.items:
        exact = [place for place, heading in enumerate(headings) if heading == item.heading]
        _refuse_twice(item, exact, headings, source)
        if exact:
            places[item.name] = exact[0]
    for item in codebook.items:
        taken = set(places.values())
        alike = [place for place, key in enumerate(spelled) if key == normalise(item.heading) and key]
        _refuse_twice(item, alike, headings, source)
        free = [
            place
            for wording in _wordings(item, codebook)
            for place, key in enumerate(spelled)
            if key == wording and place not in taken
        ]
        if item.name not in places and free:
            places[item.name] = free[0]
            if headings[free[0]] not in (item.name, item.text, item.text_en):
                notes.append(Note("heading", item.name, detail=headings[free[0]]))
    notes += _missing_items(codebook, places, source)
    others = tuple(place for place in range(len(headings)) if place not in set(places.values()))
    return Matching(places, others, (*_twice(headings), *notes))


def _refuse_twice(item: Item, places: list[int], headings: Sequence[str], source: str) -> None:
    if len(places) > 1 and item.role in ("goal", "key", "weight"):
        found = first_of(headings[place] for place in places)
        raise SurveyError(
            f"{source}: {item.name} is in {len(places)} columns: {found}. "
            f"A {item.role} has one column: rename or remove the others."
        )


def _wordings(item: Item, codebook: Codebook) -> list[str]:
    question = next((block.text for block in codebook.blocks if block.name == item.block), "")
    wordings = [item.heading, item.name, item.text, item.text_en]
    if item.block:
        wordings += [f"{asked} {part}" for asked in (question, item.block) for part in (item.text, item.name) if asked]
    return list(dict.fromkeys(key for wording in wordings if (key := normalise(wording))))


def _missing_items(codebook: Codebook, places: dict[str, int], source: str) -> list[Note]:
    notes = []
    goals = [item.name for item in codebook.goals if item.name not in places]
    rest = [item.name for item in codebook.items if item.name not in places and item.role != "goal"]
    if goals:
        notes.append(Note("goal_missing", source, len(goals), first_of(goals)))
    if rest:
        notes.append(Note("column_missing", source, len(rest), first_of(rest)))
    return notes


def _twice(headings: Sequence[str]) -> list[Note]:
    return [
        Note("column_twice", heading, count, unlike_others(heading, [heading]))
        for heading, count in Counter(headings).items()
        if count > 1
    ]
