"""Fisher's exact test for a table of any size, without listing all tables."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from kommtyp.tests_of_association.outcome import Outcome

__all__ = ["TIE", "fisher_exact"]

MOST_TABLES = 300_000
TIE = 1e-7
_SAME = 1e10


class _Ways(NamedTuple):
    """Ways to fill the first columns: what each row has left, log of 1/∏x!, and how many ways these stand for."""

    left: np.ndarray
    log_p: np.ndarray
    times: np.ndarray


def fisher_exact(table: ArrayLike, *, most_tables: int = MOST_TABLES) -> Outcome | None:
    """Fisher's exact test for a table of any size.

    Columns are filled one after the other, the large ones first, in all ways that the rows leave room for.
    After each column, ways are dropped of which it is already certain that none, or that every table they can
    lead to is as improbable as the one seen; the latter are added up without being listed. Ways that leave the
    same room and are equally probable go on as one. This is the idea of the network algorithm, with bounds that
    need no search.

    Parameters
    ----------
    table : array_like of int, shape (rows, columns)
        Counts, no row or column empty.
    most_tables : int
        Largest number of ways that are followed at a time.

    Returns
    -------
    Outcome or None
        "fisher_exact"; None where there would be more ways than `most_tables`.

    References
    ----------
    Freeman, G. H. & Halton, J. H. (1951). Note on an exact treatment of contingency. Biometrika, 38,
    141–149. Mehta, C. R. & Patel, N. R. (1983). A network algorithm for performing Fisher's exact test in
    r × c contingency tables. JASA, 78, 427–434. R: ``fisher.test``.

    Examples
    --------
    >>> round(fisher_exact([[3, 2, 0], [0, 4, 1], [1, 0, 5]]).p_value, 6)
    0.003318
    """
    table = np.asarray(table).astype(np.int64)
    if table.shape[0] > table.shape[1]:
        table = table.T
    table = table[:, np.argsort(-table.sum(0), kind="stable")]
    rows, columns = table.sum(1), table.sum(0)
    log_factorial = gammaln(np.arange(table.sum() + 1) + 1)
    seen = np.log1p(TIE) - log_factorial[table].sum()
    whole = log_factorial[table.sum()] - log_factorial[rows].sum() - log_factorial[columns].sum()
    ways, p_value = _Ways(rows[None, :], np.zeros(1), np.ones(1)), 0.0
    for place, total in enumerate(columns[:-1], start=1):
        filled = _fill_column(ways, int(total), log_factorial, most_tables)
        if filled is None:
            return None
        ways, certain = _drop_certain(filled, columns[place:], seen, whole, log_factorial)
        ways, p_value = _merge(ways, rows), p_value + certain
    log_p = ways.log_p - log_factorial[ways.left].sum(1)
    p_value += float((ways.times * np.exp(log_p - whole))[log_p <= seen].sum())
    return Outcome("fisher_exact", p_value=min(p_value, 1.0))


def _fill_column(ways: _Ways, total: int, log_factorial: np.ndarray, most_tables: int) -> _Ways | None:
    """Place `total` answers of a column in all ways."""
    left, log_p, times = ways
    still = np.full(len(left), total)
    for row in range(left.shape[1]):
        room = left[:, row + 1 :].sum(1)
        least, most = np.maximum(0, still - room), np.minimum(still, left[:, row])
        choices = most - least + 1
        if choices.sum() > most_tables:
            return None
        way = np.repeat(np.arange(len(left)), choices)
        placed = np.arange(choices.sum()) - np.repeat(np.cumsum(choices) - choices, choices) + least[way]
        left, still, times = left[way], still[way] - placed, times[way]
        left[:, row] -= placed
        log_p = log_p[way] - log_factorial[placed]
    return _Ways(left, log_p, times)


def _drop_certain(
    ways: _Ways, rest: np.ndarray, seen: float, whole: float, log_factorial: np.ndarray
) -> tuple[_Ways, float]:
    """Keep the ways that may still lead to either side; return the probability of those that all count.

    What is still to be placed multiplies 1/∏x! by no more than the sum over all ways to place it, and by no
    more than if it were spread evenly over its row or its column; by no less than if it stood in one cell.
    """
    left, log_p, times = ways
    r, c = left.shape[1], len(rest)
    of_left, of_rest = log_factorial[left].sum(1), log_factorial[rest].sum()
    every = log_factorial[rest.sum()] - of_left - of_rest
    even = np.minimum(-c * gammaln(left / c + 1).sum(1), -r * gammaln(rest / r + 1).sum())
    all_count = log_p + np.minimum(every, even) <= seen
    none_counts = log_p + np.maximum(-of_rest, -of_left) > seen
    certain = float((times * np.exp(log_p + every - whole))[all_count].sum())
    kept = ~(all_count | none_counts)
    return _Ways(left[kept], log_p[kept], times[kept]), certain


def _merge(ways: _Ways, rows: np.ndarray) -> _Ways:
    """Let ways that leave the same room and are equally probable go on as one."""
    left, log_p, times = ways
    if len(left) < 2:
        return ways
    room = left @ np.cumprod(np.append(1, rows[:-1] + 1))
    probable = np.round(log_p * _SAME).astype(np.int64)
    order = np.lexsort((probable, room))
    room, probable = room[order], probable[order]
    first = np.flatnonzero(np.append(True, (np.diff(room) != 0) | (np.diff(probable) != 0)))
    return _Ways(left[order][first], log_p[order][first], np.add.reduceat(times[order], first))
