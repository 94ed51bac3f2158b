"""Cells that several sheets of the workbook share: pairs of kind and value."""

from collections.abc import Mapping, Sequence
from typing import Any

from kommtyp.reporting.p_classes import written_p

__all__ = ["item_cells", "number_cells", "p_cells", "type_cells"]


def type_cells(row: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """Return the types of a row, each with its name for readers.

    Parameters
    ----------
    row : mapping
        A row of a table.
    labels : mapping of str to str
        Type → name for readers.

    Returns
    -------
    dict
        Column → cell.
    """
    cells: dict[str, Any] = {}
    for name in ("type", "type_a", "type_b"):
        if name in row:
            cells[f"{name}_label"] = ("text", labels.get(row[name], row[name]))
            cells[name] = ("text", row[name])
    return cells


def item_cells(row: Mapping[str, Any], items: Mapping[str, Any]) -> dict[str, Any]:
    """Return the indicator of a row and its answer, each in words and by name.

    Parameters
    ----------
    row : mapping
        A row of a table.
    items : mapping
        Indicator → its entry in ``summary["compared"]``.

    Returns
    -------
    dict
        Column → cell.
    """
    item = items.get(row["indicator"], {"title": row["indicator"], "answers": {}})
    cells = {"indicator_title": ("text", item["title"]), "indicator": ("text", row["indicator"])}
    if "category" in row:
        cells["category_label"] = ("text", item["answers"].get(row["category"], row["category"]))
        cells["category"] = ("text", row["category"])
    return cells


def number_cells(row: Mapping[str, Any], names: Sequence[str], kind: str) -> dict[str, Any]:
    """Return cells of numbers; one that is suppressed is marked, one that does not exist is left empty.

    Parameters
    ----------
    row : mapping
        A row of a table, with ``suppressed``.
    names : sequence of str
        Columns.
    kind : str
        How they are written: a key of the formats of the workbook.

    Returns
    -------
    dict
        Column → cell.
    """
    empty = "hidden" if row["suppressed"] else "absent"
    return {name: (empty if row[name] is None else kind, row[name]) for name in names}


def p_cells(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return the cells of p and of the corrected p; a class in words where only that is shown.

    Parameters
    ----------
    row : mapping
        A row with ``p_value`` and ``p_corrected``, and their classes.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    dict
        Column → cell.
    """
    classes = {name: written_p(row, name, lang) for name in ("p_value", "p_corrected") if row[f"{name}_class"]}
    return number_cells(row, ("p_value", "p_corrected"), "p") | {
        name: ("class", written) for name, written in classes.items()
    }
