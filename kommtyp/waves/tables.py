"""Shares then and now, and who moved where, as tables."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.classification_error import type_probabilities
from kommtyp.intervals import wilson
from kommtyp.multiplicity import Correction, correct
from kommtyp.overlapping import Panel, change_of_shares, transitions, unchanged_shares, wave_shares
from kommtyp.tests_of_association import Outcome, kappa
from kommtyp.waves.drifting import scaled_ratings
from kommtyp.waves.matching import Pairing, Wave

__all__ = ["FEW_EXPECTED", "agreement_table", "border_tables", "samples_table", "share_tables"]

FEW_EXPECTED = 5


def samples_table(pairing: Pairing) -> pd.DataFrame:
    """Count the municipalities of each wave: how many have a type, a key, and a partner in the other wave."""
    in_both = (pairing.place_earlier >= 0) & (pairing.place_later >= 0)
    matched = pairing.panel.both
    rows = [_sample(wave, int(in_both.sum()), int(matched.sum())) for wave in (pairing.earlier, pairing.later)]
    return pd.DataFrame(rows)


def _sample(wave: Wave, in_both: int, matched: int) -> dict[str, Any]:
    typed = int((wave.types >= 0).sum())
    zero = int((wave.weights == 0).sum())
    return {
        "wave": wave.name,
        "n": len(wave.weights),
        "with_type": typed,
        "without_type": int(wave.result.types.isna().sum()),
        "weight_zero": zero,
        "without_key": int(wave.without_key.sum()),
        "in_both": in_both,
        "matched": matched,
        "weighted": wave.weighted,
        "effective_n": wave.effective_n,
    }


def share_tables(
    panel: Panel, keys: Sequence[str], *, level: float, correction: Correction
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares then and now with their change and its tests, of all municipalities and of those in both waves.

    Returns
    -------
    shares, tests : DataFrame
        As in `Waves`.
    """
    shares, tests = [], []
    for basis, part in (("all", panel), ("matched", panel.matched)):
        before, after = wave_shares(part, level=level)
        change = change_of_shares(part, level=level)
        outcome = unchanged_shares(part)
        p_values = [one.p_value for one in outcome.each]
        counts = [np.bincount(labels[labels >= 0], minlength=part.k) for labels in (part.before, part.after)]
        shares.append(
            pd.DataFrame(
                {
                    "basis": basis,
                    "type": list(keys),
                    "n_earlier": counts[0],
                    "n_later": counts[1],
                    **dict(zip(("earlier", "earlier_low", "earlier_high"), before, strict=True)),
                    **dict(zip(("later", "later_low", "later_high"), after, strict=True)),
                    **dict(zip(("change", "ci_low", "ci_high"), change, strict=True)),
                    "test": [one.test for one in outcome.each],
                    "statistic": [one.statistic for one in outcome.each],
                    "p_value": p_values,
                    "p_corrected": correct(p_values, correction),
                    "note": _notes(outcome.each, counts, part),
                }
            )
        )
        tests.append({"basis": basis, **_test(outcome.all), "n": int(((part.before >= 0) | (part.after >= 0)).sum())})
    columns = ["basis", "test", "statistic", "df", "p_value", "n", "note"]
    return pd.concat(shares, ignore_index=True), pd.DataFrame(tests)[columns]


def _test(outcome: Outcome) -> dict[str, Any]:
    within = f"denominator df {outcome.df_within:g}" if np.isfinite(outcome.df_within) else ""
    return {
        "test": outcome.test,
        "statistic": outcome.statistic,
        "df": outcome.df,
        "p_value": outcome.p_value,
        "note": outcome.note or within,
    }


def _notes(each: list[Outcome], counts: list[NDArray[Any]], part: Panel) -> list[str]:
    """Say why a test could not be done, or that few municipalities make it rough."""
    sizes = [int((labels >= 0).sum()) for labels in (part.before, part.after)]
    pooled = sum(counts) / max(sum(sizes), 1)
    expected = np.minimum(pooled, 1 - pooled) * min(sizes)
    rough = [one.test.startswith("overlapping") and few < FEW_EXPECTED for one, few in zip(each, expected, strict=True)]
    return [
        one.note or (f"approximate: about {few:.1f} expected" if weak else "")
        for one, few, weak in zip(each, expected, rough, strict=True)
    ]


