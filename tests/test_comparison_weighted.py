"""The comparison of municipalities with weights."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kommtyp.codebook import Item
from kommtyp.comparison import compare
from kommtyp.comparison.records import COLUMNS
from tests.reference_data import figures
from tests.test_comparison import ITEMS, KEYS, classification, example

LIVE = figures("weighting_live")
NAMES = ["bots", "pick", "ozg", "way", "staff"]


def with_weights(result, weights):
    return replace(result, weights=pd.Series(np.asarray(weights, float), index=result.types.index))


def uneven(n):
    return np.random.default_rng(4).choice([0.5, 0.8, 1.0, 1.333, 2.5], n)


@pytest.fixture(scope="module")
def result():
    plain = example()
    return with_weights(plain, uneven(len(plain.types)))


@pytest.fixture(scope="module")
def comparison(result):
    return compare(result, NAMES)


def oracle(name, scale):
    data = LIVE["data"]["synthetic"]
    answers = pd.DataFrame({"x": pd.Series(data[name], dtype=None if scale == "nominal" else float)})
    items = (Item("x", scale=scale), ITEMS[0])
    types = [str(cluster) for cluster in data["cluster"]]
    found = classification(answers, types, items=items, keys=("1", "2", "3", "4"))
    return compare(with_weights(found, data["weight"]), "x")


def test_shares_agree_with_r():
    found, expected = oracle("ozg", "binary"), figures("svymean")["result"]["synthetic_ozg"]["by_cluster_logit"]
    logit = [group["logit"] for group in expected]
    np.testing.assert_allclose(found.estimates[["estimate", "ci_low", "ci_high"]], logit, rtol=1e-7)
    np.testing.assert_allclose(found.summaries["design_effect"], LIVE["means"]["ozg"]["deff"], rtol=1e-9)
    test = found.tests.iloc[0]
    expected = figures("svychisq")["result"]["synthetic_weights_only__cluster_x_ozg"]["F"]
    assert (test["test"], test["n"]) == ("rao_scott_f", 412)
    assert (test["statistic"], test["p_value"]) == pytest.approx((expected["statistic"], expected["p"]), rel=1e-7)
    assert "effective n 325.1, design effect of the weights 1.27" in test["note"]


def test_weights_that_are_too_uneven_for_shares_are_said_to_be(result):
    notes = compare(with_weights(result, np.geomspace(0.1, 10, len(result.types))), ["bots", "ozg"]).tests["note"]
    assert ["with weights this uneven" in note for note in notes] == [True, False]


def test_nominal_answers_agree_with_r():
    found = oracle("popclass", "nominal")
    expected = figures("svychisq")["result"]["synthetic_weights_only__cluster_x_popclass"]["F"]
    assert found.tests["p_value"].item() == pytest.approx(expected["p"], rel=1e-7)
    assert found.residuals["count"].sum() == 412
    assert found.residuals["expected"].sum() == pytest.approx(412)
    assert found.summaries.empty


def test_means_agree_with_r_in_estimate_and_nearly_in_error():
    """The error is R's linearised one, corrected for small groups: a little wider."""
    found, expected = oracle("score", "number"), LIVE["means"]["score"]
    np.testing.assert_allclose(found.estimates["estimate"], expected["mean"], rtol=1e-10)
    half = (found.estimates["ci_high"] - found.estimates["ci_low"]) / 2
    ratio = half / (np.array(expected["se"]) * 1.9657)
    assert ratio.between(1.0, 1.06).all()
    assert found.tests["test"].tolist() == ["weighted_means_f", "weighted_ranks_f"]
    assert 1 < found.tests["p_value"].iloc[0] / LIVE["wald"]["score"]["p"] < 2
    difference = LIVE["difference"]["score_1_2"]["difference"]
    assert found.pairs["difference"].iloc[0] == pytest.approx(difference, rel=1e-9)


def test_ordinal_answers_have_ranks_and_a_distribution():
    found = oracle("autom", "ordinal")
    expected = figures("svymean")["result"]["svyranktest_KruskalWallis_autom"]
    assert 1 < found.tests["p_value"].item() / expected["p"] < 2, "corrected for small groups"
    assert found.tests["test"].item() == "weighted_ranks_f"
    shares = found.estimates.query("category != ''").groupby("type")["estimate"].sum()
    np.testing.assert_allclose(shares, 1)


def test_the_tables_are_the_same_as_without_weights(result, comparison):
    plain = compare(replace(result, weights=result.weights * 0 + 1), NAMES)
    for name, columns in COLUMNS.items():
        first, second = getattr(plain, name), getattr(comparison, name)
        assert second.columns.tolist() == columns, name
        keys = [key for key in ("indicator", "category", "type", "type_a", "type_b", "n", "missing") if key in columns]
        if name == "estimates":
            pd.testing.assert_frame_equal(second[keys], first[keys])
        if name in ("pairs", "versus_rest"):
            pd.testing.assert_frame_equal(second[keys], first[keys])
    assert set(plain.effects["effect_name"]) - set(comparison.effects["effect_name"]) == {"dunn_z"}


