"""Estimates side by side with others of the same: adjusted, or with the doubt about the types."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isclose, isnan
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes

from kommtyp.comparison import Comparison
from kommtyp.errors import FitError, check_choice
from kommtyp.plotting.canvas import FINE, INK, MUTED, Mark
from kommtyp.plotting.lines import Line
from kommtyp.texts import counted, integer, listing, number, phrase

__all__ = ["LANE", "Basis", "Beside", "beside_of", "draw_pair", "on_one_scale"]

Basis = Literal["adjusted", "uncertain"]
ESTIMATE = ["indicator", "category", "type", "n", "estimate", "ci_low", "ci_high"]
KEYS = ["indicator", "category", "type"]
LANE = 1.9
APART = 0.36
SPAN = 20


@dataclass(frozen=True, eq=False)
class Beside:
    """Estimates to be drawn beside the plain ones.

    Parameters
    ----------
    table : DataFrame
        Columns ``indicator, category, type, n, estimate, ci_low, ci_high``; missing estimates are suppressed ones.
    caption : str
        What they are.
    below : mapping of str to str
        Indicator → words below its name, such as the number of strata.
    """

    table: pd.DataFrame
    caption: str
    below: Mapping[str, str]


def beside_of(comparison: Comparison, basis: Basis, lang: str, *, shown: pd.DataFrame | None = None) -> Beside:
    """Return what stands beside the plain estimates of a comparison.

    Parameters
    ----------
    comparison : Comparison
        What `kommtyp.compare` returned, with `adjust_for` or with `n_boot`.
    basis : {"adjusted", "uncertain"}
        Which estimates.
    lang : {"de", "en"}
        Language.
    shown : DataFrame, optional
        The table without what must not be shown; that of the comparison where None.

    Returns
    -------
    Beside
        The estimates, and what they are.

    Raises
    ------
    FitError
        If the basis is unknown, or the comparison holds nothing of the kind.
    """
    check_choice("beside", basis, ("adjusted", "uncertain"))
    table = getattr(comparison, basis) if shown is None else shown
    if table.empty:
        ask = "adjust_for=[…]" if basis == "adjusted" else "n_boot=1000"
        raise FitError(f"beside: {basis!r} given, but the comparison holds no such estimates. Compare with {ask}.")
    if basis == "uncertain":
        counts = comparison.estimates[[*KEYS, "n"]]
        table = table if "n" in table else table.merge(counts, on=KEYS, how="left", sort=False)
        caption = phrase(lang, "plot.beside.uncertain", n_boot=integer(comparison.n_boot, lang))
        return Beside(table[ESTIMATE], caption, {})
    items = listing((comparison.codebook[name].title(lang) for name in comparison.adjust_for), lang)
    plain, own = (_n(one) for one in (comparison.estimates, comparison.adjusted))
    strata = {
        str(name): _strata(rows.iloc[0], int(own[name]) if own[name] != plain[name] else None, lang)
        for name, rows in table.groupby("indicator", sort=False)
    }
    return Beside(table[ESTIMATE], phrase(lang, "plot.beside.adjusted", items=items), strata)


def _n(table: pd.DataFrame) -> pd.Series:
    """Municipalities by indicator, all types together."""
    return table.drop_duplicates(["indicator", "type"]).groupby("indicator")["n"].sum()


def _strata(row: pd.Series, n: int | None, lang: str) -> str:
    """Say how many strata there are, from how many they were pooled, and of how many municipalities if fewer."""
    pooled = re.match(r"(\d+) strata pooled", row["note"])
    kind = "pooled" if pooled else "strata"
    before = integer(int(pooled[1]), lang) if pooled else ""
    said = counted(lang, f"plot.beside.{kind}", int(row["strata"]), before=before)
    return said if n is None else f"{said} (n = {integer(n, lang)})"


def on_one_scale(row: Line, other: Line, lang: str) -> tuple[Line, Line]:
    """Give two lines of an indicator the same ends, those further out, and as many digits as small changes need.

    Parameters
    ----------
    row, other : Line
        The same indicator twice.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    tuple of Line
        Both with common ends.
    """
    low, high = min(row.low, other.low), max(row.high, other.high)
    ends = row.ends if (row.low, row.high) == (other.low, other.high) else (row.write(low), row.write(high))
    write = row.write if row.share or high - low > SPAN else partial(number, lang=lang, digits=2)
    first, second = (replace(line, low=low, high=high, ends=ends, write=write) for line in (row, other))
    return first, second


def draw_pair(ax: Axes, pair: tuple[Line, Line], signs: Sequence[Mark], top: float, lang: str) -> None:
    """Draw the marks of all types twice: hollow as they are, filled beside; a thin line joins them.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    pair : tuple of Line
        Plain estimates, and those beside them, on one scale.
    signs : sequence of Mark
        The types.
    top : float
        Place of the first type.
    lang : {"de", "en"}
        Language.
    """
    row, other = pair
    for place, sign in enumerate(signs):
        y = top + LANE * place
        if sign.key not in row.values or sign.key not in other.values:
            ax.text(0.004, y, phrase(lang, "plot.suppressed"), size=FINE, color=MUTED, va="center")
            continue
        (own, *_), (beside, *_) = row.values[sign.key], other.values[sign.key]
        heights = (y - APART, y + APART)
        ax.plot([row.at(own), other.at(beside)], heights, color=sign.colour, lw=0.8, ls=(0, (1, 1.2)), zorder=1.5)
        right = max(
            _draw_mark(ax, line, sign, height, filled=line is other)
            for line, height in zip(pair, heights, strict=True)
        )
        words = row.write(own)
        if not isclose(own, beside, rel_tol=1e-9):
            words = phrase(lang, "plot.beside.values", plain=words, other=other.write(beside))
        ax.annotate(
            words, (right, y), xytext=(6, 0), textcoords="offset points", size=FINE, color=INK, va="center",
            annotation_clip=False,
        )


def _draw_mark(ax: Axes, line: Line, sign: Mark, y: float, *, filled: bool) -> float:
    """Draw an estimate with its interval, and return how far it reaches."""
    estimate, low, high = map(line.at, line.values[sign.key])
    width = 1.7 if filled else 0.9
    ax.plot([low, high], [y, y], color=sign.colour, lw=width, solid_capstyle="butt", clip_on=False)
    look: dict[str, Any] = {"mfc": "white", "mew": 1.0, "ms": 4.6}
    if filled:
        look = {"mec": "white", "mew": 0.6, "ms": 6.0}
    ax.plot(estimate, y, marker=sign.marker, color=sign.colour, ls="", clip_on=False, zorder=3, **look)
    return estimate if isnan(high) else max(estimate, high)
