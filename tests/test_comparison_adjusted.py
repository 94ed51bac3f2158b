"""The adjusted comparison: its tables, pooled strata, weights, and items that cannot be adjusted for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from reference_data import figures
from test_comparison import ITEMS, KEYS, classification, example

from kommtyp.codebook import Item
from kommtyp.comparison import compare
from kommtyp.comparison.records import COLUMNS
from kommtyp.errors import FitError
from kommtyp.reporting.notes import remark

TABLES = ("adjusted", "adjusted_differences", "strata")


@pytest.fixture(scope="module")
def result():
    return example()


@pytest.fixture(scope="module")
def comparison(result):
    return compare(result, adjust_for=["size", "land"])


def synthetic(*names):
    """The synthetic municipalities that R's figures were computed from."""
    table = figures("indicators")["data"]
    answers = pd.DataFrame({name: table[name] for name in ("ozg", "autom", "score", "popclass")})
    answers = answers.astype({"ozg": float, "autom": float})
    items = (
        Item("ozg", scale="binary"),
        Item("autom", scale="ordinal", low=1, high=4),
        Item("score", scale="number"),
        Item("popclass", role="context", scale="nominal"),
    )
    types = np.array(KEYS)[np.array(table["cluster"]) - 1]
    return compare(classification(answers, types, items=items), list(names), adjust_for="popclass")


def with_weights(result, weights):
    return replace(result, weights=pd.Series(np.asarray(weights, float), index=result.types.index))


def uneven(result, seed=4):
    return with_weights(result, np.random.default_rng(seed).choice([0.5, 0.8, 1.0, 1.333, 2.5], len(result.types)))


def test_nothing_is_adjusted_unless_asked_for(result):
    plain = compare(result)
    assert all(getattr(plain, name).empty for name in TABLES)
    assert all(getattr(plain, name).columns.tolist() == COLUMNS[name] for name in TABLES)


def test_estimates_are_those_of_saturated_models_in_r():
    found, reference = synthetic("ozg", "score"), figures("stratified")
    table = found.adjusted.set_index("indicator")["estimate"]
    assert table["ozg"].tolist() == pytest.approx(reference["ozg_standardised"], abs=1e-8)
    assert table["score"].tolist() == pytest.approx(reference["score_standardised"], rel=1e-10)
    cmh = found.tests.query("indicator == 'ozg' and test == 'cochran_mantel_haenszel'").iloc[0]
    expected = [*reference["ozg_popclass"].values()]
    assert [cmh["statistic"], cmh["df"], cmh["p_value"]] == pytest.approx(expected, rel=1e-8)


def test_tables_fit_together(result, comparison):
    plain = comparison.estimates.rename(columns={"estimate": "raw"})
    assert comparison.adjusted[["indicator", "category", "type"]].equals(plain[["indicator", "category", "type"]])
    np.testing.assert_allclose(comparison.adjusted["raw"], plain["raw"])
    everyone = comparison.adjusted["n"] + comparison.adjusted["missing"]
    np.testing.assert_array_equal(everyone, plain["n"] + plain["missing"])
    for table, column in (("adjusted", "estimate"), ("adjusted_differences", "difference")):
        rows = getattr(comparison, table).dropna()
        assert len(rows)
        assert ((rows["ci_low"] <= rows[column]) & (rows[column] <= rows["ci_high"])).all()
    shares = comparison.adjusted.query("indicator == 'way'").groupby("type")["estimate"].sum()
    np.testing.assert_allclose(shares, 1)
    sizes = comparison.strata.groupby("indicator", sort=False)["n"].sum()
    np.testing.assert_array_equal(sizes, comparison.adjusted.drop_duplicates(["indicator", "type"])
                                  .groupby("indicator", sort=False)["n"].sum())


def test_differences_are_those_of_the_estimates(comparison):
    estimates = comparison.adjusted.set_index(["indicator", "category", "type"])
    rows = comparison.adjusted_differences
    pairs = rows[rows["type_b"] != ""]
    for column, of in (("estimate", "difference"), ("raw", "raw")):
        first, second = (
            estimates[column].loc[pd.MultiIndex.from_frame(pairs[["indicator", "category", end]])].to_numpy()
            for end in ("type_a", "type_b")
        )
        np.testing.assert_allclose(first - second, pairs[of], atol=1e-12)
    counts = rows.groupby("indicator", sort=False).size().to_dict()
    assert counts == {"bots": 10, "pick": 10, "ozg": 10, "way": 40, "staff": 10}
    apart = rows.query("indicator == 'bots' and type_a == 'a' and type_b == ''")["raw"].item()
    against = comparison.versus_rest.query("indicator == 'bots' and type == 'a'")["difference"].item()
    assert apart == pytest.approx(against)


