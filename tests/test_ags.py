"""Keys, Länder and size classes, against the official list where it is at hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.ags import LAENDER, complete_key, holds_keys, land_of, size_class

numbers = st.integers(min_value=1, max_value=16).map(lambda land: f"{land:02d}")
digits = st.text("0123456789", min_size=6, max_size=6)


@given(numbers, digits)
def test_a_lost_zero_is_put_back(land: str, rest: str) -> None:
    key = land + rest
    assert complete_key(key) == key
    assert complete_key(int(key)) == key
    assert complete_key(float(key)) == key
    assert complete_key(f"{key[:2]} {key[2]} {key[3:5]} {key[5:]}") == key


@given(numbers, digits)
def test_a_regional_key_gives_the_key_of_its_municipality(land: str, rest: str) -> None:
    key = land + rest
    assert complete_key(int(f"{key[:5]}0123{key[5:]}")) == (key if key[5:] != "000" else None)


@pytest.mark.parametrize("key", ["", "Bonn", "123", "123456", "17001000", "00001000", "99999999", None, "05-315-000"])
def test_what_is_no_key_stays_none(key: object) -> None:
    assert complete_key(key) is None
    assert land_of(key) is None


def test_a_column_without_a_telling_name_needs_the_signature_of_lost_zeros() -> None:
    assert holds_keys(["1001000", "10041100"])
    assert not holds_keys(["01001000", "10041100"])
    assert not holds_keys(["1234567", "20000000"])
    assert not holds_keys(["1234567", "1234568"])
    assert not holds_keys([])
    assert holds_keys(["anything"], headings=["amtlicher_gemeindeschluessel"])


def test_bounds_belong_to_the_class_above_them() -> None:
    bounds = [400_000, 200_000, 100_000, 50_000, 25_000, 10_000]
    assert size_class(bounds).tolist() == [1, 2, 3, 4, 5, 6]
    assert size_class(np.array(bounds) - 1).tolist() == [2, 3, 4, 5, 6, 7]
    assert size_class([250_000, 249_999, 150_000, 149_999], district=True).tolist() == [1, 2, 2, 3]
    assert size_class([300_000, 300_000], district=[True, False]).tolist() == [1, 2]
    assert np.isnan(size_class([np.nan, -1])).all()


def test_sixteen_laender() -> None:
    assert len(LAENDER) == 16
    assert land_of("16051000", lang="de") == "Thüringen"


def test_the_official_list(shared_data: Path) -> None:
    """All municipalities at the end of November 2023 and the number in each size class (Destatis, GV-ISys)."""
    listed = pd.read_csv(shared_data / "reference_de" / "gemeinden_2023-11-30.csv", dtype=str)
    listed = listed[~listed["typ_code"].isin(["65", "66"])]
    assert [complete_key(int(key)) for key in listed["ags"]] == listed["ags"].tolist()
    assert [land_of(key, lang="de") for key in listed["ags"]] == listed["land"].tolist()
    regional = [complete_key(key) for key in listed["ars"]]
    assert regional == listed["ags"].tolist()
    classes = pd.Series(size_class(listed["einwohner"].astype(float))).value_counts().sort_index()
    assert classes.tolist() == [15, 25, 42, 113, 334, 1089, 9155]
