"""From a file or a frame to a survey, all the way."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommtyp.codebook import Codebook, Item, packaged_codebook
from kommtyp.errors import CodebookError, SurveyError
from kommtyp.reading import read_survey, to_survey
from kommtyp.reading.table import fingerprint_of

GOALS = [item.name for item in packaged_codebook().goals]


def likert(n: int = 12, *, seed: int = 0) -> pd.DataFrame:
    ratings = np.random.default_rng(seed).integers(1, 6, (n, len(GOALS)))
    return pd.DataFrame(ratings, columns=GOALS).assign(ags=[f"{5_315_000 + row:08d}" for row in range(n)])


def test_the_sample_needs_no_codebook_and_no_repair(sample: pd.DataFrame) -> None:
    survey = to_survey(sample)
    assert len(survey) == 412
    assert survey.answers.index.name == "ags"
    assert {note.kind for note in survey.notes} == {"empty", "column_missing"}
    assert set(survey.answers) == set(sample) - {"ags"}
    goals = survey.goals.to_numpy()
    np.testing.assert_array_equal(goals, sample[list(survey.goals)].to_numpy(dtype=float))


def test_what_answers_are_stored_as(sample: pd.DataFrame) -> None:
    survey = to_survey(sample)
    for item in survey.items("goal", "indicator", "context", "weight"):
        text = item.scale == "nominal"
        assert pd.api.types.is_float_dtype(survey.answers[item.name].dtype) != text
        if text:
            assert survey.answers[item.name].dropna().map(type).eq(str).all()


@pytest.mark.parametrize("dtype", ["int8", "float32", "Int64", "Float64", "string", "category", object, "str"])
def test_the_dtype_of_the_same_answers_does_not_matter(dtype: Any) -> None:
    frame = likert()
    again = frame.astype(dict.fromkeys(GOALS, dtype))
    pd.testing.assert_frame_equal(to_survey(again).answers, to_survey(frame).answers)


@settings(max_examples=25)
@given(st.permutations([*GOALS, "ags"]), st.permutations(range(12)))
def test_the_order_of_rows_and_columns_does_not_matter(columns: list[str], rows: list[int]) -> None:
    frame = likert()
    expected = to_survey(frame).answers
    found = to_survey(frame.loc[rows, columns].reset_index(drop=True)).answers
    pd.testing.assert_frame_equal(found.loc[expected.index], expected)


def test_the_frame_is_not_changed() -> None:
    frame = likert().assign(recht=["3,0", "k. A."] * 6, x=pd.Categorical(["a", "b"] * 6))
    before = frame.copy(deep=True)
    to_survey(frame)
    to_survey(frame, goals=["effizienz", "gemeinschaft"])
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("dialect", "encoding"),
    [
        ({"sep": ","}, "utf-8"),
        ({"sep": ";", "decimal": ","}, "cp1252"),
        ({"sep": "\t"}, "utf-16"),
        ({"sep": "|", "quoting": 1}, "utf-8-sig"),
        ({"sep": ";", "lineterminator": "\r\n"}, "latin-1"),
    ],
)
def test_a_frame_and_its_file_are_the_same_survey(
    tmp_path: Path, sample: pd.DataFrame, dialect: dict[str, Any], encoding: str
) -> None:
    file = tmp_path / "umfrage.csv"
    sample.to_csv(file, index=False, encoding=encoding, **dialect)
    survey = read_survey(file)
    pd.testing.assert_frame_equal(survey.answers, to_survey(sample).answers)
    assert survey.source == "umfrage.csv"
    again = to_survey(str(file))
    assert again.fingerprint == survey.fingerprint
    pd.testing.assert_frame_equal(again.answers, survey.answers)


def test_a_workbook_that_lost_leading_zeros(tmp_path: Path, sample: pd.DataFrame) -> None:
    file = tmp_path / "umfrage.xlsx"
    sample.assign(ags=sample["ags"].astype(int)).to_excel(file, index=False, engine="xlsxwriter")
    survey = read_survey(file)
    pd.testing.assert_frame_equal(survey.answers, to_survey(sample).answers)
    assert "key_repaired" in {note.kind for note in survey.notes}


def test_columns_that_nobody_described_are_kept() -> None:
    frame = likert().assign(Farbe=["rot", "blau"] * 6, Fläche=np.arange(12) / 7, leer=None)
    frame["Notiz"] = [f"n{row}" for row in range(12)]
    survey = to_survey(frame)
    assert [(item.name, item.role) for item in survey.codebook.items[-3:]] == [
        ("farbe", "indicator"), ("flaeche", "indicator"), ("notiz", "context"),
    ]  # fmt: skip
    assert {note.where for note in survey.notes if note.kind == "guessed_scale"} == {"'Farbe'", "'Fläche'", "'Notiz'"}
    assert [note.detail for note in survey.notes if note.kind == "column_empty"] == ["'leer'"]
    assert all(name in survey.codebook for name in survey.answers)


def test_all_offending_columns_are_in_one_message() -> None:
    frame = likert().assign(recht=[99] * 3 + [1] * 9, effizienz=["Unsinn"] + [3] * 11, gemeinschaft=[-9] + [3] * 11)
    with pytest.raises(SurveyError) as caught:
        to_survey(frame)
    message = str(caught.value)
    assert message.startswith("DataFrame: 3 columns hold answers that the codebook does not allow.")
    assert "recht: 99 (3 times, first in row '05315000'), allowed is 1 'unwichtig'" in message
    assert "effizienz: 'Unsinn' (once, in row '05315000')" in message
    assert 'missing = [[99, "no answer"]]' in message
    assert 'aliases = [["Unsinn", 1]]' in message


def test_the_first_five_columns_are_named_and_the_rest_counted() -> None:
    with pytest.raises(SurveyError, match="And 3 more columns"):
        to_survey(likert().assign(**dict.fromkeys(GOALS, 99)))


def test_a_codebook_declares_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "eigen.toml"
    item = '[[items]]\nname = "recht"\nmissing = [[99, "no answer"]]\n'
    file.write_text(f'extends = "digitale-kommune"\n{item}', encoding="utf-8")
    survey = to_survey(likert().assign(recht=[99] * 3 + [1] * 9), codebook=file)
    assert survey.answers["recht"].isna().sum() == 3
    assert ("missing", "recht", 3) in {(note.kind, note.where, note.count) for note in survey.notes}


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([-1.0, 2.0], "has a negative weight in 6 of 12 rows, first in '05315000'"),
        ([None, 2.0], "has no weight in 6 of 12 rows"),
        ([0, 0], "is 0 in all 12 rows"),
        ([float("inf"), 1.0], "Infinite numbers"),
        (["viel", 1.0], "allowed is a number"),
    ],
)
def test_weights_that_cannot_weigh(weights: list[Any], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        to_survey(likert().assign(gewicht=weights * 6))


def test_weights_that_can() -> None:
    survey = to_survey(likert().assign(gewicht=["0", "1,5"] * 6))
    assert survey.answers["gewicht"].tolist() == [0, 1.5] * 6
    assert ("weight", 6) in {(note.kind, note.count) for note in survey.notes}
    assert "gewicht" not in to_survey(likert().assign(gewicht=np.nan)).answers


@pytest.mark.parametrize("answers", [None, 3, [1, 2], np.zeros((3, 2)), {"recht": [1]}])
def test_what_is_no_table(answers: Any) -> None:
    with pytest.raises(SurveyError, match="Give a DataFrame, a Survey, or the path"):
        to_survey(answers)


def test_tables_without_rows_or_answers() -> None:
    with pytest.raises(SurveyError, match="0 rows and 9 columns"):
        to_survey(likert(0))
    with pytest.raises(SurveyError, match="all 3 rows are empty"):
        to_survey(pd.DataFrame({"recht": [None] * 3}))


def test_codebooks_that_are_none() -> None:
    with pytest.raises(SurveyError, match="codebook: int given"):
        to_survey(likert(), codebook=3)  # type: ignore[arg-type]
    with pytest.raises(CodebookError, match="no packaged file"):
        to_survey(likert(), codebook="digitale-komune")


def test_an_ambiguous_number_is_refused_until_the_mark_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("recht,einwohner\n5,12.345\n3,1.200\n", encoding="utf-8")
    with pytest.raises(SurveyError, match="can be read in two ways"):
        read_survey(file)
    assert read_survey(file, decimal=",").answers["einwohner"].tolist() == [12345, 1200]
    assert read_survey(file, decimal=".").answers["einwohner"].tolist() == [12.345, 1.2]


def test_a_table_of_numbers_goes_through_whole_columns_at_once() -> None:
    frame = pd.concat([likert(500)] * 40, ignore_index=True).drop(columns="ags")
    assert len(to_survey(frame)) == 20_000


def test_fingerprints_follow_the_content() -> None:
    frame = likert()
    assert fingerprint_of(frame) == fingerprint_of(frame.astype({"recht": "Int64", "effizienz": float}))
    assert fingerprint_of(frame) != fingerprint_of(frame.assign(recht=1))
    assert fingerprint_of(frame) != fingerprint_of(frame.rename(columns={"recht": "Recht"}))
    words = pd.DataFrame({"a": [True, None, "x"]})
    assert fingerprint_of(words) != fingerprint_of(words.replace("x", "y"))


def test_text_that_no_encoding_can_write() -> None:
    frame = likert().assign(Notiz=pd.Series(["\ud800", "ü"] * 6, dtype=object))
    assert to_survey(frame).answers["notiz"].tolist() == ["?", "ü"] * 6


def test_a_heading_of_limesurvey() -> None:
    item = Item("recht", role="goal", scale="rating", low=1, high=5, column="ZIELE[SQ001]", aliases=(("A5", 5),))
    survey = to_survey(pd.DataFrame({"ZIELE[SQ001]": ["A5", "1"]}), codebook=Codebook((item,)))
    assert survey.answers["recht"].tolist() == [5, 1]
