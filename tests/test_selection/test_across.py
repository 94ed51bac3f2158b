import numpy as np
import pandas as pd
import pytest

from kommtyp.codebook import packaged_codebook
from kommtyp.errors import FitError
from kommtyp.selection import follow_over_k
from kommtyp.selection.across import _slsa
from kommtyp.typology import fit

GOALS = [item.name for item in packaged_codebook().goals]


@pytest.fixture(scope="module")
def planted():
    """Four groups that are far apart, so that from two to four groups each step divides one of them."""
    rng = np.random.default_rng(0)
    answers = pd.DataFrame(rng.integers(2, 4, size=(200, 8)), columns=GOALS)
    for j, goal in enumerate(GOALS):
        answers.loc[np.arange(200) % 4 == j // 2, goal] = 5
    return fit(answers, n_init=20)


def test_stability_by_hand():
    """Half from each of two groups says nothing, all from one says all: 1 − H / log(2)."""
    assert _slsa(np.array([[5.0, 8.0, 1.0], [5.0, 0.0, 3.0]])) == pytest.approx(
        [0, 1, 1 + (0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(2)]
    )


def test_groups_and_flows_hold_every_municipality_once(planted):
    across = follow_over_k(planted, k=[2, 3, 4, 5], n_init=20)
    assert (across.groups.groupby("k")["n"].sum() == 200).all()
    assert (across.flows.groupby("k")["n"].sum() == 200).all()
    arriving = across.flows.groupby(["k", "group"])["n"].sum()
    sizes = across.groups.set_index(["k", "group"])["n"]
    assert arriving.equals(sizes.loc[arriving.index])
    for _, part in across.groups.groupby("k"):
        assert part["position"].is_monotonic_increasing


def test_groups_that_are_divided_come_from_one_group(planted):
    groups = follow_over_k(planted, k=[2, 3, 4], n_init=20).groups
    assert groups.loc[groups["k"] == 2, "slsa"].isna().all()
    assert groups.loc[groups["k"] == 4, "slsa"].to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("k", [[3], [1, 2], []])
def test_too_few_numbers_of_groups_are_refused(planted, k):
    with pytest.raises(FitError, match="at least two numbers of groups from 2 on"):
        follow_over_k(planted, k=k)
