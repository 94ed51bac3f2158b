"""Tables of the page: every cell already in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kommtyp.reporting.notes import remark
from kommtyp.reporting.p_classes import written_p
from kommtyp.reporting.tables import SHARES
from kommtyp.texts import confidence, display, integer, interval, listing, number, percent, phrase, signed, texts

__all__ = [
    "Cell",
    "Row",
    "View",
    "comparison_view",
    "finding_view",
    "groups",
    "name_view",
    "profile_view",
    "setting_view",
]

MOST_ROWS = 8
Summary = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell: its text, what stands below it in small letters, and whether it is suppressed."""

    text: str = ""
    below: str = ""
    hidden: bool = False
    words: bool = False
    wraps: bool = False


@dataclass(frozen=True)
class Row:
    """A row with its heading; one without cells stands above the rows that follow."""

    title: str
    below: str
    cells: tuple[Cell, ...]
    part: bool = False


@dataclass(frozen=True)
class View:
    """A table of the page; `types` says which columns are types, in their order."""

    caption: str
    corner: str
    types: bool
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def hides(self) -> bool:
        """True if a cell is suppressed."""
        return any(cell.hidden for row in self.rows for cell in row.cells)


def _estimate(row: Mapping[str, Any] | None, *, share: bool, lang: str, digits: int = 1) -> Cell:
    """Write an estimate with its interval below."""
    if row is None or row["estimate"] is None:
        return Cell(hidden=row is not None and row["suppressed"], text="" if row and row["suppressed"] else "–")
    text = percent(row["estimate"], lang) if share else number(row["estimate"], lang, digits + 1)
    ends = (
        ""
        if row["ci_low"] is None
        else interval(row["ci_low"], row["ci_high"], lang, digits + (not share), share=share)
    )
    return Cell(text, ends)


def _every(row: Mapping[str, Any] | None, *, share: bool, lang: str) -> Cell:
    """Write the estimate of all types together."""
    return _estimate(None if row is None else {**row, "ci_low": None, "ci_high": None}, share=share, lang=lang)


def profile_view(summary: Summary, goals: Sequence[str], lang: str) -> View:
    """Write the profile: a row a goal, a column a type.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    goals : sequence of str
        Goals in the order of the figure.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    titles = {goal["goal"]: goal["title"] for goal in summary["survey"]["goals"]}
    cells = {(row["goal"], row["type"]): row for row in summary["profile"]}
    share = summary["survey"]["scale"]["scale"] == "choice"
    rows = []
    for goal in goals:
        found = [cells[goal, kind["key"]] for kind in summary["types"]]
        known = next((row for row in found if row["mean"] is not None), None)
        written = []
        for row in found:
            if row["deviation"] is None:
                written.append(Cell(text="" if row["suppressed"] else "–", hidden=row["suppressed"]))
                continue
            factor, digits = (100, 1) if share else (1, 2)
            text, *ends = (_signed(row[name], factor, lang, digits) for name in ("deviation", "ci_low", "ci_high"))
            written.append(Cell(text, f"{ends[0]} {phrase(lang, 'units.to')} {ends[1]}" if all(ends) else ""))
        mean = None if known is None else known["mean"] - known["deviation"]
        every = percent(mean, lang) if share else number(mean, lang, 2)
        rows.append(Row(titles[goal], "", (*written, Cell(every))))
    level = confidence(summary["level"], lang)
    return View(
        phrase(lang, f"report.goals.table_caption{'_share' if share else ''}", level=level),
        phrase(lang, "report.goals.goal"),
        True,
        (phrase(lang, "report.goals.mean_all"),),
        tuple(rows),
    )


def _signed(value: float | None, factor: int, lang: str, digits: int) -> str:
    return "" if value is None else signed(factor * value, lang, digits)


def groups(summary: Summary, lang: str) -> list[tuple[str, list[list[Mapping[str, Any]]]]]:
    """Put the compared items into groups for tables, and these into parts for figures.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of (title, parts)
        The headline items first, then shares, means, and the questions with several parts. A part fits a
        page; a nominal item is a part of its own.
    """
    compared = summary["compared"]
    questions = {item["block"]: item["block_title"] for item in compared if item["block"] and not item["headline"]}
    alone = [item for item in compared if not item["headline"] and not item["block"]]
    found = [
        (_headline(compared, lang), [item for item in compared if item["headline"]]),
        (phrase(lang, "report.comparison.others_shares"), [item for item in alone if item["scale"] in SHARES]),
        (phrase(lang, "report.comparison.others_means"), [item for item in alone if item["scale"] not in SHARES]),
    ]
    found += [
        (title or block, [item for item in compared if item["block"] == block and not item["headline"]])
        for block, title in questions.items()
    ]
    return [(title, _parts(items)) for title, items in found if items]


def _headline(compared: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Name those of the headline topics that were asked."""
    topics = texts(lang)["report"]["comparison"]["headline"]
    asked = [topic for topic in topics if any(item["indicator"].startswith(topic) for item in compared)]
    return listing((topics[topic] for topic in asked), lang)


