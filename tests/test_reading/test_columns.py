"""Which column holds which item."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommtyp.codebook import Block, Codebook, Item, packaged_codebook
from kommtyp.errors import SurveyError
from kommtyp.reading.columns import match_columns, name_unnamed, unlike_others

BOOK = Codebook(
    (
        Item("recht", "Recht umsetzen", role="goal", scale="choice", column="ZIELE[SQ001]", block="ziele"),
        Item("foerdermittel", "Fördermittel", "Public funding", role="goal", scale="choice", block="ziele"),
        Item("land"),
    ),
    blocks=(Block("ziele", "Welche Ziele?"),),
)


@pytest.mark.parametrize(
    "heading",
    ["ZIELE[SQ001]", "ziele_sq001", "recht", "RECHT", "Recht  umsetzen", "Welche Ziele? [recht]", "Ziele recht"],
)
def test_a_goal_is_found_by_heading_name_or_wording(heading: str) -> None:
    assert match_columns([heading, "x"], BOOK, "x.csv").places == {"recht": 0}


def test_what_was_recognised_and_what_is_missing_is_noted() -> None:
    found = match_columns(["ZIELE[SQ001]", "Public Funding", "x", "x"], BOOK, "x.csv")
    assert found.places == {"recht": 0, "foerdermittel": 1}
    assert found.others == (2, 3)
    assert [(note.kind, note.count, note.detail) for note in found.notes] == [
        ("column_twice", 2, "x (2)"),
        ("heading", 1, "Public Funding"),
        ("column_missing", 1, "'land'"),
    ]


@pytest.mark.parametrize("headings", [["foerdermittel", "foerdermittel"], ["foerdermittel", "Fördermittel "]])
def test_a_goal_in_two_columns_is_an_error(headings: list[str]) -> None:
    with pytest.raises(SurveyError, match="foerdermittel is in 2 columns"):
        match_columns(headings, BOOK, "x.csv")


def test_an_indicator_in_two_columns_is_the_first() -> None:
    assert match_columns(["land", "land"], BOOK, "x.csv").places == {"land": 0}


@settings(max_examples=25)
@given(st.permutations([item.name for item in packaged_codebook().items]))
def test_the_order_of_the_columns_does_not_matter(headings: list[str]) -> None:
    places = match_columns(headings, packaged_codebook(), "x.csv").places
    assert {headings[place]: name for name, place in places.items()} == {name: name for name in headings}


def test_headings_of_every_kind() -> None:
    headings, notes = name_unnamed(["a\n b", None, np.nan, "", 7, ("Ziele", "", "recht"), "\ufeffx"], "x.csv")
    assert headings == ["a b", "column_2", "column_3", "column_4", "7", "Ziele recht", "x"]
    assert [(note.kind, note.count) for note in notes] == [("column_unnamed", 3)]


@given(st.lists(st.sampled_from(["a", "b", "a (2)"])))
def test_a_new_name_is_like_no_other(taken: list[str]) -> None:
    assert unlike_others("a", taken) not in taken
