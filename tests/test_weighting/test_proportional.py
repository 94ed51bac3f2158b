"""Iterative proportional fitting, against R's rake and calibrate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.weighting import fit_margins
from tests.reference_data import figures

LIVE = figures("weighting_live")


def reference():
    data, raked = LIVE["data"]["synthetic"], LIVE["rake"]
    categories, targets = [], []
    for name in ("land", "popclass"):
        counts = {row[name]: row["Freq"] for row in raked[name]}
        names = list(counts)
        categories.append([names.index(value) for value in data[name]])
        targets.append(np.array(list(counts.values())) / sum(counts.values()))
    return categories, targets, np.array(data["weight"])


def test_weights_agree_with_rake_and_calibrate():
    fitted = fit_margins(*reference())
    np.testing.assert_allclose(fitted.weights / fitted.weights.sum() * 1000, LIVE["rake"]["weights"], rtol=1e-8)
    np.testing.assert_allclose(fitted.weights / fitted.weights.sum() * 1000, LIVE["rake"]["calibrated"], rtol=1e-8)


def test_bounded_weights_are_the_nearest_within_the_bounds():
    """Kuhn and Tucker: between the bounds, weight over start is a product of one factor for each margin."""
    categories, targets, start = reference()
    fitted = fit_margins(categories, targets, start, bounds=(0.2, 5.0))
    assert fitted.difference <= 1e-10
    assert fitted.weights.min() == pytest.approx(0.2)
    assert fitted.weights.max() == pytest.approx(5.0)
    inner = (fitted.weights > 0.2) & (fitted.weights < 5.0)
    assert 0 < inner.sum() < len(inner)
    design = np.hstack([np.eye(len(target))[category] for category, target in zip(categories, targets, strict=True)])
    ratio = np.log(fitted.weights / start)
    factors = np.linalg.lstsq(design[inner], ratio[inner], rcond=None)[0]
    np.testing.assert_allclose(design[inner] @ factors, ratio[inner], atol=1e-6)
    outside = np.exp(design @ factors) * start
    assert (outside[fitted.weights == 0.2] <= 0.2 + 1e-6).all()
    assert (outside[fitted.weights == 5.0] >= 5.0 - 1e-6).all()


cells = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.floats(0.2, 5)), min_size=1, max_size=30)
EVERY = [(a, b, 1.0) for a in range(3) for b in range(2)]  # each cell has somebody, so that every margin can be met


@given(cells, st.lists(st.floats(0.1, 1), min_size=3, max_size=3), st.floats(0.1, 0.9), st.floats(0.01, 100))
def test_margins_are_met_and_weights_positive(rows, first, second, factor):
    a, b, start = map(np.array, zip(*rows, *EVERY, strict=True))
    targets = [np.array(first) / sum(first), np.array([second, 1 - second])]
    fitted = fit_margins([a, b], targets, start)
    assert (fitted.weights > 0).all()
    assert fitted.weights.mean() == pytest.approx(1)
    for category, target in zip((a, b), targets, strict=True):
        np.testing.assert_allclose(np.bincount(category, fitted.weights) / len(a), target, atol=1e-9)
    np.testing.assert_allclose(fit_margins([a, b], targets, start * factor).weights, fitted.weights, rtol=1e-9)


@given(cells, st.floats(0.05, 0.95), st.floats(0.05, 0.9), st.floats(1.1, 4))
def test_bounds_hold_whether_or_not_the_margins_can_be_met(rows, share, low, high):
    a, b, start = map(np.array, zip(*rows, *EVERY, strict=True))
    fitted = fit_margins([a, b], [np.full(3, 1 / 3), [share, 1 - share]], start, bounds=(low, high))
    assert (fitted.weights >= low - 1e-9).all()
    assert (fitted.weights <= high + 1e-9).all()
    assert fitted.weights.mean() == pytest.approx(1, abs=1e-6)
    sums = np.bincount(b, fitted.weights) / len(b)
    assert fitted.difference >= abs(sums[0] - share) - 1e-9


def test_margins_that_contradict_each_other_end_without_overflow():
    """Both margins divide the rows alike, but want different shares."""
    fitted = fit_margins([[0, 0, 1], [0, 0, 1]], [[0.5, 0.5], [0.2, 0.8]], np.ones(3))
    assert fitted.difference == pytest.approx(0.3)
    assert fitted.iterations < 30
    assert np.isfinite(fitted.weights).all()
