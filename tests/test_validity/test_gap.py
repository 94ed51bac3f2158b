import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from kommtyp.errors import FitError
from kommtyp.kmeans import kmeans
from kommtyp.validity import draw_reference, gap_statistic, log_within, max_se, reference_box
from tests.reference_data import figures, ratings

RULES = figures("maxse")["result"]


@pytest.mark.parametrize("name", list(RULES))
def test_rules_choose_as_maxse_does(name):
    case = RULES[name]
    values, se = np.atleast_1d(case["f"]), np.atleast_1d(case["se"])
    for rule, k in case["k"].items():
        assert max_se(values, se, rule=rule, factor=case["SE.factor"]) + 1 == k


@pytest.mark.parametrize("space", ["d.power2_scaledPCA", "d.power2_original"])
def test_gap_and_its_error_are_those_of_clusgap(space):
    reference = figures("clusgap")["result"][space]
    gap, se = gap_statistic(reference["logW"], reference["logW_ref"])
    assert gap == pytest.approx(np.array(reference["gap"]), abs=1e-12)
    assert se == pytest.approx(np.array(reference["SE_sim"]), abs=1e-12)


def test_logarithms_of_the_data_are_those_of_clusgap():
    expected = figures("clusgap")["result"]["d.power2_scaledPCA"]["logW"]
    within = [kmeans(ratings(), k, n_init=100).objective for k in range(1, 6)]
    assert log_within(within) == pytest.approx(np.array(expected[:5]), abs=1e-6)


def test_axes_are_those_of_r_but_for_their_sign():
    box = reference_box(ratings())
    assert np.abs(box.axes) == pytest.approx(np.abs(np.array(figures("clusgap")["V"])), abs=1e-10)


def test_the_whole_statistic_is_that_of_clusgap_on_the_same_numbers():
    expected = figures("validity_live")["gap"]
    X = ratings()[:60]
    uniforms = (np.arange(1, 3 * X.size + 1) * np.sqrt(2) % 1).reshape(3, 8, 60).transpose(0, 2, 1)
    references = draw_reference(reference_box(X), uniforms)
    within = [[kmeans(rows, k, n_init=200).objective for k in range(1, 5)] for rows in (X, *references)]
    logs = log_within(within)
    gap, se = gap_statistic(logs[0], logs[1:])
    assert logs[0] == pytest.approx([row["logW"] for row in expected], abs=1e-6)
    assert gap == pytest.approx([row["gap"] for row in expected], abs=1e-6)
    assert se == pytest.approx([row["SE.sim"] for row in expected], abs=1e-6)


@drawn(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_references_lie_in_the_box_and_reach_its_ends(seed):
    rng = np.random.default_rng(seed)
    X, weights = rng.normal(size=(15, 3)) @ rng.normal(size=(3, 3)), rng.integers(0, 3, 15)
    weights[0] = 1
    box = reference_box(X, weights=weights)
    assert box.axes.T @ box.axes == pytest.approx(np.eye(3), abs=1e-10)
    ends = draw_reference(box, [[0.0] * 3, [1.0] * 3])
    along = (X[weights > 0] - box.center) @ box.axes
    assert (ends - box.center) @ box.axes == pytest.approx(np.array([along.min(axis=0), along.max(axis=0)]))
    repeated = reference_box(np.repeat(X, weights, axis=0))
    assert box.center == pytest.approx(repeated.center)


def test_too_few_rows_for_the_axes_still_make_a_box():
    box = reference_box([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
    assert draw_reference(box, np.full((4, 3), 0.5)) == pytest.approx(np.tile([0.5, 1.0, 1.5], (4, 1)))


def test_one_reference_has_no_error():
    gap, se = gap_statistic([1.0], [[1.5]])
    assert gap.tolist() == [0.5]
    assert np.isnan(se).all()


@pytest.mark.parametrize("given", [([], []), ([1.0, np.nan], [0.1, 0.1]), ([1.0], [-0.1]), ([1.0], [0.1, 0.2])])
def test_rules_refuse_gaps(given):
    with pytest.raises(FitError, match="max_se"):
        max_se(*given)


def test_an_unknown_rule_is_refused():
    with pytest.raises(FitError, match="rule: 'first' is not known"):
        max_se([1.0], [0.1], rule="first")
