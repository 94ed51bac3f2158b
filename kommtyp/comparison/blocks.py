"""Questions with several answers: their options as one family, and a test of all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kommtyp.codebook import Codebook, Item
from kommtyp.comparison.rows import Rows
from kommtyp.multiplicity import Correction, correct
from kommtyp.tests_of_association import multiple_response
from kommtyp.typology import Classification
from kommtyp.weighting import kish_n, tested

__all__ = ["Question", "block_rows", "correct_families", "correct_tests", "questions_of"]


@dataclass(frozen=True)
class Question:
    """A multi-select question and those of its options that are compared.

    Parameters
    ----------
    name : str
        Name of the block.
    options : tuple of str
        Names of the items, two or more.
    none_option : str
        The one of them that says that nothing else applies, empty without one.
    """

    name: str
    options: tuple[str, ...]
    none_option: str = ""


def questions_of(codebook: Codebook, items: Sequence[Item]) -> list[Question]:
    """Find the multi-select questions of which several options are compared.

    Parameters
    ----------
    codebook : Codebook
        Names of the questions.
    items : sequence of Item
        What is compared.

    Returns
    -------
    list of Question
        In the order of the codebook.

    Examples
    --------
    >>> from kommtyp.codebook import packaged_codebook
    >>> found = questions_of(packaged_codebook(), packaged_codebook().items)
    >>> [(question.name, len(question.options)) for question in found]
    [('schmerzpunkte', 6)]
    """
    grouped = {
        block.name: tuple(item.name for item in items if item.scale == "choice" and item.block == block.name)
        for block in codebook.blocks
    }
    nothing = {block.name: block.none_option for block in codebook.blocks}
    return [Question(name, options, nothing[name]) for name, options in grouped.items() if len(options) > 1]


def block_rows(result: Classification, question: Question) -> Rows:
    """Test all options of a question at once, and say how many were picked.

    A municipality answered the question if it has a valid answer to an option. Whether one without any pick has
    answered or skipped it was decided on reading (see `kommtyp.codebook.Block`).

    Parameters
    ----------
    result : Classification
        Municipalities with their types.
    question : Question
        The question.

    Yields
    ------
    table, columns : str, dict
        A row of "tests" and the rows of "blocks".
    """
    weights = result.weights.to_numpy(dtype=float)
    weighted = bool((weights != 1).any())
    typed = result.types.notna().to_numpy()
    answers = result.survey.answers[list(question.options)].to_numpy(dtype=float)
    answered = typed & ~np.isnan(answers).all(axis=1) & (weights > 0)
    given = ~np.isnan(answers[answered]).all(axis=0)
    complete = answered & ~np.isnan(answers[:, given]).any(axis=1)
    labels, k = result.types.cat.codes.to_numpy().astype(int), len(result.typology.keys)
    outcome = multiple_response(
        labels[complete], answers[complete][:, given], k, weights=weights[complete] if weighted else None
    )
    if weighted and complete.any():
        outcome = tested(outcome, kish_n(weights[complete]), len(np.unique(labels[complete])))
    substance = np.array([name != question.none_option for name in question.options])
    picks = np.nansum(answers[:, substance], axis=1)
    notes = [_told(picks[answered], weights[answered], int(substance.sum())), outcome.note]
    if weighted and answered.any():
        notes.append(_cost(weights[complete]))
    notes += _gaps(result.typology.keys, labels[complete], int(answered.sum() - complete.sum()), int((~given).sum()))
    if not np.isnan(outcome.df_within):
        notes.append(f"denominator df {outcome.df_within:.2f}")
    yield "tests", {
        "indicator": question.name, "test": outcome.test, "statistic": outcome.statistic, "df": outcome.df,
        "p_value": outcome.p_value, "effect_name": "", "effect": np.nan, "effect_low": np.nan, "effect_high": np.nan,
        "n": int(complete.sum()), "note": "; ".join(note for note in notes if note), "main": True,
    }
    yield "blocks", _facts(result, question.name, labels, answered, picks) | {"options": int(substance.sum())}


def _told(picks: np.ndarray, weights: np.ndarray, options: int) -> str:
    if not len(picks):
        return ""
    mean = float(np.average(picks, weights=weights))
    return f"several answers possible: {mean:.2f} of {options} picked on average"


def _cost(weights: np.ndarray) -> str:
    """Say how much the weights cost, as in the comparison of other indicators."""
    effective = kish_n(weights)
    return f"weighted: effective n {effective:.1f}, design effect of the weights {len(weights) / effective:.2f}"


def _gaps(keys: Sequence[str], labels: np.ndarray, partly: int, never: int) -> list[str]:
    """Say who and what is not in the test."""
    absent = [key for place, key in enumerate(keys) if len(labels) and not (labels == place).any()]
    notes = [f"no answers: {', '.join(absent)}"] if absent else []
    notes += [f"answered only in part, left out of this test: {partly}"] if partly else []
    return notes + ([f"options without answers: {never}"] if never and len(labels) else [])


def _facts(
    result: Classification, name: str, labels: np.ndarray, answered: np.ndarray, picks: np.ndarray
) -> dict[str, Any]:
    """Count who answered, who picked nothing and how much was picked, by type."""
    keys = result.typology.keys
    weights = result.weights.to_numpy(dtype=float)
    typed = labels >= 0

    def count(rows: np.ndarray) -> np.ndarray:
        return np.bincount(labels[rows], minlength=len(keys))

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(labels[answered], weights=values[answered], minlength=len(keys))

    mass = total(weights)
    return {
        "indicator": name, "type": np.array(keys), "n": count(answered),
        "missing": count(typed & ~answered), "nothing": count(answered & (picks == 0)),
        "picks": np.divide(total(weights * picks), mass, out=np.full(len(keys), np.nan), where=mass > 0),
    }


def correct_tests(
    tests: pd.DataFrame, main: np.ndarray, questions: Sequence[Question], correction: Correction
) -> pd.DataFrame:
    """Correct the p of the tests: over the indicators and questions, and over the options within a question.

    Parameters
    ----------
    tests : DataFrame
        The tests, raw p.
    main : ndarray of bool
        Which of them count.
    questions : sequence of Question
        The multi-select questions.
    correction : {"holm", "bh", "none"}
        How to correct.

    Returns
    -------
    DataFrame
        The tests with p_corrected.
    """
    corrected = tests["p_corrected"].to_numpy(copy=True)
    p_value = tests["p_value"].to_numpy()
    alone = main.copy()
    for question in questions:
        family = main & tests["indicator"].isin(question.options).to_numpy()
        corrected[family] = correct(p_value[family], correction)
        alone &= ~family
    corrected[alone] = correct(p_value[alone], correction)
    return tests.assign(p_corrected=corrected)


def correct_families(table: pd.DataFrame, questions: Sequence[Question], correction: Correction) -> pd.DataFrame:
    """Correct the p of pairs or rests over all options of a question, instead of within each.

    Parameters
    ----------
    table : DataFrame
        "pairs" or "versus_rest".
    questions : sequence of Question
        The multi-select questions.
    correction : {"holm", "bh", "none"}
        How to correct.

    Returns
    -------
    DataFrame
        The table with other p_corrected for the options.
    """
    corrected = table["p_corrected"].to_numpy(copy=True)
    for question in questions:
        family = table["indicator"].isin(question.options).to_numpy()
        corrected[family] = correct(table["p_value"].to_numpy()[family], correction)
    return table.assign(p_corrected=corrected)
