"""Reasons for a missing answer, such as "weiß nicht", as answers of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kommtyp.codebook import Codebook, Item, normalise
from kommtyp.errors import CodebookError, first_of
from kommtyp.reading.words import words
from kommtyp.survey import Note, Survey

__all__ = ["as_declared", "own_categories", "reason_item", "without_reason_items"]


def own_categories(survey: Survey, chosen: Mapping[str, Sequence[str]]) -> tuple[Survey, dict[str, list[str]]]:
    """Make answers of reasons for a missing answer.

    A nominal item gets a further category. Any other item keeps its scale and its valid answers, and a binary
    item beside it says for each reason who gave it: 1 for the reason, 0 for a valid answer or another of the
    chosen reasons, missing for whoever was not asked or left the cell empty.

    Parameters
    ----------
    survey : Survey
        Answers with the reasons for missing ones.
    chosen : mapping of str to sequence of str
        Item → reasons, as the columns of ``survey.reasons`` name them.

    Returns
    -------
    survey : Survey
        The survey with further categories and items.
    names : dict of str to list of str
        Item → the items that hold its answers and its reasons now.

    Examples
    --------
    >>> from kommtyp.reading import to_survey
    >>> survey = to_survey(pd.DataFrame({"recht": [1, 2, 3, 4], "bots": ["ja", "nein", "weiß nicht", "k. A."]}))
    >>> survey, names = own_categories(survey, {"bots": ["don't know"]})
    >>> names, survey.answers["bots_weiss_nicht"].tolist()
    ({'bots': ['bots', 'bots_weiss_nicht']}, [0.0, 0.0, 1.0, nan])
    """
    answers, names, items = dict(survey.answers.items()), {}, {}
    for name, reasons in chosen.items():
        item = survey.codebook[name]
        names[name] = [name]
        given = {reason: _given(survey, name, reason) for reason in reasons}
        if item.scale == "nominal":
            items[name] = [_with_category(item, reasons)]
            for reason, rows in given.items():
                answers[name] = answers[name].mask(rows, _category(item, reason))
            continue
        anyone = answers[name].notna() | pd.DataFrame(given).any(axis=1)
        items[name] = [item]
        for reason, rows in given.items():
            beside = reason_item(item, reason)
            names[name].append(beside.name)
            if beside.name not in survey.answers:
                answers[beside.name] = rows.astype(float).where(anyone)
                items[name].append(beside)
    book = _with_items(survey.codebook, items)
    columns = [item.name for item in book.items if item.name in answers]
    frame = pd.DataFrame({column: answers[column] for column in columns}, index=survey.answers.index)
    return replace(survey, answers=frame, codebook=book), names


def _given(survey: Survey, name: str, reason: str) -> "pd.Series[bool]":
    """Say who gave this reason; rows of the survey may be fewer than those that were read."""
    if name not in survey.reasons:
        return pd.Series(False, index=survey.answers.index)
    return (survey.reasons[name] == reason).reindex(survey.answers.index, fill_value=False)


def _with_items(book: Codebook, items: Mapping[str, Sequence[Item]]) -> Codebook:
    """Put other items in the place of some; one that is there already gives way."""
    new = {item.name for group in items.values() for item in group}
    kept = [item for item in book.items if item.name in items or item.name not in new]
    return replace(book, items=tuple(other for item in kept for other in items.get(item.name, [item])))


def _words(reason: str) -> tuple[str, str]:
    """Name a reason in German and in English."""
    return words().german.get(reason, reason), reason


def _slug(reason: str) -> str:
    return normalise(_words(reason)[0]) or "missing"


def reason_item(item: Item, reason: str) -> Item:
    """Describe the item beside another that says who gave a reason for a missing answer.

    Parameters
    ----------
    item : Item
        The item whose answers are missing.
    reason : str
        The reason.

    Returns
    -------
    Item
        A binary item.

    Examples
    --------
    >>> beside = reason_item(Item("fim", "Nutzung von FIM", scale="ordinal"), "don't know")
    >>> beside.name, beside.text, beside.label(1, "en")
    ('fim_weiss_nicht', 'Nutzung von FIM: „weiß nicht“', "don't know")
    """
    german, english = _words(reason)
    return Item(
        f"{item.name}_{_slug(reason)}",
        f"{item.title()}: „{german}“",
        f"{item.title('en')}: “{english}”",
        role="context" if item.role == "context" else "indicator",
        scale="binary",
        codes=((0, "andere Antwort"), (1, german)),
        codes_en=((0, "other answer"), (1, english)),
        block=item.block,
    )


def _category(item: Item, reason: str) -> str:
    return _slug(reason) if item.codes else _words(reason)[0]


def _with_category(item: Item, reasons: Iterable[str]) -> Item:
    """Add categories to a nominal item; one without codes shows its answers as they are."""
    if not item.codes:
        return item
    new = {_slug(reason): _words(reason) for reason in reasons}
    known = {code for code, _ in item.codes}
    german, english = (
        tuple((code, both[place]) for code, both in new.items() if code not in known) for place in (0, 1)
    )
    return replace(item, codes=item.codes + german, codes_en=item.codes_en + english)


def as_declared(survey: Survey) -> Survey:
    """Make answers of the reasons that the codebook wants compared and somebody gave, and say so in the notes.

    Parameters
    ----------
    survey : Survey
        A survey that was read.

    Returns
    -------
    Survey
        The survey with further categories and items.

    Raises
    ------
    CodebookError
        If the codebook names a reason that is none.
    """
    asked = {
        item.name: dict.fromkeys(_known_reason(survey, item, reason) for reason in item.missing_as_category)
        for item in survey.codebook.items
        if item.missing_as_category and item.name in survey.answers
    }
    given = {name: [r for r in reasons if _given(survey, name, r).any()] for name, reasons in asked.items()}
    chosen = {name: reasons for name, reasons in given.items() if reasons}
    if not chosen:
        return survey
    nominal = {name: reasons for name, reasons in chosen.items() if survey.codebook[name].scale == "nominal"}
    notes = tuple(
        replace(note, kind="own_category") if _reason_of(note) in nominal.get(note.where, ()) else note
        for note in survey.notes
    )
    return replace(own_categories(survey, chosen)[0], notes=notes)


def _reason_of(note: Note) -> str:
    """Take the reason from a note that counts missing answers; empty for any other note."""
    return words().one_name(note.detail.split(":")[0]) if note.kind in ("missing", "residual") else ""


def _known_reason(survey: Survey, item: Item, reason: str) -> str:
    name = words().one_name(reason)
    declared = [words().one_name(known) for _, known in item.missing]
    seen: list[Any] = list(survey.reasons[item.name].cat.categories) if item.name in survey.reasons else []
    known = list(dict.fromkeys([*words().german, *declared, *seen]))
    if name not in known:
        raise CodebookError(
            f"item {item.name!r}: missing_as_category {reason!r} is no reason for a missing answer. "
            f"Use some of {first_of(known, limit=9)}, or declare it: missing = [[9, {reason!r}]]."
        )
    return name


def without_reason_items(book: Codebook, headings: Iterable[str]) -> Codebook:
    """Leave out the items that reading made of reasons, so that the codebook of one survey can read the next.

    Parameters
    ----------
    book : Codebook
        A codebook, as given or as a survey holds it.
    headings : iterable of str
        Headings of the table; what is a column there is an item like any other.

    Returns
    -------
    Codebook
        The codebook as it was asked.
    """
    made = {
        reason_item(item, words().one_name(reason)).name for item in book.items for reason in item.missing_as_category
    } - set(headings)
    return replace(book, items=tuple(item for item in book.items if item.name not in made)) if made else book
