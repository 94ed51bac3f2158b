"""Tests of the same units asked twice, against R."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference_data import figures

from kommtyp.tests_of_association import kappa, mcnemar, stuart_maxwell

TABLES = figures("paired")["tables"]
small_tables = arrays(int, (3, 3), elements=st.integers(0, 9))


@pytest.mark.parametrize("name", TABLES)
class TestAgainstR:
    def test_mcnemar(self, name):
        for case in TABLES[name]["mcnemar"]:
            if not case:
                continue
            found = mcnemar(case["left"], case["joined"])
            if case["left"] + case["joined"] < 25:
                assert found.test == "mcnemar_exact"
                assert found.p_value == pytest.approx(case["exact"], rel=1e-10)
            else:
                assert (found.test, found.df) == ("mcnemar", 1)
                assert found.statistic == pytest.approx(case["statistic"], rel=1e-10, abs=1e-12)
                assert found.p_value == pytest.approx(case["p"], rel=1e-10)

    def test_stuart_maxwell(self, name):
        case = TABLES[name]
        found = stuart_maxwell(case["table"])
        assert found.statistic == pytest.approx(case["statistic"], rel=1e-9)
        assert found.df == case["df"]
        if found.test == "stuart_maxwell":
            assert found.p_value == pytest.approx(case["p"], rel=1e-9)
        else:  # R draws a million permutations
            error = np.sqrt(found.p_value * (1 - found.p_value) / 1e6)
            assert found.p_value == pytest.approx(case["approximate"], abs=4 * error)

    def test_kappa(self, name):
        case = TABLES[name]
        found = kappa(case["table"])
        assert float(found.estimate) == pytest.approx(case["kappa"], rel=1e-10)
        np.testing.assert_allclose([found.low, found.high], case["interval"], rtol=1e-9)


def test_exact_and_approximate_tests_were_both_met():
    names = {stuart_maxwell(case["table"]).test for case in TABLES.values()}
    assert names == {"stuart_maxwell", "stuart_maxwell_exact"}


def test_two_answers_are_mcnemars_case():
    table = np.array([[40, 18], [9, 33]])
    assert stuart_maxwell(table).statistic == pytest.approx(mcnemar(18, 9).statistic)
    few = np.array([[40, 8], [3, 33]])
    assert stuart_maxwell(few).p_value == pytest.approx(mcnemar(8, 3).p_value)


def test_nobody_changed():
    assert (mcnemar(0, 0).p_value, mcnemar(0, 0).note) == (1.0, "nobody changed")
    assert (stuart_maxwell(np.diag([3, 4])).p_value, stuart_maxwell(np.zeros((3, 3))).note) == (1.0, "nobody changed")
    assert float(kappa(np.diag([3, 4])).estimate) == 1
    assert np.isnan(kappa([[5, 0], [0, 0]])).all()
    assert np.isnan(kappa(np.zeros((2, 2)))).all()


def test_too_many_possibilities_are_approximated_and_said():
    table = np.zeros((9, 9), int)
    pairs = [(i, j) for i in range(9) for j in range(i)][:24]
    for i, j in pairs:
        table[i, j] = 1
    found = stuart_maxwell(table)
    assert found.test == "stuart_maxwell"
    assert found.note == "approximate: only 24 changed"


@given(small_tables, st.permutations(range(3)))
def test_order_of_answers_and_of_waves_does_not_matter(table, order):
    found = stuart_maxwell(table)
    for other in (table.T, table[np.ix_(order, order)]):
        again = stuart_maxwell(other)
        assert again.p_value == pytest.approx(found.p_value, rel=1e-8)
        np.testing.assert_allclose(kappa(other), kappa(table), atol=1e-9)


@given(small_tables)
def test_p_is_a_probability(table):
    assert 0 <= stuart_maxwell(table).p_value <= 1
    assert 0 <= mcnemar(int(table[0, 1]), int(table[1, 0])).p_value <= 1


def test_exact_p_is_that_of_all_possibilities_counted_one_by_one():
    table = np.array([[5, 2, 1], [0, 5, 2], [1, 1, 5]])
    moves = [(0, 1)] * 2 + [(0, 2)] * 2 + [(1, 2)] * 3
    observed = stuart_maxwell(table).statistic
    as_far = 0
    for way in range(2 ** len(moves)):
        other = np.zeros((3, 3), int)
        for bit, (i, j) in enumerate(moves):
            other[(i, j) if way >> bit & 1 else (j, i)] += 1
        as_far += stuart_maxwell_statistic(other) >= observed - 1e-9
    assert stuart_maxwell(table).p_value == pytest.approx(as_far / 2 ** len(moves))


def stuart_maxwell_statistic(table):
    """Stuart's formula on the first k − 1 answers."""
    gap = (table.sum(1) - table.sum(0))[:-1]
    variance = np.diag(table.sum(1) + table.sum(0) - 2 * np.diag(table)) - (table + table.T) * (1 - np.eye(len(table)))
    return gap @ np.linalg.solve(variance[:-1, :-1], gap)
