"""How many types: a panel of criteria, each beside data without structure."""

from kommtyp.selection.across import Across, follow_over_k
from kommtyp.selection.choosing import choose_k
from kommtyp.selection.criteria import CRITERIA, Criterion
from kommtyp.selection.record import Selection

__all__ = ["CRITERIA", "Across", "Criterion", "Selection", "choose_k", "follow_over_k"]
