"""Adjusted and uncertain results in what is handed on: complete, in words, and telling no small cell."""

import json
import re
from functools import cache
from itertools import product

import numpy as np
import openpyxl
import pandas as pd
import pytest
from test_reporting.results import Page, sample_result

from kommtyp.comparison import compare
from kommtyp.datasets import make_survey
from kommtyp.findings import check_findings
from kommtyp.reporting import summarise, write_figures, write_report, write_tables
from kommtyp.reporting.p_classes import class_of_p
from kommtyp.reporting.standing import STANDING, coarse, shown_standing, traceable
from kommtyp.reporting.standing_views import standing_view
from kommtyp.reporting.tables import shown_tables
from kommtyp.standardisation import standardised_shares
from kommtyp.typology import fit

NAMES = ["ozg_umsetzung", "bots", "mobile_app", "ozg_strategie", "qualifizierung", "einwohner"]
ITEMS = ["groessenklasse", "land"]
KEYS = ["indicator", "category", "type"]
NUMBERS = ["estimate", "difference", "ci_low", "ci_high", "raw"]


@cache
def compared(*items, n_boot=15):
    return compare(sample_result(), NAMES, adjust_for=list(items) or None, n_boot=n_boot, n_init=3)


@pytest.fixture(scope="module")
def shown():
    result = sample_result()
    findings = check_findings(result, adjust_for=ITEMS, n_boot=15, n_init=3)
    return shown_tables(result, compared(*ITEMS), findings, level=0.95, min_cell=5)


