"""The report as one page of HTML that needs no network."""

from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from kommtyp.comparison import Comparison
from kommtyp.plotting import goal_order, marks
from kommtyp.reporting.alternatives import (
    choice_sentences,
    choices_view,
    kept_findings_view,
    left_open,
    selection_view,
)
from kommtyp.reporting.figures import glyph
from kommtyp.reporting.material import Material, collect
from kommtyp.reporting.remarks import cautions, computed, glance, read_facts, trust
from kommtyp.reporting.standing_views import adjusted_items, standing_sentences, standing_view
from kommtyp.reporting.sureness import stability_sentences, stability_view
from kommtyp.reporting.targets import check_target, refusing
from kommtyp.reporting.views import comparison_view, finding_view, groups, name_view, profile_view, setting_view
from kommtyp.selection import Selection
from kommtyp.sensitivity import Sensitivity
from kommtyp.stability import Stability
from kommtyp.texts import Language, confidence, counted, display, integer, listing, percent, phrase, texts
from kommtyp.typology import Classification

__all__ = ["save_report", "write_report"]

SECTIONS = {
    "ueberblick": "glance", "gelesen": "read", "typen": "types", "ziele": "goals", "vergleich": "comparison",
    "haltbarkeit": "standing", "aussagen": "findings", "verlass": "trust", "methode": "method",
}  # fmt: skip
MOST_DIFFERENCES = 5


def write_report(
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
    title: str = "",
    date: str = "",
) -> Path:
    """Write the report as one HTML file that stands by itself.

    The file fetches nothing, prints well, and has the same bytes for the same input and version. It shows
    no single municipality, and no number that stands for fewer than `min_cell` of them or gives one away.

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
        Language.
    min_cell : int
        Smallest number of municipalities that is shown; 1 shows everything.
    title : str
        Heading of the report; the title of the survey where empty.
    date : str
        Date to print, as it is to be read; none where empty, so that the file depends on its input alone.

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
    >>> kommtyp.write_report(result, Path(tempfile.mkdtemp()) / "bericht.html").name
    'bericht.html'
    """
    check_target("path", path)
    evidence: dict[str, Any] = {"comparison": comparison, "findings": findings, "stability": stability}
    evidence |= {"selection": selection, "sensitivity": sensitivity}
    material = collect(result, **evidence, level=level, lang=lang, min_cell=min_cell)
    with refusing("path", path):
        return save_report(material, path, title=title, date=date)


def save_report(material: Material, path: str | Path, *, title: str = "", date: str = "") -> Path:
    """Write the page; see `write_report`."""
    written = _environment().get_template("report.html.j2").render(_context(material, title, date))
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(written, encoding="utf-8", newline="\n")
    return target


def _environment() -> jinja2.Environment:
    def load(name: str) -> str:
        return (files("kommtyp") / "resources" / "templates" / name).read_text(encoding="utf-8")

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=False
    )


def _context(material: Material, title: str, date: str) -> dict[str, Any]:
    """Put together what the template asks for."""
    evidence, summary, drawn = material.evidence, material.summary, material.pictures
    lang, tables, definitions = evidence.lang, evidence.tables, evidence.definitions
    say = partial(phrase, lang)
    numbers = count(1)
    standing = _standing(summary, lang)
    css = (files("kommtyp") / "resources" / "templates" / "report.css").read_text(encoding="utf-8")
    return {
        "s": summary,
        "t": texts(lang),
        "say": say,
        "css": Markup(css),
        "counter": {"table": lambda: next(numbers)},
        "title": title or summary["survey"]["title"] or say("report.untitled"),
        "date": date,
        "lead": _lead(summary, lang),
        "facts": _facts(summary, lang),
        "contents": [(name, _heading(summary, key)) for name, key in SECTIONS.items() if key != "standing" or standing],
        "standing": standing,
        "size_caution": _size_caution(summary, lang),
        "level": confidence(summary["level"], lang),
        "min_cell": integer(summary["min_cell"], lang),
        "correction": display("correction", summary["settings"]["correction"], lang),
        "glance": glance(summary, lang),
        "computed": computed(summary, lang),
        "cautions": cautions(summary, lang),
        "read": read_facts(summary, lang),
        "trust": trust(summary, lang),
        "kinds": [
            _kind(summary, kind, mark.colour, mark.marker, lang)
            for kind, mark in zip(summary["types"], marks(definitions, lang), strict=True)
        ],
        "wants": {name: _want(summary, name, lang) for name in ("above", "below")},
        "said": say(f"report.types.said_by_{'study' if summary['study']['packaged'] else 'source'}"),
        "findings_intro": _findings_intro(summary, lang),
        "sources": "; ".join(dict.fromkeys(row["source"] for row in summary["findings"] if row["source"])),
        "figures": drawn,
        "profile": profile_view(summary, goal_order(tables.profile, definitions), lang),
        "comparisons": [
            {
                "title": group,
                "figures": figures,
                "table": comparison_view(summary, group, [item for part in parts for item in part], lang),
            }
            for (group, parts), figures in zip(groups(summary, lang), drawn.compared, strict=True)
        ],
        "stability": None
        if summary["stability"] is None
        else {"sentences": stability_sentences(summary, lang), "table": stability_view(summary, lang)},
        "panel": _panel(summary, lang),
        "choices": _choices(summary, lang),
        "left_open": left_open(summary, lang),
        "findings": finding_view(summary, lang),
        "names": name_view(summary, lang) if any(kind["described"] for kind in summary["types"]) else None,
        "settings": setting_view(summary, lang),
    }


