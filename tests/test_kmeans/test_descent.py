import numpy as np
import pytest
from reference_data import ratings

from kommtyp.kmeans import minimise


def starts(X, k, b):
    rng = np.random.default_rng(0)
    return np.stack([X[rng.choice(len(X), k, replace=False)] for _ in range(b)])


def objective(X, w, labels):
    total = 0.0
    for c in np.unique(labels):
        rows, mass = X[labels == c], w[labels == c]
        total += (mass * ((rows - mass @ rows / mass.sum()) ** 2).sum(axis=1)).sum()
    return total


def test_a_start_that_would_empty_a_cluster_is_repaired():
    X = np.array([[0.0], [1.0], [2.0]])
    labels, _ = minimise(X, np.ones(3), np.array([[[1.0], [100.0], [200.0]]]))
    assert sorted(labels[0]) == [0, 1, 2]


def test_objectives_are_those_of_the_partitions():
    X = np.unique(ratings(), axis=0)
    w = np.resize([1.0, 0.5, 2.0], len(X))
    labels, objectives = minimise(X - X.mean(axis=0), w, starts(X - X.mean(axis=0), 4, 20))
    assert objectives == pytest.approx([objective(X, w, found) for found in labels])


def test_a_start_ends_alike_alone_and_in_a_batch():
    X = np.unique(ratings(), axis=0)
    X = X - X.mean(axis=0)
    begin = starts(X, 4, 30)
    labels, objectives = minimise(X, np.ones(len(X)), begin)
    for start in range(30):
        alone, value = minimise(X, np.ones(len(X)), begin[start : start + 1])
        assert np.array_equal(alone[0], labels[start])
        assert value[0] == pytest.approx(objectives[start], rel=1e-12)


def test_each_start_may_have_weights_of_its_own():
    X = np.unique(ratings(), axis=0)
    X = X - X.mean(axis=0)
    W = np.random.default_rng(1).poisson(1, (10, len(X))).astype(float)
    begin = starts(X, 4, 10)
    labels, objectives = minimise(X, W, begin)
    for start in range(10):
        alone, value = minimise(X, W[start], begin[start : start + 1])
        assert value[0] == pytest.approx(objectives[start], rel=1e-12)
        assert np.array_equal(alone[0][W[start] > 0], labels[start][W[start] > 0])


def test_ties_put_each_row_into_one_cluster():
    X = np.array([[-1.0], [0.0], [1.0], [0.0], [3.0], [-3.0]])
    labels, objectives = minimise(X, np.ones(6), np.array([[[-1.0], [1.0]]]))
    assert objectives[0] == pytest.approx(objective(X, np.ones(6), labels[0]))
