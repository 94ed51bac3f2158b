"""A column as its distinct cells: what is a number, what is a word, and what is empty."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.reading.table import DecimalMark

__all__ = ["Cells", "NumberReading", "cells_of", "clean", "plain_number", "read_numbers", "shown"]

PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
COMMA_STYLE = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?")
POINT_STYLE = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?")
SPACED = re.compile(r"(?<=\d)[\s'’](?=\d{3}(\D|$))")
LARGEST_WHOLE = 2.0**53
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\xad"))


@dataclass(frozen=True, eq=False)
class Cells:
    """A column as its distinct cells and where they stand.

    Parameters
    ----------
    numbers : array, shape (u,)
        The distinct cells as numbers; NaN where a cell is a word.
    words : array of object, shape (u,)
        The distinct cells as text, stripped; None where a cell came as a number.
    places : array of int, shape (n,)
        Which of them each row holds; −1 where the row is empty.
    """

    numbers: NDArray[np.float64]
    words: NDArray[np.object_]
    places: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.places)

    @property
    def empty(self) -> NDArray[np.bool_]:
        """Rows without an answer, shape (n,)."""
        return self.places < 0

    def counts(self) -> NDArray[np.intp]:
        """How often each distinct cell stands in the column, shape (u,)."""
        return np.bincount(self.places[self.places >= 0], minlength=len(self.numbers))

    def take(self, rows: NDArray[Any]) -> "Cells":
        """Return the column with these rows only."""
        return replace(self, places=self.places[rows])

    def spread(self, values: NDArray[Any], empty: Any) -> NDArray[Any]:
        """Give each row the value of its distinct cell, shape (n,)."""
        padded = np.append(values, np.array([empty], dtype=values.dtype))
        return padded[self.places]

    def texts(self) -> NDArray[np.object_]:
        """Return the distinct cells as text, whole numbers without a decimal mark, shape (u,)."""
        return np.array(
            [shown(number) if word is None else word for number, word in zip(self.numbers, self.words, strict=True)],
            dtype=object,
        )


def shown(number: float) -> str:
    """Write a number as a person would: whole numbers without a decimal point.

    Examples
    --------
    >>> shown(3.0), shown(1.5), shown(10773111.0)
    ('3', '1.5', '10773111')
    """
    return str(int(number)) if np.isfinite(number) and float(number).is_integer() else repr(float(number))


def plain_number(word: str) -> float | None:
    """Read a number without grouping, with decimal point or comma; None if it is none.

    Examples
    --------
    >>> plain_number("3,5"), plain_number("−9"), plain_number("1.234.567"), plain_number("A1")
    (3.5, -9.0, None, None)
    """
    plain = _ascii(word)
    return float(plain.replace(",", ".")) if PLAIN.fullmatch(plain) else None


def _ascii(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().replace("\N{MINUS SIGN}", "-")


def clean(text: str) -> str:
    r"""Take away blanks around a text, invisible letters, and what no encoding can write.

    Examples
    --------
    >>> clean(" a\u200bb\ud800 ")
    'ab?'
    """
    if text.isascii():
        return text.strip()
    return text.translate(INVISIBLE).strip().encode("utf-8", "replace").decode("utf-8")


def cells_of(column: pd.Series) -> Cells:
    """Divide a column of any dtype into distinct numbers and words.

    Parameters
    ----------
    column : Series, shape (n,)
        Numbers, text, truth values, categories, dates, nullable or not.

    Returns
    -------
    Cells
        The distinct cells.

    Examples
    --------
    >>> cells = cells_of(pd.Series([3, "3,0", " wichtig", None, True, "3,0"]))
    >>> cells.texts().tolist(), cells.places.tolist()
    (['3', '3,0', 'wichtig', 'True'], [0, 1, 2, -1, 3, 1])
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        held = cells_of(pd.Series(dtype.categories.to_numpy(dtype=object), dtype=object))
        codes = column.cat.codes.to_numpy()
        return replace(held, places=np.append(held.places, -1)[codes])
    if isinstance(dtype, pd.SparseDtype):
        return cells_of(pd.Series(np.asarray(column)))
    if _is_real(dtype):
        places, numbers = pd.factorize(column.to_numpy(dtype=np.float64, na_value=np.nan))
        if not (np.abs(numbers) > LARGEST_WHOLE).any():
            return Cells(numbers, np.full(len(numbers), None, dtype=object), places)
    return _of_objects(column.astype(object))


