from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering

from kommtyp.datasets import make_survey
from kommtyp.errors import FitError, SurveyError
from kommtyp.selection import choose_k, choosing
from kommtyp.selection.working import TABLE
from kommtyp.typology import fit
from tests.reference_data import figures, ratings

FEW = {"n_init": 20, "n_pairs": 4, "n_boot": 4, "n_splits": 4, "n_null": 2}
GOALS = ["recht", "foerdermittel", "effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
DESIGNED = [
    "k", "within", "explained", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "gap_se",
    "prediction_strength", "instability", "ari", "smallest", "bic",
]


def oracle():
    return pd.DataFrame(ratings(), columns=[f"p{j}" for j in range(1, 9)])


def on_oracle(**options):
    return choose_k(oracle(), goals=list(oracle()), types="unnamed", scaling="raw", **options)


def noise(n=300):
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.integers(1, 6, (n, 6)).astype(float), columns=list("abcdef"))


@pytest.fixture(scope="module")
def panel():
    return choose_k(make_survey(random_state=3), k=[2, 4, 5], **FEW)


@pytest.fixture(scope="module")
def raw_panel():
    return on_oracle(k=range(2, 7), n_init=100, n_pairs=60, n_boot=20, n_splits=40, n_null=0)


def test_columns_are_those_the_plan_names_then_the_errors(panel):
    assert panel.table.columns.tolist()[: len(DESIGNED)] == DESIGNED
    assert panel.table.columns.tolist() == TABLE
    assert panel.table["k"].tolist() == [2, 4, 5]
    assert panel.table.notna().all(axis=None)
    assert panel.table["explained"].is_monotonic_increasing
    for column in ("explained", "prediction_strength", "instability"):
        assert panel.table[column].between(0, 1).all()
    assert panel.notes == ()
    assert panel.failed.empty


def test_resamples_are_counted_and_their_means_are_in_the_table(panel):
    counts = panel.resamples.groupby(["criterion", "k"])["value"].agg(["size", "mean"])
    assert (counts["size"] == 4).all()
    for criterion in ("ari", "instability", "prediction_strength"):
        assert counts.loc[criterion, "mean"].tolist() == pytest.approx(panel.table[criterion].tolist())
    assert counts.loc["reference"].index.tolist() == [1, 2, 4, 5]


def test_partitions_are_those_of_fit(panel):
    result = fit(make_survey(random_state=3), n_init=20)
    row = panel.table[panel.table["k"] == 4].iloc[0]
    assert row["within"] == pytest.approx(result.typology.quality.objective, rel=1e-12)
    assert row["explained"] == pytest.approx(result.typology.quality.explained, rel=1e-12)
    assert row["smallest"] == result.sizes["n"].min()


def test_a_classification_is_taken_with_its_own_settings(panel):
    result = fit(make_survey(random_state=3), n_init=20)
    again = choose_k(result, k=[2, 4, 5], **FEW | {"n_init": 1})
    pd.testing.assert_frame_equal(again.table, panel.table)
    assert again.given == panel.given == 4


@pytest.mark.parametrize("k", ["2", "3", "4", "5", "6"])
def test_on_average_resamples_agree_with_those_of_r(raw_panel, k):
    row = raw_panel.table.set_index("k").loc[int(k)]
    for criterion, name, field in (
        ("ari", "bootflexclust", "mean_sd_n_of_all_pairs"),
        ("instability", "nselectboot", "mean_sd_n_of_all_runs_two_sided"),
        ("prediction_strength", "prediction_strength", "mean_sd_n_of_all_splits"),
    ):
        mean, sd, n = figures(name)[field][k]
        assert abs(row[criterion] - mean) <= 4 * np.hypot(sd / np.sqrt(n), row[f"{criterion}_se"])


def test_the_gap_agrees_with_that_of_r_within_its_error(raw_panel):
    reference = figures("clusgap")["result"]["d.power2_scaledPCA"]
    for k, gap, se in raw_panel.table[["k", "gap", "gap_se"]].to_numpy():
        error = np.hypot(se / np.sqrt(20), reference["SE_sim"][int(k) - 1] / np.sqrt(3))
        assert abs(gap - reference["gap"][int(k) - 1]) <= 4 * error


