"""Groups and flows over the number of groups, as a clustergram."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from kommtyp.plotting.canvas import INK, MUTED, SMALL, bare, new_axes, ticks_in
from kommtyp.selection import Across, follow_over_k
from kommtyp.texts import Language, counted, integer, number, phrase
from kommtyp.typology import Classification

__all__ = ["plot_clustergram"]

WIDEST = 16.0
LARGEST = 620.0


def plot_clustergram(
    result: Classification,
    across: Across | None = None,
    *,
    k: Iterable[int] = range(2, 9),
    ax: Axes | None = None,
    lang: Language = "de",
) -> Axes:
    """Draw what becomes of the groups when there is one more.

    Each column is a solution, each disc a group at the mean of its municipalities on the first principal
    component; lines are as wide as the number of municipalities that go from group to group. The shade of a
    disc, and the number on it, is its stability across solutions: 1 if all of it was one group before.

    Parameters
    ----------
    result : Classification
        What `fit` returned.
    across : Across, optional
        What `follow_over_k` returned for it; it is called where not given.
    k : iterable of int
        Numbers of groups, where `across` is not given.
    ax : Axes, optional
        Where to draw; a new figure where it is not given.
    lang : {"de", "en"}
        Language of the labels.

    Returns
    -------
    Axes
        The Axes drawn on.

    References
    ----------
    Schonlau (2002), The Stata Journal 2, 391–402; Dolnicar & Leisch (2017), Marketing Letters 28, 423–436.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> ax = kommtyp.plot_clustergram(result, k=range(2, 5))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['2', '3', '4']
    >>> ax.figure.clear()
    """
    across = follow_over_k(result, k=k) if across is None else across
    groups, flows = across.groups, across.flows
    total = int(groups.loc[groups["k"] == groups["k"].min(), "n"].sum())
    ax = new_axes(ax, 7.2, 4.2)
    bare(ax, grid="")
    columns = {value: place for place, value in enumerate(sorted(groups["k"].unique()))}
    names = [*zip(groups["k"].map(columns), groups["group"], strict=True)]
    height = dict(zip(names, groups["position"].tolist(), strict=True))
    paths = zip(flows["k"].map(columns), flows["before"], flows["group"], flows["n"] / total, strict=True)
    for here, before, group, share in paths:
        ends = [height[here - 1, before], height[here, group]]
        ax.plot([here - 1, here], ends, color=MUTED, alpha=0.45, lw=WIDEST * share, solid_capstyle="butt")
    for (here, group), share, stable in zip(names, groups["n"] / total, groups["slsa"].tolist(), strict=True):
        known = not np.isnan(stable)
        shade = str(round(0.95 - 0.75 * stable, 3)) if known else "white"
        place = (here, height[here, group])
        ax.scatter(*place, s=LARGEST * share + 40, c=shade, edgecolors=INK, linewidths=1, zorder=3)
        if known:
            ink = "white" if stable > 0.55 else INK
            ax.annotate(number(stable, lang, 1), place, ha="center", va="center", size=6.5, color=ink, zorder=4)
    ax.set_xticks(list(columns.values()), [integer(value, lang) for value in columns])
    ax.set_xlim(-0.35, len(columns) - 0.65)
    ticks_in(ax.yaxis, lambda value: number(value, lang, 1))
    ax.set_ylabel(phrase(lang, "plot.component"), size=SMALL, color=INK)
    lines = [phrase(lang, "plot.clustergram"), counted(lang, "plot.base", total)]
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax
