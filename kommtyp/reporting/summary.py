"""Everything the report says, as one dictionary that programs can read, too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kommtyp.codebook import Codebook, Item
from kommtyp.comparison import Comparison, compare
from kommtyp.comparison.reasons import with_reasons
from kommtyp.definitions import Definitions
from kommtyp.errors import FitError
from kommtyp.findings import check_findings
from kommtyp.plotting import answer_key
from kommtyp.reporting.alternatives import shown_selection, shown_sensitivity
from kommtyp.reporting.belonging import check_belonging
from kommtyp.reporting.method import is_packaged_study, method, was_fitted
from kommtyp.reporting.notes import note_sentence, note_sentences, shown_notes
from kommtyp.reporting.portraits import portraits
from kommtyp.reporting.privacy import count_excluded
from kommtyp.reporting.standing import STANDING
from kommtyp.reporting.sureness import shown_stability
from kommtyp.reporting.tables import Tables, shown_tables
from kommtyp.selection import Selection
from kommtyp.sensitivity import Sensitivity
from kommtyp.stability import Stability
from kommtyp.survey import Survey
from kommtyp.texts import Language, texts
from kommtyp.typology import Classification

__all__ = ["Evidence", "gather", "is_synthetic", "summarise"]

HEADLINE = ("ozg", "fim", "prozessautomation", "bots")


def summarise(
    result: Classification,
    comparison: Comparison | None = None,
    *,
    findings: pd.DataFrame | None = None,
    stability: Stability | None = None,
    selection: Selection | None = None,
    sensitivity: Sensitivity | None = None,
    level: float = 0.95,
    lang: Language = "de",
    min_cell: int = 5,
) -> dict[str, Any]:
    """Put everything the report says into one dictionary, ready for JSON.

    No municipality is named. Numbers that stand for fewer than `min_cell` municipalities, and those from
    which such a number could be worked out, are None; their rows say ``"suppressed": true``. Of a test that would
    give one back, only ``p_value_class`` and ``p_corrected_class`` are told, such as ``"< 0.05"``.

    Parameters
    ----------
    result : Classification
        What `fit` or `Typology.classify` returned.
    comparison : Comparison, optional
        What `compare` returned for it; the indicators of the survey are compared where it is not given. What it is
        adjusted for, and the doubt about the types (`n_boot`), are told, too, and the findings checked in the same way.
    findings : DataFrame, optional
        What `check_findings` returned for it; the findings of the definitions are checked where it is not given,
        adjusted and with resamples as the comparison is.
    stability : Stability, optional
        What `assess_stability` returned for it; what it says of single municipalities is not taken over.
    selection : Selection, optional
        What `choose_k` returned for these answers.
    sensitivity : Sensitivity, optional
        What `explore_choices` returned for it; what it says of single municipalities is not taken over.
    level : float
        Level of the intervals, between 0 and 1; a comparison brings its own.
    lang : {"de", "en"}
        Language of labels and sentences.
    min_cell : int
        Smallest number of municipalities that is shown; 1 shows everything.

    Returns
    -------
    dict
        ``survey``, ``study``, ``types``, ``excluded``, ``quality``, ``settings``, ``method``, ``stability``,
        ``selection`` and ``sensitivity`` (None where not given), and as lists of rows the tables
        ``sizes``, ``profile``, ``estimates``, ``overall`` (all types together), ``tests``,
        ``pairs``, ``versus_rest``, ``adjusted``, ``adjusted_differences``, ``strata``, ``uncertain``,
        ``uncertain_differences`` (empty where the comparison holds none), ``findings``. ``adjusted_for`` and
        ``n_boot`` say what these rest on; ``differ`` counts the indicators on which the types differ.

    Raises
    ------
    FitError
        If an option is out of range, or comparison and result do not belong together.

    Examples
    --------
    >>> import kommtyp
    >>> from kommtyp.reporting import summarise
    >>> summary = summarise(kommtyp.fit(kommtyp.load_sample(), n_init=20))
    >>> [kind["label"] for kind in summary["types"]][:2]
    ['Die Bedächtigen', 'Die Optimierer']
    """
    options: dict[str, Any] = {"findings": findings, "stability": stability}
    options |= {"selection": selection, "sensitivity": sensitivity}
    return summary_of(gather(result, comparison=comparison, **options, level=level, lang=lang, min_cell=min_cell))


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a report rests on.

    Parameters
    ----------
    result : Classification
        The types.
    comparison : Comparison or None
        None where there is nothing to compare.
    findings : DataFrame or None
        None where the types come without findings.
    stability : Stability or None
        None where it was not assessed.
    selection : Selection or None
        None where the number of types was not looked into.
    sensitivity : Sensitivity or None
        None where no other choices were explored.
    tables : Tables
        What may be shown.
    level, lang, min_cell
        As in `summarise`; the level is that of the comparison where there is one.
    """

    result: Classification
    comparison: Comparison | None
    findings: pd.DataFrame | None
    stability: Stability | None
    selection: Selection | None
    sensitivity: Sensitivity | None
    tables: Tables
    level: float
    lang: Language
    min_cell: int

    @property
    def definitions(self) -> Definitions:
        """The types as they are described."""
        return self.result.typology.definitions

    @property
    def codebook(self) -> Codebook:
        """Words for the items."""
        return self.result.survey.codebook


