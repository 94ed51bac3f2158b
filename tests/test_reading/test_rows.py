"""Which rows belong to a survey, and their keys."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.codebook import Codebook, Item
from kommtyp.errors import SurveyError
from kommtyp.reading import to_survey

KEYED = Codebook(
    (Item("ags", role="key"), Item("a", role="goal", scale="rating", low=1, high=5), Item("b", role="context")),
    keep=(("status", (32, "komplett")),),
)
PLAIN = Codebook(KEYED.items)


def notes(survey: Any) -> dict[str, tuple[int, str]]:
    return {note.kind: (note.count, note.detail) for note in survey.notes}


def frame(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2, 3], **columns})


@pytest.mark.parametrize("status", [[32, 31, 32], ["32", "31", "komplett"], [32.0, None, "KOMPLETT"]])
def test_only_rows_that_belong_to_the_survey(status: list[Any]) -> None:
    survey = to_survey(frame(status=status), codebook=KEYED)
    assert survey.answers["a"].tolist() == [1, 3]
    assert notes(survey)["not_in_survey"] == (1, "kept: 32, 'komplett'")


def test_an_answer_that_is_out_of_range_in_a_row_left_out_does_not_matter() -> None:
    left_out = pd.DataFrame({"a": [1, 99], "status": [32, 31]})
    assert to_survey(left_out, codebook=KEYED).answers["a"].tolist() == [1]


def test_a_column_to_keep_by_that_is_missing_or_admits_nobody() -> None:
    with pytest.raises(SurveyError, match="no column 'status'"):
        to_survey(frame(), codebook=KEYED)
    with pytest.raises(SurveyError, match="no row has 'status' equal to 32, 'komplett'; there is '31'"):
        to_survey(frame(status=[31, 31, 31]), codebook=KEYED)


def test_empty_rows_are_left_out() -> None:
    survey = to_survey(pd.DataFrame({"a": [1, None, 3], "b": ["x", " ", None]}), codebook=PLAIN)
    assert survey.answers.index.tolist() == [0, 2]
    assert notes(survey)["rows_empty"] == (1, "")


def test_a_municipality_that_did_not_answer_stays() -> None:
    survey = to_survey(pd.DataFrame({"ags": ["05315000", "01001000"], "a": [1, None]}), codebook=PLAIN)
    assert survey.answers.index.tolist() == ["05315000", "01001000"]


@pytest.mark.parametrize(
    "ags",
    [
        [1001000, 5315000, 16051000],
        ["1001000", "05315000", 16051000.0],
        ["010010000000", 53150000000, "16 0 51 000"],
    ],
)
def test_keys_are_completed(ags: list[Any]) -> None:
    survey = to_survey(frame(ags=ags), codebook=PLAIN)
    assert survey.answers.index.tolist() == ["01001000", "05315000", "16051000"]
    assert survey.answers.index.name == "ags"
    assert notes(survey)["key_repaired"][1].endswith("→ 01001000")


def test_keys_of_another_kind_stay_as_they_are() -> None:
    codes = Codebook((Item("code", role="key"), KEYED.items[1]))
    survey = to_survey(pd.DataFrame({"a": [1, 2, 3], "code": ["01000", "1000", "X-7"]}), codebook=codes)
    assert survey.answers.index.tolist() == ["01000", "1000", "X-7"]


def test_missing_and_repeated_keys() -> None:
    twice = pd.DataFrame({"ags": ["05315000", None, "05315000", "05315000"], "a": [1, 2, 1, 3]})
    survey = to_survey(twice, codebook=PLAIN)
    assert survey.answers.index.tolist() == ["05315000", "Zeile 2", "05315000 (2)", "05315000 (3)"]
    found = notes(survey)
    assert found["key_missing"] == (1, "Zeile 2")
    assert found["key_twice"] == (2, "05315000 (2)")
    assert found["row_twice"] == (1, "05315000")


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "b"]), min_size=1, max_size=8))
def test_keys_become_unique_and_first_ones_keep_theirs(keys: list[str]) -> None:
    survey = to_survey(pd.DataFrame({"a": [1] * len(keys)}, index=keys), codebook=PLAIN)
    index = survey.answers.index
    assert index.is_unique
    assert {index[keys.index(key)] for key in keys} == set(keys)


def test_the_index_is_the_key_where_no_column_is() -> None:
    pd.testing.assert_index_equal(to_survey(frame(), codebook=PLAIN).answers.index, frame().index)
    named = frame().set_index(pd.Index(["x", "y", "z"], name="Ort"))
    survey = to_survey(named, codebook=PLAIN)
    assert (survey.answers.index.tolist(), survey.answers.index.name) == (["x", "y", "z"], "Ort")
    assert "ort" not in survey.codebook


def test_an_index_that_bears_the_name_of_the_key_is_read_as_the_key() -> None:
    survey = to_survey(frame().set_index(pd.Index([1001000, 5315000, 9162000], name="AGS")), codebook=PLAIN)
    assert survey.answers.index.tolist() == ["01001000", "05315000", "09162000"]


def test_a_named_index_beside_a_key_is_not_lost() -> None:
    survey = to_survey(frame(ags=["a", "b", "c"]).set_index(pd.Index(["x", "y", "z"], name="Ort")), codebook=PLAIN)
    assert survey.answers["ort"].tolist() == ["x", "y", "z"]


def test_levels_of_an_index_are_joined() -> None:
    levels = pd.MultiIndex.from_tuples([("BY", 1), ("BY", 2), ("NW", None)])
    survey = to_survey(frame().set_index(levels), codebook=PLAIN)
    assert survey.answers.index.tolist() == ["BY / 1", "BY / 2", "NW"]
    assert notes(survey)["index"] == (3, "BY / 1")


def test_gaps_in_the_index_become_row_numbers() -> None:
    survey = to_survey(frame().set_index(pd.Index(["x", None, 3.0])), codebook=PLAIN)
    assert survey.answers.index.tolist() == ["x", "Zeile 2", "3"]
