"""The tables as a workbook: real numbers, one sheet a table, nothing that a spreadsheet would take for a formula."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from kommtyp.comparison import Comparison
from kommtyp.reporting.alternative_sheets import alternative_sheets
from kommtyp.reporting.cells import item_cells, number_cells, p_cells, type_cells
from kommtyp.reporting.material import Material, collect
from kommtyp.reporting.notes import remark
from kommtyp.reporting.remarks import read_facts
from kommtyp.reporting.standing_sheets import standing_sheets
from kommtyp.reporting.tables import SHARES
from kommtyp.reporting.targets import check_target, refusing
from kommtyp.reporting.views import setting_view
from kommtyp.selection import Selection
from kommtyp.sensitivity import Sensitivity
from kommtyp.stability import Stability
from kommtyp.texts import Language, display, listing, phrase
from kommtyp.typology import Classification

__all__ = ["save_tables", "write_tables"]

CREATED = datetime(2020, 1, 1)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = {
    "share": "0.0%", "points": "+0.0%;\N{MINUS SIGN}0.0%;0.0%", "number": "#,##0.00", "integer": "#,##0",
    "signed": "+0.00;\N{MINUS SIGN}0.00;0.00", "p": "0.0000", "small": "0.000",
}  # fmt: skip
WIDEST = 64
LONGEST_TEXT = 32_000
NUMBER_WIDTH = 13
LINE_HEIGHT = 13.5
MOST_LINES = 30


def write_tables(
    result: Classification,
    path: str | Path,
    *,
    comparison: Comparison | None = None,
    findings: pd.DataFrame | None = None,
    stability: Stability | None = None,
    selection: Selection | None = None,
    sensitivity: Sensitivity | None = None,
    level: float = 0.95,
    lang: Language = "de",
    min_cell: int = 5,
) -> Path:
    """Write all tables of a result to an XLSX workbook.

    One sheet a table: overview, sizes, profile, stability by type, number of types and other choices where given,
    estimates, tests, pairs, each type against the others, adjusted and uncertain estimates and differences where
    the comparison holds them, findings, notes.
    Numbers are numbers, shares are formatted as percentages. As in the report, no single municipality is shown, and
    no number that stands for fewer than `min_cell` of them or gives one away.

    Parameters
    ----------
    result : Classification
        What `fit` or `Typology.classify` returned.
    path : str or Path
        File to write; its folder is made where it is missing.
    comparison : Comparison, optional
        What `compare` returned for it; the indicators of the survey are compared where it is not given. What it is
        adjusted for, and the doubt about the types (`n_boot`), are told, too, and the findings checked in the same way.
    findings : DataFrame, optional
        What `check_findings` returned for it; the findings of the definitions are checked where it is not given.
    stability : Stability, optional
        What `assess_stability` returned for it; what it says of single municipalities is not taken over.
    selection : Selection, optional
        What `choose_k` returned for these answers.
    sensitivity : Sensitivity, optional
        What `explore_choices` returned for it; what it says of single municipalities is not taken over.
    level : float
        Level of the intervals, between 0 and 1; a comparison brings its own.
    lang : {"de", "en"}
        Language of headings and labels.
    min_cell : int
        Smallest number of municipalities that is shown; 1 shows everything.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FitError
        If the file cannot be written, an option is out of range, or comparison and result do not belong together.

    Examples
    --------
    >>> import tempfile, kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> kommtyp.write_tables(result, Path(tempfile.mkdtemp()) / "tabellen.xlsx").name
    'tabellen.xlsx'
    """
    check_target("path", path)
    evidence: dict[str, Any] = {"comparison": comparison, "findings": findings, "stability": stability}
    evidence |= {"selection": selection, "sensitivity": sensitivity}
    material = collect(result, **evidence, level=level, lang=lang, min_cell=min_cell)
    with refusing("path", path):
        return save_tables(material, path)


def save_tables(material: Material, path: str | Path) -> Path:
    """Write the workbook; see `write_tables`."""
    summary = material.summary
    lang = summary["lang"]
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    written = BytesIO()
    with xlsxwriter.Workbook(written, options) as workbook:
        workbook.set_properties({"created": CREATED, "title": summary["survey"]["title"], "author": "kommtyp"})
        formats = _formats(workbook)
        for name, rows in _sheets(summary, lang).items():
            _write_sheet(workbook, formats, display("sheet", name, lang), rows, lang)
    target.write_bytes(written.getvalue())
    return target


def _formats(workbook: Any) -> dict[str, Any]:
    base = {"valign": "top", "font_size": 10}
    made = {name: workbook.add_format({**base, "num_format": written}) for name, written in FORMATS.items()}
    made["text"] = workbook.add_format({**base, "text_wrap": True})
    # The apostrophe that Excel does not show keeps a text from becoming a formula when the cell is edited.
    made["guarded"] = workbook.add_format({**base, "text_wrap": True, "quote_prefix": True})
    made["hidden"] = workbook.add_format({**base, "align": "right", "font_color": "#52606D"})
    head = {"bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#EEF1F4"}
    made["head"] = workbook.add_format({**base, **head})
    made["head_number"] = workbook.add_format({**base, **head, "align": "right"})
    return made


def _sheets(summary: Mapping[str, Any], lang: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every sheet; a cell is a pair of kind and value."""
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    asked = [*summary["checked"], *summary["compared"]]
    items: dict[str, Any] = {item["block"]: {"title": item["block_title"], "answers": {}} for item in asked}
    items |= {item["indicator"]: item for item in asked}
    goals = {goal["goal"]: goal["title"] for goal in summary["survey"]["goals"]}
    scale = summary["survey"]["scale"].get("scale", "rating")
    titles = {item["item"]: item["title"] for item in summary["adjusted_for"]}
    sheets = {
        "overview": _overview(summary, lang),
        "sizes": [
            {**type_cells(row, labels), **number_cells(row, ["n"], "integer"), **number_cells(row, ["share"], "share")}
            for row in summary["sizes"]
        ],
        "profile": [_profile(row, goals, labels, scale) for row in summary["profile"]],
        "stability": [_stability(row, labels, lang) for row in (summary["stability"] or {"by_type": []})["by_type"]],
        "estimates": [_estimate(row, items, labels, lang) for row in summary["estimates"]],
        "tests": [_test(row, items, labels, lang) for row in summary["tests"]],
        "pairs": [_difference(row, items, labels, lang) for row in summary["pairs"]],
        "versus_rest": [_difference(row, items, labels, lang) for row in summary["versus_rest"]],
        **standing_sheets(summary, items, labels, lang),
        **alternative_sheets(summary, lang),
        "findings": [_finding(row, items, labels, titles, lang) for row in summary["findings"]],
        "notes": [
            {name: ("text", note[name]) for name in ("sentence", "kind", "where")}
            | {"count": ("integer", note["count"]), "detail": ("text", note["detail"])}
            for note in summary["survey"]["notes"]
        ],
    }
    return {name: rows for name, rows in sheets.items() if rows}


