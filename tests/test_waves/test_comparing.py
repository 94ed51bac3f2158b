"""Two surveys under one typology: tables, what they say, and what cannot be compared."""

import inspect
import re
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wave_data import TYPES, two_waves

from kommtyp.datasets import make_survey
from kommtyp.errors import FitError, SurveyError
from kommtyp.intervals import wilson
from kommtyp.reading import to_survey
from kommtyp.tests_of_association import mcnemar, stuart_maxwell
from kommtyp.texts import texts
from kommtyp.typology import Typology, fit
from kommtyp.waves import COLUMNS, Waves, compare_waves


@pytest.fixture(scope="module")
def answers():
    return two_waves()


@pytest.fixture(scope="module")
def earlier(answers):
    return fit(answers[0], n_init=20)


@pytest.fixture(scope="module")
def waves(earlier, answers):
    return compare_waves(earlier, answers[1], keys=True, n_boot=20, n_init=10)


def quick(earlier, later, **options):
    return compare_waves(earlier, later, **{"n_boot": 0} | options)


def tables(waves):
    return {name: getattr(waves, name) for name in COLUMNS}


class TestTables:
    def test_columns_are_the_promised_ones(self, waves):
        for name, columns in COLUMNS.items():
            assert getattr(waves, name).columns.tolist() == columns, name
            assert f"\n{name} : DataFrame" in inspect.getdoc(Waves)
        assert len(waves.transitions) == len(waves.drift) // 2 == 16

    def test_municipalities_are_counted(self, waves, answers):
        both = answers[0].index.intersection(answers[1].index)
        samples = waves.samples.set_index("wave")
        assert samples["n"].tolist() == [150, 150]
        assert samples["in_both"].tolist() == [len(both)] * 2 == [100, 100]
        assert (samples["with_type"] + samples["without_type"] == samples["n"]).all()
        assert waves.matched == samples.loc["earlier", "matched"] <= 100

    def test_transitions_are_what_pandas_counts(self, waves, earlier, answers):
        later = earlier.typology.classify(answers[1])
        together = pd.DataFrame({"before": earlier.types, "after": later.types}).dropna()
        counts = pd.crosstab(together["before"], together["after"]).reindex(index=TYPES, columns=TYPES, fill_value=0)
        found = waves.transitions.pivot(index="type_earlier", columns="type_later", values="n").loc[TYPES, TYPES]
        np.testing.assert_array_equal(found, counts)
        chance = sum(counts.sum(axis=1)[key] * counts.sum(axis=0)[key] for key in TYPES) / len(together) ** 2
        kept = (together["before"].astype(str) == together["after"].astype(str)).mean()
        np.testing.assert_allclose(waves.agreement["estimate"].iloc[:3], [kept, chance, (kept - chance) / (1 - chance)])
        row = waves.transitions.iloc[0]
        assert (row["share"], row["ci_low"], row["ci_high"]) == pytest.approx(
            tuple(map(float, wilson(counts.iloc[0, 0], counts.iloc[0].sum())))
        )
        matched = waves.shares[waves.shares["basis"] == "matched"].reset_index(drop=True)
        np.testing.assert_array_equal(matched["n_earlier"], counts.sum(axis=1))
        np.testing.assert_array_equal(matched["n_later"], counts.sum(axis=0))
        assert waves.tests["p_value"].iloc[1] == stuart_maxwell(counts.to_numpy()).p_value
        left = counts.sum(axis=1).iloc[1] - counts.iloc[1, 1]
        joined = counts.sum(axis=0).iloc[1] - counts.iloc[1, 1]
        assert matched["p_value"][1] == mcnemar(int(left), int(joined)).p_value

    def test_shares_of_all_are_those_of_both_classifications(self, waves, earlier, answers):
        table = waves.shares[waves.shares["basis"] == "all"]
        np.testing.assert_allclose(table["earlier"], earlier.sizes["share"])
        np.testing.assert_allclose(table["later"], earlier.typology.classify(answers[1]).sizes["share"])
        np.testing.assert_allclose(table["change"], table["later"] - table["earlier"])

    def test_margins_of_movers(self, waves, earlier, answers):
        table = waves.municipalities
        later = earlier.typology.classify(answers[1])
        assert table["margin_later"].tolist() == later.margin.reindex(table.index).tolist()
        moved = table[table["moved"]]
        row = waves.border.set_index("group").loc["moved"]
        assert (moved["type_earlier"] != moved["type_later"]).all()
        assert row["n"] == len(moved) == waves.transitions.query("type_earlier != type_later")["n"].sum()
        assert row["near"] == (moved[["margin_earlier", "margin_later"]].min(axis=1) < 0.2).sum()
        assert waves.transitions["near"].sum() == waves.border["near"].sum() == table["near"].sum()

    def test_keys_are_shown_only_on_request(self, earlier, answers):
        silent = quick(earlier, answers[1])
        assert silent.municipalities.empty
        shown = repr(silent) + silent._repr_html_() + silent.sentence() + " ".join(silent.notes())
        assert not any(key in shown for key in answers[0].index)
        for table in tables(silent).values():
            assert not table.astype(str).isin(list(answers[1].index)).any(axis=None)
            assert not table.index.isin(answers[1].index).any()

    def test_intervals_hold_their_estimates(self, waves):
        for name, value in (("shares", "change"), ("transitions", "share"), ("drift", "drift"), ("far", "share")):
            table = getattr(waves, name).dropna(subset=["ci_low"])
            assert ((table["ci_low"] <= table[value] + 1e-12) & (table[value] <= table["ci_high"] + 1e-12)).all(), name

    def test_it_is_the_same_again(self, waves, earlier, answers):
        again = compare_waves(earlier, answers[1], keys=True, n_boot=20, n_init=10)
        for name, table in tables(waves).items():
            pd.testing.assert_frame_equal(table, tables(again)[name])

    def test_a_typology_from_a_file_gives_the_same(self, earlier, answers, tmp_path):
        typology = Typology.from_json(earlier.typology.to_json(tmp_path / "typology.json"))
        later = typology.classify(answers[1])
        pd.testing.assert_frame_equal(quick(earlier, later).shares, quick(earlier, answers[1]).shares)
        pd.testing.assert_frame_equal(
            quick(typology.classify(answers[0]), answers[1]).drift, quick(earlier, answers[1]).drift
        )


