"""Tests of tables, ranks and means against R, and what must hold for any data."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from kommtyp.intervals import moments
from kommtyp.multiplicity import correct
from kommtyp.tests_of_association import (
    association,
    association_2x2,
    dunn,
    fisher_2x2,
    fisher_exact,
    fisher_monte_carlo,
    games_howell,
    kruskal_wallis,
    pearson,
    ranks_of,
    residuals,
    studentized_range,
    studentized_range_quantile,
    v_test_categorical,
    v_test_numeric,
    welch_anova,
)

REFERENCE = Path(__file__).parent / "reference"


def read(name):
    return json.loads((REFERENCE / name).read_text())


LIVE = read("statistics_live.json")
CONTINGENCY = read("contingency.json")["result"]
BY_GROUP = read("numeric_by_group.json")["result"]
INDICATORS = read("indicators.json")["data"]
POSTHOC = read("posthoc_proportions.json")["result"]
CATDES = read("catdes.json")
small_tables = st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda shape: arrays(int, shape, elements=st.integers(0, 6))
)


@pytest.mark.parametrize("name", list(CONTINGENCY))
def test_pearson_and_residuals_agree_with_chisq_test(name):
    case = CONTINGENCY[name]
    outcome = pearson(case["table"])
    assert outcome.statistic == pytest.approx(case["chisq"]["statistic"], abs=1e-9)
    assert outcome.df == case["chisq"]["df"]
    assert outcome.p_value == pytest.approx(case["chisq"]["p"], rel=1e-9)
    np.testing.assert_allclose(residuals(case["table"]).residual, case["standardized_residuals"], atol=1e-9)


@pytest.mark.parametrize("name", list(CONTINGENCY))
def test_exact_and_monte_carlo_p_agree_with_fisher_test(name):
    case = CONTINGENCY[name]
    exact, drawn = fisher_exact(case["table"]), fisher_monte_carlo(case["table"])
    if exact is not None and case["fisher_p"] is not None:
        assert exact.p_value == pytest.approx(case["fisher_p"], rel=1e-9)
    theirs = case["fisher_mc_p_B1e5"]
    assert abs(drawn.p_value - theirs["p"]) <= 4 * np.hypot(drawn.error, theirs["se"])
    if case["fisher_p"] is not None:
        assert abs(drawn.p_value - case["fisher_p"]) <= 4 * max(drawn.error, 1e-5)


def test_which_tables_of_the_oracle_can_be_listed():
    listed = {name for name, case in CONTINGENCY.items() if fisher_exact(case["table"]) is not None}
    assert {"two_by_two", "two_by_two_zero", "tea_tasting", "small_3x3", "cluster_x_bots_sparse"} <= listed
    assert "cluster_x_autom" not in listed


@pytest.mark.parametrize("case", LIVE["fisher"], ids=str)
def test_exact_p_agrees_with_live_r(case):
    assert fisher_exact(case["table"]).p_value == pytest.approx(case["p"], rel=1e-9)
    assert fisher_exact(np.transpose(case["table"])).p_value == pytest.approx(case["p"], rel=1e-9)


def test_monte_carlo_of_a_sparse_4x4_table_agrees_with_r_within_both_errors():
    case = LIVE["sparse"]
    outcome = association(case["table"])
    assert outcome.test == "fisher_monte_carlo"
    assert "100000 tables" in outcome.note
    z = (outcome.p_value - case["p"]) / np.hypot(outcome.error, case["se"])
    assert abs(z) < 4
    assert repr(association(case["table"])) == repr(outcome)  # fields that are NaN are not equal
    assert association(case["table"], random_state=1).p_value != outcome.p_value


def test_the_test_is_chosen_by_the_expected_counts():
    assert association(CONTINGENCY["cluster_x_bots_sparse"]["table"]).test == "pearson_chi2"
    assert association(CONTINGENCY["two_by_two_zero"]["table"]).test == "fisher_exact"
    assert association(CONTINGENCY["job"]["table"], n_tables=1000).test == "fisher_monte_carlo"


@pytest.mark.parametrize(
    ("table", "note"),
    [([[0, 0], [0, 0]], "no answers"), ([[3, 2], [0, 0]], "fewer than two types"), ([[3, 0], [2, 0]], "alike")],
)
def test_tables_that_cannot_be_tested_say_why(table, note):
    outcome = association(table)
    assert outcome.test == "none"
    assert note in outcome.note
    assert np.isnan(outcome.p_value)


@settings(max_examples=60, deadline=None)
@given(small_tables, st.data())
def test_exact_p_does_not_depend_on_order_or_empty_rows_and_equals_a_full_listing(table, data):
    if (table.sum(1) > 0).sum() < 2 or (table.sum(0) > 0).sum() < 2:
        return
    filled = table[table.sum(1) > 0][:, table.sum(0) > 0]
    plain = fisher_exact(filled)
    if plain is None:
        return
    rows, columns = (data.draw(st.permutations(range(size))) for size in filled.shape)
    assert fisher_exact(filled[np.ix_(rows, columns)]).p_value == pytest.approx(plain.p_value, rel=1e-9)
    if filled.shape == (2, 2):
        assert plain.p_value == pytest.approx(stats.fisher_exact(filled).pvalue, rel=1e-6)
        assert fisher_2x2(filled[0, 0], filled[0].sum(), filled[1, 0], filled[1].sum()) == pytest.approx(
            plain.p_value, rel=1e-9
        )
    padded = np.zeros((table.shape[0] + 1, table.shape[1] + 2), int)
    padded[1:, 1:-1] = table
    assert association(padded, n_tables=100).p_value == association(table, n_tables=100).p_value


def test_drawn_tables_have_the_probability_of_the_exact_test():
    table = [[3, 1, 2], [0, 4, 1], [2, 2, 3]]
    exact, drawn = fisher_exact(table).p_value, fisher_monte_carlo(table, random_state=2)
    assert abs(drawn.p_value - exact) < 4 * drawn.error


def test_pairs_of_shares_agree_with_prop_test():
    x, n = np.array(POSTHOC["x"]), np.array(POSTHOC["n"])
    second, first = np.tril_indices(4, -1)
    raw, holm = (
        [row[j] for i, row in enumerate(POSTHOC[name]) for j in range(i + 1)]
        for name in ("pairwise_prop_no_correct", "pairwise_prop_no_correct_holm")
    )
    p_value = association_2x2(x[first], n[first], x[second], n[second])
    np.testing.assert_allclose(p_value, raw, rtol=1e-9)
    np.testing.assert_allclose(correct(p_value, "holm"), holm, rtol=1e-9)


def test_cells_agree_with_r_and_equal_each_type_against_the_rest():
    x, n = np.array(POSTHOC["x"]), np.array(POSTHOC["n"])
    cells = residuals(np.column_stack([x, n - x])).p_value[:, 0]
    np.testing.assert_allclose(cells, POSTHOC["cell_p_unadjusted"], rtol=1e-9)
    np.testing.assert_allclose(correct(cells, "holm"), POSTHOC["cell_p_holm"], rtol=1e-9)
    np.testing.assert_allclose(correct(cells, "bh"), POSTHOC["cell_p_BH"], rtol=1e-9)
    np.testing.assert_allclose(association_2x2(x, n, x.sum() - x, n.sum() - n), cells, rtol=1e-9)


def test_small_pairs_of_shares_are_tested_exactly():
    p_value = association_2x2([12, 0, 2, 0, 3], [19, 9, 4, 0, 3], [5, 6, 100, 3, 3], [25, 10, 400, 9, 3])
    expected = [CONTINGENCY["two_by_two"]["chisq"]["p"], CONTINGENCY["two_by_two_zero"]["fisher_p"]]
    np.testing.assert_allclose(p_value[:2], expected, rtol=1e-9)
    assert p_value[2] == pytest.approx(stats.fisher_exact([[2, 2], [100, 300]]).pvalue)
    assert np.isnan(p_value[3:]).all()


def by_group(outcome):
    case = BY_GROUP[outcome]
    columns = INDICATORS["airquality"] if outcome == "airquality" else INDICATORS
    names = ("Ozone", "Month") if outcome == "airquality" else (outcome, "cluster")
    values = np.array([np.nan if value is None else value for value in columns[names[0]]], float)
    labels = np.searchsorted(case["groups"], [str(group) for group in columns[names[1]]])
    return case, values, labels


def table_of(values, labels, k):
    codes = np.unique(values[~np.isnan(values)])
    return np.array([(values[labels == group][:, None] == codes).sum(0) for group in range(k)])


@pytest.mark.parametrize("outcome", list(BY_GROUP))
def test_kruskal_wallis_and_dunn_agree_with_r(outcome):
    case, values, labels = by_group(outcome)
    ranks = ranks_of(table_of(values, labels, len(case["groups"])))
    result = kruskal_wallis(ranks)
    assert result.statistic == pytest.approx(case["kruskal"]["H"], rel=1e-9)
    assert (result.df, result.p_value) == (case["kruskal"]["df"], pytest.approx(case["kruskal"]["p"], rel=1e-9))
    first, second = ([case["groups"].index(pair[key]) for pair in case["dunn"]] for key in ("group1", "group2"))
    pairs = dunn(ranks, first, second)
    np.testing.assert_allclose(pairs.z, [-pair["z"] for pair in case["dunn"]], rtol=1e-8)
    np.testing.assert_allclose(pairs.p_value, [pair["p"] for pair in case["dunn"]], rtol=1e-8)
    np.testing.assert_allclose(correct(pairs.p_value, "holm"), [pair["p_holm"] for pair in case["dunn"]], rtol=1e-8)
    np.testing.assert_allclose(correct(pairs.p_value, "bh"), [pair["p_BH"] for pair in case["dunn"]], rtol=1e-8)


@pytest.mark.parametrize("outcome", list(BY_GROUP))
def test_welch_anova_and_games_howell_agree_with_r(outcome):
    case, values, labels = by_group(outcome)
    groups = moments(values, labels, len(case["groups"]))
    result = welch_anova(groups)
    np.testing.assert_allclose([result.df, result.df_within], case["welch_anova"]["df"], rtol=1e-9)
    assert result.statistic == pytest.approx(case["welch_anova"]["F"], rel=1e-9)
    assert result.p_value == pytest.approx(case["welch_anova"]["p"], rel=1e-9)
    pairs = games_howell(groups)
    for place, pair in enumerate(case["games_howell"]):
        found = (case["groups"][pairs.first[place]], case["groups"][pairs.second[place]])
        assert found == (pair["group1"], pair["group2"])
        assert pairs.estimate[place] == pytest.approx(-pair["estimate"], rel=1e-9)
        ends = [-pairs.high[place], -pairs.low[place]]
        np.testing.assert_allclose(ends, [pair["ci_low"], pair["ci_high"]], rtol=1e-6)
        # rstatix rounds this p to three decimals or digits
        assert pairs.p_joint[place] == pytest.approx(pair["p"], abs=5e-4, rel=5e-3)


def live_groups():
    means = LIVE["means"]
    values = np.array([*means["a"], *means["b"], *means["d"]], float)
    return values, np.repeat([0, 1, 2], [len(means[key]) for key in "abd"])


def test_small_groups_agree_with_live_r():
    values, labels = live_groups()
    means, ranks, groups = LIVE["means"], ranks_of(table_of(values, labels, 3)), moments(values, labels, 3)
    assert kruskal_wallis(ranks).statistic == pytest.approx(means["kruskal"]["h"], rel=1e-9)
    np.testing.assert_allclose(dunn(ranks, [0, 0, 1], [1, 2, 2]).z, means["dunn"], rtol=1e-9)
    np.testing.assert_allclose(dunn(ranks, [0, 1, 2]).z, means["dunn_rest"], rtol=1e-9)
    result = welch_anova(groups)
    np.testing.assert_allclose([result.df, result.df_within], means["oneway"]["df"], rtol=1e-9)
    np.testing.assert_allclose([result.statistic, result.p_value], [means["oneway"][x] for x in ("f", "p")], rtol=1e-9)
    pairs = games_howell(groups)
    for name, ours in (("low", pairs.low), ("high", pairs.high), ("p", pairs.p_joint)):
        np.testing.assert_allclose(ours, [pair[name] for pair in means["games_howell"]], rtol=1e-6)


def test_studentised_range_agrees_with_ptukey():
    cases = LIVE["tukey"]
    for q, k, df, p in zip(*(cases[name] for name in ("q", "k", "df", "p")), strict=True):
        assert studentized_range([q], k, [df])[0] == pytest.approx(p, abs=1e-7)


@pytest.mark.parametrize(("k", "df"), [(3, 3.0), (4, 1.7), (8, 216.0), (4, 5000.0)])
def test_studentised_range_agrees_with_scipy(k, df):
    assert studentized_range([3.5], k, [df])[0] == pytest.approx(stats.studentized_range.sf(3.5, k, df), abs=1e-9)
    quantile = studentized_range_quantile(0.05, k, [df])
    assert studentized_range(quantile, k, [df])[0] == pytest.approx(0.05, abs=1e-9)


def test_studentised_range_of_two_means_is_t():
    df = np.array([2.0, 17.3, 400.0])
    np.testing.assert_allclose(studentized_range_quantile(0.05, 2, df), stats.t.ppf(0.975, df) * np.sqrt(2), rtol=1e-9)
    np.testing.assert_allclose(studentized_range(df * 0 + 3, 2, df), 2 * stats.t.sf(3 / np.sqrt(2), df), atol=1e-10)


def test_groups_that_cannot_be_tested_say_why():
    assert kruskal_wallis(ranks_of([[0, 0], [0, 0]])).note == "no answers"
    assert "fewer than two types" in kruskal_wallis(ranks_of([[3, 2], [0, 0]])).note
    assert "alike" in kruskal_wallis(ranks_of([[3, 0], [2, 0]])).note
    single = moments([1.0, 2.0, 3.0, 4.0, 9.0], [0, 0, 1, 1, 2], 3)
    assert "left out: 1" in welch_anova(single).note
    assert not np.isnan(welch_anova(single).p_value)
    assert "alike" in welch_anova(moments([1.0, 1.0, 2.0, 3.0], [0, 0, 1, 1], 2)).note
    assert welch_anova(moments([1.0, 1.0, 1.0, 1.0], [0, 0, 1, 1], 2)).note == "all answers are alike"
    assert "two or more" in welch_anova(moments([1.0, 2.0, 3.0], [0, 1, 2], 3)).note
    pairs = games_howell(single)
    np.testing.assert_array_equal(np.isnan(pairs.p_joint), [False, True, True])
    assert np.isnan(dunn(ranks_of([[3, 0], [2, 0]]), [0], [1]).z).all()


@given(arrays(int, (3, 4), elements=st.integers(0, 8)), st.permutations(range(3)))
def test_ranks_do_not_depend_on_the_order_of_groups_or_unused_codes(table, order):
    ranks, turned = ranks_of(table), ranks_of(np.insert(table[list(order)], 2, 0, axis=1))
    np.testing.assert_allclose(turned.mean, ranks.mean[list(order)])
    ours, other = kruskal_wallis(ranks), kruskal_wallis(turned)
    np.testing.assert_allclose(other.statistic, ours.statistic, atol=1e-9)
    reversed_codes = kruskal_wallis(ranks_of(table[:, ::-1]))
    np.testing.assert_allclose(reversed_codes.statistic, ours.statistic, atol=1e-9)


@pytest.mark.parametrize("name", ["p1", "p7", "score"])
def test_numeric_v_tests_agree_with_catdes(name):
    v = v_test_numeric(INDICATORS[name], np.array(INDICATORS["cluster"]) - 1, 4)
    expected = [CATDES["quanti"][str(group)][name][0] for group in range(1, 5)]
    np.testing.assert_allclose(v, expected, rtol=1e-9)


def test_numeric_v_tests_count_valid_answers_only():
    labels = np.array(INDICATORS["cluster"]) - 1
    names = [row["_row"] for row in CATDES["missing"]["complete_case_v_test"]]
    columns = [[np.nan if value is None else value for value in INDICATORS[f"{name}_missing"]] for name in names]
    v = v_test_numeric(np.column_stack(columns), labels, 4)
    expected = [[row[str(group)] for row in CATDES["missing"]["complete_case_v_test"]] for group in range(1, 5)]
    np.testing.assert_allclose(v, expected, rtol=1e-8)
    np.testing.assert_allclose(v_test_numeric(columns[1], labels, 4), v[:, 1], rtol=1e-12)


@pytest.mark.parametrize("name", ["popclass", "land", "ozg", "fim", "bots"])
def test_categorical_v_tests_agree_with_catdes(name):
    values, cluster = np.array(INDICATORS[name]), np.array(INDICATORS["cluster"])
    codes = np.unique(values)
    table = np.array([(values[cluster == group][:, None] == codes).sum(0) for group in range(1, 5)])
    ours = v_test_categorical(table)
    expected = [[CATDES["category"][str(group)][f"{name}={code}"] for code in codes] for group in range(1, 5)]
    np.testing.assert_allclose(ours.v, np.array(expected)[..., 0], rtol=1e-9)
    np.testing.assert_allclose(ours.p_value, np.array(expected)[..., 1], rtol=1e-9)


def test_v_tests_of_nothing_are_missing_and_of_extremes_finite():
    assert np.isnan(v_test_numeric([1.0, 1.0, 1.0], [0, 0, 1], 2)).all()
    assert np.isnan(v_test_numeric([1.0, 2.0], [0, 0], 2)).all()
    assert np.isnan(v_test_categorical([[3, 0], [2, 0]]).v).all()
    far = v_test_categorical([[3000, 0], [0, 3000]]).v
    assert np.isfinite(far).all()
    assert far[0, 0] > 60


def test_five_per_cent_tests_reject_five_per_cent():
    """Size under independence with moderate groups; exact tests may reject less."""
    draw, runs = np.random.default_rng(17), 1_500
    sizes = np.array([90, 100, 129, 93])
    codes = np.stack([draw.multinomial(n, [0.3, 0.3, 0.2, 0.2], size=runs) for n in sizes], axis=1)
    rejected = {
        "pearson": np.mean([pearson(table).p_value < 0.05 for table in codes]),
        "kruskal": np.mean([kruskal_wallis(ranks_of(table)).p_value < 0.05 for table in codes]),
        "dunn": np.mean([dunn(ranks_of(table), [0], [1]).p_value[0] < 0.05 for table in codes]),
        "pairs": np.mean(association_2x2(codes[:, 0, 0], 90, codes[:, 1, 0], 100) < 0.05),
    }
    values = draw.normal(size=(runs, sizes.sum())) * np.repeat([1, 2, 0.5, 1], sizes)
    labels = np.repeat(np.arange(4), sizes)
    rejected["welch"] = np.mean([welch_anova(moments(row, labels, 4)).p_value < 0.05 for row in values])
    error = 4 * np.sqrt(0.05 * 0.95 / runs)
    assert {name: share for name, share in rejected.items() if abs(share - 0.05) > error} == {}


def test_games_howell_rarely_finds_any_difference_where_there_is_none():
    draw, runs = np.random.default_rng(23), 300
    sizes = np.array([40, 60, 80, 50])
    labels = np.repeat(np.arange(4), sizes)
    values = draw.normal(size=(runs, sizes.sum())) * np.repeat([1, 2, 0.5, 1], sizes)
    share = np.mean([games_howell(moments(row, labels, 4)).p_joint.min() < 0.05 for row in values])
    assert share < 0.05 + 4 * np.sqrt(0.05 * 0.95 / runs)


def test_exact_tests_do_not_reject_too_often():
    draw, runs = np.random.default_rng(19), 400
    tables = np.stack([draw.multinomial(n, [0.06, 0.94], size=runs) for n in (30, 25, 40, 28)], axis=1)
    share = np.mean([association(table).p_value < 0.05 for table in tables])
    assert share < 0.05 + 4 * np.sqrt(0.05 * 0.95 / runs)