def test_any_number_of_workers_and_any_company_of_k_gives_the_same(panel):
    one = choose_k(make_survey(random_state=3), k=[2, 4, 5], n_jobs=1, **FEW)
    pd.testing.assert_frame_equal(one.table, panel.table)
    pd.testing.assert_frame_equal(one.null, panel.null)
    alone = choose_k(make_survey(random_state=3), k=4, n_jobs=2, **FEW)
    pd.testing.assert_frame_equal(alone.table, panel.table.iloc[[1]].reset_index(drop=True))


def test_another_seed_gives_other_resamples(panel):
    other = choose_k(make_survey(random_state=3), k=[2, 4, 5], random_state=1, **FEW)
    assert (other.table["ari"] != panel.table["ari"]).any()
    assert other.table["within"].tolist() == pytest.approx(panel.table["within"].tolist())


def test_more_resamples_keep_those_that_were_there(panel):
    more = choose_k(make_survey(random_state=3), k=[2], **FEW | {"n_pairs": 6, "n_splits": 5})
    before = panel.resamples[panel.resamples["k"] == 2].set_index(["criterion", "run"])["value"]
    after = more.resamples[more.resamples["k"] == 2].set_index(["criterion", "run"])["value"]
    assert after.loc[before.index].tolist() == pytest.approx(before.tolist(), rel=1e-6)


def test_the_order_of_the_columns_does_not_matter(panel):
    answers = make_survey(random_state=3)
    turned = choose_k(answers[answers.columns[::-1]], k=[2, 4, 5], **FEW)
    pd.testing.assert_frame_equal(turned.table, panel.table)


def test_planted_types_are_found_and_better_than_shuffled_ratings(panel):
    assert set(panel.suggestion["k"]) == {4}
    assert panel.suggestion["beyond_null"].all()
    beside = panel.null.set_index(["criterion", "k"])
    assert beside.loc[("silhouette", 4), "null"] < beside.loc[("silhouette", 4), "value"]
    assert beside.loc[("ari", 4), "as_good"] == 0
    assert beside["null"].notna().all()
    assert (beside["null_low"] <= beside["null_high"]).all()


def test_what_has_no_structure_is_no_better_than_shuffled_ratings():
    found = choose_k(noise(), k=[2, 3], goals=list("abcdef"), types="unnamed", **FEW | {"n_null": 8})
    assert found.given is None
    ruled = found.suggestion.set_index("criterion")
    assert ruled.loc["prediction_strength", "k"] == 1
    beside = found.null[found.null["criterion"].isin(["silhouette", "explained", "davies_bouldin"])]
    spread = (beside["null_high"] - beside["null_low"]).abs()
    assert ((beside["value"] - beside["null"]).abs() < 2 * spread).all()


def test_shuffled_ratings_keep_margins_also_with_weights():
    answers = make_survey(random_state=3)
    weights = np.where(answers["recht"] >= 4, 3.0, 0.5)
    found = choose_k(answers, k=[3], weights=weights, **FEW)
    assert found.table["bic"].isna().all()
    assert found.notes == ("bic: the mixture takes no weights, so it is left out.",)
    assert found.table.drop(columns="bic").notna().all(axis=None)
    rescaled = choose_k(answers, k=[3], weights=100 * weights, **FEW)
    pd.testing.assert_frame_equal(rescaled.table, found.table)


@pytest.mark.parametrize("method", ["ward", "average", "kmedoids", AgglomerativeClustering()])
def test_other_methods_have_a_panel_too(method):
    answers = make_survey(n=60, random_state=3)
    few = {"n_init": 2, "n_pairs": 2, "n_boot": 2, "n_splits": 2, "n_null": 1, "n_init_resample": 2}
    found = choose_k(answers, k=[2, 4], method=method, **few)
    assert found.table.notna().all(axis=None)
    result = fit(answers, method=method, n_init=2)
    assert found.table["within"].iloc[1] == pytest.approx(result.typology.quality.objective)
    pd.testing.assert_frame_equal(choose_k(result, k=[2, 4], **few).table, found.table)


