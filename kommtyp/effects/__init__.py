"""Effect sizes: how far groups differ, whatever their number of municipalities."""

from kommtyp.effects.dominance import cliffs_delta
from kommtyp.effects.effect import Effect
from kommtyp.effects.spread import hedges_g, omega_squared, rank_epsilon_squared
from kommtyp.effects.tables import cramers_v, cramers_v_corrected, odds_ratio, phi_squared

__all__ = [
    "Effect",
    "cliffs_delta",
    "cramers_v",
    "cramers_v_corrected",
    "hedges_g",
    "odds_ratio",
    "omega_squared",
    "phi_squared",
    "rank_epsilon_squared",
]
