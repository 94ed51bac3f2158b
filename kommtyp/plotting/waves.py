"""Two waves of a survey: shares then and now, or who moved where."""

from typing import Any, Literal, get_args

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray

from kommtyp.errors import FitError, check_choice, check_kind
from kommtyp.plotting.canvas import (
    FAINT,
    FINE,
    INK,
    MUTED,
    SMALL,
    TEXT,
    Mark,
    bare,
    marks,
    new_axes,
    ticks_in,
    wrapped,
)
from kommtyp.texts import Language, confidence, counted, integer, interval, percent, phrase, signed
from kommtyp.waves import Waves

__all__ = ["plot_waves"]

View = Literal["shares", "moves"]
ASIDE = 0.035  # how far the lines of two types stand apart sideways
LINE = 1.32 * SMALL / 72  # height of a line of a label, in inches
GAP = 0.03  # between two types in a column of moves
BAR = 0.05
BEND = 0.45
LEAST_SHOWN = 5  # fewer that moved together bear no number,
NARROWEST = 0.032  # nor do bands in which it would not fit


def plot_waves(waves: Waves, *, show: View = "shares", ax: Axes | None = None, lang: Language = "de") -> Axes:
    """Draw the shares of the types in two waves, or who moved where.

    ``"shares"`` are those of all municipalities of each wave with their intervals; lines join then and now.
    ``"moves"`` are those of the municipalities in both: a band from type to type is as wide as the number that
    went that way, coloured where the type stayed and grey where it changed. Few that moved bear no number.

    Parameters
    ----------
    waves : Waves
        What `compare_waves` returned.
    show : {"shares", "moves"}
        What is drawn.
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
        If moves are asked for and no municipality has a type in both waves.

    Examples
    --------
    >>> import kommtyp
    >>> earlier = kommtyp.fit(kommtyp.make_survey(150, random_state=1), n_init=10)
    >>> waves = kommtyp.compare_waves(earlier, kommtyp.make_survey(150, random_state=2), paired=False, n_boot=0)
    >>> ax = kommtyp.plot_waves(waves, lang="en")
    >>> [label.get_text().splitlines()[0] for label in ax.get_xticklabels()]
    ['then', 'now']
    >>> ax.figure.clear()
    """
    check_kind("waves", waves, Waves, "what kommtyp.compare_waves returns")
    check_choice("show", show, get_args(View))
    signs = marks(waves.definitions, lang)
    if show == "shares":
        return _draw_shares(waves, signs, ax, lang)
    if not waves.matched:
        raise FitError("show: 'moves' wanted, but no municipality has a type in both waves. Use show='shares'.")
    return _draw_moves(waves, signs, ax, lang)


def _draw_shares(waves: Waves, signs: list[Mark], ax: Axes | None, lang: str) -> Axes:
    table = waves.shares[waves.shares["basis"] == "all"].set_index("type")
    ax = new_axes(ax, 7.2, 4.2 + 0.35 * max(len(signs) - 4, 0))
    bare(ax, grid="y")
    sides = [table[[side, f"{side}_low", f"{side}_high"]].to_numpy(dtype=float) for side in ("earlier", "later")]
    top = float(np.nanmax([side[:, 2] for side in sides])) * 1.06
    for place, sign in enumerate(signs):
        aside = ASIDE * (place - (len(signs) - 1) / 2)
        shares = [side[place, 0] for side in sides]
        ax.plot([aside, 1 + aside], shares, color=sign.colour, lw=1.8, zorder=2)
        for x, (share, low, high) in enumerate(side[place] for side in sides):
            ax.plot([x + aside] * 2, [low, high], color=sign.colour, lw=1.2, zorder=2)
            ax.plot(x + aside, share, marker=sign.marker, color=sign.colour, ms=6.5, mec="white", mew=0.8, zorder=3)
    changes = table[["change", "ci_low", "ci_high"]].to_numpy(dtype=float)
    ax.set_ylim(0, top)
    _label_shares(ax, signs, sides, changes, lang=lang)
    ax.set_xlim(-0.2 - 0.6 * ASIDE * len(signs), 2.0)
    ticks_in(ax.yaxis, lambda share: percent(share, lang, 0))
    then, now = waves.samples["with_type"].tolist()
    _columns(ax, (then, now), lang)
    intervals = phrase(lang, "plot.interval", level=confidence(waves.level, lang))
    lines = [phrase(lang, "waves.plot.shares"), phrase(lang, "waves.plot.change", intervals=intervals)]
    if waves.matched:
        lines.append(counted(lang, "waves.plot.twice", waves.matched))
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax


def _label_shares(
    ax: Axes, signs: list[Mark], sides: list[NDArray[Any]], changes: NDArray[Any], *, lang: str
) -> None:
    """Write the shares beside both ends of the lines, and the names on the right."""
    outside = ASIDE * len(signs) / 2 + 0.04
    for x, side in enumerate(sides):
        words = [percent(share, lang) for share in side[:, 0]]
        if x:
            moved = [f"{signed(d, lang, 1)}; {interval(low, high, lang, 1)}" for d, low, high in 100 * changes]
            lines = zip(signs, words, moved, strict=True)
            words = [f"{wrapped(sign.label, 34, 2)}\n{share} ({change})" for sign, share, change in lines]
        place = x + (outside if x else -outside)
        for sign, height, text in zip(signs, _spread(ax, side[:, 0], words), words, strict=True):
            ax.plot(place, height, marker=sign.marker, color=sign.colour, ms=5.5, mec="white", mew=0.6)
            ax.text(place + (0.03 if x else -0.03), height, text, color=INK, size=SMALL, va="center",
                    ha="left" if x else "right", linespacing=1.15)  # fmt: skip


