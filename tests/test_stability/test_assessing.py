import numpy as np
import pandas as pd
import pytest
from reference_data import figures, ratings

from kommtyp.agreement import best_jaccard
from kommtyp.codebook import packaged_codebook
from kommtyp.errors import FitError
from kommtyp.kmeans import cluster_resamples
from kommtyp.stability import assess_stability, assessing
from kommtyp.typology import fit

GOALS = [item.name for item in packaged_codebook().goals]


@pytest.fixture(scope="module")
def raw_result():
    return fit(pd.DataFrame(ratings(), columns=GOALS), scaling="raw", n_init=50)


@pytest.mark.parametrize(
    ("case", "draws", "multiplicity"),
    [
        ("boot_multipleboot_FALSE_default", "boot", False),
        ("boot_multipleboot_TRUE", "boot", True),
        ("subset", "subset", False),
    ],
)
def test_jaccard_of_each_resample_is_that_of_clusterboot(case, draws, multiplicity):
    """Both sides take the best of 300 starts in every resample."""
    reference = figures("clusterboot")
    counts = np.array([[int(digit) for digit in run] for run in reference[draws]])
    counted = counts if multiplicity else (counts > 0).astype(int)
    original = np.array([int(digit) for digit in reference["result"]["partition"]])
    found = cluster_resamples(ratings(), counted, 4, n_init=300, seeds=range(len(counts)))
    ours = best_jaccard(original, found.labels, counted, 4, 4)
    assert pytest.approx(np.array(reference["result"][case]), abs=reference["tolerance"]) == ours.T


def test_means_agree_with_clusterboot_but_for_chance(raw_result):
    """fpc::clusterboot, 40 other resamples of the same data, the same partition: its mean and its error."""
    reference = figures("clusterboot")["result"]
    theirs = np.array(reference["boot_multipleboot_FALSE_default"])
    ours = assess_stability(raw_result, n_boot=200, n_init=20).by_type
    order = list(dict.fromkeys(raw_result.types.cat.codes))
    error = np.sqrt(theirs.var(axis=1, ddof=1) / theirs.shape[1] + ours["jaccard_se"].to_numpy()[order] ** 2)
    z = (ours["jaccard"].to_numpy()[order] - theirs.mean(axis=1)) / error
    assert (np.abs(z) < 4).all()


def test_membership_is_a_distribution_over_the_types(sample):
    result = fit(sample, n_init=20)
    found = assess_stability(result, n_boot=30, n_init=5)
    keys = result.typology.keys
    for table in (found.membership, found.out_of_bag):
        assert table.index.equals(result.types.index)
        assert table[result.types.isna()].isna().all(axis=None)
        formed = table[result.types.notna()]
        assert formed[keys].sum(axis=1).to_numpy() == pytest.approx(1)
        assert formed["certainty"].to_numpy() == pytest.approx(formed[keys].max(axis=1))
        runner_up = formed["second"].dropna()
        shares = formed.loc[runner_up.index, keys]
        second_largest = np.sort(shares.to_numpy(), axis=1)[:, -2]
        assert shares.to_numpy()[np.arange(len(shares)), runner_up.cat.codes] == pytest.approx(second_largest)
    assert set(found.mixed.index) == set(found.membership.index[found.membership["certainty"] < 0.6])


def test_tables_have_their_fixed_columns(raw_result):
    found = assess_stability(raw_result, n_boot=10, n_init=5)
    assert found.by_type.columns.tolist() == [
        *("type", "n", "jaccard", "jaccard_se", "recovered", "dissolved", "name_returns", "slsw")
    ]
    assert found.agreement.columns.tolist() == ["pair", "ari"]
    assert found.hits.columns.tolist() == ["resample", "objective", "starts", "hits"]
    assert (len(found.agreement), len(found.hits), found.n_boot, found.failed) == (5, 10, 10, 0)


@pytest.mark.parametrize("scheme", ["bootstrap", "subset", "noise"])
@pytest.mark.parametrize("multiplicity", [False, True])
def test_the_number_of_workers_changes_nothing(sample, scheme, multiplicity):
    result = fit(sample, n_init=10)
    one, two = (
        assess_stability(result, n_boot=8, n_init=4, scheme=scheme, multiplicity=multiplicity, n_jobs=jobs)
        for jobs in (1, 2)
    )
    pd.testing.assert_frame_equal(one.by_type, two.by_type)
    pd.testing.assert_frame_equal(one.membership, two.membership)
    assert one.hits["objective"].to_numpy() == pytest.approx(two.hits["objective"].to_numpy(), rel=1e-12)


