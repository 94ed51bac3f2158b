"""Coverage of shares and means adjusted over strata, and size of the tests within strata."""

import numpy as np
from grid import LEVEL, SHAPES, SHARES, SIZES, TYPES, seed
from scipy.special import expit, logit

from kommtyp.standardisation import (
    cell_moments,
    difference_of_shares,
    pool_strata,
    standardised_means,
    standardised_shares,
)
from kommtyp.tests_of_association import cochran_mantel_haenszel, ridits

STRATA = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
SHIFT = np.linspace(-1, 1, len(STRATA))
CODES = np.arange(5)


def survey_of_strata(draw, n, share, lift=(0, 0, 0, 0), *, steep=1):
    """Types of unequal make-up; within each stratum they adopt alike, or more by `lift` on the log odds."""
    odds = np.log(share / (1 - share)) + 0.8 * steep * SHIFT
    strata, labels = types_of_strata(draw, n, steep)
    answers = (draw.random(TYPES * n) < expit(odds[strata] + np.asarray(lift)[labels])).astype(int)
    return strata, labels, answers, float(STRATA @ expit(odds))


def types_of_strata(draw, n, steep=1):
    strata = draw.choice(len(STRATA), TYPES * n, p=STRATA)
    pull = np.exp(steep * np.outer(SHIFT, [-0.6, 0, 0.3, 0.6]))[strata]
    upper = np.cumsum(pull / pull.sum(axis=1, keepdims=True), axis=1)
    return strata, (draw.random(TYPES * n)[:, None] > upper[:, :-1]).sum(axis=1)


def run(options):
    repeats = options.repeats or 2_000
    for steep, shares in ((1, SHARES), (2, (0.1, 0.3))):
        print("| n per type | share | coverage | lowest type | width | coverage of differences | size of the test |")
        print("|---:|---:|---:|---:|---:|---:|---:|")
        for n in SIZES:
            for share in shares:
                of_shares(n, share, repeats, steep)
        print()
    print("| n per type | ordinal answers | coverage | lowest type | width | size of the test |")
    print("|---:|---|---:|---:|---:|---:|")
    for n in SIZES:
        for shape in SHAPES:
            of_means(n, shape, repeats)


def of_shares(n, share, repeats, steep):
    hits, widths, apart, alarms = [], [], [], []
    for repeat in range(repeats):
        strata, labels, answers, truth = survey_of_strata(np.random.default_rng([n, repeat]), n, share, steep=steep)
        pooled = pool_strata(strata[:, None], labels, TYPES, ordered=[True])
        place = (pooled.of * TYPES + labels) * 2 + answers
        table = np.bincount(place, minlength=len(pooled.sizes) * TYPES * 2).reshape(-1, TYPES, 2)
        found = standardised_shares(table, pooled.sizes, level=LEVEL)
        hits.append((found.low[:, 1] <= truth) & (found.high[:, 1] >= truth))
        widths.append(found.high[:, 1] - found.low[:, 1])
        difference = difference_of_shares(found, [0], [TYPES - 1])
        apart.append((difference.low[0, 1] <= 0) & (difference.high[0, 1] >= 0))
        alarms.append(cochran_mantel_haenszel(labels, answers, strata, TYPES).p_value < 0.05)
    cover = np.mean(hits, axis=0)
    numbers = (cover.mean(), cover.min(), np.mean(widths), np.mean(apart), np.mean(alarms))
    print(f"| {n} | {share:.2f} | {' | '.join(f'{number:.3f}' for number in numbers)} |", flush=True)


def of_means(n, shape, repeats):
    upper = expit(logit(np.cumsum(SHAPES[shape])[:-1]) - 0.8 * SHIFT[:, None])
    truth = STRATA @ (CODES[-1] - upper.sum(axis=1))
    draw = seed("strata", shape, n)
    hits, widths, alarms = [], [], []
    for _ in range(repeats):
        strata, labels = types_of_strata(draw, n)
        answers = (draw.random(TYPES * n)[:, None] > upper[strata]).sum(axis=1)
        pooled = pool_strata(strata[:, None], labels, TYPES, ordered=[True])
        cells = cell_moments(answers, labels, pooled.of, (len(pooled.sizes), TYPES))
        found = standardised_means(cells, pooled.sizes, level=LEVEL)
        hits.append(np.where(np.isnan(found.low), np.nan, (found.low <= truth) & (found.high >= truth)))
        widths.append(found.high - found.low)
        alarms.append(cochran_mantel_haenszel(labels, ridits(answers, strata), strata, TYPES).p_value < 0.05)
    cover = np.nanmean(hits, axis=0)
    numbers = (cover.mean(), cover.min(), np.nanmean(widths), np.mean(alarms))
    print(f"| {n} | {shape} | {' | '.join(f'{number:.3f}' for number in numbers)} |", flush=True)
