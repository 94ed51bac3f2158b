"""Corrected p-values against R's p.adjust."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.errors import FitError
from kommtyp.multiplicity import correct

ORACLE = json.loads((Path(__file__).parent / "reference" / "p_adjust.json").read_text())
p_values = st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=30)


@pytest.mark.parametrize("name", list(ORACLE["result"]))
@pytest.mark.parametrize(("correction", "method"), [("holm", "holm"), ("bh", "BH"), ("none", "none")])
def test_agrees_with_p_adjust(name, correction, method):
    case = ORACLE["result"][name]
    raw, expected = ([np.nan if p is None else p for p in case[key]] for key in ("p", method))
    np.testing.assert_allclose(correct(raw, correction), expected, rtol=1e-14, atol=0)


@given(p_values, st.sampled_from(["holm", "bh"]))
def test_nan_does_not_count_and_order_does_not_matter(raw, correction):
    raw = np.array(raw, float)
    corrected = correct(raw, correction)
    done = ~np.isnan(raw)
    np.testing.assert_array_equal(np.isnan(corrected), ~done)
    np.testing.assert_array_equal(corrected[done], correct(raw[done], correction))
    np.testing.assert_array_equal(corrected[::-1], correct(raw[::-1], correction))
    assert (corrected[done] >= raw[done]).all()
    assert (corrected[done] <= 1).all()


def test_the_given_values_are_not_written_to():
    raw = np.array([0.01, 0.02])
    correct(raw, "holm")
    np.testing.assert_array_equal(raw, [0.01, 0.02])


def test_unknown_corrections_are_refused_with_the_nearest():
    with pytest.raises(FitError, match="Did you mean 'holm'"):
        correct([0.1], "Holm")
