"""What a file is, whatever its name says."""

from pathlib import Path

import pytest

from kommtyp.errors import KommtypError, SurveyError
from kommtyp.reading.files import kind_of, read_table

from .test_workbook import ods, xlsx

TEXT = b"recht;land\n5;NW\n"


def write(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("x.csv", TEXT, []),
        ("x.tsv", TEXT.replace(b";", b"\t"), []),
        ("x", TEXT, []),
        ("x.dat", TEXT, []),
        ("x.xlsx", TEXT, ["a text table"]),
        ("x.sav", TEXT, ["a text table"]),
        ("x.XLSX", xlsx(S=[["recht", "land"], ["5", "NW"]]), []),
        ("x.csv", xlsx(S=[["recht", "land"], ["5", "NW"]]), ["a workbook"]),
        ("x.xls", xlsx(S=[["recht", "land"], ["5", "NW"]]), []),
        ("x.ods", ods([["recht", "land"], ["5", "NW"]]), []),
        ("x.txt", ods([["recht", "land"], ["5", "NW"]]), ["a workbook"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a workbook holds the time it was made
)
def test_a_file_is_read_by_its_content(tmp_path: Path, name: str, content: bytes, note: list[str]) -> None:
    table = read_table(write(tmp_path, name, content))
    assert table.frame.to_dict("list") == {"recht": ["5"], "land": ["NW"]}
    assert [entry.detail for entry in table.notes if entry.kind == "file_type"] == note
    assert table.source == name
    assert len(table.fingerprint) == 64


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n", "the file is empty"),
        (b"<html><table><tr><td>a", "is a web page or XML"),
        (b"\n <!DOCTYPE html>", "is a web page or XML"),
        (b'<?xml version="1.0"?><Workbook>', "is a web page or XML"),
        (b'[{"recht": 5}]', "looks like JSON"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\x1f\x8b\x08", "is a compressed file"),
        (b"PK\x03\x04 nothing", "cannot be opened as a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "cannot be opened as a workbook"),
        (b"\x89PNG\r\n", "is a picture"),
    ],
)
def test_files_that_hold_no_table(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        read_table(write(tmp_path, "x.xls", content))


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(SurveyError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(SurveyError, match="cannot be read"):
        read_table("a\0b.csv")


def test_a_decimal_mark_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="decimal: ':' is not known"):
        read_table(write(tmp_path, "x.csv", TEXT), decimal=":")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "signature", [b"$FL2", b"PAR1", b"<stata_dta>", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
@pytest.mark.parametrize("rest", [b"", b"garbage" * 50, bytes(range(256)) * 4])
def test_broken_files_give_an_error_in_words(tmp_path: Path, signature: bytes, rest: bytes) -> None:
    with pytest.raises(KommtypError, match=r"x\.bin"):
        read_table(write(tmp_path, "x.bin", signature + rest))


def test_kinds() -> None:
    assert kind_of(b"$FL3x", ".sav", "x") == "zsav"
    assert kind_of(b"\x72\x01", ".dta", "x") == "dta"
    assert kind_of(b"ASCII SPSS PORT FILE", ".por", "x") == "por"
