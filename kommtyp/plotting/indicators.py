"""How the types differ on the indicators, as a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import floor, isnan, log10

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from kommtyp.codebook import Codebook
from kommtyp.comparison import Comparison, compare
from kommtyp.definitions import Definitions
from kommtyp.errors import FitError, check_choice, check_kind, check_names
from kommtyp.plotting.beside import LANE, Basis, Beside, beside_of, draw_pair, on_one_scale
from kommtyp.plotting.canvas import (
    FAINT,
    FINE,
    GRID,
    INK,
    MUTED,
    SMALL,
    TEXT,
    Mark,
    OpenFigure,
    bare,
    marks,
    new_axes,
    wrapped,
)
from kommtyp.plotting.lines import Line, lines_of, to_common_end
from kommtyp.texts import Language, confidence, integer, phrase
from kommtyp.typology import Classification

__all__ = ["draw_comparison", "plot_comparison"]

ROW_GAP = 1.5
LANE_GAP = 2.6
PITCH = 0.143
HEADER = 1.6
CAPTION_LETTERS = 76


def plot_comparison(
    comparison: Comparison | Classification,
    indicators: Sequence[str] | None = None,
    *,
    beside: Basis | None = None,
    ax: Axes | None = None,
    lang: Language = "de",
) -> Axes:
    """Draw shares and means of the types on the indicators, with their intervals.

    A row an indicator, a line a type. Where all rows are shares they have one axis in per cent; otherwise
    each row bears the ends of its own scale, and the values stand beside the marks. With `beside`, each type has
    two marks: as it is (hollow), and adjusted for its make-up or with the doubt about who belongs to it (filled),
    with what was adjusted for, the number of strata and the n of both.

    Parameters
    ----------
    comparison : Comparison or Classification
        What `compare` returned; a Classification is compared first.
    indicators : sequence of str, optional
        Names of the indicators, in the order of the rows; all that were compared where it is not given.
    beside : {"adjusted", "uncertain"}, optional
        What to draw beside the plain estimates, of a comparison with `adjust_for` or `n_boot`.
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
        If an indicator was not compared, or the comparison has nothing to draw beside.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> ax = kommtyp.plot_comparison(result, ["bots", "mobile_app"])
    >>> ax.figure.clear()
    >>> comparison = kommtyp.compare(result, ["bots", "mobile_app"], adjust_for="groessenklasse")
    >>> ax = kommtyp.plot_comparison(comparison, beside="adjusted", lang="en")
    >>> ax.get_yticklabels()[0].get_text().splitlines()
    ['Use of bots', 'n = 389', '7 strata']
    >>> ax.figure.clear()
    """
    if isinstance(comparison, Classification):
        comparison = compare(comparison, indicators)
    check_kind("comparison", comparison, Comparison, "what kommtyp.compare or kommtyp.fit returns")
    if indicators is not None:
        names = check_names("indicators", indicators)
        indicators = list(dict.fromkeys(item for name in names for item in comparison.items_of(name)))
    for name in indicators or ():
        check_choice("indicators", name, list(dict.fromkeys(comparison.estimates["indicator"])))
    other = None if beside is None else beside_of(comparison, beside, lang)
    if other is not None and indicators is None:
        indicators = list(dict.fromkeys(other.table["indicator"]))
    return draw_comparison(
        comparison.estimates,
        comparison.definitions,
        comparison.codebook,
        indicators,
        beside=other,
        ax=ax,
        lang=lang,
        level=comparison.level,
    )


def draw_comparison(
    estimates: pd.DataFrame,
    definitions: Definitions,
    codebook: Codebook,
    indicators: Sequence[str] | None = None,
    *,
    beside: Beside | None = None,
    ax: Axes | None = None,
    lang: str = "de",
    level: float = 0.95,
    figure: OpenFigure | None = None,
) -> Axes:
    """Draw a table of estimates.

    Parameters
    ----------
    estimates : DataFrame
        Columns ``indicator, category, type, n, estimate, ci_low, ci_high``; missing estimates are suppressed ones.
    definitions : Definitions
        The types.
    codebook : Codebook
        Words for indicators and answers.
    indicators : sequence of str, optional
        Rows to draw; all where it is not given.
    beside : Beside, optional
        Other estimates of the same.
    ax : Axes, optional
        Where to draw.
    lang : {"de", "en"}
        Language of the labels.
    level : float
        Level of the intervals, for the label.
    figure : callable, optional
        Opens a new figure where no Axes are given; pyplot does where None.

    Returns
    -------
    Axes
        The Axes drawn on.
    """
    signs = marks(definitions, lang)
    chosen = list(dict.fromkeys(estimates["indicator"])) if indicators is None else list(indicators)
    rows = _rows(estimates, chosen, codebook, lang, below={} if beside is None else beside.below)
    if not rows:
        raise FitError("plot_comparison: nothing to draw. Compare at least one indicator.")
    others = None if beside is None else _rows(beside.table, chosen, codebook, lang, below={})
    rows, others = _scaled(rows, others, lang)
    one_scale = len({(row.low, row.high, row.ends) for row in rows}) == 1
    depth = len(signs) * (1.0 if others is None else LANE)
    tops, bottom = _stack(rows, depth, ROW_GAP if one_scale else LANE_GAP)
    ax = new_axes(ax, 7.2, 1.1 + PITCH * bottom, figure)
    bare(ax, grid="x" if one_scale else "")
    for place, (row, top) in enumerate(zip(rows, tops, strict=True)):
        if others is None:
            _draw_row(ax, row, signs, top, lang)
        else:
            draw_pair(ax, (row, others[place]), signs, top, lang)
        if not one_scale:
            _draw_ends(ax, row, top + depth - 0.25)
        elif place:
            ax.axhline(top - (ROW_GAP + 1) / 2 - (HEADER if row.header else 0), color=GRID, lw=0.8)
        if row.header:
            ax.text(0, top - 1.3, row.header, size=TEXT, color=INK, weight="bold", va="center", clip_on=False)
    ax.set_yticks([top + (depth - 1) / 2 for top in tops], [row.label for row in rows])
    ax.set_ylim(bottom, -1)
    ax.set_xlim(-0.02, 1.09)
    simultaneous = all(codebook[name].scale == "nominal" for name in chosen)
    caption = "" if beside is None else beside.caption
    _label_axis(ax, rows if not one_scale else rows[:1], lang, level, simultaneous=simultaneous, caption=caption)
    _legend(ax, signs)
    return ax


def _rows(
    table: pd.DataFrame, names: Sequence[str], codebook: Codebook, lang: str, *, below: Mapping[str, str]
) -> list[Line]:
    """Return the lines of all indicators, with words below the name of each."""
    found = []
    for name in names:
        lines = lines_of(table[table["indicator"] == name], codebook[name], lang)
        if lines and name in below:
            first, words = lines[0], below[name]
            if first.header:
                lines[0] = replace(first, header=f"{first.header}, {words}")
            else:
                lines[0] = replace(first, label=f"{first.label}\n{words}")
        found += lines
    return found


def _scaled(rows: list[Line], others: list[Line] | None, lang: str) -> tuple[list[Line], list[Line] | None]:
    """Put what is drawn beside each other on one scale, and shares on a common one."""
    every = rows if others is None else [*rows, *others]
    if all(row.share for row in every):
        every = to_common_end(every, lang)
    if others is None:
        return every, None
    pairs = [on_one_scale(*pair, lang) for pair in zip(every[: len(rows)], every[len(rows) :], strict=True)]
    return [row for row, _ in pairs], [other for _, other in pairs]


def _stack(rows: Sequence[Line], depth: float, gap: float) -> tuple[list[float], float]:
    """Return where each row begins, and where the last one ends."""
    tops, y = [], 0.0
    for row in rows:
        y += HEADER if row.header else 0.0
        tops.append(y)
        y += depth + gap
    return tops, y - gap / 2 - 0.5


def _draw_row(ax: Axes, row: Line, signs: Sequence[Mark], top: float, lang: str) -> None:
    """Draw the marks of all types with their intervals, and the values beside them."""
    for place, sign in enumerate(signs):
        y = top + place
        if sign.key not in row.values:
            ax.text(0.004, y, phrase(lang, "plot.suppressed"), size=FINE, color=MUTED, va="center")
            continue
        estimate, low, high = map(row.at, row.values[sign.key])
        ax.plot([low, high], [y, y], color=sign.colour, lw=1.7, solid_capstyle="butt", clip_on=False)
        ax.plot(estimate, y, marker=sign.marker, color=sign.colour, mec="white", mew=0.6, ms=6.5, ls="", clip_on=False)
        ax.annotate(
            row.write(row.values[sign.key][0]),
            (estimate if isnan(high) else max(estimate, high), y),
            xytext=(6, 0),
            textcoords="offset points",
            size=FINE,
            color=INK,
            va="center",
            annotation_clip=False,
        )


def _draw_ends(ax: Axes, row: Line, y: float) -> None:
    """Write the ends of a row's own scale below it, with a line from one to the other."""
    ax.plot([0, 1], [y, y], color=FAINT, lw=0.8, clip_on=False)
    for x, label, align in ((0.0, row.ends[0], "left"), (1.0, row.ends[1], "right")):
        ax.plot([x, x], [y - 0.18, y + 0.18], color=FAINT, lw=0.8, clip_on=False)
        ax.text(x, y + 0.7, label, size=FINE, color=MUTED, ha=align, va="center")


