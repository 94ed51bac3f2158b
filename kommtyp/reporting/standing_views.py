"""Whether differences stand, in words: adjusted, and with the doubt about the types."""

import re
from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any

from kommtyp.reporting.p_classes import written_p
from kommtyp.reporting.tables import SHARES
from kommtyp.reporting.views import Cell, Row, View
from kommtyp.texts import confidence, integer, interval, listing, number, percent, phrase

__all__ = ["WITHIN_STRATA", "adjusted_items", "standing_sentences", "standing_view"]

WITHIN_STRATA = ("cochran_mantel_haenszel", "weighted_cmh_f")
Summary = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Any]]


def standing_sentences(summary: Summary, basis: str, lang: str) -> list[str]:
    """Say what was computed, and what not.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    basis : {"adjusted", "uncertain"}
        On what the differences are checked.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of str
        Paragraphs.
    """
    if basis == "uncertain":
        return [phrase(lang, "report.standing.uncertain", n=integer(summary["n_boot"], lang))]
    said = phrase(lang, "report.standing.adjusted", items=adjusted_items(summary, lang))
    return [said, f"{phrase(lang, 'report.standing.pooled')} {phrase(lang, 'report.standing.rounded')}"]


def adjusted_items(summary: Summary, lang: str) -> str:
    """Name what was adjusted for.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        Titles of the items.
    """
    return listing((item["title"] for item in summary["adjusted_for"]), lang)


def standing_view(summary: Summary, basis: str, lang: str) -> View:
    """Write the estimates on another basis: a row an item or an answer, a column a type.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with the table of that basis.
    basis : {"adjusted", "uncertain"}
        On what.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    keys = [kind["key"] for kind in summary["types"]]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in summary[basis]:
        found.setdefault(row["indicator"], {}).setdefault(row["category"], {})[row["type"]] = row
    rows: list[Row] = []
    for item in summary["compared"]:
        if item["indicator"] not in found:
            continue
        of_item = found[item["indicator"]]
        if item["scale"] == "nominal":
            rows.append(Row(item["title"], "", (*(Cell() for _ in keys), *_last(summary, item, {}, basis, lang))))
        for category, by_type in _shown(of_item, item):
            share = category != ""
            cells = [_cell(by_type.get(key), basis, share=share, lang=lang) for key in keys]
            nominal = item["scale"] == "nominal"
            last = [Cell(), Cell()] if nominal and basis == "adjusted" else _last(summary, item, by_type, basis, lang)
            title = item["answers"].get(category, category) if nominal else item["title"]
            rows.append(Row(title, "", (*cells, *last), part=nominal))
    facts = {"level": confidence(summary["level"], lang), "items": adjusted_items(summary, lang)}
    heads = ("strata", "p") if basis == "adjusted" else ("wider", "leads")
    return View(
        phrase(lang, f"report.standing.{basis}_table", **facts),
        phrase(lang, "report.comparison.indicator"),
        True,
        tuple(phrase(lang, f"report.standing.{head}") for head in heads),
        tuple(rows),
    )


def _shown(of_item: Mapping[str, Rows], item: Mapping[str, Any]) -> Iterator[tuple[str, Rows]]:
    """Return the answers of a nominal item, and of any other one its share of a yes or its mean."""
    if item["scale"] == "nominal":
        yield from of_item.items()
    else:
        main = "1" if item["scale"] in SHARES else ""
        yield main, of_item.get(main, {})


def _cell(row: Mapping[str, Any] | None, basis: str, *, share: bool, lang: str) -> Cell:
    if row is None or row["estimate"] is None:
        secret = row is not None and row["suppressed"]
        return Cell("" if secret else "–", hidden=secret)
    text = _value(row["estimate"], share=share, lang=lang)
    if basis == "adjusted" and row["raw"] is not None:
        text = phrase(lang, "report.standing.change", raw=_value(row["raw"], share=share, lang=lang), estimate=text)
    known = row["ci_low"] is not None
    digits = 1 if share else 2
    return Cell(text, interval(row["ci_low"], row["ci_high"], lang, digits, share=share) if known else "")


def _value(value: float, *, share: bool, lang: str) -> str:
    return percent(value, lang) if share else number(value, lang, 2)


def _last(summary: Summary, item: Mapping[str, Any], by_type: Rows, basis: str, lang: str) -> list[Cell]:
    """Write the strata and their test, or how much wider the intervals are and which type leads."""
    if basis == "adjusted":
        return [_strata(summary, item, lang), _tested(summary, item, lang)]
    return [_wider(by_type, lang), _leading(summary, by_type, lang)]


def _strata(summary: Summary, item: Mapping[str, Any], lang: str) -> Cell:
    row = next(row for row in summary["adjusted"] if row["indicator"] == item["indicator"])
    n = integer(row["strata"], lang)
    pooled = re.match(r"(\d+) strata pooled", row["note"])
    if not pooled:
        return Cell(n)
    return Cell(phrase(lang, "report.standing.strata_of", n=n, before=integer(int(pooled[1]), lang)))


def _tested(summary: Summary, item: Mapping[str, Any], lang: str) -> Cell:
    rows = (row for row in summary["tests"] if row["indicator"] == item["indicator"])
    row = next((row for row in rows if row["test"] in WITHIN_STRATA), None)
    return Cell((row and written_p(row, "p_value", lang)) or "–")


def _wider(by_type: Rows, lang: str) -> Cell:
    ratios = [row["width_ratio"] for row in by_type.values() if row["width_ratio"] is not None]
    if not ratios:
        return Cell("–" if by_type else "")
    return Cell(phrase(lang, "report.standing.wider_by", ratio=number(fmean(ratios), lang, 2)))


def _leading(summary: Summary, by_type: Rows, lang: str) -> Cell:
    """Name the type that leads most often; nobody where some types are not shown."""
    leads = {key: row["leads"] for key, row in by_type.items()}
    if any(row["suppressed"] for row in by_type.values()):
        return Cell(hidden=True)
    known = {key: share for key, share in leads.items() if share is not None}
    if not known:
        return Cell("–" if by_type else "")
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    key = max(known, key=lambda key: known[key])
    nearly_all = 0.99 < known[key] < 1
    share = phrase(lang, "report.standing.leads_in", share=percent(known[key], lang, int(nearly_all)))
    return Cell(labels[key], share, words=True)
