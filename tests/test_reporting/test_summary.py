"""The dictionary behind the report: ready for JSON, complete, and naming nobody."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_reporting.results import sample_result, small_result

from kommtyp.codebook import packaged_codebook
from kommtyp.comparison import compare
from kommtyp.datasets import make_survey
from kommtyp.errors import FitError
from kommtyp.findings import check_findings
from kommtyp.reporting import summarise
from kommtyp.reporting.method import references, was_fitted
from kommtyp.reporting.notes import note_sentence, note_sentences, remark, shown_notes
from kommtyp.survey import Note
from kommtyp.texts import texts
from kommtyp.typology import fit


@pytest.fixture(scope="module")
def summary():
    return summarise(sample_result())


class TestSummary:
    def test_it_is_ready_for_json(self, summary):
        assert json.loads(json.dumps(summary, allow_nan=False)) == summary

    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_it_names_no_municipality(self, lang):
        result = sample_result()
        written = json.dumps(summarise(result, lang=lang))
        assert not [key for key in result.survey.answers.index if key in written]

    def test_types_come_with_size_goals_and_what_the_study_says(self, summary):
        sizes = sample_result().sizes
        assert [kind["n"] for kind in summary["types"]] == sizes["n"].tolist()
        assert summary["types"][1]["goals"] == ["Effizienz der Verwaltung", "Effektivität der Verwaltung"]
        assert all(kind["description"] for kind in summary["types"])

    def test_what_stands_out_is_what_the_comparison_found_after_correction(self, summary):
        rest = compare(sample_result()).versus_rest
        for kind in summary["types"]:
            found = {(difference["indicator"], difference["category"]) for difference in kind["differences"]}
            certain = rest[(rest["type"] == kind["key"]) & (rest["p_corrected"] < 0.05)]
            assert found <= set(zip(certain["indicator"], certain["category"], strict=True))
            assert [abs(d["size"]) for d in kind["differences"]] == sorted(
                (abs(d["size"]) for d in kind["differences"]), reverse=True
            )

    def test_the_rest_is_all_other_types_together(self, summary):
        result = sample_result()
        kind = next(kind for kind in summary["types"] if kind["differences"])
        difference = next(d for d in kind["differences"] if d["indicator"] != "ozg_strategie")
        answers = result.survey.answers[difference["indicator"]]
        others = answers[result.types.notna() & (result.types != kind["key"])]
        assert difference["rest"] == pytest.approx(others.mean())
        assert difference["estimate"] == pytest.approx(answers[result.types == kind["key"]].mean())

    def test_headline_indicators_come_first(self, summary):
        names = [item["indicator"] for item in summary["compared"]]
        assert names[:6] == [
            "ozg_umsetzung",
            "ozg_strategie",
            "fim_bekannt",
            "fim_nutzung",
            "prozessautomation",
            "bots",
        ]
        assert len(names) == len(packaged_codebook().with_role("indicator"))

    def test_a_comparison_and_findings_that_are_given_are_used(self):
        result = sample_result()
        few = compare(result, ["bots"], level=0.9)
        summary = summarise(result, few, findings=check_findings(result).head(2), level=0.5)
        assert [item["indicator"] for item in summary["compared"]] == ["bots"]
        assert len(summary["findings"]) == 2
        assert summary["level"] == 0.9

    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_findings_speak_the_language_of_the_report(self, lang):
        result = sample_result()
        own = check_findings(result, lang=lang)["wording"].tolist()
        for given in ("de", "en"):
            shown = summarise(result, findings=check_findings(result, lang=given), lang=lang)["findings"]
            assert [row["wording"] for row in shown] == own

    def test_a_comparison_of_other_types_is_refused(self):
        other = fit(make_survey(60), types="unnamed", n_types=2, n_init=5)
        with pytest.raises(FitError, match="Compare this result"):
            summarise(sample_result(), compare(other, ["bots"]))

    def test_a_comparison_of_other_municipalities_is_refused(self):
        result = sample_result()
        other = result.typology.classify(make_survey(60, random_state=2))
        with pytest.raises(FitError, match=r"comparison: its types have .* municipalities, those of the result .*\."):
            summarise(result, compare(other, ["bots"]))

    @pytest.mark.parametrize("name", ["comparison", "findings", "stability", "selection", "sensitivity"])
    def test_what_is_of_another_kind_is_refused(self, name):
        with pytest.raises(FitError, match=rf"{name}: int given\. Use what kommtyp\."):
            summarise(sample_result(), **{name: 5})

    def test_other_tables_and_results_are_refused(self):
        with pytest.raises(FitError, match=r"findings: no claim, types, .* Give the table"):
            summarise(sample_result(), findings=pd.DataFrame({"indicator": ["bots"]}))
        with pytest.raises(FitError, match=r"result: int given"):
            summarise(5)

    @pytest.mark.parametrize("min_cell", [0, -1, 2.5, True, "5"])
    def test_min_cell_must_be_a_count(self, min_cell):
        with pytest.raises(FitError, match="min_cell"):
            summarise(sample_result(), min_cell=min_cell)

    def test_an_unknown_language_is_refused(self):
        with pytest.raises(FitError, match="lang"):
            summarise(sample_result(), lang="fr")

    def test_weighted_results_are_compared_with_their_weights(self):
        result = fit(make_survey(200, with_weight=True), n_init=10)
        summary = summarise(result)
        assert len(summary["compared"]) > 20
        assert len(summary["findings"]) == 10
        assert summary["fitted"]
        assert any("Rao" in full for full in summary["method"]["references"])
        answers = result.survey.answers
        for row in (row for row in summary["overall"] if row["category"] == "" and row["estimate"] is not None):
            valid = result.types.notna() & answers[row["indicator"]].notna()
            mean = np.average(answers.loc[valid, row["indicator"]], weights=result.weights[valid])
            assert row["estimate"] == pytest.approx(mean)
        for kind in summary["types"]:
            for found in (one for one in kind["differences"] if one["category"] in ("", "1")):
                values = answers[found["indicator"]]
                rest = values.notna() & result.types.notna() & (result.types != kind["key"])
                assert found["rest"] == pytest.approx(np.average(values[rest], weights=result.weights[rest]))

    def test_weighted_results_are_adjusted_and_resampled_with_their_weights(self):
        answers = make_survey(120, random_state=1)
        result = fit(answers, weights=np.random.default_rng(0).choice([0.5, 2.0], 120), n_init=10)
        comparison = compare(result, ["bots", "mobile_app"], adjust_for="groessenklasse", n_boot=5, n_init=3)
        for lang, told in (
            ("de", ("die gewichtete Zusammensetzung", "mit den Gewichten der gezogenen Kommunen")),
            ("en", ("the weighted make-up", "with the weights of the municipalities drawn")),
        ):
            method = summarise(result, comparison, lang=lang)["method"]
            assert all(words in method["paragraph"] for words in told)
            assert sum("Rao, J. N. K. & Scott" in reference for reference in method["references"]) == 1

    def test_small_types_have_no_numbers(self):
        summary = summarise(small_result(), min_cell=9)
        secret = [kind for kind in summary["types"] if kind["suppressed"]]
        assert len(secret) >= 2
        for kind in secret:
            assert kind["n"] is kind["share"] is kind["near"] is None
            assert kind["above"] == kind["below"] == kind["differences"] == []

    def test_synthetic_data_are_known_by_what_they_say(self):
        result = sample_result()
        assert summarise(result)["survey"]["synthetic"]
        plain = replace(result, survey=replace(result.survey, source="umfrage.csv"))
        assert not summarise(plain)["survey"]["synthetic"]
        said = plain.survey.with_notes([Note("preamble", "umfrage.csv", 1, "SYNTHETISCH: alles erfunden")])
        assert summarise(replace(plain, survey=said))["survey"]["synthetic"]


class TestMethod:
    def test_the_paragraph_names_every_choice(self):
        result = sample_result()
        paragraph = summarise(result)["method"]["paragraph"]
        quality = result.typology.quality
        for words in (
            f"{quality.n} Kommunen",
            "8 Zielen",
            result.survey.fingerprint,
            "30 Zufallsstarts, Startwert 0",
            f"{quality.hits} von {quality.starts} Starts",
            "nach Holm (1979)",
            "weniger als 5 Kommunen",
            "kommtyp 0.",
            "NumPy",
        ):
            assert words in paragraph

    @pytest.mark.parametrize("lang", ["de", "en"])
    @pytest.mark.parametrize("method", ["kmeans", "ward", "average", "complete", "ward_kmeans"])
    def test_every_method_is_described(self, method, lang, sample):
        result = fit(sample.head(80), method=method, scaling="zscore", n_init=5)
        assert len(summarise(result, compare(result, ["bots"]), lang=lang)["method"]["paragraph"]) > 500

    def test_it_cites_what_it_lists_and_lists_what_it_cites(self):
        said = summarise(sample_result())["method"]
        for key, full in references().items():
            author, year = key.split()
            cited = any(author in part and year in part for part in said["paragraph"].split(". "))
            assert (full in said["references"]) <= cited
        assert any("Hartigan" in full for full in said["references"])
        assert any("Bernaards" in full for full in said["references"])

    def test_a_ready_typology_says_so(self):
        result = sample_result()
        assert was_fitted(result)
        others = result.typology.classify(make_survey(90, random_state=3))
        assert not was_fitted(others)
        assert "einer fertigen Typologie zugeordnet" in summarise(others)["method"]["paragraph"]

    def test_four_types_are_said_to_come_from_the_study_only_where_they_do(self, sample):
        assert "folgt „Digitale Kommune: Eine Typfrage?“" in summarise(sample_result())["method"]["paragraph"]
        five = fit(sample, n_types=5, n_init=5)
        assert "wurde vorgegeben" in summarise(five)["method"]["paragraph"]


class TestNotes:
    def test_details_that_tell_a_municipality_are_left_out(self):
        survey = sample_result().survey
        key = survey.answers.index[0]
        notes = [
            Note("key_repaired", "ags", 3, "1234567 → 01234567"),
            Note("row_twice", "ags", 1, key),
            Note("number_format", "einwohner", 412, "'18044,0' is 18044"),
            Note("missing", "bots", 1, f"no answer: '{key}'"),
            Note("not_in_codes", "land", 1, "'Freistaat Musterstadt'"),
            Note("missing", "recht", 2, "no answer: -9"),
        ]
        details = [note.detail for note in shown_notes(replace(survey, notes=tuple(notes)))]
        assert details == ["", "", "", "", "", "no answer: -9"]

    @pytest.mark.parametrize("lang", ["de", "en"])
    @pytest.mark.parametrize("detail", ["", "etwas"])
    @pytest.mark.parametrize("count", [1, 1234])
    def test_every_kind_makes_a_sentence(self, lang, detail, count):
        for kind in texts(lang).notes:
            sentence = note_sentence(Note(kind, "recht", count, detail), packaged_codebook(), lang)
            assert sentence.endswith(".")
            assert not set("[]{}") & set(sentence)
            assert "  " not in sentence

    def test_many_of_a_kind_become_one_sentence_with_their_total(self):
        notes = [Note("empty", item.name, 10) for item in packaged_codebook().goals]
        sentences = note_sentences(notes, packaged_codebook(), "de")
        assert len(sentences) == 1
        assert sentences[0].startswith("80 Antworten fehlen")
        assert "Bürgernähe (10)" in sentences[0]

    def test_a_shared_detail_is_said_once(self):
        notes = [Note("missing", item.name, 2, "don't know: 'weiß nicht'") for item in packaged_codebook().goals]
        sentence = note_sentences(notes, packaged_codebook(), "de")[0]
        assert sentence.count("weiß nicht") == 1

    def test_headings_that_are_titles_are_only_counted(self):
        notes = [Note("heading", item.name, 1, item.text) for item in packaged_codebook().goals]
        notes.append(Note("heading", "bots", 1, "F17"))
        sentences = note_sentences(notes, packaged_codebook(), "de")
        assert sentences[0].startswith("8 Merkmale wurden an ihrer Bezeichnung")
        assert "F17" in sentences[1]

    def test_lists_are_in_the_language_of_the_report(self):
        note = Note("column_missing", "umfrage.csv", 7, "'gewicht', 'bots' and 5 more")
        sentence = note_sentence(note, packaged_codebook(), "de")
        assert "„Gewicht“, „Einsatz von Bots“ und 5 weitere" in sentence

    def test_remarks_of_the_tables_are_translated(self):
        labels = {"optimierer": "Die Optimierer"}
        both = remark("no answers: optimierer; denominator df 12.34", labels, "de")
        assert both == "keine Antworten: Die Optimierer; Freiheitsgrade des Nenners: 12,34"
        assert remark("Monte Carlo with 100000 tables, standard error 0.0016", {}, "en").count("100,000 tables") == 1
        assert remark("something new", labels, "de") == "something new"

    def test_every_remark_that_occurs_is_known(self, sample):
        answers = sample.head(40).assign(bots=1.0, mobile_app=np.nan)
        result = fit(answers, n_init=5)
        notes = pd.concat([compare(result).tests["note"], check_findings(result)["note"]])
        for note in notes[notes != ""]:
            for part in note.split("; "):
                assert remark(part, {}, "de") != part, part
