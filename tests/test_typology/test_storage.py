import json

import pandas as pd
import pytest

from kommtyp.errors import FitError
from kommtyp.typology import Typology, fit


@pytest.fixture
def stored(sample, tmp_path):
    return fit(sample, n_init=20).typology.to_json(tmp_path / "typologie.json")


OPTIONS = [{}, {"scaling": "zscore"}, {"types": "unnamed"}, {"n_types": 6}, {"method": "ward"}]


@pytest.mark.parametrize("options", OPTIONS)
def test_a_typology_comes_back_as_it_was(sample, tmp_path, options):
    typology = fit(sample, n_init=20, **options).typology
    first = typology.to_json(tmp_path / "a.json")
    back = Typology.from_json(first)
    assert back.to_json(tmp_path / "b.json").read_bytes() == first.read_bytes()
    pd.testing.assert_series_equal(back.classify(sample).types, typology.classify(sample).types)
    pd.testing.assert_frame_equal(back.classify(sample).distances, typology.classify(sample).distances)


def test_it_holds_no_answers(stored, sample):
    text = stored.read_text(encoding="utf-8")
    assert not any(str(key) in text for key in sample["ags"])


def test_a_change_by_hand_is_noticed(stored):
    raw = json.loads(stored.read_text(encoding="utf-8"))
    raw["centers"][0][0] += 0.5
    stored.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(FitError, match="does not match its checksum"):
        Typology.from_json(stored)


@pytest.mark.parametrize("content", ["", "[]", "{}", "kein JSON", '{"format": "other"}'])
def test_what_is_not_a_typology_is_refused(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FitError, match="Give a file that to_json wrote"):
        Typology.from_json(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FitError, match="cannot be read"):
        Typology.from_json(tmp_path / "nirgends.json")
