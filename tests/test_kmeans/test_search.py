import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference_data import figures, ratings, same_partition
from threadpoolctl import threadpool_limits

from kommtyp import lazy
from kommtyp.errors import FitError
from kommtyp.kmeans import distinct_rows, kmeans
from kommtyp.scaling import apply_scaling, fit_scaling

R_NAMES = {"raw": "raw", "zscore": "z", "ipsative": "rowcenter", "ipsative_z": "rowz"}
LIKERT = arrays(float, st.tuples(st.integers(6, 25), st.integers(2, 4)), elements=st.integers(1, 5))


def scaled(method):
    X = ratings()
    return apply_scaling(fit_scaling(X, method=method), X)


@pytest.mark.parametrize("k", ["2", "3", "4", "5"])
@pytest.mark.parametrize("method", R_NAMES)
def test_reaches_the_optimum_of_r_or_a_lower_one(method, k):
    expected = figures("kmeans")[R_NAMES[method]]["result"][k]
    fit = kmeans(scaled(method), int(k))
    assert fit.objective <= expected["tot_withinss"] * (1 + 1e-9)
    if fit.objective > expected["tot_withinss"] * (1 - 1e-9):
        ours = fit.centers[np.lexsort(fit.centers.T[::-1])]
        theirs = np.array(expected["centers"])
        assert ours == pytest.approx(theirs[np.lexsort(theirs.T[::-1])], abs=1e-9)
    if k == "4":
        assert same_partition(fit.labels, expected["cluster"])


@pytest.mark.parametrize("k", ["7", "8"])
@pytest.mark.parametrize("method", R_NAMES)
def test_many_clusters_of_hard_data_reach_the_best_of_two_thousand_starts_of_r(method, k):
    expected = figures("kmeans")[R_NAMES[method]]["result"][k]["tot_withinss"]
    assert kmeans(scaled(method), int(k)).objective <= expected * (1 + 1e-9)


def test_hits_are_about_as_frequent_as_those_of_r():
    """Hartigan–Wong in R ends at this optimum from 98 % of its starts, Lloyd's algorithm from 0.2 %."""
    expected = figures("kmeans")["raw"]["result"]["4"]["share_of_random_starts_at_best"]
    fit = kmeans(scaled("raw"), 4)
    assert fit.hits / fit.starts == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("seed", range(5))
def test_hard_data_give_the_same_types_for_any_seed(seed):
    best = figures("kmeans")["rowcenter"]["result"]["4"]["tot_withinss"]
    assert kmeans(scaled("ipsative"), 4, random_state=seed).objective == pytest.approx(best, rel=1e-9)


def test_scikit_learn_does_not_find_a_lower_objective():
    X = scaled("zscore")
    with threadpool_limits(1):
        peer = lazy.load("sklearn.cluster").KMeans(4, n_init=50, random_state=0).fit(X)
    assert kmeans(X, 4).objective <= peer.inertia_ * (1 + 1e-9)


