"""Synthetic surveys: what is planted is there, and nothing points to a real municipality."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from kommtyp.codebook import packaged_codebook
from kommtyp.datasets import load_sample, make_survey
from kommtyp.definitions import packaged_definitions
from kommtyp.errors import SurveyError

BOOK = packaged_codebook()
TYPES = packaged_definitions().types
FINDINGS = packaged_definitions().findings
GOALS = [item.name for item in BOOK.goals]
ASKED = [item.name for item in BOOK.with_role("goal", "indicator")]
ADOPTION = [item.name for item in BOOK.with_role("indicator") if item.scale == "binary"]


@pytest.fixture(scope="module")
def large():
    return make_survey(20_000, random_state=11, with_weight=True, with_truth=True)


def recovered(survey):
    """Adjusted Rand index of planted types and those of scikit-learn's k-means on centred ratings, and its names."""
    ratings = survey[GOALS].to_numpy()
    kept = (~np.isnan(ratings)).sum(axis=1) >= 6
    kept &= np.nanmax(ratings, axis=1) > np.nanmin(ratings, axis=1)
    ratings, truth = ratings[kept], survey["planted_type"][kept].to_numpy()
    fill = np.nanmean(ratings, axis=1, keepdims=True) + np.nanmean(ratings, axis=0) - np.nanmean(ratings)
    ratings = np.where(np.isnan(ratings), np.clip(fill, 1, 5), ratings)
    X = ratings - ratings.mean(axis=1, keepdims=True)
    with threadpool_limits(1):
        found = KMeans(4, n_init=40, random_state=0).fit(X)
    Z = (found.cluster_centers_ - X.mean(axis=0)) / X.std(axis=0)
    marks = np.array([[goal in one.goals for goal in GOALS] for one in TYPES])
    scores = np.array([[row[mark].mean() - row[~mark].mean() for mark in marks] for row in Z])
    clusters, named = linear_sum_assignment(-scores)
    names = np.array([one.key for one in TYPES])[named[np.argsort(clusters)]][found.labels_]
    return adjusted_rand_score(truth, found.labels_), (names == truth).mean(), scores[clusters, named]


class TestTheSample:
    def test_it_is_what_make_survey_draws(self, sample):
        pd.testing.assert_frame_equal(sample, make_survey(412, random_state=0))

    def test_it_has_the_columns_of_the_codebook_and_only_its_codes(self, sample):
        assert list(sample.columns) == [item.name for item in BOOK.items if item.role != "weight"]
        for item in BOOK.items:
            if item.codes and item.name in sample:
                assert set(sample[item.name].dropna()) <= {code for code, _ in item.codes}, item.name

    def test_every_answer_occurs(self, sample):
        absent = {"HH", "HB", "BE"}
        for item in BOOK.items:
            if item.codes and item.name in sample:
                assert set(sample[item.name].dropna()) == {code for code, _ in item.codes} - absent, item.name

    def test_it_says_that_it_is_synthetic(self):
        assert load_sample().attrs["synthetic"] is True
        assert make_survey(3).attrs["synthetic"] is True

    def test_a_change_to_it_does_not_reach_the_next_reader(self):
        first = load_sample()
        first.loc[0, "recht"] = 99
        assert load_sample()["recht"].max() == 5

    def test_its_types_are_recovered_and_named_but_not_perfectly(self):
        index, named_right, scores = recovered(make_survey(with_truth=True))
        assert 0.85 <= index <= 0.95
        assert 0.93 <= named_right < 1
        assert (scores > 1).all()

    def test_its_missing_answers(self, sample):
        share = sample[[name for name in ASKED if BOOK[name].scale != "choice"]].isna().mean()
        assert share.min() > 0.01
        assert share.max() < 0.09
        assert 0.03 < share.mean() < 0.06


