"""From a table to a Survey: columns to items, rows to municipalities, cells to answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.codebook import Codebook, Item, packaged_codebook, read_codebook
from kommtyp.errors import SurveyError, first_of
from kommtyp.reading.cells import Cells, cells_of
from kommtyp.reading.columns import Matching, match_columns, name_unnamed, unlike_others
from kommtyp.reading.decode import Decoded, decode
from kommtyp.reading.draft import Draft, draft_items, with_roles
from kommtyp.reading.goals import Goals, map_goals, set_goals, with_own_goals
from kommtyp.reading.questions import as_asked, complete_picks, complete_ranks, questions, turn, turn_answers
from kommtyp.reading.reasons import as_declared, without_reason_items
from kommtyp.reading.refusal import refuse
from kommtyp.reading.rows import keys_of_column, keys_of_index, rows_to_keep, unique_keys
from kommtyp.reading.table import Described, Table
from kommtyp.survey import Note, Survey

__all__ = ["Sheet", "draft_others", "encode", "sheet_of"]

TEXT = pd.Series(["text"]).dtype


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table with its columns divided into distinct cells.

    Parameters
    ----------
    table : Table
        The table as it was found.
    headings : list of str
        Headings, the named levels of the index first; may occur twice.
    columns : list of Cells
        The columns.
    levels : int
        How many of them come from the index.
    notes : tuple of Note
        What was done to the headings.
    """

    table: Table
    headings: list[str]
    columns: list[Cells]
    levels: int
    notes: tuple[Note, ...]


def sheet_of(table: Table) -> Sheet:
    """Divide the columns of a table, and the named levels of its index, into distinct cells.

    Raises
    ------
    SurveyError
        If there are no columns or no rows.
    """
    frame, source = table.frame, table.source
    if frame.shape[1] == 0 or len(frame) == 0:
        size = f"{len(frame)} rows and {frame.shape[1]} columns"
        raise SurveyError(f"{source}: {size}. Give at least one row of answers.")
    named = [level for level, name in enumerate(frame.index.names) if name is not None]
    levels = [frame.index.get_level_values(level).to_series() for level in named]
    columns = [cells_of(column) for column in levels]
    columns += [cells_of(frame.iloc[:, place]) for place in range(frame.shape[1])]
    headings, notes = name_unnamed(list(frame.columns), source)
    headings = [str(frame.index.names[level]) for level in named] + headings
    return Sheet(table, headings, columns, len(named), tuple(notes))


def draft_others(sheet: Sheet, places: Iterable[int], codebook: Codebook) -> Draft:
    """Draft items for the columns that a codebook does not describe, under names it does not use."""
    taken = {item.heading for item in codebook.items}
    columns = {}
    for place in places:
        heading = unlike_others(sheet.headings[place], taken)
        taken.add(heading)
        columns[place] = (heading, sheet.columns[place])
    names = [item.name for item in codebook.items] + [block.name for block in codebook.blocks]
    return draft_items(columns, described=sheet.table.described, decimal=sheet.table.decimal, taken=names)


