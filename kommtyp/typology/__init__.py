"""The hall: from answers to a typology, and from a typology to the type of each municipality."""

from kommtyp.typology.checking import check_result
from kommtyp.typology.fitting import fit
from kommtyp.typology.prepared import Prepared, prepare, prepared_from
from kommtyp.typology.records import Classification, Quality, Settings, Typology
from kommtyp.typology.refitting import definitions_of, fit_again, method_of

__all__ = [
    "Classification",
    "Prepared",
    "Quality",
    "Settings",
    "Typology",
    "check_result",
    "definitions_of",
    "fit",
    "fit_again",
    "method_of",
    "prepare",
    "prepared_from",
]
