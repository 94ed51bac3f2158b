"""Two waves of a survey under one frozen typology."""

from kommtyp.waves.comparing import compare_waves
from kommtyp.waves.records import COLUMNS, Remark, Waves
from kommtyp.waves.wording import signs

__all__ = ["COLUMNS", "Remark", "Waves", "compare_waves", "signs"]
