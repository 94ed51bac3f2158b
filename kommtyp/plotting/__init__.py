"""Figures: Axes in, Axes out, readable in greyscale and without telling colours apart."""

from kommtyp.plotting.canvas import MARK_PATHS, Mark, marks
from kommtyp.plotting.goals import draw_profile, goal_order, plot_profile
from kommtyp.plotting.indicators import draw_comparison, plot_comparison
from kommtyp.plotting.lines import answer_key, answer_label
from kommtyp.plotting.sizes import draw_sizes, plot_sizes

__all__ = [
    "MARK_PATHS",
    "Mark",
    "answer_key",
    "answer_label",
    "draw_comparison",
    "draw_profile",
    "draw_sizes",
    "goal_order",
    "marks",
    "plot_comparison",
    "plot_profile",
    "plot_sizes",
]
