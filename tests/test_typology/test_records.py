import numpy as np
import pandas as pd
import pytest

from kommtyp.errors import FitError
from kommtyp.typology import fit


def test_classifying_the_same_answers_gives_the_same_types(sample):
    result = fit(sample)
    again = result.typology.classify(sample)
    pd.testing.assert_series_equal(again.types, result.types)
    pd.testing.assert_frame_equal(again.distances, result.distances)
    assert again.excluded == result.excluded


def test_the_type_of_one_does_not_depend_on_the_others(sample):
    result = fit(sample, n_init=20)
    few = sample.iloc[[3, 50, 200]]
    alone = result.typology.classify(few)
    assert alone.types.tolist() == result.types.reindex(alone.types.index).tolist()


def test_a_missing_goal_is_filled(sample):
    result = fit(sample, n_init=20)
    without = result.typology.classify(sample.drop(columns="recht"))
    both = result.types.notna() & without.types.notna()
    assert both.sum() > 350
    assert (result.types[both] == without.types[both]).mean() > 0.75


def test_answers_without_any_of_the_goals_are_refused(sample):
    typology = fit(sample, n_init=5).typology
    with pytest.raises(FitError, match="none of the goals"):
        typology.classify(pd.DataFrame({"a": [1, 2]}))


def test_a_hierarchy_keeps_its_own_groups_and_says_where_another_center_is_nearer(sample):
    result = fit(sample, method="ward")
    moved = result.margin < 0
    assert moved.any()
    nearest = result.distances[moved].idxmin(axis=1)
    assert (nearest != result.types[moved].astype(str)).all()


def test_means_of_the_scaled_ratings_are_the_centers(sample):
    result = fit(sample, n_init=20)
    own = result.ratings.sub(result.ratings.mean(axis=1), axis=0)
    means = own.groupby(result.types, observed=False).mean()
    assert np.asarray(means) == pytest.approx(result.typology.centers.to_numpy())
