"""Places that a report cannot be written to."""

import pytest
from test_reporting.results import sample_result

from kommtyp.comparison import compare
from kommtyp.errors import FitError
from kommtyp.reporting.images import write_figures
from kommtyp.reporting.page import write_report
from kommtyp.reporting.workbook import write_tables


@pytest.mark.parametrize("write", [write_report, write_tables])
class TestFiles:
    def test_a_folder(self, write, tmp_path):
        with pytest.raises(FitError, match=r"^path: .* is a folder\. Use the path of a file"):
            write(sample_result(), tmp_path)

    @pytest.mark.parametrize("path", [5, None, b"report.html"])
    def test_no_path(self, write, path):
        with pytest.raises(FitError, match=rf"^path: {type(path).__name__} given\. Use the path of a file"):
            write(sample_result(), path)

    def test_a_file_where_a_folder_should_be(self, write, tmp_path):
        (tmp_path / "taken").write_text("")
        comparison = compare(sample_result(), ["mobile_app"])
        with pytest.raises(FitError, match=r"^path: .* cannot be written \(.+\)\. Use a place"):
            write(sample_result(), tmp_path / "taken" / "report", comparison=comparison)


def test_figures_go_to_a_folder(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(FitError, match=r"^folder: .* is a file\. Use the path of a folder"):
        write_figures(sample_result(), tmp_path / "taken")
    with pytest.raises(FitError, match=r"^folder: int given"):
        write_figures(sample_result(), 5)
