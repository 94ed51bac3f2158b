"""Text tables: encodings, delimiters, decimal marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.errors import SurveyError
from kommtyp.reading.text import decimal_mark, decode_text, split_rows

GERMAN = "Bürgernähe;Fördermittel;Größe\n1;2;überörtlich\n2;3;süß\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_german_letters_survive(encoding: str) -> None:
    text, notes = decode_text(GERMAN.encode(encoding), "x.csv")
    assert text == GERMAN
    assert [note.kind for note in notes] == ([] if encoding.startswith("utf-8") else ["encoding"])


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_encodings_of_other_machines_are_known_by_their_letters(encoding: str) -> None:
    text, notes = decode_text(GERMAN.encode(encoding), "x.csv")
    assert text == GERMAN
    assert notes[0].detail == encoding


def test_japanese_is_known_by_its_letters() -> None:
    text = "市町村コード,名称\n13220,東大和市\n40625,苅田町\n"
    assert decode_text(text.encode("cp932"), "x.csv")[0] == text


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(SurveyError, match="encoding cannot be recognised"):
        decode_text(bytes(range(1, 256)) * 20, "x.csv")
    with pytest.raises(SurveyError, match="not a text file"):
        decode_text(b"a;b\n\x00;\x01\n", "x.csv")


def test_an_encoding_that_is_named_must_fit() -> None:
    with pytest.raises(SurveyError, match="'utf-99' is not known"):
        decode_text(b"a;b", "x.csv", encoding="utf-99")
    with pytest.raises(SurveyError, match="not in 'utf-8'"):
        decode_text(GERMAN.encode("latin-1"), "x.csv", encoding="utf-8")


letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Zs"), exclude_characters='";,|')
lines = st.lists(st.text(letters, max_size=8).filter(str.strip), min_size=3, max_size=3)


@given(st.sampled_from(";,\t|"), st.lists(lines, min_size=2, max_size=6))
def test_the_delimiter_is_found(delimiter: str, rows: list[list[str]]) -> None:
    text = "\n".join(delimiter.join(row) for row in rows)
    assert split_rows(text, "x.csv") == (rows, delimiter)


def test_quotation_marks_keep_delimiters_and_line_breaks() -> None:
    rows, _ = split_rows('a;b\n"x; ""y""";"1\n2"\n', "x.csv")
    assert rows == [["a", "b"], ['x; "y"', "1\n2"]]
    rows, _ = split_rows('a;b\n"Stadt" Adenau;1\nStadt "B";2\n', "x.csv")
    assert rows == [["a", "b"], ["Stadt Adenau", "1"], ['Stadt "B"', "2"]]


def test_excel_says_its_delimiter_in_the_first_line() -> None:
    assert split_rows("sep=|\na|b;c\n1|2;3\n", "x.csv")[0] == [["a", "b;c"], ["1", "2;3"]]


def test_preamble_and_decimal_commas_do_not_mislead() -> None:
    text = "Umfrage der Kommunen, Stand: 2019, erste Fassung\n\n" + "a;b;c\n" + "1,5;2,5;x, y\n" * 5
    assert split_rows(text, "x.csv")[1] == ";"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", {}, "the file is empty"),
        ("Ein Satz, mit Komma.\nEin anderer.\nNoch einer; mehr nicht.\nEnde.\n", {}, "no delimiter divides"),
        ("a;b\n1;2\n", {"delimiter": ";;"}, "not one character"),
        ("a;b\n1;2\n", {"delimiter": ","}, "',' divides no line, ';' does"),
        ('a,b\n1,"x\n' + "2,y\n" * 30, {}, "opened before 'x' and not closed"),
        ('a,b\n1,"x\n2,y\n3,"z\n4,u\n', {}, "opened before 'x' and not closed"),
        ("a,b\n1," + "x" * 200_000, {}, "cannot be divided"),
    ],
)
def test_text_that_is_no_table(text: str, options: dict[str, str], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        split_rows(text, "x.csv", **options)


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark"),
    [
        (["1,5", "2"], ",", ","),
        (["1.5", "2"], ";", "."),
        (["1.234"], ";", ","),
        (["1.234"], ",", None),
        (["1.5", "1,5"], ";", None),
        (["31.12.2019"], ",", None),
    ],
)
def test_the_decimal_mark_of_a_file(cells: list[str], delimiter: str, mark: str | None) -> None:
    assert decimal_mark([cells], delimiter) == mark
