"""The comparison as a reader gets it, against R on awkward answers and on figures that no other test reads."""

import numpy as np
import pandas as pd
import pytest
from reference_data import figures
from scipy import stats
from scipy.special import expit
from test_comparison import classification

from kommtyp.codebook import Item
from kommtyp.comparison import compare
from kommtyp.intervals import moments, welch
from kommtyp.multiplicity import correct
from kommtyp.standardisation import difference_of_shares, standardised_shares
from kommtyp.weighting import domain_means, logit_interval, weigh

LIVE = figures("comparison_live")
CASES = LIVE["cases"]
GOAL = Item("goal", role="goal", scale="rating", low=1, high=5)
EXACT = {"rel": 1e-7, "abs": 1e-10, "nan_ok": True}
# ptukey and qtukey are algorithm AS 190, right to six and to five digits where there are few degrees of freedom
JOINT = {"rel": 1e-6, "abs": 1e-6, "nan_ok": True}
JOINT_WIDTH = {"rel": 1e-5, "nan_ok": True}


def cases(*kinds):
    return [name for name, case in CASES.items() if case["kind"] in kinds and "weights" not in case]


def answers_of(case):
    if "table" in case:
        table = np.array(case["table"])
        types, places = np.repeat(np.indices(table.shape).reshape(2, -1), table.ravel(), axis=1)
        return types, np.array(case["values"], float)[places]
    return np.array(case["type"]), np.array(case["y"], float)


def compared(name, **options):
    case = CASES[name]
    types, y = answers_of(case)
    keys = tuple("abcdefg"[: types.max() + 1])
    frame = pd.DataFrame({"x": y, "goal": 3.0})
    if case["kind"] == "nominal":
        frame["x"] = [f"{value:g}" for value in y]
    item = Item("x", scale=case["kind"], codes=[(f"{v:g}", "") for v in case["values"]] if "table" in case
                and case["kind"] == "nominal" else ())
    result = classification(frame, [keys[t] for t in types], items=(item, GOAL), keys=keys)
    if "weights" in case:
        object.__setattr__(result, "weights", pd.Series(case["weights"], index=frame.index, dtype=float))
    return compare(result, "x", **options)


def column(entries, field):
    return [np.nan if entry.get(field) is None else entry[field] for entry in entries]


def rows(entries):
    return [[np.nan if value is None else value for value in entry] for entry in entries]


@pytest.mark.parametrize("name", cases("binary", "nominal"))
def test_overall_tests_of_tables(name):
    case, row = CASES[name], compared(name).tests.iloc[0]
    r = case["overall"]
    assert row["n"] == np.sum(case["table"])
    assert row["effect"] == pytest.approx(r["v_corrected"], **EXACT)
    assert compared(name).effects["effect"].iloc[0] == pytest.approx(r["v"], **EXACT)
    if r["least"] >= 5:
        assert row["test"] == "pearson_chi2"
        for ours, field in (("statistic", "chisq"), ("df", "df"), ("p_value", "p_chisq")):
            assert row[ours] == pytest.approx(r[field], **EXACT)
        return
    assert row["test"].startswith("fisher")
    if r["p_fisher"] is not None:
        assert row["test"] == "fisher_exact"
        assert row["p_value"] == pytest.approx(r["p_fisher"], rel=1e-6)
    error = np.sqrt(case["p_drawn"] * (1 - case["p_drawn"]) * (1 / 4e5 + (row["test"] == "fisher_monte_carlo") / 1e5))
    assert row["p_value"] == pytest.approx(case["p_drawn"], abs=4 * error + 3e-6)


def test_the_table_that_r_gives_up_on_says_its_error():
    row = compared("sparse_4x4_of_hundreds").tests.iloc[0]
    assert row["test"] == "fisher_monte_carlo"
    found = pd.Series(row["note"]).str.extract(r"Monte Carlo with (\d+) tables, standard error (\S+)").iloc[0]
    assert int(found[0]) == 100_000
    assert float(found[1]) == pytest.approx(np.sqrt(row["p_value"] * (1 - row["p_value"]) / 1e5), rel=0.05)


@pytest.mark.parametrize("name", cases("binary"))
def test_shares_and_their_differences(name):
    case, found = CASES[name], compared(name)
    got = found.estimates[["estimate", "ci_low", "ci_high"]].to_numpy()
    assert got == pytest.approx(np.array(rows(case["estimates"])), **EXACT)
    for table, expected in ((found.pairs, case["pairs"]), (found.versus_rest, case["rest"])):
        for ours, field in (("difference", "difference"), ("ci_low", "low"), ("ci_high", "high"), ("p_value", "p")):
            assert table[ours].tolist() == pytest.approx(column(expected, field), **EXACT), ours
        assert table["p_corrected"].tolist() == pytest.approx(correct(column(expected, "p")).tolist(), **EXACT)
    odds = found.effects[found.effects["effect_name"] == "odds_ratio"]["effect"].replace(np.inf, np.nan)
    assert odds.tolist() == pytest.approx(column(case["pairs"], "odds_ratio"), **EXACT)


