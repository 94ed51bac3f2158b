"""Answers without substance compared as answers of their own."""

from dataclasses import replace

import pandas as pd
import pytest
from test_comparison import KEYS, classification

from kommtyp.codebook import Item
from kommtyp.comparison import compare
from kommtyp.errors import FitError
from kommtyp.intervals import wilson

ITEMS = (
    Item("goal", role="goal", scale="rating", low=1, high=5),
    Item("fim", "Nutzung", scale="ordinal", codes=((0, "nein"), (1, "wenig"), (2, "viel"))),
    Item("way", scale="nominal", codes=(("own", "eigen"), ("land", "Land"))),
    Item("staff", scale="number"),
)
DONT = "don't know"


@pytest.fixture(scope="module")
def result():
    """Four types of 20: type a says five times that it does not know, b once, c and d never; d skips twice."""
    fim = [2.0] * 15 + [None] * 5 + [1.0] * 19 + [None] + [0.0] * 20 + [0.0, 1.0] * 9 + [None] * 2
    why = [None] * 15 + [DONT] * 5 + [None] * 19 + [DONT] + [None] * 38 + ["no answer", None]
    ways = ["own"] * 16 + [None] * 4 + ["land"] * 20 + ["own", "land"] * 10 + ["own"] * 20
    index = [f"{place:03d}" for place in range(80)]
    answers = pd.DataFrame(
        {"goal": 3.0, "fim": fim, "way": ways, "staff": [float(x % 7) for x in range(80)]},
        index=index,
    )
    reasons = pd.DataFrame({"fim": why, "way": [None] * 16 + [DONT] * 4 + [None] * 60}, index=index)
    return with_survey(answers, [key for key in KEYS for _ in range(20)], reasons.astype("category"))


def with_survey(answers, types, reasons, *, items=ITEMS):
    made = classification(answers, types, items=items)
    return replace(made, survey=replace(made.survey, reasons=reasons))


@pytest.fixture(scope="module")
def comparison(result):
    return compare(result, ["fim", "way", "staff"], missing_as_category="weiß nicht")


def rows(comparison, indicator, category):
    found = comparison.estimates
    return found[(found["indicator"] == indicator) & (found["category"] == category)].set_index("type")


def test_a_share_of_those_who_do_not_know_stands_beside_the_scale(comparison):
    assert comparison.tests["indicator"].drop_duplicates().tolist() == ["fim", "fim_weiss_nicht", "way", "staff"]
    beside = rows(comparison, "fim_weiss_nicht", "1")
    assert beside["n"].tolist() == [20, 20, 20, 18]
    assert beside["missing"].tolist() == [0, 0, 0, 2]
    assert beside["estimate"].tolist() == [0.25, 0.05, 0, 0]
    assert beside["ci_high"].tolist() == pytest.approx(wilson([5, 1, 0, 0], [20, 20, 20, 18]).high.tolist())


def test_the_scale_itself_is_compared_as_before(result, comparison):
    plain = compare(result, ["fim"])
    same = comparison.estimates[comparison.estimates["indicator"] == "fim"]
    pd.testing.assert_frame_equal(same.reset_index(drop=True), plain.estimates)
    assert comparison.tests["statistic"][0] == plain.tests["statistic"][0]
    assert set(same["category"]) == {"", "0", "1", "2"}


def test_it_has_a_test_of_its_own_that_counts_in_the_correction(comparison):
    main = comparison.tests.drop_duplicates("indicator").set_index("indicator")
    assert main.loc["fim_weiss_nicht", "test"] == "fisher_exact"
    # R: fisher.test(rbind(c(5, 15), c(1, 19), c(0, 20), c(0, 18)))$p.value
    assert main.loc["fim_weiss_nicht", "p_value"] == pytest.approx(0.0130293915442, rel=1e-9)
    assert main["p_corrected"].notna().sum() == 4


def test_a_nominal_distribution_gets_a_category(comparison):
    assert rows(comparison, "way", "weiss_nicht")["estimate"].tolist() == [0.2, 0, 0, 0]
    assert rows(comparison, "way", "own")["estimate"].tolist() == [0.8, 0, 0.5, 1]
    assert rows(comparison, "way", "own")["n"].tolist() == [20, 20, 20, 20]
    assert comparison.codebook["way"].label("weiss_nicht") == "weiß nicht"
    assert "way_weiss_nicht" not in comparison.codebook


def test_it_is_adjusted_and_resampled_like_any_other(result):
    items = (*ITEMS, Item("size", role="context", scale="ordinal", low=1, high=2))
    answers = result.survey.answers.assign(size=[1.0, 2.0] * 40)
    made = with_survey(answers, result.types.tolist(), result.survey.reasons, items=items)
    adjusted = compare(made, ["fim"], missing_as_category=DONT, adjust_for="size").adjusted
    share = adjusted[adjusted["indicator"] == "fim_weiss_nicht"].set_index("type")[["estimate", "raw"]]
    # type a: 2 of 10 in the first stratum and 3 of 10 in the second; of all 78, 39 are in each
    assert share.loc["a"].tolist() == pytest.approx([0.25, 0.25])


def test_reasons_that_nobody_gave_are_refused(result):
    with pytest.raises(FitError, match=r"no answer to 'staff' is missing as \"don't know\"\. The data hold no reasons"):
        compare(result, "staff", missing_as_category="weiß nicht")
    with pytest.raises(FitError, match=r"'not shown'\. Reasons that the data hold: \"don't know\" \(6 times\)"):
        compare(result, "fim", missing_as_category=["don't know", "nicht gezeigt"])
    with pytest.raises(FitError, match="missing_as_category: 3 given"):
        compare(result, "fim", missing_as_category=3)


def test_municipalities_without_a_type_do_not_count(result):
    only = with_survey(result.survey.answers, [None] * 20 + list("bcd") * 20, result.survey.reasons)
    with pytest.raises(FitError, match="no answer to 'way'"):
        compare(only, "way", missing_as_category="weiß nicht")


def test_names_in_both_languages(comparison):
    item = comparison.codebook["fim_weiss_nicht"]
    assert (item.title(), item.title("en")) == ("Nutzung: „weiß nicht“", "Nutzung: “don't know”")
