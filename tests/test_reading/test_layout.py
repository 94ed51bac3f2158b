"""Where in a sheet the table is."""

from typing import Any

import pytest

from kommtyp.errors import SurveyError
from kommtyp.reading.layout import lay_out


def rows_of(text: str) -> list[list[Any]]:
    return [[cell or None for cell in line.split(";")] if line else [] for line in text.splitlines()]


def headings(text: str) -> list[str]:
    return lay_out(rows_of(text), "x.csv").frame.columns.tolist()


def kinds(text: str) -> dict[str, int]:
    return {note.kind: note.count for note in lay_out(rows_of(text), "x.csv").notes}


PLAIN = "ags;recht;land\n01001000;5;SH\n05315000;3;NW\n"


def test_a_plain_table_needs_no_notes() -> None:
    layout = lay_out(rows_of(PLAIN), "x.csv")
    assert layout.frame.to_dict("list") == {
        "ags": ["01001000", "05315000"], "recht": ["5", "3"], "land": ["SH", "NW"],
    }  # fmt: skip
    assert layout.notes == ()


@pytest.mark.parametrize(
    "above", ["Umfrage 2019\n", "# Kommentar;;\n#;;\n", "\n\n", "Umfrage;;\nStand: 2019;;\n\n", ";;\nTitel;;\n"]
)
def test_lines_above_the_headings_are_left_out(above: str) -> None:
    assert headings(above + PLAIN) == ["ags", "recht", "land"]
    assert len(lay_out(rows_of(above + PLAIN), "x.csv").frame) == 2


@pytest.mark.parametrize(
    "below", ["__________\n", "Quelle: Umfrage;;\n", "\n\n© Statistisches Amt\nStand: 2020\n", "1) ohne Kreise;;\n"]
)
def test_lines_below_the_table_are_left_out(below: str) -> None:
    assert len(lay_out(rows_of(PLAIN + below), "x.csv").frame) == 2
    assert kinds(PLAIN + below)["footer"] >= 1


def test_a_municipality_that_did_not_answer_is_no_footer() -> None:
    assert len(lay_out(rows_of(PLAIN + "16051000;;\n"), "x.csv").frame) == 3


def test_a_row_that_numbers_the_columns_is_no_row_of_answers() -> None:
    text = "a;b;c;d;e;f\n1;2;3;4;5;6\nx;1;1;2;3;4\ny;2;2;2;3;4\n"
    assert len(lay_out(rows_of(text), "x.csv").frame) == 2
    assert headings("Nr.;1;2;3;4;5;6\na;b;c;d;e;f;g\n5;2;2;2;3;4;4\n") == list("abcdefg")


def test_merged_headings_are_joined_with_those_below_them() -> None:
    text = "Schlüssel;Name;Bevölkerung;;\n;;insgesamt;männlich;weiblich\n01001;Flensburg;3;1;2\n01002;Kiel;5;2;3\n"
    expected = ["Schlüssel", "Name", "Bevölkerung insgesamt", "Bevölkerung männlich", "Bevölkerung weiblich"]
    assert headings(text) == expected
    assert kinds(text) == {"header_rows": 2}
    years = "Schlüssel;Name;Bevölkerung;;\n;;2017;2018;2019\n01001;Flensburg;3;1;2\n01002;Kiel;5;2;3\n"
    assert headings(years)[2:] == ["Bevölkerung 2017", "Bevölkerung 2018", "Bevölkerung 2019"]


def test_names_with_the_questions_below_or_above_them() -> None:
    questions = "Wie wichtig ist Ihnen das Recht?;Wie wichtig ist Ihnen die Effizienz?"
    numbers, words = "5;3\n4;4\n", "A1;A2\nA1;A3\n"
    for text in (f"q1;q2\n{questions}\n{numbers}", f"{questions}\nq1;q2\n{numbers}", f"q1;q2\n{questions}\n{words}"):
        layout = lay_out(rows_of(text), "x.csv")
        assert layout.frame.columns.tolist() == ["q1", "q2"]
        assert layout.described["q1"].text == "Wie wichtig ist Ihnen das Recht?"
        assert len(layout.frame) == 2


def test_the_rows_in_which_qualtrics_names_its_variables() -> None:
    text = 'q1;q2\nFrage eins;Frage zwei\n{"ImportId":"QID1"};{"ImportId":"QID2"}\n5;3\n'
    layout = lay_out(rows_of(text), "x.csv")
    assert layout.frame.to_dict("list") == {"q1": ["5"], "q2": ["3"]}
    assert layout.described["q2"].text == "Frage zwei"


def test_a_first_answer_without_numbers_is_no_heading() -> None:
    assert len(lay_out(rows_of("a;b;c\nk. A.;keine Angabe;weiß nicht\n1;2;3\n2;3;4\n"), "x.csv").frame) == 3


def test_names_of_rows_without_a_heading_as_r_writes_them() -> None:
    assert headings("a;b\n1;5;3\n2;4;4\n") == ["", "a", "b"]


def test_cells_that_were_torn_apart_are_an_error() -> None:
    with pytest.raises(SurveyError, match="2 rows have more cells than the 2 headings"):
        lay_out(rows_of("a;b\n1;5;2\n1;5;3\n"), "x.csv")
    with pytest.raises(SurveyError, match="1 row has more cells"):
        lay_out(rows_of(PLAIN + "01002000;5;SH;zu viel\n" + PLAIN), "x.csv")


def test_short_rows_are_filled_and_noted_and_blank_columns_left_out() -> None:
    assert kinds("a;b;c;d\n1;2;3;4\n1;2\n4;3;2;1\n") == {"row_length": 1}
    assert headings("a;b;;\n1;2;;\n3;4;;\n") == ["a", "b"]
    assert headings("a;;b\n1;;2\n3;;4\n") == ["a", "b"]


@pytest.mark.parametrize("text", ["", "\n\n", ";;;\n;;\n"])
def test_an_empty_sheet(text: str) -> None:
    with pytest.raises(SurveyError, match="the file is empty"):
        lay_out(rows_of(text), "x.csv")


def test_headings_alone() -> None:
    with pytest.raises(SurveyError, match="no rows of answers"):
        lay_out(rows_of("a;b;c\n"), "x.csv")


def test_headings_that_are_numbers_or_dates() -> None:
    assert lay_out([["Stadt", 2019.0, None], ["Bonn", 1.0, None]], "x.xlsx").frame.columns.tolist() == ["Stadt", "2019"]
