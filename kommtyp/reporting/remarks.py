"""Sentences of the report that depend on what was found."""

from collections.abc import Mapping
from typing import Any

from kommtyp.labelling import DOUBTFUL_CLARITY
from kommtyp.reporting.notes import source_name
from kommtyp.reporting.sureness import verdict
from kommtyp.texts import counted, display, integer, listing, number, percent, phrase

__all__ = ["cautions", "computed", "glance", "read_facts", "trust"]

Summary = Mapping[str, Any]


def glance(summary: Summary, lang: str) -> list[str]:
    """Say how large the types are and on how much they differ.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of str
        Sentences.
    """
    sentences = []
    sized = sorted(summary["types"], key=lambda kind: -(kind["share"] or 0))
    if not any(kind["suppressed"] for kind in sized):
        facts = {"largest": sized[0]["label"], "largest_share": percent(sized[0]["share"], lang)}
        facts |= {"smallest": sized[-1]["label"], "smallest_share": percent(sized[-1]["share"], lang)}
        sentences.append(phrase(lang, "report.glance.largest", **facts))
    compared = {item["indicator"] for item in summary["compared"]}
    if compared:
        facts = {"all": integer(len(compared), lang), "alpha": number(1 - summary["level"], lang, 2)}
        sentences.append(counted(lang, "report.glance.differ", summary["differ"], **facts))
    return sentences


def computed(summary: Summary, lang: str) -> str:
    """Say what comes from the data and what from a study."""
    study = summary["study"]
    if study["name"] == "unnamed":
        return phrase(lang, "report.glance.computed_unnamed")
    key = "computed" if study["packaged"] else "computed_other"
    said = phrase(lang, f"report.glance.{key}", study=study["title"] or study["name"])
    if all(kind["described"] for kind in summary["types"]):
        return said
    return f"{said} {phrase(lang, 'report.glance.computed_mixed')}"


def cautions(summary: Summary, lang: str) -> list[str]:
    """Say what weakens the result.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    list of str
        Sentences; none where nothing does.
    """
    quality, settings = summary["quality"], summary["settings"]
    sentences = []
    if not summary["fitted"]:
        sentences.append(phrase(lang, "report.caution.classified"))
    doubtful = [kind["label"] for kind in summary["types"] if kind["doubtful"]]
    if doubtful:
        key = "one" if len(doubtful) == 1 else "many"
        sentences.append(phrase(lang, f"report.caution.doubtful.{key}", names=listing(doubtful, lang)))
    if quality["starts"] > 1 and quality["hits"] <= 1:
        key = "single_hit" if quality["hits"] else "no_hit"
        sentences.append(phrase(lang, f"report.caution.{key}", starts=integer(quality["starts"], lang)))
    if summary["stability"] is not None:
        kind, said = verdict(summary, lang)
        sentences += [said] if kind in ("weak", "partly") else []
    absent = [goal["title"] for goal in summary["survey"]["goals"] if not goal["asked"]]
    if absent:
        sentences.append(counted(lang, "report.caution.absent_goals", len(absent), goals=listing(absent, lang)))
    hidden = sum(kind["suppressed"] for kind in summary["types"])
    if hidden:
        sentences.append(counted(lang, "report.caution.hidden_types", hidden))
    if settings["weighted"]:
        sentences.append(phrase(lang, "report.caution.weighted"))
    if quality["filled_share"] and summary["fitted"]:
        sentences.append(phrase(lang, "report.caution.filled", share=percent(quality["filled_share"], lang)))
    return sentences


def read_facts(summary: Summary, lang: str) -> list[tuple[str, str]]:
    """Say what was asked and read, as pairs of name and value; the checksum comes last."""
    survey, excluded = summary["survey"], summary["excluded"]
    fewest = integer(summary["min_cell"], lang)
    classified = counted(lang, "units.municipality", summary["classified"])
    reasons = [(display("reason", reason, lang), n) for reason, n in excluded["reasons"]]
    if excluded["few"]:
        rows = phrase(lang, "report.read.rows_few", classified=classified, min_cell=fewest)
        without = phrase(
            lang, "report.read.excluded_few", min_cell=fewest, reasons=listing((name for name, _ in reasons), lang)
        )
    else:
        rows = counted(lang, "units.municipality", excluded["rows"])
        few = phrase(lang, "report.hidden_word")
        written = [
            phrase(lang, "report.read.excluded_reason", n=few if n is None else integer(n, lang), reason=name)
            for name, n in reasons
        ]
        without = phrase(lang, "report.read.excluded_none")
        if written:
            each = [name for name, _ in reasons] if len(reasons) == 1 else written
            everyone = counted(lang, "units.municipality", excluded["excluded"])
            without = phrase(lang, "report.read.excluded_all", municipalities=everyone, reasons=listing(each, lang))
    book = survey["codebook"] + (f" ({survey['codebook_version']})" if survey["codebook_version"] else "")
    facts = {
        "file": source_name(survey["file"], lang),
        "survey": survey["title"],
        "codebook": book,
        "rows": rows,
        "classified": classified,
        "excluded": without,
        "question": survey["question"],
        "goals": listing((goal["title"] for goal in survey["goals"]), lang),
        "scale": _scale(survey["scale"], lang),
        "hash": survey["fingerprint"] or phrase(lang, "report.read.no_hash"),
    }
    return [(phrase(lang, f"report.read.{name}"), value) for name, value in facts.items() if value]


def _scale(scale: Mapping[str, Any], lang: str) -> str:
    """Say how goals were answered."""
    if not scale or scale["scale"] == "choice":
        return phrase(lang, "report.read.scale_picks") if scale else ""
    if scale["scale"] == "rank":
        return phrase(lang, "report.read.scale_ranks")
    labels = {code["code"]: code["label"] for code in scale["codes"]}
    ends = []
    for end in (scale["low"], scale["high"]):
        code = number(end, lang, 0 if float(end).is_integer() else 1)
        label = labels.get(end, code)
        ends.append(code if label == code else phrase(lang, "report.read.scale_end", code=code, label=label))
    return phrase(lang, "report.read.scale_range", low=ends[0], high=ends[1])


def trust(summary: Summary, lang: str) -> list[str]:
    """Say how clear-cut the types are."""
    quality, settings = summary["quality"], summary["settings"]
    scaling = display("scaling", settings["scaling"], lang)
    sentences = [phrase(lang, "report.trust.explained", share=percent(quality["explained"], lang), scaling=scaling)]
    hits = {name: integer(quality[name], lang) for name in ("hits", "starts")}
    sentences.append(phrase(lang, f"report.trust.{'hits' if quality['starts'] > 1 else 'no_starts'}", **hits))
    if any(kind["described"] for kind in summary["types"]):
        sentences.append(phrase(lang, "report.trust.names", clarity=number(DOUBTFUL_CLARITY, lang, 1)))
    else:
        sentences.append(phrase(lang, "report.trust.names_unnamed"))
    return sentences
