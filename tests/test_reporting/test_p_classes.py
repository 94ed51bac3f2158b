"""What tests tell of hidden cells: the attack that tries every table that fits."""

from itertools import combinations, product

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy.special import gammaln
from scipy.stats import chi2_contingency, kruskal
from test_reporting.results import Page, sample_result, small_result

from kommtyp.comparison import compare
from kommtyp.datasets import load_sample
from kommtyp.reporting.p_classes import class_of_p, hide_p
from kommtyp.reporting.page import write_report
from kommtyp.reporting.summary import summarise
from kommtyp.reporting.workbook import write_tables
from kommtyp.typology import fit

BINARY = ("bots", "chatbot", "co_creation")
OPEN = ("statistic", "df", "p_value", "p_corrected", "effect", "effect_low", "effect_high")
CLASSES = {"< 0.001", "< 0.01", "< 0.05", "≥ 0.05", ""}


@pytest.fixture(scope="module")
def summary():
    return summarise(sample_result())


def counts_of(name):
    """Numbers of municipalities by type and answer, as nobody outside knows them."""
    result = sample_result()
    return pd.crosstab(result.types, result.survey.answers[name]).to_numpy()


def fitting(n, total):
    """Every table of yes and no with these sums, a row the numbers of yes, with Fisher's exact p of each."""
    ranges = [range(min(size, total) + 1) for size in n[:-1]]
    tables = np.array([(*row, total - sum(row)) for row in product(*ranges) if 0 <= total - sum(row) <= n[-1]])
    log = -(gammaln(tables + 1) + gammaln(n - tables + 1)).sum(axis=1)
    chance = np.exp(log - log.max())
    chance /= chance.sum()
    order = np.argsort(chance)
    p = np.empty(len(chance))
    p[order] = np.cumsum(chance[order])
    return tables, p


def known(summary, name):
    """What a reader of the summary knows of a binary indicator: n by type, all yes, the yes that are shown."""
    rows = [row for row in summary["estimates"] if row["indicator"] == name and row["category"] == "1"]
    n = np.array([row["n"] for row in rows])
    overall = next(row for row in summary["overall"] if row["indicator"] == name and row["category"] == "1")
    yes = [np.nan if row["suppressed"] else round(row["estimate"] * row["n"]) for row in rows]
    return n, round(overall["estimate"] * overall["n"]), np.array(yes)


class TestAttack:
    @pytest.mark.parametrize("name", BINARY)
    def test_the_exact_p_would_give_the_table_and_its_class_does_not(self, summary, name):
        n, total, yes = known(summary, name)
        test = next(row for row in summary["tests"] if row["indicator"] == name)
        tables, p = fitting(n, total)
        fits = (np.isnan(yes) | (tables == yes)).all(axis=1)
        true = (tables == counts_of(name)[:, 1]).all(axis=1)
        exact = compare(sample_result(), [name]).tests["p_value"][0]
        assert p[true] == pytest.approx(exact, rel=1e-6)
        assert test["suppressed"]
        assert all(test[column] is None for column in OPEN)
        classes = np.array([class_of_p(one) for one in p])
        hidden = tables[fits & (classes == test["p_value_class"])][:, np.isnan(yes)]
        assert (hidden.max(axis=0) > hidden.min(axis=0)).all()

    def test_answers_in_several_categories_can_be_swapped(self, summary):
        test = next(row for row in summary["tests"] if row["indicator"] == "ozg_strategie")
        rows = [row for row in summary["estimates"] if row["indicator"] == "ozg_strategie"]
        counts = counts_of("ozg_strategie")
        secret = np.array([row["suppressed"] for row in rows]).reshape(-1, len(counts)).T
        found = 0
        for (a, b), (c, d), sign in product(
            combinations(range(counts.shape[0]), 2), combinations(range(counts.shape[1]), 2), (1, -1)
        ):
            if secret[np.ix_([a, b], [c, d])].all():
                other = counts.copy()
                other[np.ix_([a, b], [c, d])] += sign * np.array([[1, -1], [-1, 1]])
                found += (other >= 0).all() and class_of_p(chi2_contingency(other).pvalue) == test["p_value_class"]
        assert found

    def test_ranks_fit_to_several_distributions_with_the_mean_and_interval_that_are_shown(self, summary):
        scales = {item["indicator"]: item["scale"] for item in summary["compared"]}
        tests = [row for row in summary["tests"] if row["suppressed"] and scales[row["indicator"]] == "ordinal"]
        assert tests
        for test in tests:
            counts = counts_of(test["indicator"])
            codes = np.arange(counts.shape[1])
            rows = [r for r in summary["estimates"] if r["indicator"] == test["indicator"] and r["category"]]
            secret = np.array([row["suppressed"] for row in rows]).reshape(len(codes), -1).T.all(axis=1)
            found = 0
            for kind, place, sign in product(np.flatnonzero(secret), range(len(codes) - 3), (1, -1)):
                other = counts.copy()
                other[kind, place : place + 4] += sign * np.array([1, -3, 3, -1])  # n, mean and spread stay
                if (other >= 0).all():
                    p = kruskal(*(np.repeat(codes, row) for row in other)).pvalue
                    found += class_of_p(p) == test["p_value_class"]
            assert found, test["indicator"]

    def test_all_types_together_do_not_give_the_answers_of_a_type_back(self, summary):
        shown = [r for r in summary["overall"] if r["indicator"] == "faktor_ki" and r["category"]]
        assert all(row["estimate"] is None for row in shown)


