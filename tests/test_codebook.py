"""Codebooks: what they refuse, what they read, and what one inherits from another."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.codebook import Block, Codebook, Item, normalise, packaged_codebook, read_codebook, with_columns
from kommtyp.errors import CodebookError


@given(st.text())
def test_spellings_are_the_same_composed_or_not_and_in_any_case(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(unicodedata.normalize("NFC", text))
    assert normalise(f"  {text}\n") == normalise(text)


@pytest.mark.parametrize(
    ("spelling", "same"),
    [
        ("Bürgernähe", "BUERGERNAEHE"),
        ("ZIELE[SQ001]", "ziele_sq001"),
        ("Größe  (m²)", "groesse m2"),
        ("weiß-nicht", "Weiss nicht"),
    ],
)
def test_spellings_of_the_same_heading(spelling: str, same: str) -> None:
    assert normalise(spelling) == normalise(same)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "two words"}, "not a usable name"),
        ({"role": "gaol"}, "Did you mean 'goal'?"),
        ({"scale": "ratings"}, "Did you mean 'rating'?"),
        ({"scale": "rating"}, "no ends of the scale"),
        ({"scale": "rating", "low": 5, "high": 1}, "not below high"),
        ({"scale": "ordinal", "codes": [("a", "A")]}, "text codes"),
        ({"codes": [(1, "ja"), (1, "nein")]}, "given twice"),
        ({"codes": [1, 2]}, "Write pairs"),
        ({"scale": "ordinal", "aliases": [("A1", "1")]}, "Give them numbers"),
        ({"scale": "binary", "codes": [(1, "ja"), (2, "nein")]}, "Use 1 for yes and 0 for no"),
        ({"scale": "rank", "low": 1, "high": 3, "reversed": True}, "ranks are turned anyway"),
        ({"scale": "number", "reversed": True}, "Only a scale with two ends"),
    ],
)
def test_items_that_contradict_themselves(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(CodebookError, match=message.replace("?", r"\?")):
        Item(**{"name": "a", **wrong})  # type: ignore[arg-type]


def test_ends_of_the_scale_come_from_the_codes() -> None:
    item = Item("a", scale="ordinal", codes=[(0, "nein"), (3, "ja")])  # type: ignore[arg-type]
    assert (item.low, item.high) == (0, 3)
    assert (Item("b", scale="choice").low, Item("b", scale="choice").high) == (0, 1)


def test_labels_of_codes_and_of_codes_stored_as_text() -> None:
    item = Item("art", codes=((1, "Stadt"), (2, "Kreis")), codes_en=((1, "town"),), text="Art", text_en="Kind")
    assert (item.label(1.0), item.label("1")) == ("Stadt", "Stadt")
    assert (item.label(1, "en"), item.label(2, "en")) == ("town", "Kreis")
    assert (item.label(7.0), item.label("?")) == ("7", "?")
    assert (item.title(), item.title("en"), Item("x").title("en")) == ("Art", "Kind", "x")


RATING = Item("a", role="goal", scale="rating", low=1, high=5)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ((RATING, RATING), "name 'a' given twice"),
        ((RATING, Item("b", column="a")), "column 'a' given twice"),
        ((RATING, Item("b", role="goal", scale="rating", low=1, high=7)), "goals are on 2 scales"),
        ((Item("a", role="key"), Item("b", role="key")), "all have the role 'key'"),
        ((Item("a", block="q"),), "block 'q' is not described"),
    ],
)
def test_codebooks_that_contradict_themselves(items: tuple[Item, ...], message: str) -> None:
    with pytest.raises(CodebookError, match=message):
        Codebook(items)


def write(folder: Path, text: str, name: str = "eigen.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


FULL = """
title = "Umfrage"
[keep]
status = 32
art = ["Stadt", "Kreis"]
[answers.likert]
scale = "rating"
codes = [[1, "unwichtig"], [5, "sehr wichtig"]]
[[blocks]]
name = "ziele"
max_picks = 3
[[items]]
name = "recht"
role = "goal"
answers = "likert"
block = "ziele"
"""


def test_a_file_with_shared_answers_blocks_and_rows_to_keep(tmp_path: Path) -> None:
    book = read_codebook(write(tmp_path, FULL))
    assert book["recht"].codes == ((1, "unwichtig"), (5, "sehr wichtig"))
    assert book.blocks == (Block("ziele", max_picks=3),)
    assert book.keep == (("status", (32,)), ("art", ("Stadt", "Kreis")))
    assert "recht" in book
    assert "effizienz" not in book
    with pytest.raises(KeyError):
        book["effizienz"]


def test_a_codebook_says_only_what_differs_from_another(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    child = 'extends = "eigen.toml"\n[[items]]\nname = "recht"\ncolumn = "F1"\n[[items]]\nname = "neu"\n'
    book = read_codebook(write(tmp_path, child, "kind.toml"))
    described = [(item.name, item.heading, item.scale) for item in book.items]
    assert described == [("recht", "F1", "rating"), ("neu", "neu", "nominal")]
    packaged = read_codebook(write(tmp_path, 'extends = "digitale-kommune"\nversion = "2"\n', "b.toml"))
    assert packaged.items == packaged_codebook().items
    assert packaged.version == "2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "not valid TOML"),
        ("title = 'x'", r"no \[\[items\]\]"),
        ("[items]\nname = 'a'", "not a list of tables"),
        ("[[items]]\ntext = 'a'", "Each needs at least a name"),
        ("[[items]]\nname = 'a'\nscal = 'rating'", "Did you mean 'scale'"),
        ("titel = 'x'\n[[items]]\nname = 'a'", "Did you mean 'title'"),
        ("[[items]]\nname = 'a'\nanswers = 'x'", r"Write \[answers.x\]"),
        ("keep = 3\n[[items]]\nname = 'a'", "Write \\[keep\\]"),
        ("answers = 3\n[[items]]\nname = 'a'", "Write \\[answers\\]"),
        ("[answers]\nx = 3\n[[items]]\nname = 'a'\nanswers = 'x'", "answers 'x' are not described"),
        ("extends = 'no-such'\n[[items]]\nname = 'a'", "no packaged file of this name"),
    ],
)
def test_files_that_are_no_codebook(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CodebookError, match=message):
        read_codebook(write(tmp_path, text))


def test_a_missing_file_and_one_in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match="cannot be read"):
        read_codebook(tmp_path / "none.toml")
    file = tmp_path / "latin.toml"
    file.write_bytes("title = 'Größe'".encode("latin-1"))
    with pytest.raises(CodebookError, match="Give a TOML file in UTF-8"):
        read_codebook(file)


def test_other_headings_for_known_items() -> None:
    book = with_columns(packaged_codebook(), {"F1": "recht"})
    assert book["recht"].heading == "F1"
    assert packaged_codebook()["recht"].heading == "recht"
    with pytest.raises(CodebookError, match="'rechte' not in the codebook"):
        with_columns(packaged_codebook(), {"F1": "rechte"})