def gather(
    result: Classification,
    *,
    comparison: Comparison | None = None,
    findings: pd.DataFrame | None = None,
    stability: Stability | None = None,
    selection: Selection | None = None,
    sensitivity: Sensitivity | None = None,
    level: float = 0.95,
    lang: Language = "de",
    min_cell: int = 5,
) -> Evidence:
    """Check the options, and compute what was not given.

    Parameters
    ----------
    result : Classification
        The types.
    comparison, findings, stability, selection, sensitivity, level, lang, min_cell
        As in `summarise`.

    Returns
    -------
    Evidence
        Everything, and what may be shown of it.
    """
    texts(lang)
    if isinstance(min_cell, bool) or not isinstance(min_cell, int | np.integer) or min_cell < 1:
        raise FitError(f"min_cell: {min_cell!r} does not do. Use a whole number of at least 1; 1 shows everything.")
    check_belonging(
        result, comparison=comparison, findings=findings, stability=stability, selection=selection,
        sensitivity=sensitivity,
    )
    items = [item for item in result.survey.items("indicator") if item.name not in result.typology.goals]
    if comparison is None and items:
        comparison = compare(result, level=level)
    level = level if comparison is None else comparison.level
    if findings is None and result.typology.definitions.findings:
        findings = check_findings(result, level=level, lang=lang, **_as_compared(comparison))
    if findings is not None:
        findings = _worded(findings, result.typology.definitions, lang)
    result = _with_reasons(result, comparison)
    tables = shown_tables(result, comparison, findings, level=level, min_cell=int(min_cell))
    return Evidence(result, comparison, findings, stability, selection, sensitivity, tables, level, lang, int(min_cell))


def _worded(findings: pd.DataFrame, definitions: Definitions, lang: Language) -> pd.DataFrame:
    """Return findings of the definitions in the language of the report, in whichever they were checked."""
    said = {one.wording: one.wording_en or one.wording for one in definitions.findings}
    words = said if lang == "en" else {there: here for here, there in said.items()}
    return findings.assign(wording=[words.get(wording, wording) for wording in findings["wording"]])


def _with_reasons(result: Classification, comparison: Comparison | None) -> Classification:
    """Return the answers as they were compared: reasons for a missing one as answers of their own."""
    if comparison is None or not comparison.missing_as_category:
        return result
    items = [result.survey.codebook[name] for name in comparison.indicators if name in result.survey.codebook]
    return with_reasons(result, items, comparison.missing_as_category)[0]


def _as_compared(comparison: Comparison | None) -> dict[str, Any]:
    """Return the options that check findings in the way that the types were compared."""
    if comparison is None:
        return {}
    names = ("n_boot", "n_init", "random_state")
    return {"adjust_for": comparison.adjust_for or None} | {name: getattr(comparison, name) for name in names}


def summary_of(evidence: Evidence) -> dict[str, Any]:
    """Put what was gathered into one dictionary; see `summarise`."""
    result, comparison, tables = evidence.result, evidence.comparison, evidence.tables
    typology, definitions = result.typology, evidence.definitions
    lang, min_cell = evidence.lang, evidence.min_cell
    return plain(
        {
            "lang": lang,
            "level": evidence.level,
            "min_cell": min_cell,
            "survey": _survey(result.survey, typology.goals, lang),
            "study": {
                "name": definitions.name,
                "title": (definitions.title_en if lang == "en" else "") or definitions.title,
                "source": definitions.source,
                "packaged": is_packaged_study(result),
                "has_findings": bool(definitions.findings),
            },
            "classified": int(result.types.notna().sum()),
            "excluded": count_excluded(result.excluded, len(result.survey), min_cell),
            "types": portraits(result, comparison, tables, min_cell=min_cell, lang=lang),
            "fitted": was_fitted(result),
            "settings": vars(typology.settings)
            | {"correction": comparison.correction if comparison is not None else None},
            "quality": vars(typology.quality),
            "compared": _compared(comparison, lang),
            "adjusted_for": _adjusted_for(evidence),
            "differ": 0 if comparison is None else _differ(comparison),
            "n_boot": 0 if comparison is None else comparison.n_boot,
            "checked": [] if evidence.findings is None else _checked(evidence.findings, result.survey, lang),
            "stability": shown_stability(evidence.stability, tables.hidden.types, min_cell=min_cell),
            "selection": shown_selection(evidence.selection, min_cell=min_cell, lang=lang),
            "sensitivity": shown_sensitivity(evidence.sensitivity, tables.hidden.types, min_cell=min_cell),
            "method": method(
                result,
                comparison,
                findings=evidence.findings is not None,
                stability=evidence.stability,
                selection=evidence.selection,
                sensitivity=evidence.sensitivity,
                level=evidence.level,
                min_cell=min_cell,
                lang=lang,
            ),
        }
        | {name: getattr(tables, name) for name in _TABLES}
    )


