"""Notes and surveys."""

from typing import get_args

import pandas as pd

from kommtyp.codebook import Codebook, Item
from kommtyp.survey import Note, NoteKind, Survey

BOOK = Codebook(
    (
        Item("a", role="goal", scale="rating", low=1, high=5),
        Item("b", role="goal", scale="rating", low=1, high=5),
        Item("c"),
    ),
    title="Umfrage",
)


def survey() -> Survey:
    return Survey(pd.DataFrame({"c": ["x"], "a": [1.0]}, index=["05315000"]), BOOK, source="umfrage.csv")


def test_goals_are_those_in_the_data_in_the_order_of_the_codebook() -> None:
    assert survey().goals.columns.tolist() == ["a"]
    assert [item.name for item in survey().items("goal", "indicator")] == ["a", "c"]
    assert len(survey()) == 1


def test_notes_are_added_to_a_new_survey() -> None:
    before = survey()
    after = before.with_notes([Note("empty", "a", 2)])
    assert (len(before.notes), len(after.notes)) == (0, 1)
    assert repr(after) == "<Survey 'Umfrage': 1 rows, 1 goals, 1 notes>"


def test_a_note_reads_as_a_sentence() -> None:
    assert str(Note("key_repaired", "ags", 3, "1001000 → 01001000")) == (
        "ags: key repaired, 3 times (1001000 → 01001000)"
    )
    assert str(Note("encoding", "x.csv", detail="cp1252")) == "x.csv: encoding (cp1252)"


def test_no_kind_of_note_is_listed_twice() -> None:
    kinds = get_args(NoteKind)
    assert len(kinds) == len(set(kinds))
