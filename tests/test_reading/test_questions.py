"""Multi-select questions, ranks and turned scales."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.codebook import Block, Codebook, Item
from kommtyp.reading import to_survey
from kommtyp.reading.questions import as_asked, turn
from kommtyp.survey import Survey

PICKS = Codebook(
    (
        Item("a", role="goal", scale="choice", block="ziele"),
        Item("b", role="goal", scale="choice", block="ziele"),
        Item("c", role="goal", scale="choice", block="ziele"),
        Item("bots", scale="binary"),
        Item("name", role="context"),
    ),
    blocks=(Block("ziele", max_picks=2),),
)


def table(survey: Survey, *columns: str) -> list[list[float | None]]:
    return [[None if pd.isna(cell) else cell for cell in row] for row in survey.answers[list(columns)].to_numpy()]


def notes(survey: Survey) -> dict[tuple[str, str], int]:
    return {(note.kind, note.where): note.count for note in survey.notes}


@pytest.mark.parametrize("yes", ["Y", "x", 1, "ja", "angekreuzt", True])
def test_an_empty_cell_is_not_picked_where_only_picks_are_marked(yes: Any) -> None:
    frame = pd.DataFrame({"a": [yes, None, None], "b": [None, yes, None], "c": [yes, yes, None], "bots": [1, 0, 1]})
    survey = to_survey(frame, codebook=PICKS)
    assert table(survey, "a", "b", "c") == [[1, 0, 1], [0, 1, 1], [0, 0, 0]]
    assert notes(survey)["not_picked", "ziele"] == 5
    assert notes(survey)["nothing_picked", "ziele"] == 1


def test_a_question_without_any_pick_was_not_asked() -> None:
    """Six empty columns are no survey in which nobody picked anything."""
    frame = pd.DataFrame({"a": [None, None], "b": [None, None], "c": ["", ""], "bots": [1, 0]})
    survey = to_survey(frame, codebook=PICKS)
    assert table(survey, "a", "b", "c") == [[None, None, None]] * 2
    assert not {kind for kind, _ in notes(survey)} & {"not_picked", "nothing_picked"}


def test_a_row_without_any_other_answer_picked_nothing_and_said_nothing() -> None:
    frame = pd.DataFrame({"a": ["Y", ""], "b": ["", ""], "c": ["", ""], "bots": [1, None], "name": ["x", "y"]})
    assert table(to_survey(frame, codebook=PICKS), "a", "b", "c") == [[1, 0, 0], [None, None, None]]


@pytest.mark.parametrize("no", ["N", 0, "nein", "nicht angekreuzt"])
def test_an_empty_cell_is_a_gap_where_no_is_said(no: Any) -> None:
    frame = pd.DataFrame({"a": ["Y", None], "b": [no, "Y"], "c": [None, None], "bots": [1, 0]})
    survey = to_survey(frame, codebook=PICKS)
    assert table(survey, "a", "b", "c") == [[1, 0, None], [None, 1, None]]
    assert notes(survey)["empty", "c"] == 2


def test_too_many_picks_are_kept_and_noted() -> None:
    frame = pd.DataFrame({"a": [1, 1], "b": [1, 0], "c": [1, 1]})
    survey = to_survey(frame, codebook=PICKS)
    assert table(survey, "a", "b", "c") == [[1, 1, 1], [1, 0, 1]]
    assert [note.detail for note in survey.notes if note.kind == "too_many_picks"] == ["3 of at most 2"]


RANKS = Codebook(tuple(Item(name, role="goal", scale="rank", low=1, high=3) for name in "abcd"))


def test_ranks_are_turned_and_the_unranked_lie_below_the_lowest() -> None:
    frame = pd.DataFrame({"a": [1, None, "1"], "b": [2, None, None], "c": ["3", None, None], "d": [None, None, None]})
    frame["name"] = ["x", "y", "z"]
    survey = to_survey(frame, codebook=RANKS)
    assert table(survey, "a", "b", "c", "d") == [[3, 2, 1, 0], [None] * 4, [3, 0, 0, 0]]
    assert notes(survey)["unranked", "goals"] == 4
    assert (survey.codebook["a"].low, survey.codebook["a"].high) == (0, 3)


MARKS = Codebook(
    (
        Item(
            "a",
            role="goal",
            scale="rating",
            reversed=True,
            codes=((1, "sehr wichtig"), (2, "wichtig"), (3, "unwichtig")),
            codes_en=((1, "very important"),),
            aliases=(("A1", 1),),
            missing=((9, "no answer"),),
        ),
    )
)


def test_school_marks_are_turned_with_their_codes() -> None:
    survey = to_survey(pd.DataFrame({"a": [1, "wichtig", "A1", 9, "2,5"]}), codebook=MARKS)
    assert table(survey, "a") == [[3], [2], [3], [None], [1.5]]
    item = survey.codebook["a"]
    assert (item.label(3), item.label(1), item.label(3, "en")) == ("sehr wichtig", "unwichtig", "very important")
    assert not item.reversed
    assert [note.detail for note in survey.notes if note.kind == "reversed"] == ["1…3 → 3…1"]


@pytest.mark.parametrize("book", [MARKS, RANKS, PICKS])
def test_the_codebook_of_a_survey_reads_the_next_one_alike(book: Codebook) -> None:
    frame = pd.DataFrame({name: [1, None, "1"] for name in "abcd"})
    first = to_survey(frame, codebook=book)
    again = to_survey(frame, codebook=first.codebook)
    pd.testing.assert_frame_equal(first.answers, again.answers)
    assert first.codebook == again.codebook


ends = st.integers(-3, 3)


@given(ends, st.integers(1, 6), st.booleans())
def test_turning_there_and_back_changes_nothing(low: int, steps: int, rank: bool) -> None:
    codes = () if rank else tuple((low + step, f"Stufe {step}") for step in range(steps + 1))
    item = Item("a", scale="rank" if rank else "rating", low=low, high=low + steps, codes=codes, reversed=not rank)
    assert as_asked(turn(item)) == item
    assert turn(turn(item)) == turn(item)
    assert turn(as_asked(turn(item))) == turn(item)
