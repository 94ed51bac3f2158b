"""How many types: a panel of criteria, each beside data without structure."""

from kommtyp.selection.choosing import choose_k
from kommtyp.selection.criteria import CRITERIA, Criterion
from kommtyp.selection.record import Selection

__all__ = ["CRITERIA", "Criterion", "Selection", "choose_k"]
