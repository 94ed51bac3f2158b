"""The sample as people receive it: the files are what the script writes, and all read to the same answers."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from sklearn.metrics import adjusted_rand_score

from kommtyp.codebook import packaged_codebook, read_codebook
from kommtyp.datasets import load_sample, make_survey
from kommtyp.reading import read_survey, to_survey
from kommtyp.typology import fit

LIMESURVEYS_OWN = ["id", "submitdate", "lastpage", "startlanguage"]
FOLDER = Path(__file__).parents[1] / "data" / "sample"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_sample", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def drawn():
    return make_survey(412, random_state=0)


class TestNothingDrifts:
    def test_the_packaged_sample(self, script, drawn):
        assert script.PACKAGED.read_bytes() == script.tidy(drawn).encode()

    def test_limesurvey(self, script, drawn):
        assert (FOLDER / "limesurvey.csv").read_bytes() == script.limesurvey(drawn).encode()
        assert (FOLDER / "limesurvey.toml").read_bytes() == script.limesurvey_codebook().encode()

    def test_the_german_table(self, script, drawn):
        assert (FOLDER / "deutsch.csv").read_bytes() == script.german(drawn).encode("cp1252")

    def test_the_workbook(self, script, drawn, tmp_path):
        script.excel(drawn, tmp_path / "umfrage.xlsx")
        then, now = (CalamineWorkbook.from_path(str(path / "umfrage.xlsx")) for path in (FOLDER, tmp_path))
        assert then.sheet_names == now.sheet_names == ["Hinweise", "Antworten"]
        for name in then.sheet_names:
            assert then.get_sheet_by_name(name).to_python() == now.get_sheet_by_name(name).to_python()


class TestTheFilesAreAsPeopleReceiveThem:
    def test_each_says_that_it_is_synthetic(self):
        assert b"SYNTHETIC" in (FOLDER / "limesurvey.toml").read_bytes()
        assert (FOLDER / "deutsch.csv").read_bytes().startswith(b"SYNTHETISCH")
        book = CalamineWorkbook.from_path(str(FOLDER / "umfrage.xlsx"))
        assert book.get_sheet_by_name("Hinweise").to_python()[0][0].startswith("SYNTHETISCH")

    def test_the_workbook_has_lost_leading_zeros(self):
        sheet = CalamineWorkbook.from_path(str(FOLDER / "umfrage.xlsx")).get_sheet_by_name("Antworten").to_python()
        assert {len(f"{row[0]:.0f}") for row in sheet[1:]} == {7, 8}

    def test_the_codebook_of_limesurvey_changes_no_item_but_its_heading_and_aliases(self):
        book, packaged = read_codebook(FOLDER / "limesurvey.toml"), packaged_codebook()
        assert [item.codes for item in book.items][: len(packaged.items)] == [item.codes for item in packaged.items]
        added = book.items[len(packaged.items) :]
        assert [(item.name, item.role) for item in added] == [(name, "context") for name in LIMESURVEYS_OWN]
        assert book["recht"].heading == "ZIELE[SQ001]"


every_file = pytest.mark.parametrize(
    ("name", "options"),
    [
        ("limesurvey.csv", {"codebook": FOLDER / "limesurvey.toml"}),
        ("deutsch.csv", {}),
        ("umfrage.xlsx", {"sheet": "Antworten"}),
        ("umfrage.xlsx", {}),
    ],
)


@every_file
def test_all_files_read_to_the_same_answers(name, options):
    expected = to_survey(load_sample())
    survey = read_survey(FOLDER / name, **options)
    answers = survey.answers.drop(columns=LIMESURVEYS_OWN, errors="ignore")
    pd.testing.assert_frame_equal(answers, expected.answers, check_like=True)
    for role in ("goal", "indicator", "context"):
        names = [item.name for item in survey.items(role) if item.name not in LIMESURVEYS_OWN]
        assert names == [item.name for item in expected.items(role)]
    assert not any(note.kind in ("guessed_scale", "not_in_codes", "goal_missing") for note in survey.notes)


@every_file
def test_all_files_give_the_same_types(name, options):
    survey = read_survey(FOLDER / name, **options)
    expected, found = fit(load_sample()), fit(survey, types="digitale-kommune")
    pd.testing.assert_series_equal(found.types, expected.types)


def test_fit_finds_the_planted_types():
    truth = make_survey(with_truth=True).set_index("ags")["planted_type"]
    found = fit(load_sample()).types.dropna()
    assert adjusted_rand_score(truth[found.index], found.astype(str)) > 0.85
    assert (truth[found.index] == found.astype(str)).mean() > 0.93


def test_the_sample_reads_to_what_it_holds():
    frame = load_sample()
    answers = to_survey(frame).answers
    assert list(answers.index) == list(frame["ags"])
    for name in answers:
        kept = frame[name].notna().to_numpy()
        assert (answers[name].notna() == kept).all()
        assert (answers[name].to_numpy()[kept] == frame[name].to_numpy()[kept]).all(), name
