"""The words and numbers people read, in German and English."""

from kommtyp.texts.numbers import confidence, counted, integer, interval, number, p_value, percent, points, signed
from kommtyp.texts.words import Language, Texts, display, listing, localised, phrase, remark, texts

__all__ = [
    "Language",
    "Texts",
    "confidence",
    "counted",
    "display",
    "integer",
    "interval",
    "listing",
    "localised",
    "number",
    "p_value",
    "percent",
    "phrase",
    "points",
    "remark",
    "signed",
    "texts",
]
