"""Reasons for a missing answer: kept beside the answers, and made answers of their own on request."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.codebook import Codebook, Item, Scale, read_codebook
from kommtyp.errors import CodebookError
from kommtyp.reading import codebook_to_toml, to_survey
from kommtyp.reading.cells import cells_of
from kommtyp.reading.decode import decode
from kommtyp.reading.reasons import own_categories
from kommtyp.reading.table import Described
from kommtyp.survey import Survey

WAYS = ((0, "gar nicht"), (1, "etwas"), (2, "viel"))
CELLS = ["gar nicht", "viel", "weiß nicht", "Weiss nicht", "k. A.", "9", 2, None, "w. n.", "trifft nicht auf uns zu"]


def book(scale: Scale = "ordinal", *, separate: tuple[str, ...] = ("weiß nicht",), codes: Any = WAYS) -> Codebook:
    item = Item(
        "nutzung", "Nutzung von FIM", "Use of FIM", scale=scale, codes=codes, missing=((9, "weiß nicht"),),
        missing_as_category=separate,
    )
    return Codebook((Item("ziel", role="goal", scale="rating", low=1, high=5), item))


def survey(codebook: Codebook, cells: list[object] = CELLS) -> Survey:
    frame = pd.DataFrame({"ziel": [3] * len(cells), "nutzung": pd.Series(cells, dtype=object)})
    return to_survey(frame, codebook=codebook)


def numbers(column: "pd.Series[float]") -> list[float | None]:
    return [None if pd.isna(value) else value for value in column]


def test_every_missing_answer_keeps_its_reason_under_one_name() -> None:
    reasons = survey(book(separate=())).reasons
    found = [None if pd.isna(reason) else reason for reason in reasons["nutzung"]]
    dont = "don't know"
    assert found == [None, None, dont, dont, "no answer", dont, None, None, dont, "not applicable"]
    assert reasons.columns.tolist() == ["nutzung"]


def test_a_range_of_missing_codes_keeps_the_label_of_each() -> None:
    described = Described(codes=((-98, "weiß nicht"), (-97, "verweigert"), (1, "ja")), missing=((-99.0, -90.0),))
    column = cells_of(pd.Series([1.0, -98.0, -97.0, -95.0, 0.0]))
    decoded = decode(column, Item("a", scale="binary"), described=described)
    assert decoded.reasons is not None
    assert [None if pd.isna(reason) else reason for reason in decoded.reasons] == [
        None, "don't know", "no answer", "declared missing in the file", None
    ]
    assert [note.detail for note in decoded.notes] == [
        "weiß nicht: -98", "verweigert: -97", "declared missing in the file: -95"
    ]


def test_an_ordinal_item_keeps_its_scale_and_gets_a_yes_or_no_beside_it() -> None:
    read = survey(book())
    assert numbers(read.answers["nutzung"]) == [0, 2, None, None, None, None, 2, None, None, None]
    assert numbers(read.answers["nutzung_weiss_nicht"]) == [0, 0, 1, 1, None, 1, 0, None, 1, None]
    beside = read.codebook["nutzung_weiss_nicht"]
    assert (beside.scale, beside.role) == ("binary", "indicator")
    assert beside.title() == "Nutzung von FIM: „weiß nicht“"
    assert beside.title("en") == "Use of FIM: “don't know”"
    assert [item.name for item in read.codebook.items] == ["ziel", "nutzung", "nutzung_weiss_nicht"]


def test_several_reasons_share_the_base() -> None:
    read = survey(book(separate=("weiß nicht", "keine Angabe")))
    assert numbers(read.answers["nutzung_weiss_nicht"]) == [0, 0, 1, 1, 0, 1, 0, None, 1, None]
    assert numbers(read.answers["nutzung_keine_angabe"]) == [0, 0, 0, 0, 1, 0, 0, None, 0, None]


def test_a_nominal_item_gets_a_further_category_and_the_note_says_so() -> None:
    ways = (("eigen", "gar nicht"), ("land", "viel"))
    read = survey(book("nominal", codes=ways), ["gar nicht", "viel", "weiß nicht", "9", "k. A.", None])
    values = [None if pd.isna(value) else value for value in read.answers["nutzung"]]
    assert values == ["eigen", "land", "weiss_nicht", "weiss_nicht", None, None]
    assert read.codebook["nutzung"].label("weiss_nicht") == "weiß nicht"
    assert read.codebook["nutzung"].label("weiss_nicht", "en") == "don't know"
    kinds = [note.kind for note in read.notes if note.where == "nutzung"]
    assert sorted(kinds) == ["empty", "own_category", "own_category", "residual"]


def test_a_nominal_item_without_codes_shows_the_words() -> None:
    read = survey(book("nominal", codes=()), ["rot", "weiß nicht", "blau"])
    assert read.answers["nutzung"].tolist() == ["rot", "weiß nicht", "blau"]
    assert read.codebook["nutzung"].codes == ()


def test_nobody_gave_the_reason() -> None:
    read = survey(book(), ["viel", None, "k. A."])
    assert read.answers.columns.tolist() == ["ziel", "nutzung"]
    assert "nutzung_weiss_nicht" not in read.codebook


def test_the_codebook_of_a_survey_reads_the_next_one() -> None:
    first = survey(book("ordinal"))
    again = survey(first.codebook)
    pd.testing.assert_frame_equal(first.answers, again.answers)
    assert first.codebook == again.codebook
    assert not [note for note in again.notes if note.kind == "column_missing"]


def test_answers_that_were_written_out_come_back_as_they_were() -> None:
    first = survey(book())
    again = to_survey(first.answers.assign(nutzung=first.answers["nutzung"]), codebook=first.codebook)
    assert numbers(again.answers["nutzung_weiss_nicht"]) == numbers(first.answers["nutzung_weiss_nicht"])


def test_toml_keeps_the_request(tmp_path: Path) -> None:
    (tmp_path / "buch.toml").write_text(codebook_to_toml(book()), encoding="utf-8")
    assert read_codebook(tmp_path / "buch.toml")["nutzung"].missing_as_category == ("weiß nicht",)


def test_a_list_of_answers_can_ask_for_all_its_items(tmp_path: Path) -> None:
    (tmp_path / "buch.toml").write_text(
        'extends = "digitale-kommune"\n[answers.ja_nein]\nmissing_as_category = ["weiß nicht"]\n', encoding="utf-8"
    )
    frame = pd.DataFrame({"recht": [1, 2, 3], "bots": ["ja", "weiß nicht", "nein"], "chatbot": ["ja", "ja", "k. A."]})
    read = to_survey(frame, codebook=tmp_path / "buch.toml")
    assert read.answers["bots_weiss_nicht"].tolist() == [0, 1, 0]
    assert "chatbot_weiss_nicht" not in read.answers


def test_reasons_that_are_none_are_refused() -> None:
    with pytest.raises(CodebookError, match=r"'nutzung': missing_as_category 'wess nicht' is no reason .*don't know"):
        survey(book(separate=("wess nicht",)))
    with pytest.raises(CodebookError, match="Write a list of reasons"):
        Item("a", missing_as_category="don't know")  # type: ignore[arg-type]
    with pytest.raises(CodebookError, match="for the role 'goal'"):
        Item("a", role="goal", scale="rating", low=1, high=5, missing_as_category=("don't know",))


def test_rows_that_were_left_out_later_have_no_say() -> None:
    read = survey(book(separate=()))
    fewer = Survey(read.answers.iloc[[6, 2]], read.codebook, reasons=read.reasons)
    found, names = own_categories(fewer, {"nutzung": ["don't know"]})
    assert names == {"nutzung": ["nutzung", "nutzung_weiss_nicht"]}
    assert found.answers["nutzung_weiss_nicht"].tolist() == [0, 1]


@given(st.lists(st.sampled_from(CELLS), max_size=30))
def test_each_row_is_counted_once(cells: list[object]) -> None:
    read = survey(book(separate=("weiß nicht", "keine Angabe")), ["weiß nicht", "k. A.", *cells])
    valid = read.answers["nutzung"].notna().to_numpy()
    beside = read.answers[["nutzung_weiss_nicht", "nutzung_keine_angabe"]].to_numpy()
    base = ~np.isnan(beside)
    assert (base[:, 0] == base[:, 1]).all()
    assert (valid + np.nansum(beside, axis=1) == base[:, 0]).all()
