"""The comparison of types: its tables, its figures, and answers that cannot be compared."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kommtyp.codebook import Codebook, Item
from kommtyp.comparison import Comparison, compare
from kommtyp.comparison.records import COLUMNS
from kommtyp.definitions import Definitions, TypeDefinition
from kommtyp.errors import FitError
from kommtyp.intervals import difference_from_all, wilson
from kommtyp.survey import Survey
from kommtyp.typology import Classification, Settings, Typology

REFERENCE = Path(__file__).parent / "reference"
KEYS = ("a", "b", "c", "d")
SETTINGS = Settings("ipsative", "kmeans", 4, 1, 0.75, 0, "four", weighted=False, version="0")
ITEMS = (
    Item("goal", role="goal", scale="rating", low=1, high=5),
    Item("bots", scale="binary"),
    Item("pick", scale="choice"),
    Item("ozg", scale="ordinal", codes=((0, "no"), (1, "planned"), (2, "partly"), (3, "yes"))),
    Item("way", scale="nominal", codes=(("own", "own"), ("joint", "joint"), ("land", "land"), ("none", "none"))),
    Item("staff", scale="number"),
    Item("land", role="context", scale="nominal"),
    Item("size", role="context", scale="ordinal", low=1, high=3),
    Item("key", role="key", scale="nominal"),
)


def read(name):
    return json.loads((REFERENCE / name).read_text())


def classification(answers, types, *, items=ITEMS, keys=KEYS):
    """Municipalities whose types are given, without the way that leads to them."""
    codebook = Codebook(items)
    definitions = Definitions(tuple(TypeDefinition(key, key.upper()) for key in keys))
    empty = dict.fromkeys(("centers", "scaling", "imputation", "labelling", "quality"))
    typology = Typology(definitions=definitions, codebook=codebook, goals=("goal",), settings=SETTINGS, **empty)
    column = pd.Series(pd.Categorical(types, categories=list(keys)), index=answers.index)
    rest = dict.fromkeys(("distances", "margin", "excluded", "ratings"))
    weights = pd.Series(1.0, index=answers.index)
    return Classification(survey=Survey(answers, codebook), typology=typology, types=column, weights=weights, **rest)


def example(n=200, seed=1):
    draw = np.random.default_rng(seed)
    types = draw.choice(KEYS, n)
    shift = np.searchsorted(KEYS, types)
    answers = pd.DataFrame(
        {
            "goal": draw.integers(1, 6, n).astype(float),
            "bots": (draw.random(n) < 0.1 + 0.15 * shift).astype(float),
            "pick": (draw.random(n) < 0.05).astype(float),
            "ozg": np.minimum(3, draw.poisson(0.6 + 0.4 * shift)).astype(float),
            "way": draw.choice(["own", "joint", "land"], n),
            "staff": np.exp(draw.normal(2 + 0.2 * shift, 0.5)),
            "land": draw.choice(["NI", "BY", "NW", "SH"], n, p=[0.4, 0.3, 0.25, 0.05]),
            "size": draw.integers(1, 4, n).astype(float),
        },
        index=[f"{key:08d}" for key in range(n)],
    )
    answers = answers.mask(draw.random(answers.shape) < 0.05)
    return classification(answers, np.where(draw.random(n) < 0.05, None, types))


@pytest.fixture(scope="module")
def result():
    return example()


@pytest.fixture(scope="module")
def comparison(result):
    return compare(result, ["bots", "pick", "ozg", "way", "staff", "land", "size"])


def test_the_tables_have_the_promised_columns(comparison):
    for name, columns in COLUMNS.items():
        assert getattr(comparison, name).columns.tolist() == columns, name
    assert comparison.estimates[["n", "missing"]].dtypes.map(lambda dtype: dtype.kind).tolist() == ["i", "i"]
    assert comparison.tests["p_value"].dtype == float
    assert all(isinstance(value, str) for value in comparison.estimates["category"])


def test_indicators_are_those_of_the_data_in_the_order_of_the_codebook(result):
    assert compare(result).tests["indicator"].unique().tolist() == ["bots", "pick", "ozg", "way", "staff"]
    assert compare(result, "land").tests["indicator"].tolist() == ["land"]
    assert compare(result, ["staff", "bots", "bots"]).tests["indicator"].tolist() == ["staff", "staff", "bots"]


def test_categories(comparison):
    categories = comparison.estimates.groupby("indicator", sort=False)["category"].unique().map(list).to_dict()
    assert categories == {
        "bots": ["1"],
        "pick": ["1"],
        "ozg": ["", "0", "1", "2", "3"],
        "way": ["own", "joint", "land", "none"],
        "staff": [""],
        "land": ["BY", "NI", "NW", "SH"],
        "size": ["", "1", "2", "3"],
    }
    assert comparison.estimates["type"].tolist()[:4] == list(KEYS)


def test_each_kind_of_answer_has_its_tests_and_effects(comparison):
    tests = comparison.tests.groupby("indicator", sort=False)["test"].apply(list).to_dict()
    assert tests["bots"] == ["pearson_chi2"]
    assert tests["pick"] == ["fisher_exact"]
    assert tests["ozg"] == tests["size"] == ["kruskal_wallis"]
    assert tests["staff"] == ["welch_anova", "kruskal_wallis"]
    assert tests["land"] == ["fisher_monte_carlo"]
    effects = comparison.effects.groupby("indicator", sort=False)["effect_name"].unique().map(list).to_dict()
    assert effects["bots"] == ["cramers_v", "cramers_v_corrected", "odds_ratio"]
    assert effects["ozg"] == ["rank_epsilon_squared", "mean_difference", "dunn_z"]
    assert effects["staff"] == ["omega_squared", "rank_epsilon_squared", "hedges_g"]
    assert comparison.residuals["indicator"].unique().tolist() == ["way", "land"]
    assert comparison.pairs.groupby("indicator", sort=False).size().to_dict() == {
        "bots": 6, "pick": 6, "ozg": 6, "way": 24, "staff": 6, "land": 24, "size": 6,
    }


def test_every_interval_contains_its_estimate(comparison):
    columns = {"estimates": "estimate", "pairs": "difference", "versus_rest": "difference"}
    for name, column in columns.items():
        table = getattr(comparison, name).dropna()
        assert ((table["ci_low"] <= table[column] + 1e-12) & (table[column] <= table["ci_high"] + 1e-12)).all(), name
    effects = pd.concat([comparison.effects, comparison.tests]).dropna(subset=["effect_low", "effect_high"])
    assert ((effects["effect_low"] <= effects["effect"]) & (effects["effect"] <= effects["effect_high"])).all()


def test_estimates_agree_with_pandas(result, comparison):
    table = comparison.estimates.set_index(["indicator", "category", "type"]).sort_index()
    answers, types = result.survey.answers, result.types
    for name in ("bots", "pick", "ozg", "staff"):
        means = answers[name].groupby(types, observed=False).mean()
        got = table.loc[(name, "" if name in ("ozg", "staff") else "1")].loc[list(KEYS)]
        np.testing.assert_allclose(got["estimate"], means)
        np.testing.assert_array_equal(got["n"], answers[name].groupby(types, observed=False).count())
        np.testing.assert_array_equal(got["n"] + got["missing"], types.value_counts().reindex(KEYS))
    shares = pd.crosstab(answers["way"], types, normalize="columns").reindex(["joint", "land", "none", "own"]).fillna(0)
    np.testing.assert_allclose(table.loc["way"]["estimate"], shares.to_numpy().ravel())
    distribution = comparison.estimates.query("indicator == 'ozg' and category != ''")
    np.testing.assert_allclose(distribution.groupby("type")["estimate"].sum(), 1)
    summaries = comparison.summaries.query("indicator == 'staff'").set_index("type")
    np.testing.assert_allclose(summaries["median"], answers["staff"].groupby(types, observed=False).median())
    np.testing.assert_allclose(summaries["sd"], answers["staff"].groupby(types, observed=False).std())
    np.testing.assert_allclose(summaries["q25"], answers["staff"].groupby(types, observed=False).quantile(0.25))


def oracle(outcome, scale):
    data = read("indicators.json")["data"]
    answers = pd.DataFrame({"x": [np.nan if value is None else value for value in data[outcome]]})
    types = [str(cluster) for cluster in data["cluster"]]
    return classification(answers, types, items=(Item("x", scale=scale), *ITEMS[:1]), keys=("1", "2", "3", "4"))


def test_binary_indicators_agree_with_r():
    case, posthoc = read("contingency.json")["result"]["cluster_x_ozg"], read("posthoc_proportions.json")["result"]
    found = compare(oracle("ozg", "binary"), "x")
    row = found.tests.iloc[0]
    assert row["statistic"] == pytest.approx(case["chisq"]["statistic"], abs=1e-9)
    assert row["p_value"] == pytest.approx(case["chisq"]["p"], rel=1e-9)
    assert row["effect"] == pytest.approx(case["cramers_v_bias_corrected"], abs=1e-9)
    assert found.effects["effect"].iloc[0] == pytest.approx(case["cramers_v"], abs=1e-9)
    np.testing.assert_allclose(found.versus_rest["p_value"], posthoc["cell_p_unadjusted"], rtol=1e-9)
    np.testing.assert_allclose(found.versus_rest["p_corrected"], posthoc["cell_p_holm"], rtol=1e-9)
    holm = pd.DataFrame(posthoc["pairwise_prop_no_correct_holm"]).to_numpy().T
    np.testing.assert_allclose(found.pairs["p_corrected"], holm[np.triu_indices(3)], rtol=1e-9)
    bh = compare(oracle("ozg", "binary"), "x", correction="bh").versus_rest["p_corrected"]
    np.testing.assert_allclose(bh, posthoc["cell_p_BH"], rtol=1e-9)


@pytest.mark.parametrize("outcome", ["autom", "p7"])
def test_ordinal_indicators_agree_with_r(outcome):
    case = read("numeric_by_group.json")["result"][outcome]
    found = compare(oracle(outcome, "ordinal"), "x")
    row = found.tests.iloc[0]
    assert (row["statistic"], row["df"]) == (pytest.approx(case["kruskal"]["H"], rel=1e-9), 3)
    assert row["effect"] == pytest.approx(case["rank_epsilon_squared"], rel=1e-9)
    means = found.estimates.query("category == ''")
    np.testing.assert_allclose(means["estimate"], case["mean"])
    np.testing.assert_array_equal(found.summaries["median"], case["median"])
    np.testing.assert_allclose(found.summaries[["q25", "q75"]].T, [case["q25_type7"], case["q75_type7"]])
    np.testing.assert_allclose(found.pairs["difference"], [pair["rank_biserial"] for pair in case["pairs"]])
    np.testing.assert_allclose(found.pairs["p_value"], [pair["p"] for pair in case["dunn"]], rtol=1e-8)
    np.testing.assert_allclose(found.pairs["p_corrected"], [pair["p_holm"] for pair in case["dunn"]], rtol=1e-8)
    welch = found.effects.query("effect_name == 'mean_difference'")[["effect_low", "effect_high"]]
    np.testing.assert_allclose(welch, [pair["welch"]["ci"] for pair in case["pairs"]], rtol=1e-9)


def test_numbers_agree_with_r():
    case = read("numeric_by_group.json")["result"]["score"]
    found = compare(oracle("score", "number"), "x")
    welch, ranks = found.tests.iloc[0], found.tests.iloc[1]
    assert (welch["statistic"], welch["p_value"]) == pytest.approx((case["welch_anova"]["F"], case["welch_anova"]["p"]))
    assert f"{case['welch_anova']['df'][1]:.2f}" in welch["note"]
    assert welch["effect"] == pytest.approx(case["omega2"])
    assert ranks["p_value"] == pytest.approx(case["kruskal"]["p"])
    assert np.isnan(ranks["p_corrected"])
    expected = pd.DataFrame(case["games_howell"])
    np.testing.assert_allclose(found.pairs["difference"], -expected["estimate"], rtol=1e-9)
    np.testing.assert_allclose(found.pairs[["ci_high", "ci_low"]], -expected[["ci_low", "ci_high"]], rtol=1e-6)
    np.testing.assert_allclose(found.pairs["p_value"], [pair["welch"]["p"] for pair in case["pairs"]], rtol=1e-9)
    g = found.effects.query("effect_name == 'hedges_g'")["effect"]
    np.testing.assert_allclose(g, [pair["hedges_g"] for pair in case["pairs"]], rtol=1e-9)
    raw = compare(oracle("score", "number"), "x", correction="none")
    np.testing.assert_array_equal(raw.pairs["p_corrected"], raw.pairs["p_value"])


def test_cells_of_nominal_indicators_agree_with_r():
    data, case = read("indicators.json")["data"], read("contingency.json")["result"]["cluster_x_popclass"]
    catdes = read("catdes.json")["category"]
    answers = pd.DataFrame({"x": data["popclass"]})
    types = [str(cluster) for cluster in data["cluster"]]
    found = compare(classification(answers, types, items=(Item("x"), ITEMS[0]), keys=("1", "2", "3", "4")), "x")
    cells = found.residuals.pivot_table(index="type", columns="category", values="residual", sort=False)
    expected = np.array(case["standardized_residuals"])
    np.testing.assert_allclose(np.sort(cells.to_numpy().ravel()), np.sort(expected.ravel()), atol=1e-9)
    for row in found.residuals.itertuples():
        assert row.v_test == pytest.approx(catdes[row.type][f"popclass={row.category}"][0], rel=1e-9)


def test_overall_tests_are_corrected_over_the_call(result):
    names = ["bots", "pick", "ozg", "way"]
    together, alone = compare(result, names), compare(result, "ozg")
    raw = together.tests["p_value"].to_numpy()
    np.testing.assert_allclose(together.tests["p_corrected"].min(), 4 * raw.min())
    assert alone.tests["p_corrected"].item() == alone.tests["p_value"].item() == raw[2]
    assert (compare(result, names, correction="none").tests["p_corrected"] == raw).all()


def test_an_indicator_has_the_same_figures_whatever_else_is_compared(result, comparison):
    alone = compare(result, "land")
    for name in ("estimates", "versus_rest", "residuals", "effects", "pairs"):
        table = getattr(comparison, name).query("indicator == 'land'").reset_index(drop=True)
        pd.testing.assert_frame_equal(getattr(alone, name), table)
    other = compare(result, "land", random_state=1)
    assert other.tests["p_value"].item() != alone.tests["p_value"].item()


def test_without_pairs(result):
    found = compare(result, ["bots", "ozg", "staff"], pairwise=False)
    assert found.pairs.empty
    assert found.pairs.columns.tolist() == COLUMNS["pairs"]
    assert (found.effects["type_a"] == "").all()
    assert len(found.versus_rest) == 12


def test_versus_rest_has_the_sign_of_the_difference_from_all(result):
    found = compare(result, "bots")
    labels = result.types.cat.codes.to_numpy()
    for place, difference in enumerate(found.versus_rest["difference"]):
        all_types = difference_from_all(result.survey.answers["bots"], labels, [place], k=4, shares=True)
        assert np.sign(difference) == np.sign(all_types.estimate)


def test_level(result):
    found = compare(result, "bots", level=0.9).estimates.iloc[0]
    assert found["ci_low"] == pytest.approx(wilson(round(found["estimate"] * found["n"]), found["n"], level=0.9).low)


def test_municipalities_without_a_type_take_no_part(result):
    typed = result.types.notna().to_numpy()
    survey = replace(result.survey, answers=result.survey.answers[typed])
    without = replace(result, survey=survey, types=result.types[typed])
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(compare(without), name), getattr(compare(result), name))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_row_order_and_padding_with_missing_rows_change_nothing(result, random):
    order = list(range(len(result.types)))
    random.shuffle(order)
    shuffled = replace(
        result, survey=replace(result.survey, answers=result.survey.answers.iloc[order]), types=result.types.iloc[order]
    )
    empty = pd.DataFrame(np.nan, index=["x", "y"], columns=result.survey.answers.columns)
    padded_answers = pd.concat([result.survey.answers, empty.astype(result.survey.answers.dtypes)])
    types = pd.Series(pd.Categorical([*result.types, "b", None], categories=list(KEYS)), index=padded_answers.index)
    padded = replace(result, survey=replace(result.survey, answers=padded_answers), types=types)
    plain = compare(result, ["bots", "ozg", "way", "staff"])
    for other in (shuffled, padded):
        found = compare(other, ["bots", "ozg", "way", "staff"])
        for name in COLUMNS:
            first, second = (getattr(table, name).drop(columns="missing", errors="ignore") for table in (plain, found))
            pd.testing.assert_frame_equal(second, first, rtol=1e-9, atol=1e-12)


def test_renamed_types_bear_the_same_figures(result):
    names = ["bots", "ozg", "staff"]
    turned = classification(result.survey.answers, result.types, keys=tuple(reversed(KEYS)))
    plain, other = compare(result, names), compare(turned, names)
    for name, keys in (("estimates", ["indicator", "category", "type"]), ("versus_rest", ["indicator", "type"])):
        first, second = (getattr(table, name).sort_values(keys, ignore_index=True) for table in (plain, other))
        pd.testing.assert_frame_equal(first, second, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(plain.tests["p_value"], other.tests["p_value"])
    keys = ["indicator", "type_a", "type_b"]
    swapped = other.pairs.rename(columns={"type_a": "type_b", "type_b": "type_a"}).sort_values(keys)
    ordered = plain.pairs.sort_values(keys)
    np.testing.assert_allclose(swapped["difference"], -ordered["difference"], atol=1e-12)
    np.testing.assert_allclose(swapped["ci_low"], -ordered["ci_high"], atol=1e-7)


NOTHING = {
    "all missing": [np.nan] * 12,
    "all alike": [1.0] * 12,
    "one answer": [1.0] + [np.nan] * 11,
    "one type answers": [0.0, 1.0, 1.0] + [np.nan] * 9,
    "a type does not answer": [0.0, 1.0, 1.0] * 3 + [np.nan] * 3,
    "each type alike": [0.0] * 3 + [1.0] * 3 + [0.0] * 6,
}
REASONS = {
    "all missing": "no answers",
    "all alike": "alike",
    "one answer": "fewer than two types",
    "one type answers": "fewer than two types",
    "a type does not answer": "no answers: d",
    "each type alike": "",
}


@pytest.mark.parametrize("case", list(NOTHING))
@pytest.mark.parametrize("scale", ["binary", "choice", "ordinal", "nominal", "number", "rating"])
def test_answers_that_cannot_be_compared_give_rows_with_reasons(case, scale):
    values = pd.Series(NOTHING[case])
    if scale == "nominal":
        values = values.map({0.0: "no", 1.0: "yes"}).astype(str).where(values.notna())
    ends = {"low": 0, "high": 4} if scale == "rating" else {}
    items = (Item("x", scale=scale, **ends), ITEMS[0]) if scale != "rating" else (Item("x", scale=scale, **ends),)
    found = compare(classification(pd.DataFrame({"x": values}), np.repeat(KEYS, 3), items=items), "x")
    assert (found.tests["note"] != "").any() or REASONS[case] == "" or scale in ("ordinal", "rating")
    main = found.tests.iloc[0]
    if case in ("all missing", "all alike", "one answer", "one type answers"):
        assert np.isnan(main["p_value"])
        assert REASONS[case] in found.tests["note"].str.cat(sep=" ")
    assert main["n"] == values.notna().sum()
    if not (scale == "nominal" and case == "all missing"):
        sizes = found.estimates.drop_duplicates("type")
        assert (sizes["n"] + sizes["missing"]).tolist() == [3, 3, 3, 3]
    if case == "a type does not answer":
        assert "no answers: d" in main["note"]
        assert found.estimates.query("type == 'd'")["estimate"].isna().all()
    assert isinstance(repr(found), str)


def test_more_answers_than_can_be_compared_are_not_shown():
    answers = pd.DataFrame({"land": [f"town {place}" for place in range(60)]})
    found = compare(classification(answers, np.repeat(KEYS, 15)), "land")
    assert "60 possible answers" in found.tests["note"].item()
    assert found.estimates.empty
    assert not any("town" in str(value) for value in found.tests.to_numpy().ravel())


def test_as_many_answers_as_rows():
    answers = pd.DataFrame({"land": [f"town {place}" for place in range(12)]})
    found = compare(classification(answers, np.repeat(KEYS, 3)), "land")
    assert found.tests["p_value"].item() == pytest.approx(1)


def test_an_ordinal_item_with_many_values_has_means_alone():
    answers = pd.DataFrame({"x": np.arange(120.0)})
    found = compare(classification(answers, np.tile(KEYS, 30), items=(Item("x", scale="ordinal"), ITEMS[0])), "x")
    assert found.estimates["category"].unique().tolist() == [""]


def test_no_indicators():
    answers = pd.DataFrame({"goal": [1.0, 2.0]})
    found = compare(classification(answers, ["a", "b"]))
    assert all(getattr(found, name).empty for name in COLUMNS)
    assert [getattr(found, name).columns.tolist() for name in COLUMNS] == list(COLUMNS.values())
    assert "0 indicators" in repr(found)


def test_the_input_is_not_written_to(result):
    answers, types = result.survey.answers.copy(), result.types.copy()
    compare(result)
    pd.testing.assert_frame_equal(result.survey.answers, answers)
    pd.testing.assert_series_equal(result.types, types)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_boot": 1}, "n_boot: 1 does not do. Use a whole number of at least 2, or 0"),
        ({"n_boot": 100, "n_init": 0}, "n_init: 0 does not do"),
        ({"level": 95}, "level: 95 is not between 0 and 1"),
        ({"level": "0.95"}, "level"),
        ({"correction": "Holm"}, "Did you mean 'holm'"),
        ({"pairwise": "yes"}, "pairwise"),
        ({"random_state": -1}, "random_state"),
        ({"random_state": True}, "random_state"),
        ({"indicators": ["bot"]}, "Did you mean 'bots'"),
        ({"indicators": "goal"}, "formed from"),
        ({"indicators": ["key"]}, "'key' is not known"),
        ({"indicators": [3]}, "indicators: 3 given. Use a name, or a list of names"),
        ({"indicators": 3}, "indicators: 3 given"),
        ({"indicators": [["bots"]]}, r"indicators: \['bots'\] given"),
        ({"adjust_for": 3}, "adjust_for: 3 given"),
        ({"n_boot": np.array([1, 2])}, "n_boot: .* does not do"),
        ({"n_boot": 0.0}, "n_boot: 0.0 does not do"),
    ],
)
def test_what_cannot_be_done_is_refused(result, options, message):
    with pytest.raises(FitError, match=message):
        compare(result, **options)


def test_other_objects_are_refused(result):
    with pytest.raises(FitError, match="DataFrame given"):
        compare(result.survey.answers)


def test_it_shows_itself(comparison):
    assert isinstance(comparison, Comparison)
    lines = repr(comparison).splitlines()
    assert lines[0] == "Comparison of 4 types on 7 indicators (intervals 95%, correction holm)"
    assert len(lines) == 8
    assert "bots" in lines[1]
    html = comparison._repr_html_()
    assert html.count("<tr>") == 7 + 8, "seven indicators, two of them with four answers each"
    nasty = replace(comparison, tests=comparison.tests.assign(indicator="<b>"))
    assert "<b>" not in nasty._repr_html_()
