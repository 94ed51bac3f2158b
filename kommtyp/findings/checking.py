"""What a study says about its types, held against the data at hand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from kommtyp.comparison.adjusting import Adjustment, adjustment
from kommtyp.comparison.rows import too_large
from kommtyp.definitions import Finding
from kommtyp.errors import FitError, check_choice, check_kind
from kommtyp.findings.adjusted import adjusted_difference
from kommtyp.findings.questions import NOTHING, Question, plain_difference, question_of
from kommtyp.findings.uncertain import uncertain_difference
from kommtyp.findings.verdicts import Basis, verdict
from kommtyp.intervals import Interval
from kommtyp.stability import Repeats, repeat_types
from kommtyp.typology import Classification

__all__ = ["check_findings"]

COLUMNS = [
    "indicator", "claim", "types", "basis", "adjusted_for", "n", "estimate", "ci_low", "ci_high", "level", "verdict",
    "source", "wording", "note",
]  # fmt: skip
NO_ANSWERS = "too few answers, or all alike"
ITSELF = "is itself adjusted for"


class Found(NamedTuple):
    """The difference that a finding is about, on one basis: n, why it cannot be checked, and what to know of it."""

    interval: Interval
    n: int
    reason: str = ""
    note: str = ""


Check = Callable[[Question], Found]


def check_findings(
    result: Classification,
    *,
    level: float = 0.95,
    findings: Finding | Sequence[Finding] | None = None,
    adjust_for: str | Sequence[str] | None = None,
    n_boot: int = 0,
    n_init: int = 50,
    random_state: int = 0,
    lang: Literal["de", "en"] = "de",
) -> pd.DataFrame:
    """Check what a study says about its types against the answers.

    ``highest`` asks whether the named types lie above the best of the others, ``high`` and ``low`` whether
    they lie above or below the mean of all. Several types are taken together. A statement is supported
    only if the whole interval of the difference lies on the claimed side. Where the municipalities have
    weights, estimates are weighted and intervals linearised.

    A statement that is supported may still be due to the make-up of the types, or hang on who happens to belong
    to which. So each can be checked on up to three bases, with the same question: as the types are ("plain"), as
    if all had the same make-up ("adjusted"), and with the doubt about the types themselves ("uncertain").

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit` or `Typology.classify`.
    level : float
        Confidence level of the intervals, between 0 and 1.
    findings : Finding or sequence of Finding, optional
        Statements to check; those that come with the definitions of the types where None.
    adjust_for : str or sequence of str, optional
        Items to adjust for, such as ``["groessenklasse", "land"]``, the most important first, as in
        `kommtyp.compare`. The types then have the make-up of all municipalities, and lie above or below the mean
        of all as they are.
    n_boot : int
        Resamples in each of which the types are formed and named again, such as 1000; none where 0.
    n_init : int
        Random starts of k-means in each resample.
    random_state : int
        Seed of the resamples, 0 or more.
    lang : {"de", "en"}
        Language of the wording.

    Returns
    -------
    DataFrame
        One row a finding and basis: indicator, claim, types (keys, separated by commas), basis ("plain",
        "adjusted" with `adjust_for`, "uncertain" with `n_boot`), adjusted_for (items, separated by commas; else
        empty), n (municipalities that count), estimate (difference of shares between −1 and 1, or of means in units
        of the answers), ci_low, ci_high, level, verdict ("supported", "same direction", "opposite direction",
        "contradicted", "not checkable"), source, wording, note (why it cannot be checked, what weakens it, which
        strata were pooled, in how many resamples the claim holds).

    Raises
    ------
    FitError
        If an option is out of range, or an item cannot be adjusted for.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873–890, method 10, for shares; Welch (1947), Biometrika 34,
    28–35, for means; Berger (1982), Technometrics 24, 295–300, for the best of the others; for strata see
    `kommtyp.standardisation`, for weights `kommtyp.weighting`.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> table = kommtyp.check_findings(result, adjust_for="groessenklasse")
    >>> table[["indicator", "basis", "estimate", "verdict"]].head(2).round(2)
               indicator     basis  estimate    verdict
    0  prozessautomation     plain      0.46  supported
    1  prozessautomation  adjusted      0.44  supported
    """
    _check_options(level, n_boot, n_init, random_state)
    check_choice("lang", lang, ("de", "en"))
    chosen = _chosen(result, findings)
    checks: dict[Basis, Check] = {"plain": partial(_plain, level=level)}
    plan = None if adjust_for is None else adjustment(result, adjust_for)
    if plan is not None:
        checks["adjusted"] = partial(_adjusted, plan=plan, level=level)
    if n_boot and chosen:
        repeats = repeat_types(result, n_boot=n_boot, n_init=n_init, random_state=random_state)
        checks["uncertain"] = partial(_uncertain, repeats=repeats, level=level)
    rows = (row for finding in chosen for row in _rows(result, finding, checks, plan, lang))
    return pd.DataFrame(rows, columns=COLUMNS).assign(level=float(level))


def _chosen(result: Any, findings: Any) -> list[Finding]:
    check_kind("result", result, Classification, "what kommtyp.fit or Typology.classify returns")
    if findings is None:
        return list(result.typology.definitions.findings)
    given = list(findings) if isinstance(findings, Iterable) else [findings]
    for one in given:
        check_kind("findings", one, Finding, "kommtyp.Finding, or None for those of the types")
    return given


def _check_options(level: Any, n_boot: Any, n_init: Any, random_state: Any) -> None:
    if isinstance(level, bool) or not isinstance(level, int | float | np.number) or not 0 < level < 1:
        raise FitError(f"level: {level!r} is not between 0 and 1. Use 0.95 for 95 %.")
    for option, value, least in (("n_boot", n_boot, 0), ("n_init", n_init, 1), ("random_state", random_state, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise FitError(f"{option}: {value!r} does not do. Use a whole number of at least {least}.")
    if n_boot == 1:
        raise FitError("n_boot: 1 resample has no spread. Use 1000, or 0 for none.")


def _rows(
    result: Classification, finding: Finding, checks: dict[Basis, Check], plan: Adjustment | None, lang: str
) -> Iterator[dict[str, Any]]:
    """Check a finding on each basis."""
    obstacle = _obstacle(result, finding)
    doubtful = [key for key in finding.types if key in result.typology.doubtful]
    weakness = f"the name {', '.join(doubtful)} is doubtful" if doubtful else ""
    items = () if plan is None else tuple(item.name for item in plan.items)
    for basis, check in checks.items():
        adjusted_for = items if basis == "adjusted" else ()
        reason = obstacle or (ITSELF if finding.indicator in adjusted_for else "")
        found = Found(NOTHING, _answered(result, finding), reason) if reason else check(question_of(result, finding))
        notes = [found.reason] if found.reason else [found.note, weakness]
        sign = -1 if finding.claim == "low" else 1
        yield {
            "indicator": finding.indicator,
            "claim": finding.claim,
            "types": ", ".join(finding.types),
            "basis": basis,
            "adjusted_for": ", ".join(adjusted_for),
            "n": found.n,
            **dict(zip(("estimate", "ci_low", "ci_high"), map(float, found.interval), strict=True)),
            "verdict": "not checkable" if found.reason else verdict(found.interval, sign=sign),
            "source": finding.source,
            "wording": (finding.wording_en if lang == "en" else "") or finding.wording,
            "note": "; ".join(note for note in notes if note),
        }


def _answered(result: Classification, finding: Finding) -> int:
    """Count the municipalities with a type, a weight and an answer."""
    if finding.indicator not in result.survey.answers:
        return 0
    counted = result.types.notna() & (result.weights > 0)
    return int(result.survey.answers.loc[counted, finding.indicator].notna().sum())


def _obstacle(result: Classification, finding: Finding) -> str:
    """Say why a finding cannot be checked; nothing if it can."""
    survey = result.survey
    strangers = [key for key in finding.types if key not in result.typology.keys]
    if strangers:
        return f"no type of the name {', '.join(strangers)}"
    if len(finding.types) == len(result.typology.keys):
        return "said of all types"
    if finding.indicator not in survey.answers:
        return "not in the data"
    if survey.codebook[finding.indicator].scale == "nominal":
        return "answers without order have no more or less"
    answers = survey.answers[finding.indicator][result.types.notna() & (result.weights > 0)].dropna()
    if answers.empty:
        return "no valid answers"
    if answers.nunique() == 1:
        return "all municipalities answered alike"
    return too_large(answers)


def _plain(question: Question, *, level: float) -> Found:
    return _found(plain_difference(question, level=level), int(question.counted.sum()))


def _adjusted(question: Question, *, plan: Adjustment, level: float) -> Found:
    ordered = [item.scale != "nominal" for item in plan.items]
    interval, strata = adjusted_difference(question, plan.levels, ordered=ordered, level=level)
    n, before, after = int(strata.sizes.sum()), strata.before, len(strata.sizes)
    if after == 1:
        pooled = "1 stratum" if before == 1 else f"{before} strata pooled to one"
        return Found(NOTHING, n, f"{pooled}, so nothing is adjusted: no finer strata hold all types")
    pooled = f" pooled to {after}, so that each holds all types" if after < before else ""
    return _found(interval, n, f"{before} strata{pooled}")


def _uncertain(question: Question, *, repeats: Repeats, level: float) -> Found:
    plain = plain_difference(question, level=level)
    interval, holds, known = uncertain_difference(question, repeats, plain, level=level)
    return _found(interval, int(question.counted.sum()), f"the claim holds in {holds} of {known} resamples")


def _found(interval: Interval, n: int, note: str = "") -> Found:
    """Keep an interval that says something, and else say that there is none."""
    if np.isfinite([float(end) for end in interval]).all():
        return Found(interval, n, note=note)
    return Found(NOTHING, n, NO_ANSWERS)
