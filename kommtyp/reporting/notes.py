"""What happened on reading the data, in sentences that name no municipality."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from kommtyp.codebook import Codebook, normalise
from kommtyp.survey import Note, Survey
from kommtyp.texts import Language, display, integer, phrase, remark, texts

__all__ = ["note_sentence", "note_sentences", "remark", "shown_notes", "source_name"]

# The details of these name a municipality, a row or what stood in it.
SECRET = (
    "index",
    "key_repaired",
    "key_missing",
    "key_twice",
    "row_twice",
    "row_length",
    "too_many_picks",
    "footer",
    "not_in_codes",
    "number_format",
)
IN_ONE_SENTENCE = 3
SHORTEST_KEY = 4


def shown_notes(survey: Survey) -> list[Note]:
    """Return the notes of a survey without anything that would tell a single municipality.

    Parameters
    ----------
    survey : Survey
        The answers.

    Returns
    -------
    list of Note
        The notes; details that name a municipality are empty.
    """
    keys = {str(key) for key in survey.answers.index if len(str(key)) >= SHORTEST_KEY}
    shown = []
    for note in survey.notes:
        named = note.kind in SECRET or not keys.isdisjoint({note.detail, *re.findall(r"[\w-]+", note.detail)})
        shown.append(Note(note.kind, note.where, note.count, "" if named else note.detail))
    return shown


def note_sentences(notes: Sequence[Note], codebook: Codebook, lang: str) -> list[str]:
    """Say what happened on reading; many notes of a kind become one sentence.

    Parameters
    ----------
    notes : sequence of Note
        What `shown_notes` returned.
    codebook : Codebook
        Words for the columns.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of str
        Sentences, in the order in which their kinds first occur.
    """
    sentences = []
    for kind in dict.fromkeys(note.kind for note in notes):
        alike = [note for note in notes if note.kind == kind]
        by_title = [note for note in alike if _is_title(note, codebook)] if kind == "heading" else []
        if len(by_title) > IN_ONE_SENTENCE:
            total = integer(len(by_title), lang)
            sentences.append(phrase(lang, "notes.heading.by_title", total=total))
            alike = [note for note in alike if note not in by_title]
        if len(alike) <= IN_ONE_SENTENCE:
            sentences += [note_sentence(note, codebook, lang) for note in alike]
        else:
            sentences.append(_one_for_all(alike, codebook, lang))
    return sentences


def _one_for_all(notes: Sequence[Note], codebook: Codebook, lang: str) -> str:
    """Write many notes of a kind as one sentence; a detail that they share stands in it once."""
    details = {note.detail for note in notes}
    shared = details.pop() if len(details) == 1 else ""
    template = texts(lang)["notes"][notes[0].kind]["sum"]
    if shared and "{detail}" in template:
        notes = [replace(note, detail="") for note in notes]
    values = {
        "list": "; ".join(_entry(note, codebook, lang) for note in notes),
        "total": integer(sum(note.count for note in notes), lang),
        "detail": _in_words(shared, codebook, lang),
    }
    return str(re.sub(r"\[(.*?)\]", r"\1" if shared else "", template).format(**values))


def _is_title(note: Note, codebook: Codebook) -> bool:
    """Return True if a heading is the title of its item, in either language."""
    if note.where not in codebook:
        return False
    titles = {normalise(codebook[note.where].title(lang)) for lang in get_args(Language)}
    return normalise(note.detail) in titles


def note_sentence(note: Note, codebook: Codebook, lang: str) -> str:
    """Say what a note means.

    Parameters
    ----------
    note : Note
        The note.
    codebook : Codebook
        Words for the columns.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        A sentence; what its text has in square brackets is left out where there is no detail.

    Examples
    --------
    >>> from kommtyp.codebook import packaged_codebook
    >>> note_sentence(Note("missing", "recht", 3, "no answer: -9"), packaged_codebook(), "de")
    '„Umsetzung rechtlicher Vorgaben“ (recht): 3 Antworten gelten als fehlend (keine Angabe: -9).'
    >>> note_sentence(Note("missing", "recht", 2, "don't know: 'w. n.'"), packaged_codebook(), "de")
    '„Umsetzung rechtlicher Vorgaben“ (recht): 2 Antworten gelten als fehlend (weiß nicht: „w. n.“).'
    """
    template = texts(lang)["notes"][note.kind]["one" if note.count == 1 else "many"]
    template = re.sub(r"\[(.*?)\]", r"\1" if note.detail else "", template)
    where = _name(note.where, codebook, lang)
    return str(
        template.format(where=where, count=integer(note.count, lang), detail=_in_words(note.detail, codebook, lang))
    )


def _entry(note: Note, codebook: Codebook, lang: str) -> str:
    """Write one of many notes of a kind: where, how often, and the detail."""
    count = integer(note.count, lang) if note.count > 1 or not note.detail else ""
    facts = [fact for fact in (count, _in_words(note.detail, codebook, lang)) if fact]
    title = codebook[note.where].title(lang) if note.where in codebook else note.where
    return f"{title} ({'; '.join(facts)})" if facts else title


def _name(where: str, codebook: Codebook, lang: str) -> str:
    """Name a column by its question and its own name, anything else by itself."""
    if where in codebook and codebook[where].title(lang) != where:
        return f"{phrase(lang, 'units.quoted', words=codebook[where].title(lang))} ({where})"
    for block in codebook.blocks:
        if block.name == where:
            where = (block.text_en if lang == "en" else "") or block.text or where
    return phrase(lang, "units.quoted", words=source_name(where, lang))


def source_name(source: str, lang: str) -> str:
    """Name a file by its name, and a table in memory in words.

    Parameters
    ----------
    source : str
        Source of a survey.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        Words for it.

    Examples
    --------
    >>> source_name("DataFrame", "de"), source_name("umfrage.csv", "de")
    ('Tabelle im Arbeitsspeicher', 'umfrage.csv')
    """
    return str(texts(lang)["names"]["source"].get(source, source))


def _in_words(detail: str, codebook: Codebook, lang: str) -> str:
    """Put the fixed words of a detail into the language of the report, and titles for the names of items."""
    detail = re.sub(r"^kept: ", "", detail)
    more = phrase(lang, "units.and_more")
    detail = re.sub(r"^(.*) and (\d+) more$", lambda found: more.format(words=found[1], n=found[2]), detail)
    detail = re.sub(r"(?<!\w)(['\"])(.*?)\1(?!\w)", lambda found: _quoted(found[2], codebook, lang), detail)
    for name in texts(lang)["names"]["missing"]:
        detail = re.sub(rf"\b{re.escape(name.replace('_', ' '))}\b", display("missing", name, lang), detail)
    # "no answer: 'no answer'" says the same twice.
    said, _, word = detail.partition(": ")
    return said if phrase(lang, "units.quoted", words=said) == word else detail


def _quoted(words: str, codebook: Codebook, lang: str) -> str:
    title = codebook[words].title(lang) if words in codebook else words
    return phrase(lang, "units.quoted", words=title)
