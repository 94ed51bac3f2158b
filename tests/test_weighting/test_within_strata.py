"""The weighted test within strata: R's figures, the test without weights, and its size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.tests_of_association import cochran_mantel_haenszel, ridits
from kommtyp.weighting import weighted_cmh, weighted_ridits
from tests.reference_data import figures
from tests.test_weighting.test_standardised import DATA, STRATA, TYPES, WEIGHTS, K, survey_with_weights

LIVE = figures("weighted_strata")["score_test"]


@pytest.mark.parametrize("name", ["ozg", "autom", "fim"])
def test_the_score_test_agrees_with_r(name):
    outcome, expected = weighted_cmh(TYPES, DATA[name], STRATA, WEIGHTS, K), LIVE[name]
    assert (outcome.test, outcome.note) == ("weighted_cmh_f", "4 strata")
    found = [outcome.statistic, outcome.df, outcome.df_within, outcome.p_value]
    assert found == pytest.approx([expected["F"], expected["df"], expected["ddf"], expected["p"]], rel=1e-8)
    wald = expected["wald"]
    assert outcome.statistic == pytest.approx(wald["F"], rel=0.1), "regTermTest asks the same in another way"


@pytest.mark.parametrize("name", ["ozg", "autom", "fim"])
def test_equal_weights_are_near_the_test_without(name):
    plain = cochran_mantel_haenszel(TYPES, DATA[name], STRATA, K)
    outcome = weighted_cmh(TYPES, DATA[name], STRATA, np.full(len(TYPES), 3.0), K)
    assert outcome.statistic * plain.df == pytest.approx(plain.statistic, rel=0.04)


def test_in_strata_of_two_the_variance_is_that_of_the_test_without():
    """There the linearised variance without its correction for small strata is half of it."""
    draw = np.random.default_rng(3)
    strata, labels = np.repeat(np.arange(60), 2), np.tile([0, 1], 60)
    answers = draw.integers(0, 2, 120)
    plain = cochran_mantel_haenszel(labels, answers, strata, 2)
    outcome = weighted_cmh(labels, answers, strata, np.ones(120), 2)
    assert outcome.statistic == pytest.approx(plain.statistic)


@given(factor=st.floats(1e-3, 1e3), order=st.permutations(range(len(TYPES))))
def test_neither_scale_nor_order_changes_anything(factor, order):
    order = np.array(order)
    answers = np.array(DATA["autom"])
    one = weighted_cmh(TYPES, answers, STRATA, WEIGHTS, K)
    other = weighted_cmh(TYPES[order], answers[order], STRATA[order], WEIGHTS[order] * factor, K)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-8)


def test_which_answer_is_left_out_changes_nothing():
    answers = np.eye(2)[np.array(DATA["fim"])]
    whole, one = (weighted_cmh(TYPES, part, STRATA, WEIGHTS, K) for part in (answers, answers[:, 1]))
    assert (whole.statistic, whole.df) == pytest.approx((one.statistic, one.df))


def test_size():
    """Below 5 %, as few answers make it conservative; and power that shows that it sees something."""
    alarms, seen = [], []
    for repeat in range(300):
        draw = np.random.default_rng([5, repeat])
        strata, heavy, labels, weights, _ = survey_with_weights(draw, 40)
        chance = np.array([0.15, 0.25, 0.3, 0.4, 0.5])[strata] + 0.1 * heavy
        alarms.append(weighted_cmh(labels, draw.random(160) < chance, strata, weights, K).p_value < 0.05)
        seen.append(weighted_cmh(labels, draw.random(160) < chance + 0.12 * labels, strata, weights, K).p_value < 0.05)
    assert 0.015 <= np.mean(alarms) <= 0.07
    assert np.mean(seen) > 0.6


def test_it_says_why_there_is_none():
    outcome = weighted_cmh([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1], [1.0, 2.0, 1.0, 1.0], 2)
    assert (outcome.test, outcome.note) == ("none", "no stratum holds two types and two different answers")
    assert weighted_cmh([], [], [], [], 2).test == "none"
    assert weighted_cmh([0, 1], [0, 1], [0, 0], [1.0, 2.0], 2).p_value > 0.2
    some = weighted_cmh([0, 1, 0, 0, -1], [0, 1, 0, 1, 1], [0, 0, 1, 1, 0], np.ones(5), 2)
    assert some.note.startswith("2 strata, 1 of them with one type or one answer only; approximate: smallest expected")


def test_it_says_where_few_answers_make_p_an_approximation():
    """By hand: of the first type 3 · 2/8 + 3 · 3/8 yes are expected, with weights that are alike in a stratum."""
    labels, strata = np.array([0, 0, 0, 1, 1, 1, 1, 1] * 2), np.repeat([0, 1], 8)
    answers = np.array([1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0])
    weights = strata + 1.0
    few = "2 strata; approximate: smallest expected count 1.9"
    assert weighted_cmh(labels, answers, strata, weights, 2).note == few
    assert weighted_cmh(labels, np.eye(2)[answers], strata, weights, 2).note == few
    often = [np.tile(values, 3) for values in (labels, answers, strata, weights)]
    assert weighted_cmh(*often, 2).note == "2 strata"
    once = labels + (np.arange(16) == 7)
    note = "2 strata; approximate: smallest type has 1 answer"
    assert weighted_cmh(once, weighted_ridits(answers, strata, weights), strata, weights, 3).note == note


def test_ranks():
    answers = np.array(DATA["autom"])
    apart = weighted_ridits(answers, STRATA, np.full(len(answers), 2.0)) - ridits(answers, STRATA)
    assert all(np.ptp(apart[s == STRATA]) < 1e-12 for s in range(STRATA.max() + 1))
    doubled = weighted_ridits(np.repeat(answers, 2), np.repeat(STRATA, 2), np.ones(2 * len(answers)))[::2]
    single = weighted_ridits(answers, STRATA, np.ones(len(answers)))
    n = np.bincount(STRATA)[STRATA]
    np.testing.assert_allclose(doubled * (2 * n + 1) / (2 * n), single * (n + 1) / n)
    assert weighted_ridits([], [], []).size == 0
