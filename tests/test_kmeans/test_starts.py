import numpy as np
import pytest
from reference_data import ratings

from kommtyp.kmeans.stack import Stack
from kommtyp.kmeans.starts import LLOYD_STEPS, best_partitions, draw_starts, warm_up


def test_warming_up_is_lloyd():
    rng = np.random.default_rng(0)
    rows, w = rng.normal(size=(60, 3)), rng.integers(1, 4, 60).astype(float)
    rows -= np.average(rows, axis=0, weights=w)
    begin = rows[rng.choice(60, (5, 4))].swapaxes(0, 1)
    stack = Stack.of([(rows, w)], np.float64)
    centers, explained = warm_up(stack, np.zeros(5, dtype=np.intp), begin)
    for start in range(5):
        expected = begin[:, start].copy()
        for _ in range(LLOYD_STEPS):
            labels = ((rows[:, None] - expected) ** 2).sum(axis=2).argmin(axis=1)
            for c in np.unique(labels):
                expected[c] = np.average(rows[labels == c], axis=0, weights=w[labels == c])
        assert centers[:, start] == pytest.approx(expected)
        sizes = np.bincount(labels, weights=w, minlength=4)
        assert explained[start] == pytest.approx(sizes @ (expected**2).sum(axis=1))


def test_drawn_rows_differ_and_heavy_rows_come_more_often():
    w = np.r_[np.ones(50), np.full(50, 3.0)]
    drawn = draw_starts(np.random.default_rng(0), w, 4000, 4)
    assert all(len(set(start)) == 4 for start in drawn.tolist())
    assert (drawn >= 50).mean() == pytest.approx(0.75, abs=0.02)


def test_few_rows_are_drawn_without_end():
    drawn = draw_starts(np.random.default_rng(0), np.array([1.0, 1000.0, 1.0]), 50, 3)
    assert np.array_equal(np.sort(drawn, axis=1), np.tile([0, 1, 2], (50, 1)))


@pytest.mark.parametrize("k", [1, 2, 9])
def test_the_best_of_a_data_set_belongs_to_it(k):
    X = np.unique(ratings(), axis=0)[:40]
    sets = [(rows - rows.mean(axis=0), np.ones(len(rows))) for rows in (X[:9], X)]
    best, hits = best_partitions(sets, k, 6, [np.random.default_rng(g) for g in range(2)])
    assert best.of.tolist() == [0, 1]
    assert (hits <= 6).all()
    for (rows, _), labels, objective in zip(sets, best.labels(), best.objectives, strict=True):
        own = labels[: len(rows)]
        within = sum(((rows[own == c] - rows[own == c].mean(axis=0)) ** 2).sum() for c in range(k))
        assert objective == pytest.approx(within, abs=1e-9)
