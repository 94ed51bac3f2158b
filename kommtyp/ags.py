"""Keys of German municipalities (AGS, ARS, Kreis), the Länder, and the size classes of the KGSt."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "DISTRICT_CLASSES",
    "LAENDER",
    "MUNICIPALITY_CLASSES",
    "complete_key",
    "holds_keys",
    "land_of",
    "size_class",
]

LAENDER: dict[str, tuple[str, str, str]] = {
    "01": ("SH", "Schleswig-Holstein", "Schleswig-Holstein"),
    "02": ("HH", "Hamburg", "Hamburg"),
    "03": ("NI", "Niedersachsen", "Lower Saxony"),
    "04": ("HB", "Bremen", "Bremen"),
    "05": ("NW", "Nordrhein-Westfalen", "North Rhine-Westphalia"),
    "06": ("HE", "Hessen", "Hesse"),
    "07": ("RP", "Rheinland-Pfalz", "Rhineland-Palatinate"),
    "08": ("BW", "Baden-Württemberg", "Baden-Württemberg"),
    "09": ("BY", "Bayern", "Bavaria"),
    "10": ("SL", "Saarland", "Saarland"),
    "11": ("BE", "Berlin", "Berlin"),
    "12": ("BB", "Brandenburg", "Brandenburg"),
    "13": ("MV", "Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania"),
    "14": ("SN", "Sachsen", "Saxony"),
    "15": ("ST", "Sachsen-Anhalt", "Saxony-Anhalt"),
    "16": ("TH", "Thüringen", "Thuringia"),
}
"""Number of a Land → its short name, its German and its English name."""

MUNICIPALITY_CLASSES: tuple[int, ...] = (400_000, 200_000, 100_000, 50_000, 25_000, 10_000, 0)
"""Lowest number of inhabitants of the KGSt's size classes 1 to 7 for municipalities."""

DISTRICT_CLASSES: tuple[int, ...] = (250_000, 150_000, 0)
"""Lowest number of inhabitants of the KGSt's size classes 1 to 3 for Kreise."""

KEY_HEADINGS = frozenset(
    {
        "ags", "ars", "agsnr", "agskey", "ags_8", "ags8", "ags_12", "ags12",
        "gemeindeschluessel", "amtlicher_gemeindeschluessel", "amtlicher_gemeindeschluessel_ags",
        "gemeindeschluessel_ags", "gemeindekennziffer", "gkz", "regionalschluessel", "amtlicher_regionalschluessel",
        "kreisschluessel",
        "schluesselnummer", "schluessel_nummer",
    }
)
LENGTHS = {4: 5, 5: 5, 7: 8, 8: 8, 11: 12, 12: 12}


def complete_key(key: object) -> str | None:
    """Write the key of a municipality or Kreis with all its digits, as text.

    An AGS has 8 digits (2 Land, 1 Regierungsbezirk, 2 Kreis, 3 Gemeinde), a Kreis the first 5 of them, an
    ARS 12 (AGS = its first 5 and last 3). Spreadsheets drop the leading zero of the Länder 01 to 09.

    Parameters
    ----------
    key : object
        Text or number, with or without its leading zero, also grouped as in ``"05 3 15 000"``.

    Returns
    -------
    str or None
        8 digits for a municipality, 5 for a Kreis; None if it is no such key, as the key of a Verband.

    Examples
    --------
    >>> complete_key(1001000), complete_key("05 3 15 000"), complete_key(1001.0)
    ('01001000', '05315000', '01001')
    >>> complete_key("053150000000"), complete_key("010515163000"), complete_key("Bonn")
    ('05315000', None, None)
    """
    digits = re.sub(r"\s", "", str(key)).removesuffix(".0")
    length = LENGTHS.get(len(digits))
    if length is None or not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.zfill(length)
    if digits[:2] not in LAENDER:
        return None
    if length == 12:
        association, municipality = digits[5:9], digits[9:]
        return None if municipality == "000" and association != "0000" else digits[:5] + municipality
    return digits


def holds_keys(values: Sequence[Any], *, headings: Iterable[str] = ()) -> bool:
    """Say whether a column holds keys of German municipalities that may lack their leading zero.

    Parameters
    ----------
    values : sequence
        Distinct values of the column.
    headings : iterable of str
        What the column is called, in lower case with underscores. A column called ``ags`` or alike holds
        them; any other only if its values have 7 and 8 digits and those with 8 begin with the Länder 10 to
        16, as when a spreadsheet has dropped the zeros of the others.

    Returns
    -------
    bool
        True if the values are to be completed.

    Examples
    --------
    >>> holds_keys(["5315000", "16051000"]), holds_keys(["1234567", "7654321"])
    (True, False)
    >>> holds_keys(["1001000"], headings=["ags"])
    True
    """
    if not KEY_HEADINGS.isdisjoint(headings):
        return True
    digits = [re.sub(r"\s", "", str(value)).removesuffix(".0") for value in values]
    if {len(text) for text in digits} != {7, 8} or any(complete_key(text) is None for text in digits):
        return False
    return all(text >= "10" for text in digits if len(text) == 8)


def land_of(key: object, *, lang: str = "") -> str | None:
    """Name the Land of a municipality: its short name, or its name in German or English.

    Parameters
    ----------
    key : object
        Key of a municipality or Kreis.
    lang : {"", "de", "en"}
        Nothing for the short name.

    Returns
    -------
    str or None
        The Land; None if `key` is no such key.

    Examples
    --------
    >>> land_of("05315000"), land_of(9162000, lang="en"), land_of("Bonn")
    ('NW', 'Bavaria', None)
    """
    complete = complete_key(key)
    return None if complete is None else LAENDER[complete[:2]][("", "de", "en").index(lang)]


def size_class(inhabitants: npt.ArrayLike, *, district: npt.ArrayLike = False) -> npt.NDArray[np.float64]:
    """Sort municipalities into the size classes of the KGSt; the lower bound belongs to the class.

    Parameters
    ----------
    inhabitants : array-like, shape (n,)
        Number of inhabitants.
    district : array-like of bool, shape (n,) or one
        True for Kreise, which have classes of their own.

    Returns
    -------
    array, shape (n,)
        1 (over 400,000) to 7 (under 10,000), Kreise 1 (over 250,000) to 3; NaN where the number is not known.

    Examples
    --------
    >>> size_class([400_000, 399_999, 9_999, float("nan")]).tolist()
    [1.0, 2.0, 7.0, nan]
    >>> size_class([250_000, 149_999], district=True).tolist()
    [1.0, 3.0]
    """
    people = np.atleast_1d(np.asarray(inhabitants, dtype=float))
    of_districts, of_municipalities = _sort(people, DISTRICT_CLASSES), _sort(people, MUNICIPALITY_CLASSES)
    classes = np.where(np.broadcast_to(district, people.shape), of_districts, of_municipalities)
    return np.where(people >= 0, classes, np.nan)


def _sort(people: npt.NDArray[np.float64], bounds: tuple[int, ...]) -> npt.NDArray[np.float64]:
    return 1.0 + (people[:, None] < np.array(bounds)).sum(axis=1)
