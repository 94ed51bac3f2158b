"""The records of the hall: a typology, and the municipalities it classifies."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.clustering import Clusterer
from kommtyp.codebook import Codebook
from kommtyp.definitions import Definitions
from kommtyp.errors import FitError, first_of
from kommtyp.imputation import Imputation, impute
from kommtyp.labelling import Labelling
from kommtyp.reading import to_survey
from kommtyp.scaling import Scaling, apply_scaling
from kommtyp.survey import Note, Survey
from kommtyp.typology.storage import read_typology, write_typology

__all__ = ["ALL_ALIKE", "TOO_FEW", "Classification", "Quality", "Settings", "Typology", "completed", "excluded_rows"]

Array = NDArray[np.float64]
ALL_ALIKE = "all goals rated alike"
TOO_FEW = "too few goals answered"


@dataclass(frozen=True)
class Settings:
    """The choices of an analysis, as they were made.

    Parameters
    ----------
    scaling, method : str
        Words given to `fit`; a clusterer from elsewhere as it writes itself.
    n_types, n_init : int
        Number of types and of random starts.
    min_answered : float
        Share of goals a municipality must have rated to take part, between 0 and 1.
    random_state : int
        Seed.
    types : str
        Name of the definitions, or ``"unnamed"``.
    weighted : bool
        True if the municipalities had weights.
    version : str
        Version of kommtyp.
    """

    scaling: str
    method: str
    n_types: int
    n_init: int
    min_answered: float
    random_state: int
    types: str
    weighted: bool
    version: str


@dataclass(frozen=True)
class Quality:
    """What is known of how well the types were formed.

    Parameters
    ----------
    n : int
        Municipalities that formed the types.
    objective : float
        Weighted within-cluster sum of squares of the scaled ratings; weights are scaled to mean 1.
    explained : float
        Share of the total sum of squares between the types, between 0 and 1.
    starts, hits : int
        Random starts, and how many of them ended at the best objective; 0 where the method has none.
    filled_share : float
        Share of ratings that were missing and filled, between 0 and 1.
    bic : float, optional
        Bayesian information criterion, where the method has a likelihood; smaller is better.
    """

    n: int
    objective: float
    explained: float
    starts: int
    hits: int
    filled_share: float
    bic: float | None = None


@dataclass(frozen=True, eq=False)
class Typology:
    """Types that were found in one survey and can be found again in others.

    It holds no respondent's answers, so it can be handed on.

    Parameters
    ----------
    definitions : Definitions
        The k types in the order of every table.
    codebook : Codebook
        What the columns mean.
    goals : tuple of str
        The p goals, in the order of the codebook.
    centers : DataFrame, shape (k, p)
        Centers of the types in scaled units.
    scaling : Scaling
        How ratings are put on one scale.
    imputation : Imputation
        How gaps are filled.
    labelling : Labelling
        Scores and clarity of the names, in the order of the types.
    settings : Settings
        The choices made.
    quality : Quality
        How well the types were formed.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> again = result.typology.classify(kommtyp.load_sample())
    >>> bool((again.types == result.types)[result.types.notna()].all())
    True
    """

    definitions: Definitions
    codebook: Codebook
    goals: tuple[str, ...]
    centers: pd.DataFrame
    scaling: Scaling
    imputation: Imputation
    labelling: Labelling
    settings: Settings
    quality: Quality

    @property
    def keys(self) -> list[str]:
        """Keys of the types, in order."""
        return self.definitions.keys

    @property
    def doubtful(self) -> list[str]:
        """Keys of the types whose name is doubtful."""
        return [key for key, doubt in zip(self.keys, self.labelling.doubtful, strict=True) if doubt]

    def classify(self, answers: Any) -> "Classification":
        """Give each municipality the type whose center is nearest.

        Gaps, even a goal that is missing altogether, are filled from the row's own ratings and the goal
        means of this typology, so the type of a municipality does not depend on who else is in the file.

        Parameters
        ----------
        answers : DataFrame, Survey or path
            Answers to at least some of the goals.

        Returns
        -------
        Classification
            Types, distances and margins.

        Raises
        ------
        FitError
            If none of the goals is in the answers.
        """
        survey = to_survey(answers, codebook=self.codebook)
        present = [goal for goal in self.goals if goal in survey.answers]
        if not present:
            raise FitError(
                f"{survey.source or 'answers'}: none of the goals {first_of(self.goals, limit=99)} found among "
                f"{first_of(survey.answers.columns)}. Use the headings of the codebook."
            )
        ratings = survey.answers.reindex(columns=list(self.goals))
        weights = pd.Series(1.0, index=ratings.index, name="weight")
        return classification(self, survey, ratings, weights)

    def to_json(self, path: str | Path) -> Path:
        """Write the typology to a JSON file.

        Parameters
        ----------
        path : str or Path
            File to write.

        Returns
        -------
        Path
            The file.
        """
        return write_typology(self, path)

    @classmethod
    def from_json(cls, path: str | Path) -> "Typology":
        """Read a typology from a JSON file.

        Parameters
        ----------
        path : str or Path
            File that `to_json` wrote.

        Returns
        -------
        Typology
            The same typology; it classifies alike.

        Raises
        ------
        FitError
            If the file is not a typology, or was changed by hand.
        """
        parts = read_typology(path)
        return cls(**parts | {"settings": Settings(**parts["settings"]), "quality": Quality(**parts["quality"])})

    def __repr__(self) -> str:
        return f"<Typology of {self.quality.n} municipalities: {', '.join(self.keys)}>"


@dataclass(frozen=True, eq=False)
class Classification:
    """The type of every municipality of a survey.

    Parameters
    ----------
    survey : Survey
        The answers, with notes on all that was repaired.
    typology : Typology
        The types.
    types : Series of category, shape (n,)
        Type of each municipality; missing where it is in `excluded`.
    distances : DataFrame, shape (n, k)
        Euclidean distance to each center in scaled units; NaN where excluded.
    margin : Series, shape (n,)
        1 − own distance ÷ distance to the nearest other center: 1 at the center of the own type, 0 half-way
        between two types; below 0 where a method other than k-means chose a type whose center is not the nearest.
    excluded : dict
        Municipality → reason.
    ratings : DataFrame, shape (n, p)
        Ratings of the goals with gaps filled; NaN where too few goals were answered.
    weights : Series, shape (n,)
        Weights with mean 1; all 1 where there are none.
    posterior : DataFrame, shape (n, k), optional
        Probability of each type, where a mixture or latent classes formed the types; NaN where excluded.
    clusterer : object, optional
        What formed the types, where it was a clusterer from elsewhere; not fitted.
    """

    survey: Survey
    typology: Typology
    types: pd.Series
    distances: pd.DataFrame
    margin: pd.Series
    excluded: Mapping[Any, str]
    ratings: pd.DataFrame
    weights: pd.Series
    posterior: pd.DataFrame | None = None
    clusterer: Clusterer | None = None

    @cached_property
    def sizes(self) -> pd.DataFrame:
        """Number of municipalities and share of each type: type, n, share (weighted, between 0 and 1)."""
        keys = self.typology.keys
        counts = self.types.value_counts().reindex(keys)
        mass = self.weights.groupby(self.types, observed=False).sum().reindex(keys)
        return pd.DataFrame({"type": keys, "n": counts.to_numpy(), "share": (mass / mass.sum()).to_numpy()})

    def __repr__(self) -> str:
        definitions = {definition.key: definition for definition in self.typology.definitions.types}
        lines = [f"{len(self.survey)} municipalities, {len(self.typology.goals)} goals, {len(definitions)} types"]
        for key, n, share in self.sizes.itertuples(index=False):
            doubt = "  (name doubtful)" if key in self.typology.doubtful else ""
            lines.append(f"  {definitions[str(key)].label:<24} {n:>5}  {share:6.1%}{doubt}")
        if self.excluded:
            lines.append(f"  {'without a type':<24} {len(self.excluded):>5}")
        return "\n".join([*lines, *self._remarks()])

    def _remarks(self) -> list[str]:
        quality = self.typology.quality
        remarks = [f"{quality.explained:.1%} of the differences in the scaled ratings lie between the types."]
        if quality.starts > 1:
            remarks.append(f"{quality.hits} of {quality.starts} random starts reached the best solution.")
        if quality.filled_share:
            remarks.append(f"{quality.filled_share:.1%} of the ratings were missing and filled.")
        return remarks

    def _repr_html_(self) -> str:
        definitions = {definition.key: definition for definition in self.typology.definitions.types}
        rows = "".join(
            f'<tr><td><span style="display:inline-block;width:.8em;height:.8em;background:'
            f'{escape(definitions[str(key)].colour)}"></span> {escape(definitions[str(key)].label)}</td>'
            f"<td>{n}</td><td>{share:.1%}</td>"
            f"<td>{'name doubtful' if key in self.typology.doubtful else ''}</td></tr>"
            for key, n, share in self.sizes.itertuples(index=False)
        )
        if self.excluded:
            rows += f"<tr><td>without a type</td><td>{len(self.excluded)}</td><td></td><td></td></tr>"
        remarks = "<br>".join(escape(remark) for remark in self._remarks())
        head = "<tr><th>type</th><th>n</th><th>share</th><th></th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table><p>{remarks}</p>"


def completed(ratings: pd.DataFrame, imputation: Imputation, min_answered: float) -> Array:
    """Fill the gaps of those who answered enough goals, shape (n, p); the others become NaN."""
    X = ratings.to_numpy(dtype=float)
    filled = impute(imputation, X)
    filled[np.isfinite(X).mean(axis=1) < min_answered] = np.nan
    return filled


def excluded_rows(ratings: pd.DataFrame, scaling: Scaling, min_answered: float) -> dict[Any, str]:
    """Name those who answered too few goals, or rated all alike where the scaling looks within the row."""
    X = ratings.to_numpy(dtype=float)
    answered = np.isfinite(X)
    too_few = (answered.mean(axis=1) < min_answered) | ~answered.any(axis=1)
    highest = np.where(answered, X, -np.inf).max(axis=1)
    lowest = np.where(answered, X, np.inf).min(axis=1)
    alike = scaling.within_row & (highest == lowest)
    reasons = np.where(too_few, TOO_FEW, np.where(alike, ALL_ALIKE, ""))
    return {key: str(reason) for key, reason in zip(ratings.index, reasons, strict=True) if reason}


def classification(
    typology: Typology,
    survey: Survey,
    ratings: pd.DataFrame,
    weights: pd.Series,
    labels: NDArray[np.intp] | None = None,
) -> Classification:
    """Assign every row that can be assigned to a type.

    Parameters
    ----------
    typology : Typology
        The types.
    survey : Survey
        Where the ratings come from.
    ratings : DataFrame, shape (n, p)
        Ratings with NaN for gaps.
    weights : Series, shape (n,)
        Weights.
    labels : ndarray of int, shape (m,), optional
        Type of each row that is not excluded, where a hierarchy decided; the nearest center where None.

    Returns
    -------
    Classification
        Types, distances and margins.
    """
    index, keys = ratings.index, typology.keys
    excluded = excluded_rows(ratings, typology.scaling, typology.settings.min_answered)
    taking_part = ~index.isin(list(excluded))
    X = completed(ratings, typology.imputation, typology.settings.min_answered)
    scaled = np.full(X.shape, np.nan)
    scaled[taking_part] = apply_scaling(typology.scaling, X[taking_part])
    centers = typology.centers.to_numpy()
    distances = np.sqrt(np.stack([((scaled - center) ** 2).sum(axis=1) for center in centers], axis=1))
    codes = np.full(len(index), -1)
    codes[taking_part] = distances[taking_part].argmin(axis=1) if labels is None else labels
    gaps = int(np.isnan(ratings.to_numpy(dtype=float))[np.isfinite(X).all(axis=1)].sum())
    if gaps:
        survey = survey.with_notes([Note("filled", "goals", gaps)])
    return Classification(
        survey=survey,
        typology=typology,
        types=pd.Series(pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(keys)), index=index, name="type"),
        distances=pd.DataFrame(distances, index=index, columns=keys),
        margin=pd.Series(_margins(distances, codes), index=index, name="margin"),
        excluded=excluded,
        ratings=pd.DataFrame(X, index=index, columns=list(typology.goals)),
        weights=weights,
    )


def _margins(distances: Array, codes: NDArray[np.intp]) -> Array:
    margin = np.full(len(codes), np.nan)
    rows = np.flatnonzero(codes >= 0)
    own = distances[rows, codes[rows]]
    others = distances[rows].copy()
    others[np.arange(len(rows)), codes[rows]] = np.inf
    nearest = others.min(axis=1, initial=np.inf)
    margin[rows] = np.where(nearest > 0, 1 - own / np.where(nearest > 0, nearest, 1), 0.0)
    return margin
