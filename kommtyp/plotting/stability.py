"""How the types fare when the survey is drawn again, as figures."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kommtyp.definitions import Definitions
from kommtyp.errors import check_kind
from kommtyp.plotting.canvas import (
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
    ticks_in,
    wrapped,
)
from kommtyp.stability import DISSOLVED, MIXED, RECOVERED, Stability, assess_stability
from kommtyp.texts import Language, confidence, counted, display, integer, number, percent, phrase
from kommtyp.typology import Classification, check_result

__all__ = ["STABILITY_LEVEL", "draw_stability", "monte_carlo", "plot_membership", "plot_stability"]

STABILITY_LEVEL = 0.95
QUANTILE = 1.959964


def plot_stability(
    result: Classification,
    stability: Stability | None = None,
    *,
    ax: Axes | None = None,
    lang: Language = "de",
) -> Axes:
    """Draw how much of each type comes back when the survey is drawn again.

    A row a type: the mean Jaccard similarity with the cluster of the resample that is most like it, its
    Monte-Carlo interval, and beside it how often the name comes back. For the bootstrap, the marks at 0.5 and
    0.75 say where a type counts as dissolved and as recovered (Hennig 2007); other schemes have no such marks,
    because their values cannot be compared with these.

    Parameters
    ----------
    result : Classification
        What `fit` returned; it names the types.
    stability : Stability, optional
        What `assess_stability` returned for it; it is called where not given.
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
    >>> ax = kommtyp.plot_stability(result, kommtyp.assess_stability(result, n_boot=20, n_init=5))
    >>> [label.get_text() for label in ax.get_yticklabels()][0]
    'Die Bedächtigen'
    >>> ax.figure.clear()
    """
    check_result(result)
    stability = assess_stability(result) if stability is None else stability
    check_kind("stability", stability, Stability, "what kommtyp.assess_stability returns")
    return draw_stability(stability.by_type, result.typology.definitions, drawn=_drawn(stability), ax=ax, lang=lang)


def _drawn(stability: Stability) -> Mapping[str, Any]:
    """Return what a figure says about the resamples: scheme, how many, and of how many municipalities."""
    n = int(stability.membership["certainty"].notna().sum())
    return {"scheme": stability.scheme, "n_boot": stability.n_boot, "n": n}


def monte_carlo(mean: float, error: float) -> tuple[float, float]:
    """Return the 95 % interval of a simulated mean between 0 and 1.

    Parameters
    ----------
    mean, error : float
        Mean, and its Monte-Carlo error.

    Returns
    -------
    low, high : float
        Ends of the interval.

    Examples
    --------
    >>> low, high = monte_carlo(0.9, 0.01)
    >>> round(low, 2), round(high, 2)
    (0.88, 0.92)
    """
    return max(0.0, mean - QUANTILE * error), min(1.0, mean + QUANTILE * error)


def draw_stability(
    table: pd.DataFrame,
    definitions: Definitions,
    *,
    drawn: Mapping[str, Any],
    ax: Axes | None = None,
    lang: str = "de",
    figure: OpenFigure | None = None,
) -> Axes:
    """Draw a table of the stability by type.

    Parameters
    ----------
    table : DataFrame
        Columns ``type, jaccard, jaccard_se, name_returns``; missing numbers are suppressed ones.
    definitions : Definitions
        The types.
    drawn : dict
        ``scheme``, ``n_boot`` and ``n``: how, how often, and from how many municipalities was drawn.
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
    signs = marks(definitions, lang)
    numbers = table[["jaccard", "jaccard_se", "name_returns"]].to_numpy(dtype=float).tolist()
    rows = dict(zip(table["type"], numbers, strict=True))
    ax = new_axes(ax, 7.2, 1.35 + 0.42 * len(signs), figure)
    bare(ax)
    if drawn["scheme"] == "bootstrap":
        _zones(ax, lang)
    for place, sign in enumerate(signs):
        _draw_type(ax, place, sign, rows[sign.key], lang)
    named = [name for *_, name in rows.values() if not np.isnan(name)]
    if named:
        ax.annotate(
            phrase(lang, "plot.name_returns"),
            (1, 1),
            xycoords="axes fraction",
            xytext=(12, 4),
            textcoords="offset points",
            weight="bold",
            va="bottom",
            size=SMALL,
            color=INK,
        )
    ax.set_yticks(range(len(signs)), [wrapped(sign.label, 30) for sign in signs])
    ax.set_ylim(len(signs) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ticks_in(ax.xaxis, lambda value: number(value, lang, 2))
    interval = phrase(lang, "plot.monte_carlo", level=confidence(STABILITY_LEVEL, lang))
    lines = [phrase(lang, "plot.jaccard"), interval, resampled(drawn, lang)]
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax


def resampled(drawn: Mapping[str, Any], lang: str) -> str:
    """Say how many municipalities there are, and how often they were drawn by which scheme."""
    base = counted(lang, "plot.base", int(drawn["n"]))
    scheme = display("scheme", drawn["scheme"], lang)
    return phrase(lang, "plot.resampled", base=base, n_boot=integer(drawn["n_boot"], lang), scheme=scheme)


def _zones(ax: Axes, lang: str) -> None:
    """Shade where a type counts as dissolved, and mark from where it counts as recovered."""
    ax.axvspan(0, DISSOLVED, color=GRID, alpha=0.55, lw=0, zorder=0)
    for place in (DISSOLVED, RECOVERED):
        ax.plot([place, place], [0, 1], transform=ax.get_xaxis_transform(), color=MUTED, lw=1.1, ls=(0, (4, 3)))
    ends = (("dissolved", 0, DISSOLVED), ("between", DISSOLVED, RECOVERED), ("recovered", RECOVERED, 1))
    for zone, low, high in ends:
        ax.annotate(
            phrase(lang, f"plot.zone.{zone}"),
            ((low + high) / 2, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=SMALL,
            color=MUTED,
        )


def _draw_type(ax: Axes, place: int, sign: Mark, values: Sequence[float], lang: str) -> None:
    jaccard, error, name = values
    if np.isnan(jaccard):
        ax.text(0.01, place, phrase(lang, "plot.suppressed"), va="center", size=SMALL, color=MUTED)
        return
    ax.plot([0, jaccard], [place, place], color=sign.colour, lw=1.4, alpha=0.45, solid_capstyle="butt")
    ax.plot(monte_carlo(jaccard, error), [place, place], color=INK, lw=3, solid_capstyle="butt", clip_on=False)
    ax.plot(jaccard, place, marker=sign.marker, color=sign.colour, mec="white", mew=0.6, ms=8, ls="", clip_on=False)
    ax.annotate(
        number(jaccard, lang, 2),
        (jaccard, place),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        va="bottom",
        size=TEXT,
        color=INK,
    )
    if not np.isnan(name):
        ax.annotate(
            percent(name, lang, 0),
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(12, 0),
            textcoords="offset points",
            va="center",
            size=TEXT,
            color=INK,
        )


def plot_membership(
    result: Classification,
    stability: Stability | None = None,
    *,
    ax: Axes | None = None,
    lang: Language = "de",
) -> Axes:
    """Draw in which share of the resamples each municipality falls into each type.

    A narrow bar a municipality, its types stacked, sorted by type and then by how sure the assignment is; no
    municipality is named. Where a bar holds less than 60 % of its own colour, the municipality is a mixed
    type. The bars are those of single municipalities, so the figure is no part of the report.

    Parameters
    ----------
    result : Classification
        What `fit` returned.
    stability : Stability, optional
        What `assess_stability` returned for it; it is called where not given.
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
    >>> ax = kommtyp.plot_membership(result, kommtyp.assess_stability(result, n_boot=20, n_init=5))
    >>> len(ax.get_xticklabels())
    4
    >>> ax.figure.clear()
    """
    check_result(result)
    stability = assess_stability(result) if stability is None else stability
    check_kind("stability", stability, Stability, "what kommtyp.assess_stability returns")
    signs = marks(result.typology.definitions, lang)
    formed = result.types.notna()
    shares = stability.membership.loc[formed, [sign.key for sign in signs]].to_numpy(dtype=float)
    own = result.types[formed].cat.codes.to_numpy()
    ax = new_axes(ax, 7.2, 3.4)
    bare(ax, grid="y")
    start, middles = 0, []
    for place, sign in enumerate(signs):
        block = shares[own == place]
        block = block[np.argsort(-block[:, place], kind="stable")]
        _stack(ax, block, start, [place, *(other for other in range(len(signs)) if other != place)], signs)
        middles.append((start + len(block) / 2, f"{wrapped(sign.label, 18)}\nn = {integer(len(block), lang)}"))
        start += len(block)
    ends = list(accumulate(int((own == place).sum()) for place in range(len(signs) - 1)))
    ax.vlines(ends, 0, 1, color="white", lw=2.4)
    ax.axhline(MIXED, color="white", lw=3.2)
    ax.axhline(MIXED, color=INK, lw=1.2, ls=(0, (4, 3)))
    ax.set_axisbelow(False)
    ax.set_xlim(0, max(start, 1))
    ax.set_ylim(0, 1)
    ax.set_xticks([middle for middle, _ in middles], [label for _, label in middles])
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    ticks_in(ax.yaxis, lambda value: percent(value, lang, 0))
    ax.set_ylabel(phrase(lang, "plot.membership"), size=SMALL, color=INK)
    lines = [phrase(lang, "plot.membership_rows", mixed=percent(MIXED, lang, 0)), resampled(_drawn(stability), lang)]
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4, labelpad=6)
    return ax


def _stack(ax: Axes, block: np.ndarray, start: int, order: Sequence[int], signs: Sequence[Mark]) -> None:
    """Stack the shares of the municipalities of one type, its own at the bottom."""
    if not len(block):
        return
    edges = np.arange(start, start + len(block) + 1)
    below = np.zeros(len(block))
    for place in order:
        above = below + block[:, place]
        if (above > below).any():
            ax.fill_between(
                edges,
                np.append(below, below[-1]),
                np.append(above, above[-1]),
                step="post",
                facecolor=signs[place].colour,
                hatch=signs[place].hatch,
                edgecolor="white",
                linewidth=0,
            )
        below = above
