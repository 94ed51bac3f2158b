"""The figures of the report, with captions and words for those who cannot see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Literal

import pandas as pd

from kommtyp.plotting import (
    beside_of,
    draw_choices,
    draw_comparison,
    draw_findings,
    draw_k,
    draw_profile,
    draw_sizes,
    draw_stability,
)
from kommtyp.reporting.figures import Picture
from kommtyp.reporting.summary import Evidence
from kommtyp.reporting.tables import SHARES
from kommtyp.reporting.views import groups
from kommtyp.texts import confidence, counted, display, integer, listing, number, percent, phrase, signed

__all__ = ["Pictures", "pictures"]

MOST_NAMED = 4
BEFORE = 2  # figures before those of the comparison
Summary = Mapping[str, Any]
Part = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Pictures:
    """All figures of a report.

    Parameters
    ----------
    sizes, profile : Picture
        How large the types are, and what they want.
    compared : tuple of tuple of Picture
        The figures of each group of items.
    adjusted, uncertain : Picture or None
        The first group of items as it is, and adjusted, or with the doubt about the types.
    findings : Picture or None
        What the data say to the statements.
    stability : Picture or None
        How the types fare when the survey is drawn again.
    selection : Picture or None
        What speaks for which number of types.
    sensitivity : Picture or None
        How alike the types are under other choices.
    """

    sizes: Picture
    profile: Picture
    compared: tuple[tuple[Picture, ...], ...]
    adjusted: Picture | None
    uncertain: Picture | None
    findings: Picture | None
    stability: Picture | None
    selection: Picture | None
    sensitivity: Picture | None

    def __iter__(self) -> Iterator[Picture]:
        """All of them, in the order of the report."""
        last = (self.adjusted, self.uncertain, self.findings, self.stability, self.selection, self.sensitivity)
        yield from (self.sizes, self.profile, *(picture for group in self.compared for picture in group))
        yield from (picture for picture in last if picture is not None)


def pictures(evidence: Evidence, summary: Summary) -> Pictures:
    """Prepare the figures; each is drawn when it is asked for.

    Parameters
    ----------
    evidence : Evidence
        What the report rests on.
    summary : dict
        What `summarise` returned.

    Returns
    -------
    Pictures
        The figures.
    """
    numbers = count(1)
    explored = evidence.sensitivity is not None and summary["sensitivity"]["ari"] is not None
    return Pictures(
        sizes=_sizes(evidence, summary, next(numbers)),
        profile=_profile(evidence, summary, next(numbers)),
        compared=tuple(
            tuple(_compared(evidence, summary, group, parts, numbers))
            for group, parts in groups(summary, evidence.lang)
        ),
        adjusted=_beside(evidence, summary, "adjusted", numbers),
        uncertain=_beside(evidence, summary, "uncertain", numbers),
        findings=_findings(evidence, summary, next(numbers)) if summary["findings"] else None,
        stability=None if evidence.stability is None else _stability(evidence, summary, next(numbers)),
        selection=None if evidence.selection is None else _selection(evidence, summary, next(numbers)),
        sensitivity=_choices(summary, next(numbers), evidence.lang) if explored else None,
    )


def _sizes(evidence: Evidence, summary: Summary, place: int) -> Picture:
    lang = evidence.lang
    values = [
        f"{kind['label']} {phrase(lang, 'report.hidden_word') if kind['suppressed'] else percent(kind['share'], lang)}"
        for kind in summary["types"]
    ]
    alt = phrase(lang, "report.glance.sizes_alt", values="; ".join(values))
    draw = partial(draw_sizes, evidence.tables.sizes, evidence.definitions, lang=lang)
    return Picture("groessen", place, phrase(lang, "report.glance.sizes_caption"), alt, draw)


def _profile(evidence: Evidence, summary: Summary, place: int) -> Picture:
    lang, level = evidence.lang, summary["level"]
    highest = []
    for kind in summary["types"]:
        for goal in kind["above"][:1]:
            facts = {"type": kind["label"], "goal": goal["title"], "deviation": signed(goal["deviation"], lang, 1)}
            highest.append(phrase(lang, "report.goals.figure_alt_part", **facts))
    alt = phrase(
        lang,
        "report.goals.figure_alt",
        goals=counted(lang, "method.goals", len(summary["survey"]["goals"])),
        highest=listing(highest, lang) or phrase(lang, "report.types.none_above"),
    )
    draw = partial(
        draw_profile, evidence.tables.profile, evidence.definitions, evidence.codebook, lang=lang, level=level
    )
    caption = phrase(lang, "report.goals.figure_caption", level=confidence(level, lang))
    return Picture("profil", place, caption, alt, draw)


def _compared(
    evidence: Evidence, summary: Summary, group: str, parts: Sequence[Part], numbers: Iterator[int]
) -> Iterator[Picture]:
    """Draw a group of items, a figure for each part of it that can be shown."""
    lang, level, estimates = evidence.lang, summary["level"], evidence.tables.estimates
    visible = set(estimates.loc[estimates["estimate"].notna(), "indicator"])
    for place, part in enumerate(parts, start=1):
        names = [item["indicator"] for item in part if item["indicator"] in visible]
        if not names:
            continue
        title = group
        if part[0]["scale"] == "nominal":
            title = part[0]["title"]
        elif len([other for other in parts if other[0]["scale"] != "nominal"]) > 1:
            title = phrase(lang, "report.comparison.part", group=group, n=place, all=len(parts))
        kind = "figure_caption_simultaneous" if part[0]["scale"] == "nominal" else "figure_caption"
        caption = phrase(lang, f"report.comparison.{kind}", group=title, level=confidence(level, lang))
        alt = phrase(
            lang,
            "report.comparison.figure_alt",
            group=title,
            indicators=counted(lang, "units.indicator", len(names)),
            values="; ".join(
                _values(estimates, item, summary, lang) for item in part if item["indicator"] in names[:MOST_NAMED]
            ),
        )
        draw = partial(
            draw_comparison, estimates, evidence.definitions, evidence.codebook, names, lang=lang, level=level
        )
        n = next(numbers)
        yield Picture(f"vergleich-{n - BEFORE:02d}", n, caption, alt, draw, left_out=len(names) < len(part))


def _beside(
    evidence: Evidence, summary: Summary, basis: Literal["adjusted", "uncertain"], numbers: Iterator[int]
) -> Picture | None:
    """Draw the first group of items that can be shown, as it is and on another basis."""
    comparison, shown, lang = evidence.comparison, getattr(evidence.tables, basis), evidence.lang
    if comparison is None or shown.empty:
        return None
    visible = set(shown.loc[shown["estimate"].notna(), "indicator"])
    first = ((group, parts[0]) for group, parts in groups(summary, lang))
    possible = ((group, whole, [item for item in whole if item["indicator"] in visible]) for group, whole in first)
    found = next((one for one in possible if one[2]), None)
    if found is None:
        return None
    group, whole, part = found
    names = [item["indicator"] for item in part]
    facts = {"group": group, "items": listing((item["title"] for item in summary["adjusted_for"]), lang)}
    caption = phrase(lang, f"report.standing.{basis}_figure", level=confidence(summary["level"], lang), **facts)
    values = "; ".join(_values(shown, item, summary, lang) for item in part[:MOST_NAMED])
    draw = partial(
        draw_comparison,
        evidence.tables.estimates,
        evidence.definitions,
        comparison.codebook,
        names,
        beside=beside_of(comparison, basis, lang, shown=shown),
        lang=lang,
        level=summary["level"],
    )
    alt = phrase(lang, f"report.standing.{basis}_alt", values=values, **facts)
    name = {"adjusted": "bereinigt", "uncertain": "unsicher"}[basis]
    return Picture(name, next(numbers), caption, alt, draw, left_out=len(part) < len(whole))


def _findings(evidence: Evidence, summary: Summary, place: int) -> Picture:
    lang = evidence.lang
    titles = {item["indicator"]: item["title"] for item in summary["checked"]}
    said = [
        f"{titles.get(row['indicator'], row['indicator'])} ({display('basis', row['basis'], lang)}): "
        f"{display('verdict', row['verdict'], lang)}"
        for row in summary["findings"]
    ]
    level = confidence(summary["findings"][0]["level"], lang)
    caption = phrase(lang, "report.findings.figure_caption", level=level)
    alt = phrase(lang, "report.findings.figure_alt", values="; ".join(said))
    draw = partial(draw_findings, evidence.tables.findings, evidence.definitions, evidence.codebook, lang=lang)
    return Picture("aussagen", place, caption, alt, draw)


def _stability(evidence: Evidence, summary: Summary, place: int) -> Picture:
    lang, found = evidence.lang, summary["stability"]
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    values = [
        f"{labels[row['type']]} "
        + (phrase(lang, "report.hidden_word") if row["suppressed"] else number(row["jaccard"], lang, 2))
        for row in found["by_type"]
    ]
    drawn = {"scheme": found["scheme"], "n_boot": found["n_boot"], "n": found["municipalities"]}
    table = pd.DataFrame(found["by_type"]).astype(dict.fromkeys(("jaccard", "jaccard_se", "name_returns"), "float64"))
    draw = partial(draw_stability, table, evidence.definitions, drawn=drawn, lang=lang)
    alt = phrase(lang, "report.trust.figure_alt", values="; ".join(values))
    return Picture("stabilitaet", place, phrase(lang, "report.trust.figure_caption"), alt, draw)


def _selection(evidence: Evidence, summary: Summary, place: int) -> Picture:
    lang, found = evidence.lang, summary["selection"]
    table, null, suggestion = (pd.DataFrame(found[name]) for name in ("table", "null", "suggestion"))
    numbers = table.columns.drop("k")
    draw = partial(
        draw_k,
        table.astype(dict.fromkeys(numbers, "float64")),
        null.astype(dict.fromkeys(null.columns.drop(["criterion", "k"]), "float64")),
        suggestion,
        given=found["given"],
        n=found["n"],
        lang=lang,
    )
    ends = {"low": integer(min(table["k"]), lang), "high": integer(max(table["k"]), lang)}
    alt = phrase(lang, "report.trust.panel_alt", **ends)
    caption = phrase(lang, "report.trust.panel_caption")
    return Picture("typenzahl", place, caption, f"{alt} {found['sentence']}", draw)


def _choices(summary: Summary, place: int, lang: str) -> Picture:
    found = summary["sensitivity"]
    table = pd.DataFrame(found["specifications"]).astype({"ari": "float64"})
    ari = {name: number(value, lang, 2) for name, value in found["ari"].items()}
    alt = phrase(lang, "report.choices.figure_alt", n=integer(len(table) - 1, lang), **ari)
    draw = partial(draw_choices, table, n=found["n"], lang=lang)
    return Picture("festlegungen", place, phrase(lang, "report.choices.figure_caption"), alt, draw)


def _values(estimates: pd.DataFrame, item: Mapping[str, Any], summary: Summary, lang: str) -> str:
    """Say the values of an item by type; for a nominal one those of its first answer."""
    rows = estimates[estimates["indicator"] == item["indicator"]]
    share = item["scale"] in SHARES
    category = rows["category"].iloc[0] if share else ""
    by_type = rows[rows["category"] == category].set_index("type")["estimate"]
    said = []
    for kind in summary["types"]:
        value = by_type.get(kind["key"])
        if value is None or pd.isna(value):
            written = phrase(lang, "report.hidden_word")
        else:
            written = percent(value, lang, 0) if share else number(value, lang, 1)
        said.append(f"{kind['label']} {written}")
    title = item["title"]
    if item["scale"] == "nominal":
        title = phrase(
            lang, "report.difference.category", title=title, category=item["answers"].get(category, category)
        )
    return phrase(lang, "report.comparison.figure_alt_value", title=title, values=", ".join(said))
