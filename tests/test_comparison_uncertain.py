"""The comparison with uncertain types: its tables, and what they say where the truth is known."""


from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kommtyp.comparison import compare
from kommtyp.comparison.records import COLUMNS
from kommtyp.datasets import make_survey
from kommtyp.errors import FitError
from kommtyp.raking import rake
from kommtyp.scaling import apply_scaling
from kommtyp.stability import repeat_types
from kommtyp.typology import fit

NAMES = ["mobile_app", "prozessautomation", "ozg_strategie", "einwohner", "schmerz_personal"]
YES_OR_NO = ["fim_bekannt", "bots", "chatbot", "mobile_app", "open_data", "qualifizierung", "co_creation"]
KEYS = ["bedaechtige", "optimierer", "serviceorientierte", "community_manager"]
TABLES = ("uncertain", "uncertain_differences")


@pytest.fixture(scope="module")
def result():
    return fit(make_survey(250, random_state=2), n_init=20)


@pytest.fixture(scope="module")
def comparison(result):
    return compare(result, NAMES, n_boot=60, n_init=5)


def test_nothing_is_resampled_unless_asked_for(result):
    plain = compare(result, NAMES)
    assert all(getattr(plain, name).empty for name in TABLES)
    assert all(getattr(plain, name).columns.tolist() == COLUMNS[name] for name in TABLES)


def test_estimates_and_plain_intervals_are_those_of_the_comparison(comparison):
    plain, doubt = comparison.estimates, comparison.uncertain
    keys = ["indicator", "category", "type"]
    assert doubt[keys].equals(plain[keys])
    for ours, theirs in (("estimate", "estimate"), ("plain_low", "ci_low"), ("plain_high", "ci_high")):
        np.testing.assert_allclose(doubt[ours], plain[theirs], rtol=1e-9, err_msg=ours)
    differences = comparison.uncertain_differences.query("indicator == 'mobile_app'")
    pairs = comparison.pairs.query("indicator == 'mobile_app'")
    rest = comparison.versus_rest.query("indicator == 'mobile_app'")
    for ours, theirs in (("difference", "difference"), ("plain_low", "ci_low"), ("plain_high", "ci_high")):
        np.testing.assert_allclose(differences[ours], [*pairs[theirs], *rest[theirs]], err_msg=ours)
    assert differences["type_b"].tolist() == [*pairs["type_b"], *[""] * 4]


def test_resamples_agree_with_pandas(result, comparison):
    repeats = repeat_types(result, n_boot=60, n_init=5)
    answers = result.survey.answers[repeats.formed]
    means = []
    for counts, types in zip(repeats.counts, repeats.types, strict=True):
        drawn = np.repeat(np.arange(len(counts)), counts)
        means.append(answers["prozessautomation"].iloc[drawn].groupby(types[drawn]).mean().reindex(range(4)))
    means = np.array(means)
    rows = comparison.uncertain.query("indicator == 'prozessautomation' and category == ''")
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    np.testing.assert_allclose(rows["ci_low"], np.minimum(low, rows["plain_low"]))
    np.testing.assert_allclose(rows["ci_high"], np.maximum(high, rows["plain_high"]))
    np.testing.assert_allclose(rows["leads"], (means == means.max(axis=1, keepdims=True)).mean(axis=0))
    first = comparison.uncertain_differences.query("indicator == 'prozessautomation'").iloc[0]
    low, high = np.percentile(means[:, 0] - means[:, 1], [2.5, 97.5])
    assert first["ci_low"] == pytest.approx(min(low, first["plain_low"]))
    assert first["ci_high"] == pytest.approx(max(high, first["plain_high"]))