class TestProperties:
    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.randoms(use_true_random=False))
    def test_order_of_rows_does_not_matter(self, earlier, answers, random):
        rows = random.sample(range(len(answers[1])), len(answers[1]))
        first, second = quick(earlier, answers[1], keys=True), quick(earlier, answers[1].iloc[rows], keys=True)
        for name, table in tables(first).items():
            pd.testing.assert_frame_equal(table, tables(second)[name], rtol=1e-9, atol=1e-12, obj=name)

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_swapping_the_waves_mirrors_the_table_and_turns_the_signs(self, seed):
        first, second = two_waves(seed=seed, later=(0.1, 0.5, 0.2, 0.2))
        typology = fit(first, n_init=20).typology
        one = quick(typology.classify(first), second)
        other = quick(typology.classify(second), first)
        pivot = {"index": "type_earlier", "columns": "type_later", "values": "n"}
        np.testing.assert_array_equal(one.transitions.pivot(**pivot), other.transitions.pivot(**pivot).T)
        np.testing.assert_allclose(one.shares["change"], -other.shares["change"], atol=1e-12)
        np.testing.assert_allclose(one.shares["ci_low"], -other.shares["ci_high"], atol=1e-12)
        np.testing.assert_allclose(one.drift["drift"], -other.drift["drift"], atol=1e-12)
        np.testing.assert_allclose(one.drift["p_value"], other.drift["p_value"])
        np.testing.assert_allclose(one.centers["distance"], other.centers["distance"])
        np.testing.assert_allclose(one.tests["p_value"], other.tests["p_value"])
        pd.testing.assert_frame_equal(one.agreement.iloc[:3], other.agreement.iloc[:3])

    def test_identical_waves_show_no_change(self, earlier):
        same = quick(earlier, earlier)
        assert (same.shares["change"] == 0).all()
        assert (same.shares["p_value"] == 1).all()
        assert same.tests["p_value"].tolist() == [1, 1]
        assert (same.drift["drift"] == 0).all()
        assert (same.centers["note"] == "nobody's answers changed").all()
        assert same.far["excess"].tolist() == [0] * 5
        assert same.agreement["estimate"].iloc[0] == 1
        assert same.reformed["ari"].iloc[0] == 1
        assert [one.kind for one in same.remarks][-1] == "same_answers"
        assert "Kein Anzeichen in Zentren und Entfernungen" in same.sentence()
        assert "there is no yardstick from resamples" in same.sentence("en")
        assert "Beide Wellen enthalten dieselben Angaben." in same.notes()


