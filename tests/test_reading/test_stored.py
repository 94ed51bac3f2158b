"""Files that know their columns: Parquet, SPSS, Stata."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kommtyp.errors import MissingExtraError, SurveyError
from kommtyp.reading import draft_codebook, read_survey

FRAME = pd.DataFrame(
    {"recht": [5.0, 1.0, 9.0, np.nan], "Größe": [1.5, 2.5, -1.0, 4.0], "ort": ["Köln", "Bonn", "", "Ulm"]}
)


@pytest.fixture
def spss() -> object:
    return pytest.importorskip("pyreadstat")


def test_spss_with_labels_and_declared_missing_values(tmp_path: Path, spss: object) -> None:
    file = tmp_path / "umfräge.sav"
    spss.write_sav(  # type: ignore[attr-defined]
        FRAME,
        str(file),
        column_labels=["Umsetzung rechtlicher Vorgaben", "Größe der Kommune", ""],
        variable_value_labels={"recht": {1: "sehr wichtig", 5: "unwichtig", 9: "keine Angabe"}},
        missing_ranges={"recht": [9], "Größe": [{"lo": -5, "hi": -1}]},
    )
    survey = read_survey(file)
    assert survey.answers["recht"].tolist()[:2] == [1, 5]
    assert survey.answers["recht"].isna().tolist() == [False, False, True, True]
    assert survey.answers["groesse"].isna().tolist() == [False, False, True, False]
    kinds = {note.kind: note for note in survey.notes}
    assert kinds["value_labels"].count == 2
    assert "recht: missing (keine Angabe: 9)" in map(str, survey.notes)
    drafted = draft_codebook(file)["groesse"]
    assert (drafted.text, drafted.missing) == ("Größe der Kommune", ((-1, "declared missing in the file"),))


@pytest.mark.parametrize("ending", ["zsav", "por", "dta"])
def test_other_statistical_files(tmp_path: Path, spss: object, ending: str) -> None:
    file = tmp_path / f"umfrage.{ending}"
    frame = FRAME.rename(columns={"Größe": "groesse"}).iloc[:2].replace({"Köln": "Ulm"})
    if ending == "zsav":
        spss.write_sav(frame, str(file), compress=True)  # type: ignore[attr-defined]
    else:
        getattr(spss, f"write_{ending}")(frame, str(file))
    survey = read_survey(file)
    assert survey.answers["recht"].tolist() == [5, 1]
    assert survey.answers["ort"].tolist() == ["Ulm", "Bonn"]


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    file = tmp_path / "umfrage.parquet"
    FRAME.iloc[[0, 1, 3]].assign(ags=["01001000", "05315000", "09162000"]).set_index("ags").to_parquet(file)
    survey = read_survey(file)
    assert survey.answers.index.tolist() == ["01001000", "05315000", "09162000"]
    assert survey.answers["ort"].tolist() == ["Köln", "Bonn", "Ulm"]


@pytest.mark.parametrize(
    ("content", "package", "extra"), [(b"$FL2", "pyreadstat", "spss"), (b"PAR1", "pyarrow", "parquet")]
)
def test_a_missing_package_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, package: str, extra: str
) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(content)
    monkeypatch.setattr(sys, "meta_path", [_Blocked(package), *sys.meta_path])
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtraError, match=rf"kommtyp\[{extra}\]"):
        read_survey(file)


class _Blocked:
    """Makes a package look as if it were not installed."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] == self.package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_a_broken_file(tmp_path: Path, spss: object) -> None:
    file = tmp_path / "x.sav"
    file.write_bytes(b"$FL2 something else")
    with pytest.raises(SurveyError, match="pyreadstat cannot read it"):
        read_survey(file)