def test_doubt_never_narrows(comparison):
    for name, column in (("uncertain", "estimate"), ("uncertain_differences", "difference")):
        rows = getattr(comparison, name).dropna()
        assert len(rows)
        assert (rows["width_ratio"] >= 1 - 1e-12).all()
        assert ((rows["ci_low"] <= rows[column] + 1e-12) & (rows[column] <= rows["ci_high"] + 1e-12)).all()
    leads = comparison.uncertain.groupby(["indicator", "category"])["leads"].sum()
    np.testing.assert_allclose(leads, 1)
    rows = comparison.uncertain.dropna()
    assert ((rows["corrected_low"] <= rows["corrected"]) & (rows["corrected"] <= rows["corrected_high"])).all()


def test_the_seed_decides(result, comparison):
    again = compare(result, NAMES[:1], n_boot=60, n_init=5)
    other = compare(result, NAMES[:1], n_boot=60, n_init=5, random_state=1)
    mine = comparison.uncertain.query("indicator == 'mobile_app'").reset_index(drop=True)
    pd.testing.assert_frame_equal(again.uncertain, mine)
    assert not other.uncertain.equals(mine)


def test_clear_types_bring_no_doubt():
    clear = fit(make_survey(200, random_state=1, clarity=8, straightliners=0, missing=0), n_init=20)
    rows = compare(clear, ["mobile_app", "prozessautomation"], n_boot=50, n_init=10).uncertain
    width = rows["plain_high"] - rows["plain_low"]
    assert ((rows["corrected"] - rows["estimate"]).abs() < width / 10).all()
    means = rows[rows["category"] == ""]
    assert means["width_ratio"].max() < 1.3


def test_correction_takes_types_apart():
    """Blurred types look more alike than they are; corrected, they lie nearer to what was planted."""
    raw, corrected = [], []
    for seed in range(4):
        answers = make_survey(1000, random_state=seed, clarity=2, missing=0, with_truth=True)
        truth = answers.groupby("planted_type")["mobile_app"].mean()
        result = fit(answers.drop(columns="planted_type"), n_init=20)
        found = compare(result, "mobile_app", n_boot=2, n_init=2).uncertain
        planted = truth.reindex(found["type"]).to_numpy()
        raw.append(found["estimate"].to_numpy() - planted)
        corrected.append(found["corrected"].to_numpy() - planted)
    assert np.abs(np.mean(corrected, axis=0)).mean() < np.abs(np.mean(raw, axis=0)).mean()


def by_hand(result, answers, probabilities):
    """Shares of the types, with the inverse of the matrix of errors step by step."""
    typed = result.types.notna().to_numpy()
    labels, probabilities = result.types.cat.codes.to_numpy()[typed], probabilities[typed]
    errors = np.array([[probabilities[labels == s, t].sum() for s in range(4)] for t in range(4)])
    undone = np.linalg.inv(errors / errors.sum(axis=1, keepdims=True))[labels]
    yes = answers[typed]
    known = np.isfinite(yes)
    return np.clip((undone[known] * yes[known, None]).sum(axis=0) / undone[known].sum(axis=0), 0, 1)


def test_a_mixture_knows_its_errors_itself():
    found = fit(make_survey(250, random_state=3), method="mixture", n_init=5)
    rows = compare(found, "mobile_app", n_boot=3, n_init=2).uncertain
    answers = found.survey.answers["mobile_app"].to_numpy(dtype=float)
    np.testing.assert_allclose(rows["corrected"], by_hand(found, answers, found.posterior.to_numpy()))


def planted(n, seed, shares):
    """A survey of blurred types with planted yes-or-no answers, and the planted type of those who have one."""
    answers = make_survey(n, random_state=seed, clarity=2.2, missing=0, with_truth=True)
    truth, draw = answers.pop("planted_type"), np.random.default_rng([seed, n])
    for j, name in enumerate(YES_OR_NO):
        of_type = dict(zip(KEYS, np.roll(shares, j), strict=True))
        answers[name] = (draw.random(n) < truth.map(of_type).to_numpy(dtype=float)).astype(float)
    found = fit(answers, n_init=20)
    return found, truth.set_axis(found.types.index)[found.types.notna()]


