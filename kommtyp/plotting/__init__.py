"""Figures: Axes in, Axes out, readable in greyscale and without telling colours apart."""

from kommtyp.plotting.across import plot_clustergram
from kommtyp.plotting.beside import Beside, beside_of
from kommtyp.plotting.canvas import MARK_PATHS, Mark, marks
from kommtyp.plotting.choices import draw_choices, plot_choices
from kommtyp.plotting.findings import draw_findings, plot_findings
from kommtyp.plotting.goals import draw_profile, goal_order, plot_profile
from kommtyp.plotting.indicators import draw_comparison, plot_comparison
from kommtyp.plotting.lines import answer_key, answer_label
from kommtyp.plotting.numbers_of_types import draw_k, plot_k
from kommtyp.plotting.similarity import plot_similarity
from kommtyp.plotting.sizes import draw_sizes, plot_sizes
from kommtyp.plotting.stability import (
    STABILITY_LEVEL,
    draw_stability,
    monte_carlo,
    plot_membership,
    plot_stability,
)
from kommtyp.plotting.waves import plot_waves

__all__ = [
    "MARK_PATHS",
    "STABILITY_LEVEL",
    "Beside",
    "Mark",
    "answer_key",
    "answer_label",
    "beside_of",
    "draw_choices",
    "draw_comparison",
    "draw_findings",
    "draw_k",
    "draw_profile",
    "draw_sizes",
    "draw_stability",
    "goal_order",
    "marks",
    "monte_carlo",
    "plot_choices",
    "plot_clustergram",
    "plot_comparison",
    "plot_findings",
    "plot_k",
    "plot_membership",
    "plot_profile",
    "plot_similarity",
    "plot_sizes",
    "plot_stability",
    "plot_waves",
]