class TestMovesWithoutChange:
    def moved(self, lasting, noise):
        """Share that moved though no type changed, and what the overlap of the types lets expect; means of 8 draws."""
        found = []
        for seed in range(8):
            first, second = two_waves(250, 250, seed=seed, lasting=lasting, noise=noise)
            measures = quick(fit(first, n_init=10), second).agreement.set_index("measure")["estimate"]
            found.append((1 - measures["stayed"], measures["moved_by_overlap"]))
        return np.mean(found, axis=0)

    def test_overlap_explains_them_where_all_within_a_type_is_chance(self):
        moved, expected = self.moved(lasting=0.0, noise=0.8)
        assert moved > 0.08
        assert expected == pytest.approx(moved, abs=0.035)

    def test_it_is_an_upper_end_where_opinions_last(self):
        moved, expected = self.moved(lasting=0.7, noise=0.3)
        assert moved < expected - 0.02


class TestKeys:
    def test_waves_without_keys_are_compared_as_others(self, earlier, answers):
        nameless = answers[1].reset_index(drop=True)
        waves = quick(earlier, nameless)
        assert waves.matched == 0
        assert (waves.transitions["n"] == 0).all()
        assert waves.tests["note"].iloc[1].startswith("no municipalities")
        assert waves.remarks[0].kind == "no_keys"
        assert "laufende Nummern" in waves.notes("de")[0]
        apart = quick(earlier, answers[1], paired=False)
        assert apart.remarks[0].kind == "not_asked"
        pd.testing.assert_frame_equal(waves.shares, apart.shares)
        known = quick(earlier, answers[1])
        widths = [(one.shares["ci_high"] - one.shares["ci_low"])[:4] for one in (known, apart)]
        assert (widths[0] < widths[1]).all()
        with pytest.raises(SurveyError, match=r"paired: the later wave has no column with keys"):
            quick(earlier, nameless, paired=True)

    def test_no_common_municipality(self, earlier, answers):
        others = answers[1].set_axis([f"x{key}" for key in answers[1].index])
        waves = quick(earlier, others)
        assert waves.samples["in_both"].tolist() == [0, 0]
        assert [one.kind for one in waves.remarks] == ["no_common"]
        assert "Einzelne Kommunen wurden nicht verfolgt." in waves.sentence()

    def test_a_key_twice_is_named(self, earlier, answers):
        twice = pd.concat([answers[1], answers[1].iloc[[3]]])
        with pytest.raises(SurveyError, match=rf"later: 1 key occurs more than once, '{answers[1].index[3]}'"):
            quick(earlier, twice)
        assert quick(earlier, twice, paired=False).samples["n"].tolist() == [150, 151]

    def test_rows_without_a_key_are_counted_and_not_matched(self):
        first, second = (make_survey(80, random_state=seed, straightliners=0) for seed in (1, 1))
        first.loc[[0, 1], "ags"] = None
        second.loc[[0, 2, 3], "ags"] = None
        waves = quick(fit(first, n_init=10), second)
        assert waves.samples["without_key"].tolist() == [2, 3]
        assert waves.samples["in_both"].tolist() == [76, 76]
        assert {one.kind for one in waves.remarks} >= {"without_key"}
        assert "3 Kommunen (die spätere Welle)" in " ".join(waves.notes())

    def test_a_lost_leading_zero_is_the_same_key(self):
        survey = make_survey(80, random_state=1)
        numbers = survey.assign(ags=survey["ags"].astype(int))
        assert quick(fit(survey, n_init=10), numbers).samples["in_both"].tolist() == [80, 80]

    def test_options_of_matching(self, earlier, answers):
        with pytest.raises(FitError, match="paired: 'yes' does not do"):
            quick(earlier, answers[1], paired="yes")


