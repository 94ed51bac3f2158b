"""Two surveys of which some municipalities took part in both: changes of shares and of means."""

from kommtyp.overlapping.means import (
    ChangeOfMeans,
    Distances,
    change_of_means,
    length_interval,
)
from kommtyp.overlapping.panel import Panel, transitions
from kommtyp.overlapping.shares import Unchanged, change_of_shares, mover, unchanged_shares, wave_shares

__all__ = [
    "ChangeOfMeans",
    "Distances",
    "Panel",
    "Unchanged",
    "change_of_means",
    "change_of_shares",
    "length_interval",
    "mover",
    "transitions",
    "unchanged_shares",
    "wave_shares",
]
