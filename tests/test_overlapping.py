"""Two samples that share rows: against R where nobody or everybody is in both, and by simulation between."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_data import figures

from kommtyp.intervals import moments, newcombe, welch, wilson
from kommtyp.overlapping import (
    Panel,
    change_of_means,
    change_of_shares,
    length_interval,
    mover,
    transitions,
    unchanged_shares,
    wave_shares,
)
from kommtyp.tests_of_association import mcnemar, stuart_maxwell

R = figures("paired")


def paired(table):
    """A panel in which everyone is in both."""
    table = np.asarray(table)
    k = len(table)
    before, after = np.repeat(np.indices((k, k)).reshape(2, -1), table.ravel(), axis=1)
    return Panel(before, after, np.ones(len(before)), np.ones(len(before)), k)


def reference_panel(*, weighted):
    data = R["panel"]
    before, after = np.array(data["before"]) - 1, np.array(data["after"]) - 1
    one = np.ones(len(before))
    weights = (np.array(data["w1"]), np.array(data["w2"])) if weighted else (one, one)
    return Panel(before, after, *weights, 3)


class TestShares:
    def test_paired_interval_is_that_of_a_published_example(self):
        # Complete response before and after therapy (Cavo et al. 2012) in Fagerland, Lydersen & Laake (2017),
        # Statistical Analysis of Contingency Tables, table 8.5; R: contingencytables.
        change = change_of_shares(paired([[59, 6], [16, 80]]))
        assert [round(float(part[0]), 4) for part in change] == [0.0621, 0.0046, 0.1186]

    def test_nobody_in_both_is_newcombes_interval(self):
        counts = np.array(R["nobody_twice"]["counts"])
        found = change_of_shares(separate(counts))
        expected = newcombe(counts[1], counts[1].sum(), counts[0], counts[0].sum())
        for mine, theirs in zip(found, expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-12)

    def test_nobody_in_both_is_pearsons_test(self):
        case = R["nobody_twice"]
        found = unchanged_shares(separate(np.array(case["counts"])))
        np.testing.assert_allclose([one.p_value for one in found.each], case["each"], rtol=1e-10)
        np.testing.assert_allclose([found.all.statistic, found.all.p_value], [case["statistic"], case["p"]], rtol=1e-10)

    @pytest.mark.parametrize("name", ["three", "four", "apart"])
    def test_everyone_in_both_is_mcnemar_and_stuart_maxwell(self, name):
        table = np.array(R["tables"][name]["table"])
        found = unchanged_shares(paired(table))
        np.testing.assert_equal(vars(found.all), vars(stuart_maxwell(table)))  # NaN is equal to NaN here
        left, joined = table.sum(1) - np.diag(table), table.sum(0) - np.diag(table)
        expected = [mcnemar(int(a), int(b)) for a, b in zip(left, joined, strict=True)]
        np.testing.assert_equal([vars(one) for one in found.each], [vars(one) for one in expected])

    def test_one_more_municipality_hardly_changes_a_paired_test(self):
        """The test of partial overlap goes over into the paired one."""
        table = 10 * np.array(R["tables"]["four"]["table"]) + np.array([[0, 40, 0, 0]] + 3 * [[0] * 4])
        panel = paired(table)
        more = Panel(np.r_[panel.before, 2], np.r_[panel.after, -1], np.ones(len(panel.before) + 1),
                     np.ones(len(panel.before) + 1), 4)  # fmt: skip
        assert unchanged_shares(more).all.test == "overlapping_chi2"
        assert unchanged_shares(more).all.statistic == pytest.approx(unchanged_shares(panel).all.statistic, rel=0.03)

    def test_weighted_change_is_that_of_r_with_municipalities_as_clusters(self):
        panel = reference_panel(weighted=True)
        found = unchanged_shares(panel)
        before, after = wave_shares(panel)
        for t, case in enumerate(R["weighted_shares"]):
            assert after.estimate[t] - before.estimate[t] == pytest.approx(case["change"], rel=1e-10)
            assert found.each[t].statistic == pytest.approx(case["change"] / case["se"], rel=1e-10)

    def test_the_correlation_of_weighted_shares_is_that_of_r(self):
        """Where the intervals are symmetric the change has R's standard error."""
        panel, cases = reference_panel(weighted=True), R["weighted_shares"]
        change = change_of_shares(panel, level=0.01)
        for t, case in enumerate(cases):
            half = (change.high[t] - change.low[t]) / 2
            z = half / case["se"]
            assert z == pytest.approx(0.01253, rel=0.01)

    def test_equal_weights_change_nothing_but_the_kind_of_interval(self):
        panel = reference_panel(weighted=False)
        scaled = Panel(panel.before, panel.after, 3 * panel.weight_before, 0.5 * panel.weight_after, 3)
        for mine, theirs in zip(change_of_shares(scaled), change_of_shares(panel), strict=True):
            np.testing.assert_allclose(mine, theirs)

    def test_overlap_narrows_the_interval_of_those_who_stay(self):
        stay = paired([[40, 5], [5, 50]])
        apart = separate(np.array([[45, 55], [45, 55]]))
        width = [np.subtract(found.high, found.low)[0] for found in map(change_of_shares, (stay, apart))]
        assert width[0] < 0.6 * width[1]

    def test_nothing_to_test(self):
        nobody = unchanged_shares(Panel(np.array([0, 1]), np.array([-1, -1]), np.ones(2), np.ones(2), 2))
        assert np.isnan(nobody.all.p_value)
        assert "no municipalities" in nobody.all.note
        empty_type = unchanged_shares(separate(np.array([[5, 5, 0], [4, 6, 0]]))).each[2]
        assert np.isnan(empty_type.p_value)
        assert empty_type.note == "nobody of this type in either wave"
        same = unchanged_shares(paired(np.diag([4, 5, 6])))
        assert [one.p_value for one in same.each] == [1.0] * 3
        weights = np.arange(1.0, 16)
        weighted = paired(np.diag([4, 5, 6]))._replace(weight_before=weights, weight_after=weights)
        assert unchanged_shares(weighted).all.p_value == 1.0
        np.testing.assert_allclose(change_of_shares(weighted).estimate, 0, atol=1e-15)

    @given(st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 2), st.floats(0.2, 5)), min_size=2, max_size=40),
           st.booleans(), st.randoms())  # fmt: skip
    def test_order_does_not_matter_and_swapping_the_waves_turns_the_sign(self, rows, weighted, random):
        before, after = (np.array([row[side] for row in rows]) for side in (0, 1))
        weights = np.array([row[2] for row in rows]) if weighted else np.ones(len(rows))
        panel = Panel(before, after, weights, np.ones(len(rows)), 3)
        mixed = random.sample(range(len(rows)), len(rows))
        shuffled = Panel(before[mixed], after[mixed], weights[mixed], np.ones(len(rows)), 3)
        swapped = Panel(after, before, np.ones(len(rows)), weights, 3)
        change, again, turned = map(change_of_shares, (panel, shuffled, swapped))
        np.testing.assert_allclose(again, change, atol=1e-12)
        np.testing.assert_allclose(turned, [-change.estimate, -change.high, -change.low], atol=1e-12)
        np.testing.assert_array_equal(transitions(swapped), transitions(panel).T)
        p, q = (unchanged_shares(one) for one in (panel, swapped))
        np.testing.assert_allclose(
            [one.p_value for one in [*p.each, p.all]], [one.p_value for one in [*q.each, q.all]], rtol=1e-6, atol=1e-9
        )

    @given(st.lists(st.tuples(st.integers(-1, 1), st.integers(-1, 1)), min_size=2, max_size=60))
    def test_interval_holds_the_change_and_stays_inside(self, rows):
        before, after = np.array(rows).T
        found = change_of_shares(Panel(before, after, np.ones(len(rows)), np.ones(len(rows)), 2))
        if np.isfinite(found.low).all():
            assert (found.low <= found.estimate + 1e-12).all()
            assert (found.estimate <= found.high + 1e-12).all()
            assert (found.low >= -1).all()
            assert (found.high <= 1).all()


