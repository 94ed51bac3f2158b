"""Which rows belong to the survey, and the keys they bear."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.ags import complete_key, holds_keys
from kommtyp.codebook import Codebook, Item, normalise
from kommtyp.errors import SurveyError, first_of
from kommtyp.reading.cells import Cells, clean, plain_number
from kommtyp.reading.words import spelling
from kommtyp.survey import Note

__all__ = ["keys_of_column", "keys_of_index", "rows_to_keep", "unique_keys"]


def rows_to_keep(
    columns: Sequence[Cells], headings: Sequence[str], codebook: Codebook, places: Mapping[str, int], source: str
) -> tuple[NDArray[np.intp], list[Note]]:
    """Find the rows that hold anything and that the codebook's `keep` admits.

    Parameters
    ----------
    columns : sequence of Cells
        All columns.
    headings : sequence of str
        Their headings.
    codebook : Codebook
        Says in `keep` which rows belong to the survey.
    places : mapping of str to int
        Columns of the items.
    source : str
        Where the table comes from.

    Returns
    -------
    array of int
        Positions of the rows that stay.
    list of Note
        How many were left out.

    Raises
    ------
    SurveyError
        If a column of `keep` is not there, or no row stays.
    """
    stay = ~np.logical_and.reduce([cells.empty for cells in columns])
    notes = []
    if not stay.all():
        notes.append(Note("rows_empty", source, int((~stay).sum())))
    for heading, wanted in codebook.keep:
        place = places.get(heading, _place_of(heading, headings))
        if place is None:
            raise SurveyError(
                f"{source}: no column {heading!r}, by which the codebook chooses the rows. Correct its [keep]."
            )
        cells = columns[place]
        admitted = cells.spread(np.array([_admits(word, wanted) for word in cells.texts()], dtype=bool), False)
        if not (stay & admitted).any():
            raise SurveyError(
                f"{source}: no row has {heading!r} equal to {first_of(wanted)}; there is {first_of(cells.texts())}. "
                "Correct [keep] in the codebook."
            )
        left_out = int((stay & ~admitted).sum())
        if left_out:
            notes.append(Note("not_in_survey", heading, left_out, f"kept: {first_of(wanted)}"))
        stay &= admitted
    if not stay.any():
        raise SurveyError(f"{source}: all {len(stay)} rows are empty. Give at least one row of answers.")
    return np.flatnonzero(stay), notes


def _place_of(heading: str, headings: Sequence[str]) -> int | None:
    exact = [place for place, other in enumerate(headings) if other == heading]
    alike = [place for place, other in enumerate(headings) if normalise(other) == normalise(heading)]
    return next(iter(exact + alike), None)


def _admits(word: str, wanted: Sequence[Any]) -> bool:
    number = plain_number(word)
    return any(
        spelling(word) == spelling(value) if isinstance(value, str) and plain_number(value) is None
        else word == value or number == plain_number(str(value))
        for value in wanted
    )


def keys_of_column(cells: Cells, item: Item, rows: NDArray[np.intp]) -> tuple[NDArray[np.object_], list[Note]]:
    """Read the keys of municipalities from a column, with lost leading zeros put back.

    Parameters
    ----------
    cells : Cells
        The column with the keys, the rows that stay.
    item : Item
        The key item.
    rows : array of int
        Where the rows stood in the table.

    Returns
    -------
    array of object
        A key for each row, not yet unique.
    list of Note
        What was repaired or made up.
    """
    texts = cells.texts()
    used = cells.counts() > 0
    named = [normalise(item.name), normalise(item.heading)]
    notes = []
    if holds_keys([text for text, in_use in zip(texts, used, strict=True) if in_use], headings=named):
        completed = np.array([complete_key(text) or text for text in texts], dtype=object)
        changed = np.flatnonzero((completed != texts) & used)
        if len(changed):
            detail = f"{texts[changed[0]]} → {completed[changed[0]]}"
            notes.append(Note("key_repaired", item.name, int(cells.counts()[changed].sum()), detail))
        texts = completed
    keys = cells.spread(texts, None)
    blank = np.flatnonzero(cells.empty)
    if len(blank):
        keys[blank] = [f"Zeile {row + 1}" for row in rows[blank]]
        notes.append(Note("key_missing", item.name, len(blank), str(keys[blank[0]])))
    return keys, notes


def keys_of_index(index: pd.Index, source: str) -> tuple[NDArray[np.object_], list[Note]]:
    """Write the labels of a frame's index as keys; several levels are joined.

    Examples
    --------
    >>> keys_of_index(pd.MultiIndex.from_tuples([("BY", 1), ("BY", 2)]), "DataFrame")[0].tolist()
    ['BY / 1', 'BY / 2']
    """
    if isinstance(index, pd.MultiIndex):
        levels = [_index_texts(index.get_level_values(level)) for level in range(index.nlevels)]
        keys = np.array([" / ".join(filter(None, parts)) for parts in zip(*levels, strict=True)], dtype=object)
        notes = [Note("index", source, len(keys), str(keys[0]) if len(keys) else "")]
    else:
        keys, notes = _index_texts(index), []
    blank = np.flatnonzero(keys == "")
    if len(blank):
        keys[blank] = [f"Zeile {row + 1}" for row in blank]
        notes.append(Note("key_missing", source, len(blank), str(keys[blank[0]])))
    return keys, notes


def _index_texts(index: pd.Index) -> NDArray[np.object_]:
    if isinstance(index, pd.RangeIndex):
        return np.array([str(label) for label in index], dtype=object)
    from_labels = [_label(label) for label in index.astype(object)]
    return np.array(from_labels, dtype=object)


def _label(label: Any) -> str:
    if isinstance(label, tuple):
        return " / ".join(map(_label, label))
    if pd.isna(label):
        return ""
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return clean(str(label))


def unique_keys(
    keys: NDArray[np.object_], columns: Sequence[Cells], where: str
) -> tuple[list[str], list[Note]]:
    """Number the keys that occur again, and say which rows are repeated whole.

    Parameters
    ----------
    keys : array of object
        A key for each row.
    columns : sequence of Cells
        All columns, the rows that stay.
    where : str
        The key item, for the notes.

    Returns
    -------
    list of str
        Unique keys; the second row of ``"13220"`` is ``"13220 (2)"``.
    list of Note
        Which keys and rows there were twice.
    """
    again = pd.Series(keys, dtype=object).duplicated().to_numpy()
    if not again.any():
        return [str(key) for key in keys], []
    repeated = pd.Series(keys, dtype=object).duplicated(keep=False).to_numpy()
    content = pd.DataFrame({place: cells.places[repeated] for place, cells in enumerate(columns)})
    content["key"] = keys[repeated]
    whole = keys[repeated][content.duplicated().to_numpy()]
    unique = keys.copy()
    taken = set(keys)
    number: dict[Any, int] = {}
    for place in np.flatnonzero(again):
        key = keys[place]
        number[key] = number.get(key, 1) + 1
        while f"{key} ({number[key]})" in taken:
            number[key] += 1
        unique[place] = f"{key} ({number[key]})"
        taken.add(unique[place])
    notes = [Note("key_twice", where, int(again.sum()), str(unique[again][0]))]
    if len(whole):
        notes.append(Note("row_twice", where, len(whole), str(whole[0])))
    return [str(key) for key in unique], notes
