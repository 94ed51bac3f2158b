"""Figures as SVG that stands inside the page: no fetches, the same bytes every time, words for those who cannot see."""

import re
from collections.abc import Callable
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from matplotlib import rc_context, style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kommtyp.plotting import MARK_PATHS

__all__ = ["glyph", "svg", "svg_file"]

SALT = "kommtyp"
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def svg(draw: Callable[..., Axes], *, name: str, title: str, description: str) -> str:
    """Draw a figure as SVG for the middle of an HTML page.

    Parameters
    ----------
    draw : callable
        Draws on a new figure that it opens with what it is given as ``figure``, and returns the Axes.
    name : str
        Start of every id in the figure, so that two figures on a page do not share one.
    title, description : str
        What the figure shows, for those who cannot see it.

    Returns
    -------
    str
        An ``<svg>`` element with title and description.
    """
    return _inside_page(_drawn(draw, transparent=True), name, title, description)


def svg_file(draw: Callable[..., Axes], path: Path) -> Path:
    """Draw a figure into an SVG file of its own, on white.

    Parameters
    ----------
    draw : callable
        As in `svg`.
    path : Path
        File to write.

    Returns
    -------
    Path
        The file.
    """
    path.write_text(_drawn(draw, transparent=False), encoding="utf-8", newline="\n")
    return path


def _drawn(draw: Callable[..., Axes], *, transparent: bool) -> str:
    """Return the same bytes for the same figure, whatever style the caller has set."""
    with style.context("default"), rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
        figure: Any = draw(figure=Figure).figure
        written = StringIO()
        figure.savefig(written, format="svg", metadata=NO_METADATA, transparent=transparent)
    return written.getvalue()


def _inside_page(written: str, name: str, title: str, description: str) -> str:
    """Take out what only a file of its own needs, and put in what a page needs."""
    body = written[written.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.DOTALL)
    body = re.sub(r' xmlns(:\w+)?="[^"]*"', "", body)
    body = body.replace("xlink:href", "href")
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', body)
    width = float(size[1]) if size else 500.0
    head, _, rest = body.partition(">")
    head = re.sub(r' (width|height|version)="[^"]*"', "", head)
    limits = f"max-width:{1.5 * width:.0f}px;min-width:{0.9 * width:.0f}px"
    labels = (
        f' role="img" aria-labelledby="{name}-title {name}-text" style="{limits}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(description)}</desc>'
    )
    return head + labels + rest.rstrip()


def glyph(marker: str, colour: str) -> str:
    """Draw the mark of a type as it stands in the figures, for lines of text.

    Parameters
    ----------
    marker : str
        Matplotlib's sign of the marker.
    colour : str
        Hex colour.

    Returns
    -------
    str
        A small ``<svg>`` that readers of the page aloud pass over.

    Examples
    --------
    >>> "#000000" in glyph("o", "#000000")
    True
    """
    return (
        f'<svg class="glyph" viewBox="-6 -6 12 12" aria-hidden="true">'
        f'<path d="{MARK_PATHS[marker]}" fill="{escape(colour)}"/></svg>'
    )
