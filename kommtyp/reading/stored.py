"""Files that know their columns: Parquet, SPSS, Stata, SAS."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kommtyp import lazy
from kommtyp.errors import MissingExtraError, SurveyError
from kommtyp.reading.table import Described

__all__ = ["READERS", "Stored", "read_stored"]

READERS = {
    "parquet": "read_table",
    "sav": "read_sav",
    "zsav": "read_sav",
    "por": "read_por",
    "dta": "read_dta",
    "sas7bdat": "read_sas7bdat",
}


SPSS_EPOCH = np.datetime64("1582-10-14T00:00:00", "s")


@dataclass(frozen=True, eq=False)
class Stored:
    """A frame with what its file says about the columns.

    Parameters
    ----------
    frame : DataFrame
        Codes, not labels.
    described : dict of str to Described
        Question text, value labels and missing values, by heading.
    """

    frame: pd.DataFrame
    described: dict[str, Described]


def read_stored(file: Path, kind: str, source: str) -> Stored:
    """Read a file that knows its columns.

    Parameters
    ----------
    file : Path
        The file.
    kind : str
        One of `READERS`.
    source : str
        File name, for messages.

    Returns
    -------
    Stored
        Codes as they are stored, declared missing ones included, with what the file says about them.

    Raises
    ------
    SurveyError
        If the file cannot be read.
    MissingExtraError
        If the package that reads it is not installed.
    """
    if kind == "parquet":
        lazy.load("pyarrow", extra="parquet")
        reader = lazy.load("pyarrow.parquet", extra="parquet")
        try:
            return Stored(reader.read_table(file).to_pandas(), {})
        except Exception as error:  # the reader's errors have no common base
            raise _unreadable(source, "pyarrow", error) from None
    package = lazy.load("pyreadstat", extra="spss")
    try:
        frame, meta = _read_statistics(getattr(package, READERS[kind]), file, kind)
    except MissingExtraError:
        raise
    except Exception as error:  # the reader's errors have no common base
        raise _unreadable(source, "pyreadstat", error) from None
    return Stored(frame, {name: _describe(name, meta) for name in frame.columns})


def _read_statistics(reader: Any, file: Path, kind: str) -> tuple[pd.DataFrame, Any]:
    options: dict[str, Any] = {} if kind == "por" else {"user_missing": True}
    try:
        return reader(str(file), **options)
    except OverflowError:  # a date beyond what Python's calendar knows
        frame, meta = reader(str(file), disable_datetime_conversion=True, **options)
    for name, form in meta.original_variable_types.items():
        if "DATE" in form or form.startswith("YMDHMS"):
            frame[name] = frame[name].map(_spss_date, na_action="ignore")
    return frame, meta


def _spss_date(seconds: float) -> str:
    """Write a date that SPSS counts in seconds, however far away.

    Examples
    --------
    >>> _spss_date(13630723200.0)
    '2014-09-22'
    """
    moment = SPSS_EPOCH + np.timedelta64(int(seconds), "s")
    return str(moment).removesuffix("T00:00:00")


def _unreadable(source: str, package: str, error: Exception) -> SurveyError:
    return SurveyError(
        f"{source}: {package} cannot read it ({type(error).__name__}: {error}). Save it again, or as CSV in UTF-8."
    )


def _describe(name: str, meta: Any) -> Described:
    labels = meta.variable_value_labels.get(name, {})
    ranges = [(one["lo"], one["hi"]) for one in meta.missing_ranges.get(name, [])]
    ranges += [(code, code) for code in meta.missing_user_values.get(name, [])]
    return Described(
        text=meta.column_names_to_labels.get(name) or "",
        codes=tuple(labels.items()),
        missing=tuple(ranges),
        level=(meta.variable_measure or {}).get(name, "").replace("unknown", ""),
    )
