"""The hall: from answers to a typology, and from a typology to the type of each municipality."""

from kommtyp.typology.fitting import fit
from kommtyp.typology.records import Classification, Quality, Settings, Typology

__all__ = ["Classification", "Quality", "Settings", "Typology", "fit"]
