"""From answers to what is clustered: ratings on one scale, and who takes part with which weight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kommtyp.codebook import Codebook, Item, read_codebook
from kommtyp.errors import FitError, first_of
from kommtyp.imputation import Imputation, fit_imputation
from kommtyp.reading import to_survey
from kommtyp.scaling import Scaling, ScalingMethod, apply_scaling, fit_scaling
from kommtyp.survey import Survey
from kommtyp.typology.preparation import goal_ratings, in_row_order, survey_weights
from kommtyp.typology.records import Classification, completed, excluded_rows

__all__ = ["Prepared", "prepare", "prepared_from"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Ratings as they are clustered.

    Parameters
    ----------
    survey : Survey
        The answers.
    items : tuple of Item
        The p goals.
    ratings : DataFrame, shape (n, p)
        Ratings with NaN for gaps, all rows.
    weight : Series, shape (n,)
        Weights with mean 1.
    weighted : bool
        True if the municipalities have weights.
    imputation : Imputation
        How gaps are filled.
    scaling : Scaling
        How ratings are put on one scale.
    formed : ndarray of bool, shape (n,)
        Who takes part in forming types.
    filled : ndarray, shape (m, p)
        Ratings of those who take part, gaps filled.
    """

    survey: Survey
    items: tuple[Item, ...]
    ratings: pd.DataFrame
    weight: pd.Series
    weighted: bool
    imputation: Imputation
    scaling: Scaling
    formed: NDArray[np.bool_]
    filled: Array

    @property
    def X(self) -> Array:  # noqa: N802
        """Scaled ratings of those who take part, shape (m, p)."""
        return apply_scaling(self.scaling, self.filled)

    @property
    def w(self) -> Array:
        """Weights of those who take part, shape (m,)."""
        return self.weight.to_numpy(dtype=float)[self.formed]


def prepare(
    answers: Any,
    *,
    codebook: Codebook | str | Path | None = None,
    goals: Mapping[str, str] | Sequence[str] | None = None,
    scaling: ScalingMethod = "ipsative",
    weights: str | ArrayLike | None = None,
    min_answered: float = 0.75,
) -> Prepared:
    """Read answers and put the ratings of their goals on one scale.

    Parameters
    ----------
    answers : DataFrame, Survey or path
        Answers, one row a municipality.
    codebook, goals, scaling, weights, min_answered
        As in `kommtyp.fit`.

    Returns
    -------
    Prepared
        Ratings, weights, and what was learnt to complete and scale them.

    Raises
    ------
    FitError
        If goals or answers to them are missing, or weights do not do.

    Examples
    --------
    >>> from kommtyp.datasets import load_sample
    >>> prepare(load_sample(), scaling="raw").filled.shape[1]
    8
    """
    book = read_codebook(codebook) if isinstance(codebook, str | Path) else codebook
    survey = to_survey(answers, codebook=book, goals=goals)
    survey, weight, weighted = survey_weights(survey, in_row_order(weights, answers))
    ratings = goal_ratings(survey, goals)
    items = tuple(survey.codebook[str(goal)] for goal in ratings)
    imputation, scale = _learn(ratings, items[0], scaling, min_answered, weight.to_numpy(dtype=float))
    formed = ~ratings.index.isin(list(excluded_rows(ratings, scale, min_answered)))
    filled = completed(ratings, imputation, min_answered)[formed]
    return Prepared(survey, items, ratings, weight, weighted, imputation, scale, formed, filled)


def prepared_from(result: Classification) -> Prepared:
    """Take the ratings of a classification as they were clustered.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit` or `Typology.classify`.

    Returns
    -------
    Prepared
        Ratings and weights of those who have a type.
    """
    typology = result.typology
    formed = ~result.ratings.index.isin(list(result.excluded))
    return Prepared(
        survey=result.survey,
        items=tuple(typology.codebook[goal] for goal in typology.goals),
        ratings=result.survey.answers.reindex(columns=list(typology.goals)),
        weight=result.weights,
        weighted=typology.settings.weighted,
        imputation=typology.imputation,
        scaling=typology.scaling,
        formed=formed,
        filled=result.ratings.to_numpy(dtype=float)[formed],
    )


def _learn(
    ratings: pd.DataFrame, goal: Item, scaling: ScalingMethod, min_answered: float, weights: Array
) -> tuple[Imputation, Scaling]:
    """Learn how to complete and scale the ratings."""
    values = ratings.to_numpy(dtype=float)
    low, high = float(goal.low or 0), float(goal.high or 0)
    enough = np.isfinite(values).mean(axis=1) >= min_answered
    if not enough.any():
        raise FitError(
            f"goals: none of {len(values)} municipalities rated {min_answered:.0%} of the {values.shape[1]} goals. "
            "Lower min_answered, or check the missing codes."
        )
    empty = [goal for goal, valid in zip(ratings, np.isfinite(values[enough]).any(axis=0), strict=True) if not valid]
    if empty:
        raise FitError(
            f"goals: {first_of(empty)} without a single valid answer in {int(enough.sum())} rows. "
            "Leave the goal out with goals={…}, or check its missing codes."
        )
    imputation = fit_imputation(values[enough], low=low, high=high, weights=weights[enough])
    scale = fit_scaling(
        completed(ratings, imputation, min_answered)[enough],
        method=scaling,
        weights=weights[enough],
        low=low,
        high=high,
        goals=list(ratings.columns),
    )
    return imputation, scale
