"""The items of a survey and the codebook that holds them, checked at birth."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kommtyp.errors import CodebookError, check_choice, first_of

__all__ = ["Block", "Code", "Codebook", "Item", "Role", "Scale", "normalise"]

Role = Literal["goal", "indicator", "context", "key", "weight"]
Scale = Literal["rating", "rank", "choice", "binary", "ordinal", "nominal", "number"]
Code = int | float | str

CODED_SCALES = ("binary", "ordinal")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def normalise(text: object) -> str:
    """Reduce a heading or an answer to what two spellings of it have in common.

    Parameters
    ----------
    text : object
        Heading or answer as it came.

    Returns
    -------
    str
        Lower case, umlauts written out, anything but letters and digits as one underscore.

    Examples
    --------
    >>> normalise(" Fördermittel (gesamt) ")
    'foerdermittel_gesamt'
    """
    written_out = unicodedata.normalize("NFKC", str(text)).strip().lower().translate(_UMLAUTS)
    return re.sub(r"[^\w]+", "_", written_out).strip("_")


@dataclass(frozen=True)
class Item:
    """One question of the survey.

    The name is what kommtyp calls it, the column what the file calls it. Codes are what is stored,
    labels what a person reads; aliases are other spellings of a code that a file may hold.

    Parameters
    ----------
    name : str
        Name of the item, a Python identifier.
    text, text_en : str
        The question in German and in English.
    role : {"goal", "indicator", "context", "key", "weight"}
        What the item is used for. Goals form the types, indicators are compared.
    scale : {"rating", "rank", "choice", "binary", "ordinal", "nominal", "number"}
        How it was answered; "choice" is one option of a multi-select question.
    codes, codes_en : tuple of (code, label)
        Valid answers in their order. Text codes are allowed for nominal items only.
    aliases : tuple of (str, code)
        Further spellings, such as ``("A1", 1)``.
    low, high : float, optional
        Ends of the scale; taken from the codes where they are not given.
    reversed : bool
        True if a low code means a high rating, as in school marks. Answers are turned on reading.
    turned : bool
        True if codes and ends describe answers that were turned on reading. Set by kommtyp, so that
        the codebook of a survey that was read can also read the next one.
    missing : tuple of (code or text, reason)
        What stands for a missing answer in this column, and why.
    missing_as_category : tuple of str
        Reasons for a missing answer, such as ``"don't know"``, that are compared between the types as an answer
        of their own: a further category of a nominal item, a yes or no beside any other one, never a place on
        its scale.
    column : str
        Heading in the file; the name where empty.
    block : str
        The question that this item is a part of.

    Examples
    --------
    >>> Item("recht", "Umsetzung rechtlicher Vorgaben", role="goal", scale="rating", low=1, high=5).heading
    'recht'
    """

    name: str
    text: str = ""
    text_en: str = ""
    role: Role = "indicator"
    scale: Scale = "nominal"
    codes: tuple[tuple[Code, str], ...] = ()
    codes_en: tuple[tuple[Code, str], ...] = ()
    aliases: tuple[tuple[str, Code], ...] = ()
    low: float | None = None
    high: float | None = None
    reversed: bool = False
    turned: bool = False
    missing: tuple[tuple[Code, str], ...] = ()
    column: str = ""
    block: str = ""
    missing_as_category: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = f"item {self.name!r}"
        if not str(self.name).isidentifier():
            raise CodebookError(f"{where}: not a usable name. Use letters, digits and underscores only.")
        for option, value, allowed in (("role", self.role, get_args(Role)), ("scale", self.scale, get_args(Scale))):
            try:
                check_choice(option, value, allowed)
            except ValueError as error:
                raise CodebookError(f"{where}, {error}") from None
        for field in ("codes", "codes_en", "aliases", "missing"):
            object.__setattr__(self, field, _pairs(where, field, getattr(self, field)))
        numbers = [code for code, _ in self.codes if isinstance(code, int | float)]
        if self.scale != "nominal" and len(numbers) < len(self.codes):
            raise CodebookError(
                f"{where}: text codes {first_of(c for c, _ in self.codes if isinstance(c, str))} on the scale "
                f"{self.scale!r}. Use numbers, and give the text as alias."
            )
        texts = [code for _, code in self.aliases if isinstance(code, str)]
        if self.scale != "nominal" and texts:
            raise CodebookError(f"{where}: aliases for {first_of(texts)}. Give them numbers, as [[\"A1\", 1]].")
        if len({code for code, _ in self.codes}) < len(self.codes):
            raise CodebookError(f"{where}: a code is given twice in {list(self.codes)}. Each code once.")
        object.__setattr__(self, "missing_as_category", _reasons(where, self.role, self.missing_as_category))
        self._complete_range(where, numbers)

    def _complete_range(self, where: str, numbers: list[Any]) -> None:
        if self.scale in ("choice", "binary"):
            numbers = numbers or [0, 1]
        if self.low is None and numbers:
            object.__setattr__(self, "low", min(numbers))
        if self.high is None and numbers:
            object.__setattr__(self, "high", max(numbers))
        if self.scale in ("choice", "binary") and (self.low, self.high) != (0, 1):
            raise CodebookError(
                f"{where}: codes {self.low} and {self.high} on the scale {self.scale!r}. "
                "Use 1 for yes and 0 for no, and give other spellings as alias."
            )
        if self.scale in ("rating", "rank") and (self.low is None or self.high is None):
            raise CodebookError(f"{where}: no ends of the scale. Give low and high, or codes.")
        if self.reversed and (self.scale in ("nominal", "choice", "rank") or self.low is None or self.high is None):
            raise CodebookError(
                f"{where}: reversed on the scale {self.scale!r} from {self.low} to {self.high}. "
                "Only a scale with two ends can be turned; ranks are turned anyway."
            )
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise CodebookError(f"{where}: low {self.low} is not below high {self.high}. Swap them; use reversed.")

    @property
    def heading(self) -> str:
        """Heading of the item in the file."""
        return self.column or self.name

    def label(self, code: object, lang: str = "de") -> str:
        """Words for a code, in German or English; the code itself where it has none."""
        for pairs in (self.codes_en if lang == "en" else self.codes, self.codes):
            for known, text in pairs:
                if known == code or str(known) == code:
                    return text
        return f"{code:g}" if isinstance(code, float) else str(code)

    def title(self, lang: str = "de") -> str:
        """Words for the item, in German or English; its name where it has none."""
        return (self.text_en if lang == "en" else "") or self.text or self.name


def _pairs(where: str, field: str, given: Any) -> tuple[tuple[Any, str], ...]:
    try:
        return tuple((first, second) for first, second in given)
    except (TypeError, ValueError):
        raise CodebookError(f"{where}: {field} is {given!r}. Write pairs: [[1, 'ja'], [0, 'nein']].") from None


def _reasons(where: str, role: str, given: Any) -> tuple[str, ...]:
    if isinstance(given, str) or not all(isinstance(reason, str) and reason for reason in given):
        raise CodebookError(f"{where}: missing_as_category is {given!r}. Write a list of reasons: [\"don't know\"].")
    if given and role not in ("indicator", "context"):
        raise CodebookError(
            f"{where}: missing_as_category {first_of(given)} for the role {role!r}. Only indicators and context are "
            "compared between the types; leave it out."
        )
    return tuple(dict.fromkeys(given))


@dataclass(frozen=True)
class Block:
    """A question whose parts are items of their own, such as a multi-select question.

    Parameters
    ----------
    name : str
        Name that the items bear in their field ``block``.
    text, text_en : str
        The question in German and in English.
    max_picks : int, optional
        How many options a respondent was allowed to pick.
    none_option : str
        Item of a multi-select question that says that nothing else applies. Where the data hold it, a row without
        any pick has skipped the question and is missing. Without it, an empty row that holds other answers counts
        as an answer that picks nothing.
    """

    name: str
    text: str = ""
    text_en: str = ""
    max_picks: int | None = None
    none_option: str = ""


@dataclass(frozen=True)
class Codebook:
    """All items of a survey, checked at birth.

    Parameters
    ----------
    items : tuple of Item
        The items, in the order of the tables.
    title, title_en : str
        Name of the survey.
    version : str
        Version of the codebook.
    name : str
        Short name, ``"digitale-kommune"`` for the packaged one.
    blocks : tuple of Block
        Questions with several items.
    keep : tuple of (column, tuple of values)
        Rows that belong to the survey: the column of the file must hold one of the values.
    source : str
        Where the survey comes from, for the report.

    Raises
    ------
    CodebookError
        If names or headings occur twice, goals are on different scales, or a block is not described.

    Examples
    --------
    >>> Codebook((Item("a", role="goal", scale="rating", low=1, high=5),)).goals[0].name
    'a'
    """

    items: tuple[Item, ...]
    title: str = ""
    title_en: str = ""
    version: str = ""
    name: str = ""
    blocks: tuple[Block, ...] = ()
    keep: tuple[tuple[str, tuple[Code, ...]], ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        where = f"codebook {self.name or self.title!r}"
        for what, values in (("name", [i.name for i in self.items]), ("column", [i.heading for i in self.items])):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise CodebookError(f"{where}: {what} {first_of(twice)} given twice. Each {what} once.")
        for role in ("key", "weight"):
            bearers = [item.name for item in self.items if item.role == role]
            if len(bearers) > 1:
                raise CodebookError(f"{where}: {first_of(bearers)} all have the role {role!r}. At most one has it.")
        kinds = sorted({(item.scale, item.low, item.high) for item in self.goals})
        if len(kinds) > 1:
            raise CodebookError(
                f"{where}: goals are on {len(kinds)} scales: {first_of(kinds)}. "
                "One block of goals has one scale; leave the others out or give them the role 'indicator'."
            )
        unknown = {item.block for item in self.items} - {block.name for block in self.blocks} - {""}
        if unknown:
            raise CodebookError(f"{where}: block {first_of(sorted(unknown))} is not described. Add [[blocks]] to it.")
        both = [block.name for block in self.blocks if block.name in self]
        if both:
            raise CodebookError(f"{where}: block {first_of(both)} bears the name of an item. Rename one of them.")
        for block in self.blocks:
            options = [item.name for item in self.items if item.block == block.name and item.scale == "choice"]
            if block.none_option and block.none_option not in options:
                raise CodebookError(
                    f"{where}: none_option {block.none_option!r} of block {block.name!r} is none of its options. "
                    f"Name one of {first_of(options)}."
                )

    @property
    def goals(self) -> tuple[Item, ...]:
        """Items with the role "goal"."""
        return self.with_role("goal")

    def with_role(self, *roles: Role) -> tuple[Item, ...]:
        """Items that bear one of the roles."""
        return tuple(item for item in self.items if item.role in roles)

    def __contains__(self, name: object) -> bool:
        return any(item.name == name for item in self.items)

    def __getitem__(self, name: str) -> Item:
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)