def test_the_test_within_strata_stands_beside_and_is_not_counted(result, comparison):
    rows = comparison.tests[comparison.tests["test"] == "cochran_mantel_haenszel"]
    assert rows["indicator"].tolist() == ["bots", "pick", "ozg", "way", "staff"]
    assert rows["p_corrected"].isna().all()
    assert rows["note"].str.contains("not counted in the correction").all()
    plain = compare(result).tests
    counted = comparison.tests.dropna(subset="p_corrected")
    np.testing.assert_allclose(counted["p_corrected"], plain["p_corrected"].dropna())
    assert "5 indicators" in repr(comparison)


def test_pooled_strata_are_said(comparison, result):
    adjusted = comparison.adjusted
    assert adjusted["note"].str.fullmatch(r"\d+ strata pooled to \d+, so that each holds all types").all()
    notes = [*adjusted["note"].unique(), *comparison.tests["note"][comparison.tests["note"].str.contains("strata")]]
    assert all("Schichten" in remark(note, {}, "de") and "strata" not in remark(note, {}, "de") for note in notes)
    strata = comparison.strata.query("indicator == 'bots'")
    assert strata["stratum"].tolist() == list(range(1, len(strata) + 1))
    assert strata["levels"].str.contains(" × ").all()
    only_size = compare(result, "bots", adjust_for="size")
    assert only_size.adjusted["note"].unique().tolist() == [""]
    assert only_size.strata["levels"].tolist() == ["1", "2", "3"]


def test_without_pairs(result):
    found = compare(result, ["bots", "ozg"], adjust_for="size", pairwise=False)
    assert found.adjusted_differences["type_b"].unique().tolist() == [""]


def test_an_indicator_that_is_adjusted_for_itself(result):
    found = compare(result, ["size", "bots"], adjust_for="size")
    assert found.adjusted["indicator"].unique().tolist() == ["bots"]
    row = found.tests.query("indicator == 'size' and test == 'none'").iloc[0]
    assert row["note"].startswith("is itself adjusted for")


def hard(**columns):
    answers = pd.DataFrame({"bots": [0.0, 1, 0, 1, 1, 0, 1, 0], **columns})
    items = tuple(item for item in ITEMS if item.name in answers)
    return classification(answers, list("aabbccdd"), items=items)


def test_strata_that_never_share_all_types_leave_nothing_to_adjust():
    found = compare(hard(land=["NI"] * 4 + ["BY"] * 3 + ["NI"]), "bots", adjust_for="land")
    assert found.adjusted["strata"].unique().tolist() == [1]
    assert "nothing is adjusted" in found.adjusted["note"].iloc[0]
    np.testing.assert_allclose(found.adjusted["estimate"], found.adjusted["raw"])


def test_an_indicator_without_answers_or_variation():
    land = ["NI", "BY"] * 4
    nobody = compare(hard(land=land, pick=[np.nan] * 8), "pick", adjust_for="land")
    assert nobody.adjusted["estimate"].isna().all()
    assert nobody.adjusted["n"].tolist() == [0] * 4
    assert nobody.strata.empty
    alike = compare(hard(land=land, pick=[0.0] * 8), "pick", adjust_for="land")
    assert alike.adjusted["estimate"].tolist() == [0] * 4
    assert (alike.adjusted["ci_high"] > 0).all()
    assert alike.tests["test"].tolist() == ["none", "none"]


def test_a_type_without_answers():
    values = [0.0, 1, 0, 1, 1, 0, np.nan, np.nan]
    found = compare(hard(land=["NI", "BY"] * 4, pick=values), "pick", adjust_for="land")
    assert found.adjusted["estimate"].notna().tolist() == [True, True, True, False]
    assert found.adjusted["missing"].tolist() == [0, 0, 0, 2]
    assert found.adjusted["strata"].unique().tolist() == [2]