def test_each_interval_holds_the_share_it_speaks_of():
    """The uncertain one that of the type as formed, the corrected one that of the planted type, the plain one less."""
    shares = (0.03, 0.1, 0.3, 0.85)
    everyone, truth = planted(10_000, 0, shares)
    answers = everyone.survey.answers.loc[truth.index, YES_OR_NO]
    truths = {"planted": answers.groupby(truth).mean(), "formed": answers.groupby(everyone.types, observed=True).mean()}
    hits = []
    for seed in range(1, 13):
        rows = compare(planted(412, seed, shares)[0], YES_OR_NO, n_boot=40, n_init=5, pairwise=False).uncertain
        place = pd.MultiIndex.from_frame(rows[["type", "indicator"]].astype(str))
        for what, table in truths.items():
            rows[what] = table.stack().reindex(place).to_numpy()
        hits.append(rows)
    rows = pd.concat(hits)

    def held(low, high, what):
        return ((rows[low] <= rows[what]) & (rows[what] <= rows[high])).mean()

    assert held("plain_low", "plain_high", "planted") < 0.82
    assert held("ci_low", "ci_high", "formed") > 0.94
    assert held("ci_low", "ci_high", "planted") > held("plain_low", "plain_high", "planted")
    assert 0.935 < held("corrected_low", "corrected_high", "planted") < 0.98


@pytest.mark.parametrize("method", ["ward", "kmedoids"])
def test_other_methods_are_resampled_too(method):
    found = fit(make_survey(80, random_state=4), method=method, n_init=5)
    assert compare(found, "mobile_app", n_boot=5).uncertain["ci_low"].notna().all()


def test_unnamed_types():
    found = fit(make_survey(120, random_state=5), types="unnamed", n_types=3, n_init=10)
    rows = compare(found, "mobile_app", n_boot=20, n_init=5).uncertain
    assert rows["type"].tolist() == found.typology.keys
    assert rows["leads"].sum() == pytest.approx(1)


def test_answers_that_nobody_or_everybody_gave():
    answers = make_survey(120, random_state=6)
    found = fit(answers.assign(bots=np.nan, chatbot=0.0), n_init=10)
    rows = compare(found, ["chatbot"], n_boot=20, n_init=5).uncertain
    assert (rows["ci_high"] > 0).all()
    assert rows["leads"].tolist() == [0.25] * 4
    if "bots" in found.survey.answers:
        nobody = compare(found, ["bots"], n_boot=20, n_init=5).uncertain
        assert nobody[["estimate", "ci_low", "ci_high", "leads", "corrected"]].isna().all(axis=None)


def test_without_pairs_or_indicators(result):
    found = compare(result, "mobile_app", n_boot=5, n_init=2, pairwise=False)
    assert found.uncertain_differences["type_b"].tolist() == [""] * 4
    goals = fit(result.survey.goals, n_init=5)
    assert compare(goals, n_boot=5, n_init=2).uncertain.empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_boot": 1}, "n_boot: 1 does not do. Use a whole number of at least 2, or 0"),
        ({"n_boot": -5}, "n_boot: -5"),
        ({"n_boot": 10.5}, "n_boot: 10.5"),
        ({"n_boot": True}, "n_boot: True"),
        ({"n_boot": 10, "n_init": 0}, "n_init: 0"),
    ],
)
def test_what_cannot_be_done_is_refused(result, options, message):
    with pytest.raises(FitError, match=message):
        compare(result, "mobile_app", **options)


def test_a_single_answer_has_no_interval_of_a_mean():
    alone = np.arange(90) == 5
    answers = make_survey(90, random_state=3).assign(
        mobile_app=np.where(alone, 1, np.nan), einwohner=np.where(alone, 9000, np.nan)
    )
    found = compare(fit(answers, n_init=5), ["einwohner", "mobile_app"], n_boot=20, n_init=3).uncertain
    ends = found.set_index("indicator")[["ci_low", "ci_high"]]
    assert ends.loc["einwohner"].isna().all(axis=None)
    assert ends.loc["mobile_app"].notna().any(axis=None)


