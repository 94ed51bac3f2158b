"""Where in the rows of a sheet the table is: lines above it, rows of headings, lines below it."""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kommtyp.errors import SurveyError
from kommtyp.reading.cells import plain_number
from kommtyp.reading.table import Described, Row
from kommtyp.survey import Note

__all__ = ["Layout", "lay_out"]

LOOK_AHEAD = 60
HEADER_SHARE = 0.6
MOST_HEADER_ROWS = 3
LONG_TEXT = 20
FOOTER = re.compile(r"[_\-=©*]|\d+\)\s|(quelle|stand|hinweis|anmerkung|fußnote|source|note|legende)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Layout:
    """A table found in the rows of a sheet.

    Parameters
    ----------
    frame : DataFrame
        Cells under their headings.
    notes : tuple of Note
        What was left out or joined.
    described : dict of str to Described
        Question texts where the sheet has a row of names and a row of texts.
    """

    frame: pd.DataFrame
    notes: tuple[Note, ...]
    described: dict[str, Described]


def lay_out(rows: list[Row], source: str) -> Layout:
    """Find headings and answers in the rows of a sheet.

    The headings are the first row that fills most of the table's width. A further row belongs to them
    if it fills their gaps, stands as text above columns of numbers, or holds whole questions.

    Parameters
    ----------
    rows : list of list
        Cells by row; empty cells are None or blank.
    source : str
        File name, for messages and notes.

    Returns
    -------
    Layout
        The table with notes.

    Raises
    ------
    SurveyError
        If there are no headings, no rows of answers, or rows that are longer than the headings.
    """
    rows = [row for row in rows if row]
    while rows and not _filled(rows[-1]):
        rows.pop()
    first = next((place for place, row in enumerate(rows) if _filled(row)), None)
    if first is None:
        raise SurveyError(f"{source}: the file is empty. Give a table with headings and answers.")
    start = _find_headings(rows, first)
    count = _count_headings(rows, start)
    notes = _left_out(source, "preamble", rows[first:start])
    body = start + count
    if body < len(rows) and _is_numbering(rows[body]) and len(rows) > body + 1:
        body += 1
    end = _find_end(rows, body)
    notes += _left_out(source, "footer", [row for row in rows[end:] if _filled(row)])
    headings, described = _name_columns(rows[start : start + count])
    if count > 1:
        notes.append(Note("header_rows", source, count, next((name for name in headings if name), "")))
    headings = _check_lengths(rows[body:end], headings, source, notes, line=body + 1)
    if body >= end:
        raise SurveyError(f"{source}: headings but no rows of answers. Give at least one row below the headings.")
    frame = pd.DataFrame([_fit(row, len(headings)) for row in rows[body:end]], dtype=object)
    frame.columns = pd.Index(headings, dtype=object)
    return Layout(_without_blank_columns(frame), tuple(notes), described)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _filled(row: Row) -> int:
    return sum(bool(_text(cell)) for cell in row)


def _number(cell: Any) -> float | None:
    return float(cell) if isinstance(cell, int | float) else plain_number(_text(cell))


def _find_headings(rows: list[Row], first: int) -> int:
    window = range(first, min(len(rows), first + LOOK_AHEAD))
    width = max(_filled(rows[place]) for place in window)
    for place in window:
        row = rows[place]
        wide = _filled(row) >= max(1, HEADER_SHARE * width)
        comment = _text(row[0]).startswith("#") and _filled(row) < width
        numbering = _is_numbering(row) and place + 1 < len(rows) and not any(
            _number(cell) is not None for cell in rows[place + 1]
        )
        if wide and not comment and not numbering:
            return place
    return first


def _is_numbering(row: Row) -> bool:
    numbers = [number for cell in row if (number := _number(cell)) is not None]
    return (
        len(numbers) >= 6
        and len(numbers) >= 0.8 * _filled(row)
        and all(number == numbers[0] + step for step, number in enumerate(numbers))
        and numbers[0] in (0, 1)
    )


def _count_headings(rows: list[Row], start: int) -> int:
    count = 1
    while count < MOST_HEADER_ROWS and start + count + 1 < len(rows):
        below = rows[start + count + 1 : start + count + 1 + LOOK_AHEAD]
        if not _continues_headings(rows[start + count - 1], rows[start + count], below):
            break
        count += 1
    return count


def _continues_headings(above: Row, row: Row, below: list[Row]) -> bool:
    cells = [_text(cell) for cell in row]
    words = [cell for cell in cells if cell and plain_number(cell) is None]
    if not words and _filled(row) < len(above) - _filled(above):
        return False
    if sum(cell.startswith('{"ImportId"') for cell in cells) >= len(words) / 2 > 0:
        return True
    return _fills_gaps(above, cells) or _stands_over_numbers(cells, below) or _holds_questions(cells, words, below)


def _fills_gaps(above: Row, cells: list[str]) -> bool:
    last = max((place for place, cell in enumerate(cells) if cell), default=-1)
    titles = [_text(cell) for cell in above][: last + 1]
    titles += [""] * (last + 1 - len(titles))
    gaps = [place for place, title in enumerate(titles) if not title]
    filled = [place for place in gaps if cells[place]]
    return bool(filled) and len(filled) >= len(gaps) / 2 and not cells[0] and bool(titles[0])


def _stands_over_numbers(cells: list[str], below: list[Row]) -> bool:
    over = []
    numeric = 0
    for place, cell in enumerate(cells):
        column = [row[place] for row in below if place < len(row) and _text(row[place])]
        if column and sum(_number(value) is not None for value in column) >= 0.8 * len(column):
            numeric += 1
            if cell and plain_number(cell) is None:
                over.append(cell)
    return len(over) >= max(2, numeric / 2) and (len(set(over)) >= 0.8 * len(over) or len(set(over)) == 1)


def _holds_questions(cells: list[str], words: list[str], below: list[Row]) -> bool:
    lengths = [len(_text(cell)) for row in below for cell in row if _text(cell)]
    if len(words) < max(2, len(cells) / 2) or not lengths:
        return False
    length = sum(map(len, words)) / len(words)
    return length >= LONG_TEXT and length >= 3 * sum(lengths) / len(lengths) and len(set(words)) >= 0.8 * len(words)


def _find_end(rows: list[Row], body: int) -> int:
    width = max((len(row) for row in rows[body : body + LOOK_AHEAD]), default=0)
    end = len(rows)
    while end > body + 1:
        row = rows[end - 1]
        opening = _text(row[0])
        alone = _filled(row) == bool(opening) and width > 2
        if not (_filled(row) == 0 or (alone and (len(row) < width or len(opening) > LONG_TEXT or FOOTER.match(opening)))):
            break
        end -= 1
    return end


def _left_out(source: str, kind: Any, rows: list[Row]) -> list[Note]:
    lines = [" ".join(text for cell in row if (text := _text(cell))) for row in rows]
    return [Note(kind, source, len(lines), next((line for line in lines if line), "")[:120])] if lines else []


def _name_columns(rows: list[Row]) -> tuple[list[str], dict[str, Described]]:
    width = max(len(row) for row in rows)
    lines = [[_text(cell) for cell in _fit(row, width)] for row in rows]
    lines = [line for line in lines if not any(cell.startswith('{"ImportId"') for cell in line)]
    if len(lines) == 1:
        return lines[0], {}
    used = [place for place in range(width) if any(line[place] for line in lines)]
    complete = [line for line in lines if len({line[place] for place in used} - {""}) == len(used)]
    if complete:
        names = min(complete, key=lambda line: sum(map(len, line)))
        texts = max(lines, key=lambda line: sum(map(len, line)))
        described = {name: Described(text) for name, text in zip(names, texts, strict=True) if name and text != name}
        return names, described
    return _join(lines, width), {}


def _join(lines: list[list[str]], width: int) -> list[str]:
    names = []
    carried = [""] * len(lines)
    for place in range(width):
        parts: list[str] = []
        for level, line in enumerate(lines):
            if line[place]:
                carried[level:] = [line[place], *[""] * (len(lines) - level - 1)]
            carries = level < len(lines) - 1 and any(lower[place] for lower in lines[level + 1 :])
            part = line[place] or (carried[level] if carries else "")
            if part and part not in parts:
                parts.append(part)
        names.append(" ".join(parts))
    return names


def _check_lengths(rows: list[Row], headings: list[str], source: str, notes: list[Note], *, line: int) -> list[str]:
    while headings and not headings[-1] and all(len(row) < len(headings) or not _text(row[len(headings) - 1]) for row in rows):
        headings = headings[:-1]
    width = len(headings)
    lengths = [len(row) if len(row) <= width else max(place + 1 for place, cell in enumerate(row) if place < width or _text(cell)) for row in rows]
    if lengths and min(lengths) == max(lengths) == width + 1:
        return ["", *headings]
    longer = [place for place, length in enumerate(lengths) if length > width]
    if longer:
        raise SurveyError(
            f"{source}: {len(longer)} rows have more cells than the {width} headings, the first is row {line + longer[0]} "
            f"with {lengths[longer[0]]}. Put cells that contain the delimiter in quotation marks, or name the delimiter."
        )
    shorter = [length for length in lengths if 0 < length < width]
    if shorter:
        notes.append(Note("row_length", source, len(shorter), f"{shorter[0]} cells under {width} headings"))
    return headings


def _fit(row: Row, width: int) -> Row:
    return row[:width] + [None] * (width - len(row))


def _without_blank_columns(frame: pd.DataFrame) -> pd.DataFrame:
    blank = [
        not heading and not frame.iloc[:, place].map(_text).any() for place, heading in enumerate(frame.columns)
    ]
    return frame.loc[:, [not gone for gone in blank]]