class TestRefusals:
    def test_earlier_must_be_a_classification(self, earlier, answers):
        with pytest.raises(FitError, match=r"earlier: DataFrame given. Give what kommtyp\.fit"):
            compare_waves(answers[0], answers[1])
        with pytest.raises(FitError, match="later: a Typology given"):
            compare_waves(earlier, earlier.typology)

    def test_another_typology_is_refused(self, earlier, answers):
        with pytest.raises(FitError, match=r"later: a Classification formed by another typology"):
            compare_waves(earlier, fit(answers[1], n_init=5))

    @pytest.mark.parametrize("how", ["dropped", "empty"])
    def test_a_goal_that_was_not_asked(self, earlier, answers, how):
        later = answers[1].drop(columns="recht") if how == "dropped" else answers[1].assign(recht=np.nan)
        with pytest.raises(FitError, match=r"later: goals 'recht' without answers, 1 of 8\."):
            compare_waves(earlier, later)

    def test_another_scale(self, earlier, answers):
        survey = to_survey(answers[1])
        items = tuple(replace(i, high=7, codes=()) if i.name == "effizienz" else i for i in survey.codebook.items)
        items = tuple(replace(i, high=7, low=1, codes=(), codes_en=()) if i.role == "goal" else i for i in items)
        other = replace(survey, codebook=replace(survey.codebook, items=items))
        with pytest.raises(FitError, match=r"later: goal 'recht' is a rating from 1 to 7, in the typology .* to 5"):
            compare_waves(earlier, other)

    def test_other_headings_with_a_codebook_mapping(self, earlier, answers):
        renamed = answers[1].rename(columns={"recht": "F1"})
        with pytest.raises(FitError, match="later: goals 'recht' without answers"):
            quick(earlier, renamed)
        survey = to_survey(renamed, goals={column: column.replace("F1", "recht") for column in renamed})
        pd.testing.assert_frame_equal(quick(earlier, survey).shares, quick(earlier, answers[1]).shares)

    def test_nobody_has_a_type(self, earlier, answers):
        with pytest.raises(FitError, match=r"later: none of 150 .* type and a weight: all goals rated alike \(150\)"):
            compare_waves(earlier, answers[1] * 0 + 3)
        few = answers[1].mask((np.arange(8)[None, :] + np.arange(150)[:, None]) % 8 < 4)
        with pytest.raises(FitError, match=r"later: none of 150 .*: too few goals answered \(150\)"):
            compare_waves(earlier, few)
        typeless = answers[1].copy()
        typeless.iloc[:5] = 3.0
        with pytest.raises(FitError, match=r"weight 0 \(145\), all goals rated alike \(5\)"):
            compare_waves(earlier, typeless, weights=np.r_[np.ones(5), np.zeros(145)])

    @pytest.mark.parametrize(
        ("option", "value"),
        [("level", 1), ("near", 0), ("far", "all"), ("n_boot", -1), ("n_boot", 1),
         ("n_boot", 2.0), ("n_boot", np.nan), ("n_boot", np.inf), ("n_init", 0), ("random_state", 1.5), ("keys", "yes"),
         ("correction", "bonferroni")],
    )  # fmt: skip
    def test_options(self, earlier, answers, option, value):
        with pytest.raises(FitError, match=option):
            compare_waves(earlier, answers[1], **{option: value})


class TestWeights:
    def test_weights_count_for_all_and_not_for_the_matched(self, answers):
        rng = np.random.default_rng(1)
        weight = [rng.uniform(0.3, 3, 150), rng.uniform(0.3, 3, 150)]
        earlier = fit(answers[0], weights=weight[0], n_init=20)
        waves = quick(earlier, answers[1], weights=weight[1])
        later = earlier.typology.classify(answers[1])
        mass = pd.Series(weight[1], index=later.types.index).groupby(later.types, observed=False).sum()
        table = waves.shares[waves.shares["basis"] == "all"]
        np.testing.assert_allclose(table["later"], mass / mass.sum())
        assert set(table["test"]) == {"overlapping_t"}
        assert waves.tests["test"].iloc[0] == "overlapping_f"
        matched = waves.shares[waves.shares["basis"] == "matched"]
        np.testing.assert_allclose(matched["earlier"], matched["n_earlier"] / waves.matched)
        assert waves.samples["weighted"].all()
        assert (waves.samples["effective_n"] < waves.samples["with_type"]).all()
        again = quick(earlier, answers[1], weights=10 * weight[1])
        pd.testing.assert_frame_equal(again.shares, waves.shares)
        pd.testing.assert_frame_equal(again.drift, waves.drift)

    def test_the_weight_item_of_a_survey_is_found_and_one_weighted_wave_is_said(self):
        first = make_survey(100, random_state=1)
        second = make_survey(100, random_state=2, with_weight=True)
        waves = quick(fit(first, n_init=10), second, paired=False)
        assert waves.samples["weighted"].tolist() == [False, True]
        assert "Nur die spätere Welle hat Gewichte" in " ".join(waves.notes())

    def test_weight_zero_takes_no_part(self, earlier, answers):
        weight = np.r_[np.zeros(10), np.ones(140)]
        waves = quick(earlier, answers[1], weights=weight)
        assert waves.samples["weight_zero"].tolist() == [0, 10]
        without = quick(earlier, answers[1].iloc[10:])
        np.testing.assert_allclose(waves.shares["later"], without.shares["later"])

    def test_bad_weights_name_their_column(self, earlier, answers):
        with pytest.raises(FitError, match="weights 'w': no such column"):
            quick(earlier, answers[1], weights="w")


