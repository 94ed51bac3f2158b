"""What the parts of a comparison share: answers as numbers, options, and rows of tidy tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isnan
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kommtyp.codebook import Item
from kommtyp.comparison.records import COLUMNS
from kommtyp.multiplicity import Correction
from kommtyp.tests_of_association import Outcome

__all__ = ["Answers", "Options", "Rows", "frames", "outcome_row", "too_large", "written"]

Rows = Iterator[tuple[str, dict[str, Any]]]

LARGEST = 1e70  # degrees of freedom need fourth powers, which floats hold up to 1e308


@dataclass(frozen=True)
class Options:
    """Choices that hold for all indicators of a comparison."""

    level: float
    correction: Correction
    pairwise: bool
    random_state: int


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to one indicator by those who have a type.

    Parameters
    ----------
    item : Item
        The indicator.
    keys : tuple of str
        The k types.
    labels : ndarray of int, shape (n,)
        Type of each valid answer.
    codes : ndarray of int, shape (n,)
        Place of each valid answer in `values`.
    values : ndarray, shape (c,)
        Possible answers: numbers, rising, or texts in the order of the codebook.
    missing : ndarray of int, shape (k,)
        How many of each type gave no valid answer.
    """

    item: Item
    keys: tuple[str, ...]
    labels: np.ndarray
    codes: np.ndarray
    values: np.ndarray
    missing: np.ndarray

    @property
    def table(self) -> np.ndarray:
        """How often each type gave each answer, shape (k, c)."""
        k, c = len(self.keys), len(self.values)
        return np.bincount(self.labels * c + self.codes, minlength=k * c).reshape(k, c)

    @property
    def n(self) -> np.ndarray:
        """Valid answers of each type, shape (k,)."""
        return np.bincount(self.labels, minlength=len(self.keys))

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """First and second type of each pair."""
        return np.triu_indices(len(self.keys), 1)

    def named(self, places: np.ndarray) -> np.ndarray:
        """Keys of the types at these places."""
        return np.array(self.keys, dtype=object)[places]

    def draw(self, options: Options) -> np.random.Generator:
        """Random numbers that depend on the seed and this indicator alone, not on what else is compared."""
        return np.random.default_rng([options.random_state, crc32(self.item.name.encode())])


def written(value: object) -> str:
    """Write a code as text: 1.0 as "1", 0.5 as "0.5".

    Parameters
    ----------
    value : object
        Code, a number or a text.

    Returns
    -------
    str
        The category it is called in the tables.

    Examples
    --------
    >>> written(1.0), written("NI")
    ('1', 'NI')
    """
    return f"{value:.15g}" if isinstance(value, int | float | np.number) else str(value)


def too_large(values: ArrayLike) -> str:
    """Say whether numbers are too large to compare: their variances could not be squared.

    Parameters
    ----------
    values : array_like
        Numbers; NaN is missing.

    Returns
    -------
    str
        The reason, empty where there is none.

    Examples
    --------
    >>> too_large([1.0, -2e160]), too_large([1e60])
    ('numbers as large as 2e+160 are too large to compare. Give them in a larger unit', '')
    """
    largest = float(np.fmax.reduce(np.abs(np.asarray(values, float)), initial=0.0))
    if not largest > LARGEST:
        return ""
    return f"numbers as large as {largest:.3g} are too large to compare. Give them in a larger unit"


def outcome_row(answers: Answers, outcome: Outcome, effect: tuple[Any, ...], *, main: bool = True) -> dict[str, Any]:
    """Turn the outcome of a test into a row of the table of tests.

    Parameters
    ----------
    answers : Answers
        What was tested.
    outcome : Outcome
        Result of the test.
    effect : tuple
        Name, estimate, low and high end of the effect size.
    main : bool
        False for a test beside the main one, which is not counted in the correction.

    Returns
    -------
    dict
        Column → value; "main" is for the correction and not shown.
    """
    n = answers.n
    absent = [key for key, count in zip(answers.keys, n, strict=True) if not count]
    notes = [outcome.note]
    if absent and n.any():
        notes.append(f"no answers: {', '.join(absent)}")
    if not isnan(outcome.df_within):
        notes.append(f"denominator df {outcome.df_within:.2f}")
    if not main:
        notes.append("beside the main test, not counted in the correction")
    name, *interval = effect
    return {
        "indicator": answers.item.name,
        "test": outcome.test,
        "statistic": outcome.statistic,
        "df": outcome.df,
        "p_value": outcome.p_value,
        "effect_name": name,
        **dict(zip(("effect", "effect_low", "effect_high"), map(float, interval), strict=True)),
        "n": int(n.sum()),
        "note": "; ".join(note for note in notes if note),
        "main": main,
    }


def frames(rows: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, pd.DataFrame]:
    """Put rows together to tidy tables.

    Parameters
    ----------
    rows : iterable of (table, columns)
        Name of the table, and column → value or array; values are repeated.

    Returns
    -------
    dict of DataFrame
        One table for each in `COLUMNS`, with exactly its columns, and "main" for the tests.
    """
    texts = {"indicator", "category", "type", "type_a", "type_b", "test", "effect_name", "note", "levels"}
    counts = {"n", "missing", "count", "strata", "stratum", "options", "nothing"}
    blocks: dict[str, list[list[np.ndarray]]] = {name: [] for name in COLUMNS}
    names = {name: [*columns, "main"] if name == "tests" else columns for name, columns in COLUMNS.items()}
    for name, columns in rows:
        filled = {"p_corrected": np.nan, **columns}
        blocks[name].append([np.atleast_1d(np.asarray(filled[column])) for column in names[name]])
    tables = {}
    for name, given in blocks.items():
        parts = [np.broadcast_arrays(*part) for part in given]
        columns = {}
        for place, column in enumerate(names[name]):
            values = np.concatenate([part[place] for part in parts]) if parts else np.empty(0)
            columns[column] = values.astype(
                object if column in texts else bool if column == "main" else int if column in counts else float
            )
        tables[name] = pd.DataFrame(columns).astype({column: str for column in names[name] if column in texts})
    return tables
