"""What a comparison is adjusted for: items with few levels, and why others cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kommtyp.codebook import Item
from kommtyp.comparison.rows import written
from kommtyp.errors import FitError, check_choice, check_names, first_of
from kommtyp.typology import Classification

__all__ = ["Adjustment", "adjustment"]


@dataclass(frozen=True, eq=False)
class Adjustment:
    """What is adjusted for.

    Parameters
    ----------
    items : tuple of Item
        The v items, the most important first.
    levels : ndarray of int, shape (n, v)
        Level of each municipality of the survey on each item, −1 for missing.
    names : tuple of tuple of str
        Levels of each item, as written in tables.
    """

    items: tuple[Item, ...]
    levels: np.ndarray
    names: tuple[tuple[str, ...], ...]


def adjustment(result: Classification, adjust_for: str | Sequence[str]) -> Adjustment:
    """Find the levels of the items to adjust for, or say why they cannot be used.

    Parameters
    ----------
    result : Classification
        Municipalities with their types.
    adjust_for : str or sequence of str
        Names of items, the most important first.

    Returns
    -------
    Adjustment
        Items and levels.

    Raises
    ------
    FitError
        If an item is unknown, a number, a goal, without answers, the same for all, or decides on the type.
    """
    names = check_names("adjust_for", adjust_for)
    usable = {item.name: item for item in _usable(result)}
    if not names:
        raise FitError(f"adjust_for: no item given. Use some of {first_of(usable)}, or None.")
    items, columns, levels = [], [], []
    for name in names:
        _refuse(result, name, list(usable))
        column, found = _levels(result, usable[name])
        items.append(usable[name])
        columns.append(column)
        levels.append(found)
    return Adjustment(tuple(items), np.stack(columns, axis=1), tuple(levels))


def _usable(result: Classification) -> list[Item]:
    scales = ("binary", "choice", "nominal", "ordinal")
    goals = result.typology.goals
    return [
        item for item in result.survey.items("context", "indicator") if item.scale in scales and item.name not in goals
    ]


def _refuse(result: Classification, name: str, usable: list[str]) -> None:
    survey = result.survey
    numbers = [item.name for item in survey.items("context", "indicator") if item.scale == "number"]
    if name in numbers:
        context = [item.name for item in survey.items("context") if item.name in usable]
        instead = "'groessenklasse'" if "groessenklasse" in usable else first_of(context) if context else ""
        raise FitError(
            f"adjust_for: {name!r} is a number, and strata need few levels. "
            f"Use {instead + ' instead, or ' if instead else ''}classes of it as an ordinal item."
        )
    if name in result.typology.goals:
        raise FitError(
            f"adjust_for: {name!r} is one of the goals that the types were formed from; adjusting for it would take "
            f"away the types themselves. Allowed: {first_of(usable)}."
        )
    check_choice("adjust_for", name, usable)


def _levels(result: Classification, item: Item) -> tuple[np.ndarray, tuple[str, ...]]:
    column = result.survey.answers[item.name]
    typed = result.types.notna().to_numpy() & (result.weights > 0).to_numpy()
    valid = column.notna().to_numpy()
    if not (valid & typed).any():
        raise FitError(f"adjust_for: {item.name!r} has no valid answers in the data. Leave it out.")
    given = column.to_numpy()[valid]
    if item.scale == "nominal":
        texts = [written(value) for value in given]
        values = list(dict.fromkeys([*(written(code) for code, _ in item.codes), *sorted(set(texts))]))
        codes = np.array([values.index(text) for text in texts])
    else:
        numbers, codes = np.unique(given.astype(float), return_inverse=True)
        values = [written(value) for value in numbers]
    levels = np.full(len(column), -1, dtype=int)
    levels[valid] = codes.ravel()
    used, labels = levels[valid & typed], result.types.cat.codes.to_numpy()[valid & typed]
    if len(set(used)) == 1:
        raise FitError(
            f"adjust_for: {item.name!r} has one level, {values[used[0]]!r}, in all {len(used)} municipalities. "
            "There is nothing to adjust for; leave it out."
        )
    if len(set(zip(used, labels, strict=True))) == len(set(used)):
        raise FitError(
            f"adjust_for: {item.name!r} decides on the type: all municipalities of a level, such as "
            f"{values[used[0]]!r}, have the same one, so no two types can be compared within a level. Leave it out."
        )
    return levels, tuple(values)
