"""Intervals of weighted shares."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from kommtyp.weighting import difference_of_shares, equal_shares, logit_interval, weigh
from tests.reference_data import figures
from tests.test_weighting.test_domains import weighed

LIVE, ORACLE = figures("weighting_live"), figures("svymean")["result"]


def test_intervals_agree_with_svyciprop():
    """R fits a model until its deviance changes by less than 1e-8, so its ends are good to that."""
    _, table = weighed("ozg")
    expected = [group["logit"] for group in ORACLE["synthetic_ozg"]["by_cluster_logit"]]
    np.testing.assert_allclose(np.stack(logit_interval(table), axis=2)[:, 1], expected, rtol=1e-7)
    _, table = weighed("fim")
    np.testing.assert_allclose(np.stack(logit_interval(table)[1:], axis=2)[:, 1], LIVE["logit"]["fim"], rtol=1e-7)
    _, table = weighed("bots")
    found = np.stack(logit_interval(table, level=0.9)[1:], axis=2)[:, 1]
    np.testing.assert_allclose(found, LIVE["logit"]["bots90"], rtol=1e-6)
    values, table = weighed("awards", "apistrat")
    assert list(values) == ["No", "Yes"]
    np.testing.assert_allclose(np.stack(logit_interval(table)[1:], axis=2)[:, 1], LIVE["logit"]["awards"], rtol=1e-7)


def test_all_or_none_have_an_interval_too():
    interval = logit_interval(weigh([0] * 20, [0] * 20, np.tile([1.0, 2.0], 10), 1, 2))
    assert interval.low[0].tolist() == [pytest.approx(1 - interval.high[0, 1]), 0.0]
    assert interval.high[0, 0] == 1
    assert 0.15 < interval.high[0, 1] < 0.25  # Wilson's for 0 of 18, with t of 19 degrees of freedom


def test_one_or_no_row_has_no_interval():
    interval = logit_interval(weigh([0], [1], [2.0], 2, 2))
    assert np.isnan(interval.low).all()
    assert np.isnan(interval.high).all()
    assert interval.estimate[0].tolist() == [0, 1]
    assert np.isnan(interval.estimate[1]).all()


def test_differences_stay_inside_and_turn_round():
    table = weigh(np.repeat([0, 1], 30), [0] * 30 + [0, 1] * 15, np.tile([1.0, 2.0, 0.5], 20), 2, 2)
    there, back = (difference_of_shares(table.take([a]), table.take([b])) for a, b in ((0, 1), (1, 0)))
    np.testing.assert_allclose(there.low, -back.high)
    assert (there.low >= -1).all()
    assert ((there.low <= there.estimate) & (there.estimate <= there.high)).all()


def test_intervals_keep_their_level():
    """Shares of 2, 10 and 50 % in groups of 15 and 60 with uneven weights."""
    draw = np.random.default_rng(3)
    for n, share in ((15, 0.02), (15, 0.5), (60, 0.1), (60, 0.5)):
        labels = np.repeat(np.arange(600), n)
        yes = (draw.random(600 * n) < share).astype(int)
        weights = draw.choice([0.5, 0.8, 1, 1.333, 2.5], 600 * n)
        table = weigh(labels, yes, weights, 600, 2)._replace(whole=4 * n)
        interval = logit_interval(table)
        covered = ((interval.low[:, 1] <= share) & (share <= interval.high[:, 1])).mean()
        assert covered > 0.925, (n, share)


def test_with_equal_weights_it_is_welchs_t():
    yes, no = np.repeat([1, 0], [9, 21]), np.repeat([1, 0], [4, 40])
    table = weigh(np.repeat([0, 1], [30, 44]), np.concatenate([yes, no]), np.full(74, 2.0), 2, 2)
    found, expected = equal_shares(table.take([0]), table.take([1])), ttest_ind(yes, no, equal_var=False)
    assert (found.statistic[0, 1], found.df[0, 1]) == pytest.approx((expected.statistic, expected.df))
    assert found.p_value[0, 1] == pytest.approx(expected.pvalue)
    assert found.statistic[0, 0] == pytest.approx(-expected.statistic)


def test_a_group_without_yes_is_not_certain_of_it():
    """Pooled share and Kish's n stand in: p (1 − p) / n of both groups where the weights are equal."""
    table = weigh(np.repeat([0, 1], 20), [0] * 20 + [0, 1] * 10, np.ones(40), 2, 2)
    found = equal_shares(table.take([0]), table.take([1]))
    assert found.statistic[0, 1] == pytest.approx(-0.5 / np.sqrt(0.25 * 0.75 / 20 + 0.25 / 19))
    alike = weigh(np.repeat([0, 1], 20), [0] * 40, np.ones(40), 2, 2)
    assert np.isnan(equal_shares(alike.take([0]), alike.take([1])).p_value).all()


def test_rare_answers_are_not_found_different_too_often():
    """Without a stand-in, one of ten pairs without a difference would be."""
    draw, sizes = np.random.default_rng(5), (100, 300)
    labels = np.arange(4000)[:, None] * 2 + np.repeat([0, 1], sizes)
    yes = (draw.random(labels.shape) < 0.02).astype(int)
    weights = draw.choice([0.5, 0.8, 1, 1.333, 2.5], labels.shape)
    table = weigh(labels.ravel(), yes.ravel(), weights.ravel(), 8000, 2)._replace(whole=400)
    p_values = equal_shares(table.take(slice(0, None, 2)), table.take(slice(1, None, 2))).p_value[:, 1]
    assert (p_values < 0.05).mean() < 0.06
