"""The comparison adjusted for who the municipalities are: standardised estimates, and tests within strata."""

from typing import Any, NamedTuple

import numpy as np

from kommtyp.comparison.adjusting import Adjustment
from kommtyp.comparison.rows import Answers, Options, Rows, outcome_row, written
from kommtyp.comparison.scores import MOST_SHARES
from kommtyp.intervals import Interval
from kommtyp.standardisation import (
    Cells,
    Strata,
    cell_moments,
    difference_of_means,
    difference_of_shares,
    pool_strata,
    standardised_means,
    standardised_shares,
)
from kommtyp.tests_of_association import Outcome, cochran_mantel_haenszel, ridits
from kommtyp.weighting import (
    difference_of_weighted_means,
    kish_n,
    tested,
    weigh_strata,
    weigh_values,
    weighted_cmh,
    weighted_means,
    weighted_ridits,
    weighted_shares,
)

__all__ = ["adjusted_rows"]

SHARES = ("binary", "choice", "nominal")


class Standardised(NamedTuple):
    """Standardised estimates of the types and of what is left without each, and what they were before.

    `estimate` and `raw` have the shape (2k, m), for m answers or one mean, `difference` (d, m).
    """

    estimate: Interval
    difference: Interval
    raw: np.ndarray


Places = tuple[np.ndarray, np.ndarray]


def adjusted_rows(
    answers: Answers, valid: np.ndarray, plan: Adjustment, options: Options, weights: np.ndarray | None = None
) -> Rows:
    """Compare the types on an indicator as if all had the same make-up.

    Parameters
    ----------
    answers : Answers
        Valid answers.
    valid : ndarray of bool, shape (n,)
        Which municipalities of the survey they come from.
    plan : Adjustment
        What is adjusted for.
    options : Options
        Choices of the comparison.
    weights : ndarray, optional
        Weight of each valid answer, above 0. The make-up is then that of the weighted municipalities.

    Yields
    ------
    table, columns : str, dict
        Rows of the tables "adjusted", "adjusted_differences", "strata" and "tests".
    """
    if answers.item.name in [item.name for item in plan.items]:
        yield "tests", _test_row(answers, Outcome("none", note="is itself adjusted for"), 0)
        return
    levels = plan.levels[valid]
    ordered = [item.scale != "nominal" for item in plan.items]
    strata = pool_strata(levels, answers.labels, len(answers.keys), ordered=ordered)
    yield from _estimates(answers, strata, weights, options)
    yield from _strata(answers, strata, weights, plan)
    used = strata.of >= 0
    finest = np.full(len(used), -1)
    finest[used] = np.unique(levels[used], axis=0, return_inverse=True)[1].ravel()
    yield "tests", _test_row(answers, _test(answers, finest, weights), int(used.sum()))


def _test(answers: Answers, strata: np.ndarray, weights: np.ndarray | None) -> Outcome:
    labels, k = answers.labels, len(answers.keys)
    if answers.item.scale in SHARES:
        responses = np.eye(max(len(answers.values), 1))[answers.codes]
    elif weights is None:
        responses = ridits(answers.codes, strata)
    else:
        responses = weighted_ridits(answers.codes, strata, weights)
    if weights is None:
        return cochran_mantel_haenszel(labels, responses, strata, k)
    used = weights[strata >= 0]
    outcome = weighted_cmh(labels, responses, strata, weights, k)
    return tested(outcome, kish_n(used), len(np.unique(labels[strata >= 0])))


def _test_row(answers: Answers, outcome: Outcome, n: int) -> dict[str, Any]:
    return outcome_row(answers, outcome, ("", np.nan, np.nan, np.nan), main=False) | {"n": n}


def _estimates(answers: Answers, strata: Strata, weights: np.ndarray | None, options: Options) -> Rows:
    k, c, scale = len(answers.keys), len(answers.values), answers.item.scale
    used = strata.of >= 0
    n = np.bincount(answers.labels[used], minlength=k)
    head = {
        "indicator": answers.item.name,
        "n": n,
        "missing": answers.n + answers.missing - n,
        "strata": len(strata.sizes),
    }
    first, second = answers.pairs if options.pairwise else (np.empty(0, dtype=int),) * 2
    places = np.append(first, np.arange(k)), np.append(second, np.arange(k, 2 * k))
    if scale not in SHARES:
        if weights is None:
            found = _means(answers, strata, places, options.level)
        else:
            found = _weighted_means(answers, strata, weights, places, options.level)
        yield from _written(answers, head | {"category": ""}, _column(found, 0), strata, places)
    if c <= MOST_SHARES:
        yes_no = scale in ("binary", "choice")
        joint = options.level if yes_no else 1 - (1 - options.level) / max(c, 1)
        found = _shares(answers, strata, weights, places, (options.level, joint))
        for category in [1] if yes_no else range(c):
            named = head | {"category": written(answers.values[category])}
            rows = _written(answers, named, _column(found, category), strata, places)
            yield from rows if scale in SHARES else (row for row in rows if row[0] == "adjusted")


def _column(found: Standardised, place: int) -> Standardised:
    estimate, difference = (Interval(*(part[:, place] for part in ends)) for ends in (found.estimate, found.difference))
    return Standardised(estimate, difference, found.raw[:, place])


