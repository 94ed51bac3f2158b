"""No small cell is shown, and none can be worked out from what is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog
from test_reporting.results import sample_result, small_result

from kommtyp.comparison import compare
from kommtyp.findings import check_findings
from kommtyp.reporting.privacy import count_excluded, find_hidden, hide_cells, is_small
from kommtyp.reporting.tables import shown_tables
from kommtyp.typology import fit

tables = arrays(np.int64, st.tuples(st.integers(2, 5), st.integers(2, 4)), elements=st.integers(0, 40))


def possible(counts, hidden, row, column):
    """Smallest and largest value of a hidden cell that the totals and the open cells leave possible."""
    places = np.argwhere(hidden)
    rows, columns = counts.shape
    sums = np.zeros((rows + columns, len(places)))
    for number, (r, c) in enumerate(places):
        sums[r, number] = sums[rows + c, number] = 1
    known = np.concatenate([(counts * hidden).sum(1), (counts * hidden).sum(0)])
    aim = ((places == (row, column)).all(axis=1)).astype(float)
    low, high = (linprog(sign * aim, A_eq=sums, b_eq=known) for sign in (1, -1))
    return low.fun, -high.fun


class TestCells:
    @given(tables)
    def test_every_small_cell_is_hidden(self, counts):
        hidden = hide_cells(counts, 5)
        assert hidden[(counts > 0) & (counts < 5)].all()

    @given(tables)
    def test_nothing_is_hidden_without_need(self, counts):
        if not ((counts > 0) & (counts < 5)).any():
            assert not hide_cells(counts, 5).any()

    @given(tables)
    def test_lines_hide_two_cells_that_hold_enough(self, counts):
        hidden = hide_cells(counts, 5)
        for line, secret in [*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)]:
            if secret.any() and not secret.all():
                assert secret.sum() >= 2
                assert line[secret].sum() >= 5

    @given(tables)
    def test_a_small_cell_cannot_be_worked_out_from_totals(self, counts):
        hidden = hide_cells(counts, 5)
        small_total = (counts.sum(0) < 5)[None, :] | (counts.sum(1) < 5)[:, None]
        # A total that is small itself is not shown, and gives nothing away.
        for row, column in np.argwhere((counts > 0) & (counts < 5) & ~small_total)[:3]:
            low, high = possible(counts, hidden, row, column)
            assert high - low > 0.9 or counts[hidden].min() == 0

    def test_a_cell_between_two_circles_is_protected(self):
        # Two pairs of rows and columns hide four cells each; the cell between them follows from the totals.
        counts = np.full((4, 4), 50)
        counts[:2, :2] = counts[2:, 2:] = 4
        counts[1, 2] = 3
        hidden = hide_cells(counts, 5)
        assert hidden.sum() > 9
        low, high = possible(counts, hidden, 1, 2)
        assert high - low > 0.9

    def test_an_empty_cell_stands_for_nobody(self):
        assert not hide_cells(np.array([[0, 50], [20, 30]]), 5).any()

    def test_one_column_of_sizes_hides_a_second_type(self):
        hidden = hide_cells(np.array([[100], [3], [60], [40]]), 5, row_totals=False)
        assert hidden[:, 0].tolist() == [False, True, False, True]

    def test_one_shows_everything(self):
        assert not hide_cells(np.array([[1, 2], [3, 4]]), 1).any()
        assert not is_small(1, 1)


class TestExcluded:
    def test_a_small_reason_takes_another_one_with_it(self):
        excluded = {f"k{place}": "a" if place < 3 else "b" for place in range(20)}
        found = count_excluded(excluded, 400, 5)
        assert found == {"rows": 400, "excluded": 20, "few": False, "reasons": [("a", None), ("b", None)]}

    def test_few_are_not_counted_and_rows_do_not_give_them_back(self):
        found = count_excluded({"a": "x", "b": "y"}, 400, 5)
        assert (found["rows"], found["excluded"], found["few"]) == (None, None, True)

    def test_many_are_counted(self):
        found = count_excluded({str(place): "x" for place in range(7)}, 400, 5)
        assert found["reasons"] == [("x", 7)]

    def test_none(self):
        assert count_excluded({}, 400, 5) == {"rows": 400, "excluded": 0, "few": False, "reasons": []}


@pytest.fixture(scope="module", params=["sample", "small"])
def shown(request):
    result = sample_result() if request.param == "sample" else small_result()
    comparison = compare(result)
    return result, shown_tables(result, comparison, check_findings(result), level=0.95, min_cell=5)


class TestTables:
    def counts(self, result, row):
        """How many of a type gave the answer of a row, and how many gave another one."""
        answers = result.survey.answers.loc[(result.types == row.type).to_numpy(), row.indicator].dropna()
        item = result.survey.codebook[row.indicator]
        same = answers == (row.category if item.scale == "nominal" else float(row.category))
        return int(same.sum()), int((~same).sum())

    def test_no_share_that_is_shown_stands_for_few(self, shown):
        result, tables = shown
        rows = tables.estimates[tables.estimates["category"] != ""]
        for row in rows[rows["estimate"].notna()].itertuples():
            yes, no = self.counts(result, row)
            assert not is_small(yes, 5), row
            assert result.survey.codebook[row.indicator].scale == "nominal" or not is_small(no, 5), row

    def test_no_mean_that_is_shown_stands_for_few(self, shown):
        _, tables = shown
        rows = tables.estimates[tables.estimates["category"] == ""]
        for row in rows[rows["estimate"].notna()].itertuples():
            assert row.n >= 5

    def test_all_types_together_do_not_give_a_share_back(self, shown):
        result, tables = shown
        rows = tables.estimates[tables.estimates["category"] != ""]
        rows = rows[[result.survey.codebook[name].scale != "ordinal" for name in rows["indicator"]]]
        for (name, category), group in rows.groupby(["indicator", "category"]):
            total = tables.overall.query("indicator == @name and category == @category")["estimate"]
            secret = group[group["suppressed"]]
            if secret.empty or total.isna().all():
                continue
            held = sum(self.counts(result, row)[0] for row in secret.itertuples())
            assert len(secret) >= 2, (name, category)
            assert held == 0 or held >= 5, (name, category)

    def test_differences_of_hidden_shares_are_hidden(self, shown):
        _, tables = shown
        secret = set(
            zip(*(tables.estimates.query("suppressed")[c] for c in ("indicator", "category", "type")), strict=True)
        )
        rest = tables.versus_rest
        for row in rest[rest["difference"].notna()].itertuples():
            assert (row.indicator, row.category, row.type) not in secret
        for row in tables.pairs[tables.pairs["difference"].notna()].itertuples():
            assert not {(row.indicator, row.category, kind) for kind in (row.type_a, row.type_b)} & secret

    def test_a_distribution_with_a_small_cell_is_hidden_whole(self, shown):
        result, tables = shown
        rows = tables.estimates[tables.estimates["category"] != ""]
        rows = rows[[result.survey.codebook[name].scale == "ordinal" for name in rows["indicator"]]]
        for _, group in rows.groupby(["indicator", "type"]):
            assert group["suppressed"].nunique() == 1

    def test_shares_of_the_highest_rating_are_hidden_where_few(self, shown):
        result, tables = shown
        for row in tables.profile[tables.profile["top_share"].notna()].itertuples():
            answers = result.survey.answers.loc[(result.types == row.type).to_numpy(), row.goal].dropna()
            highest = int((answers == 5).sum())
            assert not is_small(highest, 5)
            assert not is_small(len(answers) - highest, 5)

    def test_verdicts_stay_where_numbers_go(self, shown):
        _, tables = shown
        assert (tables.findings["verdict"] != "").all()
        assert tables.findings.loc[tables.findings["suppressed"], "estimate"].isna().all()

    def test_small_types_are_hidden_with_a_second_one(self):
        result = small_result()
        tables = shown_tables(result, None, None, level=0.95, min_cell=9)
        sizes = result.sizes.set_index("type")["n"]
        secret = tables.hidden.types
        assert {kind for kind, n in sizes.items() if 0 < n < 9} <= secret
        assert len(secret) >= 2
        assert tables.profile.loc[tables.profile["type"].isin(secret), ["n", "mean", "z"]].isna().all(axis=None)

    def test_picks_are_shares_and_protected_as_such(self, sample):
        goals = ["recht", "effizienz", "attraktivitaet", "gemeinschaft"]
        picks = sample.head(60).assign(**{goal: (sample[goal] >= 4).astype(float) for goal in goals})
        result = fit(picks, goals=goals, types="unnamed", n_init=20, scaling="raw")
        tables = shown_tables(result, None, None, level=0.95, min_cell=5)
        for row in tables.profile[tables.profile["mean"].notna()].itertuples():
            answers = result.survey.answers.loc[(result.types == row.type).to_numpy(), row.goal]
            assert not is_small(int((answers == 1).sum()), 5)
            assert not is_small(int((answers == 0).sum()), 5)

    def test_the_results_themselves_are_not_changed(self):
        result = sample_result()
        comparison = compare(result, ["bots"])
        before = comparison.estimates.copy()
        shown_tables(result, comparison, None, level=0.95, min_cell=50)
        pd.testing.assert_frame_equal(comparison.estimates, before)

    def test_everything_can_be_shown(self):
        result = sample_result()
        assert find_hidden(result, ["bots", "co_creation"], 1).cells == frozenset()
