"""What is not shown, so that nobody can be recognised: small cells, and those that would give them back.

Protected is what municipalities answered, which type they belong to, and why one has none. How many did not
answer a question is shown: that is no answer, and it follows from the n beside every number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.codebook import Codebook, Item
from kommtyp.plotting import answer_key
from kommtyp.typology import Classification

__all__ = ["Hidden", "blank", "count_excluded", "find_hidden", "hide_cells", "is_hidden", "is_small"]

SHARES = ("binary", "choice", "nominal")


@dataclass(frozen=True, eq=False)
class Hidden:
    """Cells that are not shown.

    Parameters
    ----------
    types : frozenset of str
        Types with too few municipalities; nothing but their existence is shown.
    means : frozenset of (indicator, type)
        Means over too few answers.
    cells : frozenset of (indicator, type, code)
        Shares that stand for too few municipalities, or that would give such a share back.
    """

    types: frozenset[str] = frozenset()
    means: frozenset[tuple[str, str]] = frozenset()
    cells: frozenset[tuple[str, str, object]] = frozenset()

    def mean(self, indicator: str, kind: str) -> bool:
        """Return True if the mean of a type on an indicator is not shown."""
        return kind in self.types or (indicator, kind) in self.means

    def any_share(self, indicator: str, kind: str) -> bool:
        """Return True if any share of a type on an indicator is not shown."""
        return self.mean(indicator, kind) or any(cell[:2] == (indicator, kind) for cell in self.cells)


def is_small(count: float, min_cell: int) -> bool:
    """Return True for a count above zero and below the smallest that is shown.

    Parameters
    ----------
    count : float
        Number of municipalities.
    min_cell : int
        Smallest number that is shown.

    Returns
    -------
    bool
        Whether the count is not shown. An empty cell stands for nobody and is shown.

    Examples
    --------
    >>> is_small(0, 5), is_small(4, 5), is_small(5, 5)
    (False, True, False)
    """
    return 0 < count < min_cell


def is_hidden(hidden: Hidden, codebook: Codebook, name: str, category: str, kind: str) -> bool:
    """Return True if what a type answered is not shown: a share, or the mean where there is no category.

    Parameters
    ----------
    hidden : Hidden
        What is not shown.
    codebook : Codebook
        Scales of the indicators.
    name, category, kind : str
        Indicator, answer as the tables of a comparison write it, and type.

    Returns
    -------
    bool
        Whether the number stays out.
    """
    if hidden.mean(name, kind):
        return True
    if category == "":
        return False
    if codebook[name].scale in ("binary", "choice"):
        return hidden.any_share(name, kind)
    return any(cell[:2] == (name, kind) and answer_key(cell[2]) == category for cell in hidden.cells)


def blank(table: pd.DataFrame, rows: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Return a copy with the numbers of some rows taken out, and a column ``suppressed`` that says which.

    Parameters
    ----------
    table : DataFrame
        The table.
    rows : Series of bool
        Rows that are not shown.
    columns : list of str
        Columns with numbers.

    Returns
    -------
    DataFrame
        The same with NaN in these places.
    """
    kept = table.assign(suppressed=rows.to_numpy(dtype=bool))
    for column in columns:
        kept[column] = kept[column].astype("float64").mask(kept["suppressed"])
    return kept


def hide_cells(
    counts: NDArray[np.integer], min_cell: int, *, row_totals: bool = True, column_totals: bool = True
) -> NDArray[np.bool_]:
    """Choose the cells of a table that are not shown.

    Small cells are hidden. Then, in every row and column whose total is known, at least two cells are hidden
    that hold at least `min_cell` municipalities between them, and no hidden cell can be worked out by adding
    and subtracting totals; until that is so, the smallest cell that helps is hidden as well.

    Parameters
    ----------
    counts : ndarray of int, shape (types, categories)
        Numbers of municipalities.
    min_cell : int
        Smallest number that is shown.
    row_totals, column_totals : bool
        Whether totals of the rows, and of the columns, are known.

    Returns
    -------
    ndarray of bool, shape (types, categories)
        True where a cell is not shown.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4. Gusfield (1988), A graph theoretic
    approach to statistical data security, SIAM Journal on Computing 17, 552–571: a cell follows from the totals
    if it is a bridge of the graph whose edges are the hidden cells.

    Examples
    --------
    >>> hide_cells(np.array([[3, 97], [20, 80], [30, 70]]), 5)
    array([[ True,  True],
           [ True,  True],
           [False, False]])
    """
    hidden = (counts > 0) & (counts < min_cell)
    lines: list[Any] = [np.s_[row, :] for row in range(counts.shape[0])] if row_totals else []
    lines += [np.s_[:, column] for column in range(counts.shape[1])] if column_totals else []
    # One cell at a time, rows first: a cell that is hidden for its row often protects its column, too.
    while any(_protect_line(counts[line], hidden[line], min_cell) for line in lines) or (
        row_totals and column_totals and _protect_bridge(counts, hidden)
    ):
        pass
    return hidden


def _protect_line(counts: NDArray[np.integer], hidden: NDArray[np.bool_], min_cell: int) -> bool:
    """Hide one more cell of a line, in place, if those that are hidden could be worked out."""
    if not hidden.any() or hidden.all() or (hidden.sum() > 1 and counts[hidden].sum() >= min_cell):
        return False
    return _hide_smallest(counts, hidden, ~hidden)


