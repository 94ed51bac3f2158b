import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples

from kommtyp.errors import FitError
from kommtyp.validity import silhouette, silhouettes
from tests.reference_data import figures, ratings


def digits(text):
    return np.array(list(text), dtype=int)


def test_widths_are_those_of_r():
    reference = figures("silhouette")["result"]
    own = digits(reference["partition"])
    found = silhouette(ratings(), own)
    assert found == pytest.approx(np.array(reference["sil_width"]), abs=1e-10)
    assert found.mean() == pytest.approx(reference["avg"], abs=1e-10)
    assert np.bincount(own, weights=found) / np.bincount(own) == pytest.approx(reference["by_cluster"], abs=1e-10)


@pytest.mark.parametrize("weighted", [True, False])
def test_both_forms_are_those_of_weightedcluster(weighted):
    reference = figures("weightedcluster")
    own, weights = digits(reference["cluster"]), np.array(reference["weight"])
    w = weights if weighted else np.ones(len(own))
    expected = reference["result"]["weighted" if weighted else "unweighted"]
    for form, column in (("ASW", 0), ("ASWw", 1)):
        found = silhouette(ratings(), own, weights=w, form=form)
        assert np.average(found, weights=w) == pytest.approx(expected["stats"][form], abs=1e-8)
        by_cluster = np.bincount(own, weights=w * found) / np.bincount(own, weights=w)
        assert by_cluster == pytest.approx(np.array(expected["ASW"])[:, column], abs=1e-8)
    if weighted:
        observed = silhouette(ratings(), own, weights=w)
        assert observed == pytest.approx(np.array(reference["result"]["silhouette_obs_weighted"]), abs=1e-8)


def test_blocks_partitions_and_chosen_rows_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(60, 3)), rng.integers(0, 4, (3, 60))
    whole = silhouette(X, labels)
    monkeypatch.setattr(silhouettes, "DISTANCES_AT_ONCE", 7 * 60)
    assert silhouette(X, labels) == pytest.approx(whole, abs=1e-12)
    assert silhouette(X, labels[1]) == pytest.approx(whole[1], abs=1e-12)
    assert silhouette(X, labels, rows=[5, 3]) == pytest.approx(whole[:, [5, 3]], abs=1e-12)
    assert whole[0] == pytest.approx(silhouette_samples(X, labels[0]), abs=1e-12)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_weights_are_copies(seed):
    rng = np.random.default_rng(seed)
    X, own, copies = rng.integers(1, 6, (12, 3)).astype(float), rng.integers(0, 3, 12), rng.integers(1, 4, 12)
    repeated = silhouette(np.repeat(X, copies, axis=0), np.repeat(own, copies))
    first = np.cumsum(copies) - copies
    assert silhouette(X, own, weights=copies)[np.bincount(own, minlength=3)[own] > 1] == pytest.approx(
        repeated[first][np.bincount(own, minlength=3)[own] > 1], abs=1e-9
    )


def test_what_has_no_neighbour_has_no_width():
    X = [[0.0], [1.0], [5.0]]
    assert silhouette(X, [0, 0, 1])[2] == 0
    assert silhouette(X, [0, 0, 1], form="ASWw")[2] == 1
    assert np.isnan(silhouette(X, [0, 0, 0])).all()
    assert silhouette([[1.0], [1.0], [1.0], [1.0]], [0, 0, 1, 1]).tolist() == [0, 0, 0, 0]
    assert silhouette(X, [0, 0, 1], weights=[0.3, 0.3, 2])[:2].tolist() == [0, 0]
    assert silhouette(X, [0, 0, 2]).tolist() == silhouette(X, [0, 0, 1]).tolist()


def test_an_unknown_form_is_refused():
    with pytest.raises(FitError, match="form: 'asw' is not known"):
        silhouette([[0.0], [1.0]], [0, 1], form="asw")