def _is_real(dtype: Any) -> bool:
    kinds = pd.api.types
    return kinds.is_numeric_dtype(dtype) and not kinds.is_complex_dtype(dtype) and not kinds.is_bool_dtype(dtype)


def _of_objects(column: pd.Series) -> Cells:
    try:
        places, values = pd.factorize(column.to_numpy(dtype=object))
    except TypeError:
        places, values = pd.factorize(column.map(repr, na_action="ignore").to_numpy(dtype=object))
    numbers = np.full(len(values), np.nan)
    words = np.full(len(values), None, dtype=object)
    gone = np.zeros(len(values) + 1, dtype=bool)
    for place, value in enumerate(values):
        numbers[place], words[place] = _read_cell(value)
        gone[place] = words[place] == ""
    places = np.where(gone[places], -1, places)
    return Cells(numbers, words, places)


def _read_cell(value: Any) -> tuple[float, str | None]:
    if isinstance(value, bool | np.bool_):
        return np.nan, str(bool(value))
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        word = clean(value)
        number = plain_number(word)
        return (np.nan if number is None else number), word
    if hasattr(value, "isoformat"):
        return np.nan, value.isoformat().removesuffix("T00:00:00")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan, clean(str(value))
    if abs(number) > LARGEST_WHOLE and number.is_integer():
        return number, str(value)
    return (np.nan, "") if np.isnan(number) else (number, None)


@dataclass(frozen=True, eq=False)
class NumberReading:
    """Words read as numbers.

    Parameters
    ----------
    numbers : array, shape (u,)
        The numbers; NaN where a word is none, or can be read in two ways.
    ambiguous : array of bool, shape (u,)
        Words such as ``1.234`` that nothing else in the column decides.
    rewritten : array of bool, shape (u,)
        Words with a comma, grouping or per cent sign.
    """

    numbers: NDArray[np.float64]
    ambiguous: NDArray[np.bool_]
    rewritten: NDArray[np.bool_]


def read_numbers(cells: Cells, *, decimal: DecimalMark | None = None) -> NumberReading:
    """Read the words of a column as numbers with decimal comma or point, grouped or not.

    A word such as ``1.234`` is read the way the other words of the column demand, else by the decimal
    mark of the file; if there is none, it stays unread.

    Parameters
    ----------
    cells : Cells
        The column.
    decimal : {",", "."}, optional
        Decimal mark of the file.

    Returns
    -------
    NumberReading
        Numbers for the distinct cells.

    Examples
    --------
    >>> read_numbers(cells_of(pd.Series(["12.345", "1.234.567", "0,5", "7 %"]))).numbers.tolist()
    [12345.0, 1234567.0, 0.5, 7.0]
    >>> read_numbers(cells_of(pd.Series(["12.345"]))).ambiguous.tolist()
    [True]
    """
    readings = [None if word is None else _both_ways(word) for word in cells.words]
    one_way = {next(iter(reading)) for reading in readings if reading is not None and len(reading) == 1} - {""}
    style = one_way.pop() if len(one_way) == 1 else decimal
    numbers = cells.numbers.copy()
    ambiguous = np.zeros(len(numbers), dtype=bool)
    rewritten = np.zeros(len(numbers), dtype=bool)
    for place, reading in enumerate(readings):
        if reading is None:
            continue
        values = set(reading.values())
        ambiguous[place] = len(values) > 1 and style is None
        numbers[place] = np.nan if ambiguous[place] or not values else reading.get(style or "", next(iter(values)))
        rewritten[place] = np.isfinite(numbers[place]) and not _is_literal(str(cells.words[place]), numbers[place])
    return NumberReading(numbers, ambiguous, rewritten)


def _is_literal(word: str, number: float) -> bool:
    """Say whether a word is the number as computers write it."""
    try:
        return float(_ascii(word)) == number
    except ValueError:
        return False


def _both_ways(word: str) -> dict[str, float]:
    plain = SPACED.sub("", _ascii(word).removesuffix("%").rstrip())
    readings = {}
    if COMMA_STYLE.fullmatch(plain) and not re.match(r"[+-]?0+\.", plain):
        readings[","] = float(plain.replace(".", "").replace(",", "."))
    if POINT_STYLE.fullmatch(plain) and not re.match(r"[+-]?0+,", plain):
        readings["."] = float(plain.replace(",", ""))
    return {"": readings["."]} if len(readings) == 2 and readings[","] == readings["."] else readings
