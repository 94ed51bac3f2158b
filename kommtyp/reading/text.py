"""Text tables: which encoding, which delimiter, and the rows of cells."""

import codecs
import csv
import io
import re
from collections import Counter

from kommtyp.errors import SurveyError
from kommtyp.reading.table import DecimalMark, Row
from kommtyp.survey import Note

__all__ = ["decimal_mark", "decode_text", "split_rows"]

DELIMITERS = (";", ",", "\t", "|")
EXPECTED_LETTERS = frozenset("äöüÄÖÜßéèêàáâçñóíúëïôîæøåÉÈÁ§€–—„“”‚‘’…°²³½µ©®´·•«»×\xa0")
EAST_ASIAN = "\u3000"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNMARKED = ("cp1252", "mac_roman", "cp850", "cp932")
CLEAR = 0.8
CERTAIN = 0.9
POSSIBLE = 0.5


def decode_text(content: bytes, source: str, *, encoding: str | None = None) -> tuple[str, list[Note]]:
    """Turn bytes into text: UTF-8 and UTF-16 if they are it, else the encoding whose letters make sense.

    Parameters
    ----------
    content : bytes
        Content of the file.
    source : str
        File name, for messages.
    encoding : str, optional
        Encoding that is known.

    Returns
    -------
    str
        The text.
    list of Note
        An "encoding" note unless the file is UTF-8.

    Raises
    ------
    SurveyError
        If the encoding is unknown to Python, does not fit, or cannot be recognised.
    """
    chosen = encoding or _recognise(content)
    if chosen is None:
        raise SurveyError(
            f"{source}: the encoding cannot be recognised. Save it as UTF-8, or say which it is: encoding='cp1252'."
        )
    try:
        text = content.decode(chosen)
    except LookupError:
        raise SurveyError(f"encoding: {encoding!r} is not known. Usual are 'utf-8', 'cp1252' and 'utf-16'.") from None
    except UnicodeError as error:
        raise SurveyError(f"{source}: not in {chosen!r} ({error}). Leave encoding out to have it found.") from None
    if "\0" in text:
        raise SurveyError(f"{source}: is not a text file. Save the survey as CSV in UTF-8, or as XLSX.")
    named = [] if chosen in ("utf-8", "utf-8-sig") else [Note("encoding", source, detail=chosen)]
    return text.removeprefix("\ufeff"), named


def _recognise(content: bytes) -> str | None:
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return name
    start = content[:4000]
    if start.count(0) > len(start) // 5:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _best_guess(content)
    return "utf-8"


def _best_guess(content: bytes) -> str | None:
    shares: dict[str, float] = {}
    for name in UNMARKED:
        try:
            letters = [letter for letter in content.decode(name) if letter > "\x7f"]
        except UnicodeDecodeError:
            continue
        sensible = sum(letter in EXPECTED_LETTERS or letter >= EAST_ASIAN for letter in letters)
        shares[name] = sensible / len(letters)
        if shares[name] >= CERTAIN:
            return name
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= POSSIBLE else None


def split_rows(text: str, source: str, *, delimiter: str | None = None) -> tuple[list[Row], str]:
    """Split text into rows of cells at the delimiter that divides most lines alike.

    Parameters
    ----------
    text : str
        Content of the file.
    source : str
        File name, for messages.
    delimiter : str, optional
        Delimiter that is known, one character.

    Returns
    -------
    list of list of str
        Cells by row; blank lines are empty lists.
    str
        The delimiter.

    Raises
    ------
    SurveyError
        If the text is no table.
    """
    if delimiter is not None and len(delimiter) != 1:
        raise SurveyError(f"delimiter: {delimiter!r} is not one character. Usual are ';', ',' and '\\t'.")
    announced = re.match(r"sep=(.)\r?\n", text, flags=re.IGNORECASE)
    if announced:
        text = text[announced.end() :]
        delimiter = delimiter or announced.group(1)
    found = delimiter or _find_delimiter(text, source)
    rows = _parse_strictly(text, found, source)
    if delimiter and not any(len(row) > 1 for row in rows):
        better = _find_delimiter(text, source)
        if any(len(row) > 1 for row in _parse(text[:10_000], better, source)):
            raise SurveyError(f"{source}: {delimiter!r} divides no line, {better!r} does. Leave delimiter out.")
    return rows, found


def _find_delimiter(text: str, source: str) -> str:
    sample = text[:400_000]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    shares: dict[str, tuple[int, float]] = {}
    divided = False
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _parse(sample, delimiter, source) if any(cell.strip() for cell in row))
        if not widths:
            raise SurveyError(f"{source}: the file is empty. Give a table with headings and answers.")
        divided = divided or set(widths) != {1}
        width, count = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]))
        if width > 1 and count >= widths.total() / 2:
            shares[delimiter] = (width, count / widths.total())
    clear = [delimiter for delimiter, (_, share) in shares.items() if delimiter != "," and share >= CLEAR]
    if shares:  # commas also divide numbers and names, so they stand back behind a clear division by another sign
        return max(clear or shares, key=lambda delimiter: shares[delimiter][0] * shares[delimiter][1])
    if not divided:
        return DELIMITERS[0]
    raise SurveyError(
        f"{source}: no delimiter divides the lines into the same number of cells. "
        "Save the table as CSV, or name the delimiter: delimiter=';'."
    )


def _parse_strictly(text: str, delimiter: str, source: str) -> list[Row]:
    """Divide into cells; where quotation marks are not closed, no cell may go over the end of a line."""
    try:
        return list(csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error:
        rows = _parse(text, delimiter, source)
    broken = next((cell for row in rows for cell in row if "\n" in cell), None)
    if broken is not None:
        opening = broken.splitlines()[0][:40]
        raise SurveyError(f"{source}: a quotation mark is opened before {opening!r} and not closed. Correct this cell.")
    return rows


def _lines(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")


def _parse(text: str, delimiter: str, source: str) -> list[Row]:
    try:
        return list(csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True))
    except csv.Error as error:
        message = f"{source}: cannot be divided into cells at {delimiter!r} ({error}). Save it as CSV in UTF-8."
        raise SurveyError(message) from None


COMMA = re.compile(r"[+-]?\d+,(\d|\d\d|\d{4,})$")
POINT = re.compile(r"[+-]?\d+\.(\d|\d\d|\d{4,})$")


def decimal_mark(rows: list[Row], delimiter: str) -> DecimalMark | None:
    """Find the decimal mark from numbers that can be read in one way only.

    Parameters
    ----------
    rows : list of list of str
        Cells by row; the first 2,000 rows are looked at.
    delimiter : str
        Delimiter of the file. A semicolon speaks for a decimal comma where nothing else does.

    Returns
    -------
    {",", "."} or None
        The mark; None where the numbers contradict each other or there are none.
    """
    cells = {cell.strip() for row in rows[:2000] for cell in row}
    comma = any(COMMA.match(cell) for cell in cells)
    point = any(POINT.match(cell) for cell in cells)
    if comma != point:
        return "," if comma else "."
    return "," if delimiter == ";" and not comma else None
