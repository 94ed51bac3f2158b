import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_data import figures, ratings, same_partition
from scipy.spatial.distance import cdist

from kommtyp.clustering import cluster, medoids
from kommtyp.clustering.medoids import build_medoids, kmedoids
from kommtyp.errors import FitError


def scaled(name):
    X = ratings()
    return X if name == "raw" else X - X.mean(axis=1, keepdims=True)


def objective(X, chosen, weights=1.0):
    return float((weights * cdist(X, X[chosen]).min(axis=1)).sum())


@pytest.mark.parametrize("k", [2, 3, 4, 6])
@pytest.mark.parametrize("name", ["raw", "ipsative"])
class TestAgainstPam:
    def test_build_is_that_of_r(self, name, k):
        X = scaled(name)
        chosen = build_medoids(cdist(X, X), k, np.ones(len(X)))
        assert objective(X, chosen) == pytest.approx(figures("medoids")[name][str(k)]["build"], rel=1e-9)

    def test_the_objective_is_the_best_that_r_finds_from_500_random_starts(self, name, k):
        expected = figures("medoids")[name][str(k)]
        found = kmedoids(scaled(name), k, n_init=100)
        assert found.objective <= expected["best_of_random"] * (1 + 1e-9)
        assert found.objective <= expected["swap"] * (1 + 1e-9)
        assert found.objective == pytest.approx(objective(scaled(name), found.medoids), rel=1e-9)
        if expected["swap"] <= expected["best_of_random"] * (1 + 1e-9):
            agree = same_partition(found.labels, expected["clustering"])
            assert agree or found.objective == pytest.approx(expected["swap"], rel=1e-9)


def test_weighted_medoids_are_no_worse_than_those_of_r():
    reference = figures("weighted_medoids")
    X, weights = ratings(), np.array(reference["weights"])
    theirs = float((weights * np.linalg.norm(X - X[np.array(reference["medoid_of_row"]) - 1], axis=1)).sum())
    ours = kmedoids(X, 4, weights=weights, n_init=50)
    assert ours.objective <= theirs * (1 + 1e-9)
    assert ours.objective == pytest.approx(objective(X, ours.medoids, weights), rel=1e-9)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_no_single_swap_saves_anything(seed, k):
    rng = np.random.default_rng(seed)
    X, weights = rng.integers(1, 6, size=(30, 3)).astype(float), rng.integers(1, 4, size=30).astype(float)
    found = kmedoids(X, k, weights=weights, n_init=3, random_state=seed)
    swaps = [
        objective(X, [*np.delete(found.medoids, place), row], weights) for place in range(k) for row in range(len(X))
    ]
    assert found.objective <= min(swaps) * (1 + 1e-9)
    assert found.labels.tolist() == cdist(X, X[found.medoids]).argmin(axis=1).tolist()


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6))
def test_order_and_repetition_of_rows_do_not_matter(seed):
    X, order = ratings()[:120], np.random.default_rng(seed).permutation(120)
    found, shuffled = (kmedoids(rows, 3, n_init=10) for rows in (X, X[order]))
    assert np.array_equal(found.labels[order], shuffled.labels)
    assert found.objective == shuffled.objective
    counts = np.resize([1, 2, 3], 120)
    repeated = kmedoids(np.repeat(X, counts, axis=0), 3, n_init=10)
    weighted = kmedoids(X, 3, weights=counts, n_init=10)
    assert np.array_equal(repeated.labels, np.repeat(weighted.labels, counts))
    assert repeated.objective == pytest.approx(weighted.objective)


def test_a_row_without_weight_is_no_medoid_but_gets_one():
    X, weights = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]]), np.array([1, 0, 1, 1, 1])
    found = kmedoids(X, 2, weights=weights, n_init=5)
    assert 1 not in found.medoids
    assert found.labels.tolist() == [0, 0, 0, 1, 1]


def test_many_rows_are_searched_on_a_sample_and_finished_with_all(monkeypatch):
    whole = kmedoids(ratings(), 4, n_init=30)
    monkeypatch.setattr(medoids, "ROWS_FOR_ALL_STARTS", 150)
    monkeypatch.setattr(medoids, "CELLS_AT_ONCE", 5_000)
    sampled = kmedoids(ratings(), 4, n_init=30)
    assert sampled.objective == pytest.approx(whole.objective, rel=1e-9)
    assert np.array_equal(sampled.labels, whole.labels)


def test_too_many_rows_are_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(medoids, "MOST_ROWS", 100)
    with pytest.raises(FitError, match=r"kmedoids: 4\d\d distinct rows.*Use method='kmeans', or at most 100 rows"):
        kmedoids(ratings(), 4)


def test_more_medoids_than_distinct_rows_are_refused():
    with pytest.raises(FitError, match="3 medoids wanted of 2 distinct rows"):
        kmedoids([[1.0], [1.0], [2.0]], 3)


def test_centers_are_means_so_that_no_municipality_is_handed_on():
    X = scaled("ipsative")
    found = cluster(X, 4, method="kmedoids", n_init=10)
    assert found.centers == pytest.approx(np.array([X[found.labels == c].mean(axis=0) for c in range(4)]))
    assert (found.starts, found.posterior, found.bic) == (11, None, None)
    assert 1 <= found.hits <= 11
