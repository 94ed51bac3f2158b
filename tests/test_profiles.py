from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from reference_data import figures, ratings

from kommtyp.codebook import packaged_codebook
from kommtyp.errors import FitError
from kommtyp.profiles import profile
from kommtyp.typology import fit

GOALS = [item.name for item in packaged_codebook().goals]


@pytest.fixture(scope="module")
def raw_result():
    return fit(pd.DataFrame(ratings(), columns=GOALS), scaling="raw", n_init=50)


def groups_in_the_order_of_r(result):
    """R numbered the clusters by first appearance in the rows."""
    return list(dict.fromkeys(result.types))


def against_catdes(result, table, reference, tolerance):
    for number, key in enumerate(groups_in_the_order_of_r(result), start=1):
        own = table[table["type"] == key].set_index("goal")
        for j, goal in enumerate(GOALS, start=1):
            expected = reference[str(number)][f"p{j}"]
            assert own.loc[goal, "v_test"] == pytest.approx(expected["v_test"], abs=tolerance)
            assert own.loc[goal, "mean"] == pytest.approx(expected["mean_in_category"], abs=tolerance)
            difference = expected["mean_in_category"] - expected["overall_mean"]
            assert own.loc[goal, "deviation"] == pytest.approx(difference, abs=tolerance)


def test_means_and_v_tests_are_those_of_catdes(raw_result):
    against_catdes(raw_result, profile(raw_result), figures("catdes_goals")["unweighted"]["quanti"], 1e-9)


def test_weighted_means_and_v_tests_are_those_of_catdes(raw_result):
    reference = figures("catdes_goals")
    frame = pd.DataFrame(ratings(), columns=GOALS)
    weighted = fit(frame, scaling="raw", n_init=50, weights=reference["weights"])
    assert weighted.typology.keys == raw_result.typology.keys
    same_types = replace(weighted, types=raw_result.types)
    against_catdes(raw_result, profile(same_types), reference["weighted"]["quanti"], 1e-8)


def test_the_interval_is_that_of_welch_times_the_share_of_the_rest(raw_result):
    """R: t.test(a, b) on the ratings of recht in the first type against the rest."""
    values = raw_result.survey.answers["recht"]
    key = raw_result.typology.keys[0]
    a, b = values[raw_result.types == key], values[raw_result.types != key]
    va, vb = a.var() / len(a), b.var() / len(b)
    row = profile(raw_result).query("goal == 'recht' and type == @key").iloc[0]
    outside = len(b) / len(values)
    half = (row["ci_high"] - row["ci_low"]) / 2 / outside / np.sqrt(va + vb)
    assert row["deviation"] == pytest.approx(a.mean() - values.mean())
    assert (row["ci_low"] + row["ci_high"]) / 2 == pytest.approx(row["deviation"])
    assert 1.96 < half < 1.99


def test_equal_weights_change_nothing(raw_result):
    weighted = fit(pd.DataFrame(ratings(), columns=GOALS), scaling="raw", n_init=50, weights=np.full(412, 2.0))
    pd.testing.assert_frame_equal(profile(weighted), profile(raw_result))


def test_only_valid_ratings_count(sample):
    result = fit(sample, n_init=20)
    table = profile(result).set_index(["goal", "type"])
    answers = result.survey.answers
    for goal in GOALS:
        for key in result.typology.keys:
            own = answers[goal][result.types == key].dropna()
            row = table.loc[(goal, key)]
            assert row["n"] == len(own)
            assert row["mean"] == pytest.approx(own.mean())
            assert row["top_share"] == pytest.approx((own == 5).mean())


def test_weighted_deviations_of_a_goal_cancel_out(sample):
    result = fit(sample, n_init=20)
    table = profile(result)
    for _, part in table.groupby("goal"):
        assert (part["deviation"] * part["n"]).sum() == pytest.approx(0, abs=1e-9)


def test_z_is_what_the_names_were_given_by(sample):
    result = fit(sample, n_init=20)
    z = profile(result).pivot(index="type", columns="goal", values="z")
    shown = z.loc[result.typology.keys, list(result.typology.goals)]
    assert shown.to_numpy() == pytest.approx(result.typology.labelling.z)


def test_a_level_that_is_none_is_refused(raw_result):
    with pytest.raises(FitError, match="level: 95"):
        profile(raw_result, level=95)


def test_those_with_the_weight_zero_do_not_count(raw_result):
    weights = raw_result.weights.where(np.arange(len(raw_result.types)) % 5 > 0, 0)
    gone = raw_result.types.where(weights > 0)
    first, second = profile(replace(raw_result, weights=weights)), profile(replace(raw_result, types=gone))
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)
