"""The workbook: real numbers, harmless texts, the same bytes twice."""

from dataclasses import replace

import openpyxl
import pytest
from test_reporting.results import sample_result, small_result

from kommtyp.codebook import packaged_codebook
from kommtyp.comparison import compare
from kommtyp.findings import check_findings
from kommtyp.reporting import write_figures, write_tables
from kommtyp.typology import fit

SHEETS = [
    "Überblick",
    "Größe",
    "Ziele",
    "Schätzwerte",
    "Tests",
    "Paarvergleiche",
    "Gegen die übrigen",
    "Aussagen",
    "Hinweise",
]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "deep" / "tabellen.xlsx"
    assert write_tables(sample_result(), path) == path
    return openpyxl.load_workbook(path)


def columns(sheet):
    rows = list(sheet.iter_rows())
    return {heading.value: [row[place] for row in rows[1:]] for place, heading in enumerate(rows[0])}


class TestWorkbook:
    def test_one_sheet_a_table(self, workbook):
        assert workbook.sheetnames == SHEETS

    def test_english(self, tmp_path):
        result = sample_result()
        path = write_tables(result, tmp_path / "tables.xlsx", comparison=compare(result, ["bots"]), lang="en")
        assert openpyxl.load_workbook(path).sheetnames[:3] == ["Overview", "Sizes", "Goals"]

    def test_headings_stay_in_sight(self, workbook):
        assert {sheet.freeze_panes for sheet in workbook} == {"A2"}
        assert all(sheet.column_dimensions["A"].width >= 8 for sheet in workbook)

    def test_numbers_are_numbers_and_shares_are_per_cent(self, workbook):
        sizes = columns(workbook["Größe"])
        assert [cell.value for cell in sizes["n"]] == sample_result().sizes["n"].tolist()
        assert [cell.value for cell in sizes["Anteil"]] == pytest.approx(sample_result().sizes["share"].tolist())
        assert {cell.number_format for cell in sizes["Anteil"]} == {"0.0%"}

    def test_every_number_of_the_comparison_is_there(self, workbook):
        comparison = compare(sample_result())
        found = columns(workbook["Schätzwerte"])
        assert len(found["Schätzwert"]) == len(comparison.estimates)
        for cell, expected in zip(found["Schätzwert"], comparison.estimates["estimate"], strict=True):
            assert cell.value == "•" or cell.value == pytest.approx(expected)
        for cell, expected in zip(columns(workbook["Tests"])["p"], comparison.tests["p_value"], strict=True):
            assert isinstance(cell.value, str) or cell.value == pytest.approx(expected)

    def test_the_overview_says_what_the_marks_mean_and_that_data_are_synthetic(self, workbook):
        facts = {row[0].value: row[1].value for row in workbook["Überblick"].iter_rows()}
        assert "weniger als 5 Kommunen" in facts["•"]
        assert "erfunden" in facts["Synthetische Daten"]
        assert sample_result().survey.fingerprint in facts["Prüfsumme der Eingabe (SHA-256)"]

    def test_no_municipality_is_shown(self, workbook):
        cells = {str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row}
        assert cells.isdisjoint(sample_result().survey.answers.index)

    def test_small_types_have_marks_instead_of_numbers(self, tmp_path):
        path = write_tables(
            small_result(), tmp_path / "t.xlsx", min_cell=9, comparison=compare(small_result(), ["bots"])
        )
        sizes = columns(openpyxl.load_workbook(path)["Größe"])
        assert [cell.value for cell in sizes["n"]].count("•") >= 2

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
    def test_no_text_becomes_a_formula(self, start, sample, tmp_path):
        hostile = f'{start}HYPERLINK("https://evil.example";"x")'
        book = packaged_codebook()
        items = tuple(replace(item, text=hostile) if item.name == "bots" else item for item in book.items)
        result = fit(sample, codebook=replace(book, items=items, title=hostile), n_init=5)
        path = write_tables(result, tmp_path / "tabellen.xlsx", comparison=compare(result, ["bots"]))
        cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
        found = [cell for cell in cells if str(cell.value).strip() == hostile.strip()]
        assert found
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert all(cell.quotePrefix for cell in found)
        assert not any(cell.hyperlink for cell in cells)

    def test_the_same_input_gives_the_same_bytes(self, tmp_path):
        result = sample_result()
        given = {"comparison": compare(result, ["bots", "einwohner"]), "findings": check_findings(result)}
        first, second = (write_tables(result, tmp_path / f"{name}.xlsx", **given).read_bytes() for name in "ab")
        assert first == second

    def test_without_indicators_there_are_fewer_sheets(self, sample, tmp_path):
        result = fit(sample[[item.name for item in packaged_codebook().goals]], types="unnamed", n_init=5)
        path = write_tables(result, tmp_path / "tabellen.xlsx")
        assert openpyxl.load_workbook(path).sheetnames == ["Überblick", "Größe", "Ziele", "Hinweise"]


class TestFigures:
    def test_figures_are_written_the_same_twice_and_fetch_nothing(self, tmp_path):
        result = small_result()
        comparison = compare(result, ["ozg_umsetzung", "bots", "mobile_app"])
        first, second = (write_figures(result, tmp_path / name, comparison=comparison) for name in "ab")
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
        for path in first:
            assert "<image" not in path.read_text(encoding="utf-8")
