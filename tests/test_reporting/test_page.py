"""The page: one file, no fetches, the same bytes twice, well-formed, escaped, with words for every figure."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from test_reporting.results import Page, sample_result, small_result

from kommtyp.codebook import Item, packaged_codebook
from kommtyp.comparison import compare
from kommtyp.datasets import make_survey
from kommtyp.definitions import packaged_definitions
from kommtyp.findings import check_findings
from kommtyp.reporting import summarise, write_report
from kommtyp.texts import percent
from kommtyp.typology import fit

HOSTILE = "</style><script>alert('x')</script><img src=https://evil.example/x onerror=alert(1)>"


@pytest.fixture(scope="module", params=["de", "en"])
def page(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "deep" / "bericht.html"
    assert write_report(sample_result(), path, lang=request.param) == path
    return Page(path.read_text(encoding="utf-8"))


@cache
def few():
    """A comparison that is quickly drawn."""
    return compare(sample_result(), ["bots"])


def written(tmp_path, result, **options):
    return write_report(result, tmp_path / "bericht.html", **options).read_text(encoding="utf-8")


class TestStructure:
    def test_it_is_well_formed(self, page):
        assert not page.unclosed
        assert not page.open

    def test_it_fetches_nothing(self, page):
        for tag, attributes, _ in page.tags:
            assert tag not in ("script", "link", "iframe", "object", "embed", "img", "audio", "video", "form", "base")
            for name in ("src", "srcset", "data", "action", "poster", "background"):
                assert name not in attributes
            for name in ("href", "xlink:href"):
                assert (attributes.get(name) or "#").startswith("#")
        styles = " ".join(text for tag, text in page.texts if tag == "style")
        styles += " ".join(attributes.get("style") or "" for _, attributes, _ in page.tags)
        assert "@import" not in styles
        assert not re.findall(r"url\((?!#)", styles)

    def test_every_id_is_given_once_and_every_reference_meets_one(self, page):
        ids = [attributes["id"] for _, attributes, _ in page.tags if attributes.get("id")]
        assert len(ids) == len(set(ids))
        references = {a["href"][1:] for _, a, _ in page.tags if (a.get("href") or "").startswith("#")}
        references |= {name for _, a, _ in page.tags for name in (a.get("aria-labelledby") or "").split()}
        references |= {
            name for _, a, _ in page.tags for v in a.values() for name in re.findall(r"url\(#(.*?)\)", v or "")
        }
        assert references <= set(ids)

    def test_every_figure_has_a_title_and_a_description(self, page):
        figures = [a for a in page.named("svg") if a.get("aria-hidden") != "true"]
        assert len(figures) >= 6
        for attributes in figures:
            assert attributes["role"] == "img"
            assert len(attributes["aria-labelledby"].split()) == 2
        texts = [text for tag, text in page.texts if tag in ("title", "desc")]
        assert len(texts) == 2 * len(figures) + 1
        assert all(len(text) > 5 for text in texts)
        assert len(page.named("figcaption")) == len(figures)

    def test_headings_go_down_step_by_step(self, page):
        levels = [int(tag[1]) for tag, _, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_tables_say_what_heads_what(self, page):
        assert len(page.named("caption")) == len(page.named("table")) >= 8
        scopes = {attributes.get("scope") for attributes in page.named("th")}
        assert scopes == {"row", "col"}

    def test_the_language_is_named_and_the_page_fits_a_screen(self, page):
        assert page.named("html")[0]["lang"] in ("de", "en")
        assert any(a.get("name") == "viewport" for a in page.named("meta"))

    def test_it_prints_on_a4_without_cut_figures(self, page):
        style = next(text for tag, text in page.texts if tag == "style")
        assert "size: A4" in style
        assert re.search(r"figure, .card.*break-inside: avoid", style, re.DOTALL)

    def test_text_has_enough_contrast(self, page):
        def luminance(colour):
            parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
            linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        style = next(text for tag, text in page.texts if tag == "style")
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
        for ink in ("ink", "soft", "accent"):
            for ground in ("paper", "wash"):
                high, low = luminance(colours[ground]), luminance(colours[ink])
                assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)


class TestContent:
    def test_it_says_synthetic_at_the_top(self, page):
        german = page.named("html")[0]["lang"] == "de"
        words = "Synthetische Daten" if german else "Synthetic data"
        assert words in page.words
        assert page.words.index(words) < page.words.index("Auf einen Blick" if german else "At a glance")

    def test_real_data_are_not_called_synthetic(self, tmp_path):
        result = sample_result()
        real = replace(result, survey=replace(result.survey, source="umfrage.csv"))
        assert "Synthetische Daten" not in written(tmp_path, real, comparison=compare(result, ["bots"]))

    def test_types_sizes_and_choices_stand_in_it(self, page):
        lang = page.named("html")[0]["lang"]
        result = sample_result()
        for kind, row in zip(result.typology.definitions.types, result.sizes.itertuples(), strict=True):
            assert kind.title(lang) in page.words
            assert (
                f"{row.n} {'Kommunen' if lang == 'de' else 'municipalities'}, {percent(row.share, lang)}" in page.words
            )
        assert result.survey.fingerprint in page.words
        assert "kommtyp 0." in page.words

    def test_it_says_what_is_not_known_of_the_study_and_why_goals_have_no_p(self, page):
        if page.named("html")[0]["lang"] == "de":
            assert "sind nicht veröffentlicht" in page.words
            assert "Für die Ziele stehen hier bewusst keine p-Werte" in page.words
            assert "Kein Typ ist besser als ein anderer" in page.words
        else:
            assert "are not published" in page.words
            assert "There are no p-values for the goals here" in page.words
            assert "No type is better than another" in page.words

    def test_findings_come_with_wording_verdict_and_source(self, page):
        lang = page.named("html")[0]["lang"]
        for finding in packaged_definitions().findings:
            assert (finding.wording_en if lang == "en" else finding.wording) in page.words
        assert ("gestützt" if lang == "de" else "supported") in page.words
        assert packaged_definitions().findings[0].source in page.words

    def test_german_numbers(self, page):
        numbers = re.findall(r"\d[.,]\d\N{NO-BREAK SPACE}?%", page.words)
        mark = "," if page.named("html")[0]["lang"] == "de" else "."
        assert numbers
        assert {number[1] for number in numbers} == {mark}

    def test_no_municipality_is_shown(self, page):
        assert not [key for key in sample_result().survey.answers.index if key in page.words]

    def test_a_doubtful_name_is_said_in_words(self, tmp_path):
        result = sample_result()
        labelling = replace(result.typology.labelling, doubtful=result.typology.labelling.doubtful.copy())
        labelling.doubtful[1] = True
        doubtful = replace(result, typology=replace(result.typology, labelling=labelling))
        words = Page(written(tmp_path, doubtful, comparison=few())).words
        assert "Der Name Die Optimierer ist zweifelhaft" in words

    @pytest.mark.parametrize(("hits", "words"), [(1, "Nur einer von 30"), (0, "Keiner von 30")])
    def test_a_best_solution_found_once_is_flagged(self, hits, words, tmp_path):
        result = sample_result()
        quality = replace(result.typology.quality, hits=hits)
        lucky = replace(result, typology=replace(result.typology, quality=quality))
        assert words in Page(written(tmp_path, lucky, comparison=compare(result, ["bots"]))).words

    def test_few_excluded_are_not_counted(self, tmp_path):
        result = fit(make_survey(120, straightliners=0.02, random_state=4), n_init=10)
        assert 0 < len(result.excluded) < 5
        words = Page(written(tmp_path, result, comparison=compare(result, ["bots"]))).words
        assert "weniger als 5 Kommunen (alle Ziele gleich bewertet)" in words
        assert not re.search(r"\b120\b", words)

    def test_suppressed_cells_are_marked_and_explained(self, tmp_path):
        source = written(tmp_path, small_result(), comparison=compare(small_result(), ["bots", "chatbot"]))
        assert '<abbr title="nicht gezeigt">•</abbr>' in source
        assert "• = nicht gezeigt, weil weniger als 5 Kommunen" in Page(source).words

    def test_title_and_date_are_taken_over(self, tmp_path):
        words = Page(written(tmp_path, sample_result(), comparison=few(), title="Unsere Region", date="Mai 2026")).words
        assert "Unsere Region" in words
        assert "Stand: Mai 2026" in words


class TestOtherSurveys:
    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_without_indicators_the_comparison_is_left_out_in_words(self, lang, sample, tmp_path):
        result = fit(sample[[item.name for item in packaged_codebook().goals]], n_init=5)
        words = Page(written(tmp_path, result, lang=lang)).words
        assert ("es gibt nichts zu vergleichen" if lang == "de" else "there is nothing to compare") in words

    @pytest.mark.parametrize("k", [2, 7])
    def test_unnamed_types_of_any_number(self, k, sample, tmp_path):
        result = fit(sample, types="unnamed", n_types=k, n_init=5)
        page = Page(written(tmp_path, result, comparison=compare(result, ["bots", "mobile_app"])))
        assert not page.unclosed
        assert "Keine Studie beschreibt diese Typen" in page.words
        assert "Benannt nach" in page.words
        assert "Das sagt die Studie" not in page.words

    def test_weighted_answers(self, tmp_path):
        words = Page(written(tmp_path, fit(make_survey(150, with_weight=True), n_init=5))).words
        assert "Die Kommunen sind gewichtet" in words
        assert "Vergleiche berücksichtigen die Gewichte" in words
        assert "Rao" in words

    def test_a_goal_that_was_not_asked_is_named(self, tmp_path):
        others = make_survey(90, random_state=3).drop(columns=["gemeinschaft"])
        classified = sample_result().typology.classify(others)
        words = Page(written(tmp_path, classified, comparison=compare(classified, ["bots"]))).words
        assert "1 Ziel der Typologie fehlt in den Angaben und wurde geschätzt: Örtliche Gemeinschaft" in words
        assert "einer fertigen Typologie zugeordnet" in words

    def test_a_study_of_ones_own_is_not_called_the_study(self, sample, tmp_path):
        own = replace(packaged_definitions(), name="eigene", title="Eigene Studie", findings=())
        result = fit(sample, types=own, n_init=5)
        words = Page(written(tmp_path, result, comparison=compare(result, ["bots"]))).words
        assert "Aus „Eigene Studie“ stammen nur" in words
        assert "Das sagt die Quelle über diesen Typ" in words
        assert "sind nicht veröffentlicht" not in words

    def test_hostile_labels_stay_text(self, sample, tmp_path):
        book = packaged_codebook()
        items = [replace(item, text=HOSTILE, codes=()) if item.name == "bots" else item for item in book.items]
        items.append(Item("frei", HOSTILE, scale="nominal"))
        kinds = [replace(kind, label=HOSTILE, text=HOSTILE, colour=HOSTILE) for kind in packaged_definitions().types]
        types = replace(packaged_definitions(), types=tuple(kinds), title=HOSTILE, source=HOSTILE)
        answers = sample.assign(frei=HOSTILE, bots=sample["bots"])
        result = fit(answers, codebook=replace(book, items=tuple(items), title=HOSTILE), types=types, n_init=5)
        page = Page(
            written(tmp_path, result, comparison=compare(result, ["bots", "frei"]), title=HOSTILE, date=HOSTILE)
        )
        assert not page.unclosed
        assert {"script", "img"}.isdisjoint(tag for tag, _, _ in page.tags)
        assert not [name for _, attributes, _ in page.tags for name in attributes if name.startswith("on")]
        assert HOSTILE in page.words


class TestBytes:
    def test_the_same_input_gives_the_same_bytes(self, tmp_path):
        result = sample_result()
        comparison = compare(result, ["bots", "ozg_umsetzung", "ozg_strategie", "einwohner"])
        findings = check_findings(result)
        first = write_report(result, tmp_path / "a.html", comparison=comparison, findings=findings)
        second = write_report(result, tmp_path / "b.html", comparison=comparison, findings=findings)
        assert first.read_bytes() == second.read_bytes()
        assert b"\r" not in first.read_bytes()

    def test_the_page_shows_the_numbers_of_the_summary(self, tmp_path):
        result = sample_result()
        comparison = compare(result, ["mobile_app"])
        words = Page(written(tmp_path, result, comparison=comparison)).words
        for row in summarise(result, comparison)["estimates"]:
            assert percent(row["estimate"]) in words
