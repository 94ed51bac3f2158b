"""Direct standardisation: what the types would look like if all had the same strata, such as sizes."""

from kommtyp.standardisation.means import Cells, cell_moments, difference_of_means, standardised_means
from kommtyp.standardisation.shares import difference_of_shares, standardised_shares
from kommtyp.standardisation.strata import Strata, pool_strata

__all__ = [
    "Cells",
    "Strata",
    "cell_moments",
    "difference_of_means",
    "difference_of_shares",
    "pool_strata",
    "standardised_means",
    "standardised_shares",
]
