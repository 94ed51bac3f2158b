"""What the types want more, and less, than all: the profile of the goals as a figure."""

from collections.abc import Mapping, Sequence
from math import floor, log10

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kommtyp.codebook import Codebook
from kommtyp.definitions import Definitions
from kommtyp.plotting.canvas import GRID, INK, MUTED, SMALL, Mark, OpenFigure, bare, marks, new_axes, wrapped
from kommtyp.profiles import profile
from kommtyp.texts import Language, confidence, integer, number, phrase, signed
from kommtyp.typology import Classification, check_result

__all__ = ["draw_profile", "goal_order", "plot_profile"]

GAP = 0.35
Cells = Mapping[tuple[str, str], Sequence[float]]


def plot_profile(result: Classification, *, ax: Axes | None = None, lang: Language = "de", level: float = 0.95) -> Axes:
    """Draw how far each type lies above or below the mean of all on every goal.

    A column a type, a row a goal; bars start at the mean of all municipalities, lines are confidence
    intervals. Goals that mark a type by its definition have a shaded cell. Goals that are high in every
    type get short bars here, which is meant: only the deviation tells types apart.

    Parameters
    ----------
    result : Classification
        What `fit` or `Typology.classify` returned.
    ax : Axes, optional
        Where to draw; a new figure where it is not given.
    lang : {"de", "en"}
        Language of the labels.
    level : float
        Level of the intervals.

    Returns
    -------
    Axes
        The Axes drawn on.

    Examples
    --------
    >>> import kommtyp
    >>> ax = kommtyp.plot_profile(kommtyp.fit(kommtyp.load_sample(), n_init=20), lang="en")
    >>> len(ax.get_yticklabels())
    8
    >>> ax.figure.clear()
    """
    check_result(result)
    table = profile(result, level=level)
    typology = result.typology
    return draw_profile(table, typology.definitions, typology.codebook, ax=ax, lang=lang, level=level)


