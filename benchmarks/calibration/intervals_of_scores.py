"""Coverage of the intervals of means, of differences of means and of effect sizes of answers with an order."""

import itertools

import numpy as np
from grid import (
    LAYOUTS,
    LEVEL,
    NUMBERS,
    SETTINGS,
    SHAPES,
    SIZES,
    TYPES,
    Cell,
    draw_numbers,
    held,
    seed,
    shapes_of,
    sizes_of,
    steps_of,
    truth_of_numbers,
)

from kommtyp.effects import cliffs_delta, hedges_g, omega_squared, rank_epsilon_squared
from kommtyp.intervals import Moments, mean_interval, welch
from kommtyp.tests_of_association import kruskal_wallis, ranks_of, studentized_range_quantile

CODES = np.arange(5.0)
PAIRS = ((0, 1), (0, 3), (2, 3))
NODES = 100


def family(where):
    return "ordinal" if where in SHAPES else "skewed" if where in ("lognormal", "counts") else "numbers"


def draws(where, n, layout, setting, repeats):
    """Counts of the codes (ordinal) or None, and moments of each type; arrays of shape (repeats, types)."""
    draw, sizes = seed(where, n, layout, setting), sizes_of(n, layout)
    if where in SHAPES:
        counts = draw.multinomial(sizes, shapes_of(where, setting), size=(repeats, TYPES))
        mean = counts @ CODES / sizes
        squares = (counts * (CODES - mean[..., None]) ** 2).sum(axis=-1)
        return counts, Moments(np.broadcast_to(sizes, mean.shape), mean, np.sqrt(squares / (sizes - 1)))
    mean, sd = np.empty((2, repeats, TYPES))
    for place, (size, step) in enumerate(zip(sizes, steps_of(setting), strict=True)):
        values = draw_numbers(draw, where, (repeats, size), step)
        mean[:, place], sd[:, place] = values.mean(axis=1), values.std(axis=1, ddof=1)
    return None, Moments(np.broadcast_to(sizes, mean.shape), mean, sd)


def truths(where, setting):
    """Mean and standard deviation of each type."""
    if where in SHAPES:
        shares = shapes_of(where, setting)
        mean = shares @ CODES
        return mean, np.sqrt(shares @ CODES**2 - mean**2)
    return truth_of_numbers(where, steps_of(setting))


def taken(moments, places):
    return Moments(*(field[:, list(places)] for field in moments))


def cells(repeats):
    for n, layout, setting in itertools.product(SIZES, LAYOUTS, SETTINGS):
        for where in (*SHAPES, *NUMBERS):
            counts, moments = draws(where, n, layout, setting, repeats)
            cell = Cell("", n, layout, setting, where, 0, repeats=repeats)
            yield from of_means(cell, moments)
            if counts is None:
                yield from of_effects(cell, moments)
                yield from of_all_pairs(cell, moments)
            else:
                yield from of_dominance(cell, counts)
                yield from of_ranks(cell, counts)


def of_means(cell, moments):
    mean, _ = truths(cell.where, cell.setting)
    kind = family(cell.where)
    if (cell.layout, cell.setting) == ("equal", "alike"):
        interval = mean_interval(*(moments.mean[:, 0], moments.sd[:, 0], moments.n[:, 0]), level=LEVEL)
        rate, width, given = held(*interval[1:], mean[0])
        yield cell._replace(kind=f"mean, {kind}: Student", layout="", setting="", rate=rate, width=width, given=given)
    a, b = ([pair[place] for pair in PAIRS] for place in (0, 1))
    apart = welch(taken(moments, a), taken(moments, b), level=LEVEL)
    for place, truth in enumerate(mean[a] - mean[b]):
        rate, width, given = held(apart.low[:, place], apart.high[:, place], truth)
        yield cell._replace(kind=f"difference of means, {kind}: Welch", rate=rate, width=width, given=given)


def of_all_pairs(cell, moments):
    """Games and Howell's intervals of all pairs together: Welch's, with the quantile of the studentised range."""
    mean, _ = truths(cell.where, cell.setting)
    first, second = np.triu_indices(TYPES, 1)
    a, b = taken(moments, first), taken(moments, second)
    apart = welch(a, b, level=LEVEL)
    nodes = 1 / np.linspace(1 / np.nanmax(apart.df), 1 / np.nanmin(apart.df), NODES)
    quantile = np.interp(1 / apart.df, 1 / nodes, studentized_range_quantile(1 - LEVEL, TYPES, nodes))
    half = quantile * np.sqrt((a.sd**2 / a.n + b.sd**2 / b.n) / 2)
    far = np.abs(apart.estimate - (mean[first] - mean[second])) > half
    given = ~np.isnan(half).any(axis=1)
    kind = f"differences of means, jointly, {family(cell.where)}: Games–Howell"
    rate, width = 1 - far[given].any(axis=1).mean(), 2 * half[given].mean()
    yield cell._replace(kind=kind, rate=rate, width=width, given=given.mean())


