"""Sheets of the workbook on whether differences stand: adjusted, and with the doubt about the types."""

from collections.abc import Mapping, Sequence
from typing import Any

from kommtyp.reporting.cells import item_cells, number_cells, type_cells
from kommtyp.reporting.notes import remark
from kommtyp.reporting.tables import SHARES
from kommtyp.texts import display, phrase

__all__ = ["standing_sheets"]

ENDS = ("ci_low", "ci_high")
PLAIN = ("plain_low", "plain_high")
CORRECTED = ("corrected", "corrected_low", "corrected_high")
Row = Mapping[str, Any]


def standing_sheets(summary: Row, items: Row, labels: Mapping[str, str], lang: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the sheets; none where the comparison holds nothing of the kind.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    items : mapping
        Indicator → its entry in ``summary["compared"]``.
    labels : mapping of str to str
        Type → name for readers.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    dict of list of dict
        Sheet → rows; a cell is a pair of kind and value.
    """
    head: dict[str, Any] = {"items": items, "labels": labels, "lang": lang}
    return {
        "adjusted": [_adjusted(row, **head) for row in summary["adjusted"]],
        "adjusted_differences": [_differences(row, ("raw",), (), **head) for row in summary["adjusted_differences"]],
        "strata": [_stratum(row, items) for row in summary["strata"]],
        "uncertain": [_uncertain(row, **head) for row in summary["uncertain"]],
        "uncertain_differences": [
            _differences(row, PLAIN, ("width_ratio",), **head) for row in summary["uncertain_differences"]
        ],
    }


def _kind(row: Row) -> tuple[str, str]:
    """Return the unit of a row and how its numbers are written."""
    return ("mean", "number") if row["category"] == "" else ("share", "share")


def _adjusted(row: Row, *, items: Row, labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    unit, kind = _kind(row)
    return {
        **item_cells(row, items),
        **type_cells(row, labels),
        "unit": ("text", display("unit", unit, lang)),
        **number_cells(row, ("n", "missing"), "integer"),
        **number_cells(row, ("raw", "estimate", *ENDS), kind),
        "strata": ("integer", row["strata"]),
        "note": ("text", remark(row["note"], labels, lang)),
    }


def _uncertain(row: Row, *, items: Row, labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    unit, kind = _kind(row)
    return {
        **item_cells(row, items),
        **type_cells(row, labels),
        "unit": ("text", display("unit", unit, lang)),
        **number_cells(row, ("estimate", *ENDS, *PLAIN), kind),
        **number_cells(row, ("width_ratio",), "number"),
        **number_cells(row, ("leads",), "share"),
        **number_cells(row, CORRECTED, kind),
    }


def _differences(
    row: Row, more: Sequence[str], ratios: Sequence[str], *, items: Row, labels: Mapping[str, str], lang: str
) -> dict[str, Any]:
    share = items[row["indicator"]]["scale"] in SHARES or row["category"] != ""
    everyone = {**labels, "": phrase(lang, "report.standing.rest")}
    return {
        **item_cells(row, items),
        **type_cells(row, everyone),
        "unit": ("text", display("unit", "points" if share else "mean_difference", lang)),
        **number_cells(row, ("difference", *ENDS, *more), "points" if share else "signed"),
        **number_cells(row, ratios, "number"),
    }


def _stratum(row: Row, items: Row) -> dict[str, Any]:
    return {
        **item_cells(row, items),
        "stratum": ("integer", row["stratum"]),
        **number_cells(row, ("n",), "integer"),
        **number_cells(row, ("share",), "share"),
        "levels": ("text", row["levels"]),
    }