def separate(counts):
    """A panel in which nobody is in both."""
    first, second = (np.repeat(np.arange(counts.shape[1]), row) for row in counts)
    n = len(first) + len(second)
    return Panel(
        np.r_[first, np.full(len(second), -1)], np.r_[np.full(len(first), -1), second], np.ones(n), np.ones(n),
        counts.shape[1],
    )  # fmt: skip


class TestMover:
    def test_full_correlation_leaves_the_difference_of_the_halves(self):
        a, b = wilson(50, 100), wilson(50, 100)
        found = mover(a, b, np.array(1.0))
        assert float(found.low) == pytest.approx(0, abs=1e-7)
        assert float(found.high) == pytest.approx(0, abs=1e-7)

    def test_a_larger_correlation_gives_a_narrower_interval(self):
        found = [mover(wilson(30, 80), wilson(20, 70), np.array(r)) for r in (-0.5, 0, 0.5)]
        widths = [float(one.high - one.low) for one in found]
        assert widths == sorted(widths, reverse=True)


class TestMeans:
    def values(self):
        data = R["panel"]
        first, second = np.array(data["before"]) > 0, np.array(data["after"]) > 0
        x, y = (np.array(data[name])[:, None] for name in ("x", "y"))
        return np.where(first[:, None], x, np.nan), np.where(second[:, None], y, np.nan), data

    def test_everyone_in_both_is_the_paired_t_test(self):
        x, y, _ = self.values()
        both = np.isfinite(x[:, 0]) & np.isfinite(y[:, 0])
        found = change_of_means(x[both], y[both], np.ones(both.sum()), np.ones(both.sum()))
        case = R["t"]["paired"]
        ends = [found.change.low[0], found.change.high[0]]
        np.testing.assert_allclose([*ends, found.p_value[0]], [*case["ci"], case["p"]])
        assert found.df[0] == pytest.approx(case["n"] - 1, rel=1e-12)

    def test_nobody_in_both_is_welchs_t_test(self):
        x, y, _ = self.values()
        y = np.where(np.isfinite(x), np.nan, y)
        found = change_of_means(x, y, np.ones(150), np.ones(150))
        case = R["t"]["welch"]
        expected = [*case["ci"], case["p"], case["df"]]
        np.testing.assert_allclose([found.change.low[0], found.change.high[0], found.p_value[0], found.df[0]], expected)
        sides = (moments(values[:, 0], np.zeros(150, int), 1) for values in (y, x))
        assert welch(*sides).p_value[0] == pytest.approx(found.p_value[0], rel=1e-10)

    @pytest.mark.parametrize("kind", ["plain", "weighted"])
    def test_standard_error_is_that_of_r_with_municipalities_as_clusters(self, kind):
        """R corrects by the number of clusters, here each wave by its own size; large samples take it away."""
        x, y, data = self.values()
        w1, w2 = (np.array(data[name]) if kind == "weighted" else np.ones(150) for name in ("w1", "w2"))
        case = R["means"][kind]
        many = 400
        tiled = change_of_means(np.tile(x, (many, 1)), np.tile(y, (many, 1)), np.tile(w1, many), np.tile(w2, many))
        assert tiled.change.estimate[0] == pytest.approx(case["change"], rel=1e-10)
        linearised = np.sqrt(tiled.covariance[0, 0] * many)
        assert linearised == pytest.approx(case["se"] * np.sqrt(149 / 150), rel=2e-4)

    def test_too_few_or_nothing_that_varies(self):
        one = np.array([[1.0, 2.0], [np.nan, np.nan]])
        found = change_of_means(one, one[::-1], np.ones(2), np.ones(2))
        assert np.isnan([*found.change.low, *found.p_value]).all()
        np.testing.assert_array_equal(found.change.estimate, 0)
        same = np.array([[1.0], [2.0], [3.0]])
        assert np.isnan(change_of_means(same, same + 1, np.ones(3), np.ones(3)).change.low[0])