def _panel(summary: Mapping[str, Any], lang: str) -> dict[str, Any] | None:
    """Return what the report says of the number of types; None where it was not looked into."""
    if summary["selection"] is None:
        return None
    shuffled = any(row["null"] is not None for row in summary["selection"]["null"])
    intro = phrase(lang, f"report.trust.{'panel_intro' if shuffled else 'panel_intro_alone'}")
    return {"sentences": [summary["selection"]["sentence"], intro], "table": selection_view(summary, lang)}


def _choices(summary: Mapping[str, Any], lang: str) -> dict[str, Any] | None:
    """Return what the report says of other choices; None where none were explored."""
    if summary["sensitivity"] is None:
        return None
    tables = [choices_view(summary, lang), kept_findings_view(summary, lang)]
    return {"sentences": choice_sentences(summary, lang), "tables": [view for view in tables if view and view.rows]}


def _heading(summary: Mapping[str, Any], key: str) -> str:
    other = "_other" if key == "findings" and not summary["study"]["packaged"] else ""
    return phrase(summary["lang"], f"report.{key}.title{other}")


def _standing(summary: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Return what the section says on each basis that the comparison has; nothing where it has none."""
    return [
        {
            "name": basis,
            "title": phrase(lang, f"report.standing.{basis}_title"),
            "sentences": standing_sentences(summary, basis, lang),
            "table": standing_view(summary, basis, lang),
        }
        for basis in ("adjusted", "uncertain")
        if summary[basis]
    ]


def _size_caution(summary: Mapping[str, Any], lang: str) -> str:
    if not summary["adjusted"]:
        return phrase(lang, "report.comparison.size_caution")
    return phrase(lang, "report.comparison.size_caution_adjusted", items=adjusted_items(summary, lang))


def _findings_intro(summary: Mapping[str, Any], lang: str) -> list[str]:
    """Say what is checked, and what each basis adds, in paragraphs."""
    rows = summary["findings"]
    level = confidence(rows[0]["level"] if rows else summary["level"], lang)
    said = [phrase(lang, f"report.findings.intro{'' if summary['study']['packaged'] else '_other'}", level=level)]
    bases = {row["basis"] for row in rows}
    more = [
        phrase(lang, f"report.findings.{basis}", items=adjusted_items(summary, lang))
        for basis in ("adjusted", "uncertain")
        if basis in bases
    ]
    return [*said, " ".join([*more, phrase(lang, "report.findings.disagree")])] if more else said


def _lead(summary: Mapping[str, Any], lang: str) -> str:
    return phrase(
        lang,
        "report.lead",
        municipalities=counted(lang, "units.municipality", summary["classified"]),
        types=counted(lang, "units.type_dative", len(summary["types"])),
    )


def _facts(summary: Mapping[str, Any], lang: str) -> list[dict[str, str]]:
    values = {
        "municipalities": summary["classified"],
        "goals": len(summary["survey"]["goals"]),
        "types": len(summary["types"]),
        "indicators": len(summary["compared"]),
    }
    return [
        {"name": phrase(lang, f"report.facts.{name}"), "value": integer(value, lang)}
        for name, value in values.items()
        if value
    ]


def _kind(summary: Mapping[str, Any], kind: Mapping[str, Any], colour: str, marker: str, lang: str) -> dict[str, Any]:
    """Put the portrait of a type into words."""
    say = partial(phrase, lang)
    size = say("report.types.size_hidden")
    if not kind["suppressed"]:
        size = say("report.types.size", n=integer(kind["n"], lang), share=percent(kind["share"], lang))
    compared = len(summary["compared"])
    none = counted(lang, "report.types.stands_out_none", compared) if compared else say("report.types.stands_out_not")
    shown = kind["differences"][:MOST_DIFFERENCES]
    further = len(kind["differences"]) - len(shown)
    return {
        **kind,
        "colour": colour,
        "glyph": Markup(glyph(marker, colour)),
        "size": size,
        "marked_by": say(f"report.types.{'marked_by' if kind['described'] else 'named_after'}"),
        "goals": listing(kind["goals"], lang),
        "more": [difference for difference in shown if difference["more"]],
        "less": [difference for difference in shown if not difference["more"]],
        "further": counted(lang, "report.types.further", further) if further else "",
        # A hyphen at the start of a word stays with it.
        "description": kind["description"].replace(" -", " \N{NON-BREAKING HYPHEN}"),
        "no_difference": none,
        "near": _near(summary, kind["near"], lang),
    }


def _want(summary: Mapping[str, Any], name: str, lang: str) -> str:
    """Head a list of goals, with the unit where it does not speak for itself."""
    words = phrase(lang, f"report.types.{name}")
    picks = summary["survey"]["scale"].get("scale") == "choice"
    return phrase(lang, "report.types.in_points", words=words) if picks else words


def _near(summary: Mapping[str, Any], near: Mapping[str, Any] | None, lang: str) -> str:
    if near is None or near["suppressed"]:
        return phrase(lang, "report.types.near_hidden", min_cell=integer(summary["min_cell"], lang))
    if not near["share"]:
        return phrase(lang, "report.types.near_none")
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    return phrase(lang, "report.types.near_share", share=percent(near["share"], lang, 0), other=labels[near["other"]])
