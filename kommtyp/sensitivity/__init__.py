"""What would have come out had other defensible choices been made."""

from kommtyp.sensitivity.exploring import explore_choices
from kommtyp.sensitivity.records import Sensitivity

__all__ = ["Sensitivity", "explore_choices"]