def test_missing_levels_count_as_missing():
    found = compare(hard(land=["NI", None, "NI", "BY", "NI", "BY", "NI", "BY"]), "bots", adjust_for="land")
    assert found.adjusted["missing"].tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("adjust_for", "columns", "message"),
    [
        ("staff", {"staff": range(8)}, "'staff' is a number, and strata need few levels"),
        ("goal", {"goal": [1.0, 2] * 4}, "'goal' is one of the goals"),
        ("sizes", {"size": [1.0, 2] * 4}, "Did you mean 'size'"),
        ([], {"size": [1.0, 2] * 4}, "no item given"),
        ([3], {"size": [1.0, 2] * 4}, "3 given"),
        (["size", "land"], {"size": [1.0, 2] * 4, "land": ["NI"] * 8}, "'land' has one level, 'NI'"),
        ("size", {"size": [np.nan] * 8}, "'size' has no valid answers"),
        ("land", {"land": list("wwxxyyzz")}, "'land' decides on the type"),
        ("land", {"land": list("stuvwxyz")}, "'land' decides on the type"),
    ],
)
def test_what_cannot_be_adjusted_for_is_refused(adjust_for, columns, message):
    with pytest.raises(FitError, match=f"adjust_for: .*{message}"):
        compare(hard(**columns), "bots", adjust_for=adjust_for)


def test_numbers_point_to_the_size_class(sample):
    answers = pd.DataFrame({"bots": [0.0, 1] * 4, "einwohner": range(8), "groessenklasse": [1.0, 2, 2, 1] * 2})
    items = (
        Item("bots", scale="binary"),
        Item("einwohner", role="context", scale="number"),
        Item("groessenklasse", role="context", scale="ordinal", low=1, high=7),
    )
    found = classification(answers, list("aabbccdd"), items=items)
    with pytest.raises(FitError, match="Use 'groessenklasse' instead"):
        compare(found, "bots", adjust_for="einwohner")


def test_an_indicator_that_nobody_with_a_stratum_answered_has_reasons():
    values, land = [1.0, 0, 1, 0] + [np.nan] * 4, [None] * 4 + ["NI", "BY"] * 2
    for result in (hard(pick=values, land=land), uneven(hard(pick=values, land=land))):
        found = compare(result, "pick", adjust_for="land")
        reason = "no answers of those whose strata are known"
        assert found.adjusted["note"].tolist() == [reason] * 2 + ["no answers"] * 2
        assert all(remark(note, {}, "de").startswith("keine Antworten") for note in found.adjusted["note"])
        assert found.adjusted["missing"].tolist() == [2] * 4


def test_a_type_in_one_stratum_only_leaves_one_stratum():
    land = ["NI", "NI", "NI", "BY", "NI", "BY", "NI", "BY"]
    for result in (hard(land=land), uneven(hard(land=land))):
        found = compare(result, "bots", adjust_for="land")
        assert found.strata["levels"].tolist() == ["BY; NI"]
        assert found.adjusted["note"].str.startswith("2 strata pooled to one, so nothing is adjusted").all()
        np.testing.assert_allclose(found.adjusted["estimate"], found.adjusted["raw"])


