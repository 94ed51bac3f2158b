"""How far the types can be trusted: what happens to them when the survey is drawn again."""

from kommtyp.stability.assessing import DISSOLVED, MIXED, RECOVERED, Scheme, Stability, assess_stability
from kommtyp.stability.repeating import Repeats, repeat_types

__all__ = ["DISSOLVED", "MIXED", "RECOVERED", "Repeats", "Scheme", "Stability", "assess_stability", "repeat_types"]
