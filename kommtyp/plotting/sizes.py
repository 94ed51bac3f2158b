"""How many municipalities belong to each type, as a figure."""

from math import isnan

import pandas as pd
from matplotlib.axes import Axes

from kommtyp.definitions import Definitions
from kommtyp.plotting.canvas import INK, MUTED, SMALL, TEXT, OpenFigure, bare, marks, new_axes, ticks_in, wrapped
from kommtyp.texts import Language, counted, integer, percent, phrase
from kommtyp.typology import Classification, check_result

__all__ = ["draw_sizes", "plot_sizes"]


def plot_sizes(result: Classification, *, ax: Axes | None = None, lang: Language = "de") -> Axes:
    """Draw how many municipalities belong to each type.

    One bar a type, labelled with its count and share. Types also differ by hatching, so that the
    figure can be copied in black and white.

    Parameters
    ----------
    result : Classification
        What `fit` or `Typology.classify` returned.
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
    >>> ax = kommtyp.plot_sizes(kommtyp.fit(kommtyp.load_sample(), n_init=20))
    >>> [label.get_text() for label in ax.get_yticklabels()][0]
    'Die Bedächtigen'
    >>> ax.figure.clear()
    """
    check_result(result)
    return draw_sizes(result.sizes, result.typology.definitions, ax=ax, lang=lang)


def draw_sizes(
    table: pd.DataFrame,
    definitions: Definitions,
    *,
    ax: Axes | None = None,
    lang: str = "de",
    figure: OpenFigure | None = None,
) -> Axes:
    """Draw a table of sizes.

    Parameters
    ----------
    table : DataFrame
        Columns ``type, n, share``; missing numbers are suppressed ones and are drawn as words.
    definitions : Definitions
        The types.
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
    numbers = table[["n", "share"]].to_numpy(dtype=float).tolist()
    rows = dict(zip(table["type"], numbers, strict=True))
    signs = marks(definitions, lang)
    ax = new_axes(ax, 6.3, 0.9 + 0.48 * len(signs), figure)
    bare(ax)
    largest = max([0.05, *(share for _, share in numbers if not isnan(share))])
    for place, sign in enumerate(signs):
        n, share = rows[sign.key]
        if isnan(share):
            ax.text(0.006 * largest, place, phrase(lang, "plot.suppressed"), va="center", size=SMALL, color=MUTED)
            continue
        ax.barh(place, share, height=0.62, color=sign.colour, hatch=sign.hatch, edgecolor="white", linewidth=0)
        label = f"{integer(n, lang)} ({percent(share, lang)})"
        ax.text(share + 0.015 * largest, place, label, va="center", size=TEXT, color=INK)
    ax.set_yticks(range(len(signs)), [wrapped(sign.label, 26) for sign in signs])
    ax.set_ylim(len(signs) - 0.5, -0.5)
    ax.set_xlim(0, 1.28 * largest)
    ticks_in(ax.xaxis, lambda share: percent(share, lang, 0))
    total = sum(n for n, _ in numbers)
    facts = [phrase(lang, "plot.share")] + ([] if isnan(total) else [counted(lang, "plot.base", int(total))])
    ax.set_xlabel(phrase(lang, "plot.join").join(facts), size=SMALL, color=INK, loc="left")
    return ax
