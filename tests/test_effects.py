"""Effect sizes against R, and what must hold for any table."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kommtyp.effects import (
    cliffs_delta,
    cramers_v,
    cramers_v_corrected,
    hedges_g,
    odds_ratio,
    omega_squared,
    phi_squared,
    rank_epsilon_squared,
)

REFERENCE = Path(__file__).parent / "reference"
LIVE = json.loads((REFERENCE / "statistics_live.json").read_text())
CONTINGENCY = json.loads((REFERENCE / "contingency.json").read_text())["result"]
BY_GROUP = json.loads((REFERENCE / "numeric_by_group.json").read_text())["result"]
INDICATORS = json.loads((REFERENCE / "indicators.json").read_text())["data"]
shapes = st.tuples(st.integers(2, 4), st.integers(2, 4))
tables = shapes.flatmap(lambda shape: arrays(int, shape, elements=st.integers(0, 30)))


@pytest.mark.parametrize("name", list(CONTINGENCY))
def test_v_agrees_with_assocstats_and_effectsize(name):
    case = CONTINGENCY[name]
    assert cramers_v(case["table"]) == pytest.approx(case["cramers_v"], abs=1e-9)
    assert cramers_v_corrected(case["table"], n_resamples=10).estimate == pytest.approx(
        case["cramers_v_bias_corrected"], abs=1e-9
    )


def test_v_is_computed_without_continuity_correction():
    assert round(cramers_v([[20, 30], [35, 15]]), 4) == 0.3015


@pytest.mark.parametrize("table", [[[3, 0], [4, 0]], [[3, 2], [0, 0]], [[0, 0], [0, 0]], [[1, 0], [0, 0]]])
def test_v_needs_two_rows_and_two_columns(table):
    assert np.isnan(cramers_v(table))
    assert np.isnan(cramers_v_corrected(table)[1:]).all()


@settings(max_examples=40, deadline=None)
@given(tables, st.data())
def test_v_ignores_empty_rows_and_the_order_of_rows_and_columns(table, data):
    plain = cramers_v_corrected(table, n_resamples=50)
    rows, columns = (data.draw(st.permutations(range(size))) for size in table.shape)
    turned = table[np.ix_(rows, columns)]
    np.testing.assert_allclose(cramers_v_corrected(turned, n_resamples=50).estimate, plain.estimate, atol=1e-7)
    np.testing.assert_allclose(cramers_v(turned.T), cramers_v(table), atol=1e-9)
    padded = np.zeros((table.shape[0] + 1, table.shape[1] + 1), int)
    padded[:-1, :-1] = table
    np.testing.assert_array_equal(cramers_v_corrected(padded, n_resamples=50)[1:], plain[1:])
    if not np.isnan(plain.estimate):
        assert 0 <= plain.low <= plain.estimate <= plain.high <= 1


def test_v_interval_covers_the_truth_and_depends_on_the_seed_alone():
    draw, runs = np.random.default_rng(3), 300
    shares = np.array([[0.15, 0.85], [0.3, 0.7], [0.35, 0.65], [0.45, 0.55]]) / 4
    truth = np.sqrt(phi_squared(shares * 1e9))
    covered = []
    for table in draw.multinomial(412, shares.ravel(), size=runs).reshape(runs, 4, 2):
        effect = cramers_v_corrected(table, n_resamples=300, random_state=draw)
        covered.append(effect.low <= truth <= effect.high)
    assert np.mean(covered) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / runs)
    again = [cramers_v_corrected(table, random_state=9) for _ in range(2)]
    assert again[0] == again[1]


def test_v_interval_rarely_excludes_independence_where_there_is_none():
    """Plain percentiles leave 0 out in a sixth of such tables."""
    draw, runs = np.random.default_rng(4), 300
    shares = np.outer([0.22, 0.24, 0.31, 0.23], [0.4, 0.3, 0.2, 0.1])
    drawn = draw.multinomial(150, shares.ravel(), size=runs).reshape(runs, 4, 4)
    lows = [cramers_v_corrected(table, n_resamples=300, random_state=draw).low for table in drawn]
    assert np.mean(np.array(lows) > 0) < 0.05


def groups_of(outcome):
    case = BY_GROUP[outcome]
    return [np.array(case[key], float) for key in ("n", "mean", "sd")]


@pytest.mark.parametrize("outcome", list(BY_GROUP))
def test_rank_epsilon_and_omega_squared_agree_with_effectsize(outcome):
    case = BY_GROUP[outcome]
    n = sum(case["n"])
    epsilon = rank_epsilon_squared(case["kruskal"]["H"], n, len(case["n"]))
    assert epsilon.estimate == pytest.approx(case["rank_epsilon_squared"], abs=1e-9)
    assert omega_squared(*groups_of(outcome)).estimate == pytest.approx(case["omega2"], abs=1e-9)


def test_explained_shares_agree_with_inverted_noncentral_f():
    expected = LIVE["explained"]
    means = LIVE["means"]
    parts = [np.array(means[key], float) for key in "abd"]
    groups = [len(x) for x in parts], [x.mean() for x in parts], [x.std(ddof=1) for x in parts]
    omega, epsilon = omega_squared(*groups), rank_epsilon_squared(means["kruskal"]["h"], sum(groups[0]), 3)
    np.testing.assert_allclose(omega[1:], [expected["omega"], *expected["omega_ci"]], rtol=1e-7)
    np.testing.assert_allclose(epsilon[1:], [expected["epsilon"], *expected["epsilon_ci"]], rtol=1e-7)


@pytest.mark.parametrize("case", LIVE["explained"]["cases"], ids=lambda case: f"F={case['f']}")
def test_ends_of_the_explained_share_agree_with_r(case):
    between, within = case["df"]
    n = between + within + 1
    h = (n - 1) * between * case["f"] / (between * case["f"] + within)
    epsilon = rank_epsilon_squared(h, n, between + 1, level=case["level"])
    np.testing.assert_allclose([epsilon.low, epsilon.high], case["ci"], rtol=1e-7, atol=1e-12)


def test_explained_shares_of_nothing_and_of_everything():
    assert rank_epsilon_squared(9.0, 10, 2)[1:] == (1, 1, 1)
    assert np.isnan(rank_epsilon_squared(np.nan, 10, 2)[1:]).all()
    assert np.isnan(omega_squared([5, 5], [1.0, 1.0], [0.0, 0.0])[1:]).all()
    assert np.isnan(omega_squared([1, 1], [1.0, 2.0], [np.nan, np.nan])[1:]).all()
    one_single = omega_squared([1, 5, 5], [1.0, 2.0, 3.0], [np.nan, 1.0, 1.0])
    assert one_single.low <= one_single.estimate <= one_single.high


def as_counts(*groups):
    codes = np.unique(np.concatenate(groups))
    return [(np.asarray(group)[:, None] == codes).sum(0) for group in groups]


@pytest.mark.parametrize(("pair", "level"), [("ab", 0.95), ("bd", 0.9), ("xy", 0.95)])
def test_cliffs_delta_agrees_with_the_dominance_matrix_in_r(pair, level):
    source = LIVE["cliff"] if pair == "xy" else LIVE["means"]
    effect = cliffs_delta(*as_counts(source[pair[0]], source[pair[1]]), level=level)
    expected = LIVE["cliff"][pair]
    np.testing.assert_allclose(effect[1:], [expected["delta"], *expected["ci"]], rtol=1e-10)


def test_cliffs_delta_agrees_with_effectsize():
    assert cliffs_delta(*as_counts(LIVE["means"]["a"], LIVE["means"]["b"])).estimate == pytest.approx(
        LIVE["cliff"]["effectsize_ab"], abs=1e-12
    )


@pytest.mark.parametrize("outcome", ["autom", "p7"])
def test_cliffs_delta_of_all_pairs_at_once_agrees_with_the_oracle(outcome):
    case = BY_GROUP[outcome]
    values, cluster = np.array(INDICATORS[outcome]), np.array(INDICATORS["cluster"])
    table = np.array([(values[cluster == group][:, None] == np.unique(values)).sum(0) for group in range(1, 5)])
    first, second = np.triu_indices(4, 1)
    expected = [pair["rank_biserial"] for pair in case["pairs"]]
    np.testing.assert_allclose(cliffs_delta(table[first], table[second]).estimate, expected, rtol=1e-9)


@given(arrays(int, (2, 5), elements=st.integers(0, 12)), st.floats(0.5, 0.99))
def test_cliffs_delta_turns_with_the_groups_and_the_codes(table, level):
    effect, swapped = cliffs_delta(*table, level=level), cliffs_delta(*table[::-1], level=level)
    mirrored = cliffs_delta(*table[:, ::-1], level=level)
    for other in (swapped, mirrored):
        np.testing.assert_allclose(other[1:], [-effect.estimate, -effect.high, -effect.low], atol=1e-9)
    assert np.isnan(effect.estimate) == (table.sum(1).min() < 2)
    if not np.isnan(effect.low):
        assert -1 <= effect.low <= effect.estimate + 1e-12
        assert effect.estimate <= effect.high + 1e-12 <= 1 + 2e-12


def test_cliffs_delta_of_groups_apart_is_not_certain():
    effect = cliffs_delta([10, 0], [0, 20])
    assert effect.estimate == -1
    assert effect.low == pytest.approx(-1)
    assert -1 < effect.high < 0
    alike = cliffs_delta([10, 0], [20, 0])
    assert alike.estimate == 0
    assert np.isnan([alike.low, alike.high]).all()


@pytest.mark.parametrize(("n_a", "n_b"), [(10, 300), (20, 30), (60, 350), (90, 100)])
@pytest.mark.parametrize("far", [False, True])
def test_cliffs_delta_covers_the_truth_in_groups_of_unequal_size(n_a, n_b, far):
    draw, runs = np.random.default_rng(8), 3_000
    a, b = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.05, 0.1, 0.25, 0.6] if far else [0.25, 0.25, 0.25, 0.25])
    truth = a @ np.sign(np.subtract.outer(range(4), range(4))) @ b
    effect = cliffs_delta(draw.multinomial(n_a, a, runs), draw.multinomial(n_b, b, runs))
    covered = ((effect.low <= truth) & (truth <= effect.high)).mean()
    assert 0.935 - 4 * np.sqrt(0.95 * 0.05 / runs) < covered
    assert covered < 0.965 + 4 * np.sqrt(0.95 * 0.05 / runs) or (far and min(n_a, n_b) <= 20)


@pytest.mark.parametrize("outcome", list(BY_GROUP))
def test_hedges_g_agrees_with_effectsize(outcome):
    case = BY_GROUP[outcome]
    n, mean, sd = groups_of(outcome)
    for pair in case["pairs"]:
        i, j = (case["groups"].index(pair[key]) for key in ("group1", "group2"))
        g = hedges_g((n[i], mean[i], sd[i]), (n[j], mean[j], sd[j]))
        assert g.estimate == pytest.approx(pair["hedges_g"], abs=1e-9)


@pytest.mark.parametrize(("pair", "level"), [("ab", 0.95), ("bd", 0.9)])
def test_hedges_g_agrees_with_inverted_noncentral_t(pair, level):
    parts = [np.array(LIVE["means"][key], float) for key in pair]
    g = hedges_g(*((x.size, x.mean(), x.std(ddof=1)) for x in parts), level=level)
    np.testing.assert_allclose(g[1:], [LIVE["hedges"][pair][key] for key in ("g", "low", "high")], rtol=1e-7)


def test_hedges_g_without_spread_is_missing():
    assert np.isnan(hedges_g((5, 1.0, 0.0), (5, 2.0, 0.0))[1:]).all()
    assert np.isnan(hedges_g((1, 1.0, np.nan), (5, 2.0, 1.0))[1:]).all()


@pytest.mark.parametrize("case", LIVE["odds_ratio"], ids=str)
def test_odds_ratio_agrees_with_logistic_regression(case):
    ratio = odds_ratio(case["yes"][0], case["n"][0], case["yes"][1], case["n"][1])
    np.testing.assert_allclose(ratio[1:], [case["ratio"], *case["ci"]], rtol=1e-6)


def test_odds_ratio_with_empty_cells():
    ratio = odds_ratio([0, 9, 0, 9, 0], [9, 9, 9, 9, 0], [6, 4, 0, 10, 3], [10, 10, 10, 10, 10])
    np.testing.assert_array_equal(ratio.estimate, [0, np.inf, np.nan, np.nan, np.nan])
    assert ratio.low[0] == 0 < ratio.high[0] < np.inf
    assert 0 < ratio.low[1] < ratio.high[1] == np.inf
    assert np.isnan([ratio.low[2:], ratio.high[2:]]).all()


@given(st.integers(0, 20), st.integers(1, 20), st.integers(0, 20), st.integers(1, 20))
def test_odds_ratio_contains_its_estimate(yes_a, no_a, yes_b, no_b):
    ratio = odds_ratio(yes_a, yes_a + no_a, yes_b, yes_b + no_b)
    if not np.isnan(ratio.estimate):
        assert ratio.low <= ratio.estimate <= ratio.high