@settings(deadline=None, max_examples=40)
@given(LIKERT, st.integers(2, 4), st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_byte(X, k, random):
    if len(np.unique(X, axis=0)) < k:
        return
    order = random.sample(range(len(X)), len(X))
    fit, shuffled = kmeans(X, k, n_init=20), kmeans(X[order], k, n_init=20)
    assert np.array_equal(fit.labels[order], shuffled.labels)
    assert np.array_equal(fit.centers, shuffled.centers)
    assert (fit.objective, fit.hits) == (shuffled.objective, shuffled.hits)


@settings(deadline=None, max_examples=40)
@given(LIKERT, st.integers(2, 4))
def test_no_cluster_is_empty_no_single_move_pays_and_centers_are_means(X, k):
    if len(np.unique(X, axis=0)) < k:
        return
    fit = kmeans(X, k, n_init=10)
    sizes = np.bincount(fit.labels, minlength=k)
    assert (sizes > 0).all()
    means = np.array([X[fit.labels == c].mean(axis=0) for c in range(k)])
    assert fit.centers == pytest.approx(means)
    d2 = ((X[:, None] - means) ** 2).sum(axis=2)
    own = d2[np.arange(len(X)), fit.labels]
    n_own = sizes[fit.labels]
    saved = np.where(n_own > 1, own * n_own / np.maximum(n_own - 1, 1), 0)
    cost = d2 * sizes / (sizes + 1)
    cost[np.arange(len(X)), fit.labels] = np.inf
    assert (saved <= cost.min(axis=1) + 1e-8).all()


def test_exhaustive_search_finds_nothing_better():
    X = np.array([[1, 5], [1, 4], [5, 1], [4, 1], [3, 3], [5, 5], [4, 5]], dtype=float)
    codes = np.stack(np.meshgrid(*[range(3)] * len(X)), axis=-1).reshape(-1, len(X))

    def objective(labels):
        return sum(((X[labels == c] - X[labels == c].mean(axis=0)) ** 2).sum() for c in np.unique(labels))

    best = min(objective(labels) for labels in codes if len(np.unique(labels)) == 3)
    assert kmeans(X, 3, n_init=20).objective == pytest.approx(best)


def test_weights_count_like_repeated_rows_and_their_unit_does_not_matter():
    X, w = scaled("ipsative")[:120], np.resize([1, 2, 3], 120)
    weighted, tripled = kmeans(X, 3, weights=w), kmeans(X, 3, weights=3 * w)
    repeated = kmeans(np.repeat(X, w, axis=0), 3)
    assert weighted.objective == pytest.approx(repeated.objective)
    assert np.array_equal(np.repeat(weighted.labels, w), repeated.labels)
    assert np.array_equal(weighted.labels, tripled.labels)


@pytest.mark.parametrize("unit", [2.0**-90, 1e-8, 1e6, 2.0**70])
def test_the_unit_of_the_ratings_does_not_matter(unit):
    X, w = scaled("ipsative")[:120], np.resize([0.5, 1.3, 2.0], 120)
    fit, other = kmeans(X, 4, weights=w, n_init=50), kmeans(unit * X, 4, weights=unit * w, n_init=50)
    assert np.array_equal(fit.labels, other.labels)
    assert other.centers / unit == pytest.approx(fit.centers)
    assert other.objective == pytest.approx(unit**3 * fit.objective)


def test_a_row_of_weight_zero_changes_no_center():
    X = np.array([[0.0], [1.0], [10.0], [11.0], [500.0]])
    fit = kmeans(X, 2, weights=[1, 1, 1, 1, 0], n_init=5)
    assert sorted(fit.centers.ravel()) == [0.5, 10.5]
    assert fit.labels[4] == fit.labels[3]


def test_starting_at_given_centers_is_one_start():
    fit = kmeans([[0.0], [1.0], [10.0]], 2, centers=[[0.0], [10.0]])
    assert (fit.starts, fit.hits, fit.objective) == (1, 1, 0.5)


def test_more_clusters_than_distinct_rows_are_refused():
    with pytest.raises(FitError, match="3 clusters wanted of 2 distinct rows"):
        kmeans([[1.0], [1.0], [2.0]], 3)


def test_many_rows_are_searched_on_a_sample_and_finished_on_all():
    rng = np.random.default_rng(1)
    X = np.concatenate([rng.normal(center, 1, (8000, 2)) for center in ((0, 0), (9, 0), (0, 9))])
    fit = kmeans(X, 3, n_init=20)
    means = np.array([X[i * 8000 : (i + 1) * 8000].mean(axis=0) for i in range(3)])
    assert fit.centers[np.lexsort(fit.centers.T)] == pytest.approx(means[np.lexsort(means.T)], abs=0.01)


def test_distinct_rows_keep_the_mass():
    X = ratings()
    rows, mass, where = distinct_rows(X)
    assert np.array_equal(rows[where], X)
    assert mass.sum() == len(X)
    assert len(rows) == len(np.unique(X, axis=0))
