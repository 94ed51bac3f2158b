import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_data import ratings

from kommtyp.kmeans.exchange import exchange
from kommtyp.kmeans.stack import Stack, partition


def centred(rows, w):
    return rows - np.average(rows, axis=0, weights=w), w


def begin(stack, k, each, seed=0):
    rng = np.random.default_rng(seed)
    drawn = [rows[rng.choice(len(rows), k, replace=False)] for rows in stack.rows for _ in range(each)]
    return partition(stack, np.repeat(np.arange(len(stack.rows)), each), np.stack(drawn, axis=1))


def objective(rows, w, labels):
    total = 0.0
    for c in np.unique(labels):
        mine, mass = rows[labels == c], w[labels == c]
        total += (mass * ((mine - mass @ mine / mass.sum()) ** 2).sum(axis=1)).sum()
    return total


def largest_gain(rows, w, labels, k):
    """What the best single move would save, computed move by move."""
    now, most = objective(rows, w, labels), 0.0
    for i in range(len(rows)):
        if w[labels == labels[i]].sum() > w[i]:
            for c in range(k):
                moved = labels.copy()
                moved[i] = c
                most = max(most, now - objective(rows, w, moved))
    return most


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from(["equal", "copies", "survey", "heavy"]), st.integers(2, 4))
def test_no_single_move_pays_whatever_the_weights(seed, kind, k):
    rng = np.random.default_rng(seed)
    rows = np.unique(rng.integers(1, 6, (25, 3)).astype(float), axis=0)
    n = len(rows)
    w = {
        "equal": np.ones(n),
        "copies": rng.integers(1, 5, n).astype(float),
        "survey": rng.lognormal(0, 1, n),
        "heavy": np.where(np.arange(n) < 2, 50.0, 0.5),
    }[kind]
    rows, w = centred(rows, w)
    stack = Stack.of([(rows, w)], np.float64)
    found = exchange(stack, begin(stack, k, 4, seed))
    for labels, value in zip(found.labels(), found.objectives, strict=True):
        assert len(np.unique(labels)) == k
        assert value == pytest.approx(objective(rows, w, labels))
        assert largest_gain(rows, w, labels, k) <= 1e-9 * (w @ (rows**2).sum(axis=1))


def test_it_never_makes_a_partition_worse_and_may_be_stopped():
    rows, w = centred(np.unique(ratings(), axis=0), np.ones(len(np.unique(ratings(), axis=0))))
    stack = Stack.of([(rows, w)], np.float64)
    start = begin(stack, 4, 20)
    once, ended = exchange(stack, start, rounds=1), exchange(stack, start)
    assert (once.objectives < start.objectives).all()
    assert (ended.objectives <= once.objectives).all()
    assert (exchange(stack, once).objectives <= once.objectives).all()
    assert np.array_equal(exchange(stack, ended).member, ended.member)


def test_a_partition_ends_alike_alone_and_beside_other_data_sets():
    X = np.unique(ratings(), axis=0)
    rng = np.random.default_rng(3)
    sets = []
    for share in (0.3, 0.9, 0.5):
        rows = X[rng.random(len(X)) < share]
        sets.append(centred(rows, rng.integers(1, 4, len(rows)).astype(float)))
    stack = Stack.of(sets, np.float32)
    for g, own in enumerate(sets):
        alone = Stack.of([own], np.float32)
        start = begin(stack, 4, 5).take(np.arange(5 * g, 5 * g + 5))
        centers = start.centers().astype(np.float32)
        single = partition(alone, np.zeros(5, dtype=np.intp), centers)
        beside = partition(stack, start.of, centers)
        found, expected = exchange(alone, single), exchange(stack, beside)
        assert np.array_equal(found.labels(), expected.labels()[:, : len(own[1])])
        assert np.array_equal(found.objectives, expected.objectives)


def test_single_precision_ends_about_where_double_does():
    rows, w = centred(np.unique(ratings(), axis=0), np.ones(len(np.unique(ratings(), axis=0))))
    single, double = Stack.of([(rows, w)], np.float32), Stack.of([(rows, w)], np.float64)
    start = begin(double, 4, 30)
    assert exchange(single, start).objectives.min() == pytest.approx(exchange(double, start).objectives.min(), rel=1e-6)
