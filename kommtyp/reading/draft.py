"""A first codebook for a table that nobody has described: scale and role of each column from its values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kommtyp.ags import KEY_HEADINGS, holds_keys
from kommtyp.codebook import Block, Item, normalise
from kommtyp.reading.cells import Cells, read_numbers
from kommtyp.reading.columns import unlike_others
from kommtyp.reading.table import DecimalMark, Described
from kommtyp.reading.words import known_answers, spelling, words

__all__ = ["Draft", "draft_items", "identifier", "with_roles"]

IDENTIFYING = frozenset(
    (
        "id", "nr", "nummer", "code", "key", "schluessel", "kennung", "plz", "ags", "ars", "pid", "cid", "cut", "lfd",
        "token", "seed", "ip",
    )
)
WEIGHTS = frozenset(("gewicht", "gewichte", "gewichtung", "weight", "weights", "hochrechnungsfaktor"))
MANY = 1000
MOST_STEPS = 12
MOST_CATEGORIES = 20
PART = re.compile(r"(.+?)\s*(\[.+\]|[/_.]\s?(?:SQ)?\d+)$")
DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4}|\d\d?:\d\d")


@dataclass(frozen=True)
class Draft:
    """Items guessed for some columns.

    Parameters
    ----------
    items : dict of int to Item
        Item by position of its column; columns without any answer have none.
    blocks : tuple of Block
        Multi-select questions.
    """

    items: dict[int, Item]
    blocks: tuple[Block, ...]


def draft_items(
    columns: Mapping[int, tuple[str, Cells]],
    *,
    described: Mapping[str, Described],
    decimal: DecimalMark | None = None,
    taken: Iterable[str] = (),
) -> Draft:
    """Guess what columns hold from their values.

    Labelled and worded answers become ordinal or binary where their wording is known, else nominal if
    there are few; few whole numbers are ordinal, other numbers are numbers; a column that only marks is an
    option of a multi-select question; free text, dates and identifiers are context.

    Parameters
    ----------
    columns : mapping of int to (str, Cells)
        Unique heading and cells, by position.
    described : mapping of str to Described
        What the file says about its columns.
    decimal : {",", "."}, optional
        Decimal mark of the file.
    taken : iterable of str
        Names that other items bear.

    Returns
    -------
    Draft
        The items, all with the role "indicator" or "context".
    """
    names = set(taken)
    items = {}
    for place, (heading, cells) in columns.items():
        used = np.flatnonzero(cells.counts())
        if not len(used):
            continue
        name = unlike_others(identifier(heading), names, "{}_{}")
        names.add(name)
        about = described.get(heading, Described())
        guess = _guess(cells, used, heading, about, decimal)
        text = about.text or ("" if heading == name else heading)
        items[place] = Item(name, text, column="" if heading == name else heading, **guess)
    return _with_blocks(items, {place: columns[place][0] for place in items}, names)


def identifier(heading: str) -> str:
    """Make a name for an item from a heading.

    Examples
    --------
    >>> identifier("ZIELE[SQ001]"), identifier("2. Größe (km²)"), identifier("???")
    ('ziele_sq001', 'x2_groesse_km2', 'x')
    """
    name = "".join(letter for letter in normalise(heading) if f"x{letter}".isidentifier())
    return name if name.isidentifier() else f"x{name}"


def _guess(
    cells: Cells, used: NDArray[np.intp], heading: str, about: Described, decimal: DecimalMark | None
) -> dict[str, Any]:
    texts = cells.texts()
    missing = _declared_missing(cells, texts, used, about)
    wordy = used[np.isnan(cells.numbers[used])]
    residual = {place for place in wordy if words().reason(texts[place]) is not None}
    answered = np.array([place for place in used if place not in missing and place not in residual], dtype=np.intp)
    guess = _guess_answered(cells, answered, texts, heading, about, decimal)
    if len(answered) < 2 and guess["scale"] != "choice":
        guess["role"] = "context"
    return guess | ({"missing": tuple(missing.values())} if missing else {})


def _declared_missing(
    cells: Cells, texts: NDArray[np.object_], used: NDArray[np.intp], about: Described
) -> dict[int, tuple[Any, str]]:
    """Distinct cells that the file itself declares missing, with code and reason."""
    labels = dict(about.codes)
    missing = {}
    for place in used if about.missing else ():
        number = float(cells.numbers[place])
        code: Any = texts[place] if np.isnan(number) else int(number) if number.is_integer() else number
        if any(code == low if isinstance(low, str) else low <= number <= high for low, high in about.missing):
            missing[int(place)] = (code, labels.get(code) or "declared missing in the file")
    return missing


def _guess_answered(  # noqa: PLR0917 — one column in its parts
    cells: Cells,
    answered: NDArray[np.intp],
    texts: NDArray[np.object_],
    heading: str,
    about: Described,
    decimal: DecimalMark | None,
) -> dict[str, Any]:
    if not len(answered):
        return {"scale": "nominal"}
    values = cells.numbers[answered]
    spelled = {spelling(texts[place]) for place in answered[:MANY]}
    rows = int(cells.counts()[answered].sum())
    numeric = bool(np.isfinite(values).all())
    labelled = _labelled(about, set(values.tolist()) if numeric else {texts[place] for place in answered})
    if labelled is not None:
        return labelled
    if len(answered) < MANY and spelled <= words().yes | words().no and not np.isfinite(values).any():
        return {"scale": "binary" if spelled & words().no else "choice"}
    known = known_answers(spelled) if len(answered) < MANY else None
    if known is not None:
        return known
    reading = read_numbers(cells, decimal=decimal)
    if np.isfinite(reading.numbers[answered]).all() and not _is_label(cells, answered, heading, rows):
        return _numeric(values, has_gaps=bool(cells.empty.any()))
    few = len(answered) <= MOST_CATEGORIES and len(spelled) * 2 <= rows and not np.isinf(values).any()
    free = any(DATE.match(texts[place]) for place in answered) or _is_identifying(heading)
    return {"scale": "nominal", "role": "indicator" if few and not free else "context"}


def _labelled(about: Described, answers: set[Any]) -> dict[str, Any] | None:
    """Scale by the labels of the file, if they cover the answers."""
    codes = [
        (int(code) if isinstance(code, float) and code.is_integer() else code, label)
        for code, label in about.codes
        if not any(low == code or (not isinstance(low, str) and low <= code <= high) for low, high in about.missing)
    ]
    known = {code for code, _ in codes}
    if len(codes) < 2 or not answers <= known:
        return None
    numbers = all(isinstance(code, int | float) for code in known)
    if about.level == "nominal" or not numbers or (len(known) == 2 and known != {0, 1}):
        return {"scale": "nominal", "codes": tuple(codes)}
    return {"scale": "binary" if known == {0, 1} else "ordinal", "codes": tuple(sorted(codes))}


def _is_label(cells: Cells, answered: NDArray[np.intp], heading: str, rows: int) -> bool:
    """Say whether numbers are names of something: keys, numbers of rows, codes with leading zeros."""
    texts = [str(cells.words[place]) for place in answered if cells.words[place] is not None]
    if any(text[:1] == "0" and len(text) > 1 and text.isdigit() for text in texts):
        return True
    if _is_identifying(heading) and len(answered) > 1 and len(answered) >= 0.9 * rows:
        return True
    numbers = np.sort(cells.numbers[answered])
    return rows > MOST_STEPS and len(numbers) == rows and bool((np.diff(numbers) == 1).all())


def _is_identifying(heading: str) -> bool:
    return not IDENTIFYING.isdisjoint(normalise(heading).split("_")) or normalise(heading) in KEY_HEADINGS


def _numeric(numbers: NDArray[np.float64], *, has_gaps: bool) -> dict[str, Any]:
    distinct = set(numbers.tolist())
    if not np.isfinite(numbers).all():
        return {"scale": "number"}
    if distinct == {1.0} and has_gaps:
        return {"scale": "choice"}
    if distinct <= {0.0, 1.0}:
        return {"scale": "binary"}
    if distinct == {1.0, 2.0}:
        return {"scale": "nominal"}
    low, high = min(distinct), max(distinct)
    steps = all(number.is_integer() for number in distinct) and low >= 0 and high < MOST_STEPS
    return {"scale": "ordinal" if steps and len(distinct) > 2 and high - low < 2 * len(distinct) else "number"}


def _with_blocks(items: dict[int, Item], headings: Mapping[int, str], names: set[str]) -> Draft:
    """Put the options of a multi-select question, such as ``X[SQ001]`` and ``X[SQ002]``, into one block."""
    groups: dict[str, list[int]] = {}
    for place, item in items.items():
        part = PART.match(headings[place])
        if item.scale == "choice" and part:
            groups.setdefault(part.group(1), []).append(place)
    blocks = []
    for question, places in groups.items():
        if len(places) > 1:
            block = Block(unlike_others(identifier(question), names, "{}_{}"), question)
            names.add(block.name)
            blocks.append(block)
            items |= {place: replace(items[place], block=block.name) for place in places}
    return Draft(items, tuple(blocks))


def with_roles(items: Sequence[Item], columns: Mapping[str, Cells]) -> list[Item]:
    """Give the key and the weight their roles, where headings and values speak for them.

    Parameters
    ----------
    items : sequence of Item
        Drafted items.
    columns : mapping of str to Cells
        Their cells, by name.

    Returns
    -------
    list of Item
        The items, at most one key and one weight among them.
    """
    keys = [item for item in items if _is_key(item, columns[item.name])]
    german = [item for item in keys if normalise(item.heading) in KEY_HEADINGS]
    key = next(iter(german + keys), None)
    weight = next((item for item in items if item.scale == "number" and normalise(item.heading) in WEIGHTS), None)
    return [
        replace(item, role="key", scale="nominal", codes=(), aliases=()) if item is key
        else replace(item, role="weight") if item is weight
        else item
        for item in items
    ]


def _is_key(item: Item, cells: Cells) -> bool:
    used = cells.counts() > 0
    rows = len(cells)
    values = cells.texts()[used]
    if len(values) < 0.9 * rows or item.scale not in ("nominal", "number"):
        return False
    return _is_identifying(item.heading) or holds_keys(list(values))
