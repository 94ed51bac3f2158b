import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference_data import figures, ratings

from kommtyp.errors import FitError
from kommtyp.scaling import apply_scaling, fit_scaling, ordered_sum, weighted_moments

LIKERT = arrays(float, st.tuples(st.integers(2, 12), st.integers(2, 6)), elements=st.integers(1, 5))
NUMBERS = arrays(float, st.tuples(st.integers(2, 9), st.just(3)), elements=st.floats(-1e3, 1e3))
R_NAMES = {"raw": "raw", "zscore": "z", "ipsative": "rowcenter", "ipsative_z": "rowz"}
WITHIN_ROW = ["ipsative", "ipsative_z", "rank"]


def scaled(X, method, **options):
    return apply_scaling(fit_scaling(X, method=method, **options), X)


@pytest.mark.parametrize(("method", "r_name"), R_NAMES.items())
def test_total_sum_of_squares_is_that_of_r(method, r_name):
    X = scaled(ratings(), method)
    expected = figures("kmeans")[r_name]["result"]["4"]["totss"]
    assert ((X - X.mean(axis=0)) ** 2).sum() == pytest.approx(expected, rel=1e-12)


@given(LIKERT, st.sampled_from(WITHIN_ROW), st.integers(-3, 3))
def test_a_shifted_answering_style_does_not_matter_within_the_row(X, method, shift):
    assert scaled(X + shift, method) == pytest.approx(scaled(X, method), abs=1e-12)


@given(LIKERT, st.sampled_from(["raw", *WITHIN_ROW]), st.randoms(use_true_random=False))
def test_order_of_columns_changes_no_digit(X, method, random):
    order = random.sample(range(X.shape[1]), X.shape[1])
    assert np.array_equal(scaled(X[:, order], method), scaled(X, method)[:, order])


@given(NUMBERS, st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_digit(X, random):
    order = random.sample(range(len(X)), len(X))
    for ours, shuffled in zip(weighted_moments(X), weighted_moments(X[order]), strict=True):
        assert np.array_equal(ours, shuffled)
    assert np.array_equal(ordered_sum(X), ordered_sum(X[order]))


def test_weights_count_like_repeated_rows_in_the_mean_and_scaling_them_changes_nothing():
    X, w = ratings()[:40], np.resize([1, 2, 3], 40)
    mean, _ = weighted_moments(X, w)
    assert mean == pytest.approx(np.repeat(X, w, axis=0).mean(axis=0))
    for plain, tripled in zip(weighted_moments(X, w), weighted_moments(X, 3 * w), strict=True):
        assert plain == pytest.approx(tripled, rel=1e-12)


def test_ranks_are_mid_ranks_and_higher_is_more_important():
    assert scaled(np.array([[5.0, 3.0, 3.0, 1.0]]), "rank").tolist() == [[4, 2.5, 2.5, 1]]


def test_straight_lining_is_exactly_zero_within_the_row():
    assert not scaled(np.full((1, 3), 0.1), "ipsative").any()
    assert not scaled(np.full((1, 3), 0.1), "ipsative_z").any()


def test_minmax_uses_the_ends_of_the_scale_or_those_seen():
    X = np.array([[2.0, 1.0], [4.0, 3.0]])
    assert scaled(X, "minmax", low=1, high=5).tolist() == [[0.25, 0], [0.75, 0.5]]
    assert scaled(X, "minmax").tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("method", ["zscore", "minmax"])
def test_a_constant_goal_is_named_where_it_would_be_divided_by_nothing(method):
    with pytest.raises(FitError, match=r"'b' has the same rating everywhere \(4\)"):
        fit_scaling([[1, 4], [2, 4]], method=method, goals=["a", "b"])


def test_an_unknown_word_gets_the_nearest_right_one():
    with pytest.raises(FitError, match="Did you mean 'ipsative_z'"):
        fit_scaling([[1, 2]], method="ipsativ_z")
