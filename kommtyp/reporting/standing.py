"""Whether differences stand, as it may leave the house: adjusted, and with the doubt about the types."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kommtyp.codebook import Codebook
from kommtyp.comparison import Comparison
from kommtyp.comparison.adjusting import adjustment
from kommtyp.reporting.privacy import Hidden, blank, hide_cells, is_hidden
from kommtyp.standardisation import pool_strata
from kommtyp.typology import Classification

__all__ = ["STANDING", "coarse", "shown_standing", "traceable"]

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
FEW_STRATA = 4
Traceable = frozenset[tuple[str, str]]


def shown_standing(
    result: Classification, comparison: Comparison, hidden: Hidden, *, min_cell: int
) -> dict[str, pd.DataFrame]:
    """Take everything out of the adjusted and uncertain tables that is not to be shown.

    What a type answered is hidden here wherever it is hidden in the plain tables. Adjusted numbers are sums over
    small cells, and with all their digits the answers in a stratum could be worked out: they are rounded, and where
    there are few strata hidden with every small cell.

    Parameters
    ----------
    result : Classification
        The types.
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
    traced = traceable(result, comparison.adjust_for, comparison.adjusted["indicator"], min_cell=min_cell)
    shown = {}
    for name, numbers in NUMBERS.items():
        table, found = getattr(comparison, name), frozenset[tuple[str, str]]()
        if name.startswith("adjusted"):
            table, found = table.assign(**coarse(table, numbers, comparison.codebook)), traced
        ends = ["type_a", "type_b"] if name.endswith("differences") else ["type"]
        shown[name] = blank(table, _secret(table, ends, comparison.codebook, hidden, found), numbers)
    table = shown["adjusted"]
    few = pd.Series(
        [hidden.mean(name, kind) for name, kind in zip(table["indicator"], table["type"], strict=True)], dtype=bool
    )
    for column in ("n", "missing"):
        table[column] = table[column].astype("float64").mask(few)
    return {**shown, "strata": _strata(comparison.strata, min_cell)}


def _secret(
    table: pd.DataFrame, ends: list[str], codebook: Codebook, hidden: Hidden, traced: Traceable
) -> pd.Series:
    """Find the rows about types whose answers are hidden; an empty end stands for all the others."""
    rows = table[["indicator", "category", *ends]].itertuples(index=False, name=None)
    return pd.Series(
        [
            any((name, kind) in traced or is_hidden(hidden, codebook, name, category, kind) for kind in kinds)
            for name, category, *kinds in rows
        ],
        dtype=bool,
    )


def traceable(
    result: Classification, adjust_for: Sequence[str], indicators: Iterable[str], *, min_cell: int
) -> Traceable:
    """Find the types whose adjusted numbers could be taken apart, because strata are few and a cell of them is small.

    Over two or three strata, few numbers of municipalities fit to a plain and an adjusted share with its interval;
    over more than four, so many do that nothing follows from rounded ones.

    Parameters
    ----------
    result : Classification
        The types.
    adjust_for : sequence of str
        Items that were adjusted for.
    indicators : iterable of str
        What was adjusted.
    min_cell : int
        Smallest number of municipalities that is shown.

    Returns
    -------
    frozenset of (indicator, type)
        What is not shown.
    """
    names = [name for name in dict.fromkeys(indicators) if name in result.survey.answers]
    if not adjust_for or not names:
        return frozenset()
    plan, keys = adjustment(result, list(adjust_for)), result.typology.keys
    ordered = [item.scale != "nominal" for item in plan.items]
    labels = np.where(result.weights > 0, result.types.cat.codes, -1)
    found = set()
    for name in names:
        answers = result.survey.answers[name]
        strata = pool_strata(plan.levels, np.where(answers.notna(), labels, -1), len(keys), ordered=ordered)
        if not 1 < len(strata.sizes) <= FEW_STRATA:
            continue
        codes = pd.factorize(answers)[0] if result.survey.codebook[name].scale != "number" else 0
        rows = pd.DataFrame({"type": labels, "stratum": strata.of, "answer": codes})[strata.of >= 0]
        counts = rows.groupby(["type", "stratum", "answer"]).size()
        small = counts[counts < min_cell].index.get_level_values("type")
        found |= {(name, keys[t]) for t in small}
    return frozenset(found)


def _strata(table: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """Hide how many municipalities are in a stratum where they are few, or where another indicator's would tell.

    Each indicator has strata of its own, as its answers allow. Two that differ by one combination of levels would
    tell how many municipalities have it, so only strata that all indicators have, and can show, are counted.
    """
    small: list[bool] = []
    for _, rows in table.groupby("indicator", sort=False):
        small += hide_cells(rows["n"].to_numpy()[:, None], min_cell, row_totals=False)[:, 0].tolist()
    held = table["levels"].map(table["levels"].value_counts()) == table["indicator"].nunique()
    secret = table["levels"].isin(table.loc[np.array(small, dtype=bool), "levels"]) | (~held & (min_cell > 1))
    return blank(table, secret, ["n", "share"])


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
