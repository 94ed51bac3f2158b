import numpy as np
import pytest
from reference_data import ratings

from kommtyp.kmeans import best_partition, kmeans, search
from kommtyp.validity import within_sum


def ipsative():
    return ratings() - ratings().mean(axis=1, keepdims=True)


@pytest.mark.parametrize("k", [2, 4, 5, 7, 8])
@pytest.mark.parametrize("data", [ratings, ipsative])
def test_it_reaches_what_all_starts_carried_to_their_end_reach(data, k):
    X = data()
    reached = within_sum(X, best_partition(X, k))
    assert reached <= kmeans(X, k, n_init=500).objective * (1 + 1e-9)


def test_weights_are_copies():
    X, rng = ipsative()[:150], np.random.default_rng(0)
    copies = rng.integers(1, 4, size=150)
    weighted = best_partition(X, 4, weights=copies, n_init=200)
    repeated = best_partition(np.repeat(X, copies, axis=0), 4, n_init=200)
    assert np.array_equal(np.repeat(weighted, copies), repeated)


def test_the_seed_decides_and_the_order_of_the_rows_does_not():
    X, order = ratings(), np.random.default_rng(1).permutation(412)
    labels = best_partition(X, 5, n_init=60, random_state=3)
    assert np.array_equal(labels, best_partition(X, 5, n_init=60, random_state=3))
    assert np.array_equal(labels[order], best_partition(X[order], 5, n_init=60, random_state=3))


@pytest.mark.parametrize("n_init", [1, 49, 51, 100])
def test_any_number_of_starts_gives_as_many_clusters_as_wanted(n_init):
    assert np.unique(best_partition(ratings(), 6, n_init=n_init)).tolist() == list(range(6))


def test_with_too_many_rows_it_searches_on_a_sample(monkeypatch):
    monkeypatch.setattr("kommtyp.kmeans.best.ROWS_FOR_ALL_STARTS", 100)
    monkeypatch.setattr(search, "ROWS_FOR_ALL_STARTS", 100)
    monkeypatch.setattr(search, "ROWS_IN_SAMPLE", 200)
    labels = best_partition(ratings(), 4, n_init=20)
    assert np.array_equal(labels, kmeans(ratings(), 4, n_init=20).labels)


def test_as_many_clusters_as_rows_leave_nothing_within():
    X = np.array([[0.0], [1.0], [2.0], [1.0]])
    assert within_sum(X, best_partition(X, 3, n_init=3)) == 0
