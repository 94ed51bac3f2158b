"""Weighted standardisation: R's figures, equal weights, small cells, and coverage where the truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kommtyp.intervals import mean_interval, wilson
from kommtyp.standardisation import pool_strata, standardised_shares
from kommtyp.weighting import (
    difference_of_weighted_means,
    domain_means,
    others,
    weigh,
    weigh_strata,
    weigh_values,
    weighted_means,
    weighted_shares,
)
from kommtyp.weighting.standardised import standard_shares
from tests.reference_data import figures

K = 4
LIVE = figures("weighted_strata")
DATA = figures("weighting_live")["data"]["synthetic"]
TYPES, WEIGHTS = np.array(DATA["cluster"]) - 1, np.array(DATA["weight"])
STRATA = np.unique(DATA["popclass"], return_inverse=True)[1]


def stratified(name, weights=WEIGHTS):
    values, codes = np.unique(DATA[name], return_inverse=True)
    return weigh_strata(STRATA, TYPES, codes, weights, (STRATA.max() + 1, K, len(values)))


def valued(name, weights=WEIGHTS):
    return weigh_values(STRATA, TYPES, DATA[name], weights, (STRATA.max() + 1, K))


@pytest.mark.parametrize("name", ["ozg", "fim"])
def test_shares_and_their_variances_agree_with_svypredmeans(name):
    counted = stratified(name)
    share, variance = standard_shares(counted)
    expected = LIVE["standardised"][name]
    np.testing.assert_allclose(share[:K, 1], expected["mean"], rtol=1e-10)
    np.testing.assert_allclose(variance[:K, 1], np.diag(expected["within"]) + np.diag(expected["strata"]), rtol=1e-8)
    found = weighted_shares(counted)
    np.testing.assert_allclose(found.estimate[:K, 1], expected["mean"], rtol=1e-10)
    assert ((found.low < found.estimate) & (found.estimate < found.high)).all()


def spelt_out(scores, within, of_strata):
    """Bell and McCaffrey's correction of the error of the first type, and their degrees of freedom, by matrices."""
    own = np.flatnonzero(TYPES == 0)
    same = STRATA[own][:, None] == STRATA[own]
    averaging = same * WEIGHTS[own] / (same @ WEIGHTS[own])[:, None]
    weight = np.bincount(STRATA, WEIGHTS)[STRATA[own]] / WEIGHTS.sum() * np.diag(averaging)
    assert weight @ scores[own] == pytest.approx(LIVE["standardised"]["score"]["mean"][0])
    residual = np.eye(len(own)) - averaging
    form = residual.T @ np.diag(weight**2) @ residual
    assert scores[own] @ form @ scores[own] * 412 / 411 == pytest.approx(within)
    corrected = within * 411 / 412 * (weight @ weight) / np.trace(form)
    return np.sqrt(corrected + of_strata), np.trace(form) ** 2 / np.trace(form @ form)


def test_means_agree_with_svypredmeans_and_their_errors_with_bell_and_mccaffrey():
    found, expected = weighted_means(valued("score")), LIVE["standardised"]["score"]
    np.testing.assert_allclose(found.estimate[:K], expected["mean"], rtol=1e-10)
    np.testing.assert_allclose(found.estimate[:K], LIVE["svystandardize"]["score"], rtol=1e-10)
    error, df = spelt_out(np.array(DATA["score"]), expected["within"][0][0], expected["strata"][0][0])
    assert found.high[0] - found.estimate[0] == pytest.approx(stats.t.ppf(0.975, df) * error, rel=1e-9)
    linearised = np.sqrt(np.diag(expected["within"]) + np.diag(expected["strata"]))
    ratio = (found.high - found.low)[:K] / (2 * stats.t.ppf(0.975, 411) * linearised)
    assert ((ratio > 1) & (ratio < 1.1)).all()


def test_differences_are_those_of_the_means():
    one = weighted_means(valued("score"))
    first, second = np.array([0, 0, 2]), np.array([1, 4, 7])
    found = difference_of_weighted_means(valued("score"), first, second)
    np.testing.assert_allclose(found.estimate, one.estimate[first] - one.estimate[second], atol=1e-10)
    expected = LIVE["standardised"]["score"]
    of_strata = np.array(expected["strata"])
    variance = expected["within"][0][0] + expected["within"][1][1] + of_strata[0, 0] + of_strata[1, 1]
    error = np.sqrt(variance - 2 * of_strata[0, 1])
    assert (found.high - found.low)[0] == pytest.approx(2 * 1.98 * error * 1.03, rel=0.02)


