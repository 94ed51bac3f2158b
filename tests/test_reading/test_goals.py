"""Goals that a caller names himself."""

from typing import Any

import pandas as pd
import pytest

from kommtyp.codebook import Codebook, Item
from kommtyp.errors import CodebookError, SurveyError
from kommtyp.reading import to_survey

FRAME = pd.DataFrame(
    {
        "F1": [1, 5, 3, 4],
        "F2": ["2", "4,0", None, 1],
        "Größe (km²)": [1.5, 2.5, 7.25, 3],
        "AGS": [1001000, 5315000, 9162000, 16051000],
    }
)


def test_columns_become_goals_of_the_packaged_codebook() -> None:
    survey = to_survey(FRAME, goals={"F1": "recht", "f2": "effizienz"})
    assert survey.goals.columns.tolist() == ["recht", "effizienz"]
    assert survey.answers.index[0] == "01001000"
    assert survey.answers["groesse_km2"].tolist() == [1.5, 2.5, 7.25, 3]


def test_columns_become_goals_of_their_own() -> None:
    survey = to_survey(FRAME, goals=["F1", "F2"])
    assert [(item.name, item.heading, item.scale, item.low, item.high) for item in survey.codebook.goals] == [
        ("f1", "F1", "rating", 1, 5), ("f2", "F2", "rating", 1, 5),
    ]  # fmt: skip
    assert survey.codebook["groesse_km2"].role == "indicator"
    assert survey.answers.index.tolist() == ["01001000", "05315000", "09162000", "16051000"]
    assert {(note.where, note.detail) for note in survey.notes if note.kind == "guessed_scale"} == {
        ("'F1', 'F2'", "goal, rating"), ("'Größe (km²)'", "indicator, number"), ("'AGS'", "key, nominal"),
    }  # fmt: skip


def test_known_words_picks_and_yes_no_become_goals() -> None:
    worded = to_survey(pd.DataFrame({"a": ["sehr wichtig", "k. A."], "b": ["wichtig", "unwichtig"]}), goals=["a", "b"])
    assert worded.goals.to_numpy()[0].tolist() == [5, 4]
    assert worded.codebook["a"].label(5) == "sehr wichtig"
    picked = to_survey(pd.DataFrame({"a": ["x", None, "x"], "b": [None, "x", None]}), goals=["a", "b"])
    assert picked.goals.to_numpy().tolist() == [[1, 0], [0, 1], [1, 0]]
    assert {item.scale for item in picked.codebook.goals} == {"choice"}


def test_named_items_of_a_codebook_or_survey_become_its_goals() -> None:
    likert: dict[str, Any] = {"scale": "rating", "low": 1, "high": 5}
    book = Codebook((Item("a", role="goal", **likert), Item("b", **likert), Item("c")))
    frame = pd.DataFrame({"a": [1, 2], "b": [2, 3], "c": ["x", "y"]})
    assert to_survey(frame, codebook=book, goals=["b"]).goals.columns.tolist() == ["b"]
    survey = to_survey(frame, codebook=book)
    assert to_survey(survey, goals=["a", "b"]).goals.columns.tolist() == ["a", "b"]
    assert to_survey(survey) is survey
    with pytest.raises(SurveyError, match="a Survey already"):
        to_survey(survey, goals={"a": "b"})
    with pytest.raises(CodebookError, match="goals are on 2 scales"):
        to_survey(survey, goals=["a", "c"])


@pytest.mark.parametrize(
    ("goals", "message"),
    [
        ("F1", "'F1' is no list"),
        (7, "7 is no list"),
        ([], "none. Name each column once"),
        (["F1", "F1"], "'F1' twice"),
        (["F1", "F22"], "no column 'F22'. Did you mean 'F2'"),
        ({"F9": "recht"}, "no column 'F9'"),
    ],
)
def test_goals_that_cannot_be(goals: Any, message: str) -> None:
    with pytest.raises(SurveyError, match=message.replace("?", r"\?")):
        to_survey(FRAME, goals=goals)


def test_a_goal_that_the_codebook_does_not_have() -> None:
    with pytest.raises(CodebookError, match="'rechte' not in the codebook"):
        to_survey(FRAME, goals={"F1": "rechte"})


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([1, 5, 99, 3], r"99 among answers from 1 to 5, first in column 'a'.*missing = \[\[99, "),
        ([1, 5, -9, 3], r"missing = \[\[-9, "),
        ([1, 2, 3, 9], "9 among answers from 1 to 4"),
        ([1, 2, "viel", 3], "column 'a' holds 'viel'"),
        ([1, 2, float("inf"), 3], "column 'a' holds 'inf'"),
        ([None] * 4, "column 'a' holds no answer"),
    ],
)
def test_answers_that_make_no_scale(column: list[Any], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        to_survey(pd.DataFrame({"a": column, "b": [1, 4, 2, 3]}), goals=["a", "b"])


def test_goals_that_all_are_rated_alike() -> None:
    with pytest.raises(SurveyError, match="every answer is 2"):
        to_survey(pd.DataFrame({"a": [2, 2], "b": [2, 2]}), goals=["a", "b"])


def test_zero_to_ten_is_a_scale() -> None:
    survey = to_survey(pd.DataFrame({"a": range(11), "b": range(11)}), goals=["a", "b"])
    assert (survey.codebook["a"].low, survey.codebook["a"].high) == (0, 10)
