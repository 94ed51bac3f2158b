"""Types and findings: the packaged ones, and what files are refused."""

from pathlib import Path

import pytest

from kommtyp.codebook import packaged_codebook
from kommtyp.definitions import Definitions, Finding, TypeDefinition, packaged_definitions, read_definitions
from kommtyp.errors import CodebookError


def test_the_four_types_of_the_study_in_their_order() -> None:
    packaged = packaged_definitions()
    assert packaged.keys == ["bedaechtige", "optimierer", "serviceorientierte", "community_manager"]
    goals = {definition.key: definition.goals for definition in packaged.types}
    assert goals == {
        "bedaechtige": ("recht", "foerdermittel"),
        "optimierer": ("effizienz", "effektivitaet"),
        "serviceorientierte": ("attraktivitaet", "buergernaehe"),
        "community_manager": ("daseinsvorsorge", "gemeinschaft"),
    }


def test_every_goal_and_indicator_is_in_the_packaged_codebook() -> None:
    known = {item.name: item.role for item in packaged_codebook().items}
    assert {known[goal] for definition in packaged_definitions().types for goal in definition.goals} == {"goal"}
    assert {known[finding.indicator] for finding in packaged_definitions().findings} == {"indicator"}


def test_no_direction_is_claimed_for_the_ozg() -> None:
    assert not [finding for finding in packaged_definitions().findings if finding.indicator.startswith("ozg")]


def test_words_in_both_languages() -> None:
    definition = TypeDefinition("a", "Die A", text="Text")
    assert (definition.title(), definition.title("en"), definition.description("en")) == ("Die A", "Die A", "Text")
    for packaged in packaged_definitions().types:
        assert packaged.title("en") != packaged.title("de")
        assert packaged.description("en") != packaged.description("de")


def test_definitions_that_contradict_themselves() -> None:
    with pytest.raises(CodebookError, match="'a' defined twice"):
        Definitions((TypeDefinition("a", "A"), TypeDefinition("a", "B")))
    with pytest.raises(CodebookError, match="type 'b' not defined"):
        Definitions((TypeDefinition("a", "A"),), (Finding("bots", "high", ("b",)),))
    with pytest.raises(CodebookError, match="Did you mean 'highest'"):
        Finding("bots", "higest", ("a",))  # type: ignore[arg-type]


ONE = "[[types]]\nkey = 'a'\nlabel = 'A'\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 'x'", r"no \[\[types\]\]"),
        ("[[types]]\nlabel = 'A'", "missing 1 required"),
        ("[[types]]\nkey = 'a'\nlabel = 'A'\ncolor = 'red'", "unexpected keyword argument 'color'"),
        (f"{ONE}[[findings]]\nindicator = 'x'\nclaim = 'high'\ntypes = ['b']", "not defined"),
        (f"{ONE}[[findings]]\nindicator = 'x'\nclaim = 'big'\ntypes = ['a']", "'big' is not known"),
        (f"{ONE}[findings]\nindicator = 'x'", r"Write \[\[findings\]\]"),
        ("types = 3", r"Write \[\[types\]\]"),
    ],
)
def test_files_that_define_no_types(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "typen.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=message):
        read_definitions(file)
