"""Coverage of the 95 % intervals where types differ in make-up, and where types are found with errors.

python benchmarks/calibration_types.py adjusted     shares adjusted over strata, 15 to 150 answers per type
python benchmarks/calibration_types.py uncertain    plain, uncertain and corrected shares, by clarity of the types
python benchmarks/calibration_types.py uncertain --repeats 20 --n-boot 100
"""

import argparse

import numpy as np
import pandas as pd

import kommtyp
from kommtyp.agreement import adjusted_rand
from kommtyp.codebook import packaged_codebook
from kommtyp.standardisation import pool_strata, standardised_shares
from kommtyp.tests_of_association import cochran_mantel_haenszel

TYPES = 4
STRATA = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
SHARES = (0.02, 0.1, 0.3, 0.5, 0.9)
PLANTED = {"moderate": (0.1, 0.25, 0.4, 0.7), "extreme": (0.02, 0.05, 0.2, 0.9)}


def survey_of_strata(draw, n, share):
    """Types of unequal make-up that adopt alike within each stratum."""
    shift = np.linspace(-1, 1, len(STRATA))
    adoption = 1 / (1 + np.exp(-(np.log(share / (1 - share)) + 0.8 * shift)))
    strata = draw.choice(len(STRATA), TYPES * n, p=STRATA)
    pull = np.exp(np.outer(shift, [-0.6, 0, 0.3, 0.6]))[strata]
    upper = np.cumsum(pull / pull.sum(axis=1, keepdims=True), axis=1)
    labels = (draw.random(TYPES * n)[:, None] > upper[:, :-1]).sum(axis=1)
    answers = (draw.random(TYPES * n) < adoption[strata]).astype(int)
    return strata, labels, answers, float(STRATA @ adoption)


def adjusted(options):
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


def one_survey(clarity, repeat, planted, options):
    """Fit a survey with planted answers; return the agreement with the truth, and hits and widths of intervals."""
    draw = np.random.default_rng([repeat, int(100 * clarity)])
    answers = kommtyp.make_survey(options.rows, random_state=draw, clarity=clarity, with_truth=True)
    truth = answers.pop("planted_type")
    names = [item.name for item in packaged_codebook().items if item.scale == "binary" and item.name in answers]
    of_type = {}
    for name in names:
        of_type[name] = dict(zip(truth.unique(), draw.permutation(planted), strict=True))
        answers[name] = (draw.random(len(answers)) < truth.map(of_type[name]).to_numpy(dtype=float)).astype(float)
    result = kommtyp.fit(answers, n_init=50)
    typed = result.types.notna().to_numpy()
    codes = pd.Categorical(truth, categories=result.typology.keys).codes[typed].astype(int)
    agreement = adjusted_rand(codes[None], result.types.cat.codes.to_numpy()[typed].astype(int)[None])[0]
    rows = kommtyp.compare(result, names, n_boot=options.n_boot, random_state=repeat).uncertain
    rows["truth"] = [of_type[name][key] for name, key in zip(rows["indicator"], rows["type"], strict=True)]
    ends = {"plain": ("plain_low", "plain_high"), "uncertain": ("ci_low", "ci_high")}
    for kind, (low, high) in (ends | {"corrected": ("corrected_low", "corrected_high")}).items():
        rows[kind] = (rows[low] <= rows["truth"]) & (rows["truth"] <= rows[high])
        rows[f"{kind} width"] = rows[high] - rows[low]
    return agreement, rows


def uncertain(options):
    print("| clarity | adjusted Rand index | planted shares | interval | coverage | lowest of the shares | width |")
    print("|---:|---:|---|---|---:|---:|---:|")
    for clarity in options.clarity:
        for planted, shares in PLANTED.items():
            repeats = [one_survey(clarity, repeat, shares, options) for repeat in range(options.repeats or 100)]
            rows = pd.concat([rows for _, rows in repeats])
            agreement = np.mean([agreement for agreement, _ in repeats])
            for kind in ("plain", "uncertain", "corrected"):
                lowest = rows.groupby("truth")[kind].mean().min()
                numbers = f"{rows[kind].mean():.3f} | {lowest:.3f} | {rows[f'{kind} width'].mean():.3f}"
                print(f"| {clarity:.2f} | {agreement:.2f} | {planted} | {kind} | {numbers} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["adjusted", "uncertain"])
    parser.add_argument("--repeats", type=int, help="surveys for each cell; 1,000 and 100 where not given")
    parser.add_argument("--n-boot", type=int, default=200, help="resamples of each survey")
    parser.add_argument("--rows", type=int, default=412, help="municipalities of each survey")
    parser.add_argument("--clarity", type=float, nargs="+", default=[1.8, 2.1, 2.5, 3.3], help="clarity of the types")
    options = parser.parse_args()
    {"adjusted": adjusted, "uncertain": uncertain}[options.what](options)


if __name__ == "__main__":
    main()
