"""Weighted types against all and against the best of the others; odds ratios."""

import numpy as np
import pytest
from scipy.special import stdtrit

from kommtyp.intervals import difference_from_all, difference_from_best
from kommtyp.weighting import (
    domain_means,
    small_sample,
    weighted_difference_from_all,
    weighted_difference_from_best,
    weighted_odds_ratio,
)
from tests.reference_data import figures
from tests.test_weighting.test_domains import weighed

DATA = figures("weighting_live")["data"]["synthetic"]
LABELS, WEIGHTS = np.array(DATA["cluster"]) - 1, np.array(DATA["weight"])


def test_odds_ratios_agree_with_svyglm():
    """R's error of the log odds of each group gives that of the ratio; ours corrects both for their size."""
    live = figures("weighting_live")
    share, error = (np.array(live["means"]["ozg"][name][:2]) for name in ("mean", "se"))
    parts = (error / (share * (1 - share))) ** 2
    assert np.sqrt(parts.sum()) == pytest.approx(live["odds"]["se"], rel=1e-6)
    _, table = weighed("ozg")
    ratio = weighted_odds_ratio(table.take([0]), table.take([1]))
    assert np.log(ratio.estimate[0]) == pytest.approx(live["odds"]["log_ratio"], rel=1e-6)
    inflation, df = (field[:2] for field in small_sample(table))
    parts = parts * inflation
    t = stdtrit(parts.sum() ** 2 / (parts**2 / df).sum(), 0.975)
    assert np.log(ratio.high[0] / ratio.low[0]) / 2 == pytest.approx(t * np.sqrt(parts.sum()), rel=1e-9)


@pytest.mark.parametrize("shares", [True, False])
def test_the_difference_from_all_is_the_difference_of_the_means(shares):
    values = np.array(DATA["ozg" if shares else "score"], float)
    found = weighted_difference_from_all(values, LABELS, WEIGHTS, [1, 2], k=4, shares=shares)
    inside = np.isin(LABELS, [1, 2])
    mean = np.average(values[inside], weights=WEIGHTS[inside]) - np.average(values, weights=WEIGHTS)
    assert float(found.estimate) == pytest.approx(mean)
    assert found.low < found.estimate < found.high


@pytest.mark.parametrize("shares", [True, False])
def test_the_difference_from_the_best_is_the_least_of_the_differences(shares):
    values, table = weighed("ozg" if shares else "score")
    means = domain_means(table, values).mean
    answers = np.array(DATA["ozg" if shares else "score"], float)
    found = weighted_difference_from_best(answers, LABELS, WEIGHTS, [0], k=4, shares=shares)
    assert float(found.estimate) == pytest.approx(means[0] - means[1:].max())


@pytest.mark.parametrize(
    ("weighted", "plain"),
    [
        (weighted_difference_from_all, difference_from_all),
        (weighted_difference_from_best, difference_from_best),
    ],
)
def test_equal_weights_give_the_intervals_of_means_without_weights(weighted, plain):
    values = np.array(DATA["score"], float)
    values[:5] = np.nan
    labels = np.where(np.arange(len(LABELS)) % 50 == 0, -1, LABELS)
    found = weighted(values, labels, np.full(len(values), 3.0), [2], k=4, shares=False)
    np.testing.assert_allclose(found, plain(values, labels, [2], k=4, shares=False))


def test_types_without_answers_have_no_difference():
    found = weighted_difference_from_all([np.nan, 1.0], [0, 1], [1, 1], [0], k=2, shares=True)
    assert np.isnan(found).all()
    assert np.isnan(weighted_difference_from_best([np.nan, 1.0], [0, 1], [1, 1], [0], k=2, shares=True)).all()
    assert np.isnan(weighted_difference_from_all([1.0, 0.0], [0, 0], [1, 1], [0], k=2, shares=True)).all()
