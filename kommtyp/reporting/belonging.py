"""Whether what a report is made of belongs together."""

import pandas as pd

from kommtyp.comparison import Comparison
from kommtyp.errors import FitError, check_kind
from kommtyp.selection import Selection
from kommtyp.sensitivity import Sensitivity
from kommtyp.stability import Stability
from kommtyp.typology import Classification, check_result

__all__ = ["check_belonging"]

KINDS = {
    "comparison": (Comparison, "compare"),
    "findings": (pd.DataFrame, "check_findings"),
    "stability": (Stability, "assess_stability"),
    "selection": (Selection, "choose_k"),
    "sensitivity": (Sensitivity, "explore_choices"),
}
OF_FINDINGS = [
    "indicator", "claim", "types", "n", "estimate", "ci_low", "ci_high", "verdict", "source", "wording", "note",
]  # fmt: skip


def check_belonging(
    result: Classification,
    *,
    comparison: Comparison | None,
    findings: pd.DataFrame | None,
    stability: Stability | None,
    selection: Selection | None,
    sensitivity: Sensitivity | None,
) -> None:
    """Refuse what is of another kind, or about other types or municipalities than the result.

    Parameters
    ----------
    result : Classification
        What the report is about.
    comparison, findings, stability, selection, sensitivity
        As in `summarise`.

    Raises
    ------
    FitError
        If something does not belong to the result.
    """
    check_result(result)
    given = {
        "comparison": comparison, "findings": findings, "stability": stability, "selection": selection,
        "sensitivity": sensitivity,
    }
    for name, (kind, maker) in KINDS.items():
        if given[name] is not None:
            check_kind(name, given[name], kind, f"what kommtyp.{maker} returns")
    if comparison is not None:
        _check_comparison(result, comparison)
    if findings is not None and (lacking := [name for name in OF_FINDINGS if name not in findings]):
        raise FitError(f"findings: no {', '.join(lacking)}. Give the table that kommtyp.check_findings returns.")
    if stability is not None:
        _check_stability(result, stability)
    if sensitivity is not None and not sensitivity.municipalities.index.equals(result.types.index):
        raise FitError("sensitivity: it is about other municipalities than the result. Explore this result.")


def _check_comparison(result: Classification, comparison: Comparison) -> None:
    keys = result.typology.definitions.keys
    if comparison.definitions.keys != keys:
        raise FitError(
            f"comparison: its types are {comparison.definitions.keys}, those of the result {keys}. Compare this result."
        )
    counted = comparison.estimates.drop_duplicates("type").set_index("type")[["n", "missing"]].sum(axis=1)
    sizes = result.sizes.set_index("type")["n"].reindex(counted.index)
    if (counted != sizes).any():
        raise FitError(
            f"comparison: its types have {', '.join(map(str, counted))} municipalities, those of the result "
            f"{', '.join(map(str, sizes))}. Compare this result."
        )


def _check_stability(result: Classification, stability: Stability) -> None:
    keys = result.typology.definitions.keys
    if not stability.membership.index.equals(result.types.index):
        raise FitError("stability: it is about other municipalities than the result. Assess this result.")
    if stability.by_type["type"].tolist() != keys:
        raise FitError(
            f"stability: its types are {stability.by_type['type'].tolist()}, those of the result {keys}. "
            "Assess this result."
        )
