"""Two waves under one typology: what they must have in common, and who took part in both."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kommtyp.codebook import Codebook
from kommtyp.errors import FitError, SurveyError, first_of
from kommtyp.overlapping import Panel
from kommtyp.reading import to_survey
from kommtyp.survey import Survey
from kommtyp.typology import Classification, Typology
from kommtyp.typology.preparation import in_row_order, survey_weights
from kommtyp.typology.storage import describe_typology
from kommtyp.weighting import effective_n, weigh

__all__ = ["Pairing", "Wave", "earlier_wave", "later_wave", "pair_waves"]

Places = NDArray[np.intp]
NUMBERED_AGAIN = re.compile(r"^(.+) \(\d+\)$")
WITHOUT_KEY = re.compile(r"^Zeile \d+$")
LONGEST_ROW_NUMBER = 9_999


@dataclass(frozen=True, eq=False)
class Wave:
    """One wave, classified by the nearest center of the frozen typology.

    Parameters
    ----------
    name : {"earlier", "later"}
        Which it is.
    result : Classification
        Types by the nearest center.
    weights : ndarray, shape (n,)
        Weights with mean 1.
    weighted : bool
        False if all count alike because none had a weight.
    """

    name: str
    result: Classification
    weights: NDArray[np.float64]
    weighted: bool

    @property
    def types(self) -> NDArray[np.intp]:
        """Type of each row by number; −1 for those without a type or with the weight 0."""
        codes = self.result.types.cat.codes.to_numpy().astype(np.intp)
        return np.where(self.weights > 0, codes, -1)

    @property
    def without_key(self) -> NDArray[np.bool_]:
        """Rows whose key was missing and is made up."""
        survey = self.result.survey
        if not any(note.kind == "key_missing" for note in survey.notes):
            return np.zeros(len(survey), dtype=bool)
        return np.array([bool(WITHOUT_KEY.match(str(key))) for key in survey.answers.index], dtype=bool)

    @property
    def has_keys(self) -> bool:
        """False where the rows bear nothing but running numbers."""
        index = self.result.survey.answers.index
        return index.name is not None or not _running(index)

    @property
    def effective_n(self) -> float:
        """Kish's effective number of municipalities with a type."""
        inside = self.types >= 0
        zeros = np.zeros(int(inside.sum()), int)
        return float(effective_n(weigh(zeros, zeros, self.weights[inside], 1, 1))[0]) if inside.any() else 0.0


@dataclass(frozen=True, eq=False)
class Pairing:
    """All municipalities of both waves, those of both once.

    Parameters
    ----------
    earlier, later : Wave
        The waves.
    place_earlier, place_later : ndarray of int, shape (N,)
        Row in each wave; −1 for those that are not in it.
    paired : bool
        Whether municipalities were matched by their keys.
    reason : str
        Why they were not: "asked" or "no keys"; empty if they were.
    """

    earlier: Wave
    later: Wave
    place_earlier: Places
    place_later: Places
    paired: bool
    reason: str

    @property
    def panel(self) -> Panel:
        """Types and weights of all municipalities."""
        k = len(self.earlier.result.typology.keys)
        return Panel(
            self.take("earlier", self.earlier.types, -1),
            self.take("later", self.later.types, -1),
            self.take("earlier", self.earlier.weights, 0.0),
            self.take("later", self.later.weights, 0.0),
            k,
        )

    def take(self, wave: str, values: Any, otherwise: Any) -> Any:
        """Bring what is known of the rows of a wave into the order of all municipalities."""
        place = self.place_earlier if wave == "earlier" else self.place_later
        values = np.asarray(values)
        if not len(values):
            return np.full((len(place), *values.shape[1:]), otherwise)
        inside = (place >= 0).reshape(-1, *[1] * (values.ndim - 1))
        return np.where(inside, values[place], otherwise)


def earlier_wave(earlier: Any) -> Wave:
    """Take the wave that brings the frozen typology.

    Raises
    ------
    FitError
        If it is no Classification, a goal of the typology was not asked, or nobody has a type.
    """
    if not isinstance(earlier, Classification):
        raise FitError(
            f"earlier: {type(earlier).__name__} given. Give what kommtyp.fit or Typology.classify returned for the "
            "earlier survey; its typology is the one that both waves are classified by."
        )
    typology = earlier.typology
    _check_goals("earlier", earlier.survey, typology)
    weights, weighted = _weights(earlier, None)
    return _with_types(Wave("earlier", typology.classify(earlier.survey), weights, weighted))


def later_wave(
    later: Any, typology: Typology, *, codebook: Codebook | str | Path | None, weights: str | ArrayLike | None
) -> Wave:
    """Classify the later wave by the frozen typology.

    Raises
    ------
    FitError
        If it was classified by another typology, a goal was not asked or rated on another scale, or nobody has
        a type.
    """
    if codebook is not None and isinstance(later, Classification | Survey):
        raise FitError(
            f"codebook: given, but later is a {type(later).__name__}, which has its own. Give the frame or the file."
        )
    if isinstance(later, Classification):
        _check_same(later.typology, typology)
        survey, given = later.survey, later
    elif isinstance(later, Typology):
        raise FitError("later: a Typology given, which holds no answers. Give the answers of the later survey.")
    else:
        survey, given = to_survey(later, codebook=codebook or typology.codebook), None
    _check_goals("later", survey, typology)
    result = typology.classify(survey)
    values, weighted = _weights(given or result, in_row_order(weights, later))
    return _with_types(Wave("later", result, values, weighted))


