"""Questions with several answers: a test of all options at once, and one correction for their family."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from reference_data import figures
from scipy.stats import chi2_contingency
from test_comparison import KEYS, classification

from kommtyp.codebook import Block, Codebook, Item
from kommtyp.comparison import compare
from kommtyp.errors import CodebookError, FitError
from kommtyp.multiplicity import correct
from kommtyp.plotting import plot_comparison
from kommtyp.reading import to_survey
from kommtyp.tests_of_association.picks import multiple_response

CASES = figures("multiple_response")["cases"]
OPTIONS = ("money", "staff", "time")
ITEMS = (
    Item("goal", role="goal", scale="rating", low=1, high=5),
    Item("bots", scale="binary"),
    *(Item(name, scale="choice", block="brakes") for name in OPTIONS),
)


@pytest.mark.parametrize("name", CASES)
def test_the_statistic_and_its_p_are_those_of_r(name):
    case = CASES[name]
    picks, k = np.array(case["picks"]), max(case["type"]) + 1
    outcome = multiple_response(case["type"], picks, k)
    coefficients = np.atleast_1d(case["coefficients"])
    assert outcome.p_value == pytest.approx(case["p_value"], rel=1e-9)
    assert outcome.statistic * (coefficients**2).sum() / coefficients.sum() == pytest.approx(case["sum"], rel=1e-9)
    assert outcome.df == pytest.approx(coefficients.sum() ** 2 / (coefficients**2).sum(), rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_the_weighted_test_is_that_of_r(name):
    case = CASES[name]
    picks, k = np.array(case["picks"]), max(case["type"]) + 1
    outcome = multiple_response(case["type"], picks, k, weights=case["weights"])
    found = outcome.statistic, outcome.df, outcome.p_value
    assert found == pytest.approx([case["weighted"][field] for field in ("f", "df", "p_value")], rel=1e-9)
    scaled = multiple_response(case["type"], picks, k, weights=7 * np.array(case["weights"]))
    assert scaled.p_value == pytest.approx(outcome.p_value, rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_p_is_close_to_that_of_types_drawn_anew(name):
    """R drew the types 20,000 times: standard error 0.003 at p = 0.25; the rest is what the approximation costs."""
    case = CASES[name]
    picks, k = np.array(case["picks"]), max(case["type"]) + 1
    assert multiple_response(case["type"], picks, k).p_value == pytest.approx(case["p_drawn"], abs=0.01)
    weighted = multiple_response(case["type"], picks, k, weights=case["weights"]).p_value
    assert weighted == pytest.approx(case["weighted"]["p_drawn"], abs=0.03)


def test_one_option_is_pearsons_test_and_an_option_asked_twice_adds_nothing():
    draw = np.random.default_rng(5)
    labels, option = draw.integers(0, 3, 90), draw.integers(0, 2, (90, 1))
    table = [np.bincount(option[labels == t, 0], minlength=2) for t in range(3)]
    pearson = chi2_contingency(table, correction=False)
    outcome = multiple_response(labels, option, 3)
    assert (outcome.statistic, outcome.df, outcome.p_value) == pytest.approx((pearson[0], 2, pearson[1]))
    twice = multiple_response(labels, np.hstack([option, option]), 3)
    assert (twice.df, twice.p_value) == pytest.approx((2, pearson[1]))


def test_it_keeps_its_level_where_options_are_picked_together():
    """2,000 surveys without any difference; the sum taken for a plain χ² would reject 12 % of them."""
    draw = np.random.default_rng(7)
    labels = np.repeat(np.arange(4), [40, 30, 30, 20])
    lean = draw.normal(size=(2000, 120, 1))
    picks = np.sqrt(0.8) * lean + np.sqrt(0.2) * draw.normal(size=(2000, 120, 6)) < [0.6, 0.3, 0, -0.1, -0.5, -0.8]
    p = np.array([multiple_response(labels, survey.astype(float), 4).p_value for survey in picks])
    assert 0.037 < (p < 0.05).mean() < 0.063


def test_what_cannot_be_tested_says_why():
    assert multiple_response([0, 0], [[1, 0], [0, 1]], 2).note == "fewer than two types have answers"
    assert multiple_response([0, 1], [[1, 0], [1, 0]], 2).note == "all answers are alike"
    assert np.isnan(multiple_response([], np.empty((0, 2)), 2).p_value)
    half = multiple_response([0, 0, 1, 1], [[1, 0], [0, 0], [1, 0], [1, 0]], 2)
    assert half.note == "approximate: smallest expected count 0.5; options that all or none picked left out: 1"


def survey_of(n=200, seed=4, weights=None):
    draw = np.random.default_rng(seed)
    types = draw.choice(KEYS, n)
    lean = draw.normal(size=n)
    answers = pd.DataFrame(
        {name: (draw.normal(size=n) + lean + 0.3 * (types == "a") > place).astype(float)
         for place, name in enumerate(OPTIONS)}
    )
    answers["goal"], answers["bots"] = 3.0, (draw.random(n) < 0.3).astype(float)
    answers.index = [f"{place:04d}" for place in range(n)]
    made = classification(answers, types)
    book = Codebook(ITEMS, blocks=(Block("brakes", "Was bremst?"),))
    weights = made.weights if weights is None else pd.Series(weights, index=answers.index)
    return replace(made, survey=replace(made.survey, codebook=book), weights=weights)


@pytest.fixture(scope="module")
def comparison():
    return compare(survey_of())


def test_a_question_has_a_row_of_its_own_and_counts_once(comparison):
    tests = comparison.tests.set_index("indicator")
    assert tests.index.tolist() == ["bots", "brakes", *OPTIONS]
    assert comparison.indicators == ("bots", *OPTIONS)
    assert comparison.options == OPTIONS
    assert tests.loc["brakes", "test"] == "multiple_response"
    assert tests.loc["brakes", "note"].startswith("several answers possible: ")
    alone = tests.loc[["bots", "brakes"]]
    assert alone["p_corrected"].tolist() == correct(alone["p_value"]).tolist()


def test_the_options_are_one_family(comparison):
    options = comparison.tests.set_index("indicator").loc[list(OPTIONS)]
    assert options["p_corrected"].tolist() == correct(options["p_value"]).tolist()
    for table, rows in ((comparison.pairs, 18), (comparison.versus_rest, 12)):
        family = table[table["indicator"].isin(OPTIONS)]
        assert len(family) == rows
        assert family["p_corrected"].tolist() == correct(family["p_value"]).tolist()
        other = table[table["indicator"] == "bots"]
        assert other["p_corrected"].tolist() == correct(other["p_value"]).tolist()


def test_a_block_stands_for_its_items(comparison):
    named = compare(survey_of(), "brakes")
    assert named.indicators == OPTIONS
    assert named.tests["p_value"].tolist() == comparison.tests["p_value"].tolist()[1:]
    with pytest.raises(FitError, match="indicators: 'brake' is not known"):
        compare(survey_of(), "brake")


def test_a_block_stands_for_those_of_its_items_that_are_no_goals():
    result = survey_of()
    typology = replace(result.typology, goals=("goal", "time"))
    found = compare(replace(result, typology=typology), "brakes")
    assert found.indicators == ("money", "staff")
    with pytest.raises(FitError, match="'money' is one of the goals"):
        compare(replace(result, typology=replace(typology, goals=("goal", *OPTIONS))), "brakes")


def test_a_single_option_is_an_indicator_like_any_other():
    single = compare(survey_of(), ["bots", "money"])
    assert single.tests["indicator"].tolist() == ["bots", "money"]
    assert single.tests["p_corrected"].tolist() == correct(single.tests["p_value"]).tolist()
    assert single.blocks.empty


def test_how_much_was_picked_by_type(comparison):
    result = survey_of()
    picks = result.survey.answers[list(OPTIONS)].sum(axis=1)
    for row in comparison.blocks.itertuples(index=False):
        own = picks[(result.types == row.type).to_numpy()]
        assert (row.n, row.nothing, row.options, row.missing) == (len(own), int((own == 0).sum()), 3, 0)
        assert row.picks == pytest.approx(own.mean())
        shares = comparison.estimates[comparison.estimates["type"] == row.type].set_index("indicator")["estimate"]
        assert shares[list(OPTIONS)].sum() == pytest.approx(row.picks)


def test_who_skipped_the_question_does_not_count():
    result = survey_of()
    result.survey.answers.iloc[:10, :3] = np.nan
    result.survey.answers.iloc[10:13, 1] = np.nan
    comparison = compare(result, "brakes")
    row = comparison.tests.iloc[0]
    assert row["n"] == 187
    assert "answered only in part, left out of this test: 3" in row["note"]
    assert comparison.blocks["n"].sum() == 190
    assert comparison.blocks["missing"].sum() == 10


def test_an_option_that_nobody_answered_does_not_take_the_question_with_it():
    result = survey_of()
    result.survey.answers["time"] = np.nan
    row = compare(result, "brakes").tests.iloc[0]
    other = multiple_response(result.types.cat.codes, result.survey.answers[["money", "staff"]].to_numpy(), 4)
    assert (row["n"], row["p_value"]) == (200, other.p_value)
    assert "options without answers: 1" in row["note"]


def test_a_type_that_was_not_asked_is_named():
    result = survey_of()
    result.survey.answers.loc[(result.types == "b").to_numpy(), list(OPTIONS)] = np.nan
    found = compare(result, "brakes")
    assert "no answers: b" in found.tests["note"][0]
    assert found.blocks.set_index("type").loc["b", "n"] == 0


def test_a_figure_takes_the_block_for_its_options(comparison):
    for given in (survey_of(), comparison):
        ax = plot_comparison(given, ["brakes"])
        assert [label.get_text().splitlines()[0] for label in ax.get_yticklabels()] == list(OPTIONS)
        plt.close(ax.figure)


def test_weights_enter():
    weights = np.tile([0.5, 1.5], 100)
    comparison = compare(survey_of(weights=weights), "brakes")
    row = comparison.tests.iloc[0]
    assert row["test"] == "multiple_response_f"
    assert "denominator df" in row["note"]
    assert "effective n 160.0, design effect of the weights 1.25" in row["note"]
    result = survey_of()
    answers = result.survey.answers[list(OPTIONS)].to_numpy()
    other = multiple_response(result.types.cat.codes, answers, 4, weights=weights)
    assert row["p_value"] == other.p_value
    mean = np.average(answers.sum(axis=1)[(result.types == "a").to_numpy()],
                      weights=weights[(result.types == "a").to_numpy()])
    assert comparison.blocks["picks"][0] == pytest.approx(mean)


def test_an_option_for_none_tells_the_empty_from_the_skipped():
    options = [Item(name, scale="choice", block="q") for name in ("x", "y", "none")]
    book = Codebook((ITEMS[0], *options), blocks=(Block("q", none_option="none"),))
    cells = {"goal": [1, 2, 3], "x": ["Y", None, None], "y": None, "none": [None, "Y", None]}
    frame = pd.DataFrame(cells, dtype=object)
    picked = to_survey(frame, codebook=book).answers[["x", "y", "none"]]
    assert picked.iloc[:2].to_numpy().tolist() == [[1, 0, 0], [0, 0, 1]]
    assert picked.iloc[2].isna().all()
    without = Codebook(book.items, blocks=(Block("q"),))
    assert to_survey(frame, codebook=without).answers[["x", "y", "none"]].iloc[2].tolist() == [0, 0, 0]


def test_an_option_for_none_is_no_pick():
    result = survey_of()
    book = Codebook(ITEMS, blocks=(Block("brakes", none_option="time"),))
    result = replace(result, survey=replace(result.survey, codebook=book))
    found = compare(result, "brakes")
    picks = result.survey.answers[["money", "staff"]].sum(axis=1)
    assert found.blocks["options"].tolist() == [2] * 4
    assert found.blocks["nothing"].sum() == (picks == 0).sum()
    assert np.average(found.blocks["picks"], weights=found.blocks["n"]) == pytest.approx(picks.mean())
    assert found.tests["p_value"][0] == compare(survey_of(), "brakes").tests["p_value"][0]


def test_blocks_are_checked():
    with pytest.raises(CodebookError, match="none_option 'z' of block 'q' is none of its options"):
        Codebook((Item("x", scale="choice", block="q"),), blocks=(Block("q", none_option="z"),))
    with pytest.raises(CodebookError, match="block 'x' bears the name of an item"):
        Codebook((Item("x", scale="choice", block="x"),), blocks=(Block("x"),))


def test_it_shows_itself(comparison):
    assert "4 indicators" in repr(comparison)
    assert "brakes  multiple_response" in repr(comparison)
    assert "several answers possible" in comparison._repr_html_()
