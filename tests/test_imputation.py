import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kommtyp.imputation import fit_imputation, impute

ANSWERS = [1.0, 2.0, 3.0, 4.0, 5.0, np.nan]
GAPPY = arrays(float, st.tuples(st.integers(2, 8), st.just(4)), elements=st.sampled_from(ANSWERS))


def filled(X):
    return impute(fit_imputation(X, low=1, high=5), X)


def test_by_hand_after_bernaards_and_sijtsma():
    X = np.array([[4.0, 2.0, np.nan], [2.0, 2.0, 3.0], [3.0, 1.0, 4.0]])
    row, column, grand = 3.0, 3.5, 21 / 8
    assert filled(X)[0, 2] == pytest.approx(row + column - grand)


@given(GAPPY)
def test_valid_ratings_stay_and_the_rest_is_on_the_scale(X):
    if not np.isfinite(X).any(axis=0).all():
        return
    Y = filled(X)
    valid = np.isfinite(X)
    assert np.array_equal(Y[valid], X[valid])
    rows = valid.any(axis=1)
    assert ((Y[rows] >= 1) & (Y[rows] <= 5)).all()
    assert np.isnan(Y[~rows]).all()


def test_an_additive_table_is_restored_exactly():
    X = np.add.outer([0.0, 0.5, 1.0, 1.5], [1.0, 2.0, 3.0])
    imputation = fit_imputation(X, low=1, high=5)
    gappy = X.copy()
    gappy[1, 1] = np.nan
    grand, own = X.mean(), np.nanmean(gappy[1])
    assert impute(imputation, gappy)[1, 1] == pytest.approx(own + X[:, 1].mean() - grand)


def test_one_municipality_alone_is_filled_as_among_others():
    X = np.array([[4.0, 2.0, np.nan], [2.0, 2.0, 3.0], [3.0, 1.0, 4.0]])
    imputation = fit_imputation(X, low=1, high=5)
    assert np.array_equal(impute(imputation, X[:1]), impute(imputation, X)[:1])


def test_weights_count_like_repeated_rows():
    X = np.array([[4.0, 2.0, np.nan], [2.0, 2.0, 3.0], [3.0, 1.0, 4.0]])
    weighted = fit_imputation(X, low=1, high=5, weights=[1, 2, 1])
    repeated = fit_imputation(X[[0, 1, 1, 2]], low=1, high=5)
    assert weighted.goal_means == pytest.approx(repeated.goal_means)
    assert weighted.grand_mean == pytest.approx(repeated.grand_mean)
