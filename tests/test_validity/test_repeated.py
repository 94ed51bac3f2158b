import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommtyp.kmeans import kmeans
from kommtyp.validity import instability, nearest_center, prediction_strength
from kommtyp.validity import repeated as room
from tests.reference_data import figures, ratings


def digits(text):
    return np.array(list(text), dtype=int)


@pytest.mark.parametrize("k", ["2", "4", "6"])
def test_prediction_strength_is_that_of_fpc(k):
    reference = figures("prediction_strength")
    X, clusters = ratings(), int(k)
    found = []
    for text in reference["halves"][k]:
        half = digits(text)
        fits = [kmeans(X[half == side], clusters, n_init=300) for side in (0, 1)]
        strength = []
        for side in (0, 1):
            own = np.full(len(X), -1)
            own[half == side] = fits[side].labels
            strength.append(prediction_strength(own, nearest_center(X, [fits[1 - side].centers])[0], clusters))
        found.append(np.mean(strength))
    assert found == pytest.approx(reference["result"][k], abs=1e-9)


def assigned(X, counts, k):
    """As fpc does: centers are means of the rows drawn, each once, and rows in the sample keep their cluster."""
    held = counts > 0
    labels = kmeans(np.repeat(X, counts, axis=0), k, n_init=100).labels
    own = np.full(len(X), -1)
    own[np.repeat(np.arange(len(X)), counts)] = labels
    centers = [X[held & (own == c)].mean(axis=0) for c in range(k)]
    return np.where(held, own, nearest_center(X, [centers])[0])


@pytest.mark.parametrize("k", ["2", "3", "4"])
def test_instability_is_that_of_fpc_one_way_and_that_of_fang_and_wang_both_ways(k):
    reference = figures("nselectboot")
    X = ratings()
    pairs = [[assigned(X, digits(text), int(k)) for text in run] for run in reference["indices"][k]]
    first, second = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    expected = reference["result"]
    assert instability(first, second, both_ways=False) == pytest.approx(np.array(expected["stab"][k]), abs=1e-9)
    assert instability(first, second) == pytest.approx(np.array(expected["stab_two_sided_own"][k]), abs=1e-9)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_instability_counts_pairs(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 3, (2, 10))
    together_a, together_b = a[:, None] == a, b[:, None] == b
    assert instability(a, b) == pytest.approx((together_a != together_b).mean())
    assert instability(a, b, both_ways=False) == pytest.approx((together_a & ~together_b).mean())
    assert instability(a, b) == instability(b, a)
    assert instability(a, (a + 1) % 3) == 0


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_prediction_strength_counts_pairs_in_the_worst_cluster(seed):
    rng = np.random.default_rng(seed)
    own, other = rng.integers(-1, 3, 12), rng.integers(0, 3, 12)
    shares = []
    for c in range(3):
        rows = np.flatnonzero(own == c)
        pairs = [(i, j) for i in rows for j in rows if i < j]
        shares.append(np.mean([other[i] == other[j] for i, j in pairs]) if pairs else 1.0)
    assert prediction_strength(own, other, 3) == pytest.approx(min(shares))
    assert prediction_strength(own, np.zeros(12, dtype=int), 3) == 1


def test_rows_go_to_the_nearest_center_in_every_set(monkeypatch):
    monkeypatch.setattr(room, "CELLS_AT_ONCE", 60)
    rng = np.random.default_rng(0)
    X, sets = rng.normal(size=(15, 2)) + 100, rng.normal(size=(5, 3, 2)) + 100
    away = ((X[None, :, None] - sets[:, None]) ** 2).sum(axis=3)
    assert (nearest_center(X, sets) == away.argmin(axis=2)).all()
