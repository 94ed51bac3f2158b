"""What a figure of indicators draws: rows with their own ends, and where each type lies between them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, floor, isfinite, log10

import pandas as pd

from kommtyp.codebook import Item
from kommtyp.plotting.canvas import wrapped
from kommtyp.texts import integer, number, percent

__all__ = ["Line", "Values", "answer_key", "answer_label", "lines_of", "to_common_end"]

SHARES = ("binary", "choice", "nominal")
LETTERS = 36
Values = Mapping[str, tuple[float, float, float]]


def answer_label(item: Item, category: str, lang: str) -> str:
    """Return the words for an answer, given as the tables of a comparison write it.

    Parameters
    ----------
    item : Item
        The indicator.
    category : str
        Code written as text.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        Words of the codebook, or the category where it has none.
    """
    return next((item.label(code, lang) for code, _ in item.codes if answer_key(code) == category), category)


def answer_key(code: object) -> str:
    """Write a code as the tables of a comparison do.

    Parameters
    ----------
    code : object
        Number or text.

    Returns
    -------
    str
        A number without needless decimals, a text as it is.

    Examples
    --------
    >>> answer_key(1.0), answer_key("eigen")
    ('1', 'eigen')
    """
    return f"{code:g}" if isinstance(code, int | float) else str(code)


@dataclass(frozen=True)
class Line:
    """One row of a figure: an indicator or one of its answers.

    Parameters
    ----------
    label : str
        Words beside the row.
    values : mapping of str to (float, float, float)
        Type → estimate and ends of its interval; a type without an estimate is not in it.
    low, high : float
        Ends of the scale.
    ends : tuple of str
        Words for both ends.
    write : callable
        From a value to its words.
    share : bool
        True for shares.
    header : str
        Words above the first answer of a nominal indicator.
    """

    label: str
    values: Values
    low: float
    high: float
    ends: tuple[str, str]
    write: Callable[[float], str]
    share: bool = False
    header: str = ""

    def at(self, value: float) -> float:
        """Place of a value between the ends, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def lines_of(table: pd.DataFrame, item: Item, lang: str) -> list[Line]:
    """Return the rows of an indicator: one for each answer of a nominal one, else a single one.

    Parameters
    ----------
    table : DataFrame
        Rows of the estimates for this indicator.
    item : Item
        The indicator.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of Line
        The rows; none where there are no estimates.
    """
    title = item.title(lang)
    if table.empty:
        return []
    if item.scale == "nominal":
        found = [
            _share_line(
                wrapped(answer_label(item, category, lang), LETTERS), table[table["category"] == category], lang
            )
            for category in dict.fromkeys(table["category"])
        ]
        n = _sum_of(table.drop_duplicates("type")["n"])
        header = title if n is None else f"{title} (n = {integer(n, lang)})"
        return [replace(row, header="" if place else header) for place, row in enumerate(found)]
    if item.scale in SHARES:
        return [_share_line(_with_n(title, table, lang), table, lang)]
    means = table[table["category"] == ""]
    label, values = _with_n(title, means, lang), _values(means)
    if item.low is not None and item.high is not None:
        ends = (_end(item, item.low, lang), _end(item, item.high, lang))
        return [Line(label, values, item.low, item.high, ends, partial(number, lang=lang, digits=1))]
    low, high = _round_range(values)
    write = partial(number, lang=lang, digits=max(0, min(3, 1 - floor(log10(high - low)))))
    return [Line(label, values, low, high, (write(low), write(high)), write)]


def to_common_end(rows: Sequence[Line], lang: str) -> list[Line]:
    """End the axis of shares at the next ten per cent above all intervals.

    Parameters
    ----------
    rows : sequence of Line
        Rows that are all shares.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of Line
        The rows with a common upper end.
    """
    largest = max((end for row in rows for value in row.values.values() for end in value if isfinite(end)), default=1.0)
    high = min(1.0, max(0.2, ceil(10 * largest - 1e-9) / 10))
    return [replace(row, high=high, ends=(percent(0, lang, 0), percent(high, lang, 0))) for row in rows]


def _share_line(label: str, table: pd.DataFrame, lang: str) -> Line:
    write = partial(percent, lang=lang, digits=0)
    return Line(label, _values(table), 0.0, 1.0, (write(0), write(1)), write, share=True)


def _values(table: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    numbers = table[["estimate", "ci_low", "ci_high"]].to_numpy(dtype=float).tolist()
    return {
        kind: (estimate, low, high)
        for kind, (estimate, low, high) in zip(table["type"], numbers, strict=True)
        if isfinite(estimate)
    }


def _sum_of(n: pd.Series) -> int | None:
    """Add counts, unless one of them is suppressed."""
    return None if n.isna().any() else int(n.sum())


def _with_n(title: str, table: pd.DataFrame, lang: str) -> str:
    n = _sum_of(table["n"])
    label = wrapped(title, LETTERS)
    return label if n is None else f"{label}\nn = {integer(n, lang)}"


def _end(item: Item, code: float, lang: str) -> str:
    label, shown = item.label(code, lang), number(code, lang, 0)
    return shown if label in (shown, f"{code:g}") else f"{shown} = {label}"


def _round_range(values: Values) -> tuple[float, float]:
    """Return round ends around all intervals."""
    ends = [end for value in values.values() for end in value if isfinite(end)] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    if low == high:
        low, high = low - 1, high + 1
    unit = 10.0 ** floor(log10(high - low))
    return floor(low / unit) * unit, ceil(high / unit) * unit
