"""The sheets of the workbook on the number of types and on other defensible choices."""

from collections.abc import Mapping
from typing import Any

from kommtyp.texts import display, phrase

__all__ = ["alternative_sheets"]

SHARES = ("explained", "prediction_strength", "prediction_strength_se", "instability", "instability_se")
WHOLE = ("k", "smallest")
Cells = dict[str, tuple[str, Any]]
Summary = Mapping[str, Any]


def alternative_sheets(summary: Summary, lang: str) -> dict[str, list[Cells]]:
    """Return the rows of these sheets; a cell is a pair of kind and value.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    dict
        ``selection`` (one row a number of types) and ``sensitivity`` (one row a specification, the main analysis
        first); without rows where not given.
    """
    selection, sensitivity = summary["selection"], summary["sensitivity"]
    goals = {goal["goal"]: goal["title"] for goal in summary["survey"]["goals"]}
    return {
        "selection": [] if selection is None else [_criteria(row) for row in selection["table"]],
        "sensitivity": []
        if sensitivity is None
        else [_specification(row, goals, lang) for row in sensitivity["specifications"]],
    }


def _criteria(row: Mapping[str, Any]) -> Cells:
    kinds = dict.fromkeys(SHARES, "share") | dict.fromkeys(WHOLE, "integer")
    cells: Cells = {}
    for name, value in row.items():
        missing = "hidden" if name == "smallest" else "absent"
        cells[name] = (missing if value is None else kinds.get(name, "small"), value)
    return cells


def _specification(row: Mapping[str, Any], goals: Mapping[str, str], lang: str) -> Cells:
    return {
        "main": ("text", phrase(lang, f"report.panel.{'yes' if row['main'] else 'no'}")),
        "scaling": ("text", display("scaling", row["scaling"], lang)),
        "method": ("text", display("method", row["method"], lang)),
        "n_types": ("integer", row["n_types"]),
        "min_answered": ("share", row["min_answered"]),
        "left_out": ("text", goals.get(row["left_out"], row["left_out"])),
        "ari": ("absent" if row["ari"] is None else "small", row["ari"]),
    }
