"""Weights for a survey: margins of all municipalities, reports, and margins that cannot be met."""

import csv

import numpy as np
import pandas as pd
import pytest

from kommtyp.ags import LAENDER, size_class
from kommtyp.errors import FitError
from kommtyp.raking import population_margins, rake
from kommtyp.typology import fit


@pytest.fixture
def frame(sample):
    return sample[sample["art"] != "kreis"].reset_index(drop=True)


def test_the_margins_count_all_municipalities():
    """Sums that the statistical office and the KGSt's classes give: 10,773 municipalities, NW 396, BY 2,056."""
    table = population_margins()
    assert table.columns.tolist() == ["land", "groessenklasse", "n"]
    assert table["n"].sum() == 10773
    assert table.groupby("groessenklasse")["n"].sum().tolist() == [15, 25, 42, 113, 334, 1089, 9155]
    lands = table.groupby("land")["n"].sum()
    assert (lands["NW"], lands["BY"], lands["BE"]) == (396, 2056, 1)
    assert set(table["land"]) == {short for short, *_ in LAENDER.values()}
    assert "Statistisches Bundesamt" in table.attrs["source"]


def test_the_margins_agree_with_the_register(shared_data):
    path = shared_data / "reference_de" / "gemeinden_2023-11-30.csv"
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["typ_code"] not in ("65", "66")]
    sizes = size_class([float(row["einwohner"]) for row in rows]).astype(int)
    lands = [LAENDER[row["ags"][:2]][0] for row in rows]
    counted = pd.Series(list(zip(lands, sizes.tolist(), strict=True))).value_counts()
    table = population_margins()
    assert dict(zip(zip(table["land"], table["groessenklasse"], strict=True), table["n"], strict=True)) == dict(counted)


def test_the_sample_is_raked_to_all_municipalities(sample):
    raking = rake(sample)
    assert raking.converged
    assert raking.difference < 1e-8
    assert raking.outside == (sample["art"] == "kreis").sum()
    assert raking.weights.index.tolist() == sample["ags"].tolist()
    assert (raking.weights[(sample["art"] == "kreis").to_numpy()] == 0).all()
    inside = raking.weights[raking.weights > 0]
    assert inside.mean() == pytest.approx(1)
    land = inside.groupby(sample.set_index("ags")["land"].reindex(inside.index)).sum() / inside.sum()
    counts = population_margins().groupby("land")["n"].sum().reindex(land.index)
    np.testing.assert_allclose(land, counts / counts.sum(), atol=1e-8)
    assert raking.effective_n == pytest.approx(inside.sum() ** 2 / (inside**2).sum())
    assert raking.empty["category"].tolist() == ["HH", "HB", "BE"]
    text = repr(raking)
    assert "margins met" in text
    assert "nobody in the sample: land HH, HB, BE" in text


def test_every_form_of_margins_gives_the_same_weights(frame):
    sizes = population_margins().groupby("groessenklasse")["n"].sum()
    forms = [
        {"groessenklasse": sizes},
        {"groessenklasse": sizes.to_dict()},
        {("groessenklasse",): sizes * 7},
        {"groessenklasse": {str(key): count for key, count in sizes.items()}},
        sizes.reset_index(),
    ]
    first, *others = (rake(frame, form).weights for form in forms)
    for other in others:
        pd.testing.assert_series_equal(other, first)


def test_crossed_margins_are_cells(frame):
    crossed = frame.groupby(["land", "art"]).size().mul(3).add(1)
    raking = rake(frame, {("land", "art"): crossed})
    assert raking.margins["item"].unique().tolist() == ["land × art"]
    assert raking.margins["category"].iloc[0] == " × ".join(crossed.index[0])
    np.testing.assert_allclose(raking.margins["weighted"], raking.margins["population"])
    again = rake(frame, {("land", "art"): crossed.rename("n").reset_index()})
    pd.testing.assert_series_equal(again.weights, raking.weights)


def test_bounds_that_stand_in_the_way_are_reported(frame):
    raking = rake(frame, bounds=(0.2, 4))
    assert not raking.converged
    assert raking.weights.between(0.2 - 1e-9, 4 + 1e-9).all()
    assert raking.trimmed > 0
    assert raking.difference == pytest.approx(
        (raking.margins["weighted"] - raking.margins["population"])[raking.margins["n"] > 0].abs().max()
    )
    assert "NOT met" in repr(raking)


def test_a_classification_and_weights_to_start_from(frame):
    target = {"art": {"gemeinde": 0.5, "stadt": 0.4, "kreisfreie_stadt": 0.1}}
    result = fit(frame, n_init=5)
    pd.testing.assert_series_equal(rake(result, target).weights, rake(frame, target).weights)
    start = np.resize([1.0, 2.0, 0.0], len(frame))
    raking = rake(frame, target, weights=start)
    assert raking.outside == (start == 0).sum()
    assert ((raking.weights == 0).to_numpy() == (start == 0)).all()
    stadt = (frame["art"] == "stadt").to_numpy()
    ratio = raking.weights.to_numpy()[stadt & (start > 0)] / start[stadt & (start > 0)]
    np.testing.assert_allclose(ratio, ratio[0])


def test_raked_weights_carry_through_to_types_and_tables(sample):
    raking = rake(sample)
    result = fit(sample, weights=raking.weights, n_init=5)
    np.testing.assert_allclose(result.weights / result.weights.sum(), raking.weights / raking.weights.sum())
    assert result.typology.settings.weighted


def test_the_frame_is_not_written_to(frame):
    before = frame.copy()
    rake(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("margins", "options", "message"),
    [
        ({"lnd": {"NW": 1}}, {}, "margins: 'lnd' is not in the data"),
        ({"land": {"NW": 5, "BY": 3}}, {}, "land: 'NI' in 67 rows is not in the population|land: '..' in .* rows"),
        ({"land": {"NW": -5}}, {}, "margins of land: -5.0 for 'NW'"),
        ({"land": {"NW": 0}}, {}, "no count above 0"),
        ({"land": 3.5}, {}, "margins of land: 3.5 given, not counts"),
        ({5: {"NW": 3}}, {}, "margins: 5 is not in the data"),
        ({("land", "art"): {"NW": 3}}, {}, "has 1 parts. Give 2"),
        ({}, {}, "nothing to rake to"),
        (pd.DataFrame({"land": ["NW"], "count": [3]}), {}, "Give a column 'n'"),
        ({"bots": {0: 1, 1: 1}}, {}, "bots: no answer in"),
        (None, {"bounds": (2, 3)}, "do not hold the mean weight 1"),
        (None, {"bounds": 5}, "bounds: 5 given"),
        (None, {"max_iterations": 0}, "max_iterations: 0 does not do"),
        (None, {"tolerance": 0}, "tolerance: 0 does not do"),
    ],
)
def test_what_cannot_be_raked_says_why(frame, margins, options, message):
    with pytest.raises(FitError, match=message):
        rake(frame, margins, **options)


def test_a_survey_of_kreise_has_no_municipalities(sample):
    with pytest.raises(FitError, match="none of 52 rows belongs to the population"):
        rake(sample[sample["art"] == "kreis"])
