"""The difference that a finding is about, if all types had the same make-up."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kommtyp.findings.questions import NOTHING, Question
from kommtyp.intervals import Interval
from kommtyp.standardisation import (
    Cells,
    Strata,
    cell_moments,
    difference_of_means,
    difference_of_shares,
    pool_strata,
    standardised_shares,
)
from kommtyp.weighting import (
    Stratified,
    difference_of_weighted_means,
    weigh_strata,
    weigh_values,
    weighted_shares,
)

__all__ = ["Adjusted", "adjusted_difference"]


class Adjusted(NamedTuple):
    """An adjusted difference, with the strata it rests on."""

    interval: Interval
    strata: Strata


def adjusted_difference(
    question: Question, levels: NDArray[np.intp], *, ordered: list[bool], level: float
) -> Adjusted:
    """Standardise the difference over the strata that some items form.

    Against the best of the others, all groups get the make-up of all municipalities. Against all, the types get
    the make-up of all, and all stay as they are: that is the difference to the rest, with the make-up of the
    rest, times the share of the rest. With one stratum it is the plain difference.

    Parameters
    ----------
    question : Question
        What is asked; with weights, masses count instead of municipalities.
    levels : ndarray of int, shape (n, v)
        Level of each municipality on each of the items, −1 for missing: such rows take no part.
    ordered : list of bool, length v
        Whether the levels of an item have an order.
    level : float
        Confidence level.

    Returns
    -------
    Adjusted
        Interval, 0-dimensional, NaN where it cannot be computed; and the strata after pooling, in each of which
        all types occur that have answers.

    References
    ----------
    As in `kommtyp.standardisation`, with weights `kommtyp.weighting`; Berger (1982), Technometrics 24, 295–300, for
    the best of the others.

    Examples
    --------
    >>> answers, labels = np.array([1.0, 0, 1, 0, 1, 1, 0, 0, 0, 1]), np.array([0] * 5 + [1] * 5)
    >>> asked = Question(answers, labels, np.ones(10), np.array([0]), 2, shares=True, best=True, sign=1)
    >>> sizes = np.array([[0], [0], [1], [1], [1], [0], [0], [0], [1], [1]])
    >>> round(float(adjusted_difference(asked, sizes, ordered=[True], level=0.95).interval.estimate), 3)
    0.167
    """
    strata = pool_strata(levels, np.where(question.counted, question.labels, -1), question.k, ordered=ordered)
    used, others = strata.of >= 0, question.others
    own = np.isin(question.labels, question.types)
    if not (own & used).any() or not others.size:
        return Adjusted(NOTHING, strata)
    if question.best:
        groups = np.select([own, *(question.labels == other for other in others)], range(others.size + 1), -1)
        plain = _apart(question, strata, groups, used, level)
        wide = _apart(question, strata, groups, used, 1 - (1 - level) / others.size)
        ends = plain.estimate.min(), plain.low.min(), wide.high.min()
    else:
        rest = used & ~own
        scale = question.weights[rest].sum() / question.weights[used].sum()
        ends = tuple(part[0] * scale for part in _apart(question, strata, np.where(own, 0, 1), rest, level))
    return Adjusted(Interval(*map(np.asarray, ends)), strata)


def _apart(
    question: Question, strata: Strata, groups: NDArray[np.intp], standard: NDArray[np.bool_], level: float
) -> Interval:
    """Differences of the first group to each of the others, with the make-up of some rows as the standard."""
    used, size = strata.of >= 0, len(strata.sizes)
    rows = Rows(strata.of[used], groups[used], question.values[used], question.weights[used], standard[used])
    shape = size, int(rows.group.max()) + 1
    places = np.zeros(shape[1] - 1, dtype=int), np.arange(1, shape[1])
    if question.shares:
        shares = (_weighted_shares if question.weighted else _shares)(rows, shape, level)
        return Interval(*(part[:, 1] for part in difference_of_shares(shares, *places)))
    return (_weighted_means if question.weighted else _means)(rows, shape, places, level)


class Rows(NamedTuple):
    """Stratum, group, value and weight of each row that takes part, and whether it belongs to the standard."""

    stratum: NDArray[np.intp]
    group: NDArray[np.intp]
    value: NDArray[np.float64]
    weight: NDArray[np.float64]
    standard: NDArray[np.bool_]


Shape = tuple[int, int]
Places = tuple[NDArray[np.intp], NDArray[np.intp]]


def _shares(rows: Rows, shape: Shape, level: float) -> Interval:
    place = (rows.stratum * shape[1] + rows.group) * 2 + rows.value.astype(int)
    table = np.bincount(place, minlength=shape[0] * shape[1] * 2).reshape(*shape, 2)
    return standardised_shares(table, np.bincount(rows.stratum[rows.standard], minlength=shape[0]), level=level)


def _weighted_shares(rows: Rows, shape: Shape, level: float) -> Interval:
    counted = weigh_strata(rows.stratum, rows.group, rows.value.astype(int), rows.weight, (*shape, 2))
    return weighted_shares(_with_standard(counted, rows), level=level)


def _means(rows: Rows, shape: Shape, places: Places, level: float) -> Interval:
    cells = cell_moments(rows.value, rows.group, rows.stratum, shape)
    first, second = (Cells(*(part[:, place] for part in cells)) for place in places)
    sizes = np.bincount(rows.stratum[rows.standard], minlength=shape[0])
    return difference_of_means(first, second, sizes, level=level)


def _weighted_means(rows: Rows, shape: Shape, places: Places, level: float) -> Interval:
    valued = weigh_values(rows.stratum, rows.group, rows.value, rows.weight, shape)
    valued = valued._replace(counted=_with_standard(valued.counted, rows))
    return difference_of_weighted_means(valued, *places, level=level)


def _with_standard(counted: Stratified, rows: Rows) -> Stratified:
    """Take the make-up of some rows as the standard."""
    of, weight = rows.stratum[rows.standard], rows.weight[rows.standard]
    mass, square = (np.bincount(of, weight**power, minlength=len(counted.mass)) for power in (1, 2))
    return counted._replace(mass=mass, square=square)