def _parts(items: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    plain = [item for item in items if item["scale"] != "nominal"]
    count = -(-len(plain) // MOST_ROWS)
    size = -(-len(plain) // count) if count else 1
    parts = [plain[start : start + size] for start in range(0, len(plain), size)]
    return [*parts, *([item] for item in items if item["scale"] == "nominal")]


def comparison_view(summary: Summary, title: str, items: Sequence[Mapping[str, Any]], lang: str) -> View:
    """Write the comparison of some items: a row an item or an answer, a column a type, then test and effect.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    title : str
        Name of the group.
    items : sequence of dict
        Entries of ``summary["compared"]``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    keys = list(labels)
    estimates: dict[str, dict[str, dict[str, Any]]] = {}
    for row in summary["estimates"]:
        estimates.setdefault(row["indicator"], {}).setdefault(row["category"], {})[row["type"]] = row
    tests = {row["indicator"]: row for row in reversed(summary["tests"])}
    overall = {(row["indicator"], row["category"]): row for row in summary["overall"]}
    rows: list[Row] = []
    for item in items:
        if (question := tests.get(item["block"])) and not any(row.title == item["block_title"] for row in rows):
            rows.append(_question(item, question, len(keys), labels, lang))
        found, tested = estimates.get(item["indicator"], {}), _tested(tests[item["indicator"]], labels, lang)
        share = item["scale"] in SHARES
        if item["scale"] == "nominal":
            head = _below(phrase(lang, "report.comparison.share_of"), tests[item["indicator"]]["n"], lang)
            rows.append(Row(item["title"], head, (*(Cell() for _ in keys), Cell(), *tested)))
            for category, by_type in found.items():
                cells = [_estimate(by_type.get(key), share=True, lang=lang) for key in keys]
                cells.append(_every(overall.get((item["indicator"], category)), share=True, lang=lang))
                rows.append(Row(item["answers"].get(category, category), "", (*cells, Cell(), Cell()), part=True))
            continue
        by_type = found.get("1" if share else "", {})
        below = _below(_measure(item, lang), tests[item["indicator"]]["n"], lang)
        cells = [_estimate(by_type.get(key), share=share, lang=lang) for key in keys]
        cells.append(_every(overall.get((item["indicator"], "1" if share else "")), share=share, lang=lang))
        rows.append(Row(item["title"], below, (*cells, *tested)))
    caption = phrase(lang, "report.comparison.table_caption", group=title, level=confidence(summary["level"], lang))
    columns = (
        phrase(lang, "report.comparison.every"),
        phrase(lang, "report.comparison.p"),
        phrase(lang, "report.comparison.effect"),
    )
    return View(caption, phrase(lang, "report.comparison.indicator"), True, columns, tuple(rows))


def _question(
    item: Mapping[str, Any], test: Mapping[str, Any], types: int, labels: Mapping[str, str], lang: str
) -> Row:
    """Write the test of a question with several answers above its options."""
    p, effect = _tested(test, labels, lang)
    below = _below(phrase(lang, "report.comparison.several_answers"), test["n"], lang)
    return Row(item["block_title"], below, (*(Cell() for _ in range(types + 1)), p, effect))


def _below(measure: str, n: int, lang: str) -> str:
    return f"{measure}; n = {integer(n, lang)}"


def _measure(item: Mapping[str, Any], lang: str) -> str:
    if item["scale"] in SHARES:
        return phrase(lang, "report.comparison.share_of")
    if item["low"] is None or item["high"] is None:
        return phrase(lang, "report.comparison.mean_of")
    ends = {end: number(item[end], lang, 0) for end in ("low", "high")}
    return phrase(lang, "report.comparison.mean_on", **ends)


def _tested(row: Mapping[str, Any], labels: Mapping[str, str], lang: str) -> tuple[Cell, Cell]:
    """Write p with the name of its test, and the effect size with its interval."""
    written = written_p(row, "p_corrected", lang)
    if not written:
        return Cell("–", remark(row["note"], labels, lang), wraps=True), Cell("–")
    p = Cell(written, display("test", row["test"], lang), wraps=True)
    if row["suppressed"] and row["effect_name"]:
        return p, Cell(hidden=True)
    if row["effect"] is None:
        return p, Cell("–")
    name = display("effect", row["effect_name"], lang)
    ends = interval(row["effect_low"], row["effect_high"], lang, 2) if row["effect_low"] is not None else ""
    return p, Cell(f"{name} = {number(row['effect'], lang, 2)}", ends)


def finding_view(summary: Summary, lang: str) -> View:
    """Write the statements of the study with what the data say to each, on every basis that was asked for.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    items = {item["indicator"]: item for item in summary["checked"]}
    rows, last = [], ("", "")
    one = len({row["basis"] for row in summary["findings"]}) == 1
    for row in summary["findings"]:
        item = items.get(row["indicator"], {"title": row["indicator"], "scale": "binary"})
        named = ", ".join(labels.get(key, key) for key in row["types"].split(", "))
        claim = display("claim", row["claim"], lang)
        checked = phrase(lang, "report.findings.checked_as", indicator=item["title"], types=named, claim=claim)
        verdict = Cell(display("verdict", row["verdict"], lang), remark(row["note"], labels, lang), words=True)
        title, cells = (row["wording"] or checked, checked), (_gap(row, item, lang), verdict)
        if not one:
            rows += [Row(*title, (Cell(), Cell(words=True)))] if title != last else []
            title, last = (display("basis", row["basis"], lang), ""), title
        rows.append(Row(*title, cells, part=not one))
    head = ("difference", "verdict")
    return View(
        phrase(lang, "report.findings.table_caption"),
        phrase(lang, "report.findings.statement"),
        False,
        tuple(phrase(lang, f"report.findings.{name}") for name in head),
        tuple(rows),
    )


def _gap(row: Mapping[str, Any], item: Mapping[str, Any], lang: str) -> Cell:
    if row["estimate"] is None:
        return Cell(text="" if row["suppressed"] else "–", hidden=row["suppressed"])
    factor, digits = (100, 1) if item["scale"] in SHARES else (1, 2)
    unit = phrase(lang, "units.points") if item["scale"] in SHARES else phrase(lang, "units.scale_points")
    low, high = (signed(factor * row[end], lang, digits) for end in ("ci_low", "ci_high"))
    text = f"{signed(factor * row['estimate'], lang, digits)} {unit}"
    return Cell(text, f"{low} {phrase(lang, 'units.to')} {high}")


def name_view(summary: Summary, lang: str) -> View:
    """Write how clear the names of the types are.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    rows = []
    for kind in summary["types"]:
        judgement = "unnamed" if not kind["described"] else "doubtful" if kind["doubtful"] else "clear"
        scores = [Cell(number(kind[name], lang, 2)) for name in ("score", "clarity")]
        rows.append(Row(kind["label"], "", (*scores, Cell(phrase(lang, f"report.trust.{judgement}"), words=True))))
    return View(
        phrase(lang, "report.trust.table_caption"),
        phrase(lang, "report.trust.type"),
        False,
        tuple(phrase(lang, f"report.trust.{name}") for name in ("score", "clarity", "judgement")),
        tuple(rows),
    )


def setting_view(summary: Summary, lang: str) -> View:
    """Write everything that is needed to do the analysis again.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    settings, quality = summary["settings"], summary["quality"]
    software = summary["method"]["software"]
    facts = {
        "scaling": display("scaling", settings["scaling"], lang),
        "clustering": display("method", settings["method"], lang),
        "n_types": integer(len(summary["types"]), lang),
        "n_init": integer(settings["n_init"], lang),
        "seed": str(settings["random_state"]),
        "min_answered": percent(settings["min_answered"], lang, 0),
        "types": settings["types"],
        "weighted": phrase(lang, f"report.method.{'yes' if settings['weighted'] else 'no'}"),
        "objective": number(quality["objective"], lang, 4),
        "level": percent(summary["level"], lang, 0),
        "min_cell": integer(summary["min_cell"], lang),
        "versions": ", ".join(f"{display('package', name, lang)} {of}" for name, of in software.items()),
        "hash": summary["survey"]["fingerprint"] or phrase(lang, "report.read.no_hash"),
    }
    rows = [
        Row(phrase(lang, f"report.{'read' if name == 'hash' else 'method'}.{name}"), "", (Cell(value, words=True),))
        for name, value in facts.items()
    ]
    return View(
        phrase(lang, "report.method.settings_caption"),
        phrase(lang, "report.method.setting"),
        False,
        (phrase(lang, "report.method.value"),),
        tuple(rows),
    )
