from contextlib import nullcontext

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from kommtyp import lazy
from kommtyp.datasets import make_survey
from kommtyp.definitions import Definitions, TypeDefinition
from kommtyp.errors import FitError, MissingExtraError
from kommtyp.findings import check_findings
from kommtyp.sensitivity import exploring
from kommtyp.sensitivity.exploring import explore_choices
from kommtyp.sensitivity.grid import Specification, seed_of
from kommtyp.typology import fit, fitting

SMALL = {
    "scalings": ("ipsative", "rank"), "methods": ("kmeans", "ward"), "k": (3, 4, 5), "missing": (0.75, 1.0),
    "n_init": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def main():
    return fit(make_survey(150, random_state=5, straightliners=0.04), n_init=20)


@pytest.fixture(scope="module")
def found(main):
    return explore_choices(main, **SMALL)


def row_of(found, **choices):
    table = found.specifications
    return table[(table[list(choices)] == list(choices.values())).all(axis=1)].iloc[0]


class TestSpecifications:
    def test_each_is_a_row_and_the_main_analysis_is_the_first(self, found):
        table = found.specifications
        assert table["specification"].tolist() == list(range(2 * 2 * 3 * 2 + 8))
        assert table["main"].tolist() == [True] + [False] * (len(table) - 1)
        assert table.loc[0, ["scaling", "method", "n_types", "min_answered", "left_out"]].tolist() == [
            "ipsative", "kmeans", 4, 0.75, "",
        ]  # fmt: skip
        assert table.loc[0, ["ari", "same_name", "same_matched"]].tolist() == [1, 1, 1]
        assert (table["reason"] == "").all()
        assert not table.duplicated(["scaling", "method", "n_types", "min_answered", "left_out"]).any()

    @pytest.mark.parametrize(
        ("scaling", "method", "k", "missing"), [("rank", "kmeans", 4, 1.0), ("ipsative", "ward", 5, 0.75)]
    )
    def test_each_is_what_fit_gives_with_these_choices(self, found, main, scaling, method, k, missing):
        row = row_of(found, scaling=scaling, method=method, n_types=k, min_answered=missing, left_out="")
        seed = seed_of(Specification(scaling, method, k, missing), 0)
        other = fit(
            main.survey, scaling=scaling, method=method, n_types=k, min_answered=missing, n_init=5, random_state=seed
        )
        both = main.types.notna() & other.types.notna()
        a, b = main.types[both].astype(str), other.types[both].astype(str)
        assert row["ari"] == pytest.approx(adjusted_rand_score(a, b))
        assert row["same_name"] == pytest.approx((a == b).mean())
        assert (row["n"], row["smallest"]) == (other.types.notna().sum(), other.sizes["n"].min())
        assert row["explained"] == other.typology.quality.explained
        assert row["clarity"] == pytest.approx(np.nanmin(other.typology.labelling.clarity))
        assert row["doubtful"] == ", ".join(other.typology.doubtful)
        sizes = found.sizes[found.sizes["specification"] == row["specification"]]
        assert sizes["n"].tolist() == other.sizes["n"].tolist()
        verdicts = found.findings[found.findings["specification"] == row["specification"]]
        assert verdicts["verdict"].tolist() == check_findings(other)["verdict"].tolist()

    def test_a_goal_left_out_is_left_out_and_all_else_is_as_in_the_main_analysis(self, found, main):
        row = row_of(found, left_out="recht")
        goals = [goal for goal in main.typology.goals if goal != "recht"]
        seed = seed_of(Specification("ipsative", "kmeans", 4, 0.75, "recht"), 0)
        other = fit(main.survey, goals=goals, types="digitale-kommune", n_init=5, random_state=seed)
        both = main.types.notna() & other.types.notna()
        assert row["ari"] == pytest.approx(adjusted_rand_score(main.types[both], other.types[both]))
        assert found.specifications["left_out"].tolist()[-8:] == list(main.typology.goals)

    def test_fewer_types_than_names_are_compared_by_overlap_only(self, found):
        three = found.specifications["n_types"] == 3
        assert found.specifications.loc[three, "same_name"].isna().all()
        assert found.specifications.loc[~three, "same_name"].notna().all()
        rows = found.sizes[found.sizes["specification"].isin(found.specifications.index[three])]
        assert rows.groupby("specification")["main_type"].nunique().eq(3).all()
        verdicts = found.findings.loc[found.findings["specification"].isin(rows["specification"]), "verdict"]
        assert set(verdicts) == {"not checkable"}

    def test_the_fits_show_no_bar_below_that_of_the_specifications(self, main, monkeypatch):
        bars = []
        monkeypatch.setattr(fitting, "progress_bar", lambda *given: bars.append(given) or nullcontext())
        explore_choices(main, **SMALL | {"methods": "kmeans", "k": 5}, leave_one_goal_out=False)
        assert bars
        assert all(shown is False for _, _, shown in bars)

    def test_any_number_of_workers_and_any_other_choices_give_the_same(self, found, main):
        again = explore_choices(main, **SMALL, n_jobs=2)
        assert again.specifications.equals(found.specifications)
        assert again.municipalities.equals(found.municipalities)
        few = explore_choices(main, **SMALL | {"scalings": "rank", "k": 5}, leave_one_goal_out=False, n_jobs=3)
        for row in few.specifications.iloc[1:].itertuples():
            same = row_of(found, method=row.method, scaling="rank", n_types=5, min_answered=row.min_answered)
            assert row.ari == same["ari"]

    def test_treating_the_same_municipalities_alike_is_said_and_counted_once(self):
        complete = fit(make_survey(80, random_state=1, missing=0), n_init=5)
        found = explore_choices(complete, scalings=("ipsative", "raw", "minmax"), methods="kmeans", k=4, n_init=5)
        table = found.specifications.set_index(["scaling", "min_answered", "left_out"])
        assert table.loc[("ipsative", 0.5, ""), "same_as"] == 0
        assert table.loc[("minmax", 1.0, ""), "same_as"] == table.loc[("raw", 0.5, ""), "specification"]
        assert table.loc[("minmax", 1.0, ""), "ari"] == table.loc[("raw", 0.5, ""), "ari"]
        assert len(found.counted) == 1 + 8
        assert found.municipalities["specifications"].max() == 9

    def test_rescaling_all_goals_alike_changes_no_partition(self, main):
        for method in ("kmeans", "ward", "kmedoids", "mixture"):
            raw, minmax = (fit(main.survey, scaling=s, method=method, n_init=10).types for s in ("raw", "minmax"))
            assert raw.equals(minmax)


class TestTogether:
    def test_municipalities_are_counted_over_the_others(self, main):
        others = [fit(main.survey, scaling="rank", method=method) for method in ("ward", "average", "complete")]
        found = explore_choices(
            main, scalings="rank", methods=("ward", "average", "complete"), k=4, missing=0.75, leave_one_goal_out=False
        )
        table, formed = found.municipalities, main.types.notna()
        own = main.types.astype(str)
        same = np.array([(other.types.astype(str) == own) & formed for other in others])
        assert table.index.equals(main.types.index)
        assert table["kept"].tolist() == same.sum(axis=0).tolist()
        assert table["specifications"].tolist() == (3 * formed).tolist()
        assert table.loc[formed, "share"].to_numpy() == pytest.approx(same.mean(axis=0)[formed])
        words = {0: "few", 1: "few", 2: "most", 3: "all"}
        assert table.loc[formed, "keeps"].tolist() == [words[n] for n in table.loc[formed, "kept"]]
        assert set(table.loc[~formed, "keeps"]) == {""}
        once = formed & (table["kept"] == 2)
        elsewhere = [next(o.types[key] for o in others if o.types[key] != main.types[key]) for key in table.index[once]]
        assert table.loc[once, "other"].tolist() == elsewhere
        assert found.compared_by == "name"

    def test_who_has_no_type_keeps_none(self, found, main):
        table, formed = found.municipalities, main.types.notna()
        assert 0 < (~formed).sum() < 15
        assert table.loc[~formed, ["share", "share_matched"]].isna().all(axis=None)
        assert table.loc[~formed, "other"].isna().all()
        assert (table.loc[formed, "specifications"] <= len(found.counted)).all()
        incomplete = main.survey.goals.isna().any(axis=1) & formed
        complete = formed & ~incomplete
        assert table.loc[incomplete, "specifications"].max() < table.loc[complete, "specifications"].min()

    def test_verdicts_are_counted_over_the_others(self, found, main):
        own = check_findings(main)
        assert found.verdicts["main"].tolist() == own["verdict"].tolist()
        for row in found.verdicts.itertuples():
            others = found.findings[
                (found.findings["indicator"] == row.indicator)
                & (found.findings["types"] == row.types)
                & (found.findings["specification"] > 0)
            ]
            assert row.supported == (others["verdict"] == "supported").sum()
            assert row.not_checkable == (others["verdict"] == "not checkable").sum()
            assert row.specifications == row.supported + row.same_direction + row.opposite_direction + row.contradicted
            assert row.median == pytest.approx(others["estimate"].median())

    def test_each_choice_has_its_mean(self, found):
        counted = found.counted
        grid = counted[counted["left_out"] == ""]
        for row in found.by_choice.itertuples():
            rows = counted if row.option == "left_out" else grid
            rows = rows[rows[row.option].astype(str) == row.value]
            assert row.specifications == len(rows)
            assert (row.ari_mean, row.ari_min) == pytest.approx((rows["ari"].mean(), rows["ari"].min()))
        assert found.by_choice["option"].drop_duplicates().tolist() == [
            "scaling", "method", "n_types", "min_answered", "left_out",
        ]  # fmt: skip

    def test_clear_types_stay_and_types_of_noise_do_not(self):
        options = {"scalings": ("ipsative", "ipsative_z", "rank"), "methods": ("kmeans", "kmedoids", "mixture"), "k": 4}
        clear, noise = (
            explore_choices(
                fit(make_survey(200, random_state=2, clarity=clarity), n_init=20), **options, n_init=10,
                leave_one_goal_out=False,
            )
            for clarity in (4.5, 0.0)
        )  # fmt: skip
        assert clear.counted["ari"].median() > 0.95
        assert (clear.municipalities["keeps"].value_counts(normalize=True)["all"]) > 0.85
        assert noise.counted["ari"].median() < 0.5
        assert (noise.municipalities["keeps"].value_counts(normalize=True).get("all", 0)) < 0.5

    def test_unnamed_types_are_compared_by_overlap(self, main):
        unnamed = fit(main.survey, types="unnamed", n_init=10)
        found = explore_choices(unnamed, **SMALL | {"k": (2, 4)}, leave_one_goal_out=False)
        assert found.compared_by == "overlap"
        assert found.verdicts.empty
        assert found.findings.empty
        assert found.municipalities["share"].equals(found.municipalities["share_matched"].rename("share"))
        assert repr(found)

    def test_it_prints_itself(self, found):
        shown = repr(found)
        assert shown.startswith(f"{len(found.counted)} other specifications, 0 more could not be done")
        assert "prozessautomation high optimierer: supported in" in shown


class TestWhatCannotBeDone:
    def test_it_is_a_row_with_the_reason(self, main):
        weighted = fit(main.survey, weights=np.resize([1.0, 2.0], 150), n_init=5)
        options = {"scalings": ("ipsative", "raw"), "methods": ("kmeans", "mixture"), "missing": 0.75, "n_init": 3}
        found = explore_choices(weighted, **options, k=(4, 151))
        reasons = found.specifications.groupby(["method", "n_types"])["reason"].first()
        assert reasons["mixture", 4].startswith("mixture: the municipalities have weights")
        assert reasons["kmeans", 151].startswith("n_types: 151 types wanted of")
        failed = found.specifications[found.specifications["method"] == "mixture"]
        assert failed[["ari", "same_matched", "explained"]].isna().all(axis=None)
        assert (failed["n"] == 0).all()
        assert not found.sizes["specification"].isin(failed["specification"]).any()
        assert "could not be done" in repr(found)

    def test_a_goal_whose_type_has_no_other(self, main):
        types = Definitions(
            (TypeDefinition("a", "A", goals=("recht",)), TypeDefinition("b", "B", goals=("effizienz", "effektivitaet")))
        )
        found = explore_choices(fit(main.survey, types=types, n_init=5), scalings=(), n_init=2)
        table = found.specifications.set_index("left_out")
        assert table.loc["recht", "reason"].startswith("types: none of the goals that mark 'a' is in the data")
        assert table.loc["gemeinschaft", "reason"] == ""

    def test_a_package_that_is_missing(self, main, monkeypatch):
        def load(name, *, extra=None):
            if name == "stepmix":
                raise MissingExtraError('stepmix: not installed. Run: pip install "kommtyp[lca]"')
            return real(name, extra=extra)

        real = lazy.load
        monkeypatch.setattr(lazy, "load", load)
        found = explore_choices(main, scalings="raw", methods="lca", k=4, missing=0.75, leave_one_goal_out=False)
        assert found.specifications["reason"].str.startswith("stepmix: not installed").tolist() == [False, True]
        assert found.municipalities["specifications"].eq(0).all()
        assert found.municipalities["share"].isna().all()
        assert repr(found)

    def test_a_clusterer_of_which_only_the_name_is_known(self, main, tmp_path):
        clusterer = AgglomerativeClustering(linkage="complete")
        result = fit(main.survey, method=clusterer)
        options = {"scalings": "ipsative", "missing": 0.75, "k": 4, "n_init": 2}
        assert (explore_choices(result, methods="ward", **options).specifications["reason"] == "").all()
        path = result.typology.to_json(tmp_path / "typology.json")
        read = type(result.typology).from_json(path).classify(main.survey)
        lost = explore_choices(read, methods="ward", **options).specifications
        assert lost.loc[lost["left_out"] != "", "reason"].str.contains("only the name is known").all()
        known = explore_choices(read, methods=[clusterer, "ward"], **options).specifications
        assert (known["reason"] == "").all()

    def test_an_interruption_keeps_what_was_done_if_asked_for(self, main, monkeypatch):
        calls = []

        def explore(*arguments, **options):
            calls.append(1)
            if len(calls) == 4:
                raise KeyboardInterrupt
            return real(*arguments, **options)

        real = exploring._explore
        monkeypatch.setattr(exploring, "_explore", explore)
        kept = explore_choices(main, **SMALL, n_jobs=1, on_interrupt="keep").specifications
        assert (kept["reason"] == "").sum() == 3
        assert set(kept["reason"]) == {"", "interrupted"}
        calls.clear()
        with pytest.raises(KeyboardInterrupt):
            explore_choices(main, **SMALL, n_jobs=1)


def test_answers_are_fitted_first():
    frame = make_survey(60, random_state=1)
    found = explore_choices(frame, scalings="rank", methods="ward", k=4, missing=0.75, leave_one_goal_out=False)
    main = fit(frame)
    assert found.municipalities["type"].equals(main.types)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scalings": ["ipsativ"]}, r"scalings: 'ipsativ' is not known\. Did you mean 'ipsative'"),
        ({"methods": ["k-means"]}, r"method: 'k-means' is not known\. Did you mean 'kmeans'"),
        ({"k": 1}, "k: 1 does not do"),
        ({"k": [4.5]}, "k: 4.5 does not do"),
        ({"missing": 0}, "missing: 0 is not a share"),
        ({"missing": [True]}, "missing: True is not a share"),
        ({"n_init": 0}, "n_init: 0 does not do"),
        ({"random_state": -1}, "random_state: -1 does not do"),
        ({"n_jobs": 0}, "n_jobs: 0 does not do"),
        ({"on_interrupt": "stop"}, "on_interrupt: 'stop' is not known"),
        ({"leave_one_goal_out": "recht"}, "leave_one_goal_out: str given. Use True or False"),
        ({"progress": 1, "scalings": "rank", "k": 4}, "progress: 1 does not do"),
    ],
)
def test_bad_options_are_refused(main, options, message):
    with pytest.raises(FitError, match=message):
        explore_choices(main, **options)
