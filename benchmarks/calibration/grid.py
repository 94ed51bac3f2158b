"""The grid that is simulated: sizes of four types, shares and distributions of their answers; and its tables."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

TYPES = 4
LEVEL = 0.95
SIZES = (15, 30, 60, 100, 150)
SHARES = (0.02, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9)
LAYOUTS = {"equal": (1, 1, 1, 1), "unequal": (1, 1.5, 2, 3)}
SETTINGS = {"alike": 0, "apart": 1, "apart, smallest type last": -1}
STEP = 0.55
SHAPES = {
    "even": (0.2, 0.2, 0.2, 0.2, 0.2),
    "middle": (0.05, 0.2, 0.5, 0.2, 0.05),
    "ends": (0.4, 0.08, 0.04, 0.08, 0.4),
    "low": (0.5, 0.25, 0.15, 0.07, 0.03),
    "floor": (0.85, 0.08, 0.04, 0.02, 0.01),
}
NUMBERS = ("normal", "gamma", "lognormal", "counts")


class Cell(NamedTuple):
    """One cell of the grid: how often the interval held the truth, or the test rejected, where it was given at all."""

    kind: str
    n: int
    layout: str
    setting: str
    where: str
    rate: float
    width: float = float("nan")
    given: float = 1.0
    repeats: int = 0
    of_test: bool = False

    @property
    def place(self):
        parts = (f"{self.n} per type", self.where, self.layout, self.setting)
        return ", ".join(part for part in parts if part)


def sizes_of(n, layout):
    """Sizes of the types; `n` is the smallest."""
    return (n * np.array(LAYOUTS[layout]) + 1e-9).astype(int)


def shares_of(share, setting):
    """Shares of the types: `share` the most extreme one, the others further inside."""
    return expit(logit(share) + (STEP if share < 0.5 else -STEP) * steps_of(setting))


def shapes_of(shape, setting):
    """Distributions of the types on five points: `shape`, and shifted upwards with proportional odds."""
    below = logit(np.cumsum(SHAPES[shape])[:-1])
    upper = expit(below - STEP * steps_of(setting)[:, None])
    return np.diff(upper, axis=1, prepend=0, append=1)


def steps_of(setting):
    """How many steps each type lies above the lowest."""
    steps = np.arange(TYPES) * abs(SETTINGS[setting])
    return steps[::-1] if SETTINGS[setting] < 0 else steps


def draw_numbers(draw, name, shape, step):
    """Answers of a type that lies `step` steps above the first."""
    if name == "normal":
        return draw.normal(0.3 * step, 1, shape)
    if name == "gamma":
        return draw.gamma(2, 1 + 0.2 * step, shape)
    if name == "lognormal":
        return draw.lognormal(0.2 * step, 1, shape)
    return (draw.random(shape) < 0.4 + 0.1 * step) * (1.0 + draw.poisson(2, shape))


def truth_of_numbers(name, step):
    """Mean and standard deviation of what `draw_numbers` draws."""
    step = np.asarray(step, float)
    if name == "normal":
        return 0.3 * step, np.ones_like(step)
    if name == "gamma":
        return 2 * (1 + 0.2 * step), np.sqrt(2) * (1 + 0.2 * step)
    if name == "lognormal":
        return np.exp(0.2 * step + 0.5), np.exp(0.2 * step) * np.sqrt((np.e - 1) * np.e)
    some = 0.4 + 0.1 * step
    return 3 * some, np.sqrt(some * 11 - 9 * some**2)


def seed(*parts):
    """Random numbers of a cell, the same whatever else is simulated."""
    return np.random.default_rng([sum(map(ord, str(part))) for part in parts])


def held(low, high, truth):
    """Coverage, mean width and share of samples that have an interval at all."""
    low, high = np.asarray(low), np.asarray(high)
    given = ~(np.isnan(low) | np.isnan(high))
    slack = 1e-12
    inside = (low - slack <= truth) & (truth <= high + slack)
    return inside[given].mean(), (high - low)[given].mean(), given.mean()


def error(cell):
    """Monte-Carlo error of a rate near the target; 0 where all outcomes were counted."""
    return (0.05 * 0.95 / cell.repeats) ** 0.5 if cell.repeats else 0.0


def judged_intervals(cells):
    """94 to 96 % on average, no cell under 92.5 % but for two Monte-Carlo errors."""
    mean = np.mean([cell.rate for cell in cells])
    outside = sum(cell.rate < 0.925 - 2 * error(cell) for cell in cells)
    return outside, "no" if mean < 0.94 or outside else "yes" if mean <= 0.96 else "conservative"


def judged_tests(cells):
    """4 to 6 % on average, no cell over 6 % but for two Monte-Carlo errors; less is conservative."""
    mean = np.mean([cell.rate for cell in cells])
    outside = sum(cell.rate > 0.06 + 2 * error(cell) for cell in cells)
    return outside, "no" if outside else "yes" if mean >= 0.04 else "conservative"


def show(cells: Iterable[Cell], *, what: str, every: bool = False) -> list[Cell]:
    """Print one row for each kind, then one for each kind and size; return the cells."""
    cells = list(cells)
    kinds = {kind: [cell for cell in cells if cell.kind == kind] for kind in dict.fromkeys(cell.kind for cell in cells)}
    covers = what == "coverage"
    worst, judged = (min, judged_intervals) if covers else (max, judged_tests)
    word, outside = ("lowest", "under 92.5 %") if covers else ("highest", "over 6 %")
    head = f"kind | cells | samples a cell | mean {what} | {word} | where | {outside} | target met | mean width | given"
    print(f"| {head} |")
    print("|---|---:|---:|---:|---:|---|---:|---|---:|---:|")
    for kind, own in kinds.items():
        mean, width, given = (np.mean([getattr(cell, field) for cell in own]) for field in ("rate", "width", "given"))
        edge, (out, met) = worst(own, key=lambda cell: cell.rate), judged(own)
        samples = f"{own[0].repeats:,}" if own[0].repeats else "all"
        numbers = f"{len(own)} | {samples} | {mean:.3f} | {edge.rate:.3f} | {edge.place} | {out} | {met}"
        print(f"| {kind} | {numbers} | {'' if np.isnan(width) else f'{width:.3f}'} | {given:.3f} |")
    print(f"\nMean {what} and, in brackets, the {word} cell, by answers of the smallest type:\n")
    print("| kind |" + "".join(f" {n} |" for n in SIZES))
    print("|---|" + "---:|" * len(SIZES))
    for kind, own in kinds.items():
        rates = [[cell.rate for cell in own if cell.n == n] for n in SIZES]
        texts = [f"{np.mean(some):.3f} ({worst(some):.3f})" if some else "" for some in rates]
        print(f"| {kind} | {' | '.join(texts)} |")
    if every:
        print("\n| kind | cell | rate | width | given |\n|---|---|---:|---:|---:|")
        for cell in cells:
            print(f"| {cell.kind} | {cell.place} | {cell.rate:.3f} | {cell.width:.3f} | {cell.given:.3f} |")
    print(flush=True)
    return cells