def _spread(ax: Axes, heights: NDArray[Any], words: list[str]) -> NDArray[np.float64]:
    """Move labels apart until none covers another, as little as needed."""
    bottom, top = ax.get_ylim()
    height = ax.bbox.height / ax.figure.dpi
    line = LINE * (top - bottom) / height
    order = np.argsort(heights, kind="stable")
    half = np.array([words[place].count("\n") + 1.2 for place in order]) * line / 2
    places = np.array(heights, dtype=float)[order]
    for _ in range(500):
        close = half[:-1] + half[1:] - np.diff(places)
        if (close <= 1e-3 * line).all():
            break
        push = np.maximum(close, 0) / 2
        places[:-1] -= push
        places[1:] += push
        places = np.clip(places, bottom + half, None)
    spread = np.empty(len(places))
    spread[order] = places
    return spread


def _columns(ax: Axes, counts: tuple[int, int], lang: str) -> None:
    words = [
        phrase(lang, f"waves.plot.{name}", base=counted(lang, "plot.base", count))
        for name, count in zip(("then", "now"), counts, strict=True)
    ]
    ax.set_xticks([0, 1], words)
    ax.tick_params(axis="x", labelsize=TEXT)


def _draw_moves(waves: Waves, signs: list[Mark], ax: Axes | None, lang: str) -> Axes:
    keys = [sign.key for sign in signs]
    counts = (
        waves.transitions.pivot(index="type_earlier", columns="type_later", values="n").loc[keys, keys].to_numpy(int)
    )
    total = counts.sum()
    ax = new_axes(ax, 7.2, 4.6 + 0.35 * max(len(signs) - 4, 0))
    bare(ax, grid="")
    share = counts / total
    left, right = (_stack(margin) for margin in (share.sum(axis=1), share.sum(axis=0)))
    # Within a type the bands leave and arrive in the order of the types, so that as few as can be cross.
    starts = left[:, None] - np.cumsum(share, axis=1) + share
    ends = right[None, :] - np.cumsum(share, axis=0) + share
    for i, j in np.argwhere(counts):
        stayed = i == j
        colour, alpha = (signs[i].colour, 0.5) if stayed else (FAINT, 0.35)
        ax.add_patch(_band(starts[i, j], ends[i, j], share[i, j], colour, alpha))
    for i, j in np.argwhere((counts >= LEAST_SHOWN) & (share >= NARROWEST)):
        x = 0.5 if i == j else BAR + 0.02
        height = (starts[i, j] + ends[i, j]) / 2 if i == j else starts[i, j]
        ax.text(x, height - share[i, j] / 2, integer(counts[i, j], lang), size=FINE, color=INK, va="center",
                ha="center" if i == j else "left")  # fmt: skip
    ax.set_xlim(-0.62, 1.62)
    ax.set_ylim(-0.02, 1.02 + GAP * (len(keys) - 1))
    for x, tops, margin in ((0.0, left, counts.sum(axis=1)), (1.0, right, counts.sum(axis=0))):
        _bars(ax, x, tops, margin, signs=signs, lang=lang)
    ax.set_yticks([])
    _columns(ax, (int(total), int(total)), lang)
    stayed = waves.agreement.set_index("measure").loc["stayed"]
    words = phrase(lang, "waves.plot.stayed", share=percent(stayed["estimate"], lang, 0),
                   interval=interval(stayed["ci_low"], stayed["ci_high"], lang, 0, share=True))  # fmt: skip
    facts = [phrase(lang, "waves.plot.moves"), f"{words}; {phrase(lang, 'waves.plot.unnumbered')}"]
    ax.set_xlabel("\n".join(facts), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax


def _stack(shares: NDArray[Any]) -> NDArray[np.float64]:
    """Upper edge of each type in a column, the first on top."""
    k = len(shares)
    return 1 + GAP * (k - 1) - np.cumsum(shares) + shares - GAP * np.arange(k)


def _band(start: float, end: float, height: float, colour: str, alpha: float) -> PathPatch:
    """A band that leaves one column and arrives at the other, both levelly."""
    x0, x1 = BAR / 2, 1 - BAR / 2
    middle = (x0 + BEND * (x1 - x0), x1 - BEND * (x1 - x0))
    points = [
        (x0, start), (middle[0], start), (middle[1], end), (x1, end),
        (x1, end - height), (middle[1], end - height), (middle[0], start - height), (x0, start - height), (x0, start),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    return PathPatch(
        Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]), facecolor=colour, alpha=alpha, lw=0
    )


def _bars(ax: Axes, x: float, tops: NDArray[Any], counts: NDArray[Any], *, signs: list[Mark], lang: str) -> None:
    total = int(counts.sum())
    words = [
        f"{wrapped(sign.label, 25, 2)}\n{integer(n, lang)} ({percent(n / total, lang)})"
        for sign, n in zip(signs, counts.tolist(), strict=True)
    ]
    middle = _spread(ax, tops - counts / total / 2, words)
    for sign, top, n, height, text in zip(signs, tops, counts.tolist(), middle, words, strict=True):
        ax.add_patch(
            Rectangle((x - BAR / 2, top - n / total), BAR, n / total, facecolor=sign.colour, hatch=sign.hatch,
                      edgecolor="white", lw=0)
        )  # fmt: skip
        ax.text(x + (BAR if x else -BAR), height, text, size=SMALL, color=INK if n else MUTED, va="center",
                ha="left" if x else "right", linespacing=1.15)  # fmt: skip
