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
        What is asked, without weights.
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
    As in `kommtyp.standardisation`; Berger (1982), Technometrics 24, 295–300, for the best of the others.

    Examples
    --------
    >>> answers, labels = np.array([1.0, 0, 1, 0, 1, 1, 0, 0, 0, 1]), np.array([0] * 5 + [1] * 5)
    >>> asked = Question(answers, labels, np.ones(10), np.array([0]), 2, shares=True, best=True, sign=1)
    >>> sizes = np.array([[0], [0], [1], [1], [1], [0], [0], [0], [1], [1]])
    >>> round(float(adjusted_difference(asked, sizes, ordered=[True], level=0.95).interval.estimate), 3)
    0.167
    """
    strata = pool_strata(levels, np.where(question.counted, question.labels, -1), question.k, ordered=ordered)
    own, others = np.isin(question.labels, question.types), question.others
    if not strata.sizes.size or not (own & (strata.of >= 0)).any() or not others.size:
        return Adjusted(NOTHING, strata)
    if question.best:
        groups = np.select([own, *(question.labels == other for other in others)], range(others.size + 1), -1)
        plain = _apart(question, groups, strata, strata.sizes, level)
        wide = _apart(question, groups, strata, strata.sizes, 1 - (1 - level) / others.size)
        ends = plain.estimate.min(), plain.low.min(), wide.high.min()
        return Adjusted(Interval(*(np.asarray(end) for end in ends)), strata)
    groups = np.where(question.labels < 0, -1, np.where(own, 0, 1))
    rest = np.bincount(strata.of[(groups == 1) & (strata.of >= 0)], minlength=strata.sizes.size)
    scale = rest.sum() / strata.sizes.sum()
    apart = _apart(question, groups, strata, rest, level)
    return Adjusted(Interval(*(np.asarray(part[0] * scale) for part in apart)), strata)


def _apart(
    question: Question, groups: NDArray[np.intp], strata: Strata, sizes: NDArray[np.intp], level: float
) -> Interval:
    """Differences of the first group to each of the others, over strata of these sizes."""
    used, g, s = strata.of >= 0, int(groups.max()) + 1, len(sizes)
    of, group, values = strata.of[used], groups[used], question.values[used]
    first, second = np.zeros(g - 1, dtype=int), np.arange(1, g)
    if question.shares:
        table = np.bincount((of * g + group) * 2 + values.astype(int), minlength=s * g * 2).reshape(s, g, 2)
        apart = difference_of_shares(standardised_shares(table, sizes, level=level), first, second)
        return Interval(*(part[:, 1] for part in apart))
    cells = cell_moments(values, group, of, (s, g))
    a, b = (Cells(*(part[:, places] for part in cells)) for places in (first, second))
    return difference_of_means(a, b, sizes, level=level)
