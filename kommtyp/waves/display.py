"""The tables of two waves in the words of their readers."""

import re
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from kommtyp.errors import check_choice
from kommtyp.texts import Language, localised, texts

if TYPE_CHECKING:
    from kommtyp.waves.records import Waves

__all__ = ["in_words"]

VALUES = ("basis", "wave", "measure", "group", "test")


def in_words(waves: "Waves", table: str, lang: Language) -> pd.DataFrame:
    """Write a table with headings, types, goals, tests and notes as readers call them; numbers stay numbers.

    Parameters
    ----------
    waves : Waves
        The comparison.
    table : str
        Name of the table.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    DataFrame
        The table.

    Raises
    ------
    FitError
        If there is no such table or language.
    """
    check_choice("lang", lang, get_args(Language))
    words = texts(lang)["waves"]
    frame = getattr(waves, table).copy()
    types = {one.key: one.title(lang) for one in waves.definitions.types}
    for column in frame.columns.intersection(["type", "type_earlier", "type_later", "frozen"]):
        frame[column] = [types.get(key, words["value"]["all_types"] if key == "" else key) for key in frame[column]]
    if "goal" in frame:
        frame["goal"] = [waves.codebook[goal].title(lang) for goal in frame["goal"]]
    for column in frame.columns.intersection(VALUES):
        frame[column] = [words["value"][value] for value in frame[column]]
    if "note" in frame:
        frame["note"] = [_note(note, words["remark"], lang) for note in frame["note"]]
    return frame.rename(columns=lambda column: words["column"][column])


def _note(note: str, patterns: Any, lang: Language) -> str:
    """Translate a note; what is not known stays as it is."""
    for pattern, words in patterns.items():
        if found := re.fullmatch(pattern, note):
            return str(words.format(*(localised(group, lang) for group in found.groups())))
    return note
