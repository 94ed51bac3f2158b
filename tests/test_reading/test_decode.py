"""From cells to codes: what is an answer, what is missing and why, and what fits nothing."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.codebook import Item, packaged_codebook
from kommtyp.reading.cells import cells_of
from kommtyp.reading.decode import Decoded, decode
from kommtyp.reading.table import Described

RATING = packaged_codebook()["recht"]


def read(values: list[Any], item: Item = RATING, **options: Any) -> Decoded:
    return decode(cells_of(pd.Series(values, dtype=object)), item, **options)


def answers(values: list[Any], item: Item = RATING, **options: Any) -> list[Any]:
    decoded = read(values, item, **options)
    assert decoded.offence is None
    return [None if pd.isna(answer) else answer for answer in decoded.answers]


def test_ratings_as_codes_words_and_aliases() -> None:
    assert answers([5, 5.0, "5", "5.0", "5,0", " 5 "]) == [5] * 6
    assert answers(["sehr wichtig", "SEHR  WICHTIG", "very important", "5 = sehr wichtig"]) == [5] * 4
    assert answers(["1 (unwichtig)", "nicht wichtig", "not important"]) == [1, 1, 1]


@given(st.sampled_from(RATING.codes), st.sampled_from([str.upper, str.lower, str.title, lambda text: f"  {text}\t"]))
def test_case_and_blanks_do_not_matter(pair: tuple[int, str], change: Any) -> None:
    code, label = pair
    assert answers([change(label)]) == [code]


def test_missing_answers_have_their_reasons() -> None:
    decoded = read(["weiß nicht", "k. A.", "K.A.", "n/a", "-", 3, "verweigert"])
    assert [(note.kind, note.count, note.detail) for note in decoded.notes] == [
        ("missing", 1, "don't know: 'weiß nicht'"),
        ("missing", 2, "no answer: 'k. A.', 'K.A.'"),
        ("residual", 3, "no answer: 'n/a', '-', 'verweigert'"),
    ]


def test_a_code_is_missing_only_where_it_is_declared() -> None:
    declared = Item("a", scale="number", missing=((99, "no answer"), ("-oth-", "other")))
    assert answers([99, "99", 99.0, "-oth-", 9], declared) == [None, None, None, None, 9]
    assert answers([99], Item("a", scale="number")) == [99]


@pytest.mark.parametrize("value", [0, 6, 99, -9, "-9", "6", np.inf, "inf", True, "Unsinn", "2019-01-07", [1]])
def test_what_fits_nothing_is_an_offence(value: object) -> None:
    decoded = read([3, value, value])
    assert decoded.offence is not None
    assert decoded.offence.examples[0][1:] == (2, 1)


def test_ratings_between_two_codes_are_kept_and_noted() -> None:
    decoded = read(["1,5", 2.5, 3])
    assert decoded.answers.tolist() == [1.5, 2.5, 3]
    assert [(note.kind, note.count, note.detail) for note in decoded.notes] == [("not_whole", 2, "'1,5'")]
    assert read([1.5], Item("a", scale="ordinal", low=0, high=4)).offence is not None


def test_yes_and_no_in_their_many_spellings() -> None:
    item = Item("a", scale="binary")
    assert answers(["ja", "J", "yes", "Y", "x", True, 1, "1", "WAHR"], item) == [1] * 9
    assert answers(["nein", "N", "no", False, 0, "0", "falsch", "nicht angekreuzt"], item) == [0] * 8
    assert read([2], item).offence is not None
    assert answers([1, 2], Item("a", scale="binary", aliases=(("2", 0),))) == [1, 0]


def test_nominal_answers_become_their_codes_as_text() -> None:
    land = packaged_codebook()["land"]
    assert answers(["Bayern", "BY", "09", 9, "9", "Bavaria", "bayern", "NRW"], land) == ["BY"] * 7 + ["NW"]
    assert answers([1, "2", 2.0, "Kreis"], Item("a", codes=((1, "Stadt"), (2, "Kreis")))) == ["1", "2", "2", "2"]
    assert answers(["rot", " blau ", 3, 1.5, "01"], Item("a")) == ["rot", "blau", "3", "1.5", "01"]


def test_unknown_words_are_kept_as_context_and_refused_elsewhere() -> None:
    kept = read(["NW", "Atlantis"], Item("land", role="context", codes=(("NW", "Nordrhein-Westfalen"),)))
    assert kept.answers.tolist() == ["NW", "Atlantis"]
    assert [(note.kind, note.detail) for note in kept.notes] == [("not_in_codes", "'Atlantis'")]
    assert read(["NW", "Atlantis"], Item("land", codes=(("NW", "Nordrhein-Westfalen"),))).offence is not None


def test_free_text_keeps_words_that_elsewhere_mean_no_answer() -> None:
    assert answers(["-", "n/a"], Item("a", role="context")) == ["-", "n/a"]
    assert answers(["-", "n/a", "x"], Item("a")) == [None, None, "x"]
    assert answers(["NULL", "null", "None"], Item("a")) == [None, "null", "None"]


def test_numbers_in_the_manner_of_the_file() -> None:
    item = Item("einwohner", scale="number", low=0)
    assert answers(["12.345", "1.000.000", "7"], item) == [12345, 1_000_000, 7]
    assert answers(["12.345"], item, decimal=",") == [12345]
    assert answers(["12.345"], item, decimal=".") == [12.345]
    assert answers(["k. A.", "-", "5"], item) == [None, None, 5]
    undecided = read(["12.345", "7"], item).offence
    assert undecided is not None
    assert undecided.ambiguous


LIKERT = Described(
    codes=((1.0, "sehr wichtig"), (2.0, "eher wichtig"), (9.0, "keine Angabe")), missing=((9, 9), (-99, -1))
)


def test_labels_of_the_file_decide_what_its_codes_mean() -> None:
    decoded = read([1.0, 2.0, 9.0, -5.0], described=LIKERT)
    assert [None if np.isnan(answer) else answer for answer in decoded.answers] == [5, 4, None, None]
    assert {(note.kind, note.count) for note in decoded.notes} == {("value_labels", 2), ("missing", 1)}
    assert [note.detail for note in decoded.notes if note.kind == "missing"] == [
        "keine Angabe: 9", "declared missing in the file: -5",
    ]  # fmt: skip


def test_letters_that_stata_declares_missing() -> None:
    assert answers(["a", 3.0], described=Described(missing=(("a", "a"),))) == [None, 3]


@given(st.permutations(["sehr wichtig", "5", "k. A.", "2,5", "unwichtig", "", "4.0"]))
def test_the_order_of_the_rows_does_not_matter(values: list[str]) -> None:
    alone = {value: answers([value])[0] for value in values}
    assert answers(values) == [alone[value] for value in values]
