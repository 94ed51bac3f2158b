"""A comparison in the words of its readers."""

import pandas as pd
import pytest
from test_comparison import classification, example

import kommtyp
from kommtyp.codebook import Item
from kommtyp.comparison import compare
from kommtyp.comparison.display import TABLES
from kommtyp.comparison.records import COLUMNS
from kommtyp.errors import FitError
from kommtyp.texts import texts


@pytest.fixture(scope="module")
def comparison():
    result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    indicators = ["bots", "ozg_strategie", "schmerzpunkte", "prozessautomation", "einwohner"]
    return compare(result, indicators, adjust_for="groessenklasse")


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("table", list(COLUMNS))
def test_every_table_has_words_for_all_its_columns_and_the_same_numbers(comparison, table, lang):
    plain, shown = getattr(comparison, table), comparison.in_words(table, lang=lang)
    assert shown.shape == plain.shape
    assert shown.columns.is_unique
    known = texts(lang)["names"]["column"]
    for machine, words in zip(plain.columns, shown.columns, strict=True):
        assert machine in known, machine
        assert "(Name)" not in words
        assert "(name)" not in words
        if plain[machine].dtype.kind in "if":
            pd.testing.assert_series_equal(plain[machine], shown[words], check_names=False)
    assert list(plain.columns) == COLUMNS[table], "the table itself keeps its machine names"


def test_types_answers_and_tests_bear_their_names(comparison):
    tests = comparison.in_words("tests").set_index("Merkmal")
    assert tests.loc["Einsatz von Bots", "Test"].iloc[0] == "Fisher-Freeman-Halton"
    question = "Was bremst die Digitalisierung in Ihrer Kommune? (Mehrfachnennung)"
    assert tests.loc[question, "Test"] == "Mehrfachantworten-Test"
    assert tests.loc[question, "Anmerkung"].startswith("mehrere Antworten möglich: im Mittel 2,")
    estimates = comparison.in_words("estimates", lang="en")
    assert set(estimates["Type"]) == {"The Thoughtful", "The Optimizers", "The Service-oriented",
                                      "The Community Managers"}
    assert {"own solutions", "yes", "named", ""} <= set(estimates["Answer"])
    effects = comparison.in_words("effects")
    whole = effects[effects["Typ A"] == ""]
    assert (whole["Typ B"] == "").all()
    assert {"V", "Cramérs V", "ε²", "ω²"} == set(whole["Maß der Effektstärke"])
    apart = comparison.in_words("adjusted_differences")
    assert (apart["Typ B"] == "alle übrigen").sum() == (comparison.adjusted_differences["type_b"] == "").sum() > 0


def test_the_overview_has_a_row_an_indicator_and_a_column_a_type(comparison):
    overview = comparison.in_words()
    assert overview.columns.tolist() == [
        "Merkmal", "Die Bedächtigen", "Die Optimierer", "Die Serviceorientierten", "Die Community Manager", "n",
        "Test", "p (korr.)", "Effektstärke",
    ]
    named = overview.set_index("Merkmal")
    row = comparison.estimates.query("indicator == 'bots' and type == 'optimierer'").iloc[0]
    share = f"{100 * row['estimate']:.0f}\N{NO-BREAK SPACE}% ("
    assert named.loc["Einsatz von Bots", "Die Optimierer"].startswith(share)
    assert named.loc["– eigene Lösungen", "n"] == ""
    assert named.loc["– Fehlendes Personal", "p (korr.)"] != ""
    assert "." in named.loc["Einwohnerzahl", "Die Optimierer"].split(" ")[0], "thousands, without decimals"
    assert "," not in named.loc["Einwohnerzahl", "Die Optimierer"]


def test_the_page_in_a_notebook_escapes_what_the_data_say_and_keeps_the_remarks(comparison):
    page = comparison._repr_html_()
    assert "<table" in page
    assert "The Optimizers" in page
    assert "several answers possible" in page
    made = example()
    items = (Item("goal", role="goal", scale="rating", low=1, high=5), Item("x", "<script>alert(1)</script>"))
    frame = made.survey.answers[["goal"]].assign(x=["<b>a</b>", "b"] * 100)
    page = compare(classification(frame, made.types.tolist(), items=items), "x")._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;a" in page


def test_a_test_that_cannot_be_done_says_why_in_its_row():
    result = example()
    result.survey.answers["bots"] = 1.0
    overview = compare(result, ["bots", "ozg"]).in_words(lang="de")
    assert overview["Test"][0] == "alle Antworten sind gleich"


def test_few_answers_of_a_type_are_said_to_make_p_an_approximation():
    result = example(14, seed=3)
    for name in ("ozg", "staff"):
        tests = compare(result, name).tests
        n = compare(result, name).summaries["n"]
        assert f"approximate: smallest type has {n[n > 0].min()} answers" in tests["note"][0]
        assert "approximate" not in compare(example(), name).tests["note"][0]


def test_what_is_unknown_is_refused(comparison):
    with pytest.raises(FitError, match=r"table: 'effect' is not known.*'overview'"):
        comparison.in_words("effect")
    with pytest.raises(FitError, match="lang: 'fr'"):
        comparison.in_words(lang="fr")
    assert set(TABLES) == {"overview", *COLUMNS}
