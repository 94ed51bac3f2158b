"""A short portrait of each type: what marks it, what it wants, what stands out, how clearly it is set off."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kommtyp.codebook import Item
from kommtyp.comparison import Comparison
from kommtyp.definitions import TypeDefinition
from kommtyp.plotting import answer_label
from kommtyp.reporting.privacy import is_small
from kommtyp.reporting.tables import SHARES, Tables, weight_of_answers
from kommtyp.texts import number, percent, phrase, signed
from kommtyp.typology import Classification

__all__ = ["portraits"]

MOST_GOALS = 4
NEAR = 0.2


def portraits(
    result: Classification, comparison: Comparison | None, tables: Tables, *, min_cell: int, lang: str
) -> list[dict[str, Any]]:
    """Describe each type by the data.

    Parameters
    ----------
    result : Classification
        The types.
    comparison : Comparison, optional
        What was compared.
    tables : Tables
        What may be shown.
    min_cell : int
        Smallest number of municipalities that is shown.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of dict
        One for each type, in their order.
    """
    typology = result.typology
    labelling = typology.labelling
    sizes: dict[Any, dict[Any, Any]] = tables.sizes.set_index("type").to_dict("index")
    described = []
    for place, definition in enumerate(typology.definitions.types):
        key, hidden = definition.key, bool(sizes[definition.key]["suppressed"])
        above, below = ([], []) if hidden else _goals(tables.profile, key, typology.codebook, lang)
        differences = [] if hidden or comparison is None else _differences(result, comparison, tables, key, lang)
        described.append(
            {
                "key": key,
                "label": definition.title(lang),
                "colour": definition.colour,
                "described": bool(labelling.names[place] >= 0),
                "description": definition.description(lang),
                "suppressed": hidden,
                "n": None if hidden else int(sizes[key]["n"]),
                "share": None if hidden else float(sizes[key]["share"]),
                "goals": [typology.codebook[goal].title(lang) for goal in _in_data(definition, typology.goals)],
                "score": float(labelling.score[place]),
                "clarity": float(labelling.clarity[place]),
                "doubtful": bool(labelling.doubtful[place]),
                "above": above,
                "below": below,
                "differences": differences,
                "near": None if hidden else _near(result, key, min_cell),
            }
        )
    return described


def _in_data(definition: TypeDefinition, goals: Sequence[str]) -> list[str]:
    return [goal for goal in definition.goals if goal in goals]


def _goals(profile: pd.DataFrame, key: str, codebook: Any, lang: str) -> tuple[list[Any], list[Any]]:
    """Return the goals whose whole interval lies above, and below, the mean of all; the furthest first."""
    rows = profile[(profile["type"] == key) & profile["deviation"].notna()]
    found = []
    for chosen, ascending in ((rows[rows["ci_low"] > 0], False), (rows[rows["ci_high"] < 0], True)):
        furthest = chosen.sort_values("deviation", ascending=ascending, kind="stable").head(MOST_GOALS)
        found.append(
            [
                {
                    "goal": goal,
                    "title": codebook[goal].title(lang),
                    "deviation": float(deviation),
                    "words": _deviation(codebook[goal], deviation, lang),
                }
                for goal, deviation in zip(furthest["goal"], furthest["deviation"], strict=True)
            ]
        )
    return found[0], found[1]


def _deviation(goal: Item, deviation: float, lang: str) -> str:
    return signed(100 * deviation, lang, 0) if goal.scale == "choice" else signed(deviation, lang, 2)


def _differences(
    result: Classification, comparison: Comparison, tables: Tables, key: str, lang: str
) -> list[dict[str, Any]]:
    """Return what sets a type off from all others after correction, the largest difference first."""
    rest, book = tables.versus_rest, comparison.codebook
    certain = comparison.versus_rest["p_corrected"] < 1 - comparison.level
    found = []
    row: dict[Any, Any]
    for row in rest[(rest["type"] == key) & certain].to_dict("records"):
        # The means of an ordered scale are shown even where its ranks are not.
        means = book[row["indicator"]].scale == "ordinal" and not tables.hidden.mean(row["indicator"], key)
        if row["suppressed"] and not means:
            continue
        own, others = _own_and_rest(result, comparison, row["indicator"], row["category"], key)
        found.append(_difference(book[row["indicator"]], row, own, others, lang))
    return sorted(found, key=lambda difference: -abs(difference["size"]))


def _own_and_rest(
    result: Classification, comparison: Comparison, name: str, category: str, key: str
) -> tuple[float, float]:
    """Return the estimate of a type and that of all other types together."""
    estimates = comparison.estimates
    rows = estimates[(estimates["indicator"] == name) & (estimates["category"] == category) & (estimates["n"] > 0)]
    mass = weight_of_answers(result, name)
    own = rows["type"] == key
    others = np.average(rows.loc[~own, "estimate"], weights=mass.loc[rows.loc[~own, "type"]])
    return float(rows.loc[own, "estimate"].iloc[0]), float(others)


def _difference(item: Item, row: Mapping[Any, Any], own: float, rest: float, lang: str) -> dict[str, Any]:
    shares = item.scale in SHARES
    more = own > rest
    title = item.title(lang)
    if item.scale == "nominal":
        category = answer_label(item, row["category"], lang)
        title = phrase(lang, "report.difference.category", title=title, category=category)
    # Differences of shares and Cliff's δ both lie between −1 and 1; a difference of means is brought there.
    known = item.scale != "number" and not row["suppressed"]
    size = float(row["difference"]) if known else (own - rest) / (abs(own) + abs(rest) or 1.0)
    written = [percent(value, lang, 0) if shares else number(value, lang, 1) for value in (own, rest)]
    if written[0] == written[1]:
        written = [percent(value, lang, 1) if shares else number(value, lang, 2) for value in (own, rest)]
    return {
        "indicator": item.name,
        "category": row["category"],
        "estimate": own,
        "rest": rest,
        "size": size,
        "p_corrected": float(row["p_corrected"]),
        "p_corrected_class": row["p_corrected_class"],
        "more": more,
        "title": title,
        "words": phrase(lang, "report.types.values", own=written[0], rest=written[1]),
    }


def _near(result: Classification, key: str, min_cell: int) -> dict[str, Any]:
    """Count the municipalities of a type to which another type is almost as near, as far as that can be shown."""
    members = (result.types == key).to_numpy()
    near = members & (result.margin < NEAR).to_numpy()
    count, n = int(near.sum()), int(members.sum())
    if is_small(count, min_cell) or is_small(n - count, min_cell):
        return {"suppressed": True, "share": None, "other": None}
    others = result.distances.loc[near].drop(columns=key)
    most = None if others.empty or others.shape[1] == 0 else others.idxmin(axis=1).value_counts(sort=False)
    other = None if most is None else max(sorted(most.index), key=lambda kind: most[kind])
    return {"suppressed": False, "share": count / n if n else None, "other": other}