@pytest.mark.parametrize("options", [{"method": "ward"}, {"n_types": 6}, {"types": "unnamed"}, {"method": "complete"}])
def test_every_kind_of_typology_can_be_assessed(sample, options):
    result = fit(sample, n_init=10, **options)
    found = assess_stability(result, n_boot=6, n_init=4)
    assert found.by_type["type"].tolist() == result.typology.keys
    defined = result.typology.labelling.names >= 0
    assert found.by_type["name_returns"].notna().tolist() == defined.tolist()
    assert found.membership[result.typology.keys].sum(axis=1)[result.types.notna()].to_numpy() == pytest.approx(1)


def test_separate_types_come_back_and_structureless_data_dissolve():
    rng = np.random.default_rng(0)
    noise = pd.DataFrame(rng.integers(1, 6, size=(200, 8)), columns=GOALS)
    planted = noise.clip(2, 3)
    for j, goal in enumerate(GOALS):
        planted.loc[np.arange(200) % 4 == j // 2, goal] = 5
    clear, none = (assess_stability(fit(frame), n_boot=40, n_init=20) for frame in (planted, noise))
    assert (clear.by_type[["jaccard", "recovered", "name_returns"]].to_numpy() > 0.999).all()
    assert clear.agreement["ari"].min() > 0.999
    assert clear.mixed.empty
    assert none.by_type["jaccard"].mean() < 0.65
    assert none.agreement["ari"].mean() < 0.5
    assert len(none.mixed) > 20


def test_resamples_that_cannot_be_clustered_are_counted():
    frame = pd.DataFrame(np.repeat(np.eye(8)[:5] * 4 + 1, [40, 1, 1, 1, 1], axis=0), columns=GOALS)
    found = assess_stability(fit(frame, types="unnamed", n_types=5), n_boot=100, n_init=3)
    assert found.failed > 50
    assert found.n_boot + found.failed == 100
    assert "could not be clustered" in repr(found)


def test_weights_reach_the_resamples(sample):
    plain = fit(sample, n_init=10)
    tripled = fit(sample, n_init=10, weights=np.full(len(sample), 3.0))
    first, second = (assess_stability(result, n_boot=6, n_init=4) for result in (plain, tripled))
    pd.testing.assert_frame_equal(first.by_type, second.by_type)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_boot": 0}, "n_boot: 0 does not do"),
        ({"n_boot": 1}, "n_boot: 1 does not do"),
        ({"n_init": 0}, "n_init: 0 does not do"),
        ({"n_jobs": 0}, "n_jobs: 0 does not do"),
        ({"scheme": "bootstrp"}, "Did you mean 'bootstrap'"),
        ({"on_interrupt": "stop"}, "on_interrupt"),
        ({"random_state": -1}, "random_state: -1 does not do"),
        ({"n_boot": 2.5}, "n_boot: 2.5 does not do"),
        ({"multiplicity": "yes"}, "multiplicity: str given. Use True or False"),
        ({"progress": 2}, "progress: 2 does not do"),
    ],
)
def test_bad_options_are_refused(raw_result, options, message):
    with pytest.raises(FitError, match=message):
        assess_stability(raw_result, **{"n_boot": 4, "n_init": 2, **options})


def test_an_interruption_keeps_what_was_computed_for_those_who_ask(raw_result, monkeypatch):
    def interrupted(total, label, shown):
        return InterruptAfter(2)

    monkeypatch.setattr("kommtyp.kmeans.resampling.BATCH_CELLS", 1)
    monkeypatch.setattr(assessing, "progress_bar", interrupted)
    found = assess_stability(raw_result, n_boot=20, n_init=2, n_jobs=1, on_interrupt="keep")
    assert 2 <= found.n_boot < 20
    with pytest.raises(KeyboardInterrupt):
        assess_stability(raw_result, n_boot=20, n_init=2, n_jobs=1)


class InterruptAfter:
    """A bar at which the user presses Ctrl-C."""

    def __init__(self, steps):
        self.steps = steps

    def __enter__(self):
        return self.advance

    def __exit__(self, *_):
        return None

    def advance(self, count):
        self.steps -= count
        if self.steps <= 0:
            raise KeyboardInterrupt
