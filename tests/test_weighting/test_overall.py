"""Tests of weighted tables, means and ranks."""

import numpy as np
import pytest

from kommtyp.tests_of_association import kruskal_wallis, pearson, ranks_of, welch_anova
from kommtyp.weighting import domain_means, equal_means, rank_scores, rao_scott, weigh
from tests.reference_data import figures
from tests.test_weighting.test_domains import weighed

LIVE, ORACLE = figures("weighting_live"), figures("svymean")["result"]


@pytest.mark.parametrize("name", ["ozg", "popclass", "bots"])
def test_rao_scott_agrees_with_the_oracle(name):
    expected = figures("svychisq")["result"][f"synthetic_weights_only__cluster_x_{name}"]["F"]
    outcome = rao_scott(weighed(name)[1])
    assert outcome.statistic == pytest.approx(expected["statistic"], rel=1e-7)
    assert (outcome.df, outcome.df_within) == pytest.approx(expected["parameter"], rel=1e-7)
    assert outcome.p_value == pytest.approx(expected["p"], rel=1e-7)


@pytest.mark.parametrize(("name", "frame"), [("fim", "synthetic"), ("autom", "synthetic"), ("land", "synthetic"),
                                             ("awards", "apistrat")])
def test_rao_scott_agrees_with_svychisq(name, frame):
    outcome, expected = rao_scott(weighed(name, frame)[1]), LIVE["chisq"][name]
    assert outcome.statistic == pytest.approx(expected["F"], rel=1e-9)
    assert (outcome.df, outcome.df_within) == pytest.approx(expected["df"], rel=1e-9)
    assert outcome.p_value == pytest.approx(expected["p"], rel=1e-8)


def test_rao_scott_with_equal_weights_is_near_pearson():
    counts = np.array([[67, 23], [54, 46], [49, 80], [32, 61]])
    labels, codes = (np.repeat(x.ravel(), counts.ravel()) for x in np.indices(counts.shape))
    outcome = rao_scott(weigh(labels, codes, np.full(counts.sum(), 2.0), 4, 2))
    assert outcome.statistic * 3 == pytest.approx(pearson(counts).statistic, rel=0.05)


@pytest.mark.parametrize(("name", "frame"), [("score", "synthetic"), ("autom", "synthetic"), ("api00", "apistrat")])
def test_wald_agrees_with_reg_term_test(name, frame):
    values, table = weighed(name, frame)
    outcome, expected = equal_means(domain_means(table, values), test="f", small_sample=False), LIVE["wald"][name]
    assert outcome.statistic == pytest.approx(expected["F"], rel=1e-8)
    assert (outcome.df, outcome.df_within) == (expected["df"], expected["ddf"])
    assert outcome.p_value == pytest.approx(expected["p"], rel=1e-8)


def test_ranks_agree_with_svyranktest():
    _, table = weighed("score", values=LIVE["ranks"]["untied"])
    means = domain_means(table, rank_scores(table))
    outcome, expected = equal_means(means, test="f", small_sample=False), LIVE["ranks"]
    assert outcome.statistic * 3 == pytest.approx(expected["chisq"], rel=1e-8)
    assert outcome.p_value == pytest.approx(expected["p"], rel=1e-8)


def test_tied_ranks_agree_with_svyranktest_given_its_ranks():
    """R averages tied ranks without their weights, so they depend on the order of the rows; else the same test."""
    data, expected = LIVE["data"]["synthetic"], ORACLE["svyranktest_KruskalWallis_autom"]
    answers, w = np.array(data["autom"]), np.array(data["weight"])
    order = np.argsort(answers, kind="stable")
    places = np.cumsum(w[order]) - w[order] / 2
    theirs = np.array([places[answers[order] == value].mean() for value in np.unique(answers)]) / w.sum()
    _, table = weighed("autom")
    found = equal_means(domain_means(table, theirs), test="f", small_sample=False)
    assert found.statistic * 3 == pytest.approx(expected["parameter"], rel=1e-7)
    assert found.p_value == pytest.approx(expected["p"], rel=1e-7)
    ours = equal_means(domain_means(table, rank_scores(table)), test="f", small_sample=False)
    assert ours.statistic == pytest.approx(found.statistic, rel=0.005)


def test_equal_weights_give_welchs_test():
    data = LIVE["data"]["synthetic"]
    labels = np.array(data["cluster"]) - 1
    values, codes = np.unique(data["score"], return_inverse=True)
    table = weigh(labels, codes, np.full(len(labels), 7.0), 4, len(values))
    means = domain_means(table, values)
    assert equal_means(means, test="f").p_value == pytest.approx(welch_anova(means.moments).p_value)
    n, _, sd = means.moments
    np.testing.assert_allclose(n, np.bincount(labels))
    np.testing.assert_allclose(sd, means.sd)
    ranked = equal_means(domain_means(table, rank_scores(table)), test="f")
    assert ranked.p_value == pytest.approx(kruskal_wallis(ranks_of(table.rows)).p_value, abs=0.01)


def test_tests_keep_their_size_in_small_groups():
    """Four groups of 15 with uneven weights: Wald's F rejects twice as often as it should, ours does not."""
    draw = np.random.default_rng(2)
    labels, rejected = np.repeat(np.arange(4), 15), []
    for _ in range(600):
        w, codes = draw.choice([0.5, 0.8, 1, 1.333, 2.5], 60), draw.integers(0, 5, 60)
        table = weigh(labels, codes, w, 4, 5)
        means = domain_means(table, rank_scores(table))
        rejected.append([equal_means(means, test="f", small_sample=small).p_value < 0.05 for small in (True, False)])
    ours, plain = np.mean(rejected, axis=0)
    assert 0.03 < ours < 0.07
    assert plain > 0.08


@pytest.mark.parametrize(
    ("labels", "codes", "note"),
    [
        ([], [], "no answers"),
        ([0, 0], [0, 1], "fewer than two types have answers"),
        ([0, 1], [1, 1], "all answers are alike"),
    ],
)
def test_what_cannot_be_tested_says_why(labels, codes, note):
    outcome = rao_scott(weigh(labels, codes, np.ones(len(labels)), 3, 2))
    assert (outcome.note, np.isnan(outcome.p_value)) == (note, True)


def test_means_that_cannot_be_tested_say_why():
    def tested(labels, codes):
        return equal_means(domain_means(weigh(labels, codes, np.ones(len(labels)), 2, 2), [0, 1]), test="f")

    assert tested([], []).note == "no answers"
    assert tested([0, 0, 1], [0, 1, 1]).note == "fewer than two types have two or more answers"
    assert tested([0, 0, 1, 1], [1, 1, 1, 1]).note == "all answers are alike"
    assert tested([0, 0, 1, 1], [0, 1, 1, 1]).note == "all answers of a type are alike"
    assert tested([0, 0, 1, 1], [0, 1, 1, 1]).test == "f"


def test_an_empty_cell_and_an_empty_row_do_not_stop_it():
    table = weigh([0, 0, 0, 2, 2, 2, 2], [0, 0, 1, 1, 1, 1, 1], [1, 2, 1, 1, 2, 1, 1.0], 3, 3)
    assert 0 < rao_scott(table).p_value < 1
