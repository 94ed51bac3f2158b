"""Weighted means and shares by group, against R's survey package."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.intervals import moments
from kommtyp.weighting import (
    domain_means,
    domain_shares,
    effective_n,
    others,
    quantiles,
    rank_scores,
    small_sample,
    weigh,
)
from tests.reference_data import figures

LIVE, ORACLE = figures("weighting_live"), figures("svymean")["result"]


def weighed(name, frame="synthetic", values=None):
    """The reference data by cluster."""
    data = LIVE["data"][frame]
    labels = np.unique(data["cluster"], return_inverse=True)[1]
    values, codes = np.unique(data[name] if values is None else values, return_inverse=True)
    return values, weigh(labels, codes, data["weight"], labels.max() + 1, len(values))


@pytest.mark.parametrize(
    ("name", "frame"), [("score", "synthetic"), ("autom", "synthetic"), ("ozg", "synthetic"), ("api00", "apistrat")]
)
def test_means_of_groups_agree_with_svyby(name, frame):
    values, table = weighed(name, frame)
    means, expected = domain_means(table, values), LIVE["means"][name]
    np.testing.assert_allclose(means.mean, expected["mean"], rtol=1e-12)
    np.testing.assert_allclose(np.sqrt(means.variance), expected["se"], rtol=1e-10)
    np.testing.assert_allclose(means.design_effect, expected["deff"], rtol=1e-9)


def test_the_mean_of_all_agrees_with_svymean():
    for name in ("score", "ozg"):
        values, table = weighed(name)
        means, expected = domain_means(table.pooled([0, 1, 2, 3]), values), ORACLE[f"synthetic_{name}"]["overall"]
        assert means.mean[0] == pytest.approx(expected["mean"], rel=1e-7)
        assert np.sqrt(means.variance[0]) == pytest.approx(expected["se"], rel=1e-7)
        assert means.design_effect[0] == pytest.approx(expected["deff"], rel=1e-7)
        assert means.effective_n[0] == pytest.approx(ORACLE["kish_effective_n"], rel=1e-7)


def test_means_of_groups_agree_with_the_oracle():
    values, table = weighed("score")
    means = domain_means(table, values)
    for group, expected in enumerate(ORACLE["synthetic_score"]["by_cluster"]):
        assert means.mean[group] == pytest.approx(expected["mean"], rel=1e-7)
        assert np.sqrt(means.variance[group]) == pytest.approx(expected["se"], rel=1e-7)


def test_differences_of_groups_have_no_covariance():
    """R's svyttest of one group against the rest, and svycontrast of two groups."""
    values, table = weighed("score")
    own, rest = domain_means(table, values), domain_means(others(table), values)
    expected = ORACLE["svyttest_score_cluster1_vs_rest"]
    difference, error = (own.mean - rest.mean)[0], np.sqrt(own.variance + rest.variance)[0]
    assert difference == pytest.approx(expected["diff"], rel=1e-7)
    assert difference / error == pytest.approx(expected["t"], rel=1e-7)
    expected = LIVE["difference"]["score_1_2"]
    assert own.mean[0] - own.mean[1] == pytest.approx(expected["difference"], rel=1e-9)
    assert np.sqrt(own.variance[:2].sum()) == pytest.approx(expected["se"][0][0], rel=1e-9)


def test_shares_are_means_of_yes_and_no():
    values, table = weighed("autom")
    share, variance = domain_shares(table)
    for place in range(len(values)):
        means = domain_means(table, np.arange(len(values)) == place)
        np.testing.assert_allclose(share[:, place], means.mean)
        np.testing.assert_allclose(variance[:, place], means.variance)


def test_quantiles_agree_with_hmisc():
    values, table = weighed("score")
    np.testing.assert_allclose(quantiles(table, values, [0.1, 0.25, 0.5, 0.75]), LIVE["quantiles"], rtol=1e-9)


def test_degrees_of_freedom_are_those_of_bell_and_mccaffrey():
    """The definition, with matrices: tr(M)²/tr(M²) of the quadratic form, and the expectation of the estimator."""
    w = np.array([0.4, 1.0, 1.0, 2.5, 3.0])
    inflation, df = small_sample(weigh(np.zeros(5, int), np.zeros(5, int), w, 1, 1))
    a = w / w.sum()
    residual = np.eye(5) - np.outer(np.ones(5), a)
    form = residual.T @ np.diag(a**2) @ residual
    assert df[0] == pytest.approx(np.trace(form) ** 2 / np.trace(form @ form))
    assert inflation[0] * 5 / 4 * np.trace(form) == pytest.approx((a**2).sum())


answers = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 4), st.floats(0.1, 10)), min_size=6, max_size=60
).map(lambda rows: tuple(map(np.array, zip(*rows, strict=True))))
VALUES = np.array([-2.0, 0.0, 1.0, 1.5, 40.0])


@given(answers, st.floats(1e-3, 1e3))
def test_the_scale_of_the_weights_does_not_matter(rows, factor):
    labels, codes, w = rows
    first, second = (weigh(labels, codes, x, 3, 5) for x in (w, w * factor))
    for a, b in zip(domain_means(first, VALUES), domain_means(second, VALUES), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(quantiles(first, VALUES, [0.3, 0.5]), quantiles(second, VALUES, [0.3, 0.5]))


@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, random):
    labels, codes, w = rows
    order = list(range(len(w)))
    random.shuffle(order)
    first, second = weigh(labels, codes, w, 3, 5), weigh(labels[order], codes[order], w[order], 3, 5)
    np.testing.assert_allclose(domain_means(first, VALUES).mean, domain_means(second, VALUES).mean)
    np.testing.assert_allclose(rank_scores(first), rank_scores(second))


@given(answers)
def test_equal_weights_are_no_weights(rows):
    labels, codes, _ = rows
    table = weigh(labels, codes, np.full(len(labels), 3.0), 3, 5)
    plain, found = moments(VALUES[codes], labels, 3), domain_means(table, VALUES)
    np.testing.assert_allclose(found.mean, plain.mean)
    np.testing.assert_allclose(found.sd, plain.sd, atol=1e-12)
    np.testing.assert_allclose(found.effective_n, np.where(plain.n > 0, plain.n, np.nan))
    many = plain.n > 1
    np.testing.assert_allclose(found.moments.n[many], plain.n[many])
    np.testing.assert_allclose(found.moments.sd, plain.sd, atol=1e-9)
    for group in range(3):
        own = VALUES[codes[labels == group]]
        if len(own):
            np.testing.assert_allclose(quantiles(table, VALUES, [0.25, 0.6])[group], np.quantile(own, [0.25, 0.6]))


@given(answers)
def test_effective_n_is_at_most_n(rows):
    labels, codes, w = rows
    table = weigh(labels, codes, w, 3, 5)
    n = table.rows.sum(1)
    assert (effective_n(table)[n > 0] <= n[n > 0] + 1e-9).all()
    assert np.isnan(effective_n(table)[n == 0]).all()
