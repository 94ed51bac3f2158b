"""Cliff's δ of weighted answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.effects import cliffs_delta
from kommtyp.weighting import weigh, weighted_delta

groups = st.lists(st.tuples(st.integers(0, 4), st.floats(0.1, 10)), min_size=2, max_size=15)


def of(a, b):
    codes, weights = zip(*a, *b, strict=True)
    table = weigh([0] * len(a) + [1] * len(b), codes, weights, 2, 5)
    return weighted_delta(table.take([0]), table.take([1]))


@given(groups, groups)
def test_it_is_the_weighted_mean_of_the_signs(a, b):
    (x, v), (y, w) = (map(np.array, zip(*group, strict=True)) for group in (a, b))
    signs = np.sign(x[:, None] - y)
    found = of(a, b)
    assert found.estimate[0] == pytest.approx(v @ signs @ w / v.sum() / w.sum(), abs=1e-12)
    back = of(b, a)
    np.testing.assert_allclose([back.estimate, back.low, back.p_value], [-found.estimate, -found.high, found.p_value],
                               atol=1e-9)
    if np.isfinite(found.low[0]):
        assert -1 <= found.low[0] <= found.estimate[0] + 1e-12
        assert found.estimate[0] - 1e-12 <= found.high[0] <= 1


def test_equal_weights_agree_with_cliffs_delta():
    counts = np.array([[5, 12, 20, 8], [15, 14, 9, 3]])
    labels, codes = (np.repeat(x.ravel(), counts.ravel()) for x in np.indices(counts.shape))
    table = weigh(labels, codes, np.full(counts.sum(), 4.0), 2, 4)
    found, plain = weighted_delta(table.take([0]), table.take([1])), cliffs_delta(counts[0], counts[1])
    assert found.estimate[0] == pytest.approx(float(plain.estimate))
    assert (found.low[0], found.high[0]) == pytest.approx((float(plain.low), float(plain.high)), abs=0.02)


def test_intervals_keep_their_level_and_tests_their_size():
    draw = np.random.default_rng(5)
    groups, n = 800, 20
    labels = np.repeat(np.arange(2 * groups), n)
    table = weigh(labels, draw.integers(0, 5, labels.size), draw.choice([0.5, 0.8, 1, 1.333, 2.5], labels.size),
                  2 * groups, 5)._replace(whole=80)
    found = weighted_delta(table.take(np.arange(groups)), table.take(np.arange(groups, 2 * groups)))
    assert ((found.low <= 0) & (found.high >= 0)).mean() > 0.93
    assert 0.03 < (found.p_value < 0.05).mean() < 0.07