@pytest.mark.parametrize("name", cases("nominal"))
def test_cells_of_tables(name):
    case, found = CASES[name], compared(name)
    keys = [found.estimates[column].nunique() for column in ("category", "type")]
    got = found.estimates[["estimate", "ci_low", "ci_high"]].to_numpy().reshape(*keys, 3)
    assert got.transpose(1, 0, 2) == pytest.approx(np.array(case["estimates"]), **EXACT)
    cells = found.residuals
    for field in ("expected", "residual"):
        np.testing.assert_allclose(cells[field].to_numpy().reshape(keys).T, case[field], rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("name", cases("ordinal", "number"))
def test_means_medians_and_quartiles(name):
    case, found = CASES[name], compared(name)
    means = found.estimates[found.estimates["category"] == ""]
    got = means[["estimate", "ci_low", "ci_high"]].to_numpy()
    assert got == pytest.approx(np.array(rows(case["estimates"]), float), **EXACT)
    assert found.summaries[["q25", "median", "q75"]].to_numpy() == pytest.approx(np.array(case["quartiles"]), **EXACT)
    assert found.summaries["sd"].tolist() == pytest.approx([np.nan if sd is None else sd for sd in case["sd"]], **EXACT)


@pytest.mark.parametrize("name", cases("ordinal", "number"))
def test_ranks(name):
    case, found = CASES[name]["kruskal"], compared(name)
    row = found.tests[found.tests["test"] == "kruskal_wallis"].iloc[0]
    got = row["statistic"], row["df"], row["p_value"], row["effect"]
    assert got == pytest.approx([case[field] for field in ("statistic", "df", "p", "epsilon")], **EXACT)


@pytest.mark.parametrize("name", cases("ordinal"))
def test_ordinal_pairs_and_rests(name):
    case, found = CASES[name], compared(name)
    z = found.effects[found.effects["effect_name"] == "dunn_z"]["effect"]
    assert z.tolist() == pytest.approx(column(case["pairs"], "z"), **EXACT)
    for table, expected in ((found.pairs, case["pairs"]), (found.versus_rest, case["rest"])):
        assert table["difference"].tolist() == pytest.approx(column(expected, "delta"), **EXACT)
        assert table["p_value"].tolist() == pytest.approx(column(expected, "p"), **EXACT)
        assert table["p_corrected"].tolist() == pytest.approx(correct(column(expected, "p")).tolist(), **EXACT)


@pytest.mark.parametrize("name", cases("number"))
def test_numbers(name):
    case, found = CASES[name], compared(name)
    row = found.tests.iloc[0]
    assert (row["statistic"], row["df"], row["p_value"]) == pytest.approx(
        (case["welch"]["statistic"], case["welch"]["df"][0], case["welch"]["p"]), **EXACT
    )
    assert f"denominator df {case['welch']['df'][1]:.2f}" in row["note"]
    assert row["effect"] == pytest.approx(case["omega"][0], **EXACT)
    # effectsize turns λ into ω² for its ends, kommtyp into λ/(λ + n), so only the sign of the low end is the same
    assert (row["effect_low"] > 0) == (case["omega"][1] > 0)
    for ours, field in (("difference", "difference"), ("p_value", "p")):
        assert found.pairs[ours].tolist() == pytest.approx(column(case["pairs"], field), **EXACT)
    assert found.pairs["p_corrected"].tolist() == pytest.approx(column(case["pairs"], "p_joint"), **JOINT)
    wide = np.array(column(case["pairs"], "high")) - column(case["pairs"], "low")
    assert (found.pairs["ci_high"] - found.pairs["ci_low"]).tolist() == pytest.approx(wide.tolist(), **JOINT_WIDTH)
    middle = (found.pairs["ci_high"] + found.pairs["ci_low"]) / 2
    assert middle.dropna().tolist() == pytest.approx(found.pairs["difference"][middle.notna()].tolist())
    g = found.effects[found.effects["effect_name"] == "hedges_g"][["effect", "effect_low", "effect_high"]].to_numpy()
    expected = np.array([pair.get("g", [np.nan] * 3) for pair in case["pairs"]])
    assert g[:, 0] == pytest.approx(expected[:, 0], **EXACT)
    for ours, field in (("difference", "difference"), ("ci_low", "low"), ("ci_high", "high"), ("p_value", "p")):
        assert found.versus_rest[ours].tolist() == pytest.approx(column(case["rest"], field), **EXACT)


def test_the_studentised_range_is_that_of_an_integral_where_ptukey_is_less_exact():
    pairs = compared("three_numbers_a_type").pairs
    types, y = answers_of(CASES["three_numbers_a_type"])
    for row in pairs.itertuples():
        a, b = (y[types == "abc".index(key)] for key in (row.type_a, row.type_b))
        test = stats.ttest_ind(a, b, equal_var=False)
        joint = stats.studentized_range.sf(abs(test.statistic) * np.sqrt(2), 3, test.df)
        assert row.p_corrected == pytest.approx(joint, rel=1e-9)
        error = abs(a.mean() - b.mean()) / abs(test.statistic)
        half = stats.studentized_range.isf(0.05, 3, test.df) / np.sqrt(2) * error
        assert (row.ci_high - row.ci_low) / 2 == pytest.approx(half, rel=1e-8)


def test_a_type_of_one_is_left_out_and_this_is_said():
    found = compared("a_type_of_one")
    assert "types with a single answer left out: 1" in found.tests["note"].iloc[0]
    alone = found.estimates[found.estimates["type"] == "b"].iloc[0]
    assert alone["n"] == 1
    assert np.isnan(alone["ci_low"])


@pytest.mark.parametrize("name", ["extreme_weights_yes_no", "extreme_weights_number"])
def test_extreme_weights(name):
    case, found = CASES[name], compared(name)
    means = found.estimates[found.estimates["category"].isin(["", "1"])]
    assert means["estimate"].tolist() == pytest.approx(case["mean"], **EXACT)
    assert found.summaries["effective_n"].tolist() == pytest.approx(case["kish"], **EXACT)
    if "test" in case:
        row = found.tests.iloc[0]
        expected = case["test"]["statistic"], case["test"]["df"][0], case["test"]["p"]
        assert (row["statistic"], row["df"], row["p_value"]) == pytest.approx(expected, **EXACT)


def test_extreme_weights_have_rs_errors():
    case = CASES["extreme_weights_yes_no"]
    weighed = weigh(case["type"], case["y"], case["weights"], 4, 2)
    assert np.sqrt(domain_means(weighed, [0.0, 1.0]).variance) == pytest.approx(case["se"], **EXACT)
    np.testing.assert_allclose(np.array(logit_interval(weighed))[:, :, 1].T, case["estimates"], rtol=1e-7)


class TestWhatOtherTestsLeave:
    """Fields of the stored figures that are not read elsewhere."""

    @pytest.mark.parametrize("outcome", ["autom", "score", "p7", "airquality"])
    def test_welch_of_each_pair(self, outcome):
        case = figures("numeric_by_group")["result"][outcome]
        groups = moments(*self.data(outcome), len(case["groups"]))
        first, second = np.triu_indices(len(case["groups"]), 1)
        found = welch(*(type(groups)(*(field[ends] for field in groups)) for ends in (first, second)))
        expected = [pair["welch"] for pair in case["pairs"]]
        for field, ours in (("diff", found.estimate), ("t", found.statistic), ("df", found.df), ("p", found.p_value)):
            assert ours == pytest.approx([pair[field] for pair in expected], rel=1e-6)
        np.testing.assert_allclose(np.transpose([found.low, found.high]), [pair["ci"] for pair in expected], rtol=1e-6)

    @pytest.mark.parametrize("outcome", ["score", "airquality"])
    def test_quartiles_and_dominance_of_numbers(self, outcome):
        case = figures("numeric_by_group")["result"][outcome]
        values, labels = self.data(outcome)
        keys = tuple("abcdefgh"[: len(case["groups"])])
        frame = pd.DataFrame({"x": values, "goal": 3.0})
        for scale in ("number", "ordinal"):
            items = (Item("x", scale=scale), GOAL)
            found = compare(classification(frame, [keys[t] for t in labels], items=items, keys=keys), "x")
            assert found.summaries["median"].tolist() == pytest.approx(case["median"])
            quartiles = found.summaries[["q25", "q75"]].to_numpy().T
            assert quartiles == pytest.approx(np.array([case["q25_type7"], case["q75_type7"]]))
        assert found.pairs["difference"].tolist() == pytest.approx([pair["rank_biserial"] for pair in case["pairs"]])

    def test_the_weighted_share_of_all_has_rs_logit_interval(self):
        data = figures("weighting_live")["data"]["synthetic"]
        case = figures("svymean")["result"]["synthetic_ozg"]
        whole = weigh(np.zeros(412, int), data["ozg"], data["weight"], 1, 2)
        assert np.array(logit_interval(whole))[:, 0, 1] == pytest.approx(case["overall_ci"]["logit"], rel=1e-7)
        by_type = weigh(np.array(data["cluster"]) - 1, data["ozg"], data["weight"], 4, 2)
        means = domain_means(by_type, [0.0, 1.0])
        assert means.mean == pytest.approx([group["mean"] for group in case["by_cluster"]], rel=1e-7)
        assert np.sqrt(means.variance) == pytest.approx([group["se"] for group in case["by_cluster"]], rel=1e-7)

    @pytest.mark.parametrize("name", ["ozg", "popclass", "bots"])
    def test_weighted_tables(self, name):
        data = figures("weighting_live")["data"]["synthetic"]
        if name not in data:
            data = data | {name: figures("indicators")["data"][name]}
        case = figures("svychisq")["result"][f"synthetic_weights_only__cluster_x_{name}"]
        values, codes = np.unique(data[name], return_inverse=True)
        table = weigh(np.array(data["cluster"]) - 1, codes, data["weight"], 4, len(values)).mass
        expected = np.array(case["weighted_table"])
        ours, theirs = (np.sort(cells.ravel()) / cells.sum() for cells in (table, expected))
        np.testing.assert_allclose(ours, theirs, rtol=1e-7)

    @staticmethod
    def data(outcome):
        stored = figures("indicators")["data"]
        if outcome == "airquality":
            data = stored["airquality"]
            values, labels = np.array(data["Ozone"], float), np.unique(data["Month"], return_inverse=True)[1]
        else:
            values, labels = np.array(stored[outcome], float), np.array(stored["cluster"]) - 1
        valid = ~np.isnan(values)
        return values[valid], labels[valid]


class TestAdjustedComparison:
    """R's logistic model of the types and size classes without interaction, standardised over the municipalities."""

    ORACLE = figures("adjusted_comparison")
    SIZES = ("<5k", "5-10k", "10-50k", ">50k")

    def cells(self):
        """Municipalities by size class and type, and how many of them say yes after the model."""
        data = figures("indicators")["data"]
        n = pd.crosstab(pd.Series(data["popclass"]), pd.Series(data["cluster"])).loc[list(self.SIZES)].to_numpy()
        coef = self.ORACLE["result"]["coef"]
        of_type = np.array([0, *(coef[f"cf{t}"] for t in (2, 3, 4))])
        of_size = np.array([0, *(coef[f"popclass{size}"] for size in self.SIZES[1:])])
        share = expit(coef["(Intercept)"] + of_size[:, None] + of_type)
        return n, np.stack([n * (1 - share), n * share], axis=-1)

    def test_standardising_what_the_model_says_is_g_computation(self):
        n, table = self.cells()
        shares = standardised_shares(table, n.sum(axis=1))
        expected = self.ORACLE["result"]["g_computation"]["mean"]
        assert shares.estimate[:, 1] == pytest.approx(expected, abs=self.ORACLE["tolerance"])

    def test_the_saturated_shares_lie_within_its_error_and_their_intervals_are_as_wide(self):
        """kommtyp's model is saturated (see stratified.json for R's figures); the two differ by the interaction."""
        data, expected = figures("indicators")["data"], self.ORACLE["result"]["g_computation"]
        sizes = [float(self.SIZES.index(size)) for size in data["popclass"]]
        frame = pd.DataFrame({"x": np.array(data["ozg"], float), "size": sizes, "goal": 3.0})
        items = (Item("x", scale="binary"), Item("size", role="context", scale="ordinal"), GOAL)
        types = [str(cluster) for cluster in data["cluster"]]
        found = compare(classification(frame, types, items=items, keys=("1", "2", "3", "4")), "x", adjust_for="size")
        mean, se = np.array(expected["mean"]), np.array(expected["se"])
        assert (np.abs(found.adjusted["estimate"] - mean) < se).all()
        half = (found.adjusted["ci_high"] - found.adjusted["ci_low"]) / 2
        assert (half / (1.96 * se)).between(0.85, 1.15).all()
        cmh = found.tests[found.tests["test"] == "cochran_mantel_haenszel"].iloc[0]
        lrt = self.ORACLE["result"]["lrt"]
        assert cmh["df"] == lrt["df"]
        assert cmh["statistic"] == pytest.approx(lrt["chi2"], rel=0.05)

    def test_differences_between_types_are_those_of_the_model(self):
        n, table = self.cells()
        shares = standardised_shares(table, n.sum(axis=1))
        apart = difference_of_shares(shares, [0, 0, 0], [1, 2, 3]).estimate[:, 1]
        mean = self.ORACLE["result"]["g_computation"]["mean"]
        assert apart == pytest.approx([mean[0] - other for other in mean[1:]], abs=self.ORACLE["tolerance"])
