"""Other numbers of types and other choices: counted right, in words that close, nobody shown."""

import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from test_reporting.results import (
    Page,
    sample_result,
    sample_selection,
    sample_sensitivity,
    sample_stability,
    small_result,
)

from kommtyp.comparison import compare
from kommtyp.errors import FitError
from kommtyp.reporting import summarise, write_figures, write_report, write_tables
from kommtyp.reporting.alternatives import (
    choice_sentences,
    choices_view,
    kept_findings_view,
    left_open,
    selection_view,
    shown_sensitivity,
)
from kommtyp.reporting.method import references


def summary_with(**options):
    return summarise(sample_result(), compare(sample_result(), ["bots"]), **options)


def page(tmp_path, **options):
    comparison = compare(sample_result(), ["bots"])
    path = write_report(sample_result(), tmp_path / "bericht.html", comparison=comparison, **options)
    return Page(path.read_text(encoding="utf-8"))


def kept(n_all, n_most, n_few):
    """The sensitivity of the sample, with so many municipalities that keep their type in all, most and few."""
    words = ["all"] * n_all + ["most"] * n_most + ["few"] * n_few
    table = sample_sensitivity().municipalities
    return replace(sample_sensitivity(), municipalities=table.assign(keeps=words + [""] * (len(table) - len(words))))


class TestSentences:
    def test_numbers_are_those_of_the_specifications(self):
        found = sample_sensitivity()
        said = " ".join(choice_sentences(summary_with(sensitivity=found), "de"))
        ari = found.counted["ari"]
        assert f"{len(ari)} andere vertretbare Festlegungen" in said
        for value in (ari.median(), ari.min(), ari.max()):
            assert f"{value:.2f}".replace(".", ",") in said

    def test_the_choice_that_matters_most_is_named_with_its_ends(self):
        table = pd.DataFrame(
            [("scaling", "raw", 2, 0.9, 0.8), ("scaling", "rank", 2, 0.2, 0.1), ("method", "kmeans", 2, 0.6, 0.1)],
            columns=["option", "value", "specifications", "ari_mean", "ari_min"],
        )
        found = replace(sample_sensitivity(), by_choice=table)
        said = " ".join(choice_sentences(summary_with(sensitivity=found), "de"))
        assert "kommt es auf die Skalierung an" in said
        assert "bei „Rohwerte“ (im Mittel 0,90), am wenigsten bei „Ränge je Kommune“ (0,20)" in said

    def test_without_a_choice_of_several_values_none_matters_most(self):
        found = replace(sample_sensitivity(), by_choice=sample_sensitivity().by_choice.head(1))
        assert "kommt es" not in " ".join(choice_sentences(summary_with(sensitivity=found), "de"))

    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_no_brace_is_left(self, lang):
        failed = sample_sensitivity().specifications.copy()
        failed.loc[failed.index[-1], "reason"] = "interrupted"
        found = replace(sample_sensitivity(), specifications=failed)
        said = " ".join(choice_sentences(summary_with(sensitivity=found, lang=lang), lang))
        assert not set("{}") & set(said)
        assert ("1 weitere ließ sich nicht rechnen" in said) == (lang == "de")

    def test_a_grid_in_which_nothing_could_be_done_says_so_and_has_no_figure(self, tmp_path):
        table = sample_sensitivity().specifications.head(2).copy()
        table.loc[1, ["reason", "ari"]] = "interrupted", float("nan")
        found = replace(
            sample_sensitivity(), specifications=table, by_choice=sample_sensitivity().by_choice.head(0)
        )
        words = page(tmp_path, sensitivity=found).words
        assert "0 andere vertretbare Festlegungen durchgerechnet. 1 weitere ließ sich nicht rechnen." in words
        assert "Spezifikationskurve" not in words

    @pytest.mark.parametrize(
        ("given", "open_", "closed"),
        [
            ((), ("wie stabil", "wie viele Typen", "anderen vertretbaren"), ()),
            (("stability",), ("wie viele Typen", "anderen vertretbaren"), ("wie stabil",)),
            (("stability", "selection"), ("anderen vertretbaren",), ("wie stabil", "wie viele Typen")),
        ],
    )
    def test_what_was_not_looked_into_is_said(self, given, open_, closed):
        known = {"stability": sample_stability(), "selection": sample_selection()}
        said = left_open(summary_with(**{name: known[name] for name in given}), "de")
        assert all(words in said for words in open_)
        assert not any(words in said for words in closed)

    def test_where_all_was_looked_into_nothing_is_left_open(self):
        options = {"stability": sample_stability(), "selection": sample_selection()}
        assert left_open(summary_with(sensitivity=sample_sensitivity(), **options), "de") == ""

    def test_the_method_paragraph_names_the_number_and_the_seed_and_cites(self):
        found = replace(sample_sensitivity(), random_state=424243)
        said = summary_with(sensitivity=found)["method"]
        assert f"{len(found.counted)} andere Spezifikationen" in said["paragraph"]
        assert "Startwert 424243" in said["paragraph"]
        assert {references()["Steegen 2016"], references()["Simonsohn 2020"]} <= set(said["references"])


