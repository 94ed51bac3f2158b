"""Coverage and size with weights such as raking to two margins gives, where answers hang on what is weighted by."""

import itertools

import numpy as np
from grid import (
    LAYOUTS,
    LEVEL,
    SETTINGS,
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
from scipy.optimize import brentq
from scipy.special import expit
from size_of_tests import alarms

from kommtyp.intervals import mean_interval, welch
from kommtyp.weighting import (
    difference_of_shares,
    domain_means,
    equal_means,
    equal_shares,
    logit_interval,
    rank_scores,
    rao_scott,
    weigh,
    weighted_delta,
    weighted_odds_ratio,
)

STRENGTHS = {"moderate": 0.7, "strong": 1.2}
CLASSES, PLACES = 7, 4
SAMPLED = np.outer([0.05, 0.1, 0.15, 0.2, 0.2, 0.2, 0.1], np.full(PLACES, 1 / PLACES)).ravel()
PULL = np.repeat(np.linspace(-0.8, 0.8, CLASSES), PLACES)
FIVE = ("even", "low")
CODES = np.arange(5.0)


def weights_of(strength):
    """Weight of each of 28 cells of size class and place: one factor for each, as raking gives."""
    factors = np.add.outer(np.linspace(1.2, -1.2, CLASSES), [0.5, -0.3, 0.2, -0.4]) * STRENGTHS[strength]
    weights = np.exp(factors).ravel()
    return weights / (SAMPLED @ weights)


def design_effect(strength):
    return SAMPLED @ weights_of(strength) ** 2


def within_cells(below, weights):
    """Cumulated shares of each cell, so that the weighted ones of all are `below`: larger places adopt more."""
    mass = SAMPLED * weights
    shifts = [brentq(lambda shift, one=one: mass @ expit(shift - PULL) - one, -15, 15) for one in below]
    return expit(np.array(shifts) - PULL[:, None])


def survey(cell, strength, below, repeats):
    """Draw types of given sizes; return the weighed answers of each type of each repeat, shape (repeats · types, c)."""
    draw, sizes, weights = seed(strength, *cell[1:5]), sizes_of(cell.n, cell.layout), weights_of(strength)
    n, c = sizes.sum(), len(below[0]) + 1
    place = draw.choice(len(weights), size=(repeats, n), p=SAMPLED)
    types = np.repeat(np.arange(TYPES), sizes)
    upper = np.stack([within_cells(own, weights) for own in below])
    codes = (draw.random((repeats, n, 1)) > upper[types, place]).sum(axis=-1)
    groups = np.arange(repeats)[:, None] * TYPES + types
    weighed = weigh(groups.ravel(), codes.ravel(), weights[place].ravel(), repeats * TYPES, c)
    return weighed._replace(whole=int(n))


def pair(weighed, first=0, second=TYPES - 1):
    return weighed.take(slice(first, None, TYPES)), weighed.take(slice(second, None, TYPES))


def every(weighed):
    return (weighed.take(slice(start, start + TYPES)) for start in range(0, len(weighed.rows), TYPES))


def cells(repeats):
    for strength, n, layout, setting in itertools.product(STRENGTHS, SIZES, LAYOUTS, SETTINGS):
        for share in SHARES:
            cell = Cell("", n, layout, setting, f"{share:g}", 0, repeats=repeats)
            shares = shares_of(share, setting)
            weighed = survey(cell, strength, 1 - shares[:, None], repeats)
            yield from of_shares(cell, strength, weighed, shares)
        for shape in FIVE:
            cell = Cell("", n, layout, setting, shape, 0, repeats=repeats)
            shares = shapes_of(shape, setting)
            weighed = survey(cell, strength, np.cumsum(shares, axis=1)[:, :-1], repeats)
            yield from of_scores(cell, strength, weighed, shares)


def covered(cell, kind, ends, truth):
    rate, width, given = held(*ends, truth)
    return cell._replace(kind=kind, rate=rate, width=width, given=given)


def of_shares(cell, strength, weighed, shares):
    a, b = pair(weighed)
    if (cell.layout, cell.setting) == ("equal", "alike"):
        ends = (end[:, 1] for end in logit_interval(a, level=LEVEL)[1:])
        yield covered(cell._replace(layout=""), f"share, {strength} weights: logit", ends, shares[0])
    ends = (end[:, 1] for end in difference_of_shares(a, b, level=LEVEL)[1:])
    yield covered(cell, f"difference of shares, {strength} weights: logit, joined", ends, shares[0] - shares[-1])
    with np.errstate(divide="ignore"):
        ends = np.log(weighted_odds_ratio(a, b, level=LEVEL)[1:])
    odds = np.log(shares / (1 - shares))
    yield covered(cell, f"odds ratio, {strength} weights", ends, odds[0] - odds[-1])._replace(width=np.nan)
    if cell.setting == "alike":
        overall = [rao_scott(one).p_value for one in every(weighed)]
        yield alarms(cell, f"shares, overall, {strength} weights: Rao–Scott", overall)
        yield alarms(cell, f"shares, pairs, {strength} weights: t", equal_shares(a, b).p_value[:, 1])


def of_scores(cell, strength, weighed, shares):
    truth = shares @ CODES
    a, b = pair(weighed)
    first, second = (domain_means(part, CODES).moments for part in (a, b))
    if (cell.layout, cell.setting) == ("equal", "alike"):
        ends = mean_interval(first.mean, first.sd, first.n, level=LEVEL)[1:]
        yield covered(cell._replace(layout=""), f"mean, {strength} weights: t", ends, truth[0])
    apart = welch(first, second, level=LEVEL)
    yield covered(cell, f"difference of means, {strength} weights: Welch", apart[1:3], truth[0] - truth[-1])
    delta = weighted_delta(a, b, level=LEVEL)
    order = np.sign(np.subtract.outer(CODES, CODES))
    yield covered(cell, f"Cliff's δ, {strength} weights", delta[1:3], shares[0] @ order @ shares[-1])
    if cell.setting == "alike":
        yield alarms(cell, f"means, pairs, {strength} weights: Welch", apart.p_value)
        yield alarms(cell, f"ranks, pairs, {strength} weights: δ", delta.p_value)
        means = [equal_means(domain_means(one, CODES), test="").p_value for one in every(weighed)]
        yield alarms(cell, f"means, overall, {strength} weights: Welch", means)
        ranks = [equal_means(domain_means(one, rank_scores(one)), test="").p_value for one in every(weighed)]
        yield alarms(cell, f"ranks, overall, {strength} weights: Welch on ranks", ranks)
