"""Whether the types still fit: planted drift is found, noise alone is not taken for it."""

import numpy as np
import pytest
from wave_data import two_waves

from kommtyp.scaling import apply_scaling
from kommtyp.typology import fit
from kommtyp.waves import compare_waves, signs


@pytest.fixture(scope="module")
def drifted():
    first, second = two_waves(300, 200, seed=4, moved=1.2)
    return compare_waves(fit(first, n_init=20), second, n_boot=30, n_init=10)


@pytest.fixture(scope="module")
def calm():
    first, second = two_waves(300, 200, seed=5)
    return fit(first, n_init=20), second


class TestDrift:
    def test_planted_drift_is_found_where_it_is(self, drifted):
        centers = drifted.centers.set_index("type")
        assert centers["p_corrected"].idxmin() == "optimierer"
        assert signs(drifted)["drift"][:1] == ["optimierer"]
        moved = drifted.drift.set_index(["type", "goal"]).loc[("optimierer", "recht")]
        assert moved["ci_low"] > 0
        assert moved["drift"] == drifted.drift.query("type == 'optimierer'")["drift"].max()
        assert "„Die Optimierer“ (verschoben um" in drifted.sentence("de")
        assert "“The Optimizers” (moved by" in drifted.sentence("en")

    def test_means_are_those_of_the_members(self, calm):
        earlier, second = calm
        waves = compare_waves(earlier, second, n_boot=0)
        later = earlier.typology.classify(second)
        members = later.types == "serviceorientierte"
        scaled = apply_scaling(earlier.typology.scaling, later.ratings[members].to_numpy())
        rows = waves.drift[waves.drift["type"] == "serviceorientierte"]
        np.testing.assert_allclose(rows["later"], scaled.mean(axis=0))
        np.testing.assert_allclose(rows["earlier"], rows["center"], atol=1e-9)
        distance = waves.centers.set_index("type").loc["serviceorientierte", "distance"]
        assert distance == pytest.approx(np.sqrt((rows["drift"] ** 2).sum()))
        assert distance == pytest.approx(np.linalg.norm(scaled.mean(axis=0) - rows["center"]))

    def test_relative_is_in_units_of_the_gap_between_types(self, calm):
        earlier, second = calm
        centers = earlier.typology.centers.to_numpy()
        gaps = np.linalg.norm(centers[:, None] - centers[None, :], axis=2) + np.diag([np.inf] * 4)
        found = compare_waves(earlier, second, n_boot=0).centers
        np.testing.assert_allclose(found["relative"], found["distance"] / gaps.min(axis=1))


class TestFar:
    def test_expected_is_one_less_the_quantile(self, calm):
        earlier, second = calm
        for far in (0.9, 0.95):
            table = compare_waves(earlier, second, n_boot=0, far=far).far
            assert table["expected"].iloc[0] == pytest.approx(1 - far, abs=2 / 300)
            assert table["far"].iloc[1:].sum() == table["far"].iloc[0]
            assert table["n"].iloc[1:].sum() == table["n"].iloc[0]

    def test_limit_is_that_of_the_distances_without_ones_own_pull(self, calm):
        earlier, second = calm
        n = earlier.types.value_counts()
        freed = earlier.distances.copy()
        for key in freed:
            own = earlier.types == key
            freed.loc[own, key] *= n[key] / (n[key] - 1)
        limit = compare_waves(earlier, second, n_boot=0).far_limit
        assert limit == pytest.approx(np.quantile(freed.min(axis=1).dropna(), 0.95))

    def test_answers_without_types_are_far(self, calm):
        earlier, second = calm
        rng = np.random.default_rng(1)
        wild = second.copy()
        wild.iloc[:150] = rng.choice([1.0, 5.0], (150, 8))
        waves = compare_waves(earlier, wild, n_boot=0)
        assert waves.far["excess_low"].iloc[0] > 0.2
        assert signs(waves)["far"]
        assert "mehr Kommunen als früher liegen fern" in waves.sentence()


class TestReformed:
    def test_the_same_types_are_found_again(self, calm):
        earlier, second = calm
        waves = compare_waves(earlier, second, n_boot=30, n_init=10)
        row = waves.reformed.iloc[0]
        assert row["ari"] > 0.7
        assert row["same_name"] == row["same_matched"] > 0.85
        assert row["expected_low"] <= row["expected_ari"] <= row["expected_high"] <= 1
        assert row["resamples"] == 30
        assert row["expected_ari"] < 1
        assert waves.reformed_types["frozen"].tolist() == waves.reformed_types["type"].tolist()

    def test_the_yardstick_does_not_depend_on_the_order_of_rows(self):
        first, second = two_waves(80, 50, seed=2)
        mixed = first.sample(frac=1, random_state=1)
        one, other = (compare_waves(fit(rows, n_init=10), second, n_boot=8, n_init=5) for rows in (first, mixed))
        np.testing.assert_allclose(one.reformed.iloc[0, :7].astype(float), other.reformed.iloc[0, :7].astype(float))
        assert one.reformed["expected_low"].iloc[0] < 1

    def test_types_formed_afresh_have_the_weights_of_the_later_wave(self, calm):
        earlier, second = calm
        weights = np.random.default_rng(3).uniform(0.2, 4, len(second))
        waves = compare_waves(earlier, second, weights=weights, n_boot=0)
        afresh = fit(second, weights=weights, n_init=20)
        np.testing.assert_allclose(waves.reformed_types["share"], afresh.sizes["share"])
        plain = compare_waves(earlier, second, n_boot=0).reformed_types
        np.testing.assert_allclose(plain["share"], fit(second, n_init=20).sizes["share"])
        assert np.abs(plain["share"] - waves.reformed_types["share"]).max() > 0.005

    def test_a_type_that_is_gone_shows(self):
        first, _ = two_waves(300, 0, seed=6)
        _, second = two_waves(300, 0, seed=7, shares=(0.5, 0.5, 0.0, 0.0))
        waves = compare_waves(fit(first, n_init=20), second, n_boot=30, n_init=10)
        assert signs(waves)["ari"]
        assert waves.reformed["ari"].iloc[0] < waves.reformed["expected_low"].iloc[0]


def test_calibration_when_only_noise_differs():
    """24 pairs of waves: the intervals of the drift hold 0 in about 95 % of cases, signs are rare."""
    holds, far, centers = [], 0, 0
    for seed in range(24):
        first, second = two_waves(150, 80, seed=100 + seed)
        waves = compare_waves(fit(first, n_init=8), second, n_boot=0)
        holds.append(((waves.drift["ci_low"] <= 0) & (waves.drift["ci_high"] >= 0)).mean())
        far += signs(waves)["far"]
        centers += bool(signs(waves)["drift"])
    assert 0.92 <= np.mean(holds) <= 0.98
    assert far <= 6
    assert centers <= 6
