"""How clearly municipalities belong to one type, as a histogram for each type."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from kommtyp.plotting.canvas import GRID, INK, SMALL, bare, marks, new_axes, ticks_in, wrapped
from kommtyp.texts import Language, counted, number, phrase
from kommtyp.typology import Classification, check_result

__all__ = ["plot_similarity"]

BINS = 25
HEIGHT = 0.82


def plot_similarity(result: Classification, *, ax: Axes | None = None, lang: Language = "de") -> Axes:
    """Draw how similar all municipalities are to each type: a gorge where types are well apart.

    The similarity to a type is exp(−distance to its centre), divided by the sum over all types, so it lies
    between 0 and 1. Well separated types have municipalities at both ends and few between: the histogram looks
    like a gorge (Dolnicar, Grün & Leisch 2018).

    Parameters
    ----------
    result : Classification
        What `fit` returned.
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
    Dolnicar, Grün & Leisch (2018), Market Segmentation Analysis, Springer; R's ``flexclust``.

    Examples
    --------
    >>> import kommtyp
    >>> ax = kommtyp.plot_similarity(kommtyp.fit(kommtyp.load_sample(), n_init=20))
    >>> [label.get_text() for label in ax.get_yticklabels()][0]
    'Die Bedächtigen'
    >>> ax.figure.clear()
    """
    check_result(result)
    signs = marks(result.typology.definitions, lang)
    formed = result.types.notna()
    similar = _similarities(result.distances[formed].to_numpy(dtype=float))
    counts = np.stack([np.histogram(column, bins=BINS, range=(0, 1))[0] for column in similar.T])
    ax = new_axes(ax, 7.2, 1.2 + 0.75 * len(signs))
    bare(ax)
    edges = np.linspace(0, 1, BINS + 1)
    scale = HEIGHT / max(counts.max(), 1)
    for place, (sign, heights) in enumerate(zip(signs, counts, strict=True)):
        floor = len(signs) - 1 - place
        ax.stairs(
            floor + heights * scale,
            edges,
            baseline=floor,
            fill=True,
            facecolor=sign.colour,
            hatch=sign.hatch,
            edgecolor="white",
            linewidth=0,
        )
        ax.axhline(floor, color=GRID, lw=0.8)
    ax.set_yticks(range(len(signs) - 1, -1, -1), [wrapped(sign.label, 26) for sign in signs])
    ax.set_ylim(-0.05, len(signs))
    ax.set_xlim(0, 1)
    ticks_in(ax.xaxis, lambda value: number(value, lang, 1))
    lines = [phrase(lang, "plot.similarity"), counted(lang, "plot.base", int(formed.sum()))]
    ax.set_xlabel("\n".join(lines), size=SMALL, color=INK, loc="left", linespacing=1.4)
    return ax


def _similarities(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.exp(distances.min(axis=1, keepdims=True) - distances)
    return weights / weights.sum(axis=1, keepdims=True)
