"""Coverage of corrected shares and means where the types have not the shape that the correction takes for granted."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from kommtyp.agreement import adjusted_rand
from kommtyp.classification_error import corrected_means, corrected_shares, correction
from kommtyp.intervals import Interval, wilson
from kommtyp.kmeans import cluster_resamples

PLANTED = (0.02, 0.05, 0.2, 0.9)
COLUMNS = 20
SHAPES = {
    "round": (412, 3.0),
    "round, 150 municipalities": (150, 3.2),
    "round, 1,500 municipalities": (1500, 3.0),
    "ratings from 1 to 5": (412, 3.2),
    "heavy tails (t with 5 degrees of freedom)": (412, 3.0),
    "spreads from 0.7 to 1.3": (412, 3.0),
    "goals correlated by ±0.1 within the types": (412, 3.0),
    "goals correlated by ±0.2 within the types": (412, 3.0),
    "goals correlated by ±0.36 within the types": (412, 3.0),
}
HALVES = np.array([1, 1, -1, -1, 1, 1, -1, -1])


def around(shape, draw, truth):
    """Ratings around the center of the type, with variance 1 on average."""
    noise = draw.normal(size=(len(truth), 8))
    if shape.startswith("heavy"):
        return draw.standard_t(5, size=noise.shape) / np.sqrt(5 / 3)
    if shape.startswith("spreads"):
        return noise * np.linspace(0.7, 1.3, 4)[truth][:, None]
    if shape.startswith("goals"):
        correlation = float(shape.split("±")[1].split()[0])
        return np.sqrt(1 - correlation) * noise + np.sqrt(correlation) * draw.normal(size=(len(truth), 1)) * HALVES
    return noise


def one_sample(shape, repeat):
    """Draw four types in eight goals; return the agreement, hits of the intervals, and the width of the corrected."""
    n, apart = SHAPES[shape]
    draw = np.random.default_rng([repeat, n])
    truth = draw.choice(4, n, p=[0.29, 0.25, 0.24, 0.22])
    marks = apart / 2 * np.kron(np.eye(4), np.ones(2)) * np.sqrt(4 / 3)
    X = marks[truth] + around(shape, draw, truth)
    if shape.startswith("ratings"):
        X = np.clip(np.rint(2.8 + 0.75 * X), 1, 5)
    X = X - X.mean(axis=1, keepdims=True)
    labels = cluster_resamples(X, np.ones((1, n)), 4, n_init=20, seeds=[repeat], n_jobs=1).labels[0]
    held = np.stack([np.bincount(truth[labels == cluster], minlength=4) for cluster in range(4)])
    labels = linear_sum_assignment(held, maximize=True)[1][labels]
    of_type = np.stack([draw.permutation(PLANTED) for _ in range(COLUMNS)], axis=1)
    answers = (draw.random((n, COLUMNS)) < of_type[truth]).astype(float)
    numbers = of_type[truth] * 5 + draw.normal(size=(n, COLUMNS))
    errors = correction(X, labels, 4)
    shares = corrected_shares(errors, answers)
    means = Interval(*np.stack([corrected_means(errors, column) for column in numbers.T], axis=2))
    plain = wilson(np.eye(4)[labels].T @ answers, np.bincount(labels, minlength=4)[:, None])
    hits = [holds(plain, of_type), holds(shares, of_type), holds(means, 5 * of_type)]
    return [adjusted_rand(truth, labels), *hits, float((shares.high - shares.low).mean())]


def holds(interval, truth):
    return float(((interval.low <= truth) & (truth <= interval.high)).mean())


def run(options):
    print("| types | adjusted Rand index | plain shares | corrected shares | corrected means | width of the shares |")
    print("|---|---:|---:|---:|---:|---:|")
    for shape in SHAPES:
        found = np.mean([one_sample(shape, repeat) for repeat in range(options.repeats or 200)], axis=0)
        numbers = " | ".join(f"{number:.{2 if place == 0 else 3}f}" for place, number in enumerate(found))
        print(f"| {shape} | {numbers} |", flush=True)
