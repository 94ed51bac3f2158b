"""What must hold before types can be formed: options, goals, weights and enough different answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from kommtyp.clustering import check_method
from kommtyp.codebook import Item, normalise
from kommtyp.definitions import Definitions, packaged_definitions, read_definitions
from kommtyp.errors import FitError, check_choice, first_of
from kommtyp.scaling import ScalingMethod
from kommtyp.survey import Note, Survey

__all__ = ["check_options", "choose_definitions", "constant_goals", "goal_ratings", "in_row_order", "survey_weights"]

DEFAULT_TYPES = 4


def check_options(
    *, scaling: object, method: object, n_types: object, min_answered: object, n_init: object, random_state: object
) -> None:
    """Refuse options that are unknown or out of range."""
    check_choice("scaling", scaling, get_args(ScalingMethod))
    check_method(method)
    if n_types is not None:
        _check_integer("n_types", n_types, 2)
    _check_integer("n_init", n_init, 1)
    _check_integer("random_state", random_state, 0)
    if isinstance(min_answered, bool) or not isinstance(min_answered, int | float) or not 0 < min_answered <= 1:
        raise FitError(f"min_answered: {min_answered!r} is not a share. Use a number above 0 and at most 1.")


def _check_integer(option: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise FitError(f"{option}: {value!r} does not do. Use a whole number of at least {least}.")


def goal_ratings(survey: Survey, goals: Mapping[str, str] | Sequence[str] | None) -> pd.DataFrame:
    """Take the ratings of the goals from a survey, with NaN for gaps.

    Parameters
    ----------
    survey : Survey
        The answers.
    goals : mapping or sequence of str, optional
        As given to `fit`; goals that a mapping leaves out are left out on purpose.

    Returns
    -------
    DataFrame, shape (n, p)
        Ratings in the order of the codebook.

    Raises
    ------
    FitError
        If a goal is absent, or there are fewer than two.
    """
    ratings = survey.goals
    absent = [item for item in survey.codebook.goals if item.name not in ratings]
    if absent and not isinstance(goals, Mapping):
        raise FitError(
            f"goals: {first_of(item.heading for item in absent)} not among the columns, {len(absent)} of "
            f"{len(survey.codebook.goals)}.{_nearest_heading(survey, absent)} Give goals={{'your column': 'goal', …}} "
            "for other headings or fewer goals, goals=['column', …] with types='unnamed' for goals of your own, "
            "or a codebook."
        )
    if ratings.shape[1] < 2:
        raise FitError(f"goals: {ratings.shape[1]} found. A typology needs at least 2.")
    return ratings


def _nearest_heading(survey: Survey, absent: Sequence[Item]) -> str:
    """Ask whether a column that no goal, key or weight claims is one of the absent goals."""
    others = {normalise(item.heading): item.heading for item in survey.items("indicator", "context")}
    for item in absent:
        for known in (item.name, normalise(item.text), normalise(item.text_en)):
            near = get_close_matches(known, others, n=1, cutoff=0.6) or [
                heading for heading in others if known and (heading.startswith(known) or known.startswith(heading))
            ]
            if near:
                return f" Is {others[near[0]]!r} {item.name!r}?"
    return ""


def in_row_order(weights: Any, answers: Any) -> Any:
    """Bring weights that are a Series into the order of the rows of a frame, by the index of both.

    Parameters
    ----------
    weights : str, array_like or None
        As given to `fit`.
    answers : object
        Answers as given to `fit`.

    Returns
    -------
    str, array_like or None
        An array in the order of the rows where both have the same index in any order; else the weights as given.
    """
    if not isinstance(weights, pd.Series) or not isinstance(answers, pd.DataFrame):
        return weights
    rows, labels = answers.index, weights.index
    if labels.equals(rows):
        return weights.to_numpy()
    same = len(labels) == len(rows) and rows.is_unique and labels.is_unique and labels.isin(rows).all()
    return weights.reindex(rows).to_numpy() if same else weights


def survey_weights(survey: Survey, weights: Any) -> tuple[Survey, pd.Series, bool]:
    """Find the weights and scale them to mean 1.

    Parameters
    ----------
    survey : Survey
        The answers.
    weights : str, array_like or None
        As given to `fit`.

    Returns
    -------
    survey : Survey
        The same, where a column was named, with that column in the role of the weight.
    weights : Series, shape (n,)
        Weights with mean 1.
    weighted : bool
        False if all municipalities count alike because none had a weight.

    Raises
    ------
    FitError
        If weights are missing, negative, infinite, all zero, of another length, or of other municipalities.
    """
    index = survey.answers.index
    if weights is None:
        items = survey.items("weight")
        if not items:
            return survey, pd.Series(1.0, index=index, name="weight"), False
        weights = items[0].name
    where = "weights"
    if isinstance(weights, str):
        where = f"weights {weights!r}"
        if weights not in survey.answers:
            raise FitError(f"{where}: no such column. Columns: {first_of(survey.answers.columns)}.")
        survey = _with_weight_item(survey, weights)
        weights = survey.answers[weights]
    values = _as_floats(where, weights, index)
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        first = int(wrong.argmax())
        raise FitError(
            f"{where}: {values[first]:g} in {int(wrong.sum())} of {len(values)} rows, first {index[first]!r}. "
            "Weights are numbers of at least 0; drop rows that have none."
        )
    if not (values > 0).any():
        raise FitError(f"{where}: zero in all {len(values)} rows. At least one municipality must count.")
    values = values / values.max()  # so that huge weights have a sum
    return survey, pd.Series(values / values.mean(), index=index, name="weight"), True


def _as_floats(where: str, weights: Any, index: pd.Index) -> np.ndarray:
    if isinstance(weights, pd.Series) and not weights.index.equals(index) and weights.index.isin(index).all():
        weights = weights.reindex(index)
    try:
        values = np.array(weights, dtype=float)
    except (TypeError, ValueError):
        raise FitError(f"{where}: not numbers. Give one number a municipality.") from None
    if values.ndim != 1:
        shape = " × ".join(map(str, values.shape)) or "a single number"
        raise FitError(f"{where}: {type(weights).__name__} given ({shape}). Give one column, with one number a row.")
    if len(values) != len(index):
        raise FitError(f"{where}: {values.size} values for {len(index)} rows. Give one a row.")
    if isinstance(weights, pd.Series) and not weights.index.equals(index) and not _counted(weights.index):
        raise FitError(
            f"{where}: a Series with the index {first_of(weights.index, 2)}, which holds neither the keys of the "
            f"municipalities, {first_of(index, 2)}, nor the index of the frame. Use one of them, or give an array in "
            "the order of the rows."
        )
    return values


def _counted(index: pd.Index) -> bool:
    """True for the running numbers that pandas gives where there is no index."""
    return index.equals(pd.RangeIndex(len(index)))


def _with_weight_item(survey: Survey, name: str) -> Survey:
    items = tuple(
        replace(item, role="weight")
        if item.name == name
        else (replace(item, role="context") if item.role == "weight" else item)
        for item in survey.codebook.items
    )
    return replace(survey, codebook=replace(survey.codebook, items=items))


def choose_definitions(
    types: Definitions | str | Path | None, goals: Sequence[Item], n_types: int | None
) -> tuple[Definitions | None, int]:
    """Decide which types name the clusters, and how many there are.

    Parameters
    ----------
    types : Definitions, str, path or None
        As given to `fit`.
    goals : sequence of Item
        Goals in the data.
    n_types : int, optional
        As given to `fit`.

    Returns
    -------
    definitions : Definitions or None
        None where clusters are named by their goals.
    k : int
        Number of types.

    Raises
    ------
    FitError
        If none of the goals that mark a type is in the data.
    """
    if isinstance(types, str) and types == "unnamed":
        return None, n_types or DEFAULT_TYPES
    if isinstance(types, str | Path):
        types = read_definitions(types)
    if types is not None and not isinstance(types, Definitions):
        raise FitError(f"types: {types!r} does not do. Give Definitions, a TOML file, its packaged name, or 'unnamed'.")
    chosen = packaged_definitions() if types is None else types
    names = {goal.name for goal in goals}
    unmarked = [entry.key for entry in chosen.types if not names & set(entry.goals)]
    if unmarked:
        if types is None:
            return None, n_types or DEFAULT_TYPES
        raise FitError(
            f"types: none of the goals that mark {first_of(unmarked)} is in the data. "
            "Give types whose goals are columns, or types='unnamed'."
        )
    k = n_types or len(chosen.types)
    return (chosen if k >= len(chosen.types) else None), k


def constant_goals(ratings: pd.DataFrame) -> list[Note]:
    """Note goals that every municipality rated alike."""
    return [
        Note("constant_goal", str(goal), int(values.notna().sum()), f"{values.dropna().iloc[0]:g}")
        for goal, values in ratings.items()
        if values.nunique() == 1
    ]