class TestPrivacy:
    @pytest.mark.parametrize(
        ("counts", "shown"), [((300, 100, 6), True), ((300, 102, 4), False), ((406, 0, 0), True), ((402, 0, 4), False)]
    )
    def test_few_municipalities_are_not_counted_nor_given_away(self, counts, shown):
        keeps = shown_sensitivity(kept(*counts), frozenset(), min_cell=5)["keeps"]
        assert list(keeps.values()) == (list(counts) if shown else [None] * 3)
        said = " ".join(choice_sentences(summary_with(sensitivity=kept(*counts)), "de"))
        assert ("wird nicht gezeigt" in said) != shown

    def test_statements_on_hidden_types_are_left_out(self):
        rows = shown_sensitivity(sample_sensitivity(), frozenset({"optimierer"}), min_cell=5)["verdicts"]
        assert len(rows) > 0
        assert not rows["types"].str.contains("optimierer").any()

    def test_no_municipality_and_no_size_is_in_what_is_handed_on(self, tmp_path):
        result, options = sample_result(), {"sensitivity": sample_sensitivity(), "selection": sample_selection()}
        summary = summary_with(**options)
        assert not {"smallest", "n", "same_name", "municipalities"} & set(summary["sensitivity"]["specifications"][0])
        book = openpyxl.load_workbook(write_tables(result, tmp_path / "t.xlsx", **options))
        cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert cells.isdisjoint(result.types.index)
        assert not [key for key in result.types.index if f'"{key}"' in json.dumps(summary)]

    def test_sensitivity_of_another_result_is_refused(self):
        with pytest.raises(FitError, match="Explore this result"):
            summarise(small_result(), sensitivity=sample_sensitivity())


class TestViews:
    def test_each_value_of_a_choice_is_a_row_below_its_choice(self):
        found = sample_sensitivity()
        rows = choices_view(summary_with(sensitivity=found), "de").rows
        assert [row.title for row in rows if not row.part] == [
            "Skalierung", "Verfahren", "Zahl der Typen", "Mindestanteil beantworteter Ziele", "Ein Ziel weggelassen",
        ]  # fmt: skip
        values = [row for row in rows if row.part]
        assert len(values) == len(found.by_choice)
        expected = [f"{value:.2f}".replace(".", ",") for value in found.by_choice["ari_mean"]]
        assert [row.cells[1].text for row in values] == expected
        assert values[-1].title == "Örtliche Gemeinschaft"

    def test_each_statement_is_a_row_with_its_counts(self):
        found = sample_sensitivity()
        rows = kept_findings_view(summary_with(sensitivity=found), "de").rows
        counts = found.verdicts[["supported", "same_direction", "opposite_direction", "contradicted", "not_checkable"]]
        assert [[int(cell.text) for cell in row.cells[1:]] for row in rows] == counts.to_numpy().tolist()

    def test_each_criterion_is_a_row_with_the_number_it_chooses(self):
        found = sample_selection()
        view = selection_view(summary_with(selection=found), "de")
        chosen = ["keine Teilung" if k == 1 else str(k) for k in found.suggestion["k"]]
        assert [row.cells[0].text for row in view.rows] == chosen
        assert "größte Zahl mit einem Wert über 0,8" in [row.below for row in view.rows]
        beyond = {True: "ja", False: "nein"}
        assert [row.cells[3].text for row in view.rows] == [beyond[one] for one in found.suggestion["beyond_null"]]

    def test_without_data_without_structure_nothing_is_said_of_them(self, tmp_path):
        bare = sample_selection()
        bare = replace(
            bare,
            null=bare.null.assign(null=float("nan"), null_low=float("nan"), null_high=float("nan")),
            suggestion=bare.suggestion.assign(null_low=float("nan"), null_high=float("nan"), beyond_null=pd.NA),
        )
        view = selection_view(summary_with(selection=bare), "de")
        assert {(row.cells[2].text, row.cells[3].text) for row in view.rows} == {("–", "–")}
        assert "durchgemischt" not in page(tmp_path, selection=bare).words


class TestFiles:
    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_the_page_has_a_part_for_each(self, tmp_path, lang):
        options = {"selection": sample_selection(), "sensitivity": sample_sensitivity()}
        drawn = page(tmp_path, lang=lang, **options)
        assert drawn.unclosed == []
        for sentence in choice_sentences(summary_with(lang=lang, **options), lang):
            assert sentence in drawn.words
        figures = [a for a in drawn.named("svg") if a.get("aria-hidden") != "true"]
        paths = write_figures(sample_result(), tmp_path, comparison=compare(sample_result(), ["bots"]), **options)
        assert len(paths) == len(figures)
        assert [path.name for path in paths][-2:] == ["typenzahl.svg", "festlegungen.svg"]

    def test_the_workbook_has_a_sheet_for_each(self, tmp_path):
        options = {"selection": sample_selection(), "sensitivity": sample_sensitivity()}
        book = openpyxl.load_workbook(write_tables(sample_result(), tmp_path / "t.xlsx", **options))
        panel, choices = book["Zahl der Typen"], book["Andere Festlegungen"]
        heads = [cell.value for cell in panel[1]]
        found = [row[heads.index("Silhouette")].value for row in panel.iter_rows(min_row=2)]
        assert found == pytest.approx(sample_selection().table["silhouette"].tolist())
        heads = [cell.value for cell in choices[1]]
        ari = [row[heads.index("bereinigter Rand-Index")].value for row in choices.iter_rows(min_row=2)]
        assert ari[1:] == pytest.approx(sample_sensitivity().counted["ari"].tolist())
        assert choices.max_row == 2 + len(sample_sensitivity().counted)

    def test_the_same_input_gives_the_same_bytes(self, tmp_path):
        options = {"selection": sample_selection(), "sensitivity": sample_sensitivity()}
        comparison = compare(sample_result(), ["bots"])
        first, second = (
            write_report(sample_result(), tmp_path / name, comparison=comparison, **options).read_bytes()
            for name in ("a.html", "b.html")
        )
        assert first == second