class TestKeys:
    def test_they_are_text_of_eight_digits_and_unique(self, large):
        assert large["ags"].is_unique
        assert large["ags"].str.fullmatch(r"\d{8}").all()
        assert large["ags"].str.startswith("0").any()

    def test_their_first_two_digits_are_the_land(self, large):
        numbers = {code: text for text, code in BOOK["land"].aliases if len(text) == 2 and text.isdigit()}
        assert (large["ags"].str[:2] == large["land"].map(numbers)).all()

    def test_no_real_municipality_or_kreis_bears_them(self, large, shared_data):
        real = pd.read_csv(shared_data / "reference_de" / "gemeinden_2023-11-30.csv", dtype=str)
        kreise = pd.read_csv(shared_data / "reference_de" / "kreise_2023-11-30.csv", dtype=str)
        assert not set(large["ags"]) & set(real["ags"])
        assert not set(large["ags"].str[:5]) & set(kreise["kreis_code"])
        assert set(large["ags"].str[:2]) <= set(real["land_code"])

    def test_no_city_state_is_drawn(self, large):
        assert not large["land"].isin(["HH", "HB", "BE"]).any()

    def test_size_class_follows_inhabitants(self, large):
        gemeinden = large[large["art"] != "kreis"]
        bounds = [-np.inf, 10_000, 25_000, 50_000, 100_000, 200_000, 400_000, np.inf]
        expected = pd.cut(gemeinden["einwohner"], bounds, right=False, labels=[7, 6, 5, 4, 3, 2, 1]).astype(int)
        assert (gemeinden["groessenklasse"] == expected).all()
        kreise = large[large["art"] == "kreis"]
        expected = pd.cut(kreise["einwohner"], [-np.inf, 150_000, 250_000, np.inf], right=False, labels=[3, 2, 1])
        assert (kreise["groessenklasse"] == expected.astype(int)).all()


class TestWhatIsPlanted:
    @pytest.mark.parametrize(
        ("item", "code", "public"),
        [
            ("strategie", 2, 0.14), ("strategie", 1, 0.45), ("strategie", 0, 0.41), ("fim_bekannt", 1, 0.29),
            ("prozessautomation", 4, 0.05), ("bots", 1, 0.06), ("chatbot", 1, 0.05), ("co_creation", 1, 0.04),
        ],
    )
    def test_overall_shares_are_the_public_ones(self, large, item, code, public):
        assert (large[item].dropna() == code).mean() == pytest.approx(public, abs=0.015)

    def test_fim_is_used_only_where_it_is_known_and_there_it_helps_seven_in_ten(self, large):
        use = large["fim_nutzung"].dropna()
        known = large["fim_bekannt"].reindex(use.index)
        assert (use[known == 0] == 0).all()
        assert (use[known == 1] >= 2).mean() == pytest.approx(0.70, abs=0.03)

    def test_more_than_a_quarter_make_much_use_of_data(self, large):
        assert (large["datennutzung"].dropna() >= 2).mean() == pytest.approx(0.27, abs=0.015)

    def test_open_data_rise_with_size(self, large):
        share = large[large["art"] != "kreis"].groupby("groessenklasse")["open_data"].mean()
        assert share.is_monotonic_decreasing
        assert share[[1, 2, 3]].mean() == pytest.approx(0.71, abs=0.10)
        assert share[[6, 7]].mean() == pytest.approx(0.15, abs=0.06)

    def test_adoption_items_are_weakly_correlated(self, large):
        matrix = large[ADOPTION].corr().to_numpy()
        assert matrix[np.triu_indices(len(matrix), 1)].mean() == pytest.approx(0.07, abs=0.03)

    def test_types_occur_as_often_as_asked_though_they_depend_on_size(self, large):
        share = large["planted_type"].value_counts(normalize=True)
        assert share[[one.key for one in TYPES]].to_numpy() == pytest.approx([0.29, 0.25, 0.24, 0.22], abs=0.012)
        size = np.log(large["einwohner"]).groupby(large["planted_type"]).mean()
        assert size.idxmax() == "optimierer"
        assert size.idxmin() == "bedaechtige"

    def test_the_three_goals_most_named_overall(self, large):
        assert set(large[GOALS].mean().nlargest(3).index) == {"effizienz", "effektivitaet", "buergernaehe"}

    @pytest.mark.parametrize("finding", FINDINGS, ids=lambda one: f"{one.indicator}-{one.types[0]}")
    def test_every_finding_of_the_study_holds_in_a_large_survey(self, large, finding):
        means = large.groupby("planted_type")[finding.indicator].mean()
        own, others = means[list(finding.types)].mean(), means.drop(list(finding.types))
        claimed = {"highest": own > others.max(), "high": own > others.mean(), "low": own < others.mean()}
        assert claimed[finding.claim]

    @pytest.mark.parametrize("item", ["mobile_app", "qualifizierung", "bots", "nachnutzung"])
    def test_differences_between_types_are_of_realistic_size(self, large, item):
        share = large.groupby("planted_type")[item].mean()
        assert 0.06 < share.max() - share.min() < 0.32

    def test_weights_undo_the_chance_to_take_part(self, large):
        weight = large.groupby("groessenklasse")["gewicht"].agg(["min", "max"])
        assert weight.to_numpy().min() == 0.5
        assert weight.to_numpy().max() == 1.333


