"""How far two classifications of the same municipalities agree."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp import lazy
from kommtyp.agreement import adjusted_rand, contingency
from kommtyp.typology.records import Classification

__all__ = ["Agreement", "agree", "kept", "match_types", "names_compare"]

Labels = NDArray[np.intp]


class Agreement(NamedTuple):
    """Agreement of two classifications.

    Attributes
    ----------
    n : int
        Municipalities that have a type in both.
    ari : float
        Adjusted Rand index, at most 1; NaN where nobody has a type in both.
    same_name : float
        Share that has the type of the same name; NaN where names cannot be compared.
    same_matched : float
        Share that has the type matched to its own, one to one so that the share is largest.
    """

    n: int
    ari: float
    same_name: float
    same_matched: float


def agree(first: Classification, second: Classification) -> Agreement:
    """Compare two classifications of the same municipalities.

    Names are compared only where a study defines them in both: the names of other clusters are made of
    their goals, and say what a cluster is, not which one it is.

    Parameters
    ----------
    first, second : Classification
        The classifications; municipalities are matched by their keys.

    Returns
    -------
    Agreement
        Of those that have a type in both.

    References
    ----------
    Hubert & Arabie (1985), Journal of Classification 2, 193–218; Kuhn (1955), Naval Research Logistics
    Quarterly 2, 83–97, for the matching.

    Examples
    --------
    >>> from kommtyp.datasets import load_sample
    >>> from kommtyp.typology import fit
    >>> result = fit(load_sample(), n_init=5)
    >>> agree(result, result)
    Agreement(n=406, ari=1.0, same_name=1.0, same_matched=1.0)
    """
    shared, own, other = _shared(first, second)
    if not len(shared):
        return Agreement(0, np.nan, np.nan, np.nan)
    matched = _partners(first, second, own, other)[own] == other
    by_name = _same_name(first, second, own, other).mean() if names_compare(first, second) else np.nan
    return Agreement(len(shared), float(adjusted_rand(own, other)), float(by_name), float(matched.mean()))


def kept(first: Classification, second: Classification) -> pd.DataFrame:
    """Say of each municipality whether it has the same type in both classifications.

    Parameters
    ----------
    first, second : Classification
        The classifications; municipalities are matched by their keys.

    Returns
    -------
    DataFrame
        One row a municipality that has a type in both: name (whether the names are the same; missing where
        they cannot be compared), matched (whether the types are matched to each other).
    """
    shared, own, other = _shared(first, second)
    same = _same_name(first, second, own, other) if names_compare(first, second) else pd.NA
    matched = _partners(first, second, own, other)[own] == other
    return pd.DataFrame({"name": pd.Series(same, index=shared, dtype="boolean"), "matched": matched}, index=shared)


def match_types(first: Classification, second: Classification, *, by_name: bool = True) -> dict[str, str]:
    """Give each type of one classification its partner in another.

    Parameters
    ----------
    first, second : Classification
        The classifications; municipalities are matched by their keys.
    by_name : bool
        Whether types of the same name are partners where names can be compared.

    Returns
    -------
    dict of str to str
        Key of the first → key of the second; by overlap they are matched one to one so that as many
        municipalities as possible keep their type. Types without a partner are missing.
    """
    keys, others = first.typology.keys, second.typology.keys
    if by_name and names_compare(first, second):
        return {key: key for key in keys if key in others}
    _, own, other = _shared(first, second)
    partner = _partners(first, second, own, other)
    return {key: others[c] for key, c in zip(keys, partner, strict=True) if c >= 0}


def names_compare(first: Classification, second: Classification) -> bool:
    """Return True if a study names types in the first, and the second has all of these names."""
    typology = first.typology
    named = {key for key, name in zip(typology.keys, typology.labelling.names, strict=True) if name >= 0}
    return bool(named) and named <= set(second.typology.keys)


def _shared(first: Classification, second: Classification) -> tuple[pd.Index, Labels, Labels]:
    """Keys of those who have a type in both, and their types by number."""
    index = first.types.index
    own = first.types.cat.codes.to_numpy().astype(np.intp)
    other = second.types.cat.codes
    if not index.equals(second.types.index):
        other = other.reindex(index, fill_value=-1)
    codes = other.to_numpy().astype(np.intp)
    both = (own >= 0) & (codes >= 0)
    return index[both], own[both], codes[both]


def _same_name(first: Classification, second: Classification, own: Labels, other: Labels) -> NDArray[np.bool_]:
    return np.array(first.typology.keys)[own] == np.array(second.typology.keys)[other]


def _partners(first: Classification, second: Classification, own: Labels, other: Labels) -> Labels:
    """Partner of each type of the first by overlap; −1 where it has none."""
    overlap = contingency(own, other, len(first.typology.keys), len(second.typology.keys))
    rows, columns = lazy.load("scipy.optimize").linear_sum_assignment(overlap, maximize=True)
    partner = np.full(len(overlap), -1, dtype=np.intp)
    partner[rows] = columns
    return partner
