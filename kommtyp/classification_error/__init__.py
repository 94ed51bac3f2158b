"""What a comparison would show if nobody were put into the wrong type: the correction of three-step analysis."""

from kommtyp.classification_error.correction import Correction, bch_weights, correction
from kommtyp.classification_error.estimates import corrected_means, corrected_shares
from kommtyp.classification_error.mixture import fit_mixture, type_probabilities

__all__ = [
    "Correction",
    "bch_weights",
    "corrected_means",
    "corrected_shares",
    "correction",
    "fit_mixture",
    "type_probabilities",
]
