import numpy as np
import pytest
from reference_data import figures, ratings

from kommtyp.kmeans import kmeans
from kommtyp.kmeans import resampling as room
from kommtyp.kmeans.resampling import cluster_resamples


def row_centred():
    X = ratings()
    return X - X.mean(axis=1, keepdims=True)


def weights_of_r():
    W = np.zeros((20, 412))
    for w, rows in zip(W, figures("resamples")["rows"], strict=True):
        w[np.array(rows) - 1] = 1
    return W


def multiplicities(b, n=412):
    rng = np.random.default_rng(0)
    return np.stack([np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(b)]).astype(float)


def test_on_average_no_worse_than_r_with_as_many_starts():
    """Each seed wins and loses some resamples against R, so the mean is taken over four."""
    reference = figures("resamples")
    runs = [
        cluster_resamples(row_centred(), weights_of_r(), 4, n_init=50, seeds=range(seed, seed + 20)).objectives
        for seed in (0, 100, 200, 300)
    ]
    assert np.mean(runs) <= np.mean(reference["best_of_50"]) * (1 + 1e-9)
    assert (np.array(runs) >= np.array(reference["best_of_1000"]) * (1 - 1e-3)).all()


def test_objectives_centers_and_labels_belong_together():
    X, W = row_centred(), multiplicities(6)
    found = cluster_resamples(X, W, 4, n_init=20, seeds=range(6))
    for w, centers, labels, objective in zip(W, found.centers, found.labels, found.objectives, strict=True):
        means = np.array([np.average(X[labels == c], axis=0, weights=w[labels == c]) for c in range(4)])
        assert centers == pytest.approx(means)
        d2 = ((X[:, None] - centers) ** 2).sum(axis=2)
        assert (w * d2[np.arange(412), labels]).sum() == pytest.approx(objective)
        assert np.array_equal(d2.argmin(axis=1), labels)


def test_a_resample_that_is_the_whole_gives_the_solution_of_the_whole():
    X = ratings()
    found = cluster_resamples(X, np.ones((1, 412)), 4, seeds=[0])
    assert found.objectives[0] == pytest.approx(kmeans(X, 4).objective, rel=1e-9)


def test_the_number_of_workers_changes_no_digit(monkeypatch):
    monkeypatch.setattr(room, "BATCH_CELLS", 70_000)
    X, W = row_centred(), multiplicities(12)
    seeds = np.random.SeedSequence(0).spawn(12)
    one, two = (cluster_resamples(X, W, 4, n_init=10, seeds=seeds, n_jobs=jobs) for jobs in (1, 2))
    assert np.array_equal(one.labels, two.labels)
    assert np.array_equal(one.objectives, two.objectives)
    assert np.array_equal(one.centers, two.centers)


def test_the_size_of_batches_hardly_matters(monkeypatch):
    """Single precision rounds differently in another batch, which may send a start to another solution."""
    X, W = row_centred(), multiplicities(12)
    expected = cluster_resamples(X, W, 4, n_init=30, seeds=range(12))
    monkeypatch.setattr(room, "BATCH_CELLS", 70_000)
    found = cluster_resamples(X, W, 4, n_init=30, seeds=range(12))
    assert found.objectives == pytest.approx(expected.objectives, rel=2e-3)


def test_a_resample_with_too_few_different_rows_is_left_empty():
    X = ratings()[:10]
    W = np.array([np.ones(10), np.eye(10)[0] * 10])
    found = cluster_resamples(X, W, 3, n_init=5, seeds=[1, 2])
    assert np.isfinite(found.objectives[0])
    assert np.isnan(found.objectives[1])
    assert np.isnan(found.centers[1]).all()
    assert (found.labels[1] == -1).all()


def test_as_many_clusters_as_rows_leave_nothing_unexplained():
    X = np.arange(6.0)[:, None]
    found = cluster_resamples(X, np.ones((2, 6)), 6, n_init=3, seeds=[0, 1])
    assert found.objectives == pytest.approx([0, 0], abs=1e-9)


def test_hits_are_frequent_where_the_optimum_is_easy():
    X = np.repeat([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]], 30, axis=0) + np.random.default_rng(0).normal(0, 0.5, (90, 2))
    found = cluster_resamples(X, np.ones((3, 90)), 3, n_init=20, seeds=[0, 1, 2])
    assert (found.hits > 5).all()
    assert (found.hits <= 20).all()


def test_progress_counts_every_resample():
    done = []
    cluster_resamples(ratings(), multiplicities(30), 4, n_init=20, seeds=range(30), progress=done.append)
    assert sum(done) == 30
