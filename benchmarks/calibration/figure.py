"""A picture of all cells: coverage of the intervals, size of the tests."""

import matplotlib.pyplot as plt
import numpy as np
from grid import SIZES
from matplotlib.ticker import PercentFormatter

COLOURS = ("#5e1f8a", "#3b6fb5", "#2a9d8f", "#b5a136", "#e07b39")
MARKS = ("o", "s", "^", "D", "v")
TARGET, GOAL, ROW = "#c9c9c9", "#444444", "#f2f2f2"
LEGEND = "A mark for each cell, a bar for the mean; grey: target, dashed: least allowed. Answers of the smallest type:"
PANELS = {
    "Coverage of the 95 % intervals": ((0.88, 1.0), (0.94, 0.96), 0.925),
    "Alarms of the 5 % tests where nothing differs": ((0.0, 0.1), (0.04, 0.06), None),
}


def draw(cells, path):
    """Draw one row of marks for each kind, one mark for each cell, a bar at their mean, and save it."""
    parts = [[cell for cell in cells if cell.of_test == of_test] for of_test in (False, True)]
    shown = [(title, part) for title, part in zip(PANELS, parts, strict=True) if part]
    rows = max(len({cell.kind for cell in part}) for _, part in shown)
    figure, axes = plt.subplots(
        1, len(shown), figsize=(9 * len(shown), 1.8 + 0.36 * rows), layout="constrained", squeeze=False
    )
    for ax, (title, part) in zip(axes[0], shown, strict=True):
        panel(ax, part, title, *PANELS[title])
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper center", ncols=len(labels), title=LEGEND, frameon=False, markerscale=2.5
    )
    figure.savefig(path, dpi=110)


def panel(ax, cells, title, limits, target, floor):
    kinds = list(dict.fromkeys(cell.kind for cell in cells))
    ax.axvspan(*target, color=TARGET, lw=0, zorder=0.5)
    if floor:
        ax.axvline(floor, color=GOAL, lw=1, ls=(0, (4, 3)), zorder=1)
    for place, (n, colour, mark) in enumerate(zip(SIZES, COLOURS, MARKS, strict=True)):
        own = [cell for cell in cells if cell.n == n]
        rows = np.array([kinds.index(cell.kind) for cell in own]) + (place - 2) * 0.15
        ax.scatter([cell.rate for cell in own], rows, s=11, color=colour, marker=mark, alpha=0.55, lw=0, label=f"{n}")
    means = [np.mean([cell.rate for cell in cells if cell.kind == kind]) for kind in kinds]
    places = np.arange(len(kinds))
    ax.vlines(means, places - 0.42, places + 0.42, color="black", lw=2, zorder=3)
    ax.hlines(places[::2], 0, 1, color=ROW, lw=24, zorder=0)
    rates = [cell.rate for cell in cells]
    ends = (min(limits[0], min(rates) - 0.003), max(limits[1], max(rates) + 0.003))
    ax.set(xlim=(ends[0], min(ends[1], 1.002)), ylim=(len(kinds) - 0.4, -0.6), yticks=places)
    ax.set_yticklabels(kinds)
    ax.set_title(title, loc="left", fontweight="bold")
    ax.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