def _protect_bridge(counts: NDArray[np.integer], hidden: NDArray[np.bool_]) -> bool:
    """Hide one more cell, in place, if a hidden one is the only link between two parts of what is hidden."""
    for row, column in np.argwhere(hidden):
        others = hidden.copy()
        others[row, column] = False
        rows, columns = _reached(others, row)
        if not columns[column]:
            # A cell between the part that the row is in and the other part closes a circle.
            closing = ~hidden & rows[:, None] & ~columns
            if _hide_smallest(counts, hidden, closing):
                return True
    return False


def _reached(hidden: NDArray[np.bool_], row: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the rows and columns that can be reached from a row along hidden cells."""
    rows, columns = np.zeros(hidden.shape[0], dtype=bool), np.zeros(hidden.shape[1], dtype=bool)
    rows[row] = True
    while True:
        before = int(rows.sum() + columns.sum())
        columns |= hidden[rows].any(axis=0)
        rows |= hidden[:, columns].any(axis=1)
        if int(rows.sum() + columns.sum()) == before:
            return rows, columns


def _hide_smallest(counts: NDArray[np.integer], hidden: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> bool:
    """Hide the smallest allowed cell, in place; an empty one protects nobody and comes last."""
    places = np.argwhere(allowed)
    if not len(places):
        return False
    values = counts[allowed]
    hidden[tuple(places[np.lexsort((values, values == 0))[0]])] = True
    return True


def find_hidden(result: Classification, indicators: Iterable[str], min_cell: int) -> Hidden:
    """Find everything about the types that is not shown.

    Parameters
    ----------
    result : Classification
        The types.
    indicators : iterable of str
        Indicators that are compared.
    min_cell : int
        Smallest number of municipalities that is shown.

    Returns
    -------
    Hidden
        Types, means and shares that are not shown.
    """
    keys = result.typology.definitions.keys
    types_of = result.types.where(result.weights > 0)  # who counts for nothing hides nobody
    sizes = types_of.value_counts().reindex(keys, fill_value=0).to_numpy()
    types = frozenset(np.array(keys)[hide_cells(sizes[:, None], min_cell, row_totals=False)[:, 0]].tolist())
    means: set[tuple[str, str]] = set()
    cells: set[tuple[str, str, object]] = set()
    for name in indicators:
        item = result.survey.codebook[name]
        values = result.survey.answers[name]
        answered = types_of[values.notna()].value_counts().reindex(keys, fill_value=0).to_numpy()
        few = hide_cells(answered[:, None], min_cell, row_totals=False)[:, 0]
        means |= {(name, keys[row]) for row in np.flatnonzero(few)}
        if item.scale != "number":
            cells |= _hidden_shares(item, values, types_of, keys, min_cell)
    return Hidden(types, frozenset(means), frozenset(cells))


def _hidden_shares(
    item: Item, values: pd.Series, types: pd.Series, keys: list[str], min_cell: int
) -> set[tuple[str, str, object]]:
    counts = pd.crosstab(types, values).reindex(index=keys, fill_value=0)
    codes = [0.0, 1.0] if item.scale in ("binary", "choice") else [code for code, _ in item.codes]
    counts = counts.reindex(columns=list(dict.fromkeys([*codes, *counts.columns])), fill_value=0)
    if item.scale in SHARES:
        hidden = hide_cells(counts.to_numpy(), min_cell)
    else:
        # Mean and interval are shown beside the distribution and would give back single cells of it.
        small = (counts.to_numpy() > 0) & (counts.to_numpy() < min_cell)
        hidden = np.repeat(small.any(axis=1, keepdims=True), small.shape[1], axis=1)
    rows, columns = np.nonzero(hidden)
    found = list(counts.columns)
    return {(item.name, keys[row], found[column]) for row, column in zip(rows, columns, strict=True)}


def count_excluded(excluded: Mapping[object, str], rows: int, min_cell: int) -> dict[str, object]:
    """Count the municipalities without a type by reason, as far as the counts can be shown.

    Parameters
    ----------
    excluded : mapping
        Municipality → reason.
    rows : int
        Municipalities in the survey.
    min_cell : int
        Smallest number that is shown.

    Returns
    -------
    dict
        ``rows`` and ``excluded`` (None where they would give a small count back), ``few`` (True if there are
        some, but too few to be counted), and ``reasons``: pairs of reason and count or None.

    Examples
    --------
    >>> count_excluded({"a": "x", "b": "x"}, 400, 5)
    {'rows': None, 'excluded': None, 'few': True, 'reasons': [('x', None)]}
    """
    counts = pd.Series(list(excluded.values()), dtype="str").value_counts().sort_index()
    few = is_small(len(excluded), min_cell)
    hidden = hide_cells(counts.to_numpy()[None, :], min_cell, column_totals=False)[0]
    shown = [None if secret or few else int(n) for n, secret in zip(counts, hidden, strict=True)]
    return {
        "rows": None if few else rows,
        "excluded": None if few else len(excluded),
        "few": few,
        "reasons": list(zip(counts.index.tolist(), shown, strict=True)),
    }
