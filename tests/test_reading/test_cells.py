"""Cells of every dtype, and numbers in words."""

import datetime
import decimal
import fractions
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.reading.cells import cells_of, plain_number, read_numbers


def spread(column: pd.Series) -> list[Any]:
    cells = cells_of(column)
    return [None if text is None else str(text) for text in cells.spread(cells.texts(), None)]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([3, 1, 3]),
        pd.Series([3.0, 1.0, 3.0]),
        pd.Series([3, 1, 3], dtype="int8"),
        pd.Series([3, 1, 3], dtype="Int64"),
        pd.Series([3, 1, 3], dtype="Float32"),
        pd.Series([3, 1, 3], dtype="category"),
        pd.Series([3, 1, 3], dtype=object),
        pd.Series(["3", "1", "3"]),
        pd.Series(["3", " 1", "3 "], dtype=object),
        pd.Series(["3", "1", "3"], dtype="string"),
        pd.Series(["3", "1", "3"], dtype="category"),
        pd.Series([decimal.Decimal(3), fractions.Fraction(1), np.int16(3)], dtype=object),
        pd.Series(pd.arrays.SparseArray([3, 1, 3])),
    ],
)
def test_the_dtype_of_the_same_numbers_does_not_matter(column: pd.Series) -> None:
    cells = cells_of(column)
    assert cells.spread(cells.numbers, np.nan).tolist() == [3, 1, 3]
    assert spread(column) == ["3", "1", "3"]


@pytest.mark.parametrize("gone", [None, np.nan, pd.NA, pd.NaT, "", "  ", "\u200b", decimal.Decimal("NaN")])
def test_everything_that_is_empty_is_empty(gone: object) -> None:
    assert cells_of(pd.Series([gone, "x"], dtype=object)).empty.tolist() == [True, False]


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "string", "float64", "category", "datetime64[ns]", "str"])
def test_missing_values_of_every_dtype(dtype: str) -> None:
    assert cells_of(pd.Series([None, None], dtype=object).astype(dtype)).empty.all() or dtype == "str"


def test_what_is_neither_number_nor_text_is_written_out() -> None:
    column = pd.Series([True, datetime.date(2019, 1, 7), pd.Timestamp("2019-01-07 08:00"), 2 + 1j, b"ja"], dtype=object)
    assert spread(column) == ["True", "2019-01-07", "2019-01-07T08:00:00", "(2+1j)", "ja"]
    assert spread(pd.Series([[1, 2], {"a": 1}], dtype=object)) == ["[1, 2]", "{'a': 1}"]
    assert spread(pd.Series(pd.period_range("2019", periods=1, freq="M"))) == ["2019-01"]
    assert spread(pd.Series([True, None], dtype="boolean")) == ["True", None]


def test_keys_keep_their_digits() -> None:
    assert spread(pd.Series(["01001000", "5315000"])) == ["01001000", "5315000"]
    assert spread(pd.Series([2**60 + 1, 1])) == [str(2**60 + 1), "1"]
    assert spread(pd.Series([5315000.0, 1.5])) == ["5315000", "1.5"]


def test_rows_are_taken_without_touching_the_rest() -> None:
    cells = cells_of(pd.Series(["a", "b", "a"]))
    assert cells.take(np.array([1])).counts().tolist() == [0, 1]
    assert cells.counts().tolist() == [2, 1]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_as_python_and_germans_write_them(number: float) -> None:
    assert plain_number(repr(number)) == number
    assert plain_number(repr(number).replace(".", ",")) == number


@pytest.mark.parametrize("word", ["", "A1", "1_000", "0x10", "nan", "inf", "1.2.3", "1,2,3", "--1", "1 2", "½", "e5"])
def test_what_is_no_number(word: str) -> None:
    assert plain_number(word) is None


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5), st.sampled_from([".", " ", "\u202f", "'", "’"]))
def test_grouped_numbers_in_a_german_file(numbers: list[int], group: str) -> None:
    words = [f"{number:,}".replace(",", group) for number in numbers]
    assert read_numbers(cells_of(pd.Series(words)), decimal=",").numbers.tolist() == list(dict.fromkeys(numbers))


@given(st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=5, unique=True))
def test_amounts_are_read_alike_in_both_manners(amounts: list[decimal.Decimal]) -> None:
    english = [f"{amount:,.2f}" for amount in amounts]
    german = [word.translate(str.maketrans(".,", ",.")) for word in english]
    expected = [float(amount) for amount in amounts]
    assert read_numbers(cells_of(pd.Series(english))).numbers.tolist() == expected
    assert read_numbers(cells_of(pd.Series(german))).numbers.tolist() == expected


def test_a_word_that_can_be_read_in_two_ways_is_read_as_its_neighbours() -> None:
    def read(*words: str, decimal: Any = None) -> list[float]:
        return read_numbers(cells_of(pd.Series(words)), decimal=decimal).numbers.tolist()

    assert read("1.234", "0,5") == [1234, 0.5]
    assert read("1.234", "0.5") == [1.234, 0.5]
    assert read("1.234", "5", decimal=",") == [1234, 5]
    assert read("1.234", "5", decimal=".") == [1.234, 5]
    assert np.isnan(read("1.234", "5")[0])
    assert read("1.5", decimal=",") == [1.5]
    assert read("0.500", decimal=",") == [0.5]
