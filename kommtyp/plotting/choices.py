"""How much hangs on the choices of the analyst, as a specification curve."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kommtyp.errors import check_kind
from kommtyp.plotting.canvas import GRID, INK, MUTED, SMALL, TEXT, OpenFigure, bare, new_axes
from kommtyp.sensitivity import Sensitivity
from kommtyp.texts import Language, counted, display, number, percent, phrase

__all__ = ["draw_choices", "plot_choices"]

OPTIONS = ("scaling", "method", "n_types", "min_answered")
CURVE = 8.0


def plot_choices(sensitivity: Sensitivity, *, ax: Axes | None = None, lang: Language = "de") -> Axes:
    """Draw how alike the types are to those of the main analysis, choice by choice.

    Above, each specification is a point at its adjusted Rand index to the main analysis, the least alike
    first; below, marks say which choices it is made of (Simonsohn, Simmons & Nelson 2020). Specifications
    that repeat another, or could not be done, are left out.

    Parameters
    ----------
    sensitivity : Sensitivity
        What `explore_choices` returned.
    ax : Axes, optional
        Where to draw; a new figure where it is not given.
    lang : {"de", "en"}
        Language of the labels.

    Returns
    -------
    Axes
        The Axes drawn on.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> explored = kommtyp.explore_choices(result, methods=("kmeans", "ward"), leave_one_goal_out=False, n_init=5)
    >>> ax = kommtyp.plot_choices(explored, lang="en")
    >>> "adjusted Rand index" in ax.get_title(loc="left")
    True
    >>> ax.figure.clear()
    """
    check_kind("sensitivity", sensitivity, Sensitivity, "what kommtyp.explore_choices returns")
    table = sensitivity.specifications
    shown = pd.concat([table[table["main"]], sensitivity.counted]).drop_duplicates("specification")
    return draw_choices(shown, n=int(table.loc[table["main"], "n"].iloc[0]), ax=ax, lang=lang)


def draw_choices(
    specifications: pd.DataFrame,
    *,
    n: int,
    ax: Axes | None = None,
    lang: str = "de",
    figure: OpenFigure | None = None,
) -> Axes:
    """Draw the specification curve.

    Parameters
    ----------
    specifications : DataFrame
        Columns of `Sensitivity.specifications`: main, ari and the choices; one row for each point.
    n : int
        Municipalities in the main analysis.
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
    shown = specifications[specifications["ari"].notna()].sort_values("ari", kind="stable").reset_index(drop=True)
    rows = _rows(shown, lang)
    ax = new_axes(ax, 7.2, 2.6 + 0.19 * len(rows), figure)
    bare(ax, grid="")
    places = np.arange(len(shown))
    for value in (0, 0.25, 0.5, 0.75, 1):
        ax.axhline(value * CURVE, color=GRID, lw=0.8, zorder=0)
    main = shown["main"].to_numpy(dtype=bool)
    ax.plot(places, shown["ari"] * CURVE, marker="o", ms=3.2, lw=0, color=MUTED)
    ax.plot(places[main], shown["ari"][main] * CURVE, marker="D", ms=7, lw=0, color=INK)
    for depth, (_, held) in enumerate(rows, start=1):
        ax.plot(places[held], np.full(held.sum(), -depth), marker="|", ms=5.5, mew=1.3, lw=0, color=INK)
    _label(ax, rows, lang)
    ax.set_xlim(-1, max(len(shown), 1))
    ax.set_xticks([])
    ax.set_title(phrase(lang, "plot.choices"), loc="left", size=TEXT, color=INK)
    base = counted(lang, "plot.base", n)
    facts = phrase(lang, "plot.join").join([counted(lang, "plot.choices_base", len(shown)), base])
    lines = [facts, phrase(lang, "plot.choices_main")]
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax


def _rows(shown: pd.DataFrame, lang: str) -> list[tuple[str, np.ndarray]]:
    """Name each choice that was varied, with the specifications that made it."""
    rows: list[tuple[str, np.ndarray]] = []
    for option in OPTIONS:
        values = list(dict.fromkeys(shown[option].sort_values(kind="stable").tolist()))
        if len(values) > 1:
            rows += [(_words(option, value, lang), shown[option].eq(value).to_numpy()) for value in values]
    if shown["left_out"].ne("").any():
        rows.append((phrase(lang, "plot.choice.left_out"), shown["left_out"].ne("").to_numpy()))
    return rows


def _words(option: str, value: object, lang: str) -> str:
    if option in ("scaling", "method"):
        return display(option, str(value), lang)
    written = percent(float(str(value)), lang, 0) if option == "min_answered" else str(value)
    return phrase(lang, f"plot.choice.{option}", value=written)


def _label(ax: Axes, rows: Sequence[tuple[str, np.ndarray]], lang: str) -> None:
    curve = [(value * CURVE, number(value, lang, 2)) for value in (0, 0.25, 0.5, 0.75, 1)]
    choices = [(-depth, words) for depth, (words, _) in enumerate(rows, start=1)]
    ax.set_yticks([place for place, _ in curve + choices], [words for _, words in curve + choices])
    ax.set_ylim(-len(rows) - 0.8, CURVE * 1.04)
