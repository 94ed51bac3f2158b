import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering

from kommtyp.definitions import packaged_definitions
from kommtyp.errors import FitError
from kommtyp.typology import Typology, fit, fit_again
from kommtyp.typology.refitting import definitions_of, method_of


def test_without_changes_the_same_types_are_formed(sample):
    for options in ({}, {"weights": np.resize([1.0, 2.0], 412)}, {"scaling": "rank", "min_answered": 1}):
        result = fit(sample, n_init=10, random_state=3, **options)
        again = fit_again(result)
        assert again.types.equals(result.types)
        assert again.typology.settings == result.typology.settings


def test_what_is_changed_is_changed_and_rows_are_left_out(sample):
    result = fit(sample, n_init=10)
    rows = np.arange(412) % 10 > 0
    again = fit_again(result, rows=rows, scaling="raw", method="ward", goals=list(result.typology.goals[1:]))
    assert again.types.index.equals(result.types.index[rows])
    assert again.typology.goals == result.typology.goals[1:]
    assert (again.typology.settings.scaling, again.typology.settings.method) == ("raw", "ward")
    assert len(result.survey) == 412


def test_weights_keep_to_their_rows(sample):
    result = fit(sample, weights=np.arange(1.0, 413), n_init=5)
    rows = np.arange(412) >= 100
    expected = fit(sample[rows], weights=np.arange(101.0, 413), n_init=5)
    again = fit_again(result, rows=rows)
    assert again.types.equals(expected.types)
    assert again.weights.to_numpy() == pytest.approx(expected.weights.to_numpy())


def test_a_weight_column_that_was_not_used_stays_unused(sample):
    unweighted = fit(sample, n_init=5)
    classified = unweighted.typology.classify(sample.assign(gewicht=np.arange(1.0, 413)))
    assert fit_again(classified).types.equals(unweighted.types)


def test_definitions_are_those_that_were_given(sample):
    assert definitions_of(fit(sample, n_types=6, n_init=5)) == packaged_definitions()
    assert definitions_of(fit(sample, types="unnamed", n_init=5)) == "unnamed"
    assert definitions_of(fit(sample, n_types=3, n_init=5)) == "unnamed"


def test_a_clusterer_from_elsewhere_is_kept_but_not_in_the_file(sample, tmp_path):
    clusterer = AgglomerativeClustering(linkage="complete")
    result = fit(sample, method=clusterer)
    assert fit_again(result).types.equals(result.types)
    assert method_of(result) is not clusterer
    read = Typology.from_json(result.typology.to_json(tmp_path / "typology.json")).classify(sample)
    with pytest.raises(FitError, match=r"formed by AgglomerativeClustering.* only the name is known"):
        fit_again(read)
    assert fit_again(read, method="complete").types.equals(result.types)
