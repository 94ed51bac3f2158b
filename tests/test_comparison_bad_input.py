"""Answers, weights and strata that leave little to compare: rows with reasons, or an error that names the column."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_comparison import ITEMS, KEYS, classification

from kommtyp.comparison import compare
from kommtyp.datasets import make_survey
from kommtyp.errors import FitError
from kommtyp.raking import rake
from kommtyp.reporting.notes import remark
from kommtyp.typology import fit

N = 48
TYPES = np.repeat(KEYS, N // 4)
NAMES = ["bots", "ozg", "way", "staff"]
WEIGHTS = {
    "no weights": np.ones(N),
    "weights": np.tile([0.5, 1.0, 2.5], N // 3),
    "a type of weight 0": np.where(TYPES == "b", 0, np.tile([0.5, 1.0, 2.5], N // 3)),
    "weights from 1e-6 to 1e3": 10.0 ** np.linspace(-6, 3, N)[np.argsort(np.random.default_rng(0).random(N))],
    "one weight of 1e9": np.where(np.arange(N) == 7, 1e9, 1.0),
    "one weight of 1e15": np.where(np.arange(N) == 7, 1e15, 1.0),
}


def ordinary():
    draw = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "bots": draw.integers(0, 2, N).astype(float),
            "ozg": draw.integers(0, 4, N).astype(float),
            "way": draw.choice(["own", "joint", "land"], N),
            "staff": draw.integers(1, 90, N).astype(float),
            "land": np.tile(["NI", "BY", "NW"], N // 3),
            "size": np.tile([1.0, 2.0], N // 2),
        }
    )


def alike(value, text):
    return {"bots": value, "ozg": value, "way": text, "staff": value}


FIRST_OF_A_TYPE = ~pd.Series(TYPES).duplicated().to_numpy()
ONE = np.arange(N) == 5
HARD = {
    "no variation, nobody": alike(0.0, "own"),
    "no variation, everybody": alike(1.0, "joint"),
    "all missing": alike(np.nan, None),
    "one yes": {"bots": ONE.astype(float), "ozg": 3.0 * ONE, "way": np.where(ONE, "own", "land"), "staff": 7.0 * ONE},
    "one answer": alike(np.where(ONE, 1.0, np.nan), np.where(ONE, "own", None)),
    "one answer a type": alike(
        np.where(FIRST_OF_A_TYPE, np.arange(N) % 5 % 2, np.nan), np.where(FIRST_OF_A_TYPE, "own", None)
    ),
    "a type does not answer": alike(
        np.where(TYPES == "a", np.nan, np.arange(N) % 2), np.where(TYPES == "a", None, "own")
    ),
    "each type alike": alike((TYPES == "a") + 0.0, np.where(TYPES == "a", "own", "land")),
    "more categories than rows": {"way": [f"way {place}" for place in range(N)]},
    "a type in one stratum only": {"land": np.where(TYPES == "a", "NI", np.tile(["NI", "BY"], N // 2))},
    "types that share no stratum": {"land": np.where(np.isin(TYPES, ["a", "b"]), "NI", "BY")},
    "numbers whose squares overflow": {"staff": (1.0 + np.arange(N)) * 1e160},
    "numbers whose variances overflow when squared": {"staff": -(1.0 + np.arange(N)) * 1e80},
    "strata of two": {"land": [f"land {place // 2 % 12}" for place in range(N)]},
    "no stratum where there is an answer": {
        "bots": np.where(np.arange(N) % 2, 1.0, np.nan),
        "land": np.where(np.arange(N) % 2, None, np.tile(["NI", "NI", "BY", "BY"], N // 4)),
    },
}


def with_weights(result, weights):
    return replace(result, weights=pd.Series(weights / weights.mean(), index=result.types.index))


@pytest.mark.parametrize("weights", list(WEIGHTS))
@pytest.mark.parametrize("case", list(HARD))
def test_every_row_has_numbers_or_a_reason(case, weights):
    answers = ordinary().assign(**HARD[case])
    items = tuple(item for item in ITEMS if item.name in answers)
    result = with_weights(classification(answers, TYPES, items=items), WEIGHTS[weights])
    found = compare(result, NAMES, adjust_for="land")
    assert found.tests["indicator"].unique().tolist() == NAMES
    assert (found.tests["p_value"].between(0, 1) | (found.tests["note"] != "")).all()
    assert (found.adjusted["ci_low"].notna() | (found.adjusted["note"] != "")).all()
    for note in {*found.tests["note"], *found.adjusted["note"]} - {""}:
        assert remark(note, {}, "de") != note, "said in German, too"
    for name, column in {"estimates": "estimate", "pairs": "difference", "versus_rest": "difference",
                         "adjusted": "estimate", "adjusted_differences": "difference"}.items():
        rows = getattr(found, name).dropna(subset=["ci_low", "ci_high"])
        assert np.isfinite(rows[[column, "ci_low", "ci_high"]]).all(axis=None)
        assert ((rows["ci_low"] <= rows[column] + 1e-9) & (rows[column] <= rows["ci_high"] + 1e-9)).all(), name
        shares = rows[(rows["category"] != "") & (rows["indicator"] != "staff")]
        assert shares[["ci_low", "ci_high"]].stack().between(-1, 1).all()
    assert isinstance(repr(found), str)


@pytest.mark.parametrize("weights", ["no weights", "weights"])
@pytest.mark.parametrize(
    ("adjust_for", "land", "message"),
    [
        ("land", TYPES, "'land' decides on the type"),
        ("land", [f"land {place // 2}" for place in range(N)], "'land' decides on the type"),
        ("land", ["NI"] * N, "'land' has one level, 'NI', in all 48 municipalities"),
        ("land", [None] * N, "'land' has no valid answers"),
        ("staff", ["NI"] * N, "'staff' is a number"),
        ("lond", ["NI"] * N, "'lond' is not known. Did you mean 'land'"),
    ],
)
def test_items_that_cannot_be_adjusted_for_are_named(adjust_for, land, message, weights):
    answers = ordinary().assign(land=land)
    items = tuple(item for item in ITEMS if item.name in answers)
    result = with_weights(classification(answers, TYPES, items=items), WEIGHTS[weights])
    with pytest.raises(FitError, match=f"^adjust_for: {message}"):
        compare(result, "bots", adjust_for=adjust_for)


def test_levels_of_those_who_do_not_count_are_no_levels():
    answers = ordinary().assign(land=np.where(TYPES == "b", "BY", "NI"))
    items = tuple(item for item in ITEMS if item.name in answers)
    result = with_weights(classification(answers, TYPES, items=items), WEIGHTS["a type of weight 0"])
    with pytest.raises(FitError, match="'land' has one level, 'NI', in all 36 municipalities"):
        compare(result, "bots", adjust_for="land")


@pytest.mark.parametrize("weights", ["none", "raked", "one heavy"])
def test_resamples_of_answers_that_say_little(weights):
    """Very unequal weights must not keep the search for starts of k-means busy for ever, either."""
    survey = make_survey(70, random_state=3)
    few = np.arange(70) < 3
    survey = survey.assign(bots=0.0, chatbot=np.nan, mobile_app=np.where(few, 1.0, np.nan), einwohner=5000.0)
    given = {"none": None, "raked": rake(survey).weights, "one heavy": np.where(np.arange(70) == 7, 1e9, 1.0)}[weights]
    result = fit(survey, weights=given, n_init=5)
    names = ["bots", "chatbot", "mobile_app", "einwohner"]
    found = compare(result, names, n_boot=8, n_init=3, adjust_for="groessenklasse")
    rows = found.uncertain.set_index("indicator")
    assert rows.loc["chatbot", ["estimate", "ci_low", "leads"]].isna().all(axis=None)
    reasons = found.tests.loc[found.tests["indicator"] == "chatbot", "note"]
    assert reasons.str.startswith(("no answers", "no stratum")).all()
    answered = rows.loc[["bots"]].dropna(subset="estimate")
    assert ((answered["ci_low"] == 0) & (answered["ci_high"] > 0)).all()
    known = found.uncertain.dropna(subset=["ci_low"])
    assert ((known["ci_low"] <= known["estimate"] + 1e-9) & (known["estimate"] <= known["ci_high"] + 1e-9)).all()


@pytest.mark.parametrize("weights", ["no weights", "weights"])
@pytest.mark.parametrize("times", [1e80, 1e160, 1e307])
def test_numbers_too_large_to_compare_have_a_row_with_the_reason(times, weights):
    answers = ordinary()
    answers["staff"] *= times / answers["staff"].max()
    items = tuple(item for item in ITEMS if item.name in answers)
    result = with_weights(classification(answers, TYPES, items=items), WEIGHTS[weights])
    found = compare(result, ["bots", "staff"], adjust_for="land")
    row = found.tests.set_index("indicator").loc["staff"]
    assert (row["test"], row["n"], row["note"]) == (
        "none", N, f"numbers as large as {times:.3g} are too large to compare. Give them in a larger unit"
    )
    assert set(found.estimates["indicator"]) == set(found.adjusted["indicator"]) == {"bots"}


def test_resamples_leave_out_numbers_too_large_to_compare():
    survey = make_survey(70, random_state=3)
    survey["einwohner"] = survey["einwohner"] * 1e155
    found = compare(fit(survey, n_init=5), ["mobile_app", "einwohner"], n_boot=4, n_init=3)
    assert set(found.uncertain["indicator"]) == {"mobile_app"}


@pytest.mark.parametrize("heavy", [1e3, 1e9, 1e15])
def test_one_municipality_that_counts_for_all_is_not_tested(heavy):
    """Four types and one more leave one to judge the spread by, and the effective n is about 1 here."""
    items = tuple(item for item in ITEMS if item.name in ordinary())
    result = with_weights(classification(ordinary(), TYPES, items=items), np.where(np.arange(N) == 7, heavy, 1.0))
    found = compare(result, NAMES, adjust_for="land")
    assert set(found.tests["test"]) == {"none"}
    assert found.tests[["statistic", "p_value", "p_corrected", "effect"]].isna().all(axis=None)
    assert found.tests["note"].str.contains("their effective n is not above the number of types plus one").all()
    assert found.estimates["estimate"].notna().all()


def test_a_question_is_not_tested_either_where_one_counts_for_all():
    survey = make_survey(90, random_state=3)
    result = with_weights(fit(survey, n_init=5), np.where(np.arange(90) == 7, 1e9, 1.0))
    test = compare(result, "schmerzpunkte").tests.iloc[0]
    assert (test["indicator"], test["test"]) == ("schmerzpunkte", "none")
    assert "the weights leave too few for a test" in test["note"]


def test_a_type_without_answers_never_leads():
    """Resamples may give it members, but nothing is known of its own."""
    survey = make_survey(90, random_state=3)
    plain = fit(survey, n_init=5)
    survey["mobile_app"] = np.where(plain.types.to_numpy() == "optimierer", np.nan, survey["mobile_app"])
    rows = compare(fit(survey, n_init=5), "mobile_app", n_boot=20, n_init=3).uncertain.set_index("type")
    assert np.isnan(rows.loc["optimierer", "estimate"])
    assert np.isnan(rows.loc["optimierer", "leads"])
    assert rows["leads"].sum() == pytest.approx(1)


@pytest.mark.parametrize("nothing", [[], (), np.array([], dtype=str)])
def test_nothing_asked_for_is_refused(nothing):
    items = tuple(item for item in ITEMS if item.name in ordinary())
    result = classification(ordinary(), TYPES, items=items)
    with pytest.raises(FitError, match=r"^indicators: no item given\. Use some of 'bots', .* or None for all"):
        compare(result, nothing)
    goals = [name for name in make_survey(9).columns if name in fit(make_survey(60), n_init=2).typology.goals]
    assert compare(fit(make_survey(60)[goals], n_init=2)).tests.empty


def test_the_weight_is_said_to_be_the_weight():
    result = fit(make_survey(60), weights="einwohner", n_init=2)
    with pytest.raises(FitError, match=r"^indicators: 'einwohner' is the weight of the municipalities"):
        compare(result, "einwohner")
