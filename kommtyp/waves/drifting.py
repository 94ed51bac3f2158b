"""Whether the frozen types still fit: where their members are now, and who is far from all of them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.intervals import Interval
from kommtyp.multiplicity import Correction, correct
from kommtyp.overlapping import Panel, change_of_means, change_of_shares, length_interval, wave_shares
from kommtyp.scaling import apply_scaling
from kommtyp.typology import Classification, Typology
from kommtyp.waves.matching import Pairing, Wave
from kommtyp.weighting import quantiles, weigh

__all__ = ["centers_tables", "far_table", "scaled_ratings"]

Array = NDArray[np.float64]
SAME_CENTER = 1e-8


def scaled_ratings(result: Classification) -> Array:
    """Scaled ratings of all rows, shape (n, p); NaN for those without a type."""
    X = result.ratings.to_numpy(dtype=float)
    scaled = np.full(X.shape, np.nan)
    typed = result.types.notna().to_numpy()
    scaled[typed] = apply_scaling(result.typology.scaling, X[typed])
    return scaled


def centers_tables(pairing: Pairing, *, level: float, correction: Correction) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where the members of each type were and are, per goal and in total.

    Returns
    -------
    drift, centers : DataFrame
        As in `Waves`.
    """
    panel, typology = pairing.panel, pairing.earlier.result.typology
    before, after = (
        pairing.take(wave.name, scaled_ratings(wave.result), np.nan) for wave in (pairing.earlier, pairing.later)
    )
    parts, rows = [], []
    for t, key in enumerate(typology.keys):
        first, second = panel.before == t, panel.after == t
        n = int(first.sum()), int(second.sum())
        found = change_of_means(
            np.where(first[:, None], before, np.nan),
            np.where(second[:, None], after, np.nan),
            panel.weight_before,
            panel.weight_after,
            level=level,
        )
        parts.append(
            pd.DataFrame(
                {
                    "type": key,
                    "goal": list(typology.goals),
                    "n_earlier": n[0],
                    "n_later": n[1],
                    "center": typology.centers.loc[key].to_numpy(dtype=float),
                    "earlier": found.before,
                    "later": found.after,
                    **dict(zip(("drift", "ci_low", "ci_high"), found.change, strict=True)),
                    "p_value": found.p_value,
                    "p_corrected": correct(found.p_value, correction),
                }
            )
        )
        length = length_interval(found.change.estimate, found.covariance, level=level)
        relative = length.length / _apart(typology, t)
        rows.append((key, *n, *length[:4], relative, length.p_value, _note(*n, length.noise)))
    columns = ["type", "n_earlier", "n_later", "distance", "ci_low", "ci_high", "noise", "relative", "p_value", "note"]
    centers = pd.DataFrame(rows, columns=columns)
    centers.insert(9, "p_corrected", correct(centers["p_value"], correction))
    return pd.concat(parts, ignore_index=True), centers


def _apart(typology: Typology, t: int) -> float:
    """Distance from a frozen center to the nearest other one."""
    centers = typology.centers.to_numpy(dtype=float)
    gaps = np.sqrt(((centers - centers[t]) ** 2).sum(axis=1))
    return float(np.delete(gaps, t).min())


def _note(n_earlier: int, n_later: int, noise: float) -> str:
    fewest = min(n_earlier, n_later)
    if fewest < 2:
        return "fewer than two municipalities in one of the waves"
    if np.isnan(noise):
        return "nobody's answers changed"
    return "fewer than five municipalities in one of the waves" if fewest < 5 else ""