def encode(table: Table, *, codebook: Codebook | str | Path | None = None, goals: Goals | None = None) -> Survey:
    """Turn a table into a Survey.

    Parameters
    ----------
    table : Table
        Cells under their headings.
    codebook : Codebook, str or Path, optional
        What the columns mean.
    goals : mapping or list of str, optional
        As in `to_survey`, checked.

    Returns
    -------
    Survey
        Answers with codebook and notes.
    """
    sheet = sheet_of(table)
    source = table.source
    book = without_reason_items(_choose_codebook(sheet, codebook, goals), sheet.headings)
    matching = match_columns(sheet.headings, book, source)
    rows, notes = rows_to_keep(sheet.columns, sheet.headings, book, matching.places, source)
    sheet = replace(sheet, columns=[cells.take(rows) for cells in sheet.columns])
    index, others, key_notes = _keys(sheet, book, matching, rows)
    keys = index.tolist()
    draft = draft_others(sheet, others, book)
    decoded = _decode(sheet, book, matching, draft)
    refuse([one.offence for one in decoded.values() if one.offence is not None], keys, source)
    answers, answer_notes = _finish(sheet, book, matching, draft, decoded)
    answer_notes += _check_weights(answers, book, keys, source)
    described = tuple(turn(as_asked(item)) for item in book.items)
    drafted = tuple(draft.items[place] for place in sorted(draft.items))
    guessed = drafted if codebook is not None or not isinstance(goals, Sequence) else (*described, *drafted)
    blank = [sheet.headings[place] for place in others if place not in draft.items]
    before = (*table.notes, *sheet.notes, *matching.notes, *notes, *key_notes, *_guesses(guessed, blank, source))
    survey = Survey(
        answers=_frame(answers, (*described, *drafted), index),
        codebook=replace(book, items=(*described, *drafted), blocks=(*book.blocks, *draft.blocks)),
        notes=(*before, *_gather(answer_notes, draft)),
        source=source,
        fingerprint=table.fingerprint,
        reasons=pd.DataFrame(
            {name: one.reasons for name, one in decoded.items() if one.reasons is not None}, index=index
        ),
    )
    return as_declared(survey)


def _choose_codebook(sheet: Sheet, codebook: Codebook | str | Path | None, goals: Goals | None) -> Codebook:
    if isinstance(goals, Sequence) and codebook is None:
        draft = draft_others(sheet, range(len(sheet.headings)), Codebook(()))
        columns = {item.name: sheet.columns[place] for place, item in draft.items.items()}
        drafted = with_roles([draft.items[place] for place in sorted(draft.items)], columns)
        return Codebook(with_own_goals(goals, drafted, columns, sheet.headings), blocks=draft.blocks)
    if codebook is None:
        book = packaged_codebook()
    elif isinstance(codebook, Codebook):
        book = codebook
    elif isinstance(codebook, str | Path):
        book = read_codebook(codebook)
    else:
        raise SurveyError(f"codebook: {type(codebook).__name__} given. Give a Codebook, or the path of a TOML file.")
    if goals is None:
        return book
    return map_goals(goals, book, sheet.headings) if isinstance(goals, Mapping) else set_goals(goals, book)


def _keys(
    sheet: Sheet, book: Codebook, matching: Matching, rows: NDArray[np.intp]
) -> tuple[pd.Index, list[int], list[Note]]:
    """Find the key of each row: the key item, else the index. Its levels are then no columns any more."""
    index = sheet.table.frame.index[rows]
    item = next((item for item in book.with_role("key") if item.name in matching.places), None)
    if item is not None:
        where, others = item.name, list(matching.others)
        found, notes = keys_of_column(sheet.columns[matching.places[item.name]], item, rows)
    else:
        where, others = sheet.table.source, [place for place in matching.others if place >= sheet.levels]
        if index.nlevels == 1 and index.is_unique and not index.hasnans:
            return index, others, []
        found, notes = keys_of_index(index, where)
    keys, more = unique_keys(found, sheet.columns, where)
    return pd.Index(keys, name=item.name if item is not None else index.name), others, notes + more


def _decode(sheet: Sheet, book: Codebook, matching: Matching, draft: Draft) -> dict[str, Decoded]:
    described, decimal = sheet.table.described, sheet.table.decimal
    present = [item for item in book.items if item.name in matching.places and item.role != "key"]
    jobs = [(matching.places[item.name], as_asked(item)) for item in present] + list(draft.items.items())
    return {
        item.name: decode(
            sheet.columns[place], item, described=described.get(sheet.headings[place], Described()), decimal=decimal
        )
        for place, item in jobs
    }


