import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from kommtyp.kmeans import kmeans
from kommtyp.validity import mixture, mixture_bic
from tests.reference_data import figures, ratings


def digits(text):
    return np.array(list(text), dtype=int)


@pytest.mark.parametrize("k", ["2", "3", "4"])
def test_bic_is_that_of_mclust_from_the_same_partition(k, monkeypatch):
    monkeypatch.setattr(mixture, "TOLERANCE", 1e-12)
    reference = figures("validity_live")["mixtures"][k]
    found = mixture_bic(ratings(), digits(reference["partition"]), smallest_variance=0)
    assert found == pytest.approx(reference["bic"], abs=1e-4)


@pytest.mark.parametrize("k", [1, 2, 4, 8])
def test_bic_is_that_of_scikit_learn_from_the_same_partition(k, monkeypatch):
    """Both run until nothing changes any more, so that it does not matter in which step they stop."""
    monkeypatch.setattr(mixture, "TOLERANCE", 1e-10)
    X = ratings() - ratings().mean(axis=1, keepdims=True)
    own = kmeans(X, k, n_init=20).labels
    share = np.eye(k)[own]
    size = share.sum(axis=0)
    means = share.T @ X / size[:, None]
    added = 0.1 * X.var(axis=0).mean()
    variances = share.T @ X**2 / size[:, None] - means**2 + added
    model = GaussianMixture(
        k,
        covariance_type="diag",
        weights_init=size / len(X),
        means_init=means,
        precisions_init=1 / variances,
        reg_covar=added,
        tol=1e-10,
        max_iter=5000,
    ).fit(X)
    assert mixture_bic(X, own) == pytest.approx(model.bic(X), abs=1e-3)


def test_bic_depends_neither_on_place_nor_on_numbers_nor_on_order():
    X = ratings()
    own = kmeans(X, 3, n_init=20).labels
    order = np.random.default_rng(0).permutation(len(X))
    expected = mixture_bic(X, own)
    assert mixture_bic(X + 100, own) == pytest.approx(expected, rel=1e-9)
    assert mixture_bic(X[order], (own[order] + 1) % 3) == pytest.approx(expected, rel=1e-9)
    scaled = mixture_bic(10 * X, own)
    assert scaled == pytest.approx(expected + 2 * X.size * np.log(10), rel=1e-9)


def test_a_component_on_a_single_answer_has_no_likelihood_without_a_bound():
    X = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [4.0, 1.0], [5.0, 2.0], [3.0, 3.0]])
    assert np.isnan(mixture_bic(X, [0, 0, 0, 1, 1, 1], smallest_variance=0))
    assert np.isfinite(mixture_bic(X, [0, 0, 0, 1, 1, 1]))
    assert np.isnan(mixture_bic(np.ones((4, 2)), [0, 0, 1, 1]))
