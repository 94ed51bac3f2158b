"""From the cells of a column to the answers of an item: codes, reasons for missing, and what fits nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.codebook import Item
from kommtyp.errors import first_of
from kommtyp.reading.cells import Cells, plain_number, read_numbers, shown
from kommtyp.reading.table import DecimalMark, Described
from kommtyp.reading.words import spelling, words
from kommtyp.survey import Note, NoteKind

__all__ = ["Decoded", "Offence", "decode"]

EXAMPLES = 3
LONGEST = 60
DECLARED = "declared missing"
IN_FILE = f"{DECLARED} in the file"
BARE = re.compile(r"-?\d+(\.\d+)?")
CODE_AND_LABEL = re.compile(r"(\d+)_(.+)")
WHOLE_SCALES = ("ordinal", "binary", "choice", "rank")


@dataclass(frozen=True)
class Offence:
    """Answers of one item that the codebook does not allow.

    Parameters
    ----------
    item : Item
        Whose answers they are.
    examples : tuple of (str, int, int)
        The first few distinct answers: how each came, how often, and the first row it came in.
    distinct : int
        How many distinct answers there are.
    ambiguous : bool
        True if they are numbers that can be read in two ways.
    """

    item: Item
    examples: tuple[tuple[str, int, int], ...]
    distinct: int
    ambiguous: bool = False


@dataclass(eq=False)
class Decoded:
    """The answers of one item, row by row, with an account.

    Parameters
    ----------
    answers : array, shape (n,)
        float64 with NaN, or text with None for nominal items.
    notes : list of Note
        What was read as missing or kept as it is.
    offence : Offence, optional
        What fits nothing.
    reasons : Categorical, optional
        Why answers are missing, shape (n,), under one name each; missing itself where an answer is valid or the
        cell empty. None where no reason was given.
    """

    answers: NDArray[Any]
    notes: list[Note] = field(default_factory=list)
    offence: Offence | None = None
    reasons: "pd.Categorical[Any] | None" = None


class _Column:
    """The distinct cells of one column while they are being decoded."""

    def __init__(self, cells: Cells, item: Item) -> None:
        self.cells, self.item = cells, item
        self.counts = cells.counts()
        self.numbers = cells.numbers
        self.open = self.counts > 0
        nominal = item.scale == "nominal"
        blank: list[Any] = [None if nominal else np.nan] * len(self.numbers)
        self.values: NDArray[Any] = np.array(blank, dtype=object if nominal else float)
        self.missing: dict[tuple[NoteKind, str], list[int]] = {}
        self.notes: list[Note] = []
        self.texts = cells.texts() if nominal or any(word is not None for word in cells.words) else None

    def word(self, place: int) -> str:
        return str(self.cells.words[place]) if self.texts is None else str(self.texts[place])

    def example(self, place: int) -> str:
        """Write a cell for a message: numbers bare, words in quotation marks."""
        word = self.cells.words[place]
        if word is None:
            return shown(self.numbers[place])
        return word if BARE.fullmatch(word) else repr(word if len(word) <= LONGEST else f"{word[:LONGEST]}…")

    def wordy(self) -> list[int]:
        """Places of the open cells that came as text."""
        if self.texts is None:
            return []
        return [int(place) for place in np.flatnonzero(self.open) if self.cells.words[place] is not None]

    def settle(self, places: Any, values: Any) -> None:
        self.values[places] = values
        self.open[places] = False

    def set_missing(self, kind: NoteKind, reason: str, places: Sequence[int] | NDArray[np.intp]) -> None:
        if not len(places):
            return
        self.missing.setdefault((kind, reason), []).extend(int(place) for place in places)
        self.open[np.asarray(places, dtype=np.intp)] = False

    def note(self, kind: NoteKind, places: NDArray[np.intp], detail: str) -> None:
        if len(places):
            self.notes.append(Note(kind, self.item.name, int(self.counts[places].sum()), detail))


def decode(
    cells: Cells, item: Item, *, described: Described | None = None, decimal: DecimalMark | None = None
) -> Decoded:
    """Read the answers of an item from the cells of its column.

    A cell is, in this order: declared missing, an alias or label of the codebook, a code or a number on
    the scale, a yes or no, a word for no answer. What is none of these is an offence, which the caller
    collects over all columns.

    Parameters
    ----------
    cells : Cells
        The column.
    item : Item
        What the codebook says about it, as the file holds it (not turned).
    described : Described, optional
        What the file says about it.
    decimal : {",", "."}, optional
        Decimal mark of the file.

    Returns
    -------
    Decoded
        Answers, shape (n,), with notes and offences.

    Examples
    --------
    >>> import pandas as pd
    >>> from kommtyp.reading.cells import cells_of
    >>> item = Item("recht", scale="rating", codes=[(1, "unwichtig"), (5, "sehr wichtig")], missing=[(9, "don't know")])
    >>> decoded = decode(cells_of(pd.Series(["Sehr wichtig", 4, "9", "k. A.", "3,0"])), item)
    >>> decoded.answers.tolist()
    [5.0, 4.0, nan, nan, 3.0]
    >>> print(*decoded.notes, sep="; ")
    recht: missing (don't know: 9); recht: residual (no answer: 'k. A.')
    """
    column = _Column(cells, item)
    _declared_missing(column, described)
    _look_up(column, _file_labels(column, described))
    if item.scale == "number":
        ambiguous = _read_as_numbers(column, decimal)
    else:
        ambiguous = np.zeros(len(column.numbers), dtype=bool)
        _read_codes(column)
    _read_yes_and_no(column)
    _read_residual(column)
    _keep_text(column)
    return _account(column, ambiguous)


def _declared_missing(column: _Column, described: Described | None) -> None:
    item = column.item
    for code, reason in item.missing:
        number = float(code) if isinstance(code, int | float) else plain_number(code)
        if number is not None:
            column.set_missing("missing", reason or DECLARED, np.flatnonzero(column.open & (column.numbers == number)))
        else:
            alike = [place for place in column.wordy() if spelling(column.word(place)) == spelling(str(code))]
            column.set_missing("missing", reason or DECLARED, alike)
    for low, high in described.missing if described else ():
        codes = described.codes if described else ()
        if isinstance(low, str):
            found: Any = [place for place in column.wordy() if column.word(place) == low]
            column.set_missing("missing", next((text for code, text in codes if code == low), IN_FILE), found)
            continue
        for code, text in codes:
            if isinstance(code, int | float) and low <= code <= high:
                column.set_missing("missing", text, np.flatnonzero(column.open & (column.numbers == code)))
        inside = np.flatnonzero(column.open & (column.numbers >= low) & (column.numbers <= high))
        column.set_missing("missing", IN_FILE, inside)


def _spellings(item: Item) -> dict[str, Any]:
    """Every spelling of a code: text codes, labels in both languages, aliases."""
    pairs: list[tuple[str, Any]] = [(str(code), code) for code, _ in item.codes if isinstance(code, str)]
    pairs += [(label, code) for code, label in (*item.codes_en, *item.codes) if label]
    pairs += list(item.aliases)
    return {spelling(text): code for text, code in pairs} | dict(pairs)


def _file_labels(column: _Column, described: Described | None) -> dict[float, Any]:
    """Codes whose label in the file is another code's label in the codebook."""
    known = _spellings(column.item)
    found = {
        float(code): known[spelling(label)]
        for code, label in (described.codes if described else ())
        if isinstance(code, int | float) and spelling(label) in known
    }
    differ = {code: meant for code, meant in found.items() if code != meant and isinstance(meant, int | float)}
    if differ:
        code, meant = next(iter(differ.items()))
        places = np.flatnonzero(column.open & np.isin(column.numbers, list(differ)))
        label = next(label for given, label in described.codes if given == code) if described else ""
        column.note("value_labels", places, f"{shown(code)} is {label!r}, which is {meant}")
        return found
    return {code: meant for code, meant in found.items() if isinstance(meant, str)}


def _look_up(column: _Column, file_labels: dict[float, Any]) -> None:
    known = _spellings(column.item)
    for number, meant in file_labels.items():
        column.settle(np.flatnonzero(column.open & (column.numbers == number)), _stored(column.item, meant))
    for place in column.wordy() if known else ():
        word = column.word(place)
        code = known.get(word)
        if code is None and plain_number(word) is None:
            code = known.get(spelling(word), _after_its_code(word, known))
        if code is not None:
            column.settle(place, _stored(column.item, code))
    for text, code in known.items():
        alias = plain_number(text)
        if alias is not None:
            column.settle(np.flatnonzero(column.open & (column.numbers == alias)), _stored(column.item, code))


def _after_its_code(word: str, known: dict[str, Any]) -> Any:
    """Code of a label that is written behind its code, as in "5 = sehr wichtig"."""
    parts = CODE_AND_LABEL.fullmatch(spelling(word))
    code = known.get(parts.group(2)) if parts else None
    return code if parts and code == float(parts.group(1)) else None


def _stored(item: Item, code: Any) -> Any:
    if item.scale == "nominal":
        return shown(code) if isinstance(code, float) else str(code)
    return float(code)


def _read_codes(column: _Column) -> None:
    item, numbers = column.item, column.numbers
    codes = np.array([code for code, _ in item.codes if isinstance(code, int | float)], dtype=float)
    if item.scale == "nominal":
        for code in codes:
            column.settle(np.flatnonzero(column.open & (numbers == code)), shown(float(code)))
        return
    inside = np.isfinite(numbers)
    if item.low is not None:
        inside &= numbers >= item.low
    if item.high is not None:
        inside &= numbers <= item.high
    if item.scale in WHOLE_SCALES:
        inside &= np.isin(numbers, codes) if len(codes) else numbers == np.round(numbers)
    places = np.flatnonzero(column.open & inside)
    column.settle(places, numbers[places])
    if item.scale == "rating":
        between = places[numbers[places] != np.round(numbers[places])]
        column.note("not_whole", between, column.example(between[0]) if len(between) else "")


def _read_as_numbers(column: _Column, decimal: DecimalMark | None) -> NDArray[np.bool_]:
    item = column.item
    reading = read_numbers(column.cells, decimal=decimal)
    inside = np.isfinite(reading.numbers)
    if item.low is not None:
        inside &= reading.numbers >= item.low
    if item.high is not None:
        inside &= reading.numbers <= item.high
    places = np.flatnonzero(column.open & inside)
    column.settle(places, reading.numbers[places])
    rewritten = places[reading.rewritten[places]]
    if len(rewritten):
        first = int(rewritten[0])
        column.note("number_format", rewritten, f"{column.example(first)} is {shown(reading.numbers[first])}")
    return reading.ambiguous & column.open


def _read_yes_and_no(column: _Column) -> None:
    if column.item.scale not in ("binary", "choice"):
        return
    for place in column.wordy():
        word = spelling(column.word(place))
        if word in words().yes or word in words().no:
            column.settle(place, float(word in words().yes))


def _read_residual(column: _Column) -> None:
    item = column.item
    if item.scale == "nominal" and not item.codes and item.role not in ("goal", "indicator"):
        return
    for place in column.wordy():
        reason = words().reason(column.word(place))
        if reason is not None:
            column.set_missing("residual", reason, [place])


def _keep_text(column: _Column) -> None:
    item = column.item
    if item.scale != "nominal" or (item.codes and item.role != "context"):
        return
    places = np.flatnonzero(column.open)
    if len(places) and column.texts is not None:
        column.settle(places, column.texts[places])
        if item.codes:
            column.note("not_in_codes", places, first_of(column.word(int(place)) for place in places))


def _account(column: _Column, ambiguous: NDArray[np.bool_]) -> Decoded:
    item, cells = column.item, column.cells
    for (kind, reason), places in column.missing.items():
        given = [column.example(place) for place in places]
        rest = f" and {len(given) - EXAMPLES} more" if len(given) > EXAMPLES else ""
        column.note(kind, np.array(places), f"{reason}: {', '.join(given[:EXAMPLES])}{rest}")
    answers = cells.spread(column.values, None if item.scale == "nominal" else np.nan)
    strangers = np.flatnonzero(column.open)
    if not len(strangers):
        return Decoded(answers, column.notes, reasons=_reasons(column))
    examples = tuple(
        (column.example(place), int(column.counts[place]), int(np.argmax(cells.places == place)))
        for place in strangers[:EXAMPLES]
    )
    return Decoded(answers, column.notes, Offence(item, examples, len(strangers), bool(ambiguous[strangers].all())))


def _reasons(column: _Column) -> "pd.Categorical[Any] | None":
    """Say of each row why its answer is missing, where the cell says so."""
    if not column.missing:
        return None
    names = {reason: words().one_name(reason) for _, reason in column.missing}
    categories = list(dict.fromkeys(names.values()))
    codes = np.full(len(column.numbers), -1, dtype=np.int16)
    for (_, reason), places in column.missing.items():
        codes[places] = categories.index(names[reason])
    return pd.Categorical.from_codes(column.cells.spread(codes, -1), pd.Index(categories))