class TestFewOrNone:
    def test_a_type_without_members_in_a_wave(self, earlier, answers):
        kinds = earlier.typology.classify(answers[1]).types
        later = answers[1][~kinds.isin(["optimierer"])]
        waves = quick(earlier, later)
        row = waves.shares.query("basis == 'all' and type == 'optimierer'").iloc[0]
        assert (row["n_later"], row["later"], row["later_low"]) == (0, 0, 0)
        assert row["ci_high"] < 0
        center = waves.centers.set_index("type").loc["optimierer"]
        assert np.isnan(center["distance"])
        assert center["note"].startswith("fewer than two")
        assert ("absent_later", 1, "optimierer") in waves.remarks
        assert "keine Kommune zu „Die Optimierer“" in " ".join(waves.notes())
        assert "The Optimizers" in repr(waves)
        assert waves._repr_html_()

    def test_few_members_are_said(self, earlier, answers):
        kinds = earlier.typology.classify(answers[1]).types
        few = kinds[kinds == "optimierer"].index[3:]
        waves = quick(earlier, answers[1].drop(index=few))
        assert ("few_later", 1, "optimierer") in waves.remarks
        assert waves.centers.set_index("type").loc["optimierer", "note"].startswith("fewer than five")

    def test_a_single_municipality_later(self, earlier, answers):
        waves = quick(earlier, answers[1].iloc[[0]])
        assert waves.samples["matched"].tolist() == [1, 1]
        assert "not_reformed" in [one.kind for one in waves.remarks]
        assert np.isnan(waves.reformed["ari"].iloc[0])
        assert waves.reformed["note"].iloc[0]
        assert "cannot be judged: all municipalities of the later wave belong to one type" in waves.sentence("en")
        assert "Alle Kommunen der späteren Welle gehören zu einem Typ" in waves.sentence("de")

    def test_no_types_formed_afresh_are_said(self, earlier, answers):
        kinds = earlier.typology.classify(answers[1]).types
        waves = quick(earlier, answers[1][~kinds.duplicated()].iloc[:2])
        assert np.isnan(waves.reformed["ari"].iloc[0])
        assert "cannot be judged, as none could be formed" in waves.sentence("en")

    def test_a_later_wave_of_one_type_does_not_speak_for_the_types(self, earlier, answers):
        kinds = earlier.typology.classify(answers[1]).types
        waves = quick(earlier, answers[1][kinds == "optimierer"])
        assert waves.reformed["ari"].iloc[0] == pytest.approx(0)
        for lang, said in (("en", "No sign"), ("de", "Kein Anzeichen")):
            assert said not in waves.sentence(lang)

    def test_types_of_a_hierarchy_are_compared_by_the_nearest_center(self, answers):
        result = fit(answers[0], method="ward")
        waves = compare_waves(result, result, n_boot=10)
        assert (waves.shares["change"] == 0).all()
        assert waves.tests["p_value"].tolist() == [1, 1]
        kinds = [one.kind for one in waves.remarks]
        assert "reclassified" in kinds
        assert "no_yardstick" in kinds

    def test_unnamed_types(self, answers):
        result = fit(answers[0], types="unnamed", n_types=3, n_init=10)
        waves = quick(result, answers[1])
        assert len(waves.transitions) == 9
        assert np.isnan(waves.reformed["same_name"].iloc[0])
        assert waves.reformed["same_matched"].iloc[0] > 0.5
        assert waves.sentence()


