"""A table as a file holds it, before anybody knows what its columns mean."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from kommtyp.survey import Note

__all__ = ["DecimalMark", "Described", "Table", "fingerprint_of"]

DecimalMark = Literal[",", "."]
Row = list[Any]


@dataclass(frozen=True)
class Described:
    """What the file itself says about a column.

    Parameters
    ----------
    text : str
        The question.
    codes : tuple of (code, label)
        Value labels.
    missing : tuple of (low, high)
        Ranges of values that the file declares missing; one code has both ends alike, and a letter
        of Stata or SAS stands for itself.
    level : str
        Level of measurement the file states: ``"nominal"``, ``"ordinal"``, ``"scale"``, or nothing.
    """

    text: str = ""
    codes: tuple[tuple[Any, str], ...] = ()
    missing: tuple[tuple[Any, Any], ...] = ()
    level: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Cells under their headings, with an account of how they were found.

    Parameters
    ----------
    frame : DataFrame, shape (n, columns)
        The cells as they came; headings are text and may occur twice.
    source : str
        File name, or ``"DataFrame"``.
    fingerprint : str
        SHA-256 of the file, or of the frame's content.
    notes : tuple of Note
        What was done to find the table in the file.
    described : mapping of str to Described
        What the file says about its columns, by heading.
    decimal : {",", "."}, optional
        Decimal mark of the file, where it is known; decides how ``1.234`` is read.
    """

    frame: pd.DataFrame
    source: str
    fingerprint: str
    notes: tuple[Note, ...] = ()
    described: Mapping[str, Described] = field(default_factory=dict)
    decimal: DecimalMark | None = None


def fingerprint_of(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of a frame's headings, index and cells.

    Parameters
    ----------
    frame : DataFrame
        Any frame.

    Returns
    -------
    str
        64 hexadecimal digits; the same for the same content on any machine.

    Examples
    --------
    >>> fingerprint_of(pd.DataFrame({"a": [1, 2]})) == fingerprint_of(pd.DataFrame({"a": [1.0, 2.0]}))
    True
    """
    digest = hashlib.sha256()
    for position in range(-1, frame.shape[1]):
        column = frame.index.to_series() if position < 0 else frame.iloc[:, position]
        heading = "index" if position < 0 else str(frame.columns[position])
        digest.update(f"\x1d{heading}\x1e".encode("utf-8", "surrogatepass"))
        digest.update(_content(column))
    return digest.hexdigest()


def _content(column: pd.Series) -> bytes:
    kind = column.dtype
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        numbers = column.to_numpy(dtype="<f8", na_value=np.nan)
        return np.where(np.isnan(numbers), np.nan, numbers).tobytes()
    cells = column.astype(object)
    empty = cells.isna().to_numpy()
    return "\x1f".join("" if gone else str(cell) for cell, gone in zip(cells, empty, strict=True)).encode(
        "utf-8", "surrogatepass"
    )