class TestOptions:
    @settings(max_examples=25, deadline=None)
    @given(
        n=st.integers(1, 60), seed=st.integers(0, 2**32), clarity=st.floats(0, 6), effects=st.floats(0, 5),
        style=st.floats(0, 5), missing=st.floats(0, 0.5), straight=st.floats(0, 0.5),
    )  # fmt: skip
    def test_any_survey_holds_valid_answers(self, n, seed, clarity, effects, style, missing, straight):
        survey = make_survey(
            n, random_state=seed, clarity=clarity, effects=effects, response_style=style, missing=missing,
            straightliners=straight, with_weight=True,
        )  # fmt: skip
        assert list(survey.columns) == [item.name for item in BOOK.items]
        assert survey["ags"].is_unique
        assert len(survey) == n
        for item in BOOK.items:
            if item.codes:
                assert set(survey[item.name].dropna()) <= {code for code, _ in item.codes}, item.name

    def test_the_same_seed_draws_the_same_municipalities_whatever_is_asked(self, sample):
        complete = make_survey(412, missing=0, with_truth=True, with_weight=True)
        assert not complete.isna().any(axis=None)
        shared = complete[sample.columns]
        assert ((sample == shared) | sample.isna()).all(axis=None)

    def test_another_seed_draws_others(self):
        assert not make_survey(50, random_state=1)[GOALS].equals(make_survey(50, random_state=2)[GOALS])

    def test_a_generator_may_be_given(self):
        given = make_survey(20, random_state=np.random.default_rng(5))
        pd.testing.assert_frame_equal(given, make_survey(20, random_state=5))

    def test_clear_types_are_found_and_absent_ones_are_not(self):
        assert recovered(make_survey(clarity=3.5, random_state=4, with_truth=True))[0] > 0.9
        assert abs(recovered(make_survey(clarity=0, random_state=4, with_truth=True))[0]) < 0.05

    def test_without_effects_and_size_the_types_adopt_alike(self):
        survey = make_survey(20_000, random_state=2, effects=0, size_effect=0, with_truth=True)
        means = survey.groupby("planted_type")[ADOPTION].mean()
        assert (means.max() - means.min()).max() < 0.045

    def test_response_style_ties_all_ratings_together(self):
        def mean_correlation(**options):
            matrix = make_survey(5000, clarity=0, straightliners=0, missing=0, **options)[GOALS].corr().to_numpy()
            return matrix[np.triu_indices(8, 1)].mean()

        assert mean_correlation(response_style=0) == pytest.approx(0, abs=0.02)
        assert mean_correlation(response_style=0.75) > 0.35

    def test_straightliners_rate_all_goals_alike(self):
        survey = make_survey(5000, straightliners=0.2, missing=0)
        assert (survey[GOALS].nunique(axis=1) == 1).mean() == pytest.approx(0.2, abs=0.02)

    def test_shares_by_key(self):
        shares = {"community_manager": 1.0, "bedaechtige": 0.0, "optimierer": 0.0, "serviceorientierte": 0.0}
        assert set(make_survey(30, shares=shares, with_truth=True)["planted_type"]) == {"community_manager"}

    def test_one_municipality(self):
        assert make_survey(1).shape == (1, 42)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"n": 0}, "n is 0"),
            ({"n": 2.5}, "n is 2.5"),
            ({"n": 1_000_001}, "1,000,000"),
            ({"missing": 0.7}, "missing is 0.7"),
            ({"missing": float("nan")}, "missing is nan"),
            ({"clarity": -1}, "clarity is -1"),
            ({"clarity": "high"}, "clarity is 'high'"),
            ({"effects": float("inf")}, "effects is inf"),
            ({"shares": (0.5, 0.5)}, "4 shares"),
            ({"shares": "many"}, "4 shares"),
            ({"shares": (0.5, 0.5, 0.5, -0.5)}, "4 shares"),
            ({"shares": {"optimierer": 1.0}}, "Name each of 'bedaechtige'"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_reason(self, options, words):
        with pytest.raises(SurveyError, match=words):
            make_survey(**options)
