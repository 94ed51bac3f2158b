import numpy as np
import pytest
from reference_data import figures, ratings, same_partition

from kommtyp.clustering import cluster, hierarchies
from kommtyp.errors import FitError
from kommtyp.scaling import apply_scaling, fit_scaling


def z_scores():
    X = ratings()
    return apply_scaling(fit_scaling(X, method="zscore"), X)


def without_ties():
    """The ratings, each shifted a little, as `reference/hierarchies.R` does."""
    X = ratings()
    return X + 0.01 * np.sin(np.arange(1, X.size + 1)).reshape(X.shape[1], X.shape[0]).T


@pytest.mark.parametrize("k", [3, 4])
@pytest.mark.parametrize(("method", "r_name"), [("ward", "ward.D2"), ("average", "average"), ("complete", "complete")])
def test_hierarchies_are_those_of_r(method, r_name, k):
    expected = figures("hclust")["result"][r_name]["cutree"][f"k{k}"]
    assert same_partition(cluster(z_scores(), k, method=method).labels, expected)


@pytest.mark.parametrize("k", [3, 4, 5])
@pytest.mark.parametrize("method", ["ward", "average", "complete"])
def test_hierarchies_without_ties_are_those_of_r_in_any_order(method, k):
    X, order = without_ties(), np.random.default_rng(0).permutation(412)
    expected = np.array(figures("hierarchies")[method][str(k)])
    assert same_partition(cluster(X, k, method=method).labels, expected)
    assert same_partition(cluster(X[order], k, method=method).labels, expected[order])


@pytest.mark.parametrize("k", [3, 4, 5])
def test_ward_with_masses_is_that_of_r(k):
    reference = figures("hierarchies")
    weights = np.resize(reference["mass"], 412)
    found = cluster(without_ties(), k, method="ward", weights=weights)
    assert same_partition(found.labels, reference["weighted_ward"][str(k)])


def test_ward_kmeans_is_no_worse_than_ward():
    X = z_scores()
    ward, finished = (cluster(X, 4, method=method) for method in ("ward", "ward_kmeans"))
    assert finished.objective < ward.objective
    assert (finished.starts, finished.hits) == (0, 0)


def test_clusters_come_by_falling_size_with_their_means():
    X = z_scores()
    found = cluster(X, 4, n_init=20)
    sizes = np.bincount(found.labels)
    assert (np.diff(sizes) <= 0).all()
    assert found.centers == pytest.approx(np.array([X[found.labels == c].mean(axis=0) for c in range(4)]))
    total = ((X - X.mean(axis=0)) ** 2).sum()
    assert found.explained == pytest.approx(1 - found.objective / total)


def test_too_many_rows_for_a_hierarchy_are_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(hierarchies, "MOST_ROWS_FOR_HIERARCHY", 100)
    with pytest.raises(FitError, match=r"412 rows need .* of distances\. Use method='kmeans'"):
        cluster(z_scores(), 4, method="complete")


def test_many_rows_with_few_distinct_ones_are_merged(monkeypatch):
    X = np.repeat(without_ties()[:60], 3, axis=0)
    expected = [cluster(X, 3, method=method).labels for method in ("ward", "complete")]
    monkeypatch.setattr(hierarchies, "MOST_ROWS_FOR_HIERARCHY", 100)
    for method, labels in zip(("ward", "complete"), expected, strict=True):
        assert np.array_equal(cluster(X, 3, method=method).labels, labels)


def test_fewer_distinct_rows_than_clusters_are_refused():
    with pytest.raises(FitError, match="3 clusters wanted of 2 distinct rows"):
        cluster([[1.0], [1.0], [2.0]], 3, method="ward")


def test_a_cluster_of_rows_that_do_not_count_is_refused():
    with pytest.raises(FitError, match="clusters: 1 of 2 hold only rows of weight 0"):
        cluster([[1.0], [1.1], [9.0]], 2, method="complete", weights=[1, 1, 0])


def test_rows_that_weigh_nothing_join_the_nearest_cluster_of_the_others():
    X = without_ties()
    weights = np.where(np.arange(len(X)) % 3, [1.0, 2.5] * (len(X) // 2), 0.0)
    counted = weights > 0
    found = cluster(X, 4, method="ward", weights=weights)
    alone = cluster(X[counted], 4, method="ward", weights=weights[counted])
    assert np.array_equal(found.labels[counted], alone.labels)
    away = ((X[~counted][:, None] - alone.centers) ** 2).sum(axis=2)
    assert np.array_equal(found.labels[~counted], away.argmin(axis=1))


def test_fewer_rows_that_count_than_clusters_are_refused():
    with pytest.raises(FitError, match="3 clusters wanted of 2 distinct rows that weigh more than 0"):
        cluster(np.arange(4.0)[:, None], 3, method="ward", weights=[0, 1, 0, 2])