def test_every_interval_contains_its_estimate(comparison):
    for name, column in {"estimates": "estimate", "pairs": "difference", "versus_rest": "difference"}.items():
        table = getattr(comparison, name).dropna()
        assert ((table["ci_low"] <= table[column] + 1e-12) & (table[column] <= table["ci_high"] + 1e-12)).all(), name
    effects = pd.concat([comparison.effects, comparison.tests]).dropna(subset=["effect_low", "effect_high"])
    assert ((effects["effect_low"] <= effects["effect"]) & (effects["effect"] <= effects["effect_high"])).all()


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(factor=st.floats(0.01, 100), random=st.randoms(use_true_random=False))
def test_the_scale_of_the_weights_and_the_order_of_the_rows_change_nothing(result, comparison, factor, random):
    order = list(range(len(result.types)))
    random.shuffle(order)
    answers = result.survey.answers.iloc[order]
    other = replace(
        result,
        survey=replace(result.survey, answers=answers),
        types=result.types.iloc[order],
        weights=result.weights.iloc[order] * factor,
    )
    found = compare(other, NAMES)
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(comparison, name), rtol=1e-6, atol=1e-9)


def test_equal_weights_agree_with_no_weights():
    plain = example()
    first, second = compare(plain, NAMES), compare(with_weights(plain, np.full(len(plain.types), 2.0)), NAMES)
    np.testing.assert_allclose(second.estimates["estimate"], first.estimates["estimate"], atol=1e-12)
    ends = [table.estimates.query("category == ''")[["ci_low", "ci_high"]] for table in (first, second)]
    np.testing.assert_allclose(*ends)
    np.testing.assert_allclose(second.pairs["difference"], first.pairs["difference"], atol=1e-12)
    for one, other in zip(first.tests.itertuples(), second.tests.itertuples(), strict=True):
        assert other.effect == pytest.approx(one.effect, abs=1e-9)
        assert (other.effect_low, other.effect_high) == pytest.approx((one.effect_low, one.effect_high), abs=1e-9)
        if one.test == "welch_anova":
            assert other.p_value == pytest.approx(one.p_value, rel=1e-9)
    ordered = ["indicator", "type", "n", "missing", "mean", "sd", "median", "q25", "q75", "effective_n"]
    same = second.summaries[second.summaries["indicator"].isin(["ozg", "staff"])][ordered].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, first.summaries[ordered])


def test_rows_that_do_not_count_change_nothing(result, comparison):
    empty = pd.DataFrame(1.0, index=["x", "y"], columns=result.survey.answers.columns).astype(
        dict.fromkeys(("way", "land"), str)
    )
    empty.loc["y", NAMES] = np.nan
    answers = pd.concat([result.survey.answers, empty])
    types = pd.Series(pd.Categorical([*result.types, "b", "c"], categories=list(KEYS)), index=answers.index)
    weights = pd.Series([*result.weights, 0.0, 3.0], index=answers.index)
    padded = replace(result, survey=replace(result.survey, answers=answers), types=types, weights=weights)
    found = compare(padded, ["bots", "ozg", "staff"])
    for name in COLUMNS:
        wanted = getattr(comparison, name)
        wanted = wanted[wanted["indicator"].isin(["bots", "ozg", "staff"])].reset_index(drop=True)
        if name in ("tests", "strata"):
            wanted, table = (x.drop(columns="p_corrected", errors="ignore") for x in (wanted, getattr(found, name)))
        else:
            table = getattr(found, name)
        pd.testing.assert_frame_equal(
            table.drop(columns="missing", errors="ignore"), wanted.drop(columns="missing", errors="ignore"), rtol=1e-9
        )


NOTHING = {
    "all missing": [np.nan] * 12,
    "all alike": [1.0] * 12,
    "one answer": [1.0] + [np.nan] * 11,
    "one type answers": [0.0, 1.0, 1.0] + [np.nan] * 9,
    "a type does not answer": [0.0, 1.0, 1.0] * 3 + [np.nan] * 3,
    "each type alike": [0.0] * 3 + [1.0] * 3 + [0.0] * 6,
}


@pytest.mark.parametrize("case", list(NOTHING))
@pytest.mark.parametrize("scale", ["binary", "ordinal", "nominal", "number"])
def test_answers_that_cannot_be_compared_give_rows_with_reasons(case, scale):
    values = pd.Series(NOTHING[case])
    if scale == "nominal":
        values = values.map({0.0: "no", 1.0: "yes"}).astype(str).where(values.notna())
    plain = classification(pd.DataFrame({"x": values}), np.repeat(KEYS, 3), items=(Item("x", scale=scale), ITEMS[0]))
    found = compare(with_weights(plain, [1, 2, 3] * 4), "x")
    main = found.tests.iloc[0]
    assert main["n"] == values.notna().sum()
    if case in ("all missing", "all alike", "one answer", "one type answers"):
        assert np.isnan(main["p_value"])
        assert main["note"]
    if case == "a type does not answer":
        assert "no answers: d" in main["note"]
    assert isinstance(repr(found), str)


def test_weights_of_zero_in_a_whole_type():
    plain = example()
    found = compare(with_weights(plain, np.where(plain.types == "b", 0, uneven(len(plain.types)))), NAMES)
    assert "no answers: b" in found.tests["note"].iloc[0]
    assert (found.estimates.query("type == 'b'")["n"] == 0).all()
