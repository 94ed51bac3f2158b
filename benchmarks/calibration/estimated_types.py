"""Coverage of the intervals of shares where the types are found with errors: plain, uncertain and corrected."""

import numpy as np
import pandas as pd

import kommtyp
from kommtyp.agreement import adjusted_rand
from kommtyp.codebook import packaged_codebook

PLANTED = {"moderate": (0.1, 0.25, 0.4, 0.7), "extreme": (0.02, 0.05, 0.2, 0.9)}


def add_options(parser):
    parser.add_argument("--n-boot", type=int, default=200, help="types: resamples of each survey")
    parser.add_argument("--rows", type=int, default=412, help="types: municipalities of each survey")
    parser.add_argument("--clarity", type=float, nargs="+", default=[1.8, 2.1, 2.5, 3.3], help="types: clarity of them")


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


def run(options):
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
