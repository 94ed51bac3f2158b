"""Bad weights, too many types and odd options, for every method that forms types."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from kommtyp.datasets import make_survey
from kommtyp.errors import FitError, SurveyError
from kommtyp.typology import fit

METHODS = ["kmeans", "ward", "average", "complete", "ward_kmeans", "kmedoids", "mixture", "lca", KMeans(4, n_init=1)]
SURVEY = make_survey(40, random_state=3)
methods = pytest.mark.parametrize("method", METHODS, ids=lambda one: one if isinstance(one, str) else "sklearn")


@methods
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": [np.nan, *[1.0] * 39]}, r"weights: nan in 1 of 40 rows"),
        ({"weights": [-1.0, *[1.0] * 39]}, r"weights: -1.* in 1 of 40 rows"),
        ({"weights": [0.0] * 40}, "weights"),
        ({"n_types": 41}, r"n_types: 41 types wanted of \d+ municipalities with \d+ different sets of ratings"),
        ({"n_types": 1}, "n_types"),
        ({"n_init": 0}, "n_init: 0 does not do"),
        ({"random_state": -1}, "random_state: -1 does not do"),
    ],
)
def test_options_out_of_range_are_refused_by_name(method, options, message):
    with pytest.raises(FitError, match=message):
        fit(SURVEY, **{"method": method, "n_init": 2, **options})


@methods
def test_fewer_different_ratings_than_types_are_refused(method):
    few = pd.concat([make_survey(3, random_state=3, straightliners=0)] * 10, ignore_index=True)
    with pytest.raises(FitError, match="4 types wanted of 30 municipalities with 3 different sets of ratings"):
        fit(few, method=method, n_init=2)


@methods
def test_no_rows_are_refused(method):
    with pytest.raises(SurveyError, match="0 rows"):
        fit(SURVEY.head(0), method=method, n_init=2)


@pytest.mark.parametrize("method", ["ward", "average", "complete", "ward_kmeans"])
def test_a_method_without_randomness_gives_the_same_for_every_seed(method):
    one, other = (fit(SURVEY, method=method, random_state=seed, n_init=seed + 1) for seed in (0, 7))
    assert one.types.equals(other.types)
    assert one.typology.quality == other.typology.quality
    assert "random starts" not in repr(one)
