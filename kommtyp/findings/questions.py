"""What a finding asks of the answers, in numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kommtyp.definitions import Finding
from kommtyp.intervals import Interval, difference_from_all, difference_from_best
from kommtyp.typology import Classification
from kommtyp.weighting import weighted_difference_from_all, weighted_difference_from_best

__all__ = ["NOTHING", "Question", "plain_difference", "question_of"]

NOTHING = Interval(*(np.asarray(np.nan),) * 3)


@dataclass(frozen=True, eq=False)
class Question:
    """How far some types, taken together, lie above the best of the others, or above all.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Answers; NaN is missing.
    labels : ndarray of int, shape (n,)
        Type of each municipality, −1 for none.
    weights : ndarray, shape (n,)
        Weights; all 1 where there are none.
    types : ndarray of int
        The types that are taken together.
    k : int
        Number of types.
    shares : bool
        Whether answers are yes or no.
    best : bool
        Whether the types are held against the best of the others; against all where False.
    sign : {1, -1}
        Side that is claimed.
    """

    values: NDArray[np.float64]
    labels: NDArray[np.intp]
    weights: NDArray[np.float64]
    types: NDArray[np.intp]
    k: int
    shares: bool
    best: bool
    sign: int

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which municipalities have a type, a weight and an answer, shape (n,)."""
        return (self.labels >= 0) & (self.weights > 0) & ~np.isnan(self.values)

    @property
    def weighted(self) -> bool:
        """Whether some count more than others."""
        return bool((self.weights != 1).any())

    @property
    def others(self) -> NDArray[np.intp]:
        """The types that are not named and have answers."""
        present = np.unique(self.labels[self.counted])
        return np.setdiff1d(present, self.types)


def question_of(result: Classification, finding: Finding) -> Question:
    """Put a finding that can be checked into numbers.

    Parameters
    ----------
    result : Classification
        The types.
    finding : Finding
        What is said of them.

    Returns
    -------
    Question
        The same in arrays.
    """
    keys, item = result.typology.keys, result.survey.codebook[finding.indicator]
    return Question(
        values=result.survey.answers[finding.indicator].to_numpy(dtype=float),
        labels=result.types.cat.codes.to_numpy().astype(np.intp),
        weights=result.weights.to_numpy(dtype=float),
        types=np.array([keys.index(key) for key in finding.types], dtype=np.intp),
        k=len(keys),
        shares=item.scale in ("binary", "choice"),
        best=finding.claim == "highest",
        sign=-1 if finding.claim == "low" else 1,
    )


def plain_difference(question: Question, *, level: float) -> Interval:
    """Difference of the types as they are, with weights where there are some.

    Parameters
    ----------
    question : Question
        What is asked.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        0-dimensional; NaN where it cannot be computed.
    """
    options: dict[str, Any] = {"k": question.k, "shares": question.shares, "level": level}
    values, labels, types = question.values, question.labels, question.types
    if question.weighted:
        weighted = weighted_difference_from_best if question.best else weighted_difference_from_all
        return weighted(values, labels, question.weights, types, **options)
    plain = difference_from_best if question.best else difference_from_all
    return plain(values, labels, types, **options)
