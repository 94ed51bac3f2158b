import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference_data import figures

from kommtyp.response_styles import STYLES, response_styles

RATINGS = arrays(float, (6, 5), elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]))


def test_every_measure_is_that_of_base_r():
    reference = figures("response_styles")
    found = response_styles(np.array(reference["ratings"], dtype=float), low=1, high=5)
    expected = np.array(reference["styles"], dtype=float)
    answered = np.where(np.isnan(expected[:, 0]), 0, expected[:, 0])
    assert found["answered"].to_numpy() == pytest.approx(answered)
    assert found[list(STYLES)].to_numpy() == pytest.approx(expected[:, 1:], nan_ok=True)


@given(RATINGS)
def test_shares_lie_between_0_and_1_and_go_together(X):
    found = response_styles(X, low=1, high=5)
    rated = found["answered"] > 0
    shares = found.loc[rated, ["acquiescence", "disacquiescence", "midpoint"]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    assert found.loc[rated, ["extremity", "identical"]].stack().between(0, 1).all()
    most = (found["identical"] * found["answered"] * 5)[rated]
    assert (found.loc[rated, "longest_run"] <= most + 1e-9).all()
    assert found.loc[~rated, list(STYLES)].isna().all(axis=None)


@given(RATINGS)
def test_turning_the_scale_swaps_the_sides_and_leaves_the_rest(X):
    found, turned = response_styles(X, low=1, high=5), response_styles(6 - X, low=1, high=5)
    pd.testing.assert_series_equal(found["acquiescence"], turned["disacquiescence"], check_names=False)
    rest = ["answered", *STYLES[2:]]
    pd.testing.assert_frame_equal(found[rest], turned[rest])


def test_straight_lines_are_seen_as_they_were_ticked():
    ratings, ticked = [[5.0, 1.0, 5.0]], [[5.0, 5.0, 5.0]]
    found = response_styles(ratings, low=1, high=5, clicked=ticked).iloc[0]
    assert (found["identical"], found["spread"], found["longest_run"]) == (1, 0, 3)
    assert found["acquiescence"] == pytest.approx(2 / 3)


def test_a_scale_of_even_steps_has_no_midpoint():
    assert response_styles([[1.0, 2.0, 3.0, 4.0]], low=1, high=4)["midpoint"].isna().all()
    assert response_styles([[0.0, 1.0]], low=0, high=1)["midpoint"].isna().all()