def pair_waves(earlier: Wave, later: Wave, paired: bool | None) -> Pairing:
    """Match the municipalities of two waves by their keys.

    Parameters
    ----------
    earlier, later : Wave
        The waves.
    paired : bool, optional
        None: where both have keys; True: an error where they have none; False: never.

    Returns
    -------
    Pairing
        All municipalities of both waves.

    Raises
    ------
    SurveyError
        If keys occur twice, or are missing where they are asked for.
    """
    if not (paired is None or isinstance(paired, bool | np.bool_)):
        raise FitError(f"paired: {paired!r} does not do. Use True, False, or None for 'where both waves have keys'.")
    lacking = [wave.name for wave in (earlier, later) if not wave.has_keys]
    if paired and lacking:
        raise SurveyError(
            f"paired: the {' and the '.join(lacking)} wave has no column with keys, only running numbers. "
            "Give a column such as ags, or keys as the index of the frame."
        )
    reason = "asked" if paired is False else "no keys" if lacking else ""
    first, second = (np.arange(len(wave.weights)) for wave in (earlier, later))
    partner = np.full(len(first), -1)
    if not reason:
        for wave in (earlier, later):
            _refuse_twice(wave)
        partner = _partners(earlier, later)
    only_later = np.setdiff1d(second, partner)
    return Pairing(
        earlier,
        later,
        np.concatenate([first, np.full(len(only_later), -1)]),
        np.concatenate([partner, only_later]),
        not reason,
        reason,
    )


def _partners(earlier: Wave, later: Wave) -> Places:
    """Row in the later wave of each municipality of the earlier; −1 where it is not there."""
    keys = later.result.survey.answers.index[~later.without_key]
    found = keys.get_indexer(earlier.result.survey.answers.index)
    places = np.flatnonzero(~later.without_key)
    return np.where(found >= 0, places[found], -1) if len(places) else np.full(len(found), -1)


def _refuse_twice(wave: Wave) -> None:
    survey = wave.result.survey
    index = survey.answers.index
    twice = list(dict.fromkeys(index[index.duplicated()]))
    if any(note.kind == "key_twice" for note in survey.notes):
        bases = [found.group(1) for key in index if (found := NUMBERED_AGAIN.match(str(key)))]
        twice += [base for base in dict.fromkeys(bases) if base in index]
    if twice:
        occur = "1 key occurs" if len(twice) == 1 else f"{len(twice)} keys occur"
        raise SurveyError(
            f"{wave.name}: {occur} more than once, {first_of(twice)}, so nobody can say which row is "
            "the same municipality as in the other wave. Keep one row of each, or use paired=False."
        )


def _running(index: pd.Index) -> bool:
    """True if the labels are nothing but numbers of rows."""
    texts = [str(label) for label in index]
    plain = all(text.isascii() and text.isdecimal() and str(int(text)) == text for text in texts)
    return plain and max(map(int, texts), default=0) <= max(LONGEST_ROW_NUMBER, len(texts))


def _weights(result: Classification, given: str | ArrayLike | None) -> tuple[NDArray[np.float64], bool]:
    """Weights given, else those the classification has, else those of the survey's weight item."""
    own = result.weights
    if given is None and (own != 1).any():
        return own.to_numpy(dtype=float), True
    _, weights, weighted = survey_weights(result.survey, given)
    return weights.to_numpy(dtype=float), weighted


def _with_types(wave: Wave) -> Wave:
    """Refuse a wave in which nobody has a type and a weight."""
    if (wave.types >= 0).any():
        return wave
    reasons = Counter([*wave.result.excluded.values(), *["weight 0"] * int((wave.weights == 0).sum())])
    counts = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
    raise FitError(
        f"{wave.name}: none of {len(wave.weights)} municipalities has a type and a weight: {counts}. Check the missing "
        "codes of the goals, and the weights."
    )


def _check_same(theirs: Typology, frozen: Typology) -> None:
    if theirs is frozen or describe_typology(theirs)["checksum"] == describe_typology(frozen)["checksum"]:
        return
    raise FitError(
        "later: a Classification formed by another typology than the earlier wave's, so their types are not the "
        "same. Give the answers of the later survey, such as later.survey, or earlier.typology.classify(…)."
    )


def _check_goals(where: str, survey: Survey, typology: Typology) -> None:
    """Refuse goals that were not asked, or on another scale: filling them would look like a change."""
    book = typology.codebook
    absent = [
        book[goal].heading
        for goal in typology.goals
        if goal not in survey.answers or survey.answers[goal].isna().all()
    ]
    if absent:
        raise FitError(
            f"{where}: goals {first_of(absent)} without answers, {len(absent)} of {len(typology.goals)}. Types can "
            "be compared over time only by goals that were rated both times. Give codebook=… if the columns have "
            "other names, or form the types without these goals: kommtyp.fit(…, goals={…})."
        )
    for goal in typology.goals:
        ours, theirs = book[goal], survey.codebook[goal]
        if (ours.scale, ours.low, ours.high) != (theirs.scale, theirs.low, theirs.high):
            raise FitError(
                f"{where}: goal {theirs.heading!r} is a {theirs.scale} from {_end(theirs.low)} to {_end(theirs.high)}, "
                f"in the typology a {ours.scale} from {_end(ours.low)} to {_end(ours.high)}. Recode the answers to "
                "the scale of the typology."
            )


def _end(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