def test_resamples_that_hold_too_few_different_ratings_are_counted():
    few = pd.DataFrame({"a": [1, 2, 3, 4, 5] * 2, "b": [5, 1, 4, 2, 3] * 2}, dtype=float)
    found = choose_k(few, k=[2, 5], goals=["a", "b"], types="unnamed", scaling="raw", **FEW | {"n_pairs": 10})
    failed = found.failed.set_index(["criterion", "k"])
    assert failed.loc[("ari", 5), "of"] == 10
    assert 0 < failed.loc[("ari", 5), "failed"] <= 10
    assert any("ari" in note and "could not be clustered at k = 5" in note for note in found.notes)
    assert found.resamples["value"].isna().sum() == failed["failed"].sum()


def test_without_shuffled_ratings_nothing_is_said_of_them():
    found = choose_k(make_survey(random_state=3), k=[4], **FEW | {"n_null": 0})
    assert found.null["null"].isna().all()
    assert found.suggestion["beyond_null"].isna().all()
    assert "ohne Struktur" not in found.sentence()


@pytest.mark.parametrize("k", [[2.5], 1, [], "4", [True], [2, 0], None, [None]])
def test_a_number_of_types_that_is_none_is_refused(k):
    with pytest.raises(FitError, match=r"^k: .* does not do\. Use whole numbers of at least 2"):
        choose_k(make_survey(random_state=3), k=k)


def test_more_types_than_different_ratings_are_refused():
    few = pd.DataFrame({"a": [1.0, 2, 3, 1], "b": [3.0, 2, 1, 3]})
    with pytest.raises(FitError, match="4 types wanted of municipalities with 3 different sets of ratings"):
        choose_k(few, k=[2, 4], goals=["a", "b"], types="unnamed", scaling="raw")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("n_pairs", 0), ("n_boot", 1), ("n_splits", 0), ("n_null", -1), ("n_init_resample", 0), ("n_init", 0),
        ("n_pairs", 2.0), ("n_jobs", 0), ("random_state", -1), ("scaling", "ipsativ"), ("method", "kmean"),
        ("on_interrupt", "stop"), ("min_answered", 0), ("weights", [np.nan] * 412),
    ],
)
def test_options_out_of_range_are_refused_by_name(option, value):
    with pytest.raises(FitError, match=f"^{option}"):
        choose_k(make_survey(random_state=3), k=[2], **FEW | {option: value})


def test_answers_that_cannot_be_read_are_refused():
    with pytest.raises((SurveyError, FitError)):
        choose_k(pd.DataFrame({"x": [1, 2, 3]}))


class Bar:
    """Takes the place of the bar, and may interrupt."""

    def __init__(self, stop_at=None):
        self.seen, self.stop_at, self.total = 0, stop_at, None

    def __call__(self, total, label, shown):
        self.total = total
        return self

    def __enter__(self):
        return self.advance

    def __exit__(self, *error):
        return False

    def advance(self, steps):
        self.seen += steps
        if self.seen == self.stop_at:
            raise KeyboardInterrupt


def test_the_bar_reaches_its_end(monkeypatch):
    bar = Bar()
    monkeypatch.setattr(choosing, "progress_bar", bar)
    choose_k(make_survey(random_state=3), k=[2, 3], **FEW)
    assert bar.seen == bar.total


def test_an_interruption_is_raised_or_keeps_what_is_done(monkeypatch):
    monkeypatch.setattr(choosing, "progress_bar", Bar(stop_at=4))
    with pytest.raises(KeyboardInterrupt):
        choose_k(make_survey(random_state=3), k=[2, 3], **FEW)
    monkeypatch.setattr(choosing, "progress_bar", Bar(stop_at=4))
    found = choose_k(make_survey(random_state=3), k=[2, 3], on_interrupt="keep", **FEW)
    assert found.table["within"].notna().all()
    assert found.table["ari"].isna().all()
    assert found.suggestion["k"].isna().any()
    assert found.sentence().endswith(".")


def test_it_shows_itself(panel):
    assert "All criteria support 4 types" in repr(panel)
    assert "<table" in panel._repr_html_()
    assert all(a < b for a, b in pairwise(panel.table["k"]))
