"""How sure the types are: said in plain words, weak types called weak, nobody shown."""

import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from test_reporting.results import (
    Page,
    sample_result,
    sample_selection,
    sample_stability,
    small_result,
    weak_result,
    weak_stability,
)

from kommtyp.comparison import compare
from kommtyp.errors import FitError
from kommtyp.reporting import summarise, write_figures, write_report, write_tables
from kommtyp.reporting.method import references
from kommtyp.reporting.sureness import shown_stability, stability_sentences, verdict
from kommtyp.stability import assess_stability


def summary_with(result, stability, **options):
    return summarise(result, compare(result, ["bots"]), stability=stability, **options)


def with_jaccard(stability, values):
    return replace(stability, by_type=stability.by_type.assign(jaccard=values))


def page(tmp_path, result, **options):
    path = write_report(result, tmp_path / "bericht.html", comparison=compare(result, ["bots"]), **options)
    return Page(path.read_text(encoding="utf-8"))


class TestVerdict:
    @pytest.mark.parametrize(
        ("values", "kind", "words"),
        [
            ([0.99, 0.9, 0.8, 0.76], "strong", "Alle 4 Typen werden in neuen Stichproben wiedergefunden"),
            ([0.99, 0.9, 0.8, 0.75], "partly", "kehrt „Die Community Manager“ (Ähnlichkeit 0,75) nur ungefähr wieder"),
            ([0.5, 0.9, 0.8, 0.8], "partly", "löst sich „Die Bedächtigen“ (Ähnlichkeit 0,50) auf"),
            ([0.5, 0.4, 0.6, 0.7], "weak", "Diese Typologie ist schwach"),
        ],
    )
    def test_hennigs_thresholds_decide(self, values, kind, words):
        summary = summary_with(sample_result(), with_jaccard(sample_stability(), values))
        assert verdict(summary, "de")[0] == kind
        assert words in verdict(summary, "de")[1]

    def test_other_schemes_have_no_verdict(self):
        halves = replace(with_jaccard(sample_stability(), [0.1, 0.1, 0.1, 0.1]), scheme="subset")
        summary = summary_with(sample_result(), halves)
        assert verdict(summary, "de") == ("", "")
        said = " ".join(stability_sentences(summary, "de"))
        assert "keine anerkannten Schwellen" in said
        assert "die Hälfte" in said

    @pytest.mark.parametrize(("lang", "weak"), [("de", "Diese Typologie ist schwach"), ("en", "This typology is weak")])
    def test_types_that_are_not_there_are_called_weak_at_the_top_too(self, lang, weak, tmp_path):
        words = page(tmp_path, weak_result(), stability=weak_stability(), lang=lang).words
        assert words.count(weak) == 2

    def test_types_that_are_there_are_not(self, tmp_path):
        words = page(tmp_path, sample_result(), stability=sample_stability()).words
        assert "schwach" not in words
        assert "Alle 4 Typen werden" in words


class TestSentences:
    @pytest.mark.parametrize("lang", ["de", "en"])
    @pytest.mark.parametrize("scheme", ["bootstrap", "subset", "noise"])
    def test_every_scheme_is_named_and_no_brace_is_left(self, scheme, lang):
        summary = summary_with(sample_result(), replace(sample_stability(), scheme=scheme, failed=3), lang=lang)
        said = " ".join(stability_sentences(summary, lang))
        assert not set("{}") & set(said)
        assert ("Bootstrap" in said or "bootstrap" in said) == (scheme == "bootstrap")

    def test_numbers_are_those_of_the_resamples(self):
        stability = weak_stability()
        said = " ".join(stability_sentences(summary_with(weak_result(), stability), "de"))
        assert f"{len(stability.mixed)} von 412 Kommunen" in said
        assert f"{stability.agreement['ari'].mean():.2f}".replace(".", ",") in said
        assert "30-mal" in said

    def test_who_was_drawn_twice_is_said_to_count_so(self):
        twice = summary_with(sample_result(), replace(sample_stability(), multiplicity=True))
        assert "zählen mehrfach" in " ".join(stability_sentences(twice, "de"))

    def test_names_that_seldom_return_are_listed(self):
        table = sample_stability().by_type.assign(name_returns=[0.2, 0.9, 0.8, 1.0])
        summary = summary_with(sample_result(), replace(sample_stability(), by_type=table))
        said = " ".join(stability_sentences(summary, "de"))
        assert "in weniger als" not in said.split("Mischtypen")[0]
        assert "Seltener als in der Hälfte der Stichproben kehrt er wieder bei: Die Bedächtigen." in said

    def test_without_stability_the_report_says_what_is_missing(self, tmp_path):
        words = page(tmp_path, sample_result()).words
        assert "Dieser Bericht sagt nicht, wie stabil die Typen in neuen Stichproben wären, wie viele Typen" in words
        assert summarise(sample_result(), compare(sample_result(), ["bots"]))["stability"] is None

    def test_the_method_paragraph_cites_what_was_done(self):
        options = {"stability": sample_stability(), "selection": sample_selection()}
        said = summarise(sample_result(), compare(sample_result(), ["bots"]), **options)["method"]
        for key in ("Hennig 2007", "Hubert 1985", "Dolnicar 2010", "Tibshirani 2001", "Fang 2012"):
            assert references()[key] in said["references"]
        assert "30 Stichproben" in said["paragraph"]
        assert "10 eigene Zufallsstarts" in said["paragraph"]

    @pytest.mark.parametrize(("lang", "word"), [("de", "Startwert"), ("en", "seed")])
    def test_the_method_paragraph_names_the_seed_of_everything_that_was_drawn(self, lang, word):
        options = {
            "stability": replace(sample_stability(), random_state=123457),
            "selection": replace(sample_selection(), random_state=987653),
        }
        said = summarise(sample_result(), compare(sample_result(), ["bots"]), lang=lang, **options)["method"]
        assert f"{word} 123457" in said["paragraph"]
        assert f"{word} 987653" in said["paragraph"]

    def test_data_without_structure_are_mentioned_where_there_are_some(self):
        without = replace(sample_selection(), null=sample_selection().null.assign(null=float("nan")))
        comparison = compare(sample_result(), ["bots"])
        said = [
            summarise(sample_result(), comparison, selection=selection)["method"]["paragraph"]
            for selection in (sample_selection(), without)
        ]
        assert ["Daten ohne Struktur" in paragraph for paragraph in said] == [True, False]


