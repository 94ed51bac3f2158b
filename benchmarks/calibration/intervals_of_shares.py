"""Coverage of the intervals of shares, of their differences and of what is made of their tables."""

import itertools

import numpy as np
from grid import (
    LAYOUTS,
    LEVEL,
    SETTINGS,
    SHAPES,
    SHARES,
    SIZES,
    TYPES,
    Cell,
    held,
    seed,
    shapes_of,
    shares_of,
    sizes_of,
)
from scipy.special import gammaln, xlog1py, xlogy

from kommtyp.effects import cramers_v_corrected, odds_ratio, phi_squared
from kommtyp.intervals import goodman, newcombe, wilson

PAIRS = ((0, 1), (0, 3), (2, 3))


def binomial(n, share):
    """Probability of 0 … n yes."""
    x = np.arange(n + 1)
    return np.exp(gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + xlogy(x, share) + xlog1py(n - x, -share))


def weighed(low, high, truth, probability):
    """Exact coverage, width and how often there is an interval: all outcomes, each with its probability."""
    given = ~(np.isnan(low) | np.isnan(high))
    inside = (low - 1e-12 <= truth) & (truth <= high + 1e-12)
    total = probability[given].sum()
    with np.errstate(invalid="ignore"):
        width = (probability * (high - low))[given].sum() / total
    return probability[given & inside].sum() / total, width, total


def layouts():
    return itertools.product(SIZES, LAYOUTS, SETTINGS, SHARES)


def of_shares():
    for n, share in itertools.product(SIZES, SHARES):
        interval = wilson(np.arange(n + 1), n, level=LEVEL)
        yield Cell("share: Wilson", n, "", "", f"{share:g}", *weighed(*interval[1:], share, binomial(n, share)))


def of_pairs():
    for n, layout, setting, share in layouts():
        sizes, shares = sizes_of(n, layout), shares_of(share, setting)
        for first, second in PAIRS:
            a, b = np.arange(sizes[first] + 1)[:, None], np.arange(sizes[second] + 1)
            of_both = binomial(sizes[first], shares[first])[:, None] * binomial(sizes[second], shares[second])
            yield from _of_pair(Cell("", n, layout, setting, f"{share:g}", 0), a, b, shares[[first, second]], of_both)


def _of_pair(cell, a, b, shares, probability):
    n_a, n_b = a.max(), b.max()
    interval = newcombe(a, n_a, b, n_b, level=LEVEL)
    rate, width, given = weighed(*interval[1:], shares[0] - shares[1], probability)
    yield cell._replace(kind="difference of shares, pairs: Newcombe", rate=rate, width=width, given=given)
    odds = shares / (1 - shares)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (np.log(end) for end in odds_ratio(a, n_a, b, n_b, level=LEVEL)[2:])
    rate, _, given = weighed(low, high, np.log(odds[0] / odds[1]), probability)
    yield cell._replace(kind="odds ratio, pairs: Woolf–Gart", rate=rate, given=given)


def of_rest():
    for n, layout, setting, share in layouts():
        sizes, shares = sizes_of(n, layout), shares_of(share, setting)
        for own in (0, TYPES - 1):
            rest = np.setdiff1d(np.arange(TYPES), own)
            of_rest = np.ones(1)
            for other in rest:
                of_rest = np.convolve(of_rest, binomial(sizes[other], shares[other]))
            a, b = np.arange(sizes[own] + 1)[:, None], np.arange(len(of_rest))
            interval = newcombe(a, sizes[own], b, b.max(), level=LEVEL)
            truth = shares[own] - sizes[rest] @ shares[rest] / sizes[rest].sum()
            found = weighed(*interval[1:], truth, binomial(sizes[own], shares[own])[:, None] * of_rest)
            yield Cell("difference of shares, against the rest: Newcombe", n, layout, setting, f"{share:g}", *found)


def of_distributions(repeats):
    for n, shape, answers in itertools.product(SIZES, SHAPES, (3, 5)):
        truth = np.array(SHAPES[shape])
        truth = truth if answers == 5 else np.array([truth[:2].sum(), truth[2], truth[3:].sum()])
        counts = seed("goodman", n, shape, answers).multinomial(n, truth, size=repeats)
        interval = goodman(counts, level=LEVEL)
        inside = ((interval.low - 1e-12 <= truth) & (truth <= interval.high + 1e-12)).all(axis=1)
        width = (interval.high - interval.low).mean()
        where = f"{shape}, {answers} answers"
        yield Cell("shares of one distribution, jointly: Goodman", n, "", "", where, inside.mean(), width, 1.0, repeats)


def of_tables(repeats):
    """Bias-corrected V: of 4 × 2 tables by shares, of 4 × 5 tables by shapes."""
    for n, layout, setting in itertools.product(SIZES, LAYOUTS, list(SETTINGS)[:2]):
        truths = {f"{share:g}": _with_no(shares_of(share, setting)) for share in (0.02, 0.1, 0.5)}
        truths |= {shape: shapes_of(shape, setting) for shape in ("even", "low")}
        for where, shares in truths.items():
            sizes = sizes_of(n, layout)
            truth = np.sqrt(phi_squared(shares * sizes[:, None]) / (min(shares.shape) - 1))
            tables = seed("v", n, layout, setting, where).multinomial(sizes, shares, size=(repeats, TYPES))
            distinct, counts = np.unique(tables.reshape(repeats, -1), axis=0, return_counts=True)
            ends = [cramers_v_corrected(table.reshape(TYPES, -1), level=LEVEL)[2:] for table in distinct]
            low, high = np.repeat(np.array(ends, float), counts, axis=0).T
            kind = "Cramér's V, bias-corrected: bootstrap"
            yield Cell(kind, n, layout, setting, where, *held(low, high, truth), repeats)


def _with_no(shares):
    return np.stack([1 - shares, shares], axis=1)


def cells(repeats):
    yield from of_shares()
    yield from of_pairs()
    yield from of_rest()
    yield from of_distributions(repeats)
    yield from of_tables(max(repeats // 10, 1))