@pytest.fixture(scope="module")
def weighted():
    answers = make_survey(250, random_state=2)
    return fit(answers, weights=np.random.default_rng(1).choice([0.3, 1.0, 2.7], 250), n_init=20)


@pytest.fixture(scope="module")
def found(weighted):
    return compare(weighted, NAMES, n_boot=60, n_init=5)


class TestWithWeights:
    """Resamples carry the weights of the municipalities, from forming the types to comparing them."""

    def test_estimates_and_plain_intervals_are_those_of_the_weighted_comparison(self, found):
        plain, doubt = found.estimates, found.uncertain
        keys = ["indicator", "category", "type"]
        assert doubt[keys].equals(plain[keys])
        for ours, theirs in (("estimate", "estimate"), ("plain_low", "ci_low"), ("plain_high", "ci_high")):
            np.testing.assert_allclose(doubt[ours], plain[theirs], rtol=1e-9, atol=1e-12, err_msg=ours)
        for name in ("mobile_app", "einwohner"):
            tables = found.uncertain_differences, found.pairs, found.versus_rest
            differences, pairs, rest = (table[table["indicator"] == name] for table in tables)
            for ours, theirs in (("difference", "difference"), ("plain_low", "ci_low"), ("plain_high", "ci_high")):
                np.testing.assert_allclose(differences[ours], [*pairs[theirs], *rest[theirs]], rtol=1e-9, atol=1e-12)

    def test_the_types_of_each_resample_are_formed_with_the_weights(self, weighted):
        """k-means ends where every row is nearest to the mean of its type: to the weighted one."""
        repeats = repeat_types(weighted, n_boot=20, n_init=5)
        X = apply_scaling(weighted.typology.scaling, weighted.ratings.to_numpy()[repeats.formed])
        w = weighted.weights.to_numpy()[repeats.formed]
        moved = []
        for weights in (w, np.ones_like(w)):
            away = []
            for counts, types in zip(repeats.counts, repeats.types, strict=True):
                mass = (types == np.arange(4)[:, None]) * counts * weights
                centers = mass @ X / mass.sum(axis=1, keepdims=True)
                distance = ((X[:, None] - centers) ** 2).sum(axis=2)
                away.append((distance[np.arange(len(X)), types] > distance.min(axis=1) + 1e-9).mean())
            moved.append(np.mean(away))
        assert moved[0] == 0
        assert moved[1] > 0.003

    def test_resamples_agree_with_pandas(self, weighted, found):
        repeats = repeat_types(weighted, n_boot=60, n_init=5)
        answers = weighted.survey.answers["prozessautomation"][repeats.formed]
        w = weighted.weights[repeats.formed].where(answers.notna(), 0)
        means = np.array([
            (answers.fillna(0) * w * counts).groupby(types).sum() / (w * counts).groupby(types).sum()
            for counts, types in zip(repeats.counts, repeats.types, strict=True)
        ])
        rows = found.uncertain.query("indicator == 'prozessautomation' and category == ''")
        low, high = np.percentile(means, [2.5, 97.5], axis=0)
        np.testing.assert_allclose(rows["ci_low"], np.minimum(low, rows["plain_low"]))
        np.testing.assert_allclose(rows["ci_high"], np.maximum(high, rows["plain_high"]))
        np.testing.assert_allclose(rows["leads"], (means == means.max(axis=1, keepdims=True)).mean(axis=0))
        rests = np.array([
            [np.average(answers.fillna(0)[types != t], weights=(w * counts)[types != t]) for t in range(4)]
            for counts, types in zip(repeats.counts, repeats.types, strict=True)
        ])
        mine = "indicator == 'prozessautomation' and category == '' and type_b == ''"
        rows = found.uncertain_differences.query(mine)
        low, high = np.percentile(means - rests, [2.5, 97.5], axis=0)
        np.testing.assert_allclose(rows["ci_low"], np.minimum(low, rows["plain_low"]))
        np.testing.assert_allclose(rows["ci_high"], np.maximum(high, rows["plain_high"]))

    def test_doubt_never_narrows(self, found):
        for name, column in (("uncertain", "estimate"), ("uncertain_differences", "difference")):
            rows = getattr(found, name).dropna()
            assert len(rows) > 30
            assert (rows["width_ratio"] >= 1 - 1e-12).all()
            assert ((rows["ci_low"] <= rows[column] + 1e-12) & (rows[column] <= rows["ci_high"] + 1e-12)).all()
        rows = found.uncertain.dropna()
        assert ((rows["corrected_low"] <= rows["corrected"]) & (rows["corrected"] <= rows["corrected_high"])).all()

    def test_the_scale_of_the_weights_changes_nothing(self, weighted, found):
        other = fit(weighted.survey, weights=weighted.weights.to_numpy() * 77, n_init=20)
        again = compare(other, NAMES[:1], n_boot=60, n_init=5).uncertain
        mine = found.uncertain.query("indicator == 'mobile_app'").reset_index(drop=True)
        pd.testing.assert_frame_equal(again, mine, rtol=1e-6)

    def test_who_has_the_weight_zero_counts_as_missing(self, weighted):
        """As many of them as you like, with any answer: they form no type and are in no estimate."""
        weights = np.where(np.arange(250) % 5 == 0, 0, weighted.weights)
        one, other = (
            compare(fit(answers, weights=weights, n_init=20), "mobile_app", n_boot=30, n_init=5).uncertain
            for answers in (
                weighted.survey.answers,
                weighted.survey.answers.assign(
                    mobile_app=weighted.survey.answers["mobile_app"].where(weights > 0, 1.0)
                ),
            )
        )
        pd.testing.assert_frame_equal(one, other)

    def test_coverage(self):
        """Those who adopt more are drawn less often: intervals hold the whole's share with weights, not without."""
        hits, plain, names = [], [], ["mobile_app", "chatbot", "open_data"]
        truth = {"bedaechtige": 0.2, "optimierer": 0.6, "serviceorientierte": 0.4, "community_manager": 0.3}
        for seed in range(6):
            draw = np.random.default_rng([seed, 9])
            answers = make_survey(600, random_state=seed, clarity=4, missing=0, straightliners=0, with_truth=True)
            heavy = draw.random(600) < 0.5
            chance = answers.pop("planted_type").map(truth).to_numpy(dtype=float)
            for name in names:
                answers[name] = (draw.random(600) < chance + np.where(heavy, 0.12, -0.12)).astype(float)
            kept = draw.random(600) < np.where(heavy, 0.3, 0.9)
            weights = np.where(heavy, 3.0, 1.0)[kept]
            result = fit(answers[kept], weights=weights, n_init=10)
            for found, told in (
                (compare(result, names, n_boot=40, n_init=3), hits),
                (compare(replace(result, weights=result.weights * 0 + 1), names, n_boot=2, n_init=2), plain),
            ):
                rows = found.uncertain
                planted = rows["type"].map(truth).astype(float)
                told.append((rows["ci_low"] <= planted) & (planted <= rows["ci_high"]))
        assert 0.91 <= np.mean(hits) <= 0.995
        assert np.mean(plain) < 0.9

    def test_raked_weights(self, sample):
        """Very uneven weights: everything has an interval, and doubt is seen."""
        raking = rake(sample)
        found = compare(fit(sample, weights=raking.weights, n_init=20), ["bots", "fim_nutzung"], n_boot=20, n_init=5)
        rows = found.uncertain
        assert rows[["ci_low", "ci_high", "leads"]].notna().all(axis=None)
        assert rows["width_ratio"].max() > 1.3
