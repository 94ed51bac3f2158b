"""Size of the 5 % tests where the types do not differ."""

import itertools

import numpy as np
from grid import LAYOUTS, NUMBERS, SHAPES, SHARES, SIZES, TYPES, Cell, seed, sizes_of
from intervals_of_scores import draws, family, taken
from intervals_of_shares import binomial

from kommtyp.intervals import Moments, welch
from kommtyp.multiplicity import correct
from kommtyp.tests_of_association import (
    association,
    association_2x2,
    dunn,
    fisher_monte_carlo,
    kruskal_wallis,
    pearson,
    ranks_of,
    residuals,
    welch_anova,
)
from kommtyp.tests_of_association.tables import LEAST_EXPECTED

ALPHA = 0.05
FIRST, SECOND = np.triu_indices(TYPES, 1)


def cells(repeats):
    yield from of_pairs_of_shares()
    for n, layout, share in itertools.product(SIZES, LAYOUTS, SHARES):
        yield from of_shares(Cell("", n, layout, "", f"{share:g}", 0, repeats=repeats), share)
    for n, layout, where in itertools.product(SIZES, LAYOUTS, (*SHAPES, *NUMBERS)):
        counts, moments = draws(where, n, layout, "alike", repeats)
        cell = Cell("", n, layout, "", where, 0, repeats=repeats)
        if counts is None:
            yield from of_means(cell, moments)
            continue
        yield from of_ranks(cell, counts)
        if where in ("even", "low", "floor"):
            yield from of_tables(cell, counts[: max(repeats // 5, 1)])


def alarms(cell, kind, p_values):
    """How often a test that was done, or not, rejects."""
    p_values = np.asarray(p_values, float)
    rate, given = (p_values < ALPHA).mean(), (~np.isnan(p_values)).mean()
    return cell._replace(kind=kind, rate=rate, given=given, of_test=True)


def of_pairs_of_shares():
    """All outcomes of two types, each with its probability."""
    for n, layout, share in itertools.product(SIZES, LAYOUTS, SHARES):
        n_a, n_b = sizes_of(n, layout)[[0, -1]]
        p_values = association_2x2(np.arange(n_a + 1)[:, None], n_a, np.arange(n_b + 1), n_b)
        probability = binomial(n_a, share)[:, None] * binomial(n_b, share)
        rate, given = probability[p_values < ALPHA].sum(), probability[~np.isnan(p_values)].sum()
        yield Cell("shares, pairs: Pearson or Fisher", n, layout, "", f"{share:g}", rate, given=given, of_test=True)


def of_shares(cell, share):
    sizes = sizes_of(cell.n, cell.layout)
    yes = seed("size", *cell[1:5]).binomial(sizes, share, size=(cell.repeats, TYPES))
    distinct, place = np.unique(yes, axis=0, return_inverse=True)
    overall = [association(np.stack([sizes - row, row], axis=1)).p_value for row in distinct]
    yield alarms(cell, "shares, overall: Pearson or Fisher", np.array(overall)[place.ravel()])
    pairs = association_2x2(distinct[:, FIRST], sizes[FIRST], distinct[:, SECOND], sizes[SECOND])
    least = [np.nanmin([1, *correct(row)]) for row in pairs]
    yield alarms(cell, "shares, any pair after Holm", np.array(least)[place.ravel()])
    rest = yes.sum(axis=1, keepdims=True) - yes
    p_values = association_2x2(yes, sizes, rest, sizes.sum() - sizes)
    yield alarms(cell, "shares, against the rest: Pearson or Fisher", p_values[:, 0])


def of_tables(cell, counts):
    """Distributions of five answers: Pearson, or Fisher's test by Monte Carlo with 999 tables instead of 100,000."""
    cell = cell._replace(repeats=len(counts))
    filled = [table[:, table.sum(axis=0) > 0] for table in counts]
    tests = [residuals(table) for table in filled]
    draw = seed("monte carlo", *cell[1:5])
    enough = np.array([test.expected.min() >= LEAST_EXPECTED for test in tests])
    p_values = [
        pearson(table).p_value if many else fisher_monte_carlo(table, n_tables=999, random_state=draw).p_value
        for table, many in zip(filled, enough, strict=True)
    ]
    yield alarms(cell, "distributions, overall: Pearson or Fisher by Monte Carlo", p_values)
    yield alarms(cell, "distributions, residuals of cells", np.concatenate([test.p_value.ravel() for test in tests]))


def of_ranks(cell, counts):
    ranks = [ranks_of(table) for table in counts]
    yield alarms(cell, "ordinal, overall: Kruskal–Wallis", [kruskal_wallis(own).p_value for own in ranks])
    pairs = np.array([dunn(own, FIRST, SECOND).p_value for own in ranks])
    yield alarms(cell, "ordinal, pairs: Dunn", pairs[:, 2])
    yield alarms(cell, "ordinal, any pair after Holm", [np.nanmin([1, *correct(row)]) for row in pairs])
    yield alarms(cell, "ordinal, against the rest: Dunn", [dunn(own, [0]).p_value[0] for own in ranks])


def of_means(cell, moments):
    kind = family(cell.where)
    overall = [welch_anova(Moments(*row)).p_value for row in zip(*moments, strict=True)]
    yield alarms(cell, f"{kind}, overall: Welch's analysis of variance", overall)
    pairs = welch(taken(moments, [0]), taken(moments, [TYPES - 1])).p_value
    yield alarms(cell, f"{kind}, pairs: Welch", pairs)
    rest = taken(moments, [1, 2, 3])
    n = rest.n.sum(axis=1, keepdims=True)
    mean = (rest.n * rest.mean).sum(axis=1, keepdims=True) / n
    squares = ((rest.n - 1) * rest.sd**2 + rest.n * (rest.mean - mean) ** 2).sum(axis=1, keepdims=True)
    p_values = welch(taken(moments, [0]), Moments(n, mean, np.sqrt(squares / (n - 1)))).p_value
    yield alarms(cell, f"{kind}, against the rest: Welch", p_values)
