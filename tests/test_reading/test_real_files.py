"""Public files that nobody made for this library: each is read sensibly, or refused in words."""

from pathlib import Path
from typing import Any

import pytest

from kommtyp.codebook import read_codebook
from kommtyp.errors import KommtypError, SurveyError
from kommtyp.reading import codebook_to_toml, draft_codebook, read_survey

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TABLES = {
    "ingestion/btw17_strukturdaten.csv": (316, 52),
    "ingestion/destatis_04-kreise.xlsx": (473, 9),
    "ingestion/genesis_12411-0015.csv": (476, 26),
    "ingestion/german.sav": (1, 6),
    "ingestion/haven__datetime.sav": (2, 3),
    "ingestion/haven__labelled-num-na.sav": (2, 1),
    "ingestion/haven__umlauts.sav": (4, 1),
    "ingestion/hmc_survey_2021_data.csv": (631, 249),
    "ingestion/leading_zero.sav": (2, 1),
    "ingestion/limonaid__survey_100001_R_data_file.csv": (3, 138),
    "ingestion/localgovjp-sjis.csv": (1916, 9),
    "ingestion/pyreadstat__ordered_category.sav": (4, 1),
    "ingestion/pyreadstat__sample.zsav": (5, 7),
    "ingestion/pyreadstat__sample_missing.sav": (7, 7),
    "ingestion/qualtRics__sample.csv": None,
    "ingestion/savReaderWriter_COPYRIGHT.txt": "no delimiter divides",
    "ingestion/scheiß Encoding.sav": (10, 1),
    "ingestion/spssio_test.sav": (9, 22),
    "municipal_cl_egov/egi_2019.csv": (345, 20),
    "municipal_cl_egov/egi_2021.csv": (346, 26),
    "municipal_cl_egov/local_gov_indicators_2021.csv": (345, 28),
    "municipal_jp_2020/jp_opendata_2020_codebook_en.csv": (81, 6),
    "municipal_jp_2020/jp_opendata_2020_tidy_en.csv": (1788, 86),
    "municipal_jp_2020/r2_survey_answers.csv": (1788, 294),
    "municipal_jp_2020/r2_survey_questions.csv": "no delimiter divides",
    "reference_de/gemeinden_2023-11-30.csv": "einwohner: 0 \\(206 times",
    "reference_de/gemeinden_je_kgst_groessenklasse_und_land.csv": (7, 18),
    "reference_de/groessenklassen.csv": (15, 7),
    "reference_de/kreise_2023-11-30.csv": (400, 8),
    "reference_de/laender_2023-11-30.csv": (16, 5),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_public_file(shared_data: Path, tmp_path: Path, name: str) -> None:
    file, expected = shared_data / name, TABLES[name]
    if file.suffix in (".sav", ".zsav"):
        pytest.importorskip("pyreadstat")
    if isinstance(expected, str):
        with pytest.raises(KommtypError, match=expected):
            read_survey(file)
        return
    survey = read_survey(file)
    assert expected is None or survey.answers.shape == expected
    draft = draft_codebook(file)
    written = tmp_path / "codebook.toml"
    written.write_text(codebook_to_toml(draft), encoding="utf-8")
    assert read_codebook(written) == draft
    assert len(read_survey(file, codebook=draft)) == len(survey)


def test_every_public_file_is_listed(shared_data: Path) -> None:
    found = {str(file.relative_to(shared_data)) for file in shared_data.glob("*/*") if file.suffix not in (".md", "")}
    assert found == set(TABLES)


def kinds(survey: Any) -> dict[str, int]:
    return {note.kind: note.count for note in survey.notes}


def test_tables_of_official_statistics(shared_data: Path) -> None:
    genesis = read_survey(shared_data / "ingestion" / "genesis_12411-0015.csv")
    assert genesis.answers["x31_12_1995"].iloc[0] == 87276
    assert {"encoding": 1, "preamble": 4, "footer": 4, "header_rows": 2}.items() <= kinds(genesis).items()
    constituencies = read_survey(shared_data / "ingestion" / "btw17_strukturdaten.csv")
    assert constituencies.answers["flaeche_am_31_12_2015_km2"].iloc[0] == 2128.1
    assert constituencies.answers["land"].iloc[0] == "SH"
    districts = read_survey(shared_data / "ingestion" / "destatis_04-kreise.xlsx")
    assert districts.answers.loc[2, "bevoelkerung2_insgesamt"] == 89504
    assert kinds(districts)["sheet"] == 2


def test_exports_of_survey_tools(shared_data: Path) -> None:
    limesurvey = read_survey(shared_data / "ingestion" / "hmc_survey_2021_data.csv")
    assert kinds(limesurvey)["preamble"] == 11
    assert set(limesurvey.answers["dtpub1b_1"].dropna()) == {0, 1}
    qualtrics = read_survey(shared_data / "ingestion" / "qualtRics__sample.csv")
    assert len(qualtrics) == 1
    assert qualtrics.codebook["q2"].text == "This is a free text question."


def test_a_real_survey_with_priorities_as_picks(shared_data: Path) -> None:
    file = shared_data / "municipal_jp_2020" / "jp_opendata_2020_tidy_en.csv"
    survey = read_survey(file, codebook=NOTEBOOKS / "codebooks" / "jp_opendata_2020.toml")
    assert len(survey) == 1668
    assert survey.goals.shape == (1668, 28)
    assert survey.goals.isin([0, 1]).all(axis=None)
    assert survey.goals.mean().between(0.03, 1).all()
    assert {"13220", "13220 (2)"} <= set(survey.answers.index)
    found = {(note.kind, note.where): (note.count, note.detail) for note in survey.notes}
    assert found["not_in_survey", "status"][0] + found["not_in_survey", "entity_type"][0] == 1788 - 1668
    assert found["key_twice", "code"] == (1, "13220 (2)")
    assert found["too_many_picks", "unterstuetzung"] == (2, "7 of at most 5")
    assert "guessed_scale" not in kinds(survey)
    assert all(item.text and item.text_en for item in survey.codebook.items)


def test_a_codebook_for_another_file_says_so(shared_data: Path) -> None:
    japanese = NOTEBOOKS / "codebooks" / "jp_opendata_2020.toml"
    with pytest.raises(SurveyError, match="by which the codebook chooses the rows"):
        read_survey(shared_data / "municipal_cl_egov" / "egi_2019.csv", codebook=japanese)
