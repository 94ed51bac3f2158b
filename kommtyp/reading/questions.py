"""Answers that only make sense together: multi-select questions, ranks, and scales that are turned."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kommtyp.codebook import Block, Codebook, Item
from kommtyp.survey import Note

__all__ = ["as_asked", "complete_picks", "complete_ranks", "questions", "turn", "turn_answers"]

Answers = dict[str, NDArray[np.float64]]


def questions(codebook: Codebook, scale: str, present: Mapping[str, object]) -> list[tuple[Block, list[Item]]]:
    """Group the items of a scale that are in the data into questions.

    Items of one block are one question. Of those without a block, the goals are one question together
    and every other item is one of its own.

    Parameters
    ----------
    codebook : Codebook
        The items.
    scale : {"choice", "rank"}
        Scale of the items.
    present : mapping
        Names that are in the data.

    Returns
    -------
    list of (Block, list of Item)
        The questions.
    """
    blocks = {block.name: block for block in codebook.blocks}
    grouped: dict[str, list[Item]] = {}
    for item in codebook.items:
        if item.scale == scale and item.name in present:
            grouped.setdefault(item.block or (" goals" if item.role == "goal" else item.name), []).append(item)
    return [(blocks.get(name, Block(name.strip())), items) for name, items in grouped.items()]


def complete_picks(
    answers: Answers,
    empty: Mapping[str, NDArray[np.bool_]],
    question: tuple[Block, list[Item]],
    responded: NDArray[np.bool_],
) -> list[Note]:
    """Read empty cells of a multi-select question as not picked, where the file means it so.

    Survey tools mark what was picked and leave the rest empty. So an empty cell means "not picked" if the
    question holds a pick but no explicit no anywhere, and the row holds some other answer. If the question holds
    nothing at all, or an explicit no, or the row holds nothing else, an empty cell is a missing answer. Where one
    of the options says that nothing applies (``none_option``), a row without any pick has skipped the question.

    Parameters
    ----------
    answers : dict of str to array, shape (n,)
        1, 0 or NaN by item; changed in place.
    empty : mapping of str to array of bool, shape (n,)
        Rows whose cell is empty, by item.
    question : (Block, list of Item)
        The question with its options.
    responded : array of bool, shape (n,)
        Rows with an answer to any other question.

    Returns
    -------
    list of Note
        How many cells and rows this touched, and rows with too many picks.
    """
    block, items = question
    names = [item.name for item in items]
    notes = []
    picked = np.logical_or.reduce([answers[name] == 1 for name in names])
    if picked.any() and not any((answers[name] == 0).any() for name in names):
        filled = 0
        answered = picked if block.none_option in names else picked | responded
        for name in names:
            rows = empty[name] & answered
            answers[name] = np.where(rows, 0.0, answers[name])
            filled += int(rows.sum())
        if filled:
            notes.append(Note("not_picked", block.name, filled))
        nothing = answered & ~picked & np.logical_or.reduce([empty[name] for name in names])
        if nothing.any():
            notes.append(Note("nothing_picked", block.name, int(nothing.sum())))
    if block.max_picks is not None:
        picks = np.nansum([answers[name] for name in names], axis=0)
        excess = picks > block.max_picks
        if excess.any():
            detail = f"{int(picks.max())} of at most {block.max_picks}"
            notes.append(Note("too_many_picks", block.name, int(excess.sum()), detail))
    return notes


def complete_ranks(
    answers: Answers, empty: Mapping[str, NDArray[np.bool_]], question: tuple[Block, list[Item]]
) -> list[Note]:
    """Give options that were not ranked, where others were, the place below the lowest rank.

    Parameters
    ----------
    answers : dict of str to array, shape (n,)
        Turned ranks by item; changed in place.
    empty : mapping of str to array of bool, shape (n,)
        Rows whose cell is empty, by item.
    question : (Block, list of Item)
        The question with its options.

    Returns
    -------
    list of Note
        How many cells this touched.
    """
    block, items = question
    ranked = np.logical_or.reduce([~np.isnan(answers[item.name]) for item in items])
    filled = 0
    for item in items:
        rows = empty[item.name] & ranked
        answers[item.name] = np.where(rows, float(item.low or 0) - 1, answers[item.name])
        filled += int(rows.sum())
    return [Note("unranked", block.name, filled)] if filled else []


def turn_answers(item: Item, answers: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[Note]]:
    """Turn the answers of an item whose low codes mean much.

    Parameters
    ----------
    item : Item
        The item as it was asked.
    answers : array, shape (n,)
        Its answers as they were given.

    Returns
    -------
    array, shape (n,)
        The answers, more is higher.
    list of Note
        One note, "reversed", if something was turned.
    """
    if not _is_turned_on_reading(item):
        return answers, []
    low, high = float(item.low or 0), float(item.high or 0)
    detail = f"{low:g}…{high:g} → {high:g}…{low:g}"
    count = int((~np.isnan(answers)).sum())
    return low + high - answers, [Note("reversed", item.name, count, detail)] if count else []


def turn(item: Item) -> Item:
    """Describe an item as its answers are after reading: codes turned with them, unranked below the lowest rank.

    Examples
    --------
    >>> marks = Item("note", scale="rating", codes=[(1, "sehr gut"), (6, "ungenügend")], reversed=True)
    >>> turn(marks).codes
    ((1, 'ungenügend'), (6, 'sehr gut'))
    >>> as_asked(turn(marks)) == marks
    True
    """
    if not _is_turned_on_reading(item):
        return item
    turned = _mirror(item)
    low = item.low - 1 if item.scale == "rank" and item.low is not None else item.low
    return replace(turned, low=low, reversed=False, turned=True)


def as_asked(item: Item) -> Item:
    """Describe an item as it is in a file, if its codes are given as they are after reading."""
    if not item.turned:
        return item
    low = item.low + 1 if item.scale == "rank" and item.low is not None else item.low
    return _mirror(replace(item, low=low, reversed=item.scale != "rank", turned=False))


def _is_turned_on_reading(item: Item) -> bool:
    return item.reversed or (item.scale == "rank" and not item.turned)


def _mirror(item: Item) -> Item:
    def mirrored(code: Any) -> Any:
        return (item.low or 0) + (item.high or 0) - code if isinstance(code, int | float) else code

    return replace(
        item,
        codes=tuple((mirrored(code), label) for code, label in reversed(item.codes)),
        codes_en=tuple((mirrored(code), label) for code, label in reversed(item.codes_en)),
        aliases=tuple((text, mirrored(code)) for text, code in item.aliases),
    )
