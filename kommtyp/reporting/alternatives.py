"""What else could have come out: other numbers of types, and other defensible choices."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kommtyp.reporting.privacy import is_small
from kommtyp.reporting.views import Cell, Row, View
from kommtyp.selection import CRITERIA, Selection
from kommtyp.selection.criteria import CUTOFF
from kommtyp.sensitivity import Sensitivity
from kommtyp.texts import counted, display, integer, interval, listing, number, percent, phrase

__all__ = [
    "choice_sentences",
    "choices_view",
    "kept_findings_view",
    "left_open",
    "selection_view",
    "shown_selection",
    "shown_sensitivity",
]

CHOICES = ["scaling", "method", "n_types", "min_answered", "left_out"]
KEEPS = ("all", "most", "few")
VERDICTS = ("supported", "same_direction", "opposite_direction", "contradicted", "not_checkable")
Summary = Mapping[str, Any]


def shown_selection(selection: Selection | None, *, min_cell: int, lang: str) -> dict[str, Any] | None:
    """Return what may be shown of the panel on the number of types.

    Parameters
    ----------
    selection : Selection, optional
        What `choose_k` returned.
    min_cell : int
        Smallest number of municipalities that is shown.
    lang : {"de", "en"}
        Language of the sentence.

    Returns
    -------
    dict or None
        ``table``, ``null``, ``suggestion``, ``given``, ``n``, ``sentence``.
    """
    if selection is None:
        return None
    few = selection.table["smallest"].between(1, min_cell - 1)
    null = selection.null.copy()
    of_few = (null["criterion"] == "smallest") & null["k"].isin(selection.table.loc[few, "k"])
    null["value"] = null["value"].mask(of_few)
    return {
        "table": selection.table.assign(smallest=selection.table["smallest"].astype("float64").mask(few)),
        "null": null,
        "suggestion": selection.suggestion.astype(object).where(selection.suggestion.notna(), None),
        "given": selection.given,
        "n": selection.n,
        "sentence": selection.sentence("en" if lang == "en" else "de"),
    }


def shown_sensitivity(
    sensitivity: Sensitivity | None, hidden: frozenset[str], *, min_cell: int
) -> dict[str, Any] | None:
    """Return what may be shown of other choices: nothing on single municipalities, nor on types that are hidden.

    Parameters
    ----------
    sensitivity : Sensitivity, optional
        What `explore_choices` returned.
    hidden : frozenset of str
        Types that are not shown.
    min_cell : int
        Smallest number of municipalities that is shown.

    Returns
    -------
    dict or None
        ``specifications`` (rows with the choices, ``main`` and ``ari``; the main analysis and all that are
        counted), ``failed`` (how many could not be done), ``ari`` (median, lowest and highest; None where none was
        done), ``keeps`` (how many municipalities keep their type in all, most or few; all None where one of
        these numbers is too small), ``by_choice`` (rows option, value, specifications, ari_mean, ari_min),
        ``verdicts`` (rows by finding).
    """
    if sensitivity is None:
        return None
    done, table = sensitivity.counted, sensitivity.specifications
    keeps = sensitivity.municipalities["keeps"].value_counts()
    counts = {word: int(keeps.get(word, 0)) for word in KEEPS}
    few = any(is_small(count, min_cell) for count in counts.values())
    ari = done["ari"].dropna()
    secret = [bool(hidden & set(types.split(", "))) for types in sensitivity.verdicts["types"]]
    return {
        "specifications": pd.concat([table[table["main"]], done])[[*CHOICES, "main", "ari"]],
        "n": int(table.loc[table["main"], "n"].iloc[0]),
        "failed": int((table["reason"] != "").sum()),
        "ari": {"median": ari.median(), "low": ari.min(), "high": ari.max()} if len(ari) else None,
        "keeps": dict.fromkeys(KEEPS) if few else counts,
        "by_choice": sensitivity.by_choice[["option", "value", "specifications", "ari_mean", "ari_min"]],
        "verdicts": sensitivity.verdicts[[not one for one in secret]].drop(columns="median"),
    }


def selection_view(summary: Summary, lang: str) -> View:
    """Write which number of types each criterion chooses: a row a criterion.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with ``selection``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    names = {criterion.name: criterion.en if lang == "en" else criterion.de for criterion in CRITERIA}
    rows = []
    for row in summary["selection"]["suggestion"]:
        chosen = {None: "–", 1: phrase(lang, "report.panel.undivided")}.get(row["k"], row["k"])
        value = "–" if row["value"] is None else number(row["value"], lang, _digits(row["value"]))
        beside = "–"
        if row["null_low"] is not None:
            beside = interval(row["null_low"], row["null_high"], lang, _digits(row["null_high"]))
        beyond = "" if row["beyond_null"] is None else phrase(lang, f"report.panel.{_yes(row['beyond_null'])}")
        cells = (Cell(str(chosen)), Cell(value), Cell(beside), Cell(beyond or "–", words=True))
        rule = phrase(lang, f"report.panel.rule.{_rule(row['rule'])}", cutoff=number(CUTOFF, lang, 1))
        rows.append(Row(names[row["criterion"]], rule, cells))
    columns = tuple(phrase(lang, f"report.panel.{name}") for name in ("chosen", "value", "null", "beyond"))
    caption = phrase(lang, "report.panel.table_caption")
    return View(caption, phrase(lang, "report.panel.criterion"), False, columns, tuple(rows))


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _rule(rule: str) -> str:
    return "above" if rule.startswith("largest k above") else rule.lower()