class TestWithWeights:
    """The same tables, by the municipalities' weights."""

    def oracle(self, *names):
        data = figures("weighting_live")["data"]["synthetic"]
        answers = pd.DataFrame({name: np.array(data[name], dtype=float) for name in ("ozg", "fim", "autom", "score")})
        answers["popclass"] = data["popclass"]
        items = (
            Item("ozg", scale="binary"),
            Item("fim", scale="binary"),
            Item("autom", scale="ordinal", low=1, high=4),
            Item("score", scale="number"),
            Item("popclass", role="context", scale="nominal"),
        )
        types = np.array(KEYS)[np.array(data["cluster"]) - 1]
        result = with_weights(classification(answers, types, items=items), data["weight"])
        return compare(result, list(names), adjust_for="popclass")

    def test_estimates_are_the_predictive_margins_of_svyglm(self):
        found, reference = self.oracle("ozg", "fim", "score"), figures("weighted_strata")["standardised"]
        table = found.adjusted.groupby("indicator")["estimate"].apply(list)
        for name in ("ozg", "fim", "score"):
            assert table[name] == pytest.approx(reference[name]["mean"], rel=1e-10)
        share = found.strata.query("indicator == 'ozg'")["share"]
        weights = pd.Series(figures("weighting_live")["data"]["synthetic"]["weight"])
        classes = pd.Series(figures("weighting_live")["data"]["synthetic"]["popclass"])
        np.testing.assert_allclose(np.sort(share), np.sort(weights.groupby(classes).sum() / weights.sum()))

    def test_the_test_within_strata_is_the_score_test_in_r(self):
        found = self.oracle("ozg", "fim", "autom").tests.query("test == 'weighted_cmh_f'").set_index("indicator")
        for name in ("ozg", "fim"):
            expected = figures("weighted_strata")["score_test"][name]
            row = found.loc[name]
            assert [row["statistic"], row["df"], row["p_value"]] == pytest.approx(
                [expected["F"], expected["df"], expected["p"]], rel=1e-8
            )
            assert np.isnan(row["p_corrected"])
            assert "not counted in the correction" in row["note"]
            assert "Schichten" in remark(row["note"], {}, "de")
        assert 0 < found.loc["autom", "p_value"] < 0.05

    def test_tables_fit_together(self, result):
        weighted = uneven(result)
        found = compare(weighted, adjust_for=["size", "land"])
        plain = found.estimates
        assert found.adjusted[["indicator", "category", "type"]].equals(plain[["indicator", "category", "type"]])
        np.testing.assert_allclose(found.adjusted["raw"], plain["estimate"])
        np.testing.assert_array_equal(found.adjusted["n"] + found.adjusted["missing"], plain["n"] + plain["missing"])
        for table, column in (("adjusted", "estimate"), ("adjusted_differences", "difference")):
            rows = getattr(found, table)
            assert rows[[column, "ci_low", "ci_high"]].notna().all(axis=None)
            assert ((rows["ci_low"] <= rows[column] + 1e-12) & (rows[column] <= rows["ci_high"] + 1e-12)).all()
        np.testing.assert_allclose(found.strata.groupby("indicator")["share"].sum(), 1)
        rows = found.adjusted_differences.query("indicator == 'staff' and type_b == ''")
        against = found.versus_rest.query("indicator == 'staff'")["difference"]
        np.testing.assert_allclose(rows["raw"], against)

    def test_the_strata_are_those_without_weights(self, result, comparison):
        found = compare(uneven(result), adjust_for=["size", "land"])
        pd.testing.assert_frame_equal(found.strata.drop(columns="share"), comparison.strata.drop(columns="share"))

    def test_municipalities_of_weight_zero_count_as_missing(self, result):
        weights = np.where(np.arange(len(result.types)) % 7 == 0, 0, 1.5)
        found = compare(with_weights(result, weights), ["bots", "staff"], adjust_for="size")
        without = result.survey.answers.where(pd.Series(weights, index=result.types.index) > 0)
        without["size"] = result.survey.answers["size"]
        plain = compare(replace(result, survey=replace(result.survey, answers=without)), ["bots", "staff"],
                        adjust_for="size")
        for name in ("adjusted", "adjusted_differences"):
            columns = [column for column in COLUMNS[name] if column not in ("ci_low", "ci_high")]
            pd.testing.assert_frame_equal(getattr(found, name)[columns], getattr(plain, name)[columns])

    def test_a_type_whose_weights_are_all_zero(self, result):
        found = compare(with_weights(result, np.where(result.types == "b", 0, 1.5)), "bots", adjust_for="size")
        row = found.adjusted.query("type == 'b'").iloc[0]
        assert (row["n"], row["note"]) == (0, "no answers")
        assert found.adjusted.query("type != 'b'")["estimate"].notna().all()
        assert "no answers: b" in found.tests.query("test == 'weighted_cmh_f'")["note"].item()

    @pytest.mark.parametrize("weights", [10.0 ** np.linspace(-6, 3, 8), [1e9] + [1.0] * 7, [1e-9] + [1.0] * 7])
    @pytest.mark.parametrize("value", [0.0, 1.0, None])
    def test_extremely_unequal_weights(self, weights, value):
        answers = {"land": ["NI", "BY"] * 4, "staff": np.arange(8.0)}
        result = hard(**answers) if value is None else hard(**answers | {"bots": [value] * 8, "staff": [value] * 8})
        found = compare(with_weights(result, weights), ["bots", "staff"], adjust_for="land")
        rows = found.adjusted
        assert rows["estimate"].notna().all()
        assert (rows["ci_low"].notna() | (rows["note"] != "")).all()
        shares = rows[rows["category"] == "1"]
        assert ((shares["ci_low"] >= 0) & (shares["ci_high"] <= 1)).all()
        assert (found.tests["p_value"].notna() | (found.tests["note"] != "")).all()

    def test_one_heavy_municipality_is_seen_in_the_width(self, result):
        weights = np.ones(len(result.types))
        weights[np.flatnonzero(result.types == "a")[0]] = 60
        even = compare(with_weights(result, np.where(weights == 1, 1, 1.01)), "bots", adjust_for="size").adjusted
        heavy = compare(with_weights(result, weights), "bots", adjust_for="size").adjusted
        width = [(table["ci_high"] - table["ci_low"]).to_numpy() for table in (even, heavy)]
        assert width[1][0] > 1.5 * width[0][0]
