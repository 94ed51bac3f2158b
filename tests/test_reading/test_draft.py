"""First codebooks for tables that nobody has described."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kommtyp.errors import SurveyError
from kommtyp.reading import draft_codebook, to_survey
from kommtyp.reading.draft import identifier


def guess(values: list[Any], heading: str = "Frage") -> tuple[str, str]:
    item = draft_codebook(pd.DataFrame({heading: values, "_": range(100, 100 + len(values))})).items[0]
    return item.role, item.scale


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1, 1, 0] * 5, ("indicator", "binary")),
        (["ja", "nein", "k. A.", ""] * 5, ("indicator", "binary")),
        ([True, False] * 5, ("indicator", "binary")),
        (["Y", "", ""] * 5, ("indicator", "choice")),
        ([1, None] * 5, ("indicator", "choice")),
        ([1, 2, 3, 4, 5] * 4, ("indicator", "ordinal")),
        (["1", "2", "keine Angabe", "3"] * 4, ("indicator", "ordinal")),
        ([1, 2, 3, 4, 5, 99] * 4, ("indicator", "number")),
        ([1, 2] * 8, ("indicator", "nominal")),
        ([1.5, 2.25, 7] * 4, ("indicator", "number")),
        (["1.234,5", "17", "2.000,0"] * 4, ("indicator", "number")),
        (["in hohem Maße", "gar nicht", "weiß nicht"] * 4, ("indicator", "ordinal")),
        (["sehr wichtig", "unwichtig"] * 4, ("indicator", "ordinal")),
        (["rot", "blau", "grün"] * 5, ("indicator", "nominal")),
        ([f"Anmerkung {number}" for number in range(20)], ("context", "nominal")),
        (["2019-01-07", "2019-01-08"] * 6, ("context", "nominal")),
        (["01", "02", "10"] * 5, ("indicator", "nominal")),
        ([float("inf"), 1.0] * 5, ("context", "nominal")),
        (["immer gleich"] * 9, ("context", "nominal")),
        (["n/a", "-"] * 5, ("context", "nominal")),
        (["None", "Some", "unbekannt"] * 5, ("indicator", "nominal")),
        (["12.345", "1.200"] * 3, ("indicator", "nominal")),
    ],
)
def test_scale_and_role_by_the_values(values: list[Any], expected: tuple[str, str]) -> None:
    assert guess(values) == expected


def test_keys_and_weights_by_heading_and_values() -> None:
    book = draft_codebook(
        pd.DataFrame(
            {
                "id": range(1, 31),
                "Schlüsselnummer": [f"0{number}" for number in range(5315000, 5315030)],
                "gewicht": [0.5 + number / 10 for number in range(30)],
                "PLZ": [53000 + number for number in range(30)],
                "Einwohner am 31.12.": [1000 + 17 * number**2 for number in range(30)],
            }
        )
    )
    assert {item.name: (item.role, item.scale) for item in book.items} == {
        "id": ("context", "nominal"),
        "schluesselnummer": ("key", "nominal"),
        "gewicht": ("weight", "number"),
        "plz": ("context", "nominal"),
        "einwohner_am_31_12": ("indicator", "number"),
    }


def test_columns_that_the_packaged_codebook_knows_keep_its_description() -> None:
    book = draft_codebook(pd.DataFrame({"Bürgernähe": [1, 5, 3], "effizienz": [7, 9, 2], "AGS": ["1001000", "2", "3"]}))
    assert [(item.name, item.role, item.column) for item in book.items] == [
        ("buergernaehe", "goal", "Bürgernähe"),
        ("effizienz", "indicator", ""),
        ("ags", "key", "AGS"),
    ]


def test_options_of_a_multi_select_question_are_one_block() -> None:
    book = draft_codebook(pd.DataFrame({"Z[SQ001]": ["Y", "", "Y"], "Z[SQ002]": ["", "Y", ""], "Q/1": ["Y", "", ""]}))
    assert [(block.name, block.text) for block in book.blocks] == [("z", "Z")]
    assert [item.block for item in book.items] == ["z", "z", ""]


def test_nothing_to_draft_from() -> None:
    with pytest.raises(SurveyError, match="no column holds anything"):
        draft_codebook(pd.DataFrame({"a": [None, None]}))
    with pytest.raises(SurveyError, match="0 rows and 0 columns"):
        draft_codebook(pd.DataFrame())


@given(st.text())
def test_every_heading_makes_a_name(heading: str) -> None:
    assert identifier(heading).isidentifier()


cells = st.one_of(
    st.none(),
    st.integers(-99, 99),
    st.floats(),
    st.booleans(),
    st.text(max_size=4),
    st.sampled_from(["ja", "nein", "Y", "k. A.", "1,5", "1.234", "5 %", "sehr wichtig", "wichtig", "01", "2019-01-07"]),
)
columns = st.lists(st.lists(cells, min_size=6, max_size=6), min_size=1, max_size=4)
headings = st.sampled_from(["a", "recht", "Recht", "x[1]", "x[2]", "ags", "id", "weight", "", "ü"])


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(columns, st.data())
def test_a_draft_reads_the_table_it_was_made_of(values: list[list[Any]], data: st.DataObject) -> None:
    """Whatever the cells are, the drafted codebook allows them all, and no row that holds anything is lost."""
    frame = pd.DataFrame(dict(enumerate(pd.Series(column, dtype=object) for column in values)), dtype=object)
    frame.columns = pd.Index([f"{data.draw(headings)}{place}" for place in range(len(values))])
    try:
        book = draft_codebook(frame)
    except SurveyError:
        return
    survey = to_survey(frame, codebook=book)
    assert len(survey) >= frame.map(lambda cell: isinstance(cell, int)).any(axis=1).sum()
    assert {note.kind for note in survey.notes}.isdisjoint({"guessed_scale", "goal_missing", "column_missing"})
