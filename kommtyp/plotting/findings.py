"""What a study says, and what the data say to it, as a forest of intervals."""

from collections.abc import Sequence
from math import isfinite, isnan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from kommtyp.codebook import Codebook, Item
from kommtyp.definitions import Definitions
from kommtyp.errors import FitError, check_kind
from kommtyp.findings import check_findings
from kommtyp.plotting.canvas import FINE, GRID, INK, MUTED, SMALL, OpenFigure, bare, new_axes, ticks_in, wrapped
from kommtyp.texts import Language, confidence, display, integer, listing, phrase, signed
from kommtyp.typology import Classification

__all__ = ["draw_findings", "plot_findings"]

SHARES = ("binary", "choice")
# Okabe & Ito's palette; hollow, round and square tell the bases apart without it.
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"color": INK, "marker": "o", "mfc": INK},
    "adjusted": {"color": "#0072b2", "marker": "D", "mfc": "white"},
    "uncertain": {"color": "#d55e00", "marker": "s", "mfc": "#d55e00"},
}
LETTERS = 42
NO_BREAK = "\N{NO-BREAK SPACE}"
AXIS_LETTERS = 66
LINE = 0.155
GAP = 0.9
MARGIN = 1.06
LEAST = 0.05
BEYOND = 0.012
NEEDED = {"indicator", "claim", "types", "basis", "adjusted_for", "n", "estimate", "ci_low", "ci_high", "level"}


def plot_findings(
    result: Classification,
    findings: pd.DataFrame | None = None,
    *,
    ax: Axes | None = None,
    lang: Language = "de",
) -> Axes:
    """Draw the difference that each finding is about, with its interval and the verdict in words.

    A block a finding, a line a basis: as observed, adjusted, with the doubt about the types. The claimed side of zero
    is shaded: a finding is supported where the whole line lies in it. Differences of shares are in percentage
    points, those of means in per cent of the scale, so that all stand on one axis.

    Parameters
    ----------
    result : Classification
        What `fit` or `Typology.classify` returned.
    findings : DataFrame, optional
        What `check_findings` returned for it, also adjusted and with resamples; it is called with its defaults where
        None.
    ax : Axes, optional
        Where to draw; a new figure where it is not given.
    lang : {"de", "en"}
        Language of the labels.

    Returns
    -------
    Axes
        The Axes drawn on.

    Raises
    ------
    FitError
        If there are no findings, or they are none of these types.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> checked = kommtyp.check_findings(result, adjust_for="groessenklasse")
    >>> ax = kommtyp.plot_findings(result, checked, lang="en")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['as observed', 'adjusted for KGSt size class']
    >>> ax.figure.clear()
    """
    check_kind("result", result, Classification, "what kommtyp.fit returns, and the table as findings")
    table = check_findings(result, lang=lang) if findings is None else findings
    return draw_findings(table, result.typology.definitions, result.survey.codebook, ax=ax, lang=lang)


def draw_findings(
    table: pd.DataFrame,
    definitions: Definitions,
    codebook: Codebook,
    *,
    ax: Axes | None = None,
    lang: str = "de",
    figure: OpenFigure | None = None,
) -> Axes:
    """Draw a table of findings.

    Parameters
    ----------
    table : DataFrame
        As `kommtyp.check_findings` gives it; missing estimates of findings that can be checked are suppressed ones.
    definitions : Definitions
        Words for the types.
    codebook : Codebook
        Words and scales of the indicators.
    ax : Axes, optional
        Where to draw.
    lang : {"de", "en"}
        Language of the labels.
    figure : callable, optional
        Opens a new figure where no Axes are given; pyplot does where None.

    Returns
    -------
    Axes
        The Axes drawn on.
    """
    check_kind("findings", table, pd.DataFrame, "the table that kommtyp.check_findings returns")
    missing = {*NEEDED, "verdict"} - set(table.columns)
    if missing or table.empty:
        raise FitError(
            f"findings: {'no ' + ', '.join(sorted(missing)) if missing else 'no rows'}. "
            "Give the table that kommtyp.check_findings returns, of at least one finding."
        )
    table = table.reset_index(drop=True)
    blocks = [rows for _, rows in table.groupby(["indicator", "claim", "types"], sort=False)]
    labels = [_label(rows, definitions, codebook, lang) for rows in blocks]
    heights = [max(len(rows), label.count("\n") + 1) for rows, label in zip(blocks, labels, strict=True)]
    tops = np.concatenate([[0.0], np.cumsum(np.array(heights) + GAP)])
    scales = [_scale(rows, codebook) for rows in blocks]
    limits = _limits(blocks, scales)
    ax = new_axes(ax, 7.2, 1.0 + LINE * tops[-1], figure)
    bare(ax)
    for rows, scale, top, height in zip(blocks, scales, tops, heights, strict=False):
        _shade(ax, rows["claim"].iloc[0], top, height, limits)
        first = top + (height - len(rows)) / 2
        for line, row in enumerate(rows.to_dict("records")):
            _draw_row(ax, row, scale or _own_scale(rows, limits), first + line, lang)
    ax.axvline(0, color=INK, lw=0.9, zorder=1)
    ax.set_xlim(*limits)
    ax.set_ylim(tops[-1] - GAP / 2 - 0.5, -GAP / 2 - 0.5)
    ax.set_yticks([top + (height - 1) / 2 for top, height in zip(tops, heights, strict=False)], labels)
    ticks_in(ax.xaxis, lambda value: signed(100 * value, lang, 0) if value else "0")
    _label_axis(ax, table, scales, codebook, lang)
    _legend(ax, table, codebook, lang)
    return ax