def _label_axis(
    ax: Axes, rows: Sequence[Line], lang: str, level: float, *, simultaneous: bool, caption: str = ""
) -> None:
    """Name the unit and the intervals; ticks only for the one row that stands for all."""
    if len(rows) > 1:
        ax.set_xticks([])
        unit = phrase(lang, "plot.mixed" if any(row.share for row in rows) else "plot.means")
    else:
        row = rows[0]
        step = _step(row.high - row.low)
        values = [row.low + step * place for place in range(round((row.high - row.low) / step) + 1)]
        whole = not row.share and all(value == int(value) for value in values)
        labels = [integer(value, lang) if whole else row.write(value) for value in values]
        ax.set_xticks([row.at(value) for value in values], labels)
        unit = phrase(lang, "plot.share") if row.share else phrase(lang, "plot.mean", low=row.ends[0], high=row.ends[1])
    kind = "interval_simultaneous" if simultaneous else "interval"
    lines = [wrapped(unit, CAPTION_LETTERS), phrase(lang, f"plot.{kind}", level=confidence(level, lang))]
    lines += [wrapped(caption, CAPTION_LETTERS)] if caption else []
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)


def _step(span: float) -> float:
    """Return a round step that meets both ends, with at most seven ticks where it can, else at most ten."""
    power = 10.0 ** floor(log10(span))
    steps = [power * part for part in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0)]
    meets = [step for step in steps if abs(span / step - round(span / step)) < 1e-6]
    return next((step for most in (6.01, 9.01) for step in meets if span / step <= most), span / 4)


def _legend(ax: Axes, signs: Sequence[Mark]) -> None:
    """Write which mark is which type, above the rows."""
    handles = [
        Line2D([], [], color=sign.colour, marker=sign.marker, mec="white", mew=0.6, ms=7, lw=1.7, label=sign.label)
        for sign in signs
    ]
    letters = [len(sign.label) + 6 for sign in signs]
    columns = len(signs) if sum(letters) <= 104 else max(1, 104 // max(letters))
    ax.legend(
        handles=handles,
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=columns,
        frameon=False,
        fontsize=SMALL,
        labelcolor=INK,
        borderaxespad=0.1,
        handlelength=1.8,
        columnspacing=1.4,
    )
