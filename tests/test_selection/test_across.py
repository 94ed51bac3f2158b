import numpy as np
import pandas as pd
import pytest

from kommtyp.codebook import packaged_codebook
from kommtyp.datasets import make_survey
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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": [3]}, "k: only 3 given. Give at least two numbers of groups from 2 on"),
        ({"k": 3}, "k: only 3 given"),
        ({"k": [1, 2]}, "k: 1 does not do"),
        ({"k": []}, "k: nothing does not do"),
        ({"k": None}, "k: None does not do"),
        ({"k": [2, 2.5]}, "k: 2.5 does not do"),
        ({"k": [2, 201]}, "k: 201 types wanted of municipalities with"),
        ({"n_init": 0}, "n_init: 0 does not do"),
        ({"random_state": -1}, "random_state: -1 does not do"),
        ({"progress": "yes"}, "progress: 'yes' does not do"),
    ],
)
def test_options_out_of_range_are_refused_by_name(planted, options, message):
    with pytest.raises(FitError, match=message):
        follow_over_k(planted, **{"k": [2, 3], "n_init": 2, **options})


def test_the_bar_reaches_its_end(planted, capsys):
    follow_over_k(planted, k=[2, 3, 4], n_init=2, progress=True)
    assert "numbers of groups" in capsys.readouterr().err


@pytest.mark.parametrize("method", ["ward", "kmedoids", "mixture"])
def test_the_solutions_are_those_of_the_method_of_the_types(method):
    result = fit(make_survey(120, random_state=1), method=method, n_init=5)
    groups = follow_over_k(result, k=[3, 4], n_init=5).groups
    sizes = sorted(groups.loc[groups["k"] == 4, "n"])
    assert sizes == sorted(result.sizes["n"])
