"""What speaks for which number of types, as a figure."""

from math import ceil
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kommtyp.errors import check_kind
from kommtyp.plotting.canvas import FINE, INK, MUTED, SMALL, OpenFigure, bare, new_axes, ticks_in
from kommtyp.selection import CRITERIA, Criterion, Selection
from kommtyp.texts import Language, counted, number, phrase

__all__ = ["draw_k", "plot_k"]

SHOWN = tuple(criterion for criterion in CRITERIA if criterion.name != "within")  # `explained` says the same
COLUMNS = 3
GAP_X, GAP_Y = 0.095, 0.085
LINE, BAND = "#0b286b", "#c9d0d8"


def plot_k(selection: Selection, *, ax: Axes | None = None, lang: Language = "de") -> Axes:
    """Draw what speaks for which number of types.

    A small panel a criterion: its value at each number of types with its standard error, beside the values
    that data without structure give (shaded). A ring marks the number that the criterion's own rule chooses, a
    dotted line the number that a study gives. No vote is taken over the panels. The within-cluster sum of
    squares is left out, because the explained share says the same.

    Parameters
    ----------
    selection : Selection
        What `choose_k` returned.
    ax : Axes, optional
        Where to draw; a new figure where it is not given. The panels are drawn inside these Axes and are found
        in their ``child_axes``.
    lang : {"de", "en"}
        Language of the labels.

    Returns
    -------
    Axes
        The Axes drawn on.

    Examples
    --------
    >>> import kommtyp
    >>> counts = {"n_init": 20, "n_pairs": 4, "n_boot": 4, "n_splits": 4, "n_null": 2}
    >>> ax = kommtyp.plot_k(kommtyp.choose_k(kommtyp.load_sample(), k=[2, 3, 4], **counts))
    >>> len(ax.child_axes)
    10
    >>> ax.figure.clear()
    """
    check_kind("selection", selection, Selection, "what kommtyp.choose_k returns")
    return draw_k(
        selection.table,
        selection.null,
        selection.suggestion,
        given=selection.given,
        n=selection.n,
        ax=ax,
        lang=lang,
    )


def draw_k(
    table: pd.DataFrame,
    null: pd.DataFrame,
    suggestion: pd.DataFrame,
    *,
    given: int | None,
    n: int,
    ax: Axes | None = None,
    lang: str = "de",
    figure: OpenFigure | None = None,
) -> Axes:
    """Draw the panel of criteria.

    Parameters
    ----------
    table, null, suggestion : DataFrame
        As in `Selection`; missing numbers are suppressed ones, or could not be computed.
    given : int, optional
        Number of types that a study gives.
    n : int
        Municipalities.
    ax : Axes, optional
        Where to draw.
    lang : {"de", "en"}
        Language of the labels.
    figure : callable, optional
        Opens a new figure where no Axes are given; pyplot does where None.

    Returns
    -------
    Axes
        The Axes drawn on; the panels are its ``child_axes``.
    """
    rows = ceil(len(SHOWN) / COLUMNS)
    ax = new_axes(ax, 7.2, 0.7 + 1.5 * rows, figure)
    bare(ax, grid="")
    ax.set_xticks([])
    ax.set_yticks([])
    width = (1 - (COLUMNS - 1) * GAP_X) / COLUMNS
    height = (1 - rows * GAP_Y) / rows
    chosen = {row["criterion"]: row["k"] for row in suggestion.to_dict("records") if not pd.isna(row["k"])}
    for place, criterion in enumerate(SHOWN):
        line, column = divmod(place, COLUMNS)
        corner = (column * (width + GAP_X), 1 - (line + 1) * height - (line + 0.5) * GAP_Y)
        panel = ax.inset_axes((*corner, width, height))
        _draw_panel(panel, criterion, table, null[null["criterion"] == criterion.name], lang)
        _mark(panel, criterion, table, chosen.get(criterion.name), given)
    _legend(ax, shaded=bool(null["null_low"].notna().any()), given=given is not None, lang=lang)
    facts = [phrase(lang, "plot.number_of_types"), counted(lang, "plot.base", n)]
    ax.set_xlabel(phrase(lang, "plot.join").join(facts), size=SMALL, color=INK, loc="left")
    return ax


def _draw_panel(panel: Axes, criterion: Criterion, table: pd.DataFrame, null: pd.DataFrame, lang: str) -> None:
    bare(panel, grid="y")
    panel.tick_params(labelsize=FINE)
    beside = null.sort_values("k")
    if beside["null_low"].notna().any():
        panel.fill_between(beside["k"], beside["null_low"], beside["null_high"], color=BAND, lw=0)
        panel.plot(beside["k"], beside["null"], color=MUTED, lw=1, ls=(0, (4, 3)))
    values = table[criterion.name].to_numpy(dtype=float)
    error = table[f"{criterion.name}_se"].to_numpy(dtype=float) if f"{criterion.name}_se" in table else None
    look: dict[str, Any] = {"marker": "o", "ms": 3.6, "mec": "white", "mew": 0.4, "lw": 1.5, "elinewidth": 1.4}
    panel.errorbar(table["k"], values, yerr=error, color=LINE, ecolor=INK, **look)
    arrow = {"larger": " ↑", "smaller": " ↓", "": ""}[criterion.better]
    name = criterion.en if lang == "en" else criterion.de
    panel.set_title(name + arrow, size=SMALL, color=INK, loc="left", pad=5, weight="bold")
    panel.set_xticks(table["k"].tolist())
    panel.set_xlim(table["k"].min() - 0.4, table["k"].max() + 0.4)
    panel.margins(y=0.14)
    panel.yaxis.set_major_locator(MaxNLocator(4))
    digits = 0 if abs(panel.get_ylim()[1]) >= 20 else 1 if abs(panel.get_ylim()[1]) >= 2 else 2
    ticks_in(panel.yaxis, lambda value: number(value, lang, digits))


def _mark(panel: Axes, criterion: Criterion, table: pd.DataFrame, chosen: Any, given: int | None) -> None:
    """Ring what the rule of the criterion chooses, and mark the number that a study gives."""
    if given is not None:
        panel.axvline(given, color=MUTED, lw=1, ls=":", zorder=0)
    at = table.loc[table["k"] == chosen, criterion.name].dropna()
    if len(at):
        ring: dict[str, Any] = {"marker": "o", "ms": 9.5, "mfc": "none", "mec": INK, "mew": 1.3, "ls": ""}
        panel.plot([int(chosen)], [float(at.iloc[0])], **ring, clip_on=False)


def _legend(ax: Axes, *, shaded: bool, given: bool, lang: str) -> None:
    """Say what the signs mean, in the place that the panels leave free."""
    lines = [phrase(lang, "plot.criteria.value")]
    lines += [phrase(lang, "plot.criteria.null")] if shaded else []
    lines += [phrase(lang, "plot.criteria.ring")]
    lines += [phrase(lang, "plot.criteria.given")] if given else []
    lines += [phrase(lang, "plot.criteria.arrows")]
    ax.text(
        (1 + GAP_X) / COLUMNS,
        0.5 / ceil(len(SHOWN) / COLUMNS),
        "\n".join(lines),
        transform=ax.transAxes,
        size=SMALL,
        color=INK,
        va="center",
        linespacing=1.55,
    )
