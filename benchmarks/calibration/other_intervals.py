"""Intervals of shares and of their differences beside those of others: exact coverage and width over the grid."""

import numpy as np
from grid import LEVEL, SHARES, SIZES, shares_of, sizes_of
from intervals_of_shares import PAIRS, binomial
from scipy.special import ndtri
from scipy.stats import beta

from kommtyp.intervals import newcombe, wilson


def show():
    print("\n| interval | mean coverage | lowest cell | cells under 92.5 % | mean width |\n|---|---:|---:|---:|---:|")
    of_one_type()
    of_two_types()


def summed(name, cells):
    """One row for an interval; `cells` are exact coverages and widths."""
    cover, width = np.array(list(cells)).T
    numbers = f"{cover.mean():.3f} | {cover.min():.3f} | {(cover < 0.925).sum()} of {len(cover)} | {width.mean():.3f}"
    print(f"| {name} | {numbers} |", flush=True)


def exact(interval, truth, probability):
    low, high = interval
    inside = (low - 1e-12 <= truth) & (truth <= high + 1e-12)
    return (probability * inside).sum(), (probability * (high - low)).sum()


def of_one_type():
    ways = {
        "share: kommtyp, Wilson": lambda x, n: wilson(x, n, level=LEVEL)[1:],
        "share: Wald": lambda x, n: _wald(x / n, x / n * (1 - x / n) / n),
        "share: Clopper–Pearson": _clopper_pearson,
    }
    for name, way in ways.items():
        cells = (exact(way(np.arange(n + 1), n), share, binomial(n, share)) for n in SIZES for share in SHARES)
        summed(name, cells)


def _wald(estimate, variance):
    half = ndtri(0.5 + LEVEL / 2) * np.sqrt(variance)
    return estimate - half, estimate + half


def _clopper_pearson(x, n):
    tail = 0.5 - LEVEL / 2
    low = np.where(x == 0, 0, beta.ppf(tail, x, n - x + 1))
    return low, np.where(x == n, 1, beta.isf(tail, x + 1, n - x))


def of_two_types():
    ways = {
        "difference: kommtyp, Newcombe": lambda a, n_a, b, n_b: newcombe(a, n_a, b, n_b, level=LEVEL)[1:],
        "difference: Wald": _wald_of_two,
        "difference: Agresti–Caffo": lambda a, n_a, b, n_b: _wald_of_two(a + 1, n_a + 2, b + 1, n_b + 2),
    }
    for name, way in ways.items():
        summed(name, cells_of_pairs(way))


def cells_of_pairs(way):
    for n in SIZES:
        for layout, setting in (("equal", "alike"), ("equal", "apart"), ("unequal", "alike"), ("unequal", "apart")):
            for share in SHARES:
                for first, second in PAIRS:
                    sizes, shares = (x[[first, second]] for x in (sizes_of(n, layout), shares_of(share, setting)))
                    probability = np.multiply.outer(*map(binomial, sizes, shares))
                    ends = way(np.arange(sizes[0] + 1)[:, None], sizes[0], np.arange(sizes[1] + 1), sizes[1])
                    yield exact(ends, shares[0] - shares[1], probability)


def _wald_of_two(a, n_a, b, n_b):
    p, q = a / n_a, b / n_b
    return _wald(p - q, p * (1 - p) / n_a + q * (1 - q) / n_b)