def _finish(
    sheet: Sheet, book: Codebook, matching: Matching, draft: Draft, decoded: Mapping[str, Decoded]
) -> tuple[dict[str, NDArray[Any]], list[Note]]:
    """Turn what is turned, complete multi-select questions and ranks, and count what stays empty."""
    places = matching.places | {item.name: place for place, item in draft.items.items()}
    whole = replace(
        book,
        items=(*map(as_asked, book.items), *draft.items.values()),
        blocks=(*book.blocks, *draft.blocks),
    )
    answers = {name: one.answers for name, one in decoded.items()}
    empty = {name: sheet.columns[places[name]].empty for name in answers}
    notes = [note for one in decoded.values() for note in one.notes]
    for item in whole.items:
        if item.name in answers:
            answers[item.name], turned = turn_answers(item, answers[item.name])
            notes += turned
    substance = [item.name for item in whole.with_role("goal", "indicator") if item.name in answers]
    for question in questions(whole, "choice", answers):
        own = {item.name for item in question[1]}
        other = [~empty[name] for name in substance if name not in own]
        responded = np.logical_or.reduce(other) if other else np.zeros(len(sheet.columns[0]), dtype=bool)
        notes += complete_picks(answers, empty, question, responded)
    for question in questions(whole, "rank", answers):
        notes += complete_ranks(answers, empty, question)
    for item in book.with_role("goal", "indicator"):
        if item.name in answers:
            count = int((pd.isna(answers[item.name]) & empty[item.name]).sum())
            notes += [Note("empty", item.name, count)] if count else []
    return answers, notes


def _check_weights(answers: dict[str, NDArray[Any]], book: Codebook, keys: list[Any], source: str) -> list[Note]:
    """Refuse weights that cannot weigh; leave out a column of weights that is empty."""
    item = next((item for item in book.with_role("weight") if item.name in answers), None)
    if item is None:
        return []
    weights = answers[item.name]
    if np.isnan(weights).all():
        del answers[item.name]
        return []
    for wrong, what in ((np.isnan(weights), "no weight"), (weights < 0, "a negative weight")):
        if wrong.any():
            first = int(np.argmax(wrong))
            raise SurveyError(
                f"{source}: {item.name} has {what} in {int(wrong.sum())} of {len(weights)} rows, "
                f"first in {keys[first]!r}. Give every row a weight of at least 0; 0 leaves a row out."
            )
    if not weights.any():
        raise SurveyError(f"{source}: {item.name} is 0 in all {len(weights)} rows. At least one row must count.")
    zero = int((weights == 0).sum())
    return [Note("weight", item.name, zero, "0")] if zero else []


def _frame(answers: Mapping[str, NDArray[Any]], items: Sequence[Item], index: pd.Index) -> pd.DataFrame:
    columns = {
        item.name: pd.Series(answers[item.name], index=index, dtype=object).astype(TEXT)
        if item.scale == "nominal"
        else pd.Series(answers[item.name], index=index, dtype=float)
        for item in items
        if item.name in answers
    }
    return pd.DataFrame(columns, index=index)


def _guesses(guessed: Iterable[Item], blank: Sequence[str], source: str) -> list[Note]:
    """Say how the columns that nobody described were read, and which hold nothing."""
    groups: dict[str, list[str]] = {}
    for item in guessed:
        groups.setdefault(f"{item.role}, {item.scale}", []).append(item.heading)
    notes = [Note("guessed_scale", first_of(headings), len(headings), detail) for detail, headings in groups.items()]
    if blank:
        notes.append(Note("column_empty", source, len(blank), first_of(blank)))
    return notes


def _gather(notes: Sequence[Note], draft: Draft) -> list[Note]:
    """Say in one note how numbers were written, and what happened alike in columns the codebook does not describe."""
    drafted = {item.name for item in draft.items.values()} | {block.name for block in draft.blocks}
    gathered: dict[tuple[str, str], list[Note]] = {}
    for position, note in enumerate(notes):
        together = note.kind == "number_format" or note.where in drafted
        detail = "" if note.kind == "number_format" else note.detail
        gathered.setdefault((note.kind, detail) if together else ("", str(position)), []).append(note)
    return [
        alike[0] if len(alike) == 1
        else replace(alike[0], where=first_of(note.where for note in alike), count=sum(note.count for note in alike))
        for alike in gathered.values()
    ]