def agreement_table(pairing: Pairing, *, level: float) -> pd.DataFrame:
    """Share of those in both waves that stayed in their type, what chance and overlap would bring about, and κ."""
    panel = pairing.panel
    table = transitions(panel)
    n, stayed = int(table.sum()), int(np.trace(table))
    share = wilson(stayed, n, level=level)
    by_chance = float((table.sum(axis=1) / n) @ (table.sum(axis=0) / n)) if n else np.nan
    beyond = kappa(table, level=level) if n else (np.nan,) * 3
    unchanged = _moved_by_overlap(pairing.earlier) if n else np.nan
    rows = [
        ("stayed", *share),
        ("stayed_by_chance", by_chance, np.nan, np.nan),
        ("kappa", *beyond),
        ("moved_by_overlap", unchanged, np.nan, np.nan),
    ]
    return pd.DataFrame(
        [(name, n, *map(float, values)) for name, *values in rows],
        columns=["measure", "n", "estimate", "ci_low", "ci_high"],
    )


def _moved_by_overlap(wave: Wave) -> float:
    """Share that would move though nobody's type changed, if all that sets members of a type apart were chance.

    k-means stands for round clouds that overlap, so some municipalities are put into a type that is not theirs.
    Two waves put them there independently of each other; the share that comes out differently follows from the
    probabilities of being put from each type into each.
    """
    inside = wave.types >= 0
    k, labels, weights = len(wave.result.typology.keys), wave.types[inside], wave.weights[inside]
    belongs = type_probabilities(scaled_ratings(wave.result)[inside], labels, k, weights)
    put = np.stack([(belongs * weights[:, None])[labels == t].sum(axis=0) for t in range(k)], axis=1)
    size = put.sum(axis=1)
    chance = np.divide(put, size[:, None], out=np.zeros_like(put), where=size[:, None] > 0)
    return float(1 - size @ (chance**2).sum(axis=1) / size.sum())


def border_tables(
    panel: Panel, margins: tuple[NDArray[Any], NDArray[Any]], keys: Sequence[str], *, near: float, level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say who moved where, and how many of the movers were near the border of two types.

    Parameters
    ----------
    panel : Panel
        All municipalities.
    margins : tuple of ndarray, shape (N,)
        Margin of each in the earlier and the later wave.
    keys : sequence of str
        The types.
    near : float
        Margin below which a municipality is near the border.
    level : float
        Confidence level.

    Returns
    -------
    transitions, border : DataFrame
        As in `Waves`.
    """
    both = panel.both
    before, after = panel.before[both], panel.after[both]
    first, second = (values[both] for values in margins)
    close = np.minimum(first, second) < near
    counts = transitions(panel)
    rows = []
    for a, b in np.ndindex(panel.k, panel.k):
        here = (before == a) & (after == b)
        of = int(counts[a].sum())
        interval = wilson(counts[a, b], of, level=level)
        rows.append((keys[a], keys[b], int(counts[a, b]), of, *map(float, interval), *_margins(first, second, here),
                     int(close[here].sum())))  # fmt: skip
    columns = ["type_earlier", "type_later", "n", "of", "share", "ci_low", "ci_high", "margin_earlier", "margin_later",
               "near"]  # fmt: skip
    groups = []
    for name, here in (("stayed", before == after), ("moved", before != after)):
        n, nearby = int(here.sum()), int(close[here].sum())
        share = wilson(nearby, n, level=level)
        groups.append((name, n, *_margins(first, second, here), nearby, *map(float, share)))
    border = pd.DataFrame(
        groups, columns=["group", "n", "margin_earlier", "margin_later", "near", "share", "ci_low", "ci_high"]
    )
    return pd.DataFrame(rows, columns=columns), border


def _margins(first: NDArray[Any], second: NDArray[Any], here: NDArray[np.bool_]) -> tuple[float, float]:
    """Median margins in both waves; NaN of nobody."""
    if not here.any():
        return np.nan, np.nan
    return float(np.median(first[here])), float(np.median(second[here]))