def test_equal_weights_give_the_shares_without_weights():
    table = np.zeros((STRATA.max() + 1, K, 2))
    np.add.at(table, (STRATA, TYPES, np.array(DATA["fim"])), 1)
    plain = standardised_shares(table, table.sum(axis=(1, 2)))
    counted = stratified("fim", np.full(len(TYPES), 2.5))
    found = weighted_shares(counted)
    np.testing.assert_allclose(found.estimate[:K], plain.estimate, atol=1e-12)
    width, without = found.high[:K] - found.low[:K], plain.high - plain.low
    assert ((width > without - 1e-12) & (width < 1.06 * without)).all()


def test_one_stratum_gives_the_weighted_means():
    values, codes = np.unique(DATA["score"], return_inverse=True)
    plain = weigh(TYPES, codes, WEIGHTS, K, len(values))
    found = weighted_means(weigh_values(np.zeros(len(TYPES)), TYPES, DATA["score"], WEIGHTS, (1, K)))
    for part, groups in ((slice(None, K), plain), (slice(K, None), others(plain))):
        means = domain_means(groups, values)
        expected = mean_interval(means.mean, means.moments.sd, means.moments.n)
        np.testing.assert_allclose([field[part] for field in found], expected, rtol=1e-9)


@given(factor=st.floats(1e-3, 1e3))
def test_the_scale_of_the_weights_changes_nothing(factor):
    scaled = WEIGHTS * factor
    np.testing.assert_allclose(weighted_means(valued("autom", scaled)), weighted_means(valued("autom")), rtol=1e-8)
    one, other = stratified("autom"), stratified("autom", scaled)
    np.testing.assert_allclose(weighted_shares(other), weighted_shares(one), rtol=1e-8, atol=1e-12)


def test_cells_of_one_row_widen_the_interval():
    """R's linearised variance takes a cell of one row for certain."""
    strata, types = np.repeat([0, 1], 6), np.tile([0, 0, 0, 1, 1, 1], 2)
    values, weights = np.arange(12), np.linspace(1, 2, 12)
    single = types.astype(bool) | (strata == 0) | (np.arange(12) == 6)
    narrow = weighted_means(weigh_values(strata, types, values, weights, (2, 2)))
    wide = weighted_means(weigh_values(np.where(single, strata, -1), types, values, weights, (2, 2)))
    assert (wide.high - wide.low)[0] > (narrow.high - narrow.low)[0]
    found = weighted_means(weigh_values([0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0], (2, 2)))
    assert np.isfinite(found.estimate).all()
    assert np.isnan(found.low).all()


def test_nobody_in_a_stratum_nobody_at_all_and_everybody():
    counted = weigh_strata([0, 0, 1], [0, 1, 0], [0, 1, 1], [1.0, 2.0, 3.0], (2, 2, 2))
    assert np.isnan(weighted_shares(counted).estimate[1]).all()
    assert np.isnan(weighted_means(weigh_values([0, 0, 1], [0, 1, 0], [0, 1, 1], [1.0, 2.0, 3.0], (2, 2))).low).all()
    none = weigh_strata([], [], [], [], (0, 2, 2))
    assert np.isnan(weighted_shares(none)).all()
    assert np.shape(weighted_shares(none)) == (3, 4, 2)
    none = weigh_values([], [], [], [], (0, 2))
    assert np.isnan(weighted_means(none)).all()
    assert np.isnan(difference_of_weighted_means(none, [0], [1])).all()
    draw = np.random.default_rng(0)
    strata, types = draw.integers(0, 3, 60), draw.integers(0, 2, 60)
    shares = weighted_shares(weigh_strata(strata, types, np.ones(60), draw.lognormal(size=60), (3, 2, 2)))
    assert shares.estimate[:, 1].tolist() == shares.high[:, 1].tolist() == [1.0] * 4
    assert shares.estimate[:, 0].tolist() == shares.low[:, 0].tolist() == [0.0] * 4
    assert ((shares.low[:, 1] < 1) & (shares.high[:, 0] > 0)).all()


POPULATION = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
SHIFT = np.linspace(-1, 1, 5)


