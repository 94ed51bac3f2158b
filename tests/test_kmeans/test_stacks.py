import numpy as np
import pytest

from kommtyp.kmeans import kmeans, stacks
from kommtyp.kmeans.stacks import cluster_stack, stack_rows
from tests.reference_data import figures, ratings


def row_centred():
    X = ratings()
    return X - X.mean(axis=1, keepdims=True)


def resamples_of_r():
    X = row_centred()
    rows = [X[np.array(rows) - 1] for rows in figures("resamples")["rows"]]
    return stack_rows([(held, np.ones(len(held))) for held in rows])


@pytest.mark.parametrize("k", [2, 4, 8])
def test_ten_starts_are_on_average_as_good_as_ten_of_r(k):
    expected = figures("stacks")["best_of_10"][str(k)]
    X, W = resamples_of_r()
    means = [cluster_stack(X, W, k, seeds=range(seed, seed + 20))[1].mean() for seed in range(0, 600, 100)]
    error = np.hypot(np.std(means, ddof=1) / np.sqrt(len(means)), expected["se"])
    assert np.mean(means) <= expected["mean"] + 3 * error + 1e-9 * expected["mean"]


def test_centers_and_objective_belong_together_and_no_move_pays():
    X, copies = ratings(), np.random.default_rng(0).integers(0, 4, (5, 412)).astype(float)
    rows, weights = stack_rows([(X, w) for w in copies])
    centers, objectives = cluster_stack(rows, weights, 4, seeds=range(5))
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
    rows, weights = stack_rows([(X, copies), (np.repeat(X, copies, axis=0), np.ones(copies.sum()))])
    centers, objectives = cluster_stack(rows, weights, 3, n_init=30, seeds=[0, 1])
    assert objectives == pytest.approx(kmeans(X, 3, weights=copies).objective, rel=1e-9)
    order = [np.lexsort(found.T) for found in centers]
    assert centers[0][order[0]] == pytest.approx(centers[1][order[1]])


def test_a_data_set_does_not_depend_on_its_company(monkeypatch):
    X = np.random.default_rng(2).normal(size=(6, 50, 4))
    W = np.ones((6, 50))
    seeds = np.random.SeedSequence(0).spawn(6)
    centers, objectives = cluster_stack(X, W, 3, seeds=seeds)
    alone = [cluster_stack(X[[g]], W[[g]], 3, seeds=[seeds[g]])[1][0] for g in range(6)]
    assert objectives == pytest.approx(alone, rel=1e-6)
    monkeypatch.setattr(stacks, "BATCH_CELLS", 10 * 3 * 50 * 2)
    assert cluster_stack(X, W, 3, seeds=seeds)[1] == pytest.approx(objectives, rel=1e-6)
    shifted = cluster_stack(X + 1000, W, 3, seeds=seeds)
    assert shifted[1] == pytest.approx(objectives, rel=1e-4)
    assert centers.shape == (6, 3, 4)


def test_too_few_distinct_rows_give_no_centers():
    X = np.array([[[1.0], [1.0], [2.0]], [[1.0], [2.0], [3.0]], [[1.0], [2.0], [3.0]]])
    W = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
    centers, objectives = cluster_stack(X, W, 3, seeds=[0, 1, 2])
    assert np.isnan(centers[[0, 2]]).all()
    assert np.isnan(objectives[[0, 2]]).all()
    assert objectives[1] == 0
    assert np.sort(centers[1].ravel()).tolist() == [1, 2, 3]


def test_emptied_clusters_are_begun_anew():
    X = np.repeat([[0.0], [1.0], [50.0]], [20, 20, 1], axis=0)[None]
    centers, objectives = cluster_stack(X, np.ones((1, 41)), 3, n_init=5, seeds=[0])
    assert objectives[0] == pytest.approx(0, abs=1e-9)
    assert np.sort(centers.ravel()) == pytest.approx([0, 1, 50])
