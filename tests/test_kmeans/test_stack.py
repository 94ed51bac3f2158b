import numpy as np
import pytest
from reference_data import ratings

from kommtyp.kmeans.stack import Partitions, Stack, explained, partition


def two_sets():
    rng = np.random.default_rng(0)
    sets = []
    for n in (30, 20):
        rows, w = rng.normal(size=(n, 3)), rng.integers(1, 4, n).astype(float)
        sets.append((rows - np.average(rows, axis=0, weights=w), w))
    return sets


def starts(sets, k, each):
    rng = np.random.default_rng(1)
    drawn = [rows[rng.choice(len(rows), k, replace=False)] for rows, _ in sets for _ in range(each)]
    return np.repeat(np.arange(len(sets)), each), np.stack(drawn, axis=1)


def test_rows_go_to_the_nearest_center_and_sums_are_theirs():
    sets = two_sets()
    stack = Stack.of(sets, np.float64)
    of, centers = starts(sets, 3, 4)
    found = partition(stack, of, centers)
    for a, g in enumerate(of):
        rows, w = sets[g]
        nearest = ((rows[:, None] - centers[:, a]) ** 2).sum(axis=2).argmin(axis=1)
        assert np.array_equal(found.labels()[a, : len(rows)], nearest)
        means = np.array([np.average(rows[nearest == c], axis=0, weights=w[nearest == c]) for c in range(3)])
        assert found.centers()[:, a] == pytest.approx(means)
        assert found.objectives[a] == pytest.approx((w * ((rows - means[nearest]) ** 2).sum(axis=1)).sum())


def test_factors_multiply_the_distances():
    rows = np.array([[1.0, 2.0], [-1.0, -2.0]])
    stack = Stack.of([(rows, np.ones(2))], np.float64)
    out = np.zeros((1, 1, 2))
    stack.distances(np.array([0]), np.array([[[1.0, 0.0]]]), out, np.array([[3.0]]))
    assert out.ravel() == pytest.approx([3 * 4.0, 3 * 8.0])


def test_equal_weights_take_one_number_a_data_set():
    rows = ratings()[:9]
    assert Stack.of([(rows, np.full(9, 2.5)), (rows[:4], np.ones(4))], np.float32).weights.tolist() == [[2.5], [1.0]]
    assert Stack.of([(rows, np.arange(1.0, 10))], np.float32).weights.shape == (1, 9)


def test_a_row_as_near_to_two_centers_is_in_one_cluster():
    rows = np.array([[-1.0], [0.0], [1.0]])
    found = partition(Stack.of([(rows, np.ones(3))], np.float64), np.array([0]), np.array([[[-1.0]], [[1.0]]]))
    assert found.member.sum(axis=0).tolist() == [[1, 1, 1]]


def test_emptied_clusters_take_the_rows_that_fit_worst():
    rows = np.array([[0.0], [1.0], [2.0], [9.0]]) - 3
    stack = Stack.of([(rows, np.ones(4))], np.float64)
    found = partition(stack, np.array([0]), np.array([[[-2.0]], [[100.0]], [[200.0]]]))
    assert sorted(found.sums[:, 0, -1]) == [1, 1, 2]
    assert found.labels()[0, 3] != found.labels()[0, 0] != found.labels()[0, 2]


def test_an_empty_cluster_explains_nothing():
    assert explained(np.array([[[1.0, 0.0]], [[1.0, 1.0]]])).tolist() == [-np.inf]


def test_partitions_are_put_together_in_the_order_of_their_data_sets():
    sets = two_sets()
    stack = Stack.of(sets, np.float64)
    of, centers = starts(sets, 2, 2)
    found = partition(stack, of, centers)
    both = Partitions.joined([found.take(np.array([1, 2])), found.take(np.array([0, 3]))])
    assert both.of.tolist() == [0, 0, 1, 1]
    assert both.objectives.tolist() == found.objectives[[1, 0, 2, 3]].tolist()
