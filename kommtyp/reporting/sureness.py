"""How sure the types are: what may be shown of it, in numbers, sentences and a table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kommtyp.plotting import STABILITY_LEVEL, monte_carlo
from kommtyp.reporting.privacy import is_small
from kommtyp.reporting.views import Cell, Row, View
from kommtyp.stability import DISSOLVED, MIXED, RECOVERED, Stability
from kommtyp.texts import confidence, counted, integer, interval, listing, number, percent, phrase

__all__ = ["shown_stability", "stability_sentences", "stability_view", "verdict"]

NUMBERS = ["n", "jaccard", "jaccard_se", "recovered", "dissolved", "name_returns", "slsw"]
Summary = Mapping[str, Any]


def shown_stability(stability: Stability | None, hidden: frozenset[str], *, min_cell: int) -> dict[str, Any] | None:
    """Return what may be shown of the stability: nothing on single municipalities, nor on types that are hidden.

    Parameters
    ----------
    stability : Stability, optional
        What was assessed.
    hidden : frozenset of str
        Types that are not shown.
    min_cell : int
        Smallest number of municipalities that is shown.

    Returns
    -------
    dict or None
        ``scheme``, ``multiplicity``, ``n_boot``, ``failed``, ``starts``, ``by_type`` (rows with ``judgement``:
        "recovered", "between", "dissolved", or empty where the scheme has no thresholds), ``ari`` (mean and
        the 5 % and 95 % quantiles over pairs), ``mixed`` (``n`` and ``share``, None where ``few`` says that too few are
        "mixed" or "clear"), ``found_twice`` (share of resamples whose best solution more than one start is
        known to have led to).
    """
    if stability is None:
        return None
    table = stability.by_type.assign(suppressed=stability.by_type["type"].isin(hidden))
    table[NUMBERS] = table[NUMBERS].astype("float64").mask(table["suppressed"], axis=0)
    judged = stability.scheme == "bootstrap"
    table["judgement"] = [_judgement(value) if judged else "" for value in table["jaccard"]]
    certainty = stability.membership["certainty"].dropna()
    mixed = int((certainty < MIXED).sum())
    few = "mixed" if is_small(mixed, min_cell) else "clear" if is_small(len(certainty) - mixed, min_cell) else ""
    ari, starts = stability.agreement["ari"], int(stability.hits["starts"].iloc[0])
    return {
        "scheme": stability.scheme,
        "multiplicity": stability.multiplicity,
        "n_boot": stability.n_boot,
        "failed": stability.failed,
        "municipalities": len(certainty),
        "starts": starts,
        "by_type": table,
        "ari": {"mean": ari.mean(), "low": ari.quantile(0.05), "high": ari.quantile(0.95)},
        "mixed": {"n": None if few else mixed, "share": None if few else mixed / len(certainty), "few": few},
        "found_twice": (stability.hits["hits"] > 1).mean() if starts > 1 else None,
    }


def _judgement(jaccard: float) -> str:
    if pd.isna(jaccard):
        return ""
    return "dissolved" if jaccard <= DISSOLVED else "recovered" if jaccard > RECOVERED else "between"


def verdict(summary: Summary, lang: str) -> tuple[str, str]:
    """Say in one sentence whether the types come back.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with ``stability``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    kind, sentence : str
        "strong", "partly", "weak", or empty strings where the scheme has no thresholds or no type is shown.
    """
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    rows = [row for row in summary["stability"]["by_type"] if row["judgement"]]
    if not rows:
        return "", ""
    lost = [row for row in rows if row["judgement"] != "recovered"]
    if not lost:
        values = [row["jaccard"] for row in rows]
        facts = {"low": number(min(values), lang, 2), "high": number(max(values), lang, 2)}
        shown = "strong" if len(rows) == len(labels) else "strong_shown"
        return "strong", phrase(lang, f"report.trust.verdict.{shown}", n=integer(len(rows), lang), **facts)
    parts = []
    for judgement in ("dissolved", "between"):
        named = []
        for row in (row for row in lost if row["judgement"] == judgement):
            facts = {"type": labels[row["type"]], "jaccard": number(row["jaccard"], lang, 2)}
            named.append(phrase(lang, "report.trust.verdict.type", **facts))
        if named:
            key = f"report.trust.verdict.{judgement}.{'one' if len(named) == 1 else 'many'}"
            parts.append(phrase(lang, key, types=listing(named, lang)))
    kind = "weak" if len(lost) == len(rows) else "partly"
    return kind, phrase(lang, f"report.trust.verdict.{kind}", parts=listing(parts, lang))


def stability_sentences(summary: Summary, lang: str) -> list[str]:
    """Say what came back when the survey was drawn again.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with ``stability``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of str
        Paragraphs.
    """
    found = summary["stability"]
    scheme = phrase(lang, f"report.trust.scheme.{_scheme(found)}")
    everyone = counted(lang, "units.municipality_dative", found["municipalities"])
    intro = phrase(lang, "report.trust.drawn", n=integer(found["n_boot"], lang), municipalities=everyone, scheme=scheme)
    limits = {"dissolved": number(DISSOLVED, lang, 1), "recovered": number(RECOVERED, lang, 2)}
    judged = found["scheme"] == "bootstrap"
    scale = phrase(lang, f"report.trust.{'thresholds' if judged else 'no_thresholds'}", **limits)
    said = [f"{verdict(summary, lang)[1]} {_names(found, summary, lang)}".strip()]
    said += [f"{intro} {scale}", f"{_mixed(found, summary, lang)} {_agreement(found, lang)}"]
    said.append(f"{_starts(found, lang)} {phrase(lang, 'report.trust.not_proof')}".strip())
    return [sentence for sentence in said if sentence]


def _scheme(found: Summary) -> str:
    return "multiplicity" if found["scheme"] == "bootstrap" and found["multiplicity"] else str(found["scheme"])


def _names(found: Summary, summary: Summary, lang: str) -> str:
    """Say how often names come back."""
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    returns = {row["type"]: row["name_returns"] for row in found["by_type"] if row["name_returns"] is not None}
    if not returns:
        return ""
    ends = [percent(value, lang, 0) for value in (min(returns.values()), max(returns.values()))]
    if ends[0] == ends[1]:
        said = phrase(lang, "report.trust.names_return_alike", share=ends[0])
    else:
        said = phrase(lang, "report.trust.names_return", low=ends[0], high=ends[1])
    rare = [labels[key] for key, value in returns.items() if value < 0.5]
    return f"{said} {phrase(lang, 'report.trust.names_rare', types=listing(rare, lang))}" if rare else said


def _mixed(found: Summary, summary: Summary, lang: str) -> str:
    mixed, limit = found["mixed"], percent(MIXED, lang, 0)
    if mixed["few"]:
        key = f"report.trust.few_{mixed['few']}"
        return phrase(lang, key, min_cell=integer(summary["min_cell"], lang), limit=limit)
    if not mixed["n"]:
        return phrase(lang, "report.trust.mixed_none", limit=limit)
    facts = {"all": integer(found["municipalities"], lang), "share": percent(mixed["share"], lang, 0), "limit": limit}
    return phrase(lang, "report.trust.mixed", n=integer(mixed["n"], lang), **facts)


def _agreement(found: Summary, lang: str) -> str:
    written = {name: number(value, lang, 2) for name, value in found["ari"].items()}
    return phrase(lang, "report.trust.agreement", **written)


def _starts(found: Summary, lang: str) -> str:
    said = []
    if found["found_twice"] is not None:
        facts = {"share": percent(found["found_twice"], lang, 0), "starts": integer(found["starts"], lang)}
        said.append(phrase(lang, "report.trust.found_twice", **facts))
    if found["failed"]:
        said.append(phrase(lang, "report.trust.failed", n=integer(found["failed"], lang)))
    return " ".join(said)


def stability_view(summary: Summary, lang: str) -> View:
    """Write the stability: a row a type.

    Parameters
    ----------
    summary : dict
        What `summarise` returned, with ``stability``.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    View
        The table.
    """
    found = summary["stability"]
    labels = {kind["key"]: kind["label"] for kind in summary["types"]}
    shares = [name for name in ("recovered", "dissolved") if found["scheme"] == "bootstrap"]
    if any(row["name_returns"] is not None for row in found["by_type"]):
        shares.append("name_returns")
    rows = []
    for row in found["by_type"]:
        secret = row["suppressed"]
        cells = [Cell(hidden=True) if secret else _similar(row, lang)]
        for name in shares:
            cells.append(Cell(hidden=secret) if row[name] is None and secret else _share(row[name], lang))
        if found["scheme"] == "bootstrap":
            judged = phrase(lang, f"report.trust.judged.{row['judgement']}") if row["judgement"] else ""
            cells.append(Cell(judged, hidden=secret, words=True))
        rows.append(Row(labels[row["type"]], "", tuple(cells)))
    heads = ["jaccard", *shares] + (["judgement"] if found["scheme"] == "bootstrap" else [])
    caption = phrase(
        lang,
        "report.trust.stability_caption",
        n=integer(found["n_boot"], lang),
        scheme=phrase(lang, f"names.scheme.{found['scheme']}"),
        level=confidence(STABILITY_LEVEL, lang),
    )
    columns = tuple(phrase(lang, f"report.trust.{name}") for name in heads)
    return View(caption, phrase(lang, "report.trust.type"), False, columns, tuple(rows))


def _share(value: float | None, lang: str) -> Cell:
    return Cell("–" if value is None else percent(value, lang, 0))


def _similar(row: Mapping[str, Any], lang: str) -> Cell:
    low, high = monte_carlo(row["jaccard"], row["jaccard_se"])
    return Cell(number(row["jaccard"], lang, 2), interval(low, high, lang, 2))
