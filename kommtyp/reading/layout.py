"""Where in the rows of a sheet the table is: lines above it, rows of headings, lines below it."""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kommtyp.errors import SurveyError
from kommtyp.reading.cells import plain_number
from kommtyp.reading.table import Described, Row
from kommtyp.reading.words import words
from kommtyp.survey import Note

__all__ = ["Layout", "lay_out"]

LOOK_AHEAD = 60
HEADER_SHARE = 0.6
MOST_HEADER_ROWS = 3
YEAR = re.compile(r"(19|20)\d\d")
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
    rows = [row for row in rows if row]  # blank lines of a text file
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
    headings = _check_lengths(rows[body:end], headings, source, notes)
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
        below = rows[place + 1] if place + 1 < len(rows) else []
        numbering = _is_numbering(row) and bool(below) and all(_number(cell) is None for cell in below)
        if wide and not comment and not numbering:
            above = rows[place - 1] if place > first else []
            return place - 1 if _filled(above) > 1 and _fills_gaps(above, row) else place
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
    ahead = rows[start + 1 : start + MOST_HEADER_ROWS]
    count = 1 + next((place + 1 for place, row in enumerate(ahead) if _is_import_row(row)), 0)
    while count < MOST_HEADER_ROWS and start + count + 1 < len(rows):
        below = rows[start + count + 1 : start + count + 1 + LOOK_AHEAD]
        if not _continues_headings(rows[start + count - 1], rows[start + count], below):
            break
        count += 1
    return count


def _is_import_row(row: Row) -> bool:
    """Recognise the row in which Qualtrics names its variables as JSON."""
    return any(_text(cell).startswith('{"ImportId"') for cell in row)


def _continues_headings(above: Row, row: Row, below: list[Row]) -> bool:
    cells = [_text(cell) for cell in row]
    texts = [cell for cell in cells if cell and plain_number(cell) is None]
    if not texts and _filled(row) < len(above) - _filled(above):
        return False
    return _fills_gaps(above, row) or _stands_over_numbers(cells, below) or _holds_questions(texts, len(cells), below)


def _fills_gaps(above: Row, row: Row) -> bool:
    """Say whether a row holds the lower headings under merged ones: it begins with a gap and fills theirs."""
    cells = [_text(cell) for cell in row]
    last = max((place for place, cell in enumerate(cells) if cell), default=-1)
    titles = [_text(cell) for cell in _fit(above, last + 1)]
    gaps = [place for place, title in enumerate(titles) if not title]
    filled = [cells[place] for place in gaps if cells[place]]
    if not filled or len(filled) < len(gaps) / 2 or cells[0] or not titles[0]:
        return False
    return all(plain_number(cell) is None or YEAR.fullmatch(cell) for cell in filled)


def _stands_over_numbers(cells: list[str], below: list[Row]) -> bool:
    over = []
    numeric = 0
    for place, cell in enumerate(cells):
        column = [row[place] for row in below if place < len(row) and _text(row[place])]
        if column and sum(_number(value) is not None for value in column) >= 0.8 * len(column):
            numeric += 1
            if cell and plain_number(cell) is None and words().reason(cell) is None:
                over.append(cell)
    return len(over) >= max(2, numeric / 2)


def _holds_questions(texts: list[str], width: int, below: list[Row]) -> bool:
    lengths = [len(_text(cell)) for row in below for cell in row if _text(cell)]
    if len(texts) < max(2, width / 2) or not lengths:
        return False
    length = sum(map(len, texts)) / len(texts)
    return length >= LONG_TEXT and length >= 3 * sum(lengths) / len(lengths) and len(set(texts)) >= 0.8 * len(texts)


def _find_end(rows: list[Row], body: int) -> int:
    width = max((len(row) for row in rows[body : body + LOOK_AHEAD]), default=0)
    end = len(rows)
    while end > body + 1:
        row = rows[end - 1]
        opening = _text(row[0])
        alone = width > 2 and _filled(row) == 1 and bool(opening)
        remark = alone and (len(row) < width or len(opening) > LONG_TEXT or FOOTER.match(opening))
        if _filled(row) and not remark:
            break
        end -= 1
    return end


def _left_out(source: str, kind: Any, rows: list[Row]) -> list[Note]:
    lines = [" ".join(text for cell in row if (text := _text(cell))) for row in rows]
    return [Note(kind, source, len(lines), next((line for line in lines if line), "")[:120])] if lines else []


def _name_columns(rows: list[Row]) -> tuple[list[str], dict[str, Described]]:
    width = max(len(row) for row in rows)
    lines = [[_text(cell) for cell in _fit(row, width)] for row in rows]
    lines = [line for line in lines if not _is_import_row(line)]
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


def _check_lengths(rows: list[Row], headings: list[str], source: str, notes: list[Note]) -> list[str]:
    """Compare the rows with the headings; a column more in every row holds the names of the rows."""
    while headings and not headings[-1] and not any(_text(_fit(row, len(headings))[-1]) for row in rows):
        headings = headings[:-1]
    width = len(headings)
    lengths = [_length(row, width) for row in rows]
    if lengths and min(lengths) == max(lengths) == width + 1 and _are_row_names([_text(row[0]) for row in rows]):
        return ["", *headings]
    longer = [place for place, length in enumerate(lengths) if length > width]
    if longer:
        opening = ", ".join(_text(cell) for cell in rows[longer[0]][:3])
        rows_have = "1 row has" if len(longer) == 1 else f"{len(longer)} rows have"
        raise SurveyError(
            f"{source}: {rows_have} more cells than the {width} headings, the first is {opening!r}… "
            f"with {lengths[longer[0]]}. Cells that contain the delimiter need quotation marks; or name the delimiter."
        )
    shorter = [length for length in lengths if 0 < length < width]
    if shorter:
        notes.append(Note("row_length", source, len(shorter), f"{shorter[0]} cells under {width} headings"))
    return headings


def _are_row_names(cells: list[str]) -> bool:
    """Recognise the names that R writes in front of the rows, without a heading: 1, 2, 3 … or distinct words."""
    counted = [str(number + 1) for number in range(len(cells))]
    return cells == counted or (len(set(cells)) == len(cells) and all(plain_number(cell) is None for cell in cells))


def _length(row: Row, width: int) -> int:
    """Count cells; beyond the headings only up to the last that holds something."""
    length = len(row)
    while length > width and not _text(row[length - 1]):
        length -= 1
    return length


def _fit(row: Row, width: int) -> Row:
    return row[:width] + [None] * (width - len(row))


def _without_blank_columns(frame: pd.DataFrame) -> pd.DataFrame:
    blank = [
        not heading and not frame.iloc[:, place].map(_text).any() for place, heading in enumerate(frame.columns)
    ]
    return frame.loc[:, [not gone for gone in blank]]
