"""What a file is, seen from its first bytes, and the table in it."""

import hashlib
from pathlib import Path
from typing import get_args

from kommtyp.errors import SurveyError, check_choice, check_kind
from kommtyp.reading.layout import lay_out
from kommtyp.reading.stored import READERS, read_stored
from kommtyp.reading.table import DecimalMark, Table
from kommtyp.reading.text import decimal_mark, decode_text, split_rows
from kommtyp.reading.workbook import read_workbook
from kommtyp.survey import Note

__all__ = ["kind_of", "read_table"]

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"$FL2", "sav"),
    (b"$FL3", "zsav"),
    (b"<stata_dta>", "dta"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
    (b"PK\x03\x04", "workbook"),
    (b"\x00" * 12 + b"\xc2\xea\x81\x60", "sas7bdat"),
)
REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"HEADER RECORD*******", "a SAS transport file"),
    (b"RDX", "an R data file"),
)
KIND_OF_ENDING = {
    ".csv": "text", ".tsv": "text", ".tab": "text", ".txt": "text",
    ".xlsx": "workbook", ".xlsm": "workbook", ".xls": "workbook", ".ods": "workbook",
    ".parquet": "parquet", ".sav": "sav", ".zsav": "zsav", ".por": "por", ".dta": "dta", ".sas7bdat": "sas7bdat",
}
NAMES = {"text": "a text table", "workbook": "a workbook", "parquet": "a Parquet file"}


def kind_of(content: bytes, ending: str, source: str) -> str:
    r"""Say what a file is.

    Parameters
    ----------
    content : bytes
        Content of the file.
    ending : str
        Ending of its name, such as ``".csv"``.
    source : str
        File name, for messages.

    Returns
    -------
    str
        ``"text"``, ``"workbook"``, ``"parquet"``, ``"sav"``, ``"zsav"``, ``"por"``, ``"dta"`` or ``"sas7bdat"``.

    Raises
    ------
    SurveyError
        If it is something that holds no table, or none that can be read.

    Examples
    --------
    >>> kind_of(b"a;b\n1;2\n", ".csv", "x.csv"), kind_of(b"PK\x03\x04", ".csv", "x.csv")
    ('text', 'workbook')
    """
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    for signature, name in REFUSED:
        if content.startswith(signature):
            raise SurveyError(f"{source}: is {name}. Save the survey as CSV in UTF-8, or as XLSX.")
    opening = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<div", b"<workbook")):
        raise SurveyError(
            f"{source}: is a web page or XML, no table. Open it in a spreadsheet and save it as XLSX or CSV."
        )
    if opening.startswith((b"{", b"[{", b"[[")):
        raise SurveyError(f"{source}: looks like JSON, no table. Save the survey as CSV in UTF-8, or as XLSX.")
    if ending == ".por" or b"SPSS PORT FILE" in content[:200]:
        return "por"
    if ending == ".dta" and content[:1] in {b"\x69", b"\x6c", b"\x6e", b"\x6f", b"\x71", b"\x72", b"\x73"}:
        return "dta"
    return "text"


def read_table(
    path: str | Path,
    *,
    sheet: str | int | None = None,
    delimiter: str | None = None,
    decimal: DecimalMark | None = None,
    encoding: str | None = None,
) -> Table:
    """Find the table in a file.

    Parameters
    ----------
    path : str or Path
        The file.
    sheet, delimiter, decimal, encoding
        As in `read_survey`.

    Returns
    -------
    Table
        Its cells as they came, with notes.

    Raises
    ------
    SurveyError
        If there is no such file, or no table in it.
    """
    if decimal is not None:
        _check_decimal(decimal)
    check_kind("path", path, (str, Path), "the path of a file")
    file = Path(path).expanduser()
    content = _content(file)
    source = file.name
    kind = kind_of(content, file.suffix.lower(), source)
    expected = KIND_OF_ENDING.get(file.suffix.lower(), kind)
    alike = kind == expected or {kind, expected} == {"sav", "zsav"}
    notes = [] if alike else [Note("file_type", source, detail=NAMES.get(kind, f"a {kind.upper()} file"))]
    fingerprint = hashlib.sha256(content).hexdigest()
    if kind in READERS:
        stored = read_stored(file, kind, source)
        return Table(stored.frame, source, fingerprint, tuple(notes), stored.described, decimal)
    mark = decimal
    if kind == "workbook":
        rows, found = read_workbook(content, source, sheet=sheet)
    else:
        text, found = decode_text(content, source, encoding=encoding)
        rows, used = split_rows(text, source, delimiter=delimiter)
        mark = decimal or decimal_mark(rows, used)
    layout = lay_out(rows, source)
    return Table(layout.frame, source, fingerprint, (*notes, *found, *layout.notes), layout.described, mark)


def _check_decimal(decimal: object) -> None:
    try:
        check_choice("decimal", decimal, get_args(DecimalMark))
    except ValueError as error:
        raise SurveyError(str(error)) from None


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise SurveyError(f"{file}: no such file. Check the path, from {Path.cwd()}.") from None
    except IsADirectoryError:
        raise SurveyError(f"{file}: is a folder. Give one file.") from None
    except (OSError, ValueError) as error:
        raise SurveyError(f"{file}: cannot be read ({error}). Check the path and your permissions.") from None
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise SurveyError(f"{file.name}: the file is empty. Give a table with headings and answers.")
    return content
