"""Tests of indicators with hidden cells: a class of p instead of numbers that would give the cells back.

With the number of answers of each type and the share of all types, few tables fit to an exact p, a statistic or an
effect size, and often a single one: the numbers that are hidden follow from it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kommtyp.comparison import Comparison
from kommtyp.reporting.privacy import Hidden
from kommtyp.texts import p_value

__all__ = ["P_CLASSES", "class_of_p", "hide_p", "shown_tests", "touched", "written_p"]

P_CLASSES = {"< 0.001": 0.001, "< 0.01": 0.01, "< 0.05": 0.05}
NO_CLASS = "≥ 0.05"
NUMBERS_OF_TEST = ["statistic", "df", "effect", "effect_low", "effect_high"]


def class_of_p(p: float) -> str:
    """Return the class of a p-value, empty where there is none.

    Parameters
    ----------
    p : float
        The p-value, or NaN.

    Returns
    -------
    str
        "< 0.001", "< 0.01", "< 0.05", "≥ 0.05" or "".

    Examples
    --------
    >>> class_of_p(0.0123), class_of_p(0.2), class_of_p(float("nan"))
    ('< 0.05', '≥ 0.05', '')
    """
    if np.isnan(p):
        return ""
    return next((name for name, bound in P_CLASSES.items() if p < bound), NO_CLASS)


def written_p(row: Mapping[str, Any], name: str, lang: str) -> str:
    r"""Write p, or its class where only that is shown.

    Parameters
    ----------
    row : mapping
        A row with ``p_value`` and ``p_corrected``, and their classes.
    name : str
        ``p_value`` or ``p_corrected``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        As it is to be read; empty where there is no p.

    Examples
    --------
    >>> written_p({"p_value": None, "p_value_class": "< 0.05"}, "p_value", "de").replace("\N{NO-BREAK SPACE}", " ")
    '< 0,05'
    """
    if row[name] is not None:
        return p_value(row[name], lang)
    said = row[f"{name}_class"].replace(" ", "\N{NO-BREAK SPACE}")
    return said.replace(".", ",") if lang == "de" else said


def touched(hidden: Hidden, comparison: Comparison) -> frozenset[str]:
    """Find the indicators, and the questions with several answers, of which anything is hidden for any type.

    Parameters
    ----------
    hidden : Hidden
        What is not shown.
    comparison : Comparison
        What was compared.

    Returns
    -------
    frozenset of str
        Names as in the tables of the comparison.
    """
    kinds = set(comparison.estimates["type"])
    found = {name for name in comparison.indicators if any(hidden.any_share(name, kind) for kind in kinds)}
    asked = set(comparison.tests["indicator"]) - set(comparison.indicators)
    return frozenset(found | {name for name in asked if found.intersection(comparison.items_of(name))})


def shown_tests(comparison: Comparison, secret: frozenset[str]) -> pd.DataFrame:
    """Take statistics, effect sizes and exact p out of the tests of some indicators.

    Parameters
    ----------
    comparison : Comparison
        What was compared.
    secret : frozenset of str
        Indicators with something hidden: see `touched`.

    Returns
    -------
    DataFrame
        The tests with ``p_value_class``, ``p_corrected_class`` and ``suppressed``.
    """
    table = comparison.tests
    rows = table["indicator"].isin(secret)
    kept = hide_p(table, rows, comparison, within=False).assign(suppressed=rows.to_numpy(dtype=bool))
    for column in NUMBERS_OF_TEST:
        kept[column] = kept[column].astype("float64").mask(kept["suppressed"])
    return kept


def hide_p(table: pd.DataFrame, rows: pd.Series, comparison: Comparison, *, within: bool) -> pd.DataFrame:
    """Put classes in the place of p in some rows, and of the corrected p in all that were corrected with them.

    A corrected p rests on the other p of its family: it can be one of them times a number, and tells where they rank.

    Parameters
    ----------
    table : DataFrame
        Rows with ``indicator``, ``p_value`` and ``p_corrected``.
    rows : Series of bool
        Where p would give something back.
    comparison : Comparison
        What was compared.
    within : bool
        Whether p was corrected within an indicator, not over them; that of the options of a question always was
        corrected over these.

    Returns
    -------
    DataFrame
        A copy with the columns ``p_value_class`` and ``p_corrected_class``, empty where p is shown.
    """
    options = set(comparison.options)
    families = pd.Series(
        [comparison.codebook[n].block if n in options else n if within else "" for n in table["indicator"]],
        index=table.index, dtype="str",
    )  # fmt: skip
    corrected = rows if comparison.correction == "none" else families.isin(set(families[rows])) | rows
    kept = table.copy()
    for name, gone in (("p_value", rows), ("p_corrected", corrected)):
        classes = [class_of_p(p) if secret else "" for p, secret in zip(table[name], gone, strict=True)]
        kept[f"{name}_class"] = pd.Series(classes, index=table.index, dtype="str")
        kept[name] = table[name].astype("float64").mask(gone)
    return kept
