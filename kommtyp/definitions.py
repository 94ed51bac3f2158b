"""The types that a study describes, and what it says about them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from kommtyp.codebook import read_toml
from kommtyp.errors import CodebookError, check_choice, first_of

__all__ = ["Claim", "Definitions", "Finding", "TypeDefinition", "packaged_definitions", "read_definitions"]

Claim = Literal["highest", "high", "low"]


@dataclass(frozen=True)
class TypeDefinition:
    """A type, as a study describes it.

    Parameters
    ----------
    key : str
        Machine name, such as ``"optimierer"``.
    label, label_en : str
        Name for readers, in German and English.
    goals : tuple of str
        Goals that mark the type.
    colour : str
        Hex colour used for it everywhere.
    text, text_en : str
        What the source says about it, for the Steckbrief.
    """

    key: str
    label: str
    label_en: str = ""
    goals: tuple[str, ...] = ()
    colour: str = "#555555"
    text: str = ""
    text_en: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "goals", tuple(self.goals))

    def title(self, lang: str = "de") -> str:
        """Name of the type for readers."""
        return (self.label_en if lang == "en" else "") or self.label

    def description(self, lang: str = "de") -> str:
        """What the source says about the type."""
        return (self.text_en if lang == "en" else "") or self.text


@dataclass(frozen=True)
class Finding:
    """Something a study says about one or more types, to be checked against data.

    Parameters
    ----------
    indicator : str
        Item of the codebook that the statement is about.
    claim : {"highest", "high", "low"}
        What is said: above the best of the others, above or below the mean of all.
    types : tuple of str
        Keys of the types it is said of.
    source : str
        Where it is said.
    wording, wording_en : str
        How it is said.
    """

    indicator: str
    claim: Claim
    types: tuple[str, ...]
    source: str = ""
    wording: str = ""
    wording_en: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", tuple(self.types))
        try:
            check_choice("claim", self.claim, get_args(Claim))
        except ValueError as error:
            raise CodebookError(f"finding on {self.indicator!r}, {error}") from None


@dataclass(frozen=True)
class Definitions:
    """The types of one study with its findings.

    Parameters
    ----------
    types : tuple of TypeDefinition
        The types in the order of every table.
    findings : tuple of Finding
        Statements that `check_findings` examines.
    title, title_en : str
        Name of the study.
    source : str
        How to cite it.
    name : str
        Short name, ``"digitale-kommune"`` for the packaged one.

    Raises
    ------
    CodebookError
        If a key occurs twice, or a finding names a type that is not defined.
    """

    types: tuple[TypeDefinition, ...]
    findings: tuple[Finding, ...] = ()
    title: str = ""
    title_en: str = ""
    source: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        keys = self.keys
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise CodebookError(f"types: {first_of(twice)} defined twice. Each key once.")
        for finding in self.findings:
            strangers = [key for key in finding.types if key not in keys]
            if strangers:
                where = f"finding on {finding.indicator!r}"
                raise CodebookError(f"{where}: type {first_of(strangers)} not defined. Known: {first_of(keys)}.")

    @property
    def keys(self) -> list[str]:
        """Keys of the types, in order."""
        return [definition.key for definition in self.types]


def read_definitions(path: str | Path) -> Definitions:
    """Read types and findings from a TOML file, or packaged ones by their name.

    Parameters
    ----------
    path : str or Path
        Path of a ``.toml`` file, or ``"digitale-kommune"``.

    Returns
    -------
    Definitions
        The types with their findings.

    Raises
    ------
    CodebookError
        If the file is missing, not TOML, or contradicts itself.

    Examples
    --------
    >>> read_definitions("digitale-kommune").keys
    ['bedaechtige', 'optimierer', 'serviceorientierte', 'community_manager']
    """
    raw = read_toml(path, "types")
    entries = {key: raw.get(key, []) for key in ("types", "findings")}
    for key, given in entries.items():
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            raise CodebookError(f"{path}: {key!r} is not a list of tables. Write [[{key}]] above each.")
    types = tuple(_make(path, TypeDefinition, entry) for entry in entries["types"])
    if not types:
        raise CodebookError(f"{path}: no [[types]]. Define at least one type with its key, label and goals.")
    findings = tuple(_make(path, Finding, entry) for entry in entries["findings"])
    head = {key: str(raw[key]) for key in ("title", "title_en", "source", "name") if key in raw}
    try:
        return Definitions(types, findings, **head)
    except CodebookError as error:
        raise CodebookError(f"{path}: {error}") from None


@cache
def packaged_definitions() -> Definitions:
    """Return the four types of the study "Digitale Kommune: Eine Typfrage?" with its findings."""
    return read_definitions("digitale-kommune")


def _make(path: str | Path, kind: type, entry: Any) -> Any:
    try:
        return kind(**entry)
    except TypeError as error:
        message = f"{path}: {entry!r}: {error}. Compare with the packaged types/digitale-kommune.toml."
        raise CodebookError(message) from None
    except CodebookError as error:
        raise CodebookError(f"{path}: {error}") from None
