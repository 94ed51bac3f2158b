"""The adjusted comparison: its tables, pooled strata, and items that cannot be adjusted for."""


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
        ([3], {"size": [1.0, 2] * 4}, "3 is not known"),
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
