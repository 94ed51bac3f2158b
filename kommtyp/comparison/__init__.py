"""How the types differ on what else was asked."""

from kommtyp.comparison.comparing import compare
from kommtyp.comparison.records import Comparison

__all__ = ["Comparison", "compare"]
