"""A comparison in the words of its readers: titles, labels and numbers, in German or English."""

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from kommtyp.codebook import Item
from kommtyp.errors import check_choice
from kommtyp.texts import Language, display, integer, interval, number, p_value, percent, phrase, remark

if TYPE_CHECKING:
    from kommtyp.comparison.records import Comparison

__all__ = ["in_words", "remarks"]

SHARES = ("binary", "choice", "nominal")
MANY = 1000
TABLES = (
    "overview", "estimates", "tests", "pairs", "versus_rest", "residuals", "effects", "summaries", "blocks", "adjusted",
    "adjusted_differences", "strata", "uncertain", "uncertain_differences",
)
Cells = Mapping[str, Any]


def in_words(comparison: "Comparison", table: str, lang: Language) -> pd.DataFrame:
    """Write a table of a comparison in the words of its readers.

    See `Comparison.in_words`.

    Parameters
    ----------
    comparison : Comparison
        What `kommtyp.compare` returned.
    table : str
        "overview", or a table of the comparison, such as "estimates" or "pairs".
    lang : {"de", "en"}
        Language.

    Returns
    -------
    DataFrame
        The table; in the overview all cells are text.

    Raises
    ------
    FitError
        If there is no such table or language.
    """
    check_choice("table", table, TABLES)
    check_choice("lang", lang, get_args(Language))
    if table == "overview":
        return _overview(comparison, lang)
    frame = getattr(comparison, table).copy()
    labels = _types(comparison, lang)
    if "category" in frame:
        pairs = zip(frame["indicator"], frame["category"], strict=True)
        frame["category"] = [_answer(comparison, name, category, lang) for name, category in pairs]
    frame["indicator"] = [_title(comparison, name, lang) for name in frame["indicator"]]
    if "type_a" in frame:
        others = phrase(lang, "units.others")
        ends = zip(frame["type_a"], frame["type_b"], strict=True)
        frame["type_b"] = [labels.get(b, others) if a else "" for a, b in ends]
    for column in frame.columns.intersection(["type", "type_a"]):
        frame[column] = [labels.get(key, key) for key in frame[column]]
    for column in frame.columns.intersection(["test", "effect_name"]):
        frame[column] = [display(column.removesuffix("_name"), name, lang) for name in frame[column]]
    if "note" in frame:
        frame["note"] = [remark(note, labels, lang) for note in frame["note"]]
    return frame.rename(columns={column: _heading(column, lang) for column in frame})


def _heading(column: str, lang: str) -> str:
    """Name a column; what bears names for readers now needs no "(name)" behind it."""
    readable = {"indicator": "indicator_title"} | {
        name: f"{name}_label" for name in ("category", "type", "type_a", "type_b")
    }
    return display("column", readable.get(column, column), lang)


def _types(comparison: "Comparison", lang: str) -> dict[str, str]:
    return {definition.key: definition.title(lang) for definition in comparison.definitions.types}


def _title(comparison: "Comparison", name: str, lang: str) -> str:
    """Name an item, or the question that some are options of."""
    if name in comparison.codebook:
        return comparison.codebook[name].title(lang)
    for block in comparison.codebook.blocks:
        if block.name == name:
            return (block.text_en if lang == "en" else "") or block.text or name
    return name


def _answer(comparison: "Comparison", name: str, category: str, lang: str) -> str:
    if not category:
        return ""
    return _label(comparison.codebook[name], category, lang)


def _label(item: Item, category: str, lang: str) -> str:
    """Words for an answer; the tables write its code as text."""
    written = {f"{code:.15g}" if isinstance(code, int | float) else code: code for code, _ in item.codes}
    return item.label(written.get(category, category), lang)


def _overview(comparison: "Comparison", lang: str) -> pd.DataFrame:
    labels = _types(comparison, lang)
    estimates: dict[str, dict[str, dict[str, Cells]]] = {}
    for row in _records(comparison.estimates):
        estimates.setdefault(row["indicator"], {}).setdefault(row["category"], {})[row["type"]] = row
    rows = []
    items = {item.name: item for item in comparison.codebook.items}
    for test in _records(comparison.tests.drop_duplicates("indicator")):
        name = test["indicator"]
        item, found = items.get(name), estimates.get(name, {})
        single = {"1", ""} if item is not None and item.scale != "nominal" else set()
        shown = next((by_type for category, by_type in found.items() if category in single), {})
        title = f"{'– ' if name in comparison.options else ''}{_title(comparison, name, lang)}"
        rows.append([title, *_written(shown, list(labels), item, lang), *_tested(test, labels, lang)])
        if item is not None and item.scale == "nominal":
            rows += [
                [f"– {_label(item, category, lang)}", *_written(by_type, list(labels), item, lang), *[""] * 4]
                for category, by_type in found.items()
            ]
    heads = [phrase(lang, f"report.comparison.{name}") for name in ("indicator", "test", "p", "effect")]
    return pd.DataFrame(rows, columns=[heads[0], *labels.values(), "n", *heads[1:]], dtype=str)


def remarks(comparison: "Comparison", lang: str) -> list[str]:
    """Say what is to be known about the tests of the overview.

    Parameters
    ----------
    comparison : Comparison
        What `kommtyp.compare` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of str
        A remark for each test that has one and an effect size.
    """
    labels = _types(comparison, lang)
    main = comparison.tests.drop_duplicates("indicator").dropna(subset=["p_value", "effect"])
    said = []
    for name, note in zip(main["indicator"], main["note"], strict=True):
        parts = [part for part in note.split("; ") if part and not part.startswith("denominator df")]
        said += [f"{_title(comparison, name, lang)}: {remark('; '.join(parts), labels, lang)}"] if parts else []
    return said


def _records(table: pd.DataFrame) -> list[Cells]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _written(by_type: Mapping[str, Cells], keys: list[str], item: Item | None, lang: str) -> list[str]:
    """Write the estimates of a row with their intervals, one cell a type."""
    share = item is not None and item.scale in SHARES
    return [_estimate(by_type[key], share=share, lang=lang) if key in by_type else "" for key in keys]


def _estimate(row: Cells, *, share: bool, lang: str) -> str:
    if isnan(row["estimate"]):
        return "–"
    digits = 0 if share or abs(row["estimate"]) >= MANY else 2
    text = percent(row["estimate"], lang, digits) if share else number(row["estimate"], lang, digits)
    if isnan(row["ci_low"]):
        return text
    return f"{text} ({interval(row['ci_low'], row['ci_high'], lang, digits, share=share)})"


def _tested(test: Cells, labels: Mapping[str, str], lang: str) -> list[str]:
    """Write n, the test, its corrected p and the effect size; the reason where there is no test."""
    n = integer(test["n"], lang)
    if isnan(test["p_value"]):
        return [n, remark(test["note"], labels, lang), "", ""]
    p = p_value(test["p_corrected"], lang)
    if isnan(test["effect"]):
        return [n, display("test", test["test"], lang), p, remark(test["note"], labels, lang)]
    effect = f"{display('effect', test['effect_name'], lang)} = {number(test['effect'], lang, 2)}"
    if not isnan(test["effect_low"]):
        effect = f"{effect} ({interval(test['effect_low'], test['effect_high'], lang, 2)})"
    return [n, display("test", test["test"], lang), p, effect]