class TestTables:
    def test_no_number_of_a_test_beside_hidden_cells(self, summary):
        hidden = {row["indicator"] for row in summary["estimates"] if row["suppressed"]}
        assert hidden
        for row in summary["tests"]:
            assert row["suppressed"] == (row["indicator"] in hidden)
            assert not row["suppressed"] or all(row[column] is None for column in OPEN)
            assert {row["p_value_class"], row["p_corrected_class"]} <= CLASSES
        for row in [*summary["pairs"], *summary["versus_rest"]]:
            if row["indicator"] in hidden:
                assert row["p_value"] is None
                assert row["p_corrected"] is None

    def test_a_corrected_p_does_not_carry_that_of_a_hidden_one(self):
        comparison = compare(sample_result(), ["bots", "mobile_app"])
        found = hide_p(comparison.tests, comparison.tests["indicator"] == "bots", comparison, within=False)
        assert found["p_corrected"].isna().all()
        assert found["p_value"].notna().tolist() == [False, True]

    def test_no_difference_to_the_others_tells_a_hidden_share_of_all(self):
        answers = load_sample()
        yes = answers.index[answers["bots"] == 1]
        answers.loc[yes[3:], "bots"] = 0.0
        summary = summarise(fit(answers, n_init=5))
        overall = [r for r in summary["overall"] if r["indicator"] == "bots"]
        assert all(row["estimate"] is None for row in overall)
        shown = [*summary["versus_rest"], *summary["findings"]]
        rows = [row for row in shown if row["indicator"] == "bots"]
        assert len({row.get("verdict") for row in rows}) > 1
        assert all(row["suppressed"] and row["ci_low"] is None for row in rows)

    def test_a_question_hides_with_its_options(self):
        tests = {row["indicator"]: row for row in summarise(small_result())["tests"]}
        assert tests["schmerzpunkte"]["suppressed"]

    def test_everything_is_shown_when_asked_for(self):
        summary = summarise(sample_result(), compare(sample_result(), ["bots"]), min_cell=1)
        assert summary["tests"][0]["p_value"] is not None
        assert summary["tests"][0]["p_value_class"] == ""

    @pytest.mark.parametrize(("lang", "sheet", "written"), [("de", "Tests", "< 0,05"), ("en", "Tests", "< 0.05")])
    def test_workbook(self, tmp_path, lang, sheet, written):
        path = write_tables(sample_result(), tmp_path / "t.xlsx", lang=lang)
        rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]
        row = next(row for row in rows if "bots" in row)
        assert [str(v).replace("\N{NO-BREAK SPACE}", " ") for v in row].count(written) == 1
        assert not [value for value in row if isinstance(value, float)]

    def test_page(self, tmp_path):
        path = write_report(sample_result(), tmp_path / "r.html", comparison=compare(sample_result(), ["bots"]))
        words = Page(path.read_text(encoding="utf-8")).words
        assert "nur eine Größenklasse" in words


def test_classes():
    bounds = [0, 0.00099, 0.001, 0.0099, 0.01, 0.049, 0.05, 1]
    assert [class_of_p(p) for p in bounds] == [one for one in ("< 0.001", "< 0.01", "< 0.05", "≥ 0.05") for _ in "ab"]
