"""What every figure shares: paper, ink, the marks of the types, ticks with a decimal comma."""

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Literal

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from kommtyp.definitions import Definitions
from kommtyp.errors import check_kind

__all__ = [
    "FAINT",
    "FINE",
    "GRID",
    "INK",
    "MARK_PATHS",
    "MUTED",
    "SMALL",
    "TEXT",
    "Mark",
    "OpenFigure",
    "bare",
    "marks",
    "new_axes",
    "ticks_in",
    "wrapped",
]

OpenFigure = Callable[..., Figure]

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
# The same markers as outlines of an SVG path around 0, for lines of text.
MARK_PATHS = {
    "o": "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z",
    "s": "M-4.5,-4.5h9v9h-9z",
    "D": "M0,-5.8l5.8,5.8l-5.8,5.8l-5.8,-5.8z",
    "^": "M0,-5.2l5.4,9.8h-10.8z",
    "v": "M0,5.2l5.4,-9.8h-10.8z",
    "P": "M-1.8,-5.2h3.6v3.4h3.4v3.6h-3.4v3.4h-3.6v-3.4h-3.4v-3.6h3.4z",
    "X": "M-5,-2.6l2.4,-2.4l2.6,2.6l2.6,-2.6l2.4,2.4l-2.6,2.6l2.6,2.6l-2.4,2.4l-2.6,-2.6l-2.6,2.6l-2.4,-2.4l2.6,-2.6z",
    "p": "M0,-5.4l5.2,3.8l-2,6.1h-6.4l-2,-6.1z",
}
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
        unset = not is_color_like(definition.colour) or to_hex(definition.colour) == UNSET_COLOUR
        found.append(
            Mark(
                definition.key,
                definition.title(lang),
                PALETTE[place % len(PALETTE)] if unset else to_hex(definition.colour),
                MARKERS[place % len(MARKERS)],
                HATCHES[place % len(HATCHES)],
            )
        )
    return found


def new_axes(ax: Axes | None, width: float, height: float, figure: OpenFigure | None = None) -> Axes:
    """Return the given Axes, or those of a new figure.

    By default the new figure belongs to pyplot, so that it shows itself in a notebook and answers to
    ``plt.savefig``; without a display, Matplotlib falls back on a backend that needs none.

    Parameters
    ----------
    ax : Axes or None
        Axes to draw on.
    width, height : float
        Size of a new figure in inches.
    figure : callable, optional
        Opens the new figure; `matplotlib.figure.Figure` makes one that pyplot does not know.

    Returns
    -------
    Axes
        Where to draw.

    Raises
    ------
    FitError
        If something else is given.
    """
    if ax is not None:
        check_kind("ax", ax, Axes, "Axes of matplotlib, or None for a new figure")
        return ax
    opened: Figure = (figure or pyplot.figure)(figsize=(width, height), layout="constrained")
    return opened.add_subplot()


def bare(ax: Axes, *, grid: Literal["x", "y", ""] = "x") -> None:
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
    r"""Break a label into lines, and cut it with an ellipsis where it needs too many.

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
    'Effektivität der\nVerwaltungsleistungen\nund -prozesse'
    """
    longest = max((len(word) for word in text.split()), default=width)
    broken = wrap(_plain(text), max(width, min(longest, 2 * width)), break_on_hyphens=False) or [""]
    if len(broken) > lines:
        broken = [*broken[: lines - 1], f"{broken[lines - 1]} …"]
    return "\n".join(broken)


def _plain(text: str) -> str:
    """Keep a dollar sign from starting a formula."""
    return text.replace("$", r"\$")
