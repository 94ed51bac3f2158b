"""Which number of types each criterion supports, by its own rule."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kommtyp.validity import max_se

__all__ = ["CRITERIA", "CUTOFF", "Criterion", "suggest"]

CUTOFF = 0.8


@dataclass(frozen=True)
class Criterion:
    """A criterion of the panel.

    Parameters
    ----------
    name : str
        Its column.
    better : {"larger", "smaller", ""}
        Which values speak for the clusters; empty where neither does.
    rule : str
        How it chooses a number of types; empty where it has no rule of its own.
    de, en : str
        What readers call it.
    """

    name: str
    better: Literal["larger", "smaller", ""]
    rule: str
    de: str
    en: str


CRITERIA = (
    Criterion("within", "smaller", "", "Quadratsumme innerhalb", "within-cluster sum of squares"),
    Criterion("explained", "larger", "", "erklärter Anteil", "explained share"),
    Criterion("silhouette", "larger", "largest", "Silhouette", "silhouette"),
    Criterion("calinski_harabasz", "larger", "largest", "Caliński–Harabasz", "Caliński–Harabasz"),
    Criterion("davies_bouldin", "smaller", "smallest", "Davies–Bouldin", "Davies–Bouldin"),
    Criterion("gap", "larger", "Tibs2001SEmax", "Gap-Statistik", "gap statistic"),
    Criterion(
        "prediction_strength", "larger", f"largest k above {CUTOFF}", "Vorhersagestärke", "prediction strength"
    ),
    Criterion("instability", "smaller", "smallest", "Instabilität", "instability"),
    Criterion("ari", "larger", "largest", "Übereinstimmung der Stichproben", "agreement of samples"),
    Criterion("smallest", "", "", "kleinster Typ", "smallest type"),
    Criterion("bic", "smaller", "smallest", "BIC der Mischverteilung", "BIC of the mixture"),
)
COLUMNS = ["criterion", "rule", "k", "value", "null_low", "null_high", "beyond_null"]


def suggest(table: pd.DataFrame, null: pd.DataFrame, single: tuple[float, float]) -> pd.DataFrame:
    """Apply the rule of each criterion.

    Parameters
    ----------
    table : DataFrame
        The panel.
    null : DataFrame
        What data without structure give.
    single : tuple of float
        Gap of a single cluster, and its standard error.

    Returns
    -------
    DataFrame
        One row a criterion with a rule: criterion, rule, k (1 means no division; missing where the criterion
        could not be computed), value, null_low, null_high, beyond_null (whether the value lies beyond what
        data without structure give; missing where there is nothing to compare).
    """
    rows = []
    for criterion in (entry for entry in CRITERIA if entry.rule):
        usable = table.dropna(subset=[criterion.name])
        k, value = _choose(criterion, usable, single)
        beside = null[(null["criterion"] == criterion.name) & (null["k"] == k)]
        low, high = (float(beside[end].iloc[0]) if len(beside) else np.nan for end in ("null_low", "null_high"))
        known = np.isfinite([value, low, high]).all()
        beyond = (value > high if criterion.better == "larger" else value < low) if known else None
        rows.append((criterion.name, criterion.rule, k, value, low, high, beyond))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"k": "Int64", "beyond_null": "boolean"})


def _choose(
    criterion: Criterion, usable: pd.DataFrame, single: tuple[float, float]
) -> tuple[int | None, float]:
    values, k = usable[criterion.name].to_numpy(dtype=float), usable["k"].to_numpy()
    if not len(values):
        return None, np.nan
    if criterion.name == "gap":
        first, error = single
        gaps, numbers = np.append(first, values), np.append(1, k)
        place = max_se(gaps, np.append(error, usable["gap_se"].to_numpy(dtype=float)))
        return int(numbers[min(place, len(gaps) - 1)]), float(gaps[min(place, len(gaps) - 1)])
    if criterion.name == "prediction_strength":
        enough = np.flatnonzero(values > CUTOFF)
        return (int(k[enough[-1]]), float(values[enough[-1]])) if enough.size else (1, 1.0)
    place = int(values.argmax() if criterion.better == "larger" else values.argmin())
    return int(k[place]), float(values[place])
