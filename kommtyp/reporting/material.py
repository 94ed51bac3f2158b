"""What all files of one report share, computed and drawn once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kommtyp.reporting.drawings import Pictures, pictures
from kommtyp.reporting.summary import Evidence, gather, summary_of
from kommtyp.typology import Classification

__all__ = ["Material", "collect"]


@dataclass(frozen=True, eq=False)
class Material:
    """The evidence, what is said of it, and the figures.

    Parameters
    ----------
    evidence : Evidence
        What the report rests on.
    """

    evidence: Evidence

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What `summarise` returns."""
        return summary_of(self.evidence)

    @cached_property
    def pictures(self) -> Pictures:
        """The figures; each is drawn when it is asked for, and then kept."""
        return pictures(self.evidence, self.summary)


def collect(result: Classification, **options: Any) -> Material:
    """Gather what a report needs.

    Parameters
    ----------
    result : Classification
        The types.
    **options
        As in `write_report`, but for its title and date.

    Returns
    -------
    Material
        What `save_report`, `save_tables` and `save_figures` write.
    """
    return Material(gather(result, **options))
