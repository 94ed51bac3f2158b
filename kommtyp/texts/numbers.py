"""The numbers people read, in German and English."""

import math
from typing import Any

from kommtyp.texts.words import phrase, texts

__all__ = ["confidence", "counted", "integer", "interval", "number", "p_value", "percent", "points", "signed"]

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
MISSING = "\N{EN DASH}"


def number(x: Any, lang: str = "de", digits: int = 2) -> str:
    """Write a number with the decimal sign and the thousands separator of the language.

    Parameters
    ----------
    x : float or None
        The number; None and NaN become a dash.
    lang : {"de", "en"}
        Language.
    digits : int
        Decimals.

    Returns
    -------
    str
        The number, with a real minus sign and never with a negative zero.

    Examples
    --------
    >>> number(-1234.5, "de", 1), number(-1234.5, "en", 1), number(float("nan"))
    ('−1.234,5', '−1,234.5', '–')
    """
    if x is None or math.isnan(x):
        return MISSING
    if math.isinf(x):
        return "∞" if x > 0 else f"{MINUS}∞"
    written = f"{abs(float(x)):,.{digits}f}"
    negative = x < 0 and any(digit in written for digit in "123456789")
    if lang == "de":
        written = written.translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{written}" if negative else written


def integer(x: Any, lang: str = "de") -> str:
    """Write a whole number with thousands separator.

    Parameters
    ----------
    x : int or None
        The number.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        The number.

    Examples
    --------
    >>> integer(1668), integer(1668, "en")
    ('1.668', '1,668')
    """
    return number(x, lang, 0)


def signed(x: Any, lang: str = "de", digits: int = 2) -> str:
    """Write a deviation with its sign.

    Parameters
    ----------
    x : float or None
        The deviation.
    lang : {"de", "en"}
        Language.
    digits : int
        Decimals.

    Returns
    -------
    str
        The deviation; zero bears ±.

    Examples
    --------
    >>> signed(0.4), signed(-0.4, "en"), signed(0.001)
    ('+0,40', '−0.40', '±0,00')
    """
    written = number(x, lang, digits)
    if written == MISSING or written.startswith(MINUS):
        return written
    return f"+{written}" if any(digit in written for digit in "123456789∞") else f"±{written}"


def percent(x: Any, lang: str = "de", digits: int = 1) -> str:
    """Write a share between 0 and 1 as a percentage.

    Parameters
    ----------
    x : float or None
        The share.
    lang : {"de", "en"}
        Language.
    digits : int
        Decimals.

    Returns
    -------
    str
        The percentage; a no-break space stands before the German sign.

    Examples
    --------
    >>> percent(0.123).replace("\N{NO-BREAK SPACE}", " "), percent(0.123, "en")
    ('12,3 %', '12.3%')
    """
    written = number(None if x is None else 100 * x, lang, digits)
    if written == MISSING:
        return written
    return f"{written}{NO_BREAK}%" if lang == "de" else f"{written}%"


def points(x: Any, lang: str = "de", digits: int = 1) -> str:
    """Write a difference of shares in percentage points.

    Parameters
    ----------
    x : float or None
        Difference of two shares, between −1 and 1.
    lang : {"de", "en"}
        Language.
    digits : int
        Decimals.

    Returns
    -------
    str
        The difference with its sign.

    Examples
    --------
    >>> points(0.123).replace("\N{NO-BREAK SPACE}", " "), points(-0.05, "en").replace("\N{NO-BREAK SPACE}", " ")
    ('+12,3 Prozentpunkte', '−5.0 percentage points')
    """
    written = signed(None if x is None else 100 * x, lang, digits)
    return written if written == MISSING else f"{written}{NO_BREAK}{texts(lang)['units']['points']}"


def interval(low: Any, high: Any, lang: str = "de", digits: int = 2, *, share: bool = False) -> str:
    """Write an interval.

    Parameters
    ----------
    low, high : float or None
        Its ends.
    lang : {"de", "en"}
        Language.
    digits : int
        Decimals.
    share : bool
        True for shares between 0 and 1, written as percentages.

    Returns
    -------
    str
        The interval; a dash where it is missing.

    Examples
    --------
    >>> interval(0.1, 0.25), interval(0.1, 0.25, "en", 0, share=True), interval(-0.1, 0.2, "en", 1)
    ('0,10–0,25', '10–25%', '−0.1 to 0.2')
    """
    factor = 100 if share else 1
    ends = [number(None if end is None else factor * end, lang, digits) for end in (low, high)]
    if MISSING in ends:
        return MISSING
    unit = "" if not share else f"{NO_BREAK}%" if lang == "de" else "%"
    between = f" {texts(lang)['units']['to']} " if MINUS in "".join(ends) else MISSING
    return f"{ends[0]}{between}{ends[1]}{unit}"


def confidence(level: float, lang: str = "de") -> str:
    """Name a confidence interval with its level.

    Parameters
    ----------
    level : float
        Level, between 0 and 1.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> confidence(0.95), confidence(0.999, "en")
    ('95-%-Konfidenzintervall', '99.9% confidence interval')
    """
    written = number(100 * level, lang, 0 if abs(round(100 * level) - 100 * level) < 1e-9 else 1)
    return phrase(lang, "units.confidence", level=written)


def p_value(p: Any, lang: str = "de", digits: int = 3) -> str:
    """Write a p-value, with a bound where it is too small to be written.

    Parameters
    ----------
    p : float or None
        The p-value.
    lang : {"de", "en"}
        Language.
    digits : int
        Decimals.

    Returns
    -------
    str
        The p-value.

    Examples
    --------
    >>> p_value(0.0421), p_value(1e-9).replace("\N{NO-BREAK SPACE}", " ")
    ('0,042', '< 0,001')
    """
    smallest = 10.0**-digits
    if p is not None and p < smallest:
        return f"<{NO_BREAK}{number(smallest, lang, digits)}"
    return number(p, lang, digits)


def counted(lang: str, key: str, n: int, /, **values: object) -> str:
    """Return words in singular or plural, with the count as ``{n}``.

    Parameters
    ----------
    lang : {"de", "en"}
        Language.
    key : str
        Path of a pair ``one``, ``many``.
    n : int
        How many.
    **values
        Further values.

    Returns
    -------
    str
        The words.

    Examples
    --------
    >>> counted("de", "units.municipality", 1), counted("en", "units.municipality", 1668)
    ('1 Kommune', '1,668 municipalities')
    """
    return phrase(lang, f"{key}.{'one' if n == 1 else 'many'}", n=integer(n, lang), **values)