def _label(rows: pd.DataFrame, definitions: Definitions, codebook: Codebook, lang: str) -> str:
    """Say what is asked, of how many."""
    first = rows.iloc[0]
    item = _item(first["indicator"], codebook)
    titles = {definition.key: definition.title(lang) for definition in definitions.types}
    named = listing((titles.get(key, key) for key in first["types"].split(", ")), lang)
    claim = display("claim", first["claim"], lang)
    counts = rows["n"].dropna().astype(int)
    n = "–".join(dict.fromkeys(integer(count, lang) for count in (counts.min(), counts.max())))
    star = " *" if item is not None and _span(item) is None else ""
    title = first["indicator"] if item is None else item.title(lang)
    number = phrase(lang, "plot.finding.n", n=n)
    lines = [wrapped(f"{title}{star} {number.replace(' ', NO_BREAK)}", LETTERS).replace(NO_BREAK, " ")]
    asked = [f"{named}: {claim}"] if len(named) + len(claim) + 2 <= LETTERS else [f"{named}:", claim]
    return "\n".join(lines + [wrapped(line, LETTERS) for line in asked])


def _item(name: str, codebook: Codebook) -> Item | None:
    return codebook[name] if name in codebook else None  # noqa: SIM401 — a Codebook is no dict


def _span(item: Item) -> float | None:
    """Width of the scale of the answers; None where it has no ends."""
    if item.scale in SHARES:
        return 1.0
    if item.low is None or item.high is None or item.high <= item.low:
        return None
    return float(item.high - item.low)


def _scale(rows: pd.DataFrame, codebook: Codebook) -> float | None:
    item = _item(rows["indicator"].iloc[0], codebook)
    return 1.0 if item is None else _span(item)


def _ends(rows: pd.DataFrame) -> np.ndarray:
    ends = rows[["estimate", "ci_low", "ci_high"]].to_numpy(dtype=float).ravel()
    return ends[np.isfinite(ends)]


def _limits(blocks: Sequence[pd.DataFrame], scales: Sequence[float | None]) -> tuple[float, float]:
    """End the axis a little beyond all intervals, with some room on both sides of zero."""
    pairs = zip(blocks, scales, strict=True)
    ends = np.concatenate([[-LEAST, LEAST], *(_ends(rows) / scale for rows, scale in pairs if scale)])
    return float(MARGIN * ends.min()), float(MARGIN * ends.max())


def _own_scale(rows: pd.DataFrame, limits: tuple[float, float]) -> float:
    """Scale of answers without ends: as wide as the axis allows."""
    ends = _ends(rows)
    if not ends.size or not ends.any():
        return 1.0
    return float(max(ends.max() / limits[1], ends.min() / limits[0]) * MARGIN)


def _shade(ax: Axes, claim: str, top: float, height: float, limits: tuple[float, float]) -> None:
    """Shade the claimed side of zero."""
    edge, claimed = 0.5 + 0.22 * GAP, limits[0] if claim == "low" else limits[1]
    ax.fill_between([0, claimed], top - edge, top + height - 1 + edge, color=GRID, alpha=0.55, lw=0, zorder=0)


def _draw_row(ax: Axes, row: dict[Any, Any], scale: float, y: float, lang: str) -> None:
    look = LOOKS[row["basis"]]
    if isfinite(row["estimate"]):
        estimate, low, high = (row[name] / scale for name in ("estimate", "ci_low", "ci_high"))
        ax.plot([low, high], [y, y], color=look["color"], lw=1.6, solid_capstyle="butt", zorder=2)
        ax.plot(estimate, y, ls="", ms=5.6, mew=1.3, mec=look["color"], zorder=3, **look)
    elif row["verdict"] != "not checkable":
        ax.text(BEYOND, y, phrase(lang, "plot.suppressed"), size=FINE, color=MUTED, va="center")
    words = display("verdict", row["verdict"], lang)
    ax.text(1 + BEYOND, y, words, size=FINE, color=INK, va="center", transform=ax.get_yaxis_transform(), clip_on=False)


def _label_axis(
    ax: Axes, table: pd.DataFrame, scales: Sequence[float | None], codebook: Codebook, lang: str
) -> None:
    shares = [item is not None and item.scale in SHARES for item in (_item(x, codebook) for x in table["indicator"])]
    kind = "axis_shares" if all(shares) else "axis" if any(shares) else "axis_means"
    levels = [level for level in dict.fromkeys(table["level"]) if not isnan(level)]
    lines = [wrapped(phrase(lang, f"plot.finding.{kind}"), AXIS_LETTERS)]
    lines.append(phrase(lang, "plot.interval", level=" / ".join(confidence(level, lang) for level in levels)))
    lines[-1] += f". {phrase(lang, 'plot.finding.shaded')}"
    lines += [phrase(lang, "plot.finding.own_scale")] if None in scales else []
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)


def _legend(ax: Axes, table: pd.DataFrame, codebook: Codebook, lang: str) -> None:
    """Write which mark is which basis, and what was adjusted for."""
    handles, bases = [], list(dict.fromkeys(table["basis"]))
    if bases == ["plain"]:
        return
    for basis in bases:
        words = display("basis", basis, lang)
        if basis == "adjusted":
            names = table.loc[table["basis"] == basis, "adjusted_for"].iloc[0].split(", ")
            titles = (codebook[name].title(lang) if name in codebook else name for name in names)
            words = phrase(lang, "plot.finding.adjusted_for", items=listing(titles, lang))
        look = LOOKS[basis]
        handles.append(Line2D([], [], lw=1.6, ms=5.6, mew=1.3, mec=look["color"], label=words, **look))
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=1, frameon=False, fontsize=SMALL,
        labelcolor=INK, borderaxespad=0.2, handlelength=1.8,
    )
