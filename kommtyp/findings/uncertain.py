"""The difference that a finding is about, with the doubt about who belongs to which type."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kommtyp.findings.questions import NOTHING, Question
from kommtyp.intervals import Interval
from kommtyp.stability import Repeats

__all__ = ["Uncertain", "uncertain_difference"]

CELLS = 4_000_000


class Uncertain(NamedTuple):
    """A difference over resamples: its interval, in how many the claim holds, and how many have a difference."""

    interval: Interval
    holds: int
    known: int


def uncertain_difference(question: Question, repeats: Repeats, plain: Interval, *, level: float) -> Uncertain:
    """Take the difference again in each resample, with its own types.

    The ends are percentiles of the resamples, or the plain end where that lies further out: a resample can only
    hold what was seen. Against the best of the others, the percentiles are taken against each of them, and
    put together as `kommtyp.intervals.difference_from_best` does.

    Parameters
    ----------
    question : Question
        What is asked.
    repeats : Repeats
        Who was drawn, and the types, from `kommtyp.stability.repeat_types`.
    plain : Interval
        Difference of the types as they are.
    level : float
        Confidence level.

    Returns
    -------
    Uncertain
        Interval, 0-dimensional, NaN where it cannot be computed, and counts of resamples.
    """
    drawn = _differences(question, repeats)
    known = np.isfinite(drawn).any(axis=1)
    if not np.isfinite(plain.estimate) or not np.isfinite(drawn).any(axis=0).all():
        return Uncertain(NOTHING, 0, int(known.sum()))
    low = np.nanquantile(drawn, 0.5 - level / 2, axis=0).min()
    high = np.nanquantile(drawn, 1 - (1 - level) / 2 / drawn.shape[1], axis=0).min()
    smallest = np.fmin.reduce(drawn[known], axis=1)
    ends = np.fmin(low, plain.low), np.fmax(high, plain.high)
    return Uncertain(
        Interval(plain.estimate, *map(np.asarray, ends)), int((question.sign * smallest > 0).sum()), int(known.sum())
    )


def _differences(question: Question, repeats: Repeats) -> NDArray[np.float64]:
    """Difference to each of the others, or to all, shape (B, others or 1); NaN where a resample has none."""
    sums, numbers = np.moveaxis(_sums(question, repeats), 2, 0)
    own = _ratio(sums[:, question.types].sum(axis=1), numbers[:, question.types].sum(axis=1))[:, None]
    if question.best:
        return own - _ratio(sums[:, question.others], numbers[:, question.others])
    return own - _ratio(sums.sum(axis=1), numbers.sum(axis=1))[:, None]


def _sums(question: Question, repeats: Repeats) -> NDArray[np.float64]:
    """Sum of the answers and their number, by resample and type, shape (B, k, 2)."""
    values, weights = question.values[repeats.formed], question.weights[repeats.formed]
    counted = question.counted[repeats.formed]
    both = np.stack([np.where(counted, values, 0), counted], axis=1) * weights[:, None]
    b, n = repeats.counts.shape
    sums = np.empty((b, question.k, 2))
    size = max(1, CELLS // n)
    for begin in range(0, b, size):
        chunk = slice(begin, begin + size)
        counts, types = repeats.counts[chunk].astype(float), repeats.types[chunk]
        for t in range(question.k):
            sums[chunk, t] = (counts * (types == t)) @ both
    return sums


def _ratio(sums: NDArray[np.float64], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(sums, numbers, out=np.full(sums.shape, np.nan), where=numbers > 0)
