"""What is data, not code: the packaged codebook, the types and findings, and what synthetic surveys plant."""

import itertools
import re
import tomllib
from importlib.resources import files

import numpy as np
import pytest

from kommtyp.codebook import normalise, packaged_codebook
from kommtyp.definitions import packaged_definitions

BOOK = packaged_codebook()
STUDY = packaged_definitions()
PLANTED = tomllib.loads((files("kommtyp") / "resources" / "planted" / "digitale-kommune.toml").read_text("utf-8"))
STANDARD = """
    ags land art einwohner groessenklasse gewicht
    recht foerdermittel effizienz effektivitaet attraktivitaet buergernaehe daseinsvorsorge gemeinschaft
    ozg_umsetzung ozg_strategie fim_bekannt fim_nutzung prozessautomation bots chatbot mobile_app open_data datennutzung
    qualifizierung mitarbeiterbeteiligung buergerbeteiligung co_creation kooperation nachnutzung vorreiter strategie
"""
every_item = pytest.mark.parametrize("item", BOOK.items, ids=lambda item: item.name)

# Simulation of colour vision without one kind of cone; Machado, Oliveira & Fernandes (2009), severity 1.
VISION = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour):
    values = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ np.clip(rgb, 1e-3, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def pairs(values):
    return list(itertools.combinations(values, 2))


class TestCodebook:
    def test_every_standard_column_is_there(self):
        names = [item.name for item in BOOK.items]
        assert set(STANDARD.split()) <= set(names)
        assert {name.partition("_")[0] for name in set(names) - set(STANDARD.split())} == {"schmerz", "faktor"}
        assert len([name for name in names if name.startswith("faktor_")]) == 5

    def test_roles(self):
        assert [item.name for item in BOOK.with_role("key")] == ["ags"]
        assert [item.name for item in BOOK.with_role("weight")] == ["gewicht"]
        assert [item.name for item in BOOK.with_role("context")] == ["land", "art", "einwohner", "groessenklasse"]
        assert len(BOOK.goals) == 8

    def test_goals_are_rated_from_one_to_five(self):
        for goal in BOOK.goals:
            assert (goal.scale, goal.low, goal.high, goal.reversed) == ("rating", 1, 5, False)
            assert [label for _, label in goal.codes][::4] == ["unwichtig", "sehr wichtig"]

    @every_item
    def test_texts_and_labels_stand_in_both_languages(self, item):
        assert item.text
        assert item.text_en
        assert [code for code, _ in item.codes] == [code for code, _ in item.codes_en]
        assert all(label for _, label in item.codes + item.codes_en)

    @every_item
    def test_no_spelling_means_two_answers(self, item):
        spellings = [(label, code) for code, label in item.codes + item.codes_en] + list(item.aliases)
        meant = {}
        for text, code in spellings:
            assert meant.setdefault(normalise(text), code) == code, text
        assert not {normalise(text) for text, _ in item.missing} & set(meant)

    @every_item
    def test_an_alias_leads_to_a_code(self, item):
        assert {code for _, code in item.aliases} <= {code for code, _ in item.codes}

    @every_item
    def test_missing_answers_are_words_with_a_reason_never_numbers(self, item):
        assert all(isinstance(text, str) and not text.isdigit() for text, _ in item.missing)
        assert {reason for _, reason in item.missing} <= {"don't know", "no answer"}

    def test_a_heading_leads_to_one_item(self):
        headings = [heading for item in BOOK.items for heading in {normalise(item.name), normalise(item.text)}]
        assert len(headings) == len(set(headings))

    def test_blocks_have_texts_in_both_languages(self):
        assert all(block.text and block.text_en for block in BOOK.blocks)

    def test_the_sixteen_laender(self):
        assert len(BOOK["land"].codes) == 16
        numbers = {text: code for text, code in BOOK["land"].aliases if re.fullmatch(r"\d\d", text)}
        assert list(numbers) == [f"{number:02d}" for number in range(1, 17)]
        assert list(numbers.values()) == [code for code, _ in BOOK["land"].codes]

    def test_size_classes_run_from_one_to_seven(self):
        assert [code for code, _ in BOOK["groessenklasse"].codes] == [1, 2, 3, 4, 5, 6, 7]


class TestTypes:
    def test_the_four_types_and_the_goals_that_mark_them(self):
        assert {one.key: one.goals for one in STUDY.types} == {
            "bedaechtige": ("recht", "foerdermittel"),
            "optimierer": ("effizienz", "effektivitaet"),
            "serviceorientierte": ("attraktivitaet", "buergernaehe"),
            "community_manager": ("daseinsvorsorge", "gemeinschaft"),
        }

    def test_names_and_texts_stand_in_both_languages(self):
        assert [one.label for one in STUDY.types] == [
            "Die Bedächtigen", "Die Optimierer", "Die Serviceorientierten", "Die Community Manager",
        ]  # fmt: skip
        assert [one.label_en for one in STUDY.types] == [
            "The Thoughtful", "The Optimizers", "The Service-oriented", "The Community Managers",
        ]  # fmt: skip
        assert all(one.text and one.text_en for one in STUDY.types)
        assert STUDY.title
        assert STUDY.title_en
        assert STUDY.source

    def test_colours_keep_apart_in_greyscale(self):
        lightness = [lab(linear(one.colour))[0] for one in STUDY.types]
        assert min(abs(a - b) for a, b in pairs(lightness)) > 12

    @pytest.mark.parametrize("vision", VISION)
    def test_colours_keep_apart_for_every_reader(self, vision):
        seen = [lab(np.array(VISION[vision]) @ linear(one.colour)) for one in STUDY.types]
        assert min(np.linalg.norm(a - b) for a, b in pairs(seen)) > 20

    def test_colours_stand_out_from_white_paper(self):
        luminance = [linear(one.colour) @ [0.2126, 0.7152, 0.0722] for one in STUDY.types]
        assert min(1.05 / (value + 0.05) for value in luminance) >= 3

    def test_no_type_is_red_or_green(self):
        for one in STUDY.types:
            red, green, blue = linear(one.colour)
            assert not (green > red and green > blue)
            assert not red > 4 * max(green, blue)


class TestFindings:
    def test_they_are_those_that_are_public(self):
        assert {(one.indicator, one.claim, one.types) for one in STUDY.findings} == {
            ("prozessautomation", "high", ("optimierer",)),
            ("bots", "highest", ("optimierer",)),
            ("fim_nutzung", "high", ("serviceorientierte",)),
            ("datennutzung", "high", ("optimierer",)),
            ("datennutzung", "high", ("serviceorientierte",)),
            ("mobile_app", "high", ("optimierer",)),
            ("qualifizierung", "high", ("serviceorientierte",)),
            ("kooperation", "high", ("bedaechtige",)),
            ("nachnutzung", "high", ("bedaechtige",)),
            ("vorreiter", "low", ("bedaechtige",)),
        }

    def test_none_is_on_the_ozg_or_on_co_creation(self):
        assert not {one.indicator for one in STUDY.findings} & {"ozg_umsetzung", "ozg_strategie", "co_creation"}

    @pytest.mark.parametrize("finding", STUDY.findings, ids=lambda one: f"{one.indicator}-{one.types[0]}")
    def test_each_is_about_an_indicator_with_an_order_and_says_where_it_stands(self, finding):
        item = BOOK[finding.indicator]
        assert item.role == "indicator"
        assert item.scale in ("binary", "ordinal")
        assert finding.wording
        assert finding.wording_en
        assert finding.source


class TestPlanted:
    def test_all_goals_and_indicators_are_planted_and_nothing_else(self):
        assert list(PLANTED["goals"]) == [goal.name for goal in BOOK.goals]
        planted = {entry["name"] for entry in PLANTED["indicators"]} | {"ozg_strategie"}
        assert planted == {item.name for item in BOOK.with_role("indicator")}

    @pytest.mark.parametrize("entry", PLANTED["indicators"], ids=lambda entry: entry["name"])
    def test_shares_fit_the_answers(self, entry):
        assert len(entry["shares"]) == len(BOOK[entry["name"]].codes)
        assert sum(entry["shares"]) == pytest.approx(1)
        assert set(entry.get("types", {})) <= set(STUDY.keys)

    def test_who_answers(self):
        assert sum(entry["share"] for entry in PLANTED["strata"]) == pytest.approx(1)
        assert sum(entry["share"] for entry in PLANTED["laender"].values()) == pytest.approx(1)
        assert all(sum(entry["art"].values()) == pytest.approx(1) for entry in PLANTED["strata"])
        assert set(PLANTED["laender"]) <= {code for code, _ in BOOK["land"].codes}

    def test_approaches_to_the_ozg(self):
        assert list(PLANTED["ozg_strategie"]) == STUDY.keys
        for chances in PLANTED["ozg_strategie"].values():
            assert list(chances) == [code for code, _ in BOOK["ozg_strategie"].codes]
            assert sum(chances.values()) == pytest.approx(1)
