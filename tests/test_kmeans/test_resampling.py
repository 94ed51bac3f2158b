import numpy as np
import pytest
from reference_data import figures, ratings

from kommtyp.kmeans import kmeans, starts
from kommtyp.kmeans import resampling as room
from kommtyp.kmeans.resampling import cluster_resamples, cluster_sets


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


@pytest.mark.parametrize("cells", [1, 70_000, 200_000])
def test_the_size_of_batches_changes_no_digit(monkeypatch, cells):
    X, W = row_centred(), multiplicities(12)
    expected = cluster_resamples(X, W, 4, n_init=30, seeds=range(12))
    monkeypatch.setattr(room, "BATCH_CELLS", cells)
    monkeypatch.setattr(starts, "CACHE_CELLS", cells)
    found = cluster_resamples(X, W, 4, n_init=30, seeds=range(12))
    assert np.array_equal(found.labels, expected.labels)
    assert np.array_equal(found.objectives, expected.objectives)
    assert np.array_equal(found.centers, expected.centers)


@pytest.mark.parametrize("unit", [2.0**-60, 2.0**70])
def test_the_unit_of_the_ratings_changes_no_digit(unit):
    X, W = row_centred()[:100], multiplicities(5, 100)
    expected = cluster_resamples(X, W, 4, n_init=10, seeds=range(5))
    found = cluster_resamples(unit * X, W, 4, n_init=10, seeds=range(5))
    assert np.array_equal(found.labels, expected.labels)
    assert np.array_equal(found.centers, unit * expected.centers)
    assert np.array_equal(found.objectives, unit**2 * expected.objectives)
    assert np.array_equal(found.hits, expected.hits)


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


def resamples_of_r():
    X = row_centred()
    rows = [X[np.array(rows) - 1] for rows in figures("resamples")["rows"]]
    return [(held, np.ones(len(held))) for held in rows]


@pytest.mark.parametrize("k", [2, 4, 8])
def test_ten_starts_are_on_average_as_good_as_ten_of_r(k):
    expected = figures("stacks")["best_of_10"][str(k)]
    sets = resamples_of_r()
    means = [cluster_sets(sets, k, seeds=range(seed, seed + 20))[1].mean() for seed in range(0, 600, 100)]
    error = np.hypot(np.std(means, ddof=1) / np.sqrt(len(means)), expected["se"])
    assert np.mean(means) <= expected["mean"] + 3 * error + 1e-9 * expected["mean"]


def test_centers_and_objective_belong_together_and_no_move_pays():
    X, copies = ratings(), np.random.default_rng(0).integers(0, 4, (5, 412)).astype(float)
    sets = [(X, w) for w in copies]
    centers, objectives = cluster_sets(sets, 4, seeds=range(5))
    for w, found, objective in zip(copies, centers, objectives, strict=True):
        away = ((X[:, None] - found) ** 2).sum(axis=2)
        own = away.argmin(axis=1)
        assert w @ away.min(axis=1) == pytest.approx(objective, rel=1e-9)
        size = np.bincount(own, weights=w)
        means = [np.average(X[own == c], axis=0, weights=w[own == c]) for c in range(4)]
        assert found == pytest.approx(np.array(means))
        leaving = away[np.arange(412), own] * size[own] / (size[own] - w)
        joining = away * size / (size + w[:, None])
        joining[np.arange(412), own] = np.inf
        assert (w * (leaving - joining.min(axis=1))).max() <= 1e-6 * objective


def test_weights_are_copies_and_rows_of_no_weight_are_not_there():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 3)) + 5 * rng.integers(0, 3, (40, 1))
    copies = rng.integers(0, 3, 40)
    sets = [(X, copies), (np.repeat(X, copies, axis=0), np.ones(copies.sum()))]
    centers, objectives = cluster_sets(sets, 3, n_init=30, seeds=[0, 1])
    assert objectives == pytest.approx(kmeans(X, 3, weights=copies).objective, rel=1e-9)
    order = [np.lexsort(found.T) for found in centers]
    assert centers[0][order[0]] == pytest.approx(centers[1][order[1]])


def test_a_data_set_does_not_depend_on_its_company():
    X = np.random.default_rng(2).normal(size=(6, 50, 4))
    sets = [(rows[: 50 - 3 * g], np.ones(50 - 3 * g)) for g, rows in enumerate(X)]
    seeds = np.random.SeedSequence(0).spawn(6)
    centers, objectives = cluster_sets(sets, 3, seeds=seeds)
    for g in range(6):
        alone = cluster_sets(sets[g : g + 1], 3, seeds=seeds[g : g + 1])
        assert np.array_equal(alone[0][0], centers[g])
        assert alone[1][0] == objectives[g]
    shifted = cluster_sets([(rows + 1000, w) for rows, w in sets], 3, seeds=seeds)
    assert shifted[1] == pytest.approx(objectives, rel=1e-4)


def test_too_few_distinct_rows_give_no_centers():
    sets = [([[1.0], [1.0], [2.0]], [1, 1, 1]), ([[1.0], [2.0], [3.0]], [1, 1, 1]), ([[1.0], [2.0], [3.0]], [1, 1, 0])]
    centers, objectives = cluster_sets(sets, 3, seeds=[0, 1, 2])
    assert np.isnan(centers[[0, 2]]).all()
    assert np.isnan(objectives[[0, 2]]).all()
    assert objectives[1] == 0
    assert np.sort(centers[1].ravel()).tolist() == [1, 2, 3]


def test_emptied_clusters_are_begun_anew():
    X = np.repeat([[0.0], [1.0], [50.0]], [20, 20, 1], axis=0)
    centers, objectives = cluster_sets([(X, np.ones(41))], 3, n_init=5, seeds=[0])
    assert objectives[0] == pytest.approx(0, abs=1e-9)
    assert np.sort(centers.ravel()) == pytest.approx([0, 1, 50])
