"""Coverage of the intervals of shares where the types are found with errors: plain, uncertain and corrected.

Two truths are held against each interval: the share of the planted type, and the share of the type as formed, which is
what k-means would find if all municipalities were asked. Four designs: the sample's own yes-or-no answers, which depend
on the size of a municipality too; the same with the types twice as far apart; and planted shares, moderate and extreme.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

import kommtyp
from kommtyp.agreement import adjusted_rand
from kommtyp.codebook import Item, packaged_codebook

PLANTED = {"moderate": (0.1, 0.25, 0.4, 0.7), "extreme": (0.02, 0.05, 0.2, 0.9)}
DESIGNS = ("sample", "twice", *PLANTED)
ORDERS = [np.roll(order, shift) for order in (np.arange(4), np.arange(4)[::-1]) for shift in range(4)]
ALL = 100_000
ENDS = {
    "plain": ("plain_low", "plain_high"),
    "uncertain": ("ci_low", "ci_high"),
    "corrected": ("corrected_low", "corrected_high"),
}


def add_options(parser):
    parser.add_argument("--n-boot", type=int, default=200, help="types: resamples of each survey")
    parser.add_argument("--rows", type=int, default=412, help="types: municipalities of each survey")
    parser.add_argument("--clarity", type=float, nargs="+", default=[1.82, 2.12, 2.5, 4], help="types: clarity of them")


def yes_or_no():
    return [item.name for item in packaged_codebook().items if item.scale == "binary"]


def answers_of(n, clarity, seed):
    """A survey with the answers of all designs, and the planted types."""
    options = {"clarity": clarity, "with_truth": True}
    answers = kommtyp.make_survey(n, random_state=np.random.default_rng(seed), **options)
    twice = kommtyp.make_survey(n, random_state=np.random.default_rng(seed), effects=2, **options)
    columns = {f"sample_{name}": answers[name] for name in yes_or_no()}
    columns |= {f"twice_{name}": twice[name] for name in yes_or_no()}
    truth = answers.pop("planted_type")
    draw, of = np.random.default_rng([*seed, 1]), pd.Categorical(truth).codes
    for design, shares in PLANTED.items():
        for j, order in enumerate(ORDERS):
            columns[f"{design}_{j}"] = (draw.random(n) < np.array(shares)[order][of]).astype(float)
    return pd.concat([answers, pd.DataFrame(columns)], axis=1), list(columns), truth


def fitted(n, clarity, seed):
    """The types of a survey, the columns to compare, and the planted types of those who have one."""
    answers, names, truth = answers_of(n, clarity, seed)
    codebook = packaged_codebook()
    codebook = replace(codebook, items=(*codebook.items, *(Item(name, scale="binary") for name in names)))
    result = kommtyp.fit(answers, codebook=codebook, n_init=50)
    return result, names, truth.set_axis(result.types.index)[result.types.notna()]


def of_all(clarity):
    """Shares of all municipalities, a very large survey: of the planted types, and of the types as formed."""
    result, names, truth = fitted(ALL, clarity, [0, int(100 * clarity), 2])
    answers = result.survey.answers.loc[truth.index, names]
    formed = answers.groupby(result.types[truth.index], observed=True).mean()
    return answers.groupby(truth).mean(), formed


def one_survey(clarity, repeat, shares, options):
    """Fit a survey; return the agreement with the planted types, and hits and widths of the intervals."""
    result, names, truth = fitted(options.rows, clarity, [repeat, int(100 * clarity)])
    codes = pd.Categorical(truth, categories=result.typology.keys).codes.astype(int)
    agreement = adjusted_rand(codes, result.types[truth.index].cat.codes.to_numpy().astype(int))
    rows = kommtyp.compare(result, names, n_boot=options.n_boot, pairwise=False, random_state=repeat).uncertain
    rows["design"] = rows["indicator"].str.partition("_")[0]
    place = pd.MultiIndex.from_frame(rows[["type", "indicator"]].astype(str))
    for what, table in zip(("planted", "formed"), shares, strict=True):
        rows[what] = table.stack().reindex(place).to_numpy()
    for kind, (low, high) in ENDS.items():
        for what in ("planted", "formed"):
            rows[f"{kind} {what}"] = (rows[low] <= rows[what]) & (rows[what] <= rows[high])
        rows[f"{kind} width"] = rows[high] - rows[low]
    return float(agreement), rows


def show(clarity, agreement, rows):
    for design in DESIGNS:
        part = rows[rows["design"] == design]
        group = part["indicator"]
        if design in PLANTED:
            group = np.abs(part["planted"].to_numpy()[:, None] - PLANTED[design]).argmin(axis=1)
        for kind in ENDS:
            planted, formed = part[f"{kind} planted"], part[f"{kind} formed"]
            lowest, width = planted.groupby(group).mean().min(), part[f"{kind} width"].mean()
            rest = "" if kind == "corrected" else f"{formed.mean():.3f}"
            print(
                f"| {clarity:.2f} | {agreement:.2f} | {design} | {kind} | {planted.mean():.3f} | {lowest:.3f} "
                f"| {rest} | {width:.3f} |",
                flush=True,
            )


def run(options):
    print("| clarity | adjusted Rand index | design | interval | planted share | lowest | share as formed | width |")
    print("|---:|---:|---|---|---:|---:|---:|---:|")
    for clarity in options.clarity:
        shares = of_all(clarity)
        repeats = [one_survey(clarity, repeat, shares, options) for repeat in range(options.repeats or 100)]
        show(clarity, np.mean([agreement for agreement, _ in repeats]), pd.concat([rows for _, rows in repeats]))