class TestLengths:
    @pytest.mark.parametrize("case", R["lengths"])
    def test_ends_are_those_of_rs_noncentral_distribution(self, case):
        """With a covariance of `df` equal parts the approximation is exact."""
        df = case["df"]
        whole = int(df)
        variances = np.ones(whole) if df == whole else np.array([1.0, 1, 1, (df - 3) ** 0.5])
        total, squares = variances.sum(), (variances**2).sum()
        unit, freedom = squares / total, total**2 / squares
        change = np.zeros(len(variances))
        change[0] = np.sqrt(case["value"] * unit)
        found = length_interval(change, np.diag(variances))
        if freedom == pytest.approx(df):
            assert found.low**2 / unit == pytest.approx(case["low"], rel=1e-6, abs=1e-9)
            assert found.high**2 / unit == pytest.approx(max(case["high"], case["value"]), rel=1e-6)
            assert found.p_value == pytest.approx(case["p"], rel=1e-10)
        assert found.noise == pytest.approx(np.sqrt(total))

    def test_without_covariance_there_is_a_length_only(self):
        found = length_interval(np.array([3.0, 4.0]), np.full((2, 2), np.nan))
        assert found.length == 5
        assert np.isnan(found[1:]).all()
        assert np.isnan(length_interval(np.zeros(2), np.zeros((2, 2))).p_value)

    @pytest.mark.parametrize("shift", [0.0, 0.15, 0.6])
    def test_coverage_with_unequal_parts(self, shift):
        """Simulated: parts of very different error, moved in the least favourable direction."""
        draw = np.random.default_rng(3)
        covariance = np.diag([0.04, 0.02, 0.01, 0.005, 0.005, 0.0])
        true = np.array([shift, 0, 0, 0, 0, 0])
        found = [length_interval(true + np.sqrt(np.diag(covariance)) * draw.standard_normal(6), covariance)
                 for _ in range(600)]  # fmt: skip
        covered = np.mean([one.low <= shift <= one.high for one in found])
        assert 0.92 <= covered <= 0.995


