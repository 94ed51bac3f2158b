"""Standardisation over strata: R's figures, pooling, and coverage where the truth is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_data import figures

from kommtyp.intervals import mean_interval, moments, newcombe, wilson
from kommtyp.standardisation import (
    Cells,
    cell_moments,
    difference_of_means,
    difference_of_shares,
    pool_strata,
    standardised_means,
    standardised_shares,
)
from kommtyp.tests_of_association import cochran_mantel_haenszel, kruskal_wallis, pearson, ranks_of, ridits

K = 4


@pytest.fixture(scope="module")
def data():
    table = figures("indicators")["data"]
    columns = {name: table[name] for name in ("cluster", "popclass", "land", "ozg", "fim", "autom", "score")}
    frame = pd.DataFrame(columns)
    frame["type"] = frame["cluster"] - 1
    for name in ("popclass", "land"):
        frame[name] = frame[name].astype("category").cat.codes.astype(int)
    return frame


def counts(answers, labels, strata, shape):
    table = np.zeros((*shape, int(np.max(answers)) + 1))
    np.add.at(table, (strata, labels, answers), 1)
    return table


def one_hot(codes):
    return np.eye(int(np.max(codes)) + 1)[codes]


def told(outcome):
    return pytest.approx([outcome.statistic, outcome.df, outcome.p_value], rel=1e-8)


class TestCochranMantelHaenszel:
    def test_strata_of_size(self, data):
        case = figures("ordinal_stratified")["result"]["generalised_cmh"]
        outcome = cochran_mantel_haenszel(data["type"], data["ozg"], data["popclass"], K)
        assert [case["statistic"], case["parameter"]["df"], case["p_value"]] == told(outcome)

    def test_two_by_two_without_correction(self, data):
        case = figures("ordinal_stratified")["result"]["cmh_2x2xk"]
        outcome = cochran_mantel_haenszel(data["fim"], data["ozg"], data["type"], 2)
        assert [case["statistic"], case["parameter"]["df"], case["p_value"]] == told(outcome)

    def test_answers_of_several_categories(self, data):
        case = figures("stratified")
        whole = cochran_mantel_haenszel(data["type"], one_hot(data["autom"]), data["popclass"], K)
        assert [*case["autom_popclass"].values()] == told(whole)
        crossed = cochran_mantel_haenszel(
            data["type"], one_hot(data["autom"]), data["popclass"] * 100 + data["land"], K
        )
        assert [case["autom_cross"][name] for name in ("statistic", "df", "p")] == told(crossed)

    def test_one_stratum_of_categories_is_coins_cmh_test(self, data):
        case = figures("ordinal_stratified")["result"]["cmh_ordered_scores"]
        outcome = cochran_mantel_haenszel(data["type"], one_hot(data["autom"]), np.zeros(len(data)), K)
        assert (outcome.statistic, outcome.p_value) == pytest.approx((case["statistic"], case["p"]), rel=1e-8)
        table = pd.crosstab(data["type"], data["autom"]).to_numpy()
        assert outcome.statistic == pytest.approx(pearson(table).statistic * (len(data) - 1) / len(data))

    def test_one_stratum_of_ranks_is_kruskal_wallis(self, data):
        case = figures("ordinal_stratified")["result"]["coin_kruskal"]
        zero = np.zeros(len(data), dtype=int)
        outcome = cochran_mantel_haenszel(data["type"], ridits(data["autom"], zero), zero, K)
        assert (outcome.statistic, outcome.p_value) == pytest.approx((case["statistic"], case["p"]), rel=1e-8)
        table = pd.crosstab(data["type"], data["autom"]).to_numpy()
        assert outcome.statistic == pytest.approx(kruskal_wallis(ranks_of(table)).statistic)

    def test_it_says_why_there_is_none(self):
        outcome = cochran_mantel_haenszel([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1], 2)
        assert (outcome.test, outcome.note) == ("none", "no stratum holds two types and two different answers")
        assert cochran_mantel_haenszel([], [], [], 2).test == "none"

    def test_it_says_where_few_answers_make_p_an_approximation(self):
        """By hand: of the first type 3 · 2/8 + 3 · 3/8 yes are expected in the two strata."""
        labels, strata = np.array([0, 0, 0, 1, 1, 1, 1, 1] * 2), np.repeat([0, 1], 8)
        answers = np.array([1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0])
        few = "2 strata; approximate: smallest expected count 1.9"
        assert cochran_mantel_haenszel(labels, answers, strata, 2).note == few
        assert cochran_mantel_haenszel(labels, one_hot(answers), strata, 2).note == few
        often = [np.tile(values, 3) for values in (labels, answers, strata)]
        assert cochran_mantel_haenszel(*often, 2).note == "2 strata"
        once = labels + (np.arange(16) == 7)
        note = "2 strata; approximate: smallest type has 1 answer"
        assert cochran_mantel_haenszel(once, ridits(answers, strata), strata, 3).note == note

    def test_a_type_without_rows_changes_nothing(self, data):
        with_it = cochran_mantel_haenszel(data["type"] + 1, data["ozg"], data["popclass"], K + 1)
        assert with_it.statistic == pytest.approx(30.290703922127, rel=1e-8)
        assert with_it.df == 3


class TestStandardisation:
    def test_shares_are_those_of_a_saturated_logistic_model(self, data):
        table = counts(data["ozg"], data["type"], data["popclass"], (4, K))
        shares = standardised_shares(table, table.sum(axis=(1, 2)))
        assert shares.estimate[:, 1] == pytest.approx(figures("stratified")["ozg_standardised"], abs=1e-8)

    def test_means_are_those_of_a_saturated_linear_model(self, data):
        cells = cell_moments(data["score"], data["type"], data["popclass"], (4, K))
        means = standardised_means(cells, cells.n.sum(axis=1))
        assert means.estimate == pytest.approx(figures("stratified")["score_standardised"], rel=1e-10)

    def test_one_stratum_changes_nothing(self, data):
        zero = np.zeros(len(data), dtype=int)
        table = counts(data["autom"], data["type"], zero, (1, K))
        shares, plain = standardised_shares(table, [1]), wilson(table[0], table[0].sum(axis=1, keepdims=True))
        np.testing.assert_allclose(shares, plain, atol=1e-12)
        pair = difference_of_shares(shares, [0], [1])
        n = table[0].sum(axis=1)
        np.testing.assert_allclose(np.ravel([part[0] for part in pair]),
                                   np.ravel(newcombe(table[0, 0], n[0], table[0, 1], n[1])), atol=1e-12)
        cells = cell_moments(data["score"], data["type"], zero, (1, K))
        of_all = moments(data["score"], data["type"], K)
        plain = mean_interval(of_all.mean, of_all.sd, of_all.n)
        np.testing.assert_allclose(standardised_means(cells, [1]), plain)

    def test_a_confounder_is_taken_away(self):
        """Two types adopt alike in towns of one size, but one of them has the large towns."""
        table = np.array([[[72, 8], [18, 2]], [[10, 10], [40, 40]]], dtype=float)
        shares = standardised_shares(table, table.sum(axis=(1, 2)))
        assert shares.estimate[:, 1] == pytest.approx([0.3, 0.3])
        assert difference_of_shares(shares, [0], [1]).estimate[0, 1] == pytest.approx(0)

    def test_everybody_is_one_and_nobody_is_zero_to_the_last_digit(self):
        found = standardised_shares(np.tile([0.0, 3.0], (6, 2, 1)), np.full(6, 6))
        assert found.estimate.tolist() == [[0, 1], [0, 1]]
        assert found.low[:, 0].tolist() == [0, 0]
        assert found.high[:, 1].tolist() == [1, 1]

    def test_nobody_in_a_stratum(self):
        shares = standardised_shares([[[1, 1], [0, 0]]], [2])
        assert np.isnan(shares.estimate[1]).all()
        assert np.isnan(shares.low[1]).all()
        cells = cell_moments([1.0, 1.0, 2.0], [0, 0, 1], [0, 0, 0], (1, 2))
        assert np.isnan(standardised_means(cells, [3]).low).all()

    @pytest.mark.parametrize(("n", "share"), [(30, 0.05), (30, 0.5), (100, 0.1)])
    def test_coverage_of_shares(self, n, share):
        """Four types of unequal make-up, four strata with rising adoption."""
        draw, z = np.random.default_rng(5), []
        sizes, adoption = np.array([0.35, 0.3, 0.2, 0.15]), share * np.array([0.6, 0.9, 1.2, 1.6])
        tilt = np.exp(np.outer(np.linspace(-1, 1, 4), [-0.5, 0, 0.2, 0.5]))
        for _ in range(400):
            strata = draw.choice(4, K * n, p=sizes)
            chances = np.cumsum(tilt[strata] / tilt[strata].sum(axis=1, keepdims=True), axis=1)
            labels = (draw.random(K * n)[:, None] > chances[:, :-1]).sum(axis=1)
            answers = (draw.random(K * n) < adoption[strata]).astype(int)
            pooled = pool_strata(strata[:, None], labels, K, ordered=[True])
            table = counts(np.append(answers, 1), np.append(labels, 0), np.append(pooled.of, 0), (len(pooled.sizes), K))
            table[0, 0, 1] -= 1
            found = standardised_shares(table, pooled.sizes)
            z.append((found.low[:, 1] <= sizes @ adoption) & (sizes @ adoption <= found.high[:, 1]))
        assert 0.94 <= np.mean(z) <= 0.975

    def test_coverage_where_adoption_rises_steeply(self):
        """With the same variance in all strata, the type that is rare in the last ones was missed in one of eight."""
        draw, hits = np.random.default_rng(9), []
        sizes, adoption = np.array([0.35, 0.3, 0.2, 0.15]), np.array([0.02, 0.07, 0.2, 0.45])
        tilt = np.exp(np.outer(np.linspace(-1, 1, 4), [-1.2, 0, 0.6, 1.2]))
        chances = np.cumsum(tilt / tilt.sum(axis=1, keepdims=True), axis=1)
        for _ in range(500):
            strata = draw.choice(4, 600, p=sizes)
            labels = (draw.random(600)[:, None] > chances[strata, :-1]).sum(axis=1)
            answers = (draw.random(600) < adoption[strata]).astype(int)
            table = counts(np.append(answers, 1), np.append(labels, 0), np.append(strata, 0), (4, K))
            table[0, 0, 1] -= 1
            if (table.sum(axis=2) > 0).all():
                found = standardised_shares(table, table.sum(axis=(1, 2)))
                hits.append((found.low[:, 1] <= sizes @ adoption) & (sizes @ adoption <= found.high[:, 1]))
        assert len(hits) > 450
        assert np.mean(hits, axis=0).min() >= 0.93

    def test_coverage_of_differences_of_means(self):
        draw, hits = np.random.default_rng(6), []
        for _ in range(600):
            strata, labels = draw.integers(0, 3, 80), draw.integers(0, 2, 80)
            values = strata + labels * (0.5 + 0.3 * strata) + draw.normal(0, 1 + labels, 80)
            cells = cell_moments(values, labels, strata, (3, 2))
            b, a = (Cells(*(part[:, [place]] for part in cells)) for place in (0, 1))
            found = difference_of_means(a, b, cells.n.sum(axis=1))
            hits.append(float(found.low[0]) <= 0.8 <= float(found.high[0]))
        assert 0.93 <= np.mean(hits) <= 0.975

    def test_coverage_where_strata_spread_differently(self):
        """With one spread for all strata, the type that is rare where values vary most was missed in one of six."""
        draw, hits = np.random.default_rng(8), []
        sizes, spread = np.array([0.35, 0.3, 0.2, 0.15]), np.array([0.5, 0.8, 1.3, 2.0])
        chances = np.cumsum(np.array([[0.4, 0.3, 0.2, 0.1]]) ** np.linspace(1, -0.5, 4)[:, None], axis=1)
        for _ in range(500):
            strata = draw.choice(4, 160, p=sizes)
            labels = (draw.random(160)[:, None] > (chances / chances[:, -1:])[strata, :-1]).sum(axis=1)
            pooled = pool_strata(strata[:, None], labels, K, ordered=[True])
            values = strata + spread[strata] * draw.normal(size=160)
            found = standardised_means(
                cell_moments(values, labels, pooled.of, (len(pooled.sizes), K)), pooled.sizes
            )
            hits.append((found.low <= sizes @ np.arange(4)) & (sizes @ np.arange(4) <= found.high))
        assert np.mean(hits, axis=0).min() >= 0.925


class TestPooling:
    def test_neighbours_on_an_ordered_scale(self):
        levels = [[0], [0], [1], [1], [2], [3], [3]]
        strata = pool_strata(levels, [0, 1, 0, 1, 0, 0, 1], 2, ordered=[True])
        assert strata.of.tolist() == [0, 0, 1, 1, 1, 2, 2]
        assert [cells.ravel().tolist() for cells in strata.cells] == [[0], [1, 2], [3]]

    def test_the_smallest_without_an_order(self):
        levels = [[0]] * 6 + [[1]] * 2 + [[2]]
        assert pool_strata(levels, [0, 1] * 4 + [0], 2, ordered=[False]).of.tolist() == [0] * 6 + [1] * 3

    def test_the_first_variable_is_kept_apart(self):
        levels = [[0, 0], [0, 0], [0, 1], [1, 0], [1, 1], [1, 1]]
        strata = pool_strata(levels, [0, 1, 0, 0, 0, 1], 2, ordered=[True, False])
        assert strata.of.tolist() == [0, 0, 0, 1, 1, 1]
        assert strata.before == 4

    def test_missing_levels_and_types_take_no_part(self):
        strata = pool_strata([[0], [-1], [0], [1]], [0, 1, -1, 0], 3, ordered=[True])
        assert strata.of.tolist() == [0, -1, -1, 1]
        assert pool_strata(np.empty((0, 2)), [], 2, ordered=[True, False]).before == 0

    @given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 4), st.integers(-1, 2)), max_size=60))
    def test_every_stratum_holds_every_type(self, rows):
        table = np.array(rows, dtype=int).reshape(-1, 3)
        strata = pool_strata(table[:, :2], table[:, 2], 3, ordered=[True, False])
        used = (table >= 0).all(axis=1)
        assert ((strata.of >= 0) == used).all()
        present = set(table[used, 2])
        assert all(set(table[strata.of == s, 2]) == present for s in range(len(strata.sizes)))
        assert strata.sizes.sum() == used.sum()
        assert sum(map(len, strata.cells)) == strata.before
