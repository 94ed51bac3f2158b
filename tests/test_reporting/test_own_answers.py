"""Questions with several answers, and "weiß nicht" as an answer, in the report."""

import re

import numpy as np
import pytest

from kommtyp import compare, fit, load_sample
from kommtyp.codebook import packaged_codebook
from kommtyp.reporting import summarise
from kommtyp.reporting.remarks import glance
from kommtyp.reporting.views import comparison_view, groups
from kommtyp.reporting.workbook import _sheets

QUESTION = "Was bremst die Digitalisierung in Ihrer Kommune? (Mehrfachnennung)"


@pytest.fixture(scope="module")
def summary():
    frame = load_sample()
    labels = [packaged_codebook()["bots"].label(code) if code == code else "" for code in frame["bots"]]
    frame["bots"] = np.where(np.arange(412) % 9 == 0, "weiß nicht", labels)
    result = fit(frame, n_init=5)
    comparison = compare(result, ["bots", "schmerzpunkte", "mobile_app"], missing_as_category="weiß nicht")
    return summarise(result, comparison)


def test_the_question_stands_above_its_options_with_a_test_of_its_own(summary):
    group = next(parts for title, parts in groups(summary, "de") if title == QUESTION)
    view = comparison_view(summary, QUESTION, group[0], "de")
    assert [row.title for row in view.rows][:2] == [QUESTION, "Fehlendes Personal"]
    assert len(view.rows) == 7
    question = view.rows[0]
    assert question.below.startswith("mehrere Antworten möglich")
    assert question.below.endswith("n = 406")
    p, effect = question.cells[-2:]
    assert (p.below, effect.text) == ("Mehrfachantworten-Test", "–")
    assert len(question.cells) == len(view.rows[1].cells)


def test_dont_know_has_a_row_with_its_name(summary):
    items = [item for _, parts in groups(summary, "de") for part in parts for item in part]
    titles = {item["indicator"]: item["title"] for item in items}
    assert titles["bots_weiss_nicht"] == "Einsatz von Bots: „weiß nicht“"
    assert "schmerzpunkte" not in titles
    view = comparison_view(summary, "", [item for item in items if item["indicator"] == "bots_weiss_nicht"], "de")
    share = float(re.sub(r"[^\d,]", "", view.rows[0].cells[4].text).replace(",", "."))
    assert share == pytest.approx(100 / 9, abs=2)


def test_the_method_names_the_family_and_counts_the_question_once(summary):
    said = summary["method"]["paragraph"]
    assert "p-Werte der 4 Gesamttests sind nach Holm" in said
    assert "Bilder und Loughin (2004)" in said
    assert glance(summary, "de")[-1].count("9") == 1, "nine items were compared; the question is none"


def test_the_workbook_names_the_question(summary):
    rows = _sheets(summary, "de")["tests"]
    titles = [row["indicator_title"][1] for row in rows]
    assert QUESTION in titles
    test = rows[titles.index(QUESTION)]
    assert test["test"][1] == "Mehrfachantworten-Test"
    assert "mehrere Antworten möglich" in test["note"][1]
