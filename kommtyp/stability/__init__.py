"""How far the types can be trusted: what happens to them when the survey is drawn again."""

from kommtyp.stability.assessing import Scheme, Stability, assess_stability

__all__ = ["Scheme", "Stability", "assess_stability"]