def survey_with_weights(draw, n):
    """Five strata, drawn with chances that also depend on something else; four types of unequal make-up."""
    weight = np.exp(-0.5 * SHIFT)[:, None] * [0.6, 1.6]
    chance = (POPULATION[:, None] / 2 / weight).ravel()
    cell = draw.choice(10, K * n, p=chance / chance.sum())
    strata, heavy = cell // 2, cell % 2
    pull = np.exp(np.outer(SHIFT, [-0.6, 0, 0.3, 0.6]))[strata]
    upper = np.cumsum(pull / pull.sum(axis=1, keepdims=True), axis=1)
    labels = (draw.random(K * n)[:, None] > upper[:, :-1]).sum(axis=1)
    pooled = pool_strata(strata[:, None], labels, K, ordered=[True])
    return strata, heavy, labels, weight[strata, heavy], pooled


@pytest.mark.parametrize(("n", "share"), [(15, 0.1), (30, 0.02), (60, 0.3), (60, 0.9)])
def test_coverage_of_shares(n, share):
    """Of 800 intervals; with its standard error 95 % become 92.9 to 97.1 %, were they independent."""
    hits = []
    for repeat in range(200):
        draw = np.random.default_rng([n, repeat])
        strata, heavy, labels, weights, pooled = survey_with_weights(draw, n)
        odds = np.log(share / (1 - share)) + 0.8 * SHIFT[:, None] + np.array([-0.2, 0.2])
        adoption = 1 / (1 + np.exp(-odds))
        answers = (draw.random(K * n) < adoption[strata, heavy]).astype(int)
        truth = (POPULATION[:, None] / 2 * adoption).sum()
        found = weighted_shares(weigh_strata(pooled.of, labels, answers, weights, (len(pooled.sizes), K, 2)))
        hits.append((found.low[:K, 1] <= truth) & (truth <= found.high[:K, 1]))
    assert 0.925 <= np.mean(hits) <= 0.985


def test_coverage_of_a_type_that_is_rare_where_adoption_is_high():
    """There a few answers say that the variance is small when it is large; Kish's number alone does not know."""
    hits, alike = [], []
    for repeat in range(300):
        draw = np.random.default_rng([8, repeat])
        strata = draw.choice(5, 240, p=POPULATION)
        pull = np.exp(np.outer(SHIFT, [-1, 0, 0.5, 1]))[strata]
        upper = np.cumsum(pull / pull.sum(axis=1, keepdims=True), axis=1)
        labels = (draw.random(240)[:, None] > upper[:, :-1]).sum(axis=1)
        weights = draw.choice([0.6, 1.6], 240)
        adoption = 1 / (1 + np.exp(-(np.log(0.05 / 0.95) + 2 * SHIFT)))
        answers = (draw.random(240) < adoption[strata]).astype(int)
        pooled = pool_strata(strata[:, None], labels, K, ordered=[True])
        counted = weigh_strata(pooled.of, labels, answers, weights, (len(pooled.sizes), K, 2))
        found, truth = weighted_shares(counted), POPULATION @ adoption
        hits.append(found.low[0, 1] <= truth <= found.high[0, 1])
        one = counted.by_stratum(counted.cells.square.sum(1) / counted.cells.mass.sum(1) ** 2)[:, 0]
        kish = wilson(found.estimate[0, 1] / (counted.share**2 @ one), 1 / (counted.share**2 @ one))
        alike.append(kish.low <= truth <= kish.high)
    assert np.mean(hits) >= 0.93
    assert np.mean(alike) < np.mean(hits) - 0.01


@pytest.mark.parametrize("n", [20, 60])
def test_coverage_of_means_and_differences(n):
    """Answers spread more in some strata than in others, and go with the weights."""
    hits, apart = [], []
    for repeat in range(200):
        draw = np.random.default_rng([n, repeat])
        strata, heavy, labels, weights, pooled = survey_with_weights(draw, n)
        values = SHIFT[strata] + 0.4 * heavy + draw.normal(size=K * n) * np.exp(0.3 * SHIFT[strata])
        cells = weigh_values(pooled.of, labels, values, weights, (len(pooled.sizes), K))
        found = weighted_means(cells)
        truth = POPULATION @ SHIFT + 0.2
        hits.append((found.low[:K] <= truth) & (truth <= found.high[:K]))
        difference = difference_of_weighted_means(cells, [0, 1, 0], [1, 2, 4])
        apart.append((difference.low <= 0) & (difference.high >= 0))
    assert 0.925 <= np.mean(hits) <= 0.985
    assert 0.925 <= np.mean(apart) <= 0.99
