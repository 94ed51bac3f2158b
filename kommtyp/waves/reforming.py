"""Which types the later wave would have if they were formed afresh."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.agreement import adjusted_rand
from kommtyp.errors import KommtypError
from kommtyp.kmeans import cluster_resamples
from kommtyp.typology import Classification, fit_again
from kommtyp.typology.agreeing import agree, match_types
from kommtyp.waves.drifting import scaled_ratings
from kommtyp.waves.matching import Wave

__all__ = ["reform"]

TYPES = ["type", "n", "share", "doubtful", "frozen", "n_frozen", "distance"]
ENDS = (0.05, 0.95)


def reform(
    earlier: Wave, later: Wave, origin: Classification, *, n_boot: int, n_init: int, random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Form types of the later wave afresh and compare them with the frozen ones.

    Parameters
    ----------
    earlier, later : Wave
        The waves.
    origin : Classification
        The earlier classification as it was given, which knows how the types were formed.
    n_boot : int
        Pairs of samples of the earlier wave that show how far types would agree had nothing changed.
    n_init : int
        Random starts in each of them.
    random_state : int
        Seed.

    Returns
    -------
    reformed, types : DataFrame
        As in `Waves`.
    """
    row: dict[str, Any] = dict.fromkeys(("ari", "same_name", "same_matched"), np.nan) | {"n": 0}
    types = pd.DataFrame({name: [] for name in TYPES})
    note = ""
    try:
        again = _again(later, origin)
    except KommtypError as error:
        note = str(error)
    else:
        found = agree(later.result, again)
        row |= found._asdict()
        types = _types(later, again)
    values = _yardstick(earlier, int((later.types >= 0).sum()), n_boot, n_init, random_state)
    known = values[np.isfinite(values)]
    ends = np.quantile(known, ENDS) if len(known) else (np.nan, np.nan)
    if n_boot and not note and not len(known):
        note = "no yardstick: only for types formed by k-means"
    row |= {
        "expected_ari": float(np.median(known)) if len(known) else np.nan,
        "expected_low": float(ends[0]),
        "expected_high": float(ends[1]),
        "resamples": len(known),
        "note": note,
    }
    columns = ["n", "ari", "same_name", "same_matched", "expected_ari", "expected_low", "expected_high", "resamples",
               "note"]  # fmt: skip
    return pd.DataFrame([row])[columns], types


def _again(later: Wave, origin: Classification) -> Classification:
    """Form types from the later answers by the way of the earlier ones."""
    result = Classification(
        **{name: getattr(later.result, name) for name in Classification.__dataclass_fields__}
        | {"weights": pd.Series(later.weights, index=later.result.weights.index), "clusterer": origin.clusterer}
    )
    return fit_again(result, weights=result.weights.to_numpy(dtype=float) if later.weighted else None)


def _types(later: Wave, again: Classification) -> pd.DataFrame:
    """The types formed afresh, and the frozen one that each is nearest to by its members."""
    frozen = later.result
    partner = match_types(again, frozen, by_name=False)
    sizes = again.sizes.assign(
        doubtful=[key in again.typology.doubtful for key in again.typology.keys],
        frozen=[partner.get(key, "") for key in again.typology.keys],
    )
    counts = frozen.sizes.set_index("type")["n"]
    sizes["n_frozen"] = [int(counts.get(key, 0)) for key in sizes["frozen"]]
    theirs, ours = again.typology.centers, frozen.typology.centers
    sizes["distance"] = [
        float(np.sqrt(((theirs.loc[key] - ours.loc[other]) ** 2).sum())) if other else np.nan
        for key, other in zip(sizes["type"], sizes["frozen"], strict=True)
    ]
    return sizes[TYPES]


def _yardstick(earlier: Wave, size: int, n_boot: int, n_init: int, random_state: int) -> NDArray[np.float64]:
    """Agreement of frozen and newly formed types in pairs of samples of the earlier wave, where nothing changed.

    The first sample stands for the earlier wave: it forms types, by whose centers the second is classified. The
    second stands for the later wave and forms types afresh. Both kinds of chance are in their agreement.
    """
    typology = earlier.result.typology
    inside = earlier.types >= 0
    if not n_boot or typology.settings.method != "kmeans" or not inside.any():
        return np.zeros(0)
    X = scaled_ratings(earlier.result)[inside]
    if len(np.unique(X, axis=0)) < len(typology.keys):
        return np.zeros(0)
    order = np.lexsort(X.T)
    X, w = X[order], earlier.weights[inside][order]
    seeds = np.random.SeedSequence([random_state, 1]).spawn(2 * n_boot)
    sizes = [len(X)] * n_boot + [size] * n_boot
    draws = np.stack(
        [np.random.default_rng(seed).multinomial(n, np.full(len(X), 1 / len(X)))
         for seed, n in zip(seeds, sizes, strict=True)]
    )  # fmt: skip
    labels = cluster_resamples(X, draws * w, len(typology.keys), n_init=n_init, seeds=seeds).labels.astype(np.intp)
    frozen, afresh, counts = labels[:n_boot], labels[n_boot:], draws[n_boot:]
    usable = ((frozen >= 0) & (afresh >= 0)).all(axis=1)
    return np.array(
        [
            float(adjusted_rand(np.repeat(frozen[b], counts[b]), np.repeat(afresh[b], counts[b])))
            for b in np.flatnonzero(usable)
        ]
    )
