"""Intervals against R, and what must hold for any counts and values."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln, ndtri

from kommtyp.intervals import (
    Moments,
    difference_from_all,
    difference_from_best,
    goodman,
    mean_interval,
    moments,
    newcombe,
    welch,
    wilson,
)

REFERENCE = Path(__file__).parent / "reference"
LIVE = json.loads((REFERENCE / "statistics_live.json").read_text())
counts = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair)))


def read(name):
    return json.loads((REFERENCE / name).read_text())


@pytest.mark.parametrize("case", read("proportion_ci.json")["result"], ids=lambda case: f"{case['x']}/{case['n']}")
def test_wilson_agrees_with_prop_test(case):
    interval = wilson(case["x"], case["n"])
    np.testing.assert_allclose([interval.low, interval.high], case["wilson"], rtol=0, atol=1e-10)


def test_wilson_is_vectorised_and_empty_groups_have_no_interval():
    interval = wilson([0, 3, 0], [10, 10, 0])
    assert interval.low[0] == 0
    assert np.isnan([interval.estimate[2], interval.low[2], interval.high[2]]).all()
    np.testing.assert_allclose(interval.high[1], wilson(3, 10).high)


@pytest.mark.parametrize("case", read("newcombe_difference_ci.json")["result"], ids=str)
def test_newcombe_agrees_with_method_10(case):
    interval = newcombe(case["x1"], case["n1"], case["x2"], case["n2"])
    np.testing.assert_allclose(interval.estimate, case["diff"], atol=1e-8)
    np.testing.assert_allclose([interval.low, interval.high], case["newcombe_method10"], rtol=0, atol=1e-8)


@pytest.mark.parametrize("case", LIVE["goodman"], ids=str)
def test_goodman_agrees_with_r(case):
    interval = goodman(case["counts"], level=case["level"])
    np.testing.assert_allclose(interval.low, case["low"], atol=1e-9)
    np.testing.assert_allclose(interval.high, case["high"], atol=1e-9)


def test_goodman_of_two_answers_is_wilson_at_half_the_error():
    np.testing.assert_allclose(goodman([12, 30], level=0.95).low[0], wilson(12, 42, level=0.975).low)


def test_t_interval_agrees_with_t_test():
    values = np.array(LIVE["means"]["a"], float)
    interval = mean_interval(values.mean(), values.std(ddof=1), values.size)
    np.testing.assert_allclose([interval.low, interval.high], LIVE["means"]["t_interval"], rtol=1e-10)


def test_no_t_interval_for_one_value_or_without_spread():
    interval = mean_interval([3.0, 4.0], [np.nan, 0.0], [1, 20])
    assert np.isnan(interval.low).all()
    np.testing.assert_array_equal(interval.estimate, [3.0, 4.0])


def of(*groups):
    values = np.concatenate([np.asarray(group, float) for group in groups])
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return moments(values, labels, len(groups))


def at(groups, place):
    return Moments(*(field[place] for field in groups))


@pytest.mark.parametrize(("first", "second", "level", "name"), [("a", "b", 0.95, "welch"), ("b", "d", 0.9, "welch90")])
def test_welch_agrees_with_t_test(first, second, level, name):
    groups = of(LIVE["means"][first], LIVE["means"][second])
    difference = welch(at(groups, 0), at(groups, 1), level=level)
    expected = LIVE["means"][name]
    theirs = [expected["estimate"], *expected["ci"], expected["t"], expected["df"], expected["p"]]
    np.testing.assert_allclose(difference, theirs, rtol=1e-10)


@pytest.mark.parametrize("outcome", ["autom", "score", "p7", "airquality"])
def test_moments_and_welch_agree_with_r_on_the_oracle(outcome):
    case, indicators = read("numeric_by_group.json")["result"][outcome], read("indicators.json")["data"]
    columns = indicators["airquality"] if outcome == "airquality" else indicators
    names = ("Ozone", "Month") if outcome == "airquality" else (outcome, "cluster")
    values = np.array([np.nan if value is None else value for value in columns[names[0]]], float)
    labels = np.searchsorted(case["groups"], [str(group) for group in columns[names[1]]])
    groups = moments(values, labels, len(case["groups"]))
    np.testing.assert_array_equal(groups.n, case["n"])
    np.testing.assert_allclose(groups.mean, case["mean"], rtol=1e-12)
    np.testing.assert_allclose(groups.sd, case["sd"], rtol=1e-12)
    for pair in case["pairs"]:
        i, j = (case["groups"].index(pair[key]) for key in ("group1", "group2"))
        ours = welch(at(groups, i), at(groups, j))
        np.testing.assert_allclose([ours.low, ours.high], pair["welch"]["ci"], rtol=1e-6)
        np.testing.assert_allclose(ours.p_value, pair["welch"]["p"], rtol=1e-6)


def test_moments_leave_out_missing_values_and_rows_without_a_group():
    groups = moments([1.0, 2.0, np.nan, 9.0], [0, 0, 1, -1], 2)
    np.testing.assert_array_equal(groups.n, [2, 0])
    assert groups.mean[0] == 1.5
    assert np.isnan(groups.mean[1])


def test_moments_of_large_values_lose_no_spread():
    groups = moments(1e9 + np.array([0.0, 1.0, 2.0]), [0, 0, 0], 1)
    np.testing.assert_allclose(groups.sd, 1.0, rtol=1e-9)


@given(counts, counts, st.floats(0.5, 0.999))
def test_intervals_contain_their_estimates_and_stay_in_bounds(first, second, level):
    for count, n in (first, second):
        interval = wilson(count, n, level=level)
        assert n == 0 or 0 <= interval.low <= interval.estimate + 1e-12 <= interval.high + 2e-12 <= 1 + 3e-12
    if first[1] and second[1]:
        interval = newcombe(*first, *second, level=level)
        assert -1 <= interval.low <= interval.estimate <= interval.high <= 1
        turned = newcombe(*second, *first, level=level)
        np.testing.assert_allclose([turned.low, turned.high], [-interval.high, -interval.low], atol=1e-12)


@settings(max_examples=50)
@given(st.data())
def test_differences_do_not_depend_on_row_order_missing_rows_or_the_names_of_types(data):
    n = data.draw(st.integers(12, 60))
    shares = data.draw(st.booleans())
    values = np.array(data.draw(st.lists(st.integers(0, 1 if shares else 4), min_size=n, max_size=n)), float)
    labels = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)))
    order = np.array(data.draw(st.permutations(range(n))))
    padded = np.concatenate([values, np.full(5, np.nan)]), np.concatenate([labels, [0, 1, 2, -1, 0]])
    renamed = np.where(labels < 0, -1, 2 - labels)
    for difference in (difference_from_all, difference_from_best):
        plain = difference(values, labels, [0], k=3, shares=shares)
        for other in (
            difference(values[order], labels[order], [0], k=3, shares=shares),
            difference(*padded, [0], k=3, shares=shares),
            difference(values, renamed, [2], k=3, shares=shares),
        ):
            np.testing.assert_allclose(other, plain, atol=1e-12)
        if not np.isnan(plain.low):
            assert plain.low <= plain.estimate + 1e-12 <= plain.high + 2e-12


def test_difference_from_all_is_share_of_type_minus_share_of_all():
    values, labels = np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 1.0]), np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
    for shares in (True, False):
        assert difference_from_all(values, labels, [0], k=3, shares=shares).estimate == pytest.approx(2 / 3 - 0.4)
        both = difference_from_all(values, labels, [0, 1], k=3, shares=shares)
        assert both.estimate == pytest.approx(0.5 - 0.4)


def test_difference_from_best_takes_the_best_of_those_that_answered():
    values = np.array([1, 1, 1, 0, 0, 1, 0, 0, np.nan, np.nan])
    labels = np.array([0, 0, 0, 0, 1, 1, 2, 2, 3, 3])
    best = difference_from_best(values, labels, [0], k=4, shares=True)
    assert best.estimate == pytest.approx(0.75 - 0.5)
    assert best.low == min(newcombe(3, 4, 1, 2).low, newcombe(3, 4, 0, 2).low)
    assert best.high == min(newcombe(3, 4, *pair, level=0.975).high for pair in ((1, 2), (0, 2)))


@pytest.mark.parametrize("labels", [[1, 1, 1, 2, 2], [0, 0, 0, 0, 0], [-1, -1, -1, -1, -1]])
def test_differences_without_a_type_or_without_others_are_missing(labels):
    for difference in (difference_from_all, difference_from_best):
        for shares in (True, False):
            interval = difference([1, 0, 1, 1, 0], labels, [0], k=3, shares=shares)
            assert np.isnan(interval).all()


def bounds(coverage, runs):
    """How far a simulated coverage may lie from its level: five standard errors."""
    return 5 * np.sqrt(coverage * (1 - coverage) / runs)


def test_share_intervals_cover_what_they_promise():
    draw, runs = np.random.default_rng(5), 20_000
    pairs = [(0.3, 90), (0.1, 60), (0.5, 120)]
    yes = {pair: draw.binomial(pair[1], pair[0], runs) for pair in pairs}
    for share, n in pairs:
        interval = wilson(yes[share, n], n)
        covered = ((interval.low <= share) & (share <= interval.high)).mean()
        exact = sum(
            np.exp(_log_binomial(n, x, share)) for x in range(n + 1) if wilson(x, n).low <= share <= wilson(x, n).high
        )
        assert abs(covered - exact) < bounds(exact, runs)
        assert 0.925 < exact < 0.975
    interval = newcombe(yes[pairs[0]], 90, yes[pairs[1]], 60)
    covered = ((interval.low <= 0.2) & (interval.high >= 0.2)).mean()
    assert 0.94 - bounds(0.95, runs) < covered < 0.96 + bounds(0.95, runs)


def _log_binomial(n, x, share):
    return gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + x * np.log(share) + (n - x) * np.log(1 - share)


def test_goodman_covers_all_shares_together():
    draw, runs = np.random.default_rng(7), 10_000
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    interval = goodman(draw.multinomial(100, shares, size=runs))
    covered = ((interval.low <= shares) & (shares <= interval.high)).all(1).mean()
    assert covered > 0.95 - bounds(0.95, runs)


def test_best_of_the_others_is_rarely_beaten_by_chance():
    """With three equal types the low end lies above 0 in at most 2.5 % of surveys."""
    draw, runs = np.random.default_rng(11), 2_000
    labels = np.repeat([0, 1, 2], 60)
    above = missed = 0
    for _ in range(runs):
        values = (draw.random(180) < 0.4).astype(float)
        interval = difference_from_best(values, labels, [0], k=3, shares=True)
        above += interval.low > 0
        missed += interval.high < 0
    assert above / runs < 0.025 + bounds(0.025, runs)
    assert missed / runs < 0.025 + bounds(0.025, runs)


def test_levels_are_those_of_the_normal_distribution():
    share, n = 0.5, 10_000
    for level in (0.8, 0.99):
        interval = wilson(share * n, n, level=level)
        assert interval.high - interval.low == pytest.approx(2 * ndtri(0.5 + level / 2) * 0.5 / 100, rel=1e-2)
