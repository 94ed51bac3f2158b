"""A picture of all cells: coverage of the intervals, size of the tests."""

import matplotlib.pyplot as plt
import numpy as np
from grid import SIZES

COLOURS = ("#5e1f8a", "#3b6fb5", "#2a9d8f", "#b5a136", "#e07b39")
MARKS = ("o", "s", "^", "D", "v")
TARGET, GOAL = "#bbbbbb", "#444444"
PANELS = {
    "coverage of 95 % intervals": ((0.84, 1.0), (0.94, 0.96), 0.925),
    "share of alarms of 5 % tests without any difference": ((0.0, 0.15), (0.04, 0.06), None),
}


def draw(cells, path):
    """Draw one row of points for each kind, one point for each cell, a bar at their mean, and save it."""
    parts = [[cell for cell in cells if cell.of_test == of_test] for of_test in (False, True)]
    shown = [(title, part) for title, part in zip(PANELS, parts, strict=True) if part]
    rows = max(len({cell.kind for cell in part}) for _, part in shown)
    figure, axes = plt.subplots(
        1, len(shown), figsize=(9 * len(shown), 1.6 + 0.36 * rows), layout="constrained", squeeze=False
    )
    for ax, (title, part) in zip(axes[0], shown, strict=True):
        panel(ax, part, title, *PANELS[title])
    handles, labels = axes[0][0].get_legend_handles_labels()
    title = "answers of the smallest type"
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), title=title, frameon=False)
    figure.savefig(path, dpi=130)


def panel(ax, cells, title, limits, target, floor):
    kinds = list(dict.fromkeys(cell.kind for cell in cells))
    ax.axvspan(*target, color=TARGET, alpha=0.4, lw=0, zorder=0)
    if floor:
        ax.axvline(floor, color=GOAL, lw=1, ls=(0, (4, 3)), zorder=1)
    for place, (n, colour, mark) in enumerate(zip(SIZES, COLOURS, MARKS, strict=True)):
        own = [cell for cell in cells if cell.n == n]
        rates = np.array([cell.rate for cell in own])
        rows = np.array([kinds.index(cell.kind) for cell in own]) + (place - 2) * 0.15
        inside = np.clip(rates, *limits)
        ax.scatter(inside, rows, s=9, color=colour, marker=mark, alpha=0.55, lw=0, label=f"{n}", zorder=2)
    means = [np.mean([cell.rate for cell in cells if cell.kind == kind]) for kind in kinds]
    ax.vlines(means, np.arange(len(kinds)) - 0.42, np.arange(len(kinds)) + 0.42, color="black", lw=2, zorder=3)
    ax.set(xlim=limits, ylim=(len(kinds) - 0.4, -0.6), yticks=range(len(kinds)), title=title)
    ax.set_yticklabels(kinds)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color="#eeeeee", lw=6)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