def far_table(pairing: Pairing, *, far: float, level: float) -> tuple[pd.DataFrame, float, NDArray[np.bool_]]:
    """Count the municipalities that are far from all centers, now and in the earlier wave.

    Returns
    -------
    table : DataFrame
        As in `Waves`.
    limit : float
        Distance beyond which a municipality is far.
    is_far : ndarray of bool, shape (N,)
        Who is far in the later wave.
    """
    panel = pairing.panel
    nearest = [
        pairing.take(wave.name, _nearest(wave, pairing), np.nan) for wave in (pairing.earlier, pairing.later)
    ]
    limit = _quantile(nearest[0], panel.before >= 0, panel.weight_before, far)
    beyond = [np.nan_to_num(distance, nan=-np.inf) > limit for distance in nearest]
    typology = pairing.earlier.result.typology
    rows = [_far_row("", panel, beyond, (panel.before >= 0, panel.after >= 0), level)]
    for t, key in enumerate(typology.keys):
        rows.append(_far_row(key, panel, beyond, (panel.before == t, panel.after == t), level))
    return pd.DataFrame(rows), limit, beyond[1] & (panel.after >= 0)


def _far_row(
    key: str, panel: Panel, beyond: list[NDArray[np.bool_]], inside: tuple[NDArray[np.bool_], ...], level: float
) -> dict[str, Any]:
    """Share that is far among those of a type, beside the share of the earlier wave."""
    part = Panel(
        np.where(inside[0], beyond[0].astype(int), -1),
        np.where(inside[1], beyond[1].astype(int), -1),
        panel.weight_before,
        panel.weight_after,
        2,
    )
    before, after = (Interval(*(np.asarray(field)[1] for field in side)) for side in wave_shares(part, level=level))
    excess = Interval(*(np.asarray(field)[1] for field in change_of_shares(part, level=level)))
    return {
        "type": key,
        "n": int((part.after >= 0).sum()),
        "far": int((part.after == 1).sum()),
        **dict(zip(("share", "ci_low", "ci_high"), map(float, after), strict=True)),
        "expected": float(before.estimate),
        **dict(zip(("excess", "excess_low", "excess_high"), map(float, excess), strict=True)),
    }


def _nearest(wave: Wave, pairing: Pairing) -> Array:
    """Distance of each row to the nearest center, without its own pull on the center it helped to form.

    A center lies nearer to those it was formed of than to others; taking a municipality out of a mean lengthens
    its distance by n/(n − 1). Those of the later wave whose earlier answers are in the center are treated alike.
    """
    distances = wave.result.distances.to_numpy(dtype=float).copy()
    pull = _pull(pairing.earlier)
    if wave is not pairing.earlier:
        inside = pairing.place_later >= 0
        pull_later = np.ones(distances.shape)
        both = inside & (pairing.place_earlier >= 0)
        pull_later[pairing.place_later[both]] = pull[pairing.place_earlier[both]]
        pull = pull_later
    return (distances * pull).min(axis=1)


def _pull(earlier: Wave) -> Array:
    """Factor on the distance of each row to each center, 1 where the row did not form it; shape (n, k)."""
    result, k = earlier.result, len(earlier.result.typology.keys)
    factor = np.ones((len(earlier.weights), k))
    codes = earlier.types
    typed = codes >= 0
    X, w = scaled_ratings(result), np.where(typed, earlier.weights, 0.0)
    mass = np.bincount(codes[typed], w[typed], minlength=k)
    present = (mass > 0).all()
    if not present:
        return factor
    means = np.stack([w[codes == t] @ X[codes == t] / mass[t] for t in range(k)])
    if np.abs(means - result.typology.centers.to_numpy(dtype=float)).max() > SAME_CENTER:
        return factor
    rows = np.flatnonzero(typed)
    rest = mass[codes[rows]] - w[rows]
    factor[rows, codes[rows]] = np.where(rest > 0, mass[codes[rows]] / np.where(rest > 0, rest, 1.0), np.inf)
    return factor


def _quantile(values: Array, inside: NDArray[np.bool_], weights: Array, share: float) -> float:
    """Weighted quantile."""
    known = values[inside]
    scores, codes = np.unique(known, return_inverse=True)
    zeros = np.zeros(len(known), int)
    grouped = weigh(zeros, codes, weights[inside], 1, len(scores))
    return float(quantiles(grouped, scores, [share])[0, 0])
