"""The comparison with the doubt about the types in it: resample, form the types, name them, compare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kommtyp.classification_error import Correction, corrected_means, corrected_shares, correction
from kommtyp.codebook import Item
from kommtyp.comparison.plain import plain_intervals
from kommtyp.comparison.rows import Options, Rows, too_large, written
from kommtyp.comparison.scores import MOST_SHARES
from kommtyp.errors import FitError
from kommtyp.intervals import Interval
from kommtyp.scaling import apply_scaling
from kommtyp.stability import Repeats, repeat_types
from kommtyp.typology import Classification

__all__ = ["uncertain_rows"]

CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class Column:
    """One estimate by type: the share of an answer, or a mean.

    Parameters
    ----------
    item : Item
        The indicator.
    category : str
        The answer; empty for a mean.
    values : ndarray, shape (n,)
        Answers of those who have a type: 0 and 1 for a share, NaN where there is none.
    level : float
        Confidence level of the interval for each type.
    """

    item: Item
    category: str
    values: np.ndarray
    level: float

    @property
    def share(self) -> bool:
        """Whether it is a share."""
        return bool(self.category)


def uncertain_rows(
    result: Classification, items: Sequence[Item], options: Options, *, n_boot: int, n_init: int
) -> Rows:
    """Compare the types again in each resample, with the members and the types of that resample.

    Where the municipalities have weights, a resample carries them: who was drawn twice counts with twice the weight,
    in forming the types, in naming them and in comparing them.

    Parameters
    ----------
    result : Classification
        The types.
    items : sequence of Item
        The indicators.
    options : Options
        Choices of the comparison.
    n_boot : int
        Number of resamples.
    n_init : int
        Random starts of k-means in each.

    Yields
    ------
    table, columns : str, dict
        Rows of the tables "uncertain" and "uncertain_differences".

    Raises
    ------
    FitError
        If an option is out of range, or too few resamples can be clustered.
    """
    for option, value, least in (("n_boot", n_boot, 2), ("n_init", n_init, 1)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            none = ", or 0 for no resamples" if option == "n_boot" else ""
            raise FitError(f"{option}: {value!r} does not do. Use a whole number of at least {least}{none}.")
    repeats = repeat_types(result, n_boot=n_boot, n_init=n_init, random_state=options.random_state)
    types = result.types[repeats.formed]
    labels, k = types.cat.codes.to_numpy().astype(np.intp), len(result.typology.keys)
    weights = result.weights.to_numpy(dtype=float)[repeats.formed] if (result.weights != 1).any() else None
    columns = [column for item in items for column in _columns(result, item, repeats.formed, options.level)]
    if not columns:
        return
    estimates = _estimates(repeats, columns, k, weights)
    X = apply_scaling(result.typology.scaling, result.ratings.to_numpy()[repeats.formed])
    posterior = None if result.posterior is None else result.posterior.to_numpy()[repeats.formed]
    errors = correction(X, labels, k, weights=weights, probabilities=posterior)
    for place, column in enumerate(columns):
        corrected = _corrected(column, errors)
        yield from _rows(column, estimates[:, :, place], corrected, types, weights=weights, options=options)


def _columns(result: Classification, item: Item, formed: np.ndarray, level: float) -> Iterator[Column]:
    answers = result.survey.answers[item.name][formed]
    answers = answers.where(result.weights[formed] > 0)  # who has the weight 0 counts as missing
    valid = answers.notna().to_numpy()
    if item.scale == "nominal":
        texts = np.array([written(value) if given else "" for value, given in zip(answers, valid, strict=True)])
        coded = [written(code) for code, _ in item.codes]
        categories = list(dict.fromkeys([*coded, *sorted(set(texts[valid]))]))
        picked = [np.where(valid, texts == category, np.nan) for category in categories]
    else:
        values = answers.to_numpy(dtype=float)
        if item.scale in ("binary", "choice"):
            yield Column(item, "1", values, level)
            return
        if too_large(values):
            return
        yield Column(item, "", values, level)
        if item.scale == "number":
            return
        numbers = np.unique([*(float(code) for code, _ in item.codes), *values[valid]])
        categories = [written(number) for number in numbers]
        picked = [np.where(valid, values == number, np.nan) for number in numbers]
    if len(categories) <= MOST_SHARES:
        for category, chosen in zip(categories, picked, strict=True):
            yield Column(item, category, chosen, 1 - (1 - level) / len(categories))


def _estimates(repeats: Repeats, columns: Sequence[Column], k: int, weights: np.ndarray | None) -> np.ndarray:
    """Estimate each column for each type and for all the others, in each resample, shape (B, 2k, columns)."""
    values = np.stack([column.values for column in columns], axis=1)
    valid = ~np.isnan(values)
    both = np.concatenate([np.where(valid, values, 0), valid], axis=1)
    if weights is not None:
        both = both * weights[:, None]
    b, n = repeats.counts.shape
    sums = np.empty((b, k, both.shape[1]))
    size = max(1, CELLS // n)
    for begin in range(0, b, size):
        chunk = slice(begin, begin + size)
        counts, types = repeats.counts[chunk].astype(float), repeats.types[chunk]
        for t in range(k):
            sums[chunk, t] = (counts * (types == t)) @ both
    sums = np.concatenate([sums, (1 - np.eye(k)) @ sums], axis=1)
    total, mass = sums[:, :, : len(columns)], sums[:, :, len(columns) :]
    return np.divide(total, mass, out=np.full(total.shape, np.nan), where=mass > 0)


def _rows(
    column: Column,
    estimates: np.ndarray,
    corrected: Interval,
    types: pd.Series,
    *,
    weights: np.ndarray | None,
    options: Options,
) -> Rows:
    keys, labels = list(types.cat.categories), types.cat.codes.to_numpy()
    k = len(keys)
    first, second = np.triu_indices(k, 1) if options.pairwise else (np.empty(0, dtype=int),) * 2
    first, second = np.append(first, np.arange(k)), np.append(second, np.arange(k, 2 * k))
    plain = plain_intervals(
        column.values, labels, weights, k,
        pairs=(first, second), share=column.share, level=column.level, apart_level=options.level,
    )
    head = {"indicator": column.item.name, "category": column.category}
    yield "uncertain", {
        **head,
        "type": np.array(keys),
        "estimate": plain.of_types.estimate,
        **_with_plain(estimates[:, :k], plain.of_types, column.level),
        "leads": _leads(estimates[:, :k], plain.of_types.estimate),
        **dict(zip(("corrected", "corrected_low", "corrected_high"), corrected, strict=True)),
    }
    names = np.array([*keys, *[""] * k], dtype=object)
    yield "uncertain_differences", {
        **head,
        "type_a": names[first],
        "type_b": names[second],
        "difference": plain.apart.estimate,
        **_with_plain(estimates[:, first] - estimates[:, second], plain.apart, options.level),
    }


def _corrected(column: Column, errors: Correction) -> Interval:
    valid = ~np.isnan(column.values)
    if column.share:
        found = corrected_shares(errors.of(valid), column.values[valid, None], level=column.level)
        return Interval(*(part[:, 0] for part in found))
    return corrected_means(errors.of(valid), column.values[valid], level=column.level)


def _with_plain(estimates: np.ndarray, plain: Interval, level: float) -> dict[str, Any]:
    """Take the percentiles of the resamples, or the end of the plain interval where that lies further out.

    Where there is no plain interval, as for a single answer, the resamples could not say how sure it is either.
    """
    low, high = _percentile(estimates, 0.5 - level / 2), _percentile(estimates, 0.5 + level / 2)
    low, high = np.fmin(low, plain.low), np.fmax(high, plain.high)
    none = np.isnan(plain.low)
    low, high = np.where(none, np.nan, low), np.where(none, np.nan, high)
    width = plain.high - plain.low
    ratio = np.divide(high - low, width, out=np.full(width.shape, np.nan), where=width > 0)
    return {"ci_low": low, "ci_high": high, "plain_low": plain.low, "plain_high": plain.high, "width_ratio": ratio}


def _percentile(estimates: np.ndarray, share: float) -> np.ndarray:
    """Percentile of each column, of those resamples that have an estimate."""
    ordered = np.sort(estimates, axis=0)
    last = np.maximum(np.isfinite(ordered).sum(axis=0) - 1, 0)
    at = last * share
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, last)
    lower, upper = (np.take_along_axis(ordered, place[None], axis=0)[0] for place in (below, above))
    return np.asarray(lower + (upper - lower) * (at - below))


def _leads(estimates: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Share of resamples in which each type has the largest estimate; those that share the lead share it.

    A type without an estimate in the data takes no part, though resamples may give it members.
    """
    estimates = np.where(np.isnan(plain), np.nan, estimates)
    largest = np.fmax.reduce(estimates, axis=1)
    leading = estimates == largest[:, None]
    known = leading.any(axis=1)
    if not known.any():
        return np.full(estimates.shape[1], np.nan)
    shares = (leading[known] / leading[known].sum(axis=1, keepdims=True)).mean(axis=0)
    return np.where(np.isnan(plain), np.nan, shares)
