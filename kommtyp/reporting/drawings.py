"""The figures of the report, with captions and words for those who cannot see them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup

from kommtyp.codebook import Codebook
from kommtyp.definitions import Definitions
from kommtyp.plotting import draw_comparison, draw_profile, draw_sizes
from kommtyp.reporting.figures import svg
from kommtyp.reporting.tables import SHARES
from kommtyp.texts import confidence, counted, integer, listing, number, percent, phrase, signed

__all__ = ["comparison_figures", "profile_figure", "size_figure"]

MOST_NAMED = 4
Summary = Mapping[str, Any]


def size_figure(table: pd.DataFrame, definitions: Definitions, summary: Summary, lang: str) -> dict[str, Any]:
    """Draw how large the types are, as far as that can be shown."""
    values = [
        f"{kind['label']} {phrase(lang, 'report.hidden_word') if kind['suppressed'] else percent(kind['share'], lang)}"
        for kind in summary["types"]
    ]
    alt = phrase(lang, "report.glance.sizes_alt", values="; ".join(values))
    draw = partial(draw_sizes, table, definitions, lang=lang)
    return _figure(draw, 1, phrase(lang, "report.glance.sizes_caption"), alt)


def profile_figure(
    table: pd.DataFrame, definitions: Definitions, codebook: Codebook, summary: Summary, lang: str
) -> dict[str, Any]:
    """Draw what the types want more, and less, than all."""
    level = summary["level"]
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
    draw = partial(draw_profile, table, definitions, codebook, lang=lang, level=level)
    return _figure(draw, 2, phrase(lang, "report.goals.figure_caption", level=confidence(level, lang)), alt)


def comparison_figures(
    estimates: pd.DataFrame,
    definitions: Definitions,
    codebook: Codebook,
    summary: Summary,
    *,
    group: str,
    parts: Sequence[Sequence[Mapping[str, Any]]],
    numbers: Iterator[int],
) -> list[dict[str, Any]]:
    """Draw a group of items, a figure for each part of it.

    Parameters
    ----------
    estimates : DataFrame
        What may be shown of the estimates.
    definitions : Definitions
        The types.
    codebook : Codebook
        Words for the items.
    summary : dict
        What `summarise` returned.
    group : str
        Name of the group.
    parts : sequence of sequence of dict
        Entries of ``summary["compared"]``.
    numbers : iterator of int
        Numbers of the figures.

    Returns
    -------
    list of dict
        ``number``, ``caption`` and ``svg`` of each figure.
    """
    lang, level = summary["lang"], summary["level"]
    drawn = []
    for place, part in enumerate(parts, start=1):
        visible = set(estimates.loc[estimates["estimate"].notna(), "indicator"])
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
        draw = partial(draw_comparison, estimates, definitions, codebook, names, lang=lang, level=level)
        drawn.append(_figure(draw, next(numbers), caption, alt) | {"left_out": len(names) < len(part)})
    return drawn


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


def _figure(draw: Any, place: int, caption: str, alt: str) -> dict[str, Any]:
    drawn = svg(draw, name=f"f{place}", title=caption, description=alt)
    return {"number": integer(place), "caption": caption, "svg": Markup(drawn), "left_out": False}