def _overview(summary: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Say what the workbook holds, and how it was computed."""
    facts: list[tuple[str, str]] = []
    if summary["survey"]["synthetic"]:
        facts.append((phrase(lang, "report.synthetic_title"), phrase(lang, "report.synthetic")))
    facts += read_facts(summary, lang)
    facts += [(row.title, row.cells[0].text) for row in setting_view(summary, lang).rows[:-1]]
    facts.append((phrase(lang, "report.method.title"), summary["method"]["paragraph"]))
    facts.append(
        (phrase(lang, "report.hidden_mark"), phrase(lang, "report.hidden_legend", min_cell=summary["min_cell"]))
    )
    if any(row["suppressed"] for row in summary["tests"]):
        facts.append((display("column", "p_value", lang), phrase(lang, "report.comparison.p_classes")))
    return [{"item": ("text", name), "value": ("text", value)} for name, value in facts]


def _profile(row: Mapping[str, Any], goals: Mapping[str, str], labels: Mapping[str, str], scale: str) -> dict[str, Any]:
    level, change = ("share", "points") if scale == "choice" else ("number", "signed")
    return {
        "goal_title": ("text", goals.get(row["goal"], row["goal"])),
        "goal": ("text", row["goal"]),
        **type_cells(row, labels),
        **number_cells(row, ["n"], "integer"),
        **number_cells(row, ["mean"], level),
        **number_cells(row, ("deviation", "ci_low", "ci_high"), change),
        "top_share": ("hidden" if row["top_share"] is None else "share", row["top_share"]),
        **number_cells(row, ("z", "v_test"), "signed"),
    }


def _stability(row: Mapping[str, Any], labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    judged = phrase(lang, f"report.trust.judged.{row['judgement']}") if row["judgement"] else ""
    return {
        **type_cells(row, labels),
        **number_cells(row, ["n"], "integer"),
        **number_cells(row, ("jaccard", "jaccard_se"), "small"),
        **number_cells(row, ("recovered", "dissolved", "name_returns"), "share"),
        **number_cells(row, ["slsw"], "small"),
        "judgement": ("text", judged),
    }


def _estimate(row: Mapping[str, Any], items: Mapping[str, Any], labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    unit = "mean" if row["category"] == "" else "share"
    kind = "number" if unit == "mean" else "share"
    return {
        **item_cells(row, items),
        **type_cells(row, labels),
        "unit": ("text", display("unit", unit, lang)),
        **number_cells(row, ("n", "missing"), "integer"),
        **number_cells(row, ("estimate", "ci_low", "ci_high"), kind),
    }


def _test(row: Mapping[str, Any], items: Mapping[str, Any], labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    return {
        **item_cells(row, items),
        "test": ("text", display("test", row["test"], lang)),
        **number_cells(row, ("statistic", "df"), "number"),
        **p_cells(row, lang),
        "effect_name": ("text", display("effect", row["effect_name"], lang) if row["effect_name"] else ""),
        **number_cells(row, ("effect", "effect_low", "effect_high"), "number"),
        **number_cells(row, ["n"], "integer"),
        "note": ("text", remark(row["note"], labels, lang)),
    }


def _difference(
    row: Mapping[str, Any], items: Mapping[str, Any], labels: Mapping[str, str], lang: str
) -> dict[str, Any]:
    scale = items[row["indicator"]]["scale"]
    unit = "points" if scale in SHARES else "mean_difference" if scale == "number" else "delta"
    kind = "points" if unit == "points" else "signed"
    return {
        **item_cells(row, items),
        **type_cells(row, labels),
        "unit": ("text", display("unit", unit, lang)),
        **number_cells(row, ("difference", "ci_low", "ci_high"), kind),
        **p_cells(row, lang),
    }


def _finding(
    row: Mapping[str, Any], items: Mapping[str, Any], labels: Mapping[str, str], titles: Mapping[str, str], lang: str
) -> dict[str, Any]:
    scale = items.get(row["indicator"], {"scale": "binary"})["scale"]
    adjusted_for = [titles.get(name, name) for name in row["adjusted_for"].split(", ")]
    return {
        "wording": ("text", row["wording"]),
        **item_cells(row, items),
        "claim": ("text", display("claim", row["claim"], lang)),
        "types": ("text", listing((labels.get(key, key) for key in row["types"].split(", ")), lang)),
        "basis": ("text", display("basis", row["basis"], lang)),
        "adjusted_for": ("text", listing(adjusted_for, lang)),
        "n": ("integer", row["n"]),
        **number_cells(row, ("estimate", "ci_low", "ci_high"), "points" if scale in SHARES else "signed"),
        "verdict": ("text", display("verdict", row["verdict"], lang)),
        "note": ("text", remark(row["note"], labels, lang)),
        "source": ("text", row["source"]),
    }


def _write_sheet(
    workbook: Any, formats: Mapping[str, Any], title: str, rows: Sequence[Mapping[str, tuple[str, Any]]], lang: str
) -> None:
    sheet = workbook.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_row(0, 3 * LINE_HEIGHT)
    sheet.hide_gridlines(1)
    columns = list(rows[0])
    widths = [_width(name, [row[name] for row in rows], lang) for name in columns]
    for place, (name, width) in enumerate(zip(columns, widths, strict=True)):
        head = "head" if rows[0][name][0] == "text" else "head_number"
        sheet.write_string(0, place, display("column", name, lang), formats[head])
        sheet.set_column(place, place, width)
    for line, row in enumerate(rows, start=1):
        sheet.set_row(
            line, LINE_HEIGHT * max(_lines(row[name], width) for name, width in zip(columns, widths, strict=True))
        )
        for place, name in enumerate(columns):
            _write_cell(sheet, formats, (line, place), row[name], phrase(lang, "report.hidden_mark"))
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _width(name: str, cells: Sequence[tuple[str, Any]], lang: str) -> int:
    """Return the width of a column in letters: as its longest text needs, up to a limit."""
    if cells[0][0] != "text":
        return NUMBER_WIDTH
    longest = max(len(str(value)) for _, value in cells)
    return min(WIDEST, max(longest, len(display("column", name, lang))) + 2)


def _lines(cell: tuple[str, Any], width: int) -> int:
    """Return how many lines a cell needs: several only where its column is at the limit."""
    text = str(cell[1]) if cell[0] == "text" else ""
    return 1 if len(text) + 2 <= width else min(MOST_LINES, -(-len(text) // (width - 6)))


def _write_cell(
    sheet: Any, formats: Mapping[str, Any], place: tuple[int, int], cell: tuple[str, Any], hidden: str
) -> None:
    """Write one cell: a text as text whatever it begins with, a number as a number."""
    kind, value = cell
    if kind == "text":
        text = str(value)[:LONGEST_TEXT]
        sheet.write_string(*place, text, formats["guarded" if text.startswith(DANGEROUS) else "text"])
    elif kind in ("hidden", "class"):
        sheet.write_string(*place, value if kind == "class" else hidden, formats["hidden"])
    elif kind != "absent":
        sheet.write_number(*place, value, formats[kind])
