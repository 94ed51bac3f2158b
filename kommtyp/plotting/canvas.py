"""What every figure shares: paper, ink, the marks of the types, ticks with a decimal comma."""

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from kommtyp.definitions import Definitions

__all__ = ["FAINT", "FINE", "GRID", "INK", "MUTED", "SMALL", "TEXT", "Mark", "bare", "marks", "new_axes", "ticks_in", "wrapped"]

INK = "#1d2733"
MUTED = "#52606d"
FAINT = "#7b8794"
GRID = "#dfe3e8"
TEXT = 9.0
SMALL = 8.0
FINE = 7.2

UNSET_COLOUR = "#555555"
# Okabe & Ito's palette without its yellow, which is too pale on white, darkened where a mark needs it.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#b0578f", "#8a6d00", "#3f8fc4", "#444444", "#7a4fa3")
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p")
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "+++", "ooo", "---")


@dataclass(frozen=True)
class Mark:
    """How one type looks in every figure.

    Parameters
    ----------
    key, label : str
        Machine name and name for readers.
    colour, marker, hatch : str
        Three signs of the type, each enough by itself.
    """

    key: str
    label: str
    colour: str
    marker: str
    hatch: str


def marks(definitions: Definitions, lang: str) -> list[Mark]:
    """Return the signs of all types, in their order.

    Parameters
    ----------
    definitions : Definitions
        The types; one without a colour of its own gets the next of a colour-blind-safe palette.
    lang : {"de", "en"}
        Language of the labels.

    Returns
    -------
    list of Mark
        One for each type.

    Examples
    --------
    >>> from kommtyp.definitions import Definitions, TypeDefinition
    >>> [mark.marker for mark in marks(Definitions((TypeDefinition("a", "A"), TypeDefinition("b", "B"))), "de")]
    ['o', 's']
    """
    found = []
    for place, definition in enumerate(definitions.types):
        unset = definition.colour.lower() in ("", UNSET_COLOUR)
        found.append(
            Mark(
                definition.key,
                definition.title(lang),
                PALETTE[place % len(PALETTE)] if unset else definition.colour,
                MARKERS[place % len(MARKERS)],
                HATCHES[place % len(HATCHES)],
            )
        )
    return found


def new_axes(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the given Axes, or those of a new figure.

    The new figure belongs to pyplot, so that it shows itself in a notebook and answers to ``plt.savefig``;
    without a display, Matplotlib falls back on a backend that needs none.

    Parameters
    ----------
    ax : Axes or None
        Axes to draw on.
    width, height : float
        Size of a new figure in inches.

    Returns
    -------
    Axes
        Where to draw.
    """
    if ax is not None:
        return ax
    return pyplot.figure(figsize=(width, height), layout="constrained").add_subplot()


def bare(ax: Axes, *, grid: str = "x") -> None:
    """Take away the frame and leave light lines along one axis.

    Parameters
    ----------
    ax : Axes
        Axes to clear.
    grid : {"x", "y", ""}
        Axis whose ticks get lines.
    """
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0, labelsize=SMALL, labelcolor=INK)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(visible=True, axis=grid, color=GRID, linewidth=0.8)


def ticks_in(axis: Any, write: Callable[[float], str]) -> None:
    """Label the ticks of an axis with a function of their value.

    Parameters
    ----------
    axis : Axis
        ``ax.xaxis`` or ``ax.yaxis``.
    write : callable
        From the value to the label.
    """
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))


def wrapped(text: str, width: int, lines: int = 3) -> str:
    """Break a label into lines, and cut it with an ellipsis where it needs too many.

    Parameters
    ----------
    text : str
        The label.
    width : int
        Letters in a line.
    lines : int
        Lines at most.

    Returns
    -------
    str
        The label with line breaks.

    Examples
    --------
    >>> wrapped("Effektivität der Verwaltungsleistungen und -prozesse", 24)
    'Effektivität der\\nVerwaltungsleistungen\\nund -prozesse'
    """
    longest = max((len(word) for word in text.split()), default=width)
    broken = wrap(_plain(text), max(width, min(longest, 2 * width)), break_on_hyphens=False) or [""]
    if len(broken) > lines:
        broken = [*broken[: lines - 1], f"{broken[lines - 1][: width - 1].rstrip()}…"]
    return "\n".join(broken)


def _plain(text: str) -> str:
    """Keep a dollar sign from starting a formula."""
    return text.replace("$", r"\$")
