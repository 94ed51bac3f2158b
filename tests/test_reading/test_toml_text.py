"""A codebook as TOML, there and back."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kommtyp.codebook import Block, Codebook, Item, packaged_codebook, read_codebook
from kommtyp.reading import codebook_to_toml, to_survey


def there_and_back(book: Codebook, folder: Path) -> Codebook:
    file = folder / "codebook.toml"
    file.write_text(codebook_to_toml(book), encoding="utf-8")
    return read_codebook(file)


def test_the_packaged_codebook(tmp_path: Path) -> None:
    assert there_and_back(packaged_codebook(), tmp_path) == packaged_codebook()


def test_the_codebook_of_a_survey(tmp_path: Path, sample: Any) -> None:
    survey = to_survey(sample.assign(Bemerkung=[f'"{row}"\\' for row in range(len(sample))]))
    assert there_and_back(survey.codebook, tmp_path) == survey.codebook


text = st.text(st.characters(codec="utf-8"), max_size=12)
numbers = st.integers(-9, 99) | st.floats(-5, 5)
pairs = st.lists(st.tuples(st.integers(0, 9), text), max_size=3, unique_by=lambda pair: pair[0]).map(tuple)
items = st.builds(
    Item,
    name=st.from_regex(r"[a-z]{1,6}", fullmatch=True),
    text=text,
    text_en=text,
    role=st.sampled_from(["indicator", "context"]),
    scale=st.sampled_from(["ordinal", "nominal", "number"]),
    codes=pairs,
    codes_en=pairs,
    aliases=st.lists(st.tuples(text, st.integers(0, 9)), max_size=2).map(tuple),
    missing=st.lists(st.tuples(numbers | text, text), max_size=2).map(tuple),
    low=st.just(-10) | st.just(-10.5),
    high=st.just(100),
    turned=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(items, min_size=1, max_size=3, unique_by=lambda item: item.name), text, text)
def test_any_codebook(tmp_path: Path, listed: list[Item], title: str, column: str) -> None:
    book = Codebook(
        tuple(listed), title=title, blocks=(Block("frage", title, max_picks=3),), keep=((column, (1, 2.5, title)),)
    )
    assert there_and_back(book, tmp_path) == book


def test_comments_say_how_to_go_on() -> None:
    written = codebook_to_toml(Codebook((Item("a", scale="ordinal"),)))
    assert "# No column could be recognised as a goal." in written
    assert "# Label the answers" in written
    assert "No column" not in codebook_to_toml(packaged_codebook())
