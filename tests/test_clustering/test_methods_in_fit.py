import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans

from kommtyp.clustering import cluster
from kommtyp.errors import FitError
from kommtyp.typology import Typology, fit


@pytest.mark.parametrize("scaling", ["raw", "ipsative", "zscore", "rank"])
@pytest.mark.parametrize("method", ["kmedoids", "mixture"])
def test_every_scaling_goes_with_every_method(scaling, method, sample):
    result = fit(sample, scaling=scaling, method=method, n_init=3)
    assert result.sizes["n"].sum() + len(result.excluded) == len(sample)
    assert (result.sizes["n"] > 0).all()
    assert result.typology.settings.method == method


def test_a_mixture_keeps_its_posteriors_and_bic_in_the_order_of_the_types(sample):
    result = fit(sample, method="mixture", n_init=5)
    formed = result.types.notna()
    assert result.posterior.columns.tolist() == result.typology.keys
    assert result.posterior.index.equals(result.types.index)
    assert (result.posterior[formed].idxmax(axis=1) == result.types[formed].astype(str)).all()
    assert result.posterior[formed].sum(axis=1).to_numpy() == pytest.approx(1)
    assert result.posterior[~formed].isna().all(axis=None)
    assert np.isfinite(result.typology.quality.bic)
    assert fit(sample, n_init=2).posterior is None


def test_latent_classes_form_types_of_raw_ratings(sample):
    pytest.importorskip("stepmix")
    result = fit(sample, method="lca", scaling="raw", n_types=2, n_init=2)
    assert result.posterior.shape == (412, 2)
    with pytest.raises(FitError, match="scaling='raw'"):
        fit(sample, method="lca")


@pytest.mark.parametrize("method", ["kmeans", "kmedoids", "mixture"])
def test_every_start_is_told_and_telling_changes_nothing(method):
    X, done = np.random.default_rng(0).normal(size=(80, 3)), []
    told, silent = (cluster(X, 3, method=method, n_init=7, progress=progress) for progress in (done.append, None))
    assert sum(done) >= told.starts == (8 if method == "kmedoids" else 7)
    assert np.array_equal(told.labels, silent.labels)


def test_a_bar_counts_the_starts_where_it_is_asked_for(sample, capsys):
    fit(sample, n_init=9, progress=True)
    assert "starts: " in capsys.readouterr().err


@pytest.mark.parametrize("method", ["kmedoids", "mixture"])
def test_planted_types_are_found_by_every_method(method, sample):
    result, other = fit(sample, n_init=20), fit(sample, method=method, n_init=10)
    formed = result.types.notna()
    assert (result.types[formed] == other.types[formed]).mean() > 0.9
    assert not other.typology.doubtful


def test_a_clusterer_from_elsewhere_forms_types_and_is_written_down(sample, tmp_path):
    result = fit(sample, method=AgglomerativeClustering(linkage="complete"))
    assert result.types.equals(fit(sample, method="complete").types)
    assert result.typology.settings.method == "AgglomerativeClustering(linkage='complete')"
    again = Typology.from_json(result.typology.to_json(tmp_path / "typology.json"))
    assert again.settings == result.typology.settings


def test_new_answers_get_the_nearest_center_whatever_formed_the_types(sample, tmp_path):
    result = fit(sample, method="mixture", n_init=3)
    path = result.typology.to_json(tmp_path / "typology.json")
    again = Typology.from_json(path).classify(sample)
    formed = again.types.notna()
    assert (again.types[formed].astype(str) == again.distances[formed].idxmin(axis=1)).all()
    assert again.posterior is None
    assert again.typology.quality == result.typology.quality


def test_weights_and_the_number_of_types_reach_a_clusterer(sample):
    weights = np.resize([1.0, 2.0], len(sample))
    assert len(fit(sample, n_types=5, method=KMeans(n_init=2), weights=weights).typology.keys) == 5
    with pytest.raises(FitError, match="AgglomerativeClustering takes no sample_weight"):
        fit(sample, method=AgglomerativeClustering(), weights=weights)
    with pytest.raises(FitError, match="KMeans has n_clusters=3, but 4 types are wanted"):
        fit(sample, method=KMeans(n_clusters=3))
