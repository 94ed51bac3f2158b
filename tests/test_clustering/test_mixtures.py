import numpy as np
import pytest
from reference_data import figures, ratings

from kommtyp.clustering import cluster
from kommtyp.clustering.mixtures import gaussian_mixture
from kommtyp.errors import FitError

ONES = np.ones(412)
METHODS = ("mixture", "kmeans")

# Seven pathologists on 118 slides, 1 = carcinoma seen (Landis & Koch 1977; Agresti 2002, table 13.1): pattern, slides.
CARCINOMA = {
    "0000000": 34, "0000100": 2, "0100000": 6, "0100001": 1, "0100100": 4, "0100101": 5, "1000000": 2,
    "1010101": 1, "1100000": 2, "1100001": 1, "1100100": 2, "1100101": 7, "1100111": 1, "1101001": 1,
    "1101101": 2, "1101111": 3, "1110101": 13, "1110111": 5, "1111101": 10, "1111111": 16,
}  # fmt: skip


def ipsative():
    X = ratings()
    return X - X.mean(axis=1, keepdims=True)


def mixture(X, k, **options):
    options = {"weights": np.ones(len(X)), "n_init": 20, "random_state": np.random.default_rng(0)} | options
    return gaussian_mixture(X, k, **options)


class TestMixture:
    @pytest.mark.parametrize("k", [2, 3])
    def test_likelihood_and_classes_are_those_of_mclust(self, k):
        """Ours adds a millionth to each variance, in units of their mean."""
        expected = figures("mixtures")[str(k)]
        found = mixture(ipsative(), k, smallest_variance=1e-6)
        assert found.bic == pytest.approx(expected["bic"], abs=1e-3)
        match = np.array(expected["classification"])
        table = np.array([[((found.labels == a) & (match == b + 1)).sum() for b in range(k)] for a in range(k)])
        assert table.max(axis=1).sum() >= 0.997 * 412
        order = table.argmax(axis=0)
        assert found.posterior[:5, order] == pytest.approx(np.array(expected["first_posteriors"]), abs=5e-3)

    def test_without_a_bound_a_component_shrinks_onto_few_answers(self):
        sizes = [np.bincount(mixture(ipsative(), 4, smallest_variance=s, n_init=30).labels).min() for s in (1e-5, 0.1)]
        assert sizes[0] < 10
        assert sizes[1] > 30

    def test_planted_groups_that_differ_in_spread_are_found(self):
        rng = np.random.default_rng(1)
        truth = np.repeat([0, 1], [300, 100])
        X = np.where(truth[:, None] == 0, rng.normal(0, 2, (400, 4)), rng.normal(1.5, 0.5, (400, 4)))
        right = {method: (cluster(X, 2, method=method, n_init=10).labels == truth).mean() for method in METHODS}
        assert right["mixture"] > 0.9
        assert right["kmeans"] < 0.8

    def test_posteriors_follow_the_order_of_the_clusters(self):
        found = cluster(ipsative(), 3, method="mixture", n_init=10)
        assert found.posterior.shape == (412, 3)
        assert found.posterior.sum(axis=1) == pytest.approx(1)
        assert np.array_equal(found.posterior.argmax(axis=1), found.labels)
        assert found.starts == 10
        assert np.isfinite(found.bic)

    def test_the_order_of_the_rows_does_not_matter(self):
        X, order = ipsative(), np.random.default_rng(5).permutation(412)
        found, shuffled = (cluster(rows, 4, method="mixture", n_init=5) for rows in (X, X[order]))
        assert np.array_equal(found.labels[order], shuffled.labels)
        assert found.bic == shuffled.bic

    def test_weights_are_refused_but_equal_ones_are_none(self):
        with pytest.raises(FitError, match="mixture: the municipalities have weights"):
            mixture(ipsative(), 2, weights=np.resize([1.0, 2.0], 412))
        assert mixture(ipsative(), 2, weights=3 * ONES, n_init=2).starts == 2

    def test_no_more_starts_are_run_once_five_agree(self):
        clear = np.random.default_rng(0).normal(size=(80, 2)) + np.repeat([0, 9], 40)[:, None]
        found = cluster(clear, 2, method="mixture", n_init=500)
        assert (found.starts, found.hits) == (10, 10)
        assert cluster(ipsative()[:60], 5, method="mixture", n_init=500).starts <= 50

    def test_fewer_distinct_rows_than_clusters_are_refused(self):
        with pytest.raises(FitError, match="mixture: 3 clusters wanted of 2 distinct rows"):
            mixture(np.array([[1.0, 0], [1.0, 0], [2.0, 0]]), 3)

    def test_components_that_stay_empty_are_refused_in_words(self):
        X = np.array([[0.0], [0.01], [10.0]])
        with pytest.raises(FitError, match="mixture: none of 3 starts filled all 3 clusters"):
            mixture(X, 3, smallest_variance=5, n_init=3)


class TestLatentClasses:
    @pytest.fixture(autouse=True)
    def _needs_stepmix(self):
        pytest.importorskip("stepmix")

    @pytest.mark.parametrize(("k", "loglik", "bic"), [(2, -317.2568, 706.0739), (3, -293.7050, 697.1357)])
    def test_likelihood_is_that_of_polca(self, k, loglik, bic):
        """R: ``poLCA(cbind(A, B, C, D, E, F, G) ~ 1, carcinoma, nclass = k)``, as its authors print it.

        Linzer & Lewis (2011), poLCA: an R package for polytomous variable latent class analysis, Journal of
        Statistical Software 42(10).
        """
        X, counts = np.array([list(map(float, pattern)) for pattern in CARCINOMA]), list(CARCINOMA.values())
        repeated = cluster(np.repeat(X, counts, axis=0), k, method="lca", n_init=10)
        weighted = cluster(X, k, method="lca", weights=counts, n_init=10)
        parameters = k - 1 + 7 * k
        for found in (repeated, weighted):
            assert found.bic == pytest.approx(bic, abs=2e-3)
            assert (parameters * np.log(118) - found.bic) / 2 == pytest.approx(loglik, abs=1e-3)
        assert np.array_equal(repeated.labels, np.repeat(weighted.labels, counts))

    def test_posteriors_follow_the_order_of_the_clusters(self):
        found = cluster(ratings()[:150], 2, method="lca", n_init=3)
        assert np.array_equal(found.posterior.argmax(axis=1), found.labels)
        assert found.posterior.sum(axis=1) == pytest.approx(1)
        assert found.starts == 3

    def test_filled_gaps_count_as_the_nearest_rating(self):
        X = ratings()[:100]
        filled = X.copy()
        filled[::9, 2] += 0.3
        found, same = (cluster(rows, 2, method="lca", n_init=2) for rows in (X, filled))
        assert np.array_equal(found.labels, same.labels)

    def test_scaled_ratings_are_refused(self):
        with pytest.raises(FitError, match=r"lca: .* lie between whole numbers.*scaling='raw'"):
            cluster(ipsative(), 3, method="lca", n_init=2)
        with pytest.raises(FitError, match=r"lca: 50 values a goal.*scaling='raw'"):
            cluster(np.arange(50.0)[:, None], 3, method="lca", n_init=2)