def of_effects(cell, moments):
    mean, sd = truths(cell.where, cell.setting)
    n, kind = moments.n[0].astype(float), family(cell.where)
    yield of_distance(cell._replace(kind=f"Hedges' g, {kind}"), moments, mean[[0, -1]], sd[[0, -1]])
    between = (n * (mean - n @ mean / n.sum()) ** 2).sum()
    total = (moments.mean @ n / n.sum())[:, None]
    f = (n * (moments.mean - total) ** 2).sum(axis=1) / ((n - 1) * moments.sd**2).sum(axis=1)
    f = f * (n.sum() - TYPES) / (TYPES - 1)
    unit = np.array([-1.0, -1, 1, 1])
    unit = (unit - n @ unit / n.sum()) * np.sqrt((TYPES - 1) / (n * (unit - n @ unit / n.sum()) ** 2).sum())

    def ends(values):
        """Intervals for types of spread 1 whose means lie so far apart that they have these F."""
        return np.array([omega_squared(n, unit * np.sqrt(value), np.ones(TYPES), level=LEVEL)[2:] for value in values])

    yield read_off(cell._replace(kind=f"ω², {kind}"), f, ends, between / (between + n @ sd**2))


def of_distance(cell, moments, mean, sd):
    (n_a, n_b), (mean_a, mean_b), (sd_a, sd_b) = (field[:, [0, -1]].T for field in moments)
    n = np.array([n_a[0], n_b[0]], float)
    pooled = [np.sqrt(((n_a - 1) * a**2 + (n_b - 1) * b**2) / (n.sum() - 2)) for a, b in ((sd_a, sd_b), sd)]

    def ends(values):
        one, zero = np.ones_like(values), np.zeros_like(values)
        return np.transpose(hedges_g((n[0], values, one), (n[1], zero, one), level=LEVEL)[2:])

    return read_off(cell, (mean_a - mean_b) / pooled[0], ends, (mean[0] - mean[1]) / pooled[1][0])


def read_off(cell, statistic, ends, truth):
    """Coverage of an interval that depends on one statistic alone: computed at nodes, read off between them."""
    known = statistic[np.isfinite(statistic)]
    nodes = np.unique(known)
    nodes = nodes if len(nodes) <= NODES else np.unique(np.quantile(known, np.linspace(0, 1, NODES)))
    low, high = (np.interp(known, nodes, column) for column in ends(nodes).T)
    rate, width, _ = held(low, high, truth)
    return cell._replace(rate=rate, width=width, given=len(known) / len(statistic))


def of_dominance(cell, counts):
    shares, sizes = shapes_of(cell.where, cell.setting), sizes_of(cell.n, cell.layout)
    for first, second in PAIRS:
        effect = cliffs_delta(counts[:, first], counts[:, second], level=LEVEL)
        rate, width, given = held(*effect[2:], _delta(shares[first], shares[second]))
        yield cell._replace(kind="Cliff's δ, pairs", rate=rate, width=width, given=given)
    for own in (0, TYPES - 1):
        effect = cliffs_delta(counts[:, own], counts.sum(axis=1) - counts[:, own], level=LEVEL)
        rest = np.setdiff1d(np.arange(TYPES), own)
        rate, width, given = held(*effect[2:], _delta(shares[own], sizes[rest] @ shares[rest] / sizes[rest].sum()))
        yield cell._replace(kind="Cliff's δ, against the rest", rate=rate, width=width, given=given)


def _delta(a, b):
    return a @ np.sign(np.subtract.outer(CODES, CODES)) @ b


def of_ranks(cell, counts):
    shares, sizes = shapes_of(cell.where, cell.setting), sizes_of(cell.n, cell.layout)
    total = sizes @ shares / sizes.sum()
    ridit = np.cumsum(total) - total / 2
    truth = sizes @ (shares @ ridit - 0.5) ** 2 / sizes.sum() / (total @ (ridit - 0.5) ** 2)
    h = np.array([kruskal_wallis(ranks_of(table)).statistic for table in counts])
    n = sizes.sum()

    def ends(values):
        return np.array([rank_epsilon_squared(value, n, TYPES, level=LEVEL)[2:] for value in values])

    yield read_off(cell._replace(kind="rank ε²"), h, ends, truth)
