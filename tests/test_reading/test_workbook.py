"""Workbooks: which sheet, and what its cells are."""

import datetime
import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter

from kommtyp.errors import SurveyError
from kommtyp.reading.workbook import read_workbook


def xlsx(**sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with these sheets; a name that begins with an underscore is hidden."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name.strip("_"))
            if name.startswith("_"):
                sheet.hide()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return content.getvalue()


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    """The smallest OpenDocument spreadsheet with these texts."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = f'<table:table table:name="Antworten">{cells}</table:table>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
            f"{content}</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return packed.getvalue()


TABLE = [["recht", "land"], [5, "NW"]]


def test_cells_are_text_numbers_truth_values_and_dates() -> None:
    rows = [["a", "b", "c", "d"], [5315000, "  ", True, datetime.date(2019, 1, 7)]]
    assert read_workbook(xlsx(S=rows), "x.xlsx") == ([["a", "b", "c", "d"], [5315000.0, None, True, "2019-01-07"]], [])


def test_the_first_visible_sheet_with_a_table_is_read() -> None:
    content = xlsx(Deckblatt=[["Umfrage"], ["2019"]], _Listen=TABLE, Antworten=[["a", "b"], ["x", "y"]])
    rows, notes = read_workbook(content, "x.xlsx")
    assert rows == [["a", "b"], ["x", "y"]]
    assert [(note.kind, note.count, note.detail) for note in notes] == [("sheet", 3, "Antworten")]


@pytest.mark.parametrize("sheet", ["Listen", 1, -2])
def test_a_sheet_that_is_named_is_read(sheet: str | int) -> None:
    content = xlsx(Deckblatt=[["Umfrage"]], _Listen=TABLE, Antworten=[["a", "b"], ["x", "y"]])
    assert read_workbook(content, "x.xlsx", sheet=sheet)[0] == [["recht", "land"], [5.0, "NW"]]


@pytest.mark.parametrize("sheet", ["Blatt 3", 7, True])
def test_a_sheet_that_is_not_there(sheet: str | int) -> None:
    with pytest.raises(SurveyError, match="Sheets: 'A', 'B'"):
        read_workbook(xlsx(A=TABLE, B=TABLE), "x.xlsx", sheet=sheet)


def test_open_document() -> None:
    assert read_workbook(ods([["recht", "land"], ["5", "NW"]]), "x.ods")[0] == [["recht", "land"], ["5", "NW"]]


def test_workbooks_without_a_table_or_that_are_none() -> None:
    with pytest.raises(SurveyError, match="no table in the sheets 'A'"):
        read_workbook(xlsx(A=[["nur ein Titel"]]), "x.xlsx")
    with pytest.raises(SurveyError, match="cannot be opened as a workbook"):
        read_workbook(b"PK\x03\x04 something else", "x.xlsx")