class TestInputs:
    def test_a_file_and_a_codebook_for_its_headings(self, earlier, answers, tmp_path):
        path = tmp_path / "später.csv"
        renamed = answers[1].rename(columns={"recht": "F1", "effizienz": "F2"}).reset_index(names="ags")
        renamed.to_csv(path, sep=";", index=False)
        book = tmp_path / "book.toml"
        book.write_text(
            'extends = "digitale-kommune"\n[[items]]\nname = "recht"\ncolumn = "F1"\n'
            '[[items]]\nname = "effizienz"\ncolumn = "F2"\n',
            encoding="utf-8",
        )
        waves = quick(earlier, path, codebook=book)
        pd.testing.assert_frame_equal(waves.shares, quick(earlier, answers[1]).shares)
        with pytest.raises(FitError, match="codebook: given, but later is a Survey"):
            quick(earlier, to_survey(answers[1]), codebook=book)

    def test_input_frames_stay_as_they_are(self, earlier, answers):
        before = answers[1].copy()
        quick(earlier, answers[1])
        pd.testing.assert_frame_equal(answers[1], before)

    def test_settings_are_those_of_the_options(self, earlier, answers):
        wide = quick(earlier, answers[1], level=0.99, correction="none", near=0.3, far=0.9)
        narrow = quick(earlier, answers[1], level=0.8)
        assert (wide.shares["ci_low"] < narrow.shares["ci_low"]).all()
        assert (wide.centers["ci_high"] > narrow.centers["ci_high"]).all()
        np.testing.assert_array_equal(wide.shares["p_corrected"], wide.shares["p_value"])
        assert wide.border["near"].sum() > narrow.border["near"].sum()
        assert wide.far["far"].iloc[0] > narrow.far["far"].iloc[0]
        assert (wide.level, wide.near, wide.far_share, wide.correction) == (0.99, 0.3, 0.9, "none")


class TestInWords:
    @pytest.mark.parametrize("table", list(COLUMNS))
    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_every_table_has_words_for_all_that_is_in_it(self, waves, table, lang):
        shown = waves.in_words(table, lang=lang)
        plain = getattr(waves, table)
        assert shown.shape == plain.shape
        assert shown.columns.is_unique
        assert not shown.columns.str.contains("_").any()
        numbers = plain.select_dtypes("number").columns
        for column in numbers:
            np.testing.assert_array_equal(shown.iloc[:, plain.columns.get_loc(column)], plain[column])
        texts = shown.select_dtypes(exclude=["number", "bool"]).astype(str)
        assert not texts.isin([*TYPES, "recht", "all", "overlapping_chi2"]).any(axis=None)

    def test_types_goals_tests_and_notes(self, waves, earlier):
        assert waves.in_words("drift")["Ziel"].iloc[0] == "Umsetzung rechtlicher Vorgaben"
        assert waves.in_words("far")["Typ"].tolist()[:2] == ["alle Typen", "Die Bedächtigen"]
        same = quick(earlier, earlier)
        assert same.in_words("shares")["Anmerkung"].unique().tolist() == ["niemand hat gewechselt"]
        assert same.in_words("centers")["Anmerkung"].unique().tolist() == ["niemand hat anders geantwortet"]
        assert set(same.in_words("tests")["Test"]) == {"Stuart-Maxwell, exakt"}

    def test_every_test_and_every_note_is_known(self):
        words = texts("de").waves
        outcomes = ["mcnemar", "mcnemar_exact", "stuart_maxwell", "stuart_maxwell_exact", "overlapping_chi2",
                    "overlapping_t", "overlapping_f", "none"]  # fmt: skip
        assert set(outcomes) <= set(words.value)
        for module in ("overlapping/shares.py", "tests_of_association/paired.py", "waves/drifting.py"):
            source = (files("kommtyp") / module).read_text(encoding="utf-8")
            said = re.findall(r'"((?:nobody|no municipalities|all are|fewer than)[^"]*)"', source)
            assert said
            assert all(any(re.fullmatch(pattern, note) for pattern in words.remark) for note in said), said

    def test_an_unknown_table_is_refused(self, waves):
        with pytest.raises(FitError, match=r"table: 'share' is not known\. Did you mean 'shares'"):
            waves.in_words("share")
        with pytest.raises(FitError, match="lang: 'fr'"):
            waves.in_words(lang="fr")
