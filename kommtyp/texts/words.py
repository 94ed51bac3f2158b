"""The words people read, in German and English."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from kommtyp.errors import check_choice

__all__ = ["Language", "Texts", "display", "listing", "localised", "phrase", "remark", "texts"]

Language = Literal["de", "en"]


class Texts(Mapping[str, Any]):
    """Words under their keys, nested, to be read as ``words["a"]["b"]`` or ``words.a.b``.

    Parameters
    ----------
    words : mapping of str to str or mapping
        The words.
    where : str
        Path of the mapping, for messages.

    Examples
    --------
    >>> Texts({"report": {"title": "Bericht"}}).report.title
    'Bericht'
    """

    def __init__(self, words: Mapping[str, Any], where: str = "texts") -> None:
        self._where = where
        self._words = {
            key: Texts(value, f"{where}.{key}") if isinstance(value, Mapping) else value for key, value in words.items()
        }

    def __getitem__(self, key: str) -> Any:
        return self._words[key]

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_") or key not in self._words:
            raise AttributeError(f"{self.__dict__.get('_where', 'texts')}: no text {key!r}.")
        return self._words[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __repr__(self) -> str:
        return f"<{self._where}: {len(self)} texts>"


@cache
def texts(lang: str = "de") -> Texts:
    """Return all words of a language.

    Parameters
    ----------
    lang : {"de", "en"}
        Language.

    Returns
    -------
    Texts
        Words under nested keys; both languages have the same keys.

    Raises
    ------
    FitError
        If the language is unknown.

    Examples
    --------
    >>> texts("de").names.verdict.supported
    'gestützt'
    """
    check_choice("lang", lang, get_args(Language))
    source = files("kommtyp") / "resources" / f"texts_{lang}.toml"
    return Texts(tomllib.loads(source.read_text(encoding="utf-8")), f"texts_{lang}")


def phrase(lang: str, key: str, /, **values: object) -> str:
    """Return the words under a dotted key, with values put in.

    Parameters
    ----------
    lang : {"de", "en"}
        Language.
    key : str
        Path of the words, such as ``"plot.deviation"``.
    **values
        What stands for the names in braces.

    Returns
    -------
    str
        The words.

    Examples
    --------
    >>> phrase("de", "plot.municipalities", n="412")
    '412 Kommunen'
    """
    words: Any = texts(lang)
    for part in key.split("."):
        words = words[part]
    return str(words).format(**values) if values else str(words)


def display(kind: str, name: object, lang: str = "de") -> str:
    """Return what readers call a machine name of the tables.

    Parameters
    ----------
    kind : str
        What is named: ``"column"``, ``"test"``, ``"effect"``, ``"verdict"``, ``"claim"``, ``"reason"``,
        ``"scaling"``, ``"method"``, ``"sheet"``, ``"note_kind"``.
    name : object
        Machine name.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        Display name; the machine name with blanks for underscores where there is none.

    Examples
    --------
    >>> display("scaling", "ipsative"), display("column", "my_own_column")
    ('ipsativ', 'my own column')
    """
    return str(texts(lang)["names"].get(kind, {}).get(_key(name), str(name).replace("_", " ")))


def listing(words: Iterable[object], lang: str = "de") -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : iterable
        The words.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        The words with commas and an "and".

    Examples
    --------
    >>> listing(["A", "B", "C"]), listing(["A", "B"], "en")
    ('A, B und C', 'A and B')
    """
    listed = [str(word) for word in words]
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {texts(lang)['units']['and']} {listed[-1]}"


def remark(note: str, labels: Mapping[str, str], lang: str) -> str:
    """Put a remark of the tables into the language of the report, with the labels of the types.

    Parameters
    ----------
    note : str
        What a column ``note`` says; several remarks are separated by semicolons.
    labels : mapping of str to str
        Key of a type → its label.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        The remark; as it was, where it is not known.

    Examples
    --------
    >>> remark("no answers: optimierer", {"optimierer": "Die Optimierer"}, "de")
    'keine Antworten: Die Optimierer'
    """
    parts = []
    for part in note.split("; "):
        said = part
        for pattern, words in texts(lang)["names"]["remark"].items():
            if found := re.fullmatch(pattern, part):
                said = words.format(*(_in_remark(group, labels, lang) for group in found.groups()))
        parts.append(said)
    return "; ".join(parts)


def _in_remark(group: str, labels: Mapping[str, str], lang: str) -> str:
    """Write what a remark names: types by their labels, numbers with the decimal sign of the language."""
    if group not in labels and re.fullmatch(r"\d+(\.\d+)?", group):
        return localised(group, lang)
    return ", ".join(labels.get(key, key) for key in group.split(", "))


def localised(number: str, lang: str) -> str:
    """Give a written number the signs of a language for decimals and thousands.

    Parameters
    ----------
    number : str
        Digits, with a point before the decimals.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        The same number with as many decimals.

    Examples
    --------
    >>> localised("1234.50", "de"), localised("1234.50", "en")
    ('1.234,50', '1,234.50')
    """
    written = f"{float(number):,.{len(number.partition('.')[2])}f}"
    return written.translate(str.maketrans(",.", ".,")) if lang == "de" else written


def _key(name: object) -> str:
    return str(name).replace(" ", "_")