class TestPrivacy:
    @pytest.mark.parametrize(
        ("low", "few", "n"), [(0, "", 0), (4, "mixed", None), (5, "", 5), (402, "clear", None), (406, "", 406)]
    )
    def test_few_mixed_types_are_not_counted(self, low, few, n):
        certainty = [0.5] * low + [1.0] * (406 - low)
        stability = replace(sample_stability(), membership=pd.DataFrame({"certainty": certainty}))
        mixed = shown_stability(stability, frozenset(), min_cell=5)["mixed"]
        assert (mixed["few"], mixed["n"]) == (few, n)
        assert (mixed["share"] is None) == (n is None)

    def test_types_that_are_hidden_have_no_stability(self, tmp_path):
        stability = assess_stability(small_result(), n_boot=10, n_init=5)
        summary = summary_with(small_result(), stability, min_cell=9)
        secret = {kind["key"] for kind in summary["types"] if kind["suppressed"]}
        assert len(secret) >= 2
        for row in summary["stability"]["by_type"]:
            assert (row["jaccard"] is None) == (row["type"] in secret)
        words = page(tmp_path, small_result(), stability=stability, min_cell=9).words
        assert "nicht gezeigt" in words

    def test_no_municipality_is_in_what_is_handed_on(self, tmp_path):
        result = sample_result()
        options = {"stability": sample_stability(), "comparison": compare(result, ["bots"])}
        written = [
            write_report(result, tmp_path / "r.html", **options).read_text(encoding="utf-8"),
            json.dumps(summarise(result, options["comparison"], stability=options["stability"])),
            *(path.read_text(encoding="utf-8") for path in write_figures(result, tmp_path, **options)),
        ]
        book = openpyxl.load_workbook(write_tables(result, tmp_path / "t.xlsx", **options))
        cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert cells.isdisjoint(result.types.index)
        for text in written:
            assert not [key for key in result.types.index if f'"{key}"' in text or f">{key}<" in text]

    def test_a_smallest_type_that_is_too_small_is_not_shown(self):
        selection = replace(sample_selection(), table=sample_selection().table.assign(smallest=[9, 4, 3]))
        rows = summarise(sample_result(), compare(sample_result(), ["bots"]), selection=selection)["selection"]["table"]
        assert [row["smallest"] for row in rows] == [9, None, None]


class TestFiles:
    def test_the_workbook_has_a_sheet_by_type(self, tmp_path):
        options = {"comparison": compare(sample_result(), ["bots"]), "stability": sample_stability()}
        book = openpyxl.load_workbook(write_tables(sample_result(), tmp_path / "t.xlsx", **options))
        sheet = book["Stabilität"]
        assert sheet.max_row == 5
        heads = [cell.value for cell in sheet[1]]
        found = [row[heads.index("Jaccard")].value for row in sheet.iter_rows(min_row=2)]
        assert found == pytest.approx(sample_stability().by_type["jaccard"].tolist())

    def test_figures_stand_in_the_page_and_in_files_of_their_own(self, tmp_path):
        options = {"stability": sample_stability(), "selection": sample_selection()}
        drawn = page(tmp_path, sample_result(), **options)
        figures = [a for a in drawn.named("svg") if a.get("aria-hidden") != "true"]
        paths = write_figures(sample_result(), tmp_path, comparison=compare(sample_result(), ["bots"]), **options)
        assert len(paths) == len(figures)
        assert [path.name for path in paths][-2:] == ["stabilitaet.svg", "typenzahl.svg"]
        assert sample_selection().sentence("de") in drawn.words
        assert all('fill="#ffffff"' in path.read_text(encoding="utf-8") for path in paths)

    def test_stability_of_another_result_is_refused(self):
        with pytest.raises(FitError, match="Assess this result"):
            summarise(sample_result(), stability=assess_stability(small_result(), n_boot=4, n_init=2))
