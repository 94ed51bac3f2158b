"""Coverage of the intervals of shares adjusted over strata, and size of the test within strata."""

import numpy as np

from kommtyp.standardisation import pool_strata, standardised_shares
from kommtyp.tests_of_association import cochran_mantel_haenszel

TYPES = 4
STRATA = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
SHARES = (0.02, 0.1, 0.3, 0.5, 0.9)


def survey_of_strata(draw, n, share, lift=(0, 0, 0, 0)):
    """Types of unequal make-up; within each stratum they adopt alike, or more by `lift` on the log odds."""
    shift = np.linspace(-1, 1, len(STRATA))
    odds = np.log(share / (1 - share)) + 0.8 * shift
    adoption = 1 / (1 + np.exp(-odds))
    strata = draw.choice(len(STRATA), TYPES * n, p=STRATA)
    pull = np.exp(np.outer(shift, [-0.6, 0, 0.3, 0.6]))[strata]
    upper = np.cumsum(pull / pull.sum(axis=1, keepdims=True), axis=1)
    labels = (draw.random(TYPES * n)[:, None] > upper[:, :-1]).sum(axis=1)
    lifted = 1 / (1 + np.exp(-(odds[strata] + np.asarray(lift)[labels])))
    answers = (draw.random(TYPES * n) < lifted).astype(int)
    return strata, labels, answers, float(STRATA @ adoption)


def run(options):
    print("| n per type | share | coverage | lowest of the types | width | size of the 5 % test within strata |")
    print("|---:|---:|---:|---:|---:|---:|")
    for n in (15, 30, 60, 150):
        for share in SHARES:
            hits, widths, alarms = [], [], []
            for repeat in range(options.repeats or 1000):
                strata, labels, answers, truth = survey_of_strata(np.random.default_rng([n, repeat]), n, share)
                pooled = pool_strata(strata[:, None], labels, TYPES, ordered=[True])
                place = (pooled.of * TYPES + labels) * 2 + answers
                table = np.bincount(place, minlength=len(pooled.sizes) * TYPES * 2).reshape(-1, TYPES, 2)
                found = standardised_shares(table, pooled.sizes)
                hits.append((found.low[:, 1] <= truth) & (found.high[:, 1] >= truth))
                widths.append(found.high[:, 1] - found.low[:, 1])
                p = cochran_mantel_haenszel(labels, answers, strata, TYPES).p_value
                alarms.append(p < 0.05)
            cover = np.mean(hits, axis=0)
            numbers = f"{cover.mean():.3f} | {cover.min():.3f} | {np.mean(widths):.3f} | {np.mean(alarms):.3f}"
            print(f"| {n} | {share:.2f} | {numbers} |", flush=True)