def simulate(draw, n1, n2, shared, p, move, spread=0.0):
    """Types of two waves; those in both move by a transition matrix, those in one have the shares it leads to."""
    total = n1 + n2 - shared
    before = draw.choice(len(p), total, p=p)
    after = (draw.random(total)[:, None] > np.cumsum(move[before], axis=1)).sum(axis=1).clip(0, len(p) - 1)
    before[n1:] = -1
    after[: n1 - shared] = -1
    weights = np.exp(spread * draw.standard_normal((2, total)))
    return Panel(before, after, *weights, len(p))


@pytest.mark.parametrize("spread", [0.0, 0.5])
@pytest.mark.parametrize(("n1", "n2", "shared"), [(120, 100, 0), (120, 100, 60), (100, 100, 100)])
def test_coverage_of_the_change_by_simulation(n1, n2, shared, spread):
    """1,200 draws: a share of 95 % would show 93 to 97 %; paired intervals are conservative. With weights, too."""
    draw = np.random.default_rng([n1, shared])
    p = np.array([0.1, 0.3, 0.6])
    move = 0.7 * np.eye(3) + 0.3 * np.array([0.3, 0.3, 0.4])
    change = p @ move - p
    covered = 0
    for _ in range(1200):
        found = change_of_shares(simulate(draw, n1, n2, shared, p, move, spread))
        covered = covered + ((found.low <= change) & (change <= found.high))
    assert (covered / 1200 >= 0.925).all()
    assert (covered / 1200).mean() <= (0.975 if shared < n1 else 0.99)


@pytest.mark.parametrize(("n1", "n2", "shared"), [(120, 100, 60), (200, 150, 140)])
def test_size_of_the_tests_by_simulation(n1, n2, shared):
    draw = np.random.default_rng([n1, shared])
    p = np.array([0.15, 0.3, 0.55])
    move = 0.6 * np.eye(3) + 0.4 * p
    outcomes = [unchanged_shares(simulate(draw, n1, n2, shared, p, move)) for _ in range(400)]
    each = np.array([[one.p_value < 0.05 for one in outcome.each] for outcome in outcomes]).mean(axis=0)
    whole = np.mean([outcome.all.p_value < 0.05 for outcome in outcomes])
    assert (each <= 0.085).all()
    assert 0.02 <= whole <= 0.08
