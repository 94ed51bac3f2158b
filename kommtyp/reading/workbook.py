"""Workbooks (XLSX, XLSM, XLS, ODS): which sheet, and its rows of raw cells."""

import datetime
import io
from typing import Any

from kommtyp import lazy
from kommtyp.errors import SurveyError, first_of
from kommtyp.reading.table import Row
from kommtyp.survey import Note

__all__ = ["read_workbook"]


def read_workbook(content: bytes, source: str, *, sheet: str | int | None = None) -> tuple[list[Row], list[Note]]:
    """Read the raw cells of one sheet.

    Parameters
    ----------
    content : bytes
        Content of the file.
    source : str
        File name, for messages.
    sheet : str or int, optional
        Name of the sheet, or its position from 0; None takes the first visible one that holds a table.

    Returns
    -------
    list of list
        Cells by row: text, float, bool, or None where empty.
    list of Note
        A "sheet" note where there were several.

    Raises
    ------
    SurveyError
        If the file is no workbook, is protected, or holds no such sheet or no table.
    """
    calamine = lazy.load("python_calamine")
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = list(book.sheet_names)
        hidden = {
            entry.name for entry in book.sheets_metadata if entry.visible != calamine.SheetVisibleEnum.Visible
        }
        wanted = [_named(names, sheet, source)] if sheet is not None else sorted(names, key=lambda name: name in hidden)
        for name in wanted:
            rows = [[_plain(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
            if sheet is not None or _holds_table(rows):
                return rows, [Note("sheet", source, len(names), name)] if len(names) > 1 else []
    except SurveyError:
        raise
    except Exception as error:  # the reader's errors have no common base
        raise SurveyError(
            f"{source}: cannot be opened as a workbook ({str(error).strip() or type(error).__name__}). "
            "If it is protected by a password, remove it; else save it as XLSX or CSV again."
        ) from None
    raise SurveyError(f"{source}: no table in the sheets {first_of(names)}. Give a table with headings and answers.")


def _named(names: list[str], sheet: str | int, source: str) -> str:
    if isinstance(sheet, int) and not isinstance(sheet, bool) and -len(names) <= sheet < len(names):
        return names[sheet]
    if sheet in names:
        return str(sheet)
    raise SurveyError(f"{source}: no sheet {sheet!r}. Sheets: {first_of(names, limit=20)}.")


def _holds_table(rows: list[Row]) -> bool:
    return sum(sum(cell is not None for cell in row) >= 2 for row in rows[:200]) >= 2


def _plain(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return None if cell is None else str(cell)