def draw_profile(
    table: pd.DataFrame,
    definitions: Definitions,
    codebook: Codebook,
    *,
    ax: Axes | None = None,
    lang: str = "de",
    level: float = 0.95,
    figure: OpenFigure | None = None,
) -> Axes:
    """Draw a table of profiles.

    Parameters
    ----------
    table : DataFrame
        Columns ``goal, type, n, deviation, ci_low, ci_high``; missing numbers are suppressed ones.
    definitions : Definitions
        The types.
    codebook : Codebook
        Words for the goals.
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
    goals = goal_order(table, definitions)
    numbers = table[["deviation", "ci_low", "ci_high"]].to_numpy(dtype=float).tolist()
    cells = dict(zip(zip(table["goal"], table["type"], strict=True), numbers, strict=True))
    reach = _reach(table)
    step = 2 * reach * (1 + GAP)
    ax = new_axes(ax, 2.6 + 1.45 * len(signs), 1.3 + 0.36 * len(goals), figure)
    bare(ax, grid="")
    for place, sign in enumerate(signs):
        _column(ax, cells, goals, sign, marked=set(definitions.types[place].goals), middle=place * step, reach=reach)
    share = codebook[goals[0]].scale == "choice"
    _name_columns(ax, table, signs, step=step, reach=reach, share=share, lang=lang)
    ax.set_yticks(range(len(goals)), [wrapped(codebook[goal].title(lang), 34, 2) for goal in goals])
    ax.set_ylim(len(goals) - 0.5, -0.5)
    ax.set_xlim(-reach * (1 + GAP / 2), (len(signs) - 1) * step + reach * (1 + GAP / 2))
    shaded = any(set(goals) & set(definition.goals) for definition in definitions.types)
    marked = "plot.shaded_unnamed" if definitions.name == "unnamed" else "plot.shaded"
    lines = [_unit(codebook, goals, lang), phrase(lang, "plot.interval", level=confidence(level, lang))]
    lines += [phrase(lang, marked)] if shaded else []
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax


def goal_order(table: pd.DataFrame, definitions: Definitions) -> list[str]:
    """Order the goals so that those which mark a type stand together, in the order of the types.

    Parameters
    ----------
    table : DataFrame
        Columns ``goal, type, deviation``.
    definitions : Definitions
        The types.

    Returns
    -------
    list of str
        Goals by the type that they mark or else lie highest in; those that mark it come first.
    """
    wide = table.pivot(index="goal", columns="type", values="deviation").reindex(columns=definitions.keys)
    wide = wide.loc[list(dict.fromkeys(table["goal"]))]
    marked = {goal: place for place, kind in reversed(list(enumerate(definitions.types))) for goal in kind.goals}
    highest = np.nan_to_num(wide.to_numpy(dtype=float), nan=-np.inf)
    tops = dict(zip(wide.index, zip(highest.argmax(axis=1), -highest.max(axis=1), strict=True), strict=True))
    return sorted(wide.index, key=lambda goal: (marked[goal], -np.inf) if goal in marked else tops[goal])


def _reach(table: pd.DataFrame) -> float:
    """Return a round number that all intervals stay below."""
    values = table[["deviation", "ci_low", "ci_high"]].abs().to_numpy(dtype=float)
    largest = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    power = 10.0 ** floor(log10(max(largest, 1e-6)))
    return next(part for part in (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 8, 10) if part * power >= largest) * power


def _column(
    ax: Axes, cells: Cells, goals: list[str], sign: Mark, *, marked: set[str], middle: float, reach: float
) -> None:
    """Draw one type: shaded cells, bars from the mean of all, intervals."""
    for place, goal in enumerate(goals):
        if goal in marked:
            ax.barh(place, 2.1 * reach, left=middle - 1.05 * reach, height=0.94, color=sign.colour, alpha=0.16, lw=0)
        deviation, low, high = cells.get((goal, sign.key), (np.nan, np.nan, np.nan))
        if np.isnan(deviation):
            continue
        ax.barh(place, deviation, left=middle, height=0.56, color=sign.colour, lw=0)
        ax.plot([middle + low, middle + high], [place, place], color=INK, lw=1.2, solid_capstyle="butt")
    ax.plot([middle, middle], [-0.5, len(goals) - 0.5], color=MUTED, lw=0.9)
    for side in (-reach, reach):
        ax.plot([middle + side] * 2, [-0.5, len(goals) - 0.5], color=GRID, lw=0.8, zorder=0)


def _name_columns(
    ax: Axes, table: pd.DataFrame, signs: list[Mark], *, step: float, reach: float, share: bool, lang: str
) -> None:
    """Write names and n above the columns, and a small scale below each."""
    shown = 100 * reach if share else reach
    digits = 0 if shown == round(shown) else 1 if shown >= 0.1 else 2
    counts = {sign.key: table.loc[table["type"] == sign.key, "n"].to_numpy(dtype=float) for sign in signs}
    ticks: list[float] = []
    labels: list[str] = []
    for place, sign in enumerate(signs):
        low, high = counts[sign.key].min(), counts[sign.key].max()
        n = integer(high, lang) if low == high else f"{integer(low, lang)}–{integer(high, lang)}"
        facts = phrase(lang, "plot.suppressed") if np.isnan(high) else f"n = {n}"
        for text, lift, weight in ((facts, 4, "normal"), (wrapped(sign.label, 18, 4), 16, "bold")):
            ax.annotate(
                text,
                (place * step, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, lift),
                weight=weight,
                textcoords="offset points",
                ha="center",
                va="bottom",
                size=SMALL,
                color=INK,
                linespacing=1.25,
            )
        ticks += [place * step - reach, place * step, place * step + reach]
        labels += [signed(-shown, lang, digits), "0", signed(shown, lang, digits)]
    ax.set_xticks(ticks, labels)
    ax.tick_params(axis="x", labelsize=SMALL, labelcolor=MUTED)


def _unit(codebook: Codebook, goals: list[str], lang: str) -> str:
    item = codebook[goals[0]]
    if item.scale == "choice":
        return phrase(lang, "plot.deviation_share")
    return phrase(lang, "plot.deviation", low=number(item.low, lang, 0), high=number(item.high, lang, 0))