def _written(answers: Answers, head: dict[str, Any], found: Standardised, strata: Strata, places: Places) -> Rows:
    k, keys = len(answers.keys), np.array([*answers.keys, *[""] * len(answers.keys)], dtype=object)
    estimate = Interval(*(part[:k] for part in found.estimate))
    yield "adjusted", {
        **head, "type": keys[:k], **_ends("estimate", estimate), "raw": found.raw[:k],
        "note": [_note(strata, *facts) for facts in zip(head["n"], answers.n, np.isnan(estimate.low), strict=True)],
    }
    first, second = places
    yield "adjusted_differences", {
        "indicator": answers.item.name, "category": head["category"], "type_a": keys[first], "type_b": keys[second],
        **_ends("difference", found.difference), "raw": found.raw[first] - found.raw[second],
    }


def _shares(
    answers: Answers, strata: Strata, weights: np.ndarray | None, places: Places, levels: tuple[float, float]
) -> Standardised:
    """Standardise the shares; the levels are that of the differences and that of the shares."""
    k, c, size = len(answers.keys), len(answers.values), len(strata.sizes)
    if weights is None:
        used = strata.of >= 0
        place = (strata.of[used] * k + answers.labels[used]) * c + answers.codes[used]
        table = np.bincount(place, minlength=size * k * c).reshape(size, k, c)
        groups = np.concatenate([table, table.sum(axis=1, keepdims=True) - table], axis=1)
        single, joint = (standardised_shares(groups, strata.sizes, level=level) for level in levels)
    else:
        counted = weigh_strata(strata.of, answers.labels, answers.codes, weights, (size, k, c))
        single, joint = (weighted_shares(counted, level=level) for level in levels)
    return Standardised(joint, difference_of_shares(single, *places), _raw_shares(answers, weights))


def _raw_shares(answers: Answers, weights: np.ndarray | None) -> np.ndarray:
    k, c = len(answers.keys), len(answers.values)
    table = np.bincount(answers.labels * c + answers.codes, weights, minlength=k * c).reshape(k, c)
    both = np.concatenate([table, (1 - np.eye(k)) @ table])
    n = both.sum(axis=1, keepdims=True)
    return np.divide(both, n, out=np.full(both.shape, np.nan), where=n > 0)


def _means(answers: Answers, strata: Strata, places: Places, level: float) -> Standardised:
    k, size = len(answers.keys), len(strata.sizes)
    values = _values(answers)
    apart = [np.where(answers.labels == t, -1, 0) for t in range(k)]
    cells = _side_by_side(
        cell_moments(values, answers.labels, strata.of, (size, k)),
        *(cell_moments(values, rest, strata.of, (size, 1)) for rest in apart),
    )
    everyone = np.zeros(len(values), dtype=int)
    raw = _side_by_side(
        cell_moments(values, answers.labels, everyone, (1, k)),
        *(cell_moments(values, rest, everyone, (1, 1)) for rest in apart),
    ).mean
    first, second = (Cells(*(part[:, place] for part in cells)) for place in places)
    return Standardised(
        _columns(standardised_means(cells, strata.sizes, level=level)),
        _columns(difference_of_means(first, second, strata.sizes, level=level)),
        raw.T,
    )


def _weighted_means(
    answers: Answers, strata: Strata, weights: np.ndarray, places: Places, level: float
) -> Standardised:
    k, values = len(answers.keys), _values(answers)
    cells = weigh_values(strata.of, answers.labels, values, weights, (len(strata.sizes), k))
    whole = weigh_values(np.zeros(len(values)), answers.labels, values, weights, (1, k))
    return Standardised(
        _columns(weighted_means(cells, level=level)),
        _columns(difference_of_weighted_means(cells, *places, level=level)),
        whole.mean.T,
    )


def _values(answers: Answers) -> np.ndarray:
    return answers.values[answers.codes] if len(answers.values) else np.empty(0)


def _side_by_side(*cells: Cells) -> Cells:
    return Cells(*(np.concatenate(parts, axis=1) for parts in zip(*cells, strict=True)))


def _columns(interval: Interval) -> Interval:
    return Interval(*(part[:, None] for part in interval))


def _ends(name: str, interval: Any) -> dict[str, Any]:
    return dict(zip((name, "ci_low", "ci_high"), interval, strict=True))


def _strata(answers: Answers, strata: Strata, weights: np.ndarray | None, plan: Adjustment) -> Rows:
    written_out = [
        "; ".join(" × ".join(names[level] for names, level in zip(plan.names, cell, strict=True)) for cell in cells)
        for cells in strata.cells
    ]
    if written_out:
        used = strata.of >= 0
        mass = np.bincount(strata.of[used], None if weights is None else weights[used])
        yield "strata", {
            "indicator": answers.item.name, "stratum": np.arange(1, len(written_out) + 1), "n": strata.sizes,
            "share": mass / mass.sum(), "levels": written_out,
        }


def _note(strata: Strata, n: int, answered: int, endless: bool) -> str:
    """Say what was pooled, and why a type has no estimate or no interval."""
    notes, after = [], len(strata.sizes)
    if strata.before != after and after == 1:
        notes.append(f"{strata.before} strata pooled to one, so nothing is adjusted: no finer strata hold all types")
    elif strata.before != after:
        notes.append(f"{strata.before} strata pooled to {after}, so that each holds all types")
    if not n:
        notes.append("no answers of those whose strata are known" if answered else "no answers")
    elif endless:
        notes.append("too few answers, or all alike")
    return "; ".join(notes)
