"""Whether differences stand, as it may leave the house: adjusted, and with the doubt about the types."""

from typing import Any

import numpy as np
import pandas as pd

from kommtyp.codebook import Codebook
from kommtyp.comparison import Comparison
from kommtyp.reporting.privacy import Hidden, blank, hide_cells, is_hidden

__all__ = ["STANDING", "coarse", "shown_standing"]

ADJUSTED = ["estimate", "ci_low", "ci_high", "raw"]
PLAIN = ["ci_low", "ci_high", "plain_low", "plain_high", "width_ratio"]
CORRECTED = ["leads", "corrected", "corrected_low", "corrected_high"]
NUMBERS = {
    "adjusted": ADJUSTED,
    "adjusted_differences": ["difference", *ADJUSTED[1:]],
    "uncertain": ["estimate", *PLAIN, *CORRECTED],
    "uncertain_differences": ["difference", *PLAIN],
}
STANDING = (*NUMBERS, "strata")
DIGITS = 3


def shown_standing(comparison: Comparison, hidden: Hidden, *, min_cell: int) -> dict[str, pd.DataFrame]:
    """Take everything out of the adjusted and uncertain tables that is not to be shown.

    What a type answered is hidden here wherever it is hidden in the plain tables. Adjusted numbers are rounded,
    too: they are sums over small strata, and with all their digits the answers within a stratum could be worked out.

    Parameters
    ----------
    comparison : Comparison
        What was compared.
    hidden : Hidden
        What is not shown.
    min_cell : int
        Smallest number of municipalities that is shown.

    Returns
    -------
    dict of DataFrame
        Copies of the tables, each with a column ``suppressed``; numbers that are not shown are NaN.
    """
    shown = {}
    for name, numbers in NUMBERS.items():
        table = getattr(comparison, name)
        if name.startswith("adjusted"):
            table = table.assign(**coarse(table, numbers, comparison.codebook))
        ends = ["type_a", "type_b"] if name.endswith("differences") else ["type"]
        shown[name] = blank(table, _secret(table, ends, comparison, hidden), numbers)
    table = shown["adjusted"]
    few = pd.Series(
        [hidden.mean(name, kind) for name, kind in zip(table["indicator"], table["type"], strict=True)], dtype=bool
    )
    for column in ("n", "missing"):
        table[column] = table[column].astype("float64").mask(few)
    return {**shown, "strata": _strata(comparison.strata, min_cell)}


def _secret(table: pd.DataFrame, ends: list[str], comparison: Comparison, hidden: Hidden) -> pd.Series:
    """Find the rows about types whose answers are hidden; an empty end stands for all the others."""
    rows = table[["indicator", "category", *ends]].itertuples(index=False, name=None)
    return pd.Series(
        [
            any(is_hidden(hidden, comparison.codebook, name, category, kind) for kind in kinds)
            for name, category, *kinds in rows
        ],
        dtype=bool,
    )


def _strata(table: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Hide how many municipalities are in a stratum where they are few."""
    secret: list[bool] = []
    for _, rows in table.groupby("indicator", sort=False):
        secret += hide_cells(rows["n"].to_numpy()[:, None], min_cell, row_totals=False)[:, 0].tolist()
    return blank(table, pd.Series(secret, dtype=bool), ["n", "share"])


def coarse(table: pd.DataFrame, names: list[str], codebook: Codebook) -> dict[str, Any]:
    """Round numbers so far that nobody can work out what they are made of.

    Parameters
    ----------
    table : DataFrame
        Rows with a column ``indicator``.
    names : list of str
        Columns with numbers.
    codebook : Codebook
        Scales of the indicators.

    Returns
    -------
    dict of Series
        Shares and means of a scale with three decimals, other means with three digits.

    Examples
    --------
    >>> from kommtyp.codebook import packaged_codebook
    >>> table = pd.DataFrame({"indicator": ["bots", "einwohner"], "estimate": [0.123456, 12345.6]})
    >>> coarse(table, ["estimate"], packaged_codebook())["estimate"].tolist()
    [0.123, 12300.0]
    """
    scales = {name: codebook[name] for name in dict.fromkeys(table["indicator"]) if name in codebook}
    wide = [name in scales and scales[name].scale == "number" for name in table["indicator"]]
    return {
        name: pd.Series(np.where(wide, _three_digits(values), values.round(DIGITS)), index=table.index)
        for name, values in ((name, table[name].astype(float)) for name in names)
    }


def _three_digits(values: pd.Series) -> np.ndarray:
    known = np.isfinite(values) & (values != 0)
    size = 10.0 ** (np.floor(np.log10(np.abs(values.where(known, 1.0)))) - (DIGITS - 1))
    return (np.round(values / size) * size).to_numpy()
