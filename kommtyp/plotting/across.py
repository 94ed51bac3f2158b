"""Groups and flows over the number of groups, as a clustergram."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from kommtyp.errors import check_kind
from kommtyp.plotting.canvas import INK, MUTED, SMALL, bare, new_axes, ticks_in
from kommtyp.selection import Across, follow_over_k
from kommtyp.texts import Language, counted, integer, number, phrase
from kommtyp.typology import Classification

__all__ = ["plot_clustergram"]

Array = NDArray[np.float64]
WIDEST = 16.0
LARGEST = 620.0
FREE = 0.7  # of the height of the Axes, once labels have their room
ROUNDS = 20


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
    component, groups that lie alike on it moved apart as little as it takes; lines are as wide as the number
    of municipalities that go from group to group. The shade of a disc, and the number on it, is its stability
    across solutions: 1 if all of it was one group before.

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
    check_kind("across", across, Across, "what kommtyp.follow_over_k returns")
    groups, flows = across.groups, across.flows
    total = int(groups.loc[groups["k"] == groups["k"].min(), "n"].sum())
    ax = new_axes(ax, 7.2, 4.2)
    bare(ax, grid="")
    columns = {value: place for place, value in enumerate(sorted(groups["k"].unique()))}
    names = [*zip(groups["k"].map(columns), groups["group"], strict=True)]
    sizes = LARGEST * groups["n"].to_numpy() / total + 40
    places, ends = _beside_each_other(groups["position"].to_numpy(), np.sqrt(sizes), groups["k"].to_numpy(), ax)
    ax.set_ylim(*ends)
    height = dict(zip(names, places.tolist(), strict=True))
    paths = zip(flows["k"].map(columns), flows["before"], flows["group"], flows["n"] / total, strict=True)
    for here, before, group, share in paths:
        line = [height[here - 1, before], height[here, group]]
        ax.plot([here - 1, here], line, color=MUTED, alpha=0.45, lw=WIDEST * share, solid_capstyle="butt")
    for (here, group), size, stable in zip(names, sizes, groups["slsa"].tolist(), strict=True):
        _disc(ax, (here, height[here, group]), size, stable, lang)
    ax.set_xticks(list(columns.values()), [integer(value, lang) for value in columns])
    ax.set_xlim(-0.35, len(columns) - 0.65)
    ticks_in(ax.yaxis, lambda value: number(value, lang, 1))
    ax.set_ylabel(phrase(lang, "plot.component"), size=SMALL, color=INK)
    lines = [phrase(lang, "plot.clustergram"), counted(lang, "plot.base", total)]
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax


def _disc(ax: Axes, place: tuple[float, float], size: float, stable: float, lang: str) -> None:
    """Draw a group, the darker the more stable, with its stability where it is known."""
    known = not np.isnan(stable)
    shade = str(round(0.95 - 0.75 * stable, 3)) if known else "white"
    ax.scatter(*place, s=size, c=shade, edgecolors=INK, linewidths=1, zorder=3)
    if known:
        ink = "white" if stable > 0.55 else INK
        ax.annotate(number(stable, lang, 1), place, ha="center", va="center", size=6.5, color=ink, zorder=4)


def _beside_each_other(position: Array, wide: Array, column: Array, ax: Axes) -> tuple[Array, tuple[float, float]]:
    """Move discs of one column apart that would cover each other; `wide` are their diameters in points.

    Returns where they stand, and the ends of the axis. How many units of the axis a point is depends on where
    the discs come to stand, so both are found in turn.
    """
    height = ax.get_window_extent().height * 72 / ax.figure.dpi * FREE
    places, unit = position, 0.0
    for _ in range(ROUNDS):
        low, high = (places - unit * wide / 2).min(), (places + unit * wide / 2).max()
        unit = (high - low) / height
        places = position.copy()
        for one in np.unique(column):
            own = np.flatnonzero(column == one)
            own = own[np.argsort(position[own], kind="stable")]
            places[own] = _apart(position[own], unit * (wide[own][1:] + wide[own][:-1]) / 2)
    edge = unit * wide.max() / 2
    return places, (float(places.min() - edge), float(places.max() + edge))


def _apart(position: Array, gaps: Array) -> Array:
    """Move rising positions as little as it takes to leave the gaps (least squares: pool adjacent violators)."""
    shift = np.concatenate([[0.0], np.cumsum(gaps)])
    pools: list[tuple[float, int]] = []
    for value in (position - shift).tolist():
        mean, size = value, 1
        while pools and pools[-1][0] >= mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    return np.repeat([mean for mean, _ in pools], [size for _, size in pools]) + shift
