"""What a study says about its types, held against the data at hand."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from kommtyp.definitions import Finding
from kommtyp.errors import FitError
from kommtyp.intervals import Interval, difference_from_all, difference_from_best
from kommtyp.typology import Classification
from kommtyp.weighting import weighted_difference_from_all, weighted_difference_from_best

__all__ = ["Verdict", "check_findings"]

Verdict = Literal["supported", "same direction", "opposite direction", "contradicted", "not checkable"]
COLUMNS = ["indicator", "claim", "types", "estimate", "ci_low", "ci_high", "verdict", "source", "wording", "note"]


def check_findings(
    result: Classification,
    *,
    level: float = 0.95,
    findings: Sequence[Finding] | None = None,
    lang: Literal["de", "en"] = "de",
) -> pd.DataFrame:
    """Check what a study says about its types against the answers.

    ``highest`` asks whether the named types lie above the best of the others, ``high`` and ``low`` whether
    they lie above or below the mean of all. Several types are taken together. A statement is supported
    only if the whole interval of the difference lies on the claimed side. Where the municipalities have
    weights, estimates are weighted and intervals linearised.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit` or `Typology.classify`.
    level : float
        Confidence level of the intervals, between 0 and 1.
    findings : sequence of Finding, optional
        Statements to check; those that come with the definitions of the types where None.
    lang : {"de", "en"}
        Language of the wording.

    Returns
    -------
    DataFrame
        One row a finding: indicator, claim, types (keys, separated by commas), estimate (difference of shares
        between −1 and 1, or of means in units of the answers), ci_low, ci_high, verdict ("supported", "same
        direction", "opposite direction", "contradicted", "not checkable"), source, wording, note (why it
        cannot be checked, or what weakens it).

    Raises
    ------
    FitError
        If the level is not between 0 and 1.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873–890, method 10, for shares; Welch (1947), Biometrika 34,
    28–35, for means; Berger (1982), Technometrics 24, 295–300, for the best of the others; for weights see
    `kommtyp.weighting`.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> kommtyp.check_findings(result).columns.tolist()[:4]
    ['indicator', 'claim', 'types', 'estimate']
    """
    if not 0 < level < 1:
        raise FitError(f"level: {level!r} is not between 0 and 1. Use 0.95 for 95 %.")
    chosen = result.typology.definitions.findings if findings is None else findings
    return pd.DataFrame([_check(result, finding, level, lang) for finding in chosen], columns=COLUMNS)


def _check(result: Classification, finding: Finding, level: float, lang: str) -> dict[str, Any]:
    reason = _obstacle(result, finding)
    interval = Interval(*(np.asarray(np.nan),) * 3) if reason else _difference(result, finding, level)
    if not reason and not np.isfinite([interval.low, interval.high]).all():
        reason = "too few answers, or all alike"
    doubtful = [key for key in finding.types if key in result.typology.doubtful]
    weakness = f"the name {', '.join(doubtful)} is doubtful" if doubtful else ""
    return {
        "indicator": finding.indicator,
        "claim": finding.claim,
        "types": ", ".join(finding.types),
        "estimate": float(interval.estimate),
        "ci_low": float(interval.low),
        "ci_high": float(interval.high),
        "verdict": "not checkable" if reason else _verdict(interval, sign=-1 if finding.claim == "low" else 1),
        "source": finding.source,
        "wording": (finding.wording_en if lang == "en" else "") or finding.wording,
        "note": reason or weakness,
    }


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
    return ""


def _difference(result: Classification, finding: Finding, level: float) -> Interval:
    item = result.survey.codebook[finding.indicator]
    values = result.survey.answers[finding.indicator].to_numpy(dtype=float)
    labels = result.types.cat.codes.to_numpy()
    keys = result.typology.keys
    types = [keys.index(key) for key in finding.types]
    options: dict[str, Any] = {"k": len(keys), "shares": item.scale in ("binary", "choice"), "level": level}
    if (result.weights != 1).any():
        weights = result.weights.to_numpy(dtype=float)
        weighted = weighted_difference_from_best if finding.claim == "highest" else weighted_difference_from_all
        return weighted(values, labels, weights, types, **options)
    plain = difference_from_best if finding.claim == "highest" else difference_from_all
    return plain(values, labels, types, **options)


def _verdict(interval: Interval, *, sign: int) -> Verdict:
    low, high = sorted((sign * float(interval.low), sign * float(interval.high)))
    if low > 0:
        return "supported"
    if high < 0:
        return "contradicted"
    return "same direction" if sign * float(interval.estimate) > 0 else "opposite direction"
