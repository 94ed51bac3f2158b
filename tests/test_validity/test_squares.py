import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from kommtyp.validity import calinski_harabasz, davies_bouldin, explained_share, within_sum
from tests.reference_data import figures, ratings

ALL = (within_sum, explained_share, calinski_harabasz, davies_bouldin)


def digits(text):
    return np.array(list(text), dtype=int)


def test_sums_of_squares_are_those_of_fpc():
    reference = figures("silhouette")["result"]
    own = digits(reference["partition"])
    assert within_sum(ratings(), own) == pytest.approx(reference["within_ss"], rel=1e-10)
    assert calinski_harabasz(ratings(), own) == pytest.approx(reference["ch"], rel=1e-10)


@pytest.mark.parametrize("weighted", [True, False])
def test_weighted_criteria_are_those_of_weightedcluster(weighted):
    reference = figures("weightedcluster")
    own = digits(reference["cluster"])
    w = np.array(reference["weight"]) if weighted else None
    expected = reference["result"]["weighted" if weighted else "unweighted"]["stats"]
    assert explained_share(ratings(), own, weights=w) == pytest.approx(expected["R2sq"], abs=1e-8)
    assert calinski_harabasz(ratings(), own, weights=w) == pytest.approx(expected["CHsq"], abs=1e-8)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_criteria_are_those_of_scikit_learn_and_weights_are_copies(seed):
    rng = np.random.default_rng(seed)
    X, own, copies = rng.normal(size=(20, 3)), np.arange(20) % 3, rng.integers(0, 4, 20)
    copies[:6] = 1
    assert calinski_harabasz(X, own) == pytest.approx(calinski_harabasz_score(X, own))
    assert davies_bouldin(X, own) == pytest.approx(davies_bouldin_score(X, own))
    repeated, labels = np.repeat(X, copies, axis=0), np.repeat(own, copies)
    order = rng.permutation(len(X))
    for criterion in ALL:
        value = criterion(X, own, weights=copies)
        assert value == pytest.approx(criterion(repeated, labels), rel=1e-9)
        assert value == pytest.approx(criterion(X[order], (own[order] + 1) % 3, weights=copies[order]), rel=1e-9)


def test_what_cannot_be_said_is_missing():
    X = np.array([[0.0], [1.0], [5.0]])
    assert np.isnan(calinski_harabasz(X, [0, 0, 0]))
    assert np.isnan(calinski_harabasz(X, [0, 1, 2]))
    assert np.isnan(davies_bouldin(X, [0, 0, 0]))
    assert davies_bouldin([[0.0], [2.0], [0.0], [2.0]], [0, 0, 1, 1]) == np.inf
    assert np.isnan(explained_share([[1.0], [1.0]], [0, 1]))
    assert explained_share(X, [0, 1, 2]) == 1