def _differ(comparison: Comparison) -> int:
    """Count the indicators on which the types differ after correction."""
    main = comparison.tests.drop_duplicates("indicator")
    compared = main["indicator"].isin(comparison.indicators)
    return int((compared & (main["p_corrected"] < 1 - comparison.level)).sum())


_TABLES = ("sizes", "profile", "estimates", "overall", "tests", "pairs", "versus_rest", *STANDING, "findings")


def plain(value: Any) -> Any:
    """Turn records, tables and NumPy's numbers into what JSON knows; NaN and infinities become None.

    Parameters
    ----------
    value : object
        Any nesting of mappings, sequences, DataFrames and scalars.

    Returns
    -------
    object
        The same in dict, list, str, int, float, bool and None.

    Examples
    --------
    >>> plain({"a": np.float64("nan"), "b": (np.int64(1), True)})
    {'a': None, 'b': [1, True]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, pd.DataFrame):
        return [plain(dict(zip(value.columns, row, strict=True))) for row in value.itertuples(index=False, name=None)]
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(entry) for entry in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return float(value) if np.isfinite(value) else None


def is_synthetic(survey: Survey) -> bool:
    """Return True if a survey says of itself that it is invented."""
    book = survey.codebook
    said = [survey.source, book.title, book.title_en, book.source, book.name]
    said += [note.detail for note in survey.notes if note.kind == "preamble"]
    return "synthet" in " ".join(said).lower()


def _survey(survey: Survey, goals: tuple[str, ...], lang: str) -> dict[str, Any]:
    book, notes = survey.codebook, shown_notes(survey)
    items = [book[goal] for goal in goals if goal in book]
    blocks = {block.name: (block.text_en if lang == "en" else "") or block.text for block in book.blocks}
    return {
        "title": (book.title_en if lang == "en" else "") or book.title,
        "file": survey.source,
        "codebook": book.name,
        "codebook_version": book.version,
        "codebook_source": book.source,
        "fingerprint": survey.fingerprint,
        "synthetic": is_synthetic(survey),
        "question": blocks.get(items[0].block, "") if items else "",
        "scale": _scale(items[0], lang) if items else {},
        "goals": [
            {"goal": item.name, "title": item.title(lang), "asked": item.name in survey.answers} for item in items
        ],
        "notes": [
            {"kind": note.kind, "where": note.where, "count": note.count, "detail": note.detail}
            | {"sentence": note_sentence(note, book, lang)}
            for note in notes
        ],
        "sentences": note_sentences(notes, book, lang),
    }


def _scale(item: Item, lang: str) -> dict[str, Any]:
    codes = [{"code": code, "label": item.label(code, lang)} for code, _ in item.codes]
    return {"scale": item.scale, "low": item.low, "high": item.high, "codes": codes}


def _adjusted_for(evidence: Evidence) -> list[dict[str, str]]:
    """Name the items that the comparison or the findings are adjusted for."""
    names = [] if evidence.comparison is None else list(evidence.comparison.adjust_for)
    if evidence.findings is not None:
        names += [name for names in evidence.findings["adjusted_for"] for name in names.split(", ") if name]
    book = evidence.codebook
    titles = {name: book[name].title(evidence.lang) if name in book else name for name in names}
    return [{"item": name, "title": title} for name, title in titles.items()]


def _checked(findings: pd.DataFrame, survey: Survey, lang: str) -> list[dict[str, Any]]:
    names = dict.fromkeys(findings["indicator"])
    return [_described(survey.codebook, name, lang) for name in names if name in survey.codebook]


def _compared(comparison: Comparison | None, lang: str) -> list[dict[str, Any]]:
    """Name what was compared: the headline indicators first, then the others in the order of the codebook."""
    if comparison is None:
        return []
    names = comparison.indicators
    rank = {
        name: next((place for place, start in enumerate(HEADLINE) if name.startswith(start)), None) for name in names
    }
    ordered = sorted((name for name in names if rank[name] is not None), key=lambda name: rank[name] or 0)
    return [
        _described(comparison.codebook, name, lang) | {"headline": rank[name] is not None}
        for name in [*ordered, *(name for name in names if rank[name] is None)]
    ]


def _described(book: Codebook, name: str, lang: str) -> dict[str, Any]:
    """Say in words what an item is."""
    item = book[name]
    block = next((block for block in book.blocks if block.name == item.block), None)
    return {
        "indicator": name,
        "title": item.title(lang),
        "scale": item.scale,
        "low": item.low,
        "high": item.high,
        "answers": {answer_key(code): item.label(code, lang) for code, _ in item.codes},
        "block": item.block,
        "block_title": "" if block is None else (block.text_en if lang == "en" else "") or block.text,
    }
