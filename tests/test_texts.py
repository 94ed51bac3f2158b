"""Words and numbers: complete in both languages, and written as each language writes them."""

import math
import re
import string
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommtyp.clustering import Method
from kommtyp.definitions import Claim
from kommtyp.errors import FitError
from kommtyp.findings import Verdict
from kommtyp.multiplicity import Correction
from kommtyp.scaling import ScalingMethod
from kommtyp.survey import NoteKind
from kommtyp.texts import (
    Texts,
    confidence,
    counted,
    display,
    integer,
    interval,
    listing,
    number,
    p_value,
    percent,
    phrase,
    points,
    signed,
    texts,
)
from kommtyp.typology.records import ALL_ALIKE, TOO_FEW

SPACE = "\N{NO-BREAK SPACE}"


def flat(words, path=""):
    for key, value in words.items():
        if isinstance(value, Texts):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


class TestWords:
    def test_both_languages_have_the_same_keys(self):
        assert dict(flat(texts("de"))).keys() == dict(flat(texts("en"))).keys()

    def test_a_sentence_asks_for_the_same_values_in_both_languages(self):
        english = dict(flat(texts("en")))
        # A sentence may leave out a value that its language does not need.
        strangers = {
            key: places(text) ^ places(english[key])
            for key, text in flat(texts("de"))
            if places(text) ^ places(english[key])
        }
        assert not strangers

    def test_every_text_says_something(self):
        empty = [key for lang in ("de", "en") for key, text in flat(texts(lang)) if not text.strip()]
        assert not empty

    def test_german_has_its_umlauts(self):
        written_out = re.compile(r"\b(fuer|ueber|koennen|groess\w+|muess\w+|Staedte|waehl\w+|naech\w+)\b")
        assert not [key for key, text in flat(texts("de")) if written_out.search(text)]

    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_every_kind_of_note_has_its_sentences(self, lang):
        assert set(texts(lang).notes) == set(get_args(NoteKind))
        for words in texts(lang).notes.values():
            assert {"one", "many", "sum"} <= set(words)

    @pytest.mark.parametrize("lang", ["de", "en"])
    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            ("verdict", get_args(Verdict)),
            ("claim", get_args(Claim)),
            ("scaling", get_args(ScalingMethod)),
            ("method", get_args(Method)),
            ("correction", get_args(Correction)),
            ("reason", (ALL_ALIKE, TOO_FEW)),
        ],
    )
    def test_every_machine_name_has_words(self, lang, kind, names):
        assert {name.replace(" ", "_") for name in names} <= set(texts(lang).names[kind])

    @pytest.mark.parametrize("lang", ["de", "en"])
    def test_every_scaling_and_method_has_a_sentence_for_the_paper(self, lang):
        assert set(texts(lang).method.scaling) >= set(get_args(ScalingMethod))
        assert set(texts(lang).method.clustering) >= set(get_args(Method))

    def test_a_name_without_words_is_shown_as_it_is(self):
        assert display("verdict", "some_thing") == "some thing"

    def test_an_unknown_language_is_refused(self):
        with pytest.raises(FitError, match="lang: 'fr' is not known"):
            texts("fr")

    def test_an_unknown_text_is_named(self):
        with pytest.raises(AttributeError, match=r"texts_de\.report: no text 'nothing'"):
            _ = texts("de").report.nothing

    def test_values_are_put_in_as_they_are(self):
        assert phrase("en", "units.quoted", words="{x} <b>") == "“{x} <b>”"

    def test_singular_and_plural(self):
        assert counted("de", "units.municipality", 1) == "1 Kommune"
        assert counted("de", "units.municipality", 0) == "0 Kommunen"

    def test_listing(self):
        assert [listing("", "de"), listing("A", "de"), listing("AB", "en")] == ["", "A", "A and B"]


class TestNumbers:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            (number(1234567.891, "de", 2), "1.234.567,89"),
            (number(1234567.891, "en", 2), "1,234,567.89"),
            (number(-0.001, "de", 2), "0,00"),
            (number(None), "–"),
            (number(math.nan, "en"), "–"),
            (number(-math.inf), "−∞"),
            (integer(1668), "1.668"),
            (signed(0.05, "de", 1), "+0,1"),
            (signed(-2), "−2,00"),
            (signed(0), "±0,00"),
            (signed(math.nan), "–"),
            (percent(0.1234), f"12,3{SPACE}%"),
            (percent(0.1234, "en"), "12.3%"),
            (percent(None), "–"),
            (points(-0.05), f"−5,0{SPACE}Prozentpunkte"),
            (p_value(0.0004), f"<{SPACE}0,001"),
            (p_value(0.05, "en"), "0.050"),
            (p_value(math.nan), "–"),
            (interval(0.1, math.nan), "–"),
            (interval(0.1, 0.2, "de", 0, share=True), f"10–20{SPACE}%"),
            (interval(-0.1, 0.2), "−0,10 bis 0,20"),
            (confidence(0.9, "de"), "90-%-Konfidenzintervall"),
            (confidence(0.995, "en"), "99.5% confidence interval"),
        ],
    )
    def test_numbers_are_written_as_the_language_writes_them(self, written, expected):
        assert written == expected

    @given(st.floats(-1e12, 1e12), st.integers(0, 6))
    def test_a_number_can_be_read_back(self, x, digits):
        german = number(x, "de", digits).replace(".", "").replace(",", ".").replace("−", "-")
        english = number(x, "en", digits).replace(",", "").replace("−", "-")
        assert german == english
        assert float(german) == pytest.approx(x, abs=0.5 * 10.0**-digits + 1e-4)

    @given(st.floats(-1e6, 1e6))
    def test_a_sign_is_a_real_minus_and_zero_has_none(self, x):
        written = signed(x, "en", 1)
        assert "-" not in written
        assert written[0] == ("±" if round(abs(x), 1) == 0 and written[1:] == "0.0" else "+" if x > 0 else "−")
