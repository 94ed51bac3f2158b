import numpy as np
import pytest
from reference_data import ratings, same_partition
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans, MiniBatchKMeans, SpectralClustering
from sklearn.mixture import GaussianMixture

from kommtyp.clustering import check_method, cluster, method_name
from kommtyp.errors import FitError


def ipsative(n=412):
    X = ratings()[:n]
    return X - X.mean(axis=1, keepdims=True)


class Halves:
    """The least that a clusterer needs."""

    def __init__(self, labels=None):
        self.wanted = labels

    def fit(self, X):
        self.labels_ = (X[:, 0] > 0).astype(int) if self.wanted is None else np.resize(self.wanted, len(X))
        return self


class Failing:
    def fit_predict(self, X):
        raise ValueError("n_neighbors is 0")


class TestWhatServes:
    def test_any_object_that_fits_and_has_labels(self):
        X = ipsative()
        assert same_partition(cluster(X, 2, method=Halves()).labels, X[:, 0] > 0)

    def test_scikit_learns_ward_is_ours(self):
        X = ratings() + 0.01 * np.sin(np.arange(412 * 8)).reshape(412, 8)
        theirs, ours = (cluster(X, 4, method=method) for method in (AgglomerativeClustering(), "ward"))
        assert np.array_equal(theirs.labels, ours.labels)
        assert theirs.objective == ours.objective
        assert (theirs.starts, theirs.hits) == (0, 0)

    def test_weights_reach_those_who_take_them(self):
        X, weights = ipsative(), np.resize([1.0, 1.0, 5.0], 412)
        found = cluster(X, 4, method=KMeans(n_init=30), weights=weights)
        assert found.objective == pytest.approx(cluster(X, 4, weights=weights, n_init=50).objective, rel=1e-2)

    def test_posteriors_are_kept(self):
        found = cluster(ipsative(), 3, method=GaussianMixture(covariance_type="diag"))
        assert np.array_equal(found.posterior.argmax(axis=1), found.labels)

    def test_the_object_is_not_changed_and_a_seed_is_given_if_it_has_none(self):
        clusterer = MiniBatchKMeans()
        before = clusterer.get_params()
        first, second = (cluster(ipsative(), 4, method=clusterer, random_state=7).labels for _ in range(2))
        assert np.array_equal(first, second)
        assert clusterer.get_params() == before
        assert not hasattr(clusterer, "labels_")


class TestNumberOfClusters:
    def test_a_default_is_set_to_what_is_wanted(self):
        assert len(cluster(ipsative(), 5, method=AgglomerativeClustering()).centers) == 5

    def test_a_number_of_its_own_must_be_what_is_wanted(self):
        assert len(cluster(ipsative(), 5, method=AgglomerativeClustering(n_clusters=5)).centers) == 5
        with pytest.raises(FitError, match=r"has n_clusters=5, but 4 types are wanted\. Use n_types=5"):
            cluster(ipsative(), 4, method=AgglomerativeClustering(n_clusters=5))

    def test_another_number_found_is_refused_with_what_would_be_right(self):
        with pytest.raises(FitError, match=r"Halves found 2 clusters, but 3 types are wanted\. Use n_types=2"):
            cluster(ipsative(), 3, method=Halves())


class TestRefusals:
    def test_noise(self):
        with pytest.raises(FitError, match=r"DBSCAN put \d+ of 412 municipalities into no cluster \(label −1\)"):
            cluster(ipsative(), 3, method=DBSCAN(eps=1.2))

    def test_weights_where_they_are_not_taken(self):
        with pytest.raises(FitError, match="AgglomerativeClustering takes no sample_weight"):
            cluster(ipsative(), 3, method=AgglomerativeClustering(), weights=np.resize([1.0, 2.0], 412))

    def test_labels_that_are_none(self):
        with pytest.raises(FitError, match="Halves gave no whole number for each of 412 rows"):
            cluster(ipsative(), 2, method=Halves([0.5, 1.5]))

    @pytest.mark.parametrize("method", [Failing(), SpectralClustering(affinity="nearest_neighbors", n_neighbors=0)])
    def test_what_fails_inside_is_said(self, method):
        with pytest.raises(FitError, match=f"{type(method).__name__} failed on 412 rows .*n_neighbors"):
            cluster(ipsative(), 2, method=method)

    def test_a_class_instead_of_an_object(self):
        with pytest.raises(FitError, match=r"the class KMeans given. Give an object of it: KMeans\(\)"):
            check_method(KMeans)

    @pytest.mark.parametrize(("word", "right"), [("k-medoids", "kmedoids"), ("mixtures", "mixture"), ("LCA", "lca")])
    def test_words_that_are_nearly_right(self, word, right):
        with pytest.raises(FitError, match=f"Did you mean '{right}'"):
            check_method(word)

    @pytest.mark.parametrize("method", [None, 3, object()])
    def test_anything_else(self, method):
        with pytest.raises(FitError, match=r"method: .* is not known\..*Allowed: 'kmeans'"):
            check_method(method)


def test_a_method_is_named_in_one_line():
    assert method_name("kmedoids") == "kmedoids"
    clusterer = AgglomerativeClustering(n_clusters=4, linkage="average", metric="cosine")
    assert method_name(clusterer) == "AgglomerativeClustering(linkage='average', metric='cosine', n_clusters=4)"
