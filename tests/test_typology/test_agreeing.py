import numpy as np
import pandas as pd
import pytest

from kommtyp.typology import fit, fit_again
from kommtyp.typology.agreeing import agree, kept, match_types, names_compare


@pytest.fixture
def main(sample):
    return fit(sample, n_init=10)


def test_a_classification_agrees_with_itself(main):
    assert agree(main, main) == (406, 1.0, 1.0, 1.0)
    assert match_types(main, main) == {key: key for key in main.typology.keys}


def test_counts_are_those_of_a_cross_table(main):
    other = fit_again(main, method="ward", rows=np.arange(412) % 5 > 0)
    both = pd.concat([main.types, other.types], axis=1, keys=["a", "b"]).dropna().astype(str)
    found = agree(main, other)
    assert found.n == len(both)
    assert found.same_name == pytest.approx((both["a"] == both["b"]).mean())
    table = pd.crosstab(both["a"], both["b"])
    assert found.same_matched == pytest.approx(table.max(axis=1).sum() / len(both))
    assert found.same_matched >= found.same_name
    each = kept(main, other)
    assert each.index.equals(both.index)
    assert each["name"].mean() == pytest.approx(found.same_name)


def test_names_that_only_describe_a_cluster_are_not_compared(main):
    three, six = fit_again(main, n_types=3), fit_again(main, n_types=6, n_init=20)
    assert not names_compare(main, three)
    assert np.isnan(agree(main, three).same_name)
    assert kept(main, three)["name"].isna().all()
    assert len(match_types(main, three)) == len(set(match_types(main, three).values())) == 3
    assert names_compare(main, six)
    assert agree(main, six).same_name <= agree(main, six).same_matched
    unnamed = fit_again(main, types="unnamed")
    assert np.isnan(agree(unnamed, unnamed).same_name)
    assert agree(main, unnamed).ari == 1


def test_nobody_in_common(main):
    even = np.arange(412) % 2 == 0
    found = agree(fit_again(main, rows=even, n_init=2), fit_again(main, rows=~even, n_init=2))
    assert found.n == 0
    assert np.isnan(found[1:]).all()