@pytest.fixture(scope="module", params=["de", "en"])
def page(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("standing") / "report.html"
    write_report(sample_result(), path, comparison=compared(*ITEMS), lang=request.param)
    return Page(path.read_text(encoding="utf-8")), request.param


class TestPrivacy:
    def test_what_is_hidden_as_it_is_stays_hidden_on_every_basis(self, shown):
        plain = shown.estimates.set_index(KEYS)["suppressed"]
        assert plain.any()
        for basis in ("adjusted", "uncertain"):
            table = getattr(shown, basis)
            numbers = table.columns.difference([*KEYS, "n", "missing", "strata", "note", "suppressed"])
            secret = plain.loc[pd.MultiIndex.from_frame(table[KEYS])].to_numpy()
            assert table.loc[secret, numbers].isna().all(axis=None)
            assert table.loc[secret, "suppressed"].all()
            assert not table.loc[~secret, "suppressed"].any()

    def test_differences_of_hidden_shares_are_hidden(self, shown):
        plain = {key for key, secret in shown.estimates.set_index(KEYS)["suppressed"].items() if secret}
        for name in ("adjusted_differences", "uncertain_differences"):
            for row in getattr(shown, name).itertuples():
                secret = any((row.indicator, row.category, kind) in plain for kind in (row.type_a, row.type_b))
                assert row.suppressed == secret
                assert np.isnan(row.difference) == secret

    def test_findings_are_hidden_on_all_bases_or_none(self, shown):
        by_finding = shown.findings.groupby(["indicator", "claim", "types"])["suppressed"]
        assert (by_finding.nunique() == 1).all()
        assert by_finding.first().any()
        assert (shown.findings["verdict"] != "").all()

    def test_strata_of_few_are_not_counted(self):
        result = sample_result()
        comparison = compared(*ITEMS)
        tables = shown_standing(result, comparison, shown_tables(
            result, comparison, None, level=0.95, min_cell=12).hidden, min_cell=12)
        strata = tables["strata"].merge(comparison.strata, on=["indicator", "stratum"], suffixes=("", "_own"))
        assert strata.loc[strata["n_own"] < 12, ["n", "share"]].isna().all(axis=None)
        hidden = strata[strata["n"].isna()].groupby("indicator")["n_own"]
        assert (hidden.size() > 1).all()
        assert (hidden.sum() >= 12).all()

    def test_strata_of_two_indicators_cannot_be_subtracted(self, shown):
        """The attack: strata that differ by one combination of levels tell how many municipalities have it."""

        def differences(table):
            levels = [frozenset(text.split("; ")) for text in table["levels"]]
            cells = list(zip(levels, table["n"], strict=True))
            return [m - n for (one, n), (other, m) in product(cells, cells) if one < other and 0 < m - n < 5]

        assert differences(compared(*ITEMS).strata), "the table as it is gives small cells away"
        counted = shown.strata.dropna(subset="n")
        assert not differences(counted)
        assert counted.groupby("levels")["indicator"].nunique().eq(shown.strata["indicator"].nunique()).all()
        result = sample_result()
        whole = shown_tables(result, compared("groessenklasse"), None, level=0.95, min_cell=5).strata
        assert whole["n"].notna().all(), "the same strata for all indicators"
        every = shown_tables(result, compared(*ITEMS), None, level=0.95, min_cell=1).strata
        assert every["n"].notna().all()

    def test_adjusted_numbers_are_rounded_and_others_are_not(self, shown):
        for name in ("adjusted", "adjusted_differences"):
            table = getattr(shown, name)
            values = table.loc[table["indicator"] != "einwohner", table.columns.intersection(NUMBERS)]
            np.testing.assert_array_equal(values, values.round(3))
        people = shown.adjusted.loc[shown.adjusted["indicator"] == "einwohner", "estimate"]
        assert [float(f"{value:.3g}") for value in people] == people.tolist()
        uncertain = shown.uncertain["ci_low"].dropna()
        assert not np.allclose(uncertain.round(3), uncertain, atol=1e-9)

    def test_rounding_leaves_the_estimates_as_good_as_they_were(self, shown):
        own = compared(*ITEMS).adjusted
        known = ~shown.adjusted["suppressed"]
        away = np.abs(shown.adjusted.loc[known, "estimate"] - own.loc[known, "estimate"])
        assert (away <= np.where(own.loc[known, "indicator"] == "einwohner", 500, 0.0005 + 1e-12)).all()

    def test_over_two_strata_small_cells_would_follow_from_adjusted_shares(self):
        """The attack: with the sizes of two strata known, few counts fit to a plain and an adjusted share."""
        cells, rest = np.array([[6, 3], [30, 21]]), np.array([[20, 10], [15, 25]])
        sizes = (cells + rest).sum(axis=1)
        published = standardised_shares(np.stack([cells, rest], axis=1), sizes)
        target = [round(float(part[0, 1]), 3) for part in published]
        n, yes = cells.sum(), cells[:, 1].sum()
        fits = []
        for first, k in product(range(1, n), range(yes + 1)):
            table = np.array([[first - k, k], [n - first - yes + k, yes - k]])
            if (table >= 0).all():
                found = standardised_shares(table[:, None], sizes)
                if [round(float(part[0, 1]), 3) for part in found] == target:
                    fits.append(table.tolist())
        assert fits == [cells.tolist()]

    def test_so_adjusted_numbers_over_few_strata_are_hidden_with_every_small_cell(self):
        result = sample_result()
        comparison = compared("art")
        assert comparison.adjusted["strata"].max() <= 4
        traced = traceable(result, ["art"], NAMES, min_cell=5)
        answers = result.survey.answers.assign(type=result.types.astype(object)).dropna(subset=["type", "art"])
        for name in ("bots", "mobile_app", "qualifizierung"):
            strata = comparison.strata.query("indicator == @name")["levels"].str.split("; ")
            place = {level: stratum for stratum, levels in enumerate(strata) for level in levels}
            counts = answers.groupby(["type", answers["art"].map(place), name]).size()
            small = {kind for (kind, _, _), n in counts.items() if n < 5}
            assert {kind for one, kind in traced if one == name} == small
        tables = shown_tables(result, comparison, check_findings(result, adjust_for="art"), level=0.95, min_cell=5)
        rows = tables.adjusted[[pair in traced for pair in zip(
            tables.adjusted["indicator"], tables.adjusted["type"], strict=True)]]
        assert len(rows)
        assert rows["estimate"].isna().all()
        for row in tables.findings.query("basis == 'adjusted'").itertuples():
            kinds = result.typology.keys if row.claim == "highest" else row.types.split(", ")
            of_finding = traceable(result, ["art"], [row.indicator], min_cell=5)
            assert np.isnan(row.estimate) or not {(row.indicator, kind) for kind in kinds} & of_finding

    def test_one_shows_everything(self):
        result, comparison = sample_result(), compared("art")
        tables = shown_tables(result, comparison, None, level=0.95, min_cell=1)
        assert not any(getattr(tables, name)["suppressed"].any() for name in STANDING)
        assert traceable(result, ["art"], NAMES, min_cell=1) == frozenset()

    def test_zero_and_missing_numbers_can_be_rounded(self):
        table = pd.DataFrame({"indicator": ["einwohner"] * 3, "estimate": [0.0, np.nan, -98765.0]})
        rounded = coarse(table, ["estimate"], sample_result().survey.codebook)["estimate"]
        assert rounded.fillna(-1).tolist() == [0, -1, -98800]

    def test_the_comparison_itself_is_not_changed(self):
        comparison = compared(*ITEMS)
        before = comparison.adjusted.copy()
        shown_tables(sample_result(), comparison, None, level=0.95, min_cell=50)
        pd.testing.assert_frame_equal(comparison.adjusted, before)


class TestSummary:
    def test_it_holds_all_tables_and_what_they_rest_on(self):
        summary = summarise(sample_result(), compared(*ITEMS))
        assert json.loads(json.dumps(summary, allow_nan=False)) == summary
        assert [item["title"] for item in summary["adjusted_for"]] == ["Größenklasse der KGSt", "Land"]
        assert summary["n_boot"] == 15
        for name in STANDING:
            assert len(summary[name]) == len(getattr(compared(*ITEMS), name)), name

    def test_findings_are_checked_as_the_comparison_was_made(self):
        findings = summarise(sample_result(), compared(*ITEMS))["findings"]
        assert [row["basis"] for row in findings] == ["plain", "adjusted", "uncertain"] * 10
        own = check_findings(sample_result(), adjust_for=ITEMS, n_boot=15, n_init=3)
        assert [row["verdict"] for row in findings] == own["verdict"].tolist()
        plain = summarise(sample_result(), compare(sample_result(), ["bots"], level=0.9))
        assert {row["basis"] for row in plain["findings"]} == {"plain"}
        assert {row["level"] for row in plain["findings"]} == {0.9}

    def test_without_them_the_tables_are_empty(self):
        summary = summarise(sample_result(), compare(sample_result(), ["bots"]))
        assert all(summary[name] == [] for name in STANDING)
        assert (summary["adjusted_for"], summary["n_boot"]) == ([], 0)

    def test_the_method_is_told_and_cited(self):
        words = summarise(sample_result(), compared(*ITEMS))["method"]
        assert "Um Größenklasse der KGSt und Land wurde durch direkte Standardisierung bereinigt" in words["paragraph"]
        assert "15-mal mit Zurücklegen gezogen" in words["paragraph"]
        cited = [one.split(",")[0] for one in words["references"]]
        assert {"Landis", "Rothman"} <= set(cited)
        plain = summarise(sample_result(), compare(sample_result(), ["bots"]))["method"]
        assert "Standardisierung" not in plain["paragraph"]


class TestPage:
    def test_a_section_says_whether_differences_hold(self, page):
        found, lang = page
        assert not found.unclosed
        words = found.words
        german = lang == "de"
        assert ("Halten die Unterschiede?" if german else "Do the differences hold?") in words
        assert ("Bereinigt um Größenklasse der KGSt und Land" if german else
                "Adjusted for KGSt size class and Federal state") in words
        drawn = "15-mal wurden die Kommunen neu gezogen" if german else "15 times the municipalities were drawn"
        assert drawn in words
        assert [attributes["id"] for attributes in found.named("section")].count("haltbarkeit") == 1
        assert any(attributes.get("href") == "#haltbarkeit" for attributes in found.named("a"))

    def test_raw_and_adjusted_stand_side_by_side(self, page):
        found, lang = page
        row = compared(*ITEMS).adjusted.query("indicator == 'mobile_app' and type == 'optimierer'").iloc[0]
        ends = [f"{100 * row[name]:.1f}" for name in ("raw", "estimate")]
        written = [end.replace(".", "," if lang == "de" else ".") for end in ends]
        assert re.search(rf"{written[0]}\s?% → {written[1]}\s?%", found.words.replace("\N{NO-BREAK SPACE}", " "))

    def test_every_finding_has_a_line_for_each_basis(self, page):
        found, lang = page
        for words in ("wie beobachtet", "bereinigt", "mit Unsicherheit der Typen") if lang == "de" else (
            "as observed", "adjusted", "with uncertain types"
        ):
            assert [text for _, text in found.texts].count(words) >= 10
        cautious = "das vorsichtigere zu berichten" if lang == "de" else "the more cautious one is to be reported"
        assert cautious in found.words

    def test_figures_have_words_for_those_who_cannot_see_them(self, page):
        found, lang = page
        described = [text for tag, text in found.texts if tag == "desc"]
        start = "intervallen: je Aussage der" if lang == "de" else "intervals: for each statement"
        assert sum(start in text for text in described) == 1

    def test_no_municipality_is_shown(self, page):
        assert not [key for key in sample_result().survey.answers.index if key in page[0].words]

    def test_the_caution_about_size_says_where_adjusted_numbers_are(self, page):
        found, lang = page
        assert ("um Größenklasse der KGSt und Land bereinigte stehen" if lang == "de" else
                "those adjusted for KGSt size class and Federal state are in") in found.words

    def test_without_them_there_is_no_such_section(self, tmp_path):
        path = write_report(sample_result(), tmp_path / "r.html", comparison=compare(sample_result(), ["bots"]))
        found = Page(path.read_text(encoding="utf-8"))
        assert "haltbarkeit" not in [attributes["id"] for attributes in found.named("section")]
        assert "nicht danach bereinigt" in found.words
        assert "wie beobachtet" not in [text for _, text in found.texts]

    @pytest.mark.parametrize("options", [{"adjust_for": "groessenklasse"}, {"n_boot": 5, "n_init": 2}])
    def test_one_of_both_is_enough(self, options, tmp_path):
        comparison = compare(sample_result(), ["bots", "ozg_strategie"], **options)
        path = write_report(sample_result(), tmp_path / "r.html", comparison=comparison)
        found = Page(path.read_text(encoding="utf-8"))
        assert not found.unclosed
        titles = "Wenn alle Typen gleich zusammengesetzt wären", "Wenn nicht sicher ist, wer zu welchem Typ gehört"
        assert [title in found.words for title in titles] == ["adjust_for" in options, "n_boot" in options]

    def test_weighted_answers(self, tmp_path):
        result = fit(make_survey(120, with_weight=True), n_init=5)
        names = ["prozessautomation", "mobile_app"]  # in the order of the report
        comparison = compare(result, names, adjust_for="groessenklasse", n_boot=5, n_init=2)
        found = Page(write_report(result, tmp_path / "r.html", comparison=comparison).read_text(encoding="utf-8"))
        assert not found.unclosed
        assert "Halten die Unterschiede?" in found.words
        summary = summarise(result, comparison)
        tested = comparison.tests.query("test == 'weighted_cmh_f'").set_index("indicator")["p_value"]
        for row, name in zip(standing_view(summary, "adjusted", "de").rows, names, strict=True):
            # Answers of a type are hidden for both, so only the class of p is told.
            assert row.cells[-1].text.replace("\N{NO-BREAK SPACE}", " ") == class_of_p(tested[name]).replace(".", ",")


def test_reasons_for_a_missing_answer_that_were_compared_are_shown_and_protected(tmp_path):
    answers = make_survey(120, random_state=2)
    answers["bots"] = answers["bots"].map({0: "nein", 1: "ja"})
    answers.loc[answers.index[:50], "bots"] = "weiß nicht"
    result = fit(answers, n_init=5)
    options = {"missing_as_category": "weiß nicht", "adjust_for": "groessenklasse", "n_boot": 3, "n_init": 2}
    comparison = compare(result, ["bots", "mobile_app", "ozg_strategie"], **options)
    assert len(comparison.indicators) == 4
    summary = summarise(result, comparison)
    (name,) = set(comparison.indicators) - {"bots", "mobile_app", "ozg_strategie"}
    own = comparison.estimates[comparison.estimates["indicator"] == name].set_index("type")
    rows = [row for row in summary["estimates"] if row["indicator"] == name]
    assert len(rows) == 4
    for row in rows:
        count = round(own.loc[row["type"], "estimate"] * own.loc[row["type"], "n"])
        assert row["suppressed"] or (count >= 5 and row["estimate"] == pytest.approx(own.loc[row["type"], "estimate"]))
    page = Page(write_report(result, tmp_path / "r.html", comparison=comparison).read_text(encoding="utf-8"))
    assert not page.unclosed
    assert write_tables(result, tmp_path / "t.xlsx", comparison=comparison).exists()


class TestFiles:
    def test_sheets_hold_every_row_and_mark_what_is_hidden(self, tmp_path, shown):
        path = write_tables(sample_result(), tmp_path / "t.xlsx", comparison=compared(*ITEMS))
        book = openpyxl.load_workbook(path)
        sheets = {"Bereinigt": "adjusted", "Bereinigte Unterschiede": "adjusted_differences", "Schichten": "strata",
                  "Unsichere Typen": "uncertain", "Unsichere Typen, Unterschiede": "uncertain_differences"}
        for title, name in sheets.items():
            assert book[title].max_row == len(getattr(shown, name)) + 1, title
            assert all(cell.value is not None for cell in book[title][1])
        heads = [cell.value for cell in book["Bereinigt"][1]]
        values = [row[heads.index("Schätzwert")] for row in book["Bereinigt"].iter_rows(min_row=2, values_only=True)]
        expected = ["•" if secret else estimate for secret, estimate in zip(
            shown.adjusted["suppressed"], shown.adjusted["estimate"], strict=True)]
        assert values == expected
        heads = [cell.value for cell in book["Aussagen"][1]]
        assert heads[5:8] == ["Grundlage", "bereinigt um", "n"]
        first = [row[6] or "" for row in book["Aussagen"].iter_rows(min_row=2, max_row=4, values_only=True)]
        assert first == ["", "Größenklasse der KGSt und Land", ""]

    def test_no_word_of_the_tables_is_left_in_machine_language(self, tmp_path):
        path = write_tables(sample_result(), tmp_path / "t.xlsx", comparison=compared(*ITEMS))
        for sheet in openpyxl.load_workbook(path):
            for cell in sheet[1]:
                assert "_" not in cell.value
        notes = {row[-1] for row in openpyxl.load_workbook(path)["Bereinigt"].iter_rows(min_row=2, values_only=True)}
        assert all("Schichten" in note for note in notes)

    def test_figures_come_the_same_twice_and_in_order(self, tmp_path):
        comparison = compare(sample_result(), ["bots"], adjust_for="groessenklasse", n_boot=3, n_init=2)
        findings = check_findings(sample_result()).head(2)
        options = {"comparison": comparison, "findings": findings}
        first, second = (write_figures(sample_result(), tmp_path / name, **options) for name in "ab")
        names = [path.name for path in first]
        assert names[-3:] == ["bereinigt.svg", "unsicher.svg", "aussagen.svg"]
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
