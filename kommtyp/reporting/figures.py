"""Figures as SVG that stands inside the page: no fetches, the same bytes every time, words for those who cannot see."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from markupsafe import Markup
from matplotlib import rc_context, style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kommtyp.plotting import MARK_PATHS

__all__ = ["Picture", "glyph"]

SALT = "kommtyp"
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


PAPER = '<rect width="100%" height="100%" fill="#ffffff"/>'


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure of the report, drawn once for the page and for its own file.

    Parameters
    ----------
    name : str
        Name of its file, without the ending.
    number : int
        Number in the report.
    caption, alt : str
        What it shows, and the same for those who cannot see it.
    draw : callable
        Draws on a new figure that it opens with what it is given as ``figure``, and returns the Axes.
    left_out : bool
        Whether something is in the table only, because it cannot be shown.
    """

    name: str
    number: int
    caption: str
    alt: str
    draw: Callable[..., Axes]
    left_out: bool = False

    @cached_property
    def drawn(self) -> str:
        """The figure as Matplotlib writes it: the same bytes each time, whatever style the caller has set."""
        with style.context("default"), rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
            figure: Any = self.draw(figure=Figure).figure
            written = StringIO()
            figure.savefig(written, format="svg", metadata=NO_METADATA, transparent=True)
        return written.getvalue()

    @property
    def svg(self) -> Markup:
        """An ``<svg>`` element with title and description, for the middle of a page."""
        return Markup(_inside_page(self.drawn, f"f{self.number}", self.caption, self.alt))

    def save(self, folder: Path) -> Path:
        """Write the figure into a file of its own, on white."""
        path = folder / f"{self.name}.svg"
        on_paper = self.drawn.replace('<g id="figure_1">', f'{PAPER}\n <g id="figure_1">', 1)
        path.write_text(on_paper, encoding="utf-8", newline="\n")
        return path


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