def choice_sentences(summary: Summary, lang: str) -> list[str]:
    """Say what of the types remains under other choices.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with ``sensitivity``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of str
        Paragraphs.
    """
    found = summary["sensitivity"]
    done = len(found["specifications"]) - 1
    said = [counted(lang, "report.choices.intro", done)]
    if found["failed"]:
        said.append(counted(lang, "report.choices.failed", found["failed"]))
    if found["ari"] is None:
        return [" ".join(said)]
    written = {name: number(value, lang, 2) for name, value in found["ari"].items()}
    said.append(phrase(lang, f"report.choices.{'agreement' if done > 1 else 'agreement_one'}", **written))
    keeps = found["keeps"]
    key = "keeps_few" if keeps["all"] is None else "keeps"
    facts = {word: integer(count, lang) for word, count in keeps.items() if count is not None}
    kept = phrase(lang, f"report.choices.{key}", min_cell=integer(summary["min_cell"], lang), **facts)
    return [" ".join(said), f"{kept} {_sway(summary, lang)}".strip(), phrase(lang, "report.choices.not_equal")]


def _sway(summary: Summary, lang: str) -> str:
    """Name the choice that matters most, and the value under which least remains."""
    rows = pd.DataFrame(summary["sensitivity"]["by_choice"]).dropna(subset=["ari_mean"])
    spread = rows.groupby("option", sort=False)["ari_mean"].agg(["size", "min", "max"])
    spread = spread[spread["size"] > 1]
    if spread.empty:
        return ""
    option = (spread["max"] - spread["min"]).idxmax()
    own = rows[rows["option"] == option]
    ends = {name: own.loc[getattr(own["ari_mean"], f"idx{name}")()] for name in ("min", "max")}
    facts = {name: phrase(lang, "units.quoted", words=_value(summary, row, lang)) for name, row in ends.items()}
    facts |= {f"{name}_ari": number(row["ari_mean"], lang, 2) for name, row in ends.items()}
    return phrase(lang, "report.choices.sway", option=phrase(lang, f"report.choices.option.{option}"), **facts)


def _value(summary: Summary, row: Mapping[str, Any], lang: str) -> str:
    """Write the value of a choice as readers call it."""
    option, value = row["option"], row["value"]
    if option in ("scaling", "method"):
        return display(option, value, lang)
    if option == "left_out":
        return next((goal["title"] for goal in summary["survey"]["goals"] if goal["goal"] == value), value)
    written = percent(float(value), lang, 0) if option == "min_answered" else integer(int(value), lang)
    return phrase(lang, f"plot.choice.{option}", value=written)


def choices_view(summary: Summary, lang: str) -> View:
    """Write how much each choice matters: a row a value of a choice.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with ``sensitivity``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    rows: list[Row] = []
    last = ""
    for row in summary["sensitivity"]["by_choice"]:
        if row["option"] != last:
            last = row["option"]
            rows.append(Row(phrase(lang, f"report.choices.option_title.{last}"), "", (Cell(), Cell(), Cell())))
        cells = (row["specifications"], row["ari_mean"], row["ari_min"])
        written = [integer(cells[0], lang)] + ["–" if ari is None else number(ari, lang, 2) for ari in cells[1:]]
        rows.append(Row(_value(summary, row, lang), "", tuple(map(Cell, written)), part=True))
    columns = tuple(phrase(lang, f"report.choices.{name}") for name in ("specifications", "ari_mean", "ari_min"))
    caption = phrase(lang, "report.choices.table_caption")
    return View(caption, phrase(lang, "report.choices.choice"), False, columns, tuple(rows))


def kept_findings_view(summary: Summary, lang: str) -> View | None:
    """Write how often each statement is supported under other choices: a row a statement.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with ``sensitivity``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View or None
        The table; None where there are no statements.
    """
    found = summary["sensitivity"]["verdicts"]
    if not found:
        return None
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    titles = {item["indicator"]: item["title"] for item in [*summary["compared"], *summary["checked"]]}
    rows = []
    for row in found:
        types = listing((labels.get(key, key) for key in row["types"].split(", ")), lang)
        below = phrase(lang, "report.choices.claim", types=types, claim=display("claim", row["claim"], lang))
        main = Cell(display("verdict", row["main"], lang) if row["main"] else "–", words=True)
        counts = (Cell(integer(row[verdict], lang)) for verdict in VERDICTS)
        rows.append(Row(titles.get(row["indicator"], row["indicator"]), below, (main, *counts)))
    heads = [phrase(lang, "report.choices.main"), *(display("verdict", verdict, lang) for verdict in VERDICTS)]
    caption = phrase(lang, "report.choices.findings_caption")
    return View(caption, phrase(lang, "report.choices.statement"), False, tuple(heads), tuple(rows))


def left_open(summary: Summary, lang: str) -> str:
    """Say what the report does not look into; nothing where it looks into all.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        A sentence, or nothing.
    """
    absent = [name for name in ("stability", "selection", "sensitivity") if summary[name] is None]
    if not absent:
        return ""
    parts = listing((phrase(lang, f"report.trust.open.{name}") for name in absent), lang)
    return phrase(lang, "report.trust.left_open", parts=parts)
