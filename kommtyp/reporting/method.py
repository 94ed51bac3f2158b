"""The method paragraph of the report: every choice, in words that can go into a paper."""

import platform
import re
import tomllib
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np

from kommtyp.comparison import Comparison
from kommtyp.definitions import packaged_definitions
from kommtyp.reporting.notes import source_name
from kommtyp.selection import Selection
from kommtyp.sensitivity import Sensitivity
from kommtyp.stability import MIXED, Stability
from kommtyp.texts import confidence, counted, display, integer, listing, percent, phrase, texts
from kommtyp.typology import Classification

__all__ = ["is_packaged_study", "method", "was_fitted"]

SOFTWARE = ("numpy", "scipy", "pandas")


@cache
def references() -> dict[str, str]:
    """Return all references: first author and year → full text."""
    source = files("kommtyp") / "resources" / "references.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def method(
    result: Classification,
    comparison: Comparison | None,
    *,
    findings: bool,
    stability: Stability | None = None,
    selection: Selection | None = None,
    sensitivity: Sensitivity | None = None,
    level: float,
    min_cell: int,
    lang: str,
) -> dict[str, Any]:
    """Describe what was done.

    Parameters
    ----------
    result : Classification
        The types.
    comparison : Comparison, optional
        What was compared.
    findings : bool
        Whether statements of a study were checked.
    stability : Stability, optional
        How the types were assessed.
    selection : Selection, optional
        How the number of types was looked into.
    sensitivity : Sensitivity, optional
        Which other choices were explored.
    level : float
        Level of the intervals.
    min_cell : int
        Smallest number of municipalities that is shown.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    dict
        ``paragraph``, ``references`` (those that the paragraph cites) and ``software`` (package → version).
    """
    software = {"kommtyp": result.typology.settings.version, "python": platform.python_version()}
    software |= {name: version(name) for name in SOFTWARE}
    sentences = [*_typology(result, lang), phrase(lang, "method.profile", level=confidence(level, lang))]
    if comparison is not None:
        sentences += [*_comparison(comparison, lang), *_standing(comparison, lang)]
    if findings:
        key = "findings" if is_packaged_study(result) else "findings_other"
        sentences.append(phrase(lang, f"method.{key}"))
    if stability is not None:
        sentences += _stability(stability, lang)
    if selection is not None:
        sentences += _selection(selection, lang)
    if sensitivity is not None:
        done = integer(len(sensitivity.counted), lang)
        sentences.append(phrase(lang, "method.choices", n=done, seed=sensitivity.random_state))
    sentences.append(phrase(lang, "method.privacy", min_cell=integer(min_cell, lang)))
    others = ", ".join(f"{display('package', name, lang)} {of}" for name, of in software.items() if name != "kommtyp")
    sentences.append(phrase(lang, "method.software", kommtyp=software["kommtyp"], others=others))
    paragraph = " ".join(sentences)
    return {"paragraph": paragraph, "references": _cited(paragraph), "software": software}


def _standing(comparison: Comparison, lang: str) -> list[str]:
    """Say how the comparison was adjusted, and how it carries the doubt about the types."""
    items = listing((comparison.codebook[name].title(lang) for name in comparison.adjust_for), lang)
    form = "_weighted" if _weighted(comparison) else ""
    said = [phrase(lang, f"method.adjusted{form}", items=items)] if items else []
    drawn = integer(comparison.n_boot, lang)
    return [*said, phrase(lang, f"method.uncertain{form}", n=drawn)] if comparison.n_boot else said


def _weighted(comparison: Comparison) -> bool:
    return bool(comparison.tests["test"].str.startswith(("rao_scott", "weighted_")).any())


def _stability(stability: Stability, lang: str) -> list[str]:
    scheme = "multiplicity" if stability.scheme == "bootstrap" and stability.multiplicity else stability.scheme
    starts = int(stability.hits["starts"].iloc[0])
    facts = {"n": integer(stability.n_boot, lang), "scheme": phrase(lang, f"report.trust.scheme.{scheme}")}
    said = [phrase(lang, "method.stability", seed=stability.random_state, **facts)]
    said += [phrase(lang, "method.stability_starts", starts=integer(starts, lang))] if starts > 1 else []
    said.append(phrase(lang, f"method.stability_{'thresholds' if stability.scheme == 'bootstrap' else 'similarity'}"))
    return [*said, phrase(lang, "method.stability_agreement", limit=percent(MIXED, lang, 0))]


def _selection(selection: Selection, lang: str) -> list[str]:
    ends = {"low": integer(selection.table["k"].min(), lang), "high": integer(selection.table["k"].max(), lang)}
    said = [phrase(lang, "method.selection", seed=selection.random_state, **ends)]
    return said + ([phrase(lang, "method.selection_null")] if selection.null["null"].notna().any() else [])


def _cited(paragraph: str) -> list[str]:
    """Return the references whose author and year stand together in a text."""
    keys = (key.split() for key in references())
    return [
        references()[f"{author} {year}"]
        for author, year in keys
        if re.search(rf"{author}[^.;()]*[(]?{year}", paragraph)
    ]


def is_packaged_study(result: Classification) -> bool:
    """Return True if the types are those of the packaged study."""
    return result.typology.definitions.name == packaged_definitions().name


def was_fitted(result: Classification) -> bool:
    """Return True if the types were formed from these very answers, not brought along by a ready typology."""
    quality = result.typology.quality
    typed = result.types.notna().to_numpy()
    if typed.sum() != quality.n:
        return False
    own = result.distances.to_numpy()[typed, result.types.cat.codes.to_numpy()[typed]]
    return bool(np.isclose((result.weights.to_numpy()[typed] * own**2).sum(), quality.objective, rtol=1e-6))


def _typology(result: Classification, lang: str) -> list[str]:
    typology, survey = result.typology, result.survey
    settings, quality = typology.settings, typology.quality
    typed = int(result.types.notna().sum())
    facts = {
        "municipalities": counted(lang, "units.municipality", typed),
        "goals": counted(lang, "method.goals", len(typology.goals)),
    }
    with_hash = "data" if survey.fingerprint else "data_without_hash"
    said = [
        phrase(lang, f"method.{with_hash}", file=source_name(survey.source, lang), hash=survey.fingerprint, **facts)
    ]
    if not was_fitted(result):
        said.append(phrase(lang, "method.classified", formed=counted(lang, "units.municipality", quality.n)))
    said.append(phrase(lang, "method.eligible", min_answered=percent(settings.min_answered, lang, 0)))
    if settings.scaling in ("ipsative", "ipsative_z"):
        said.append(phrase(lang, "method.alike"))
    filled = "filled" if quality.filled_share else "complete"
    said.append(phrase(lang, f"method.{filled}", share=percent(quality.filled_share, lang)))
    said += [phrase(lang, "method.weighted")] if settings.weighted else []
    said.append(phrase(lang, f"method.scaling.{settings.scaling}"))
    values = asdict(settings) | {
        "k": len(typology.definitions.types),
        "n_init": integer(settings.n_init, lang),
        "seed": settings.random_state,
        "hits": integer(quality.hits, lang),
        "starts": integer(quality.starts, lang),
        "explained": percent(quality.explained, lang),
    }
    known = texts(lang)["method"]["clustering"]
    said.append(phrase(lang, f"method.clustering.{settings.method if settings.method in known else 'other'}", **values))
    study = (typology.definitions.title_en if lang == "en" else "") or typology.definitions.title
    unnamed = typology.definitions.name == "unnamed"
    # A cluster without a description, or a description without a cluster, means that the number was chosen.
    followed = (
        not unnamed and (typology.labelling.names >= 0).all() and len(typology.labelling.scores[0]) == values["k"]
    )
    for key in ("unnamed" if unnamed else "named", "number_of_study" if followed else "number_given"):
        said.append(phrase(lang, f"method.{key}", k=values["k"], study=study or typology.definitions.name))
    return said


def _comparison(comparison: Comparison, lang: str) -> list[str]:
    tests = set(comparison.tests["test"])
    scales = {comparison.codebook[name].scale for name in comparison.indicators}
    if _weighted(comparison):
        return [
            phrase(lang, "method.weighted_comparison"),
            *_corrected(comparison, lang),
            phrase(lang, "method.weighted_rest"),
        ]
    said = [phrase(lang, "method.shares")] if scales & {"binary", "choice", "nominal", "ordinal"} else []
    said += [phrase(lang, "method.nominal")] if "nominal" in scales else []
    said += [phrase(lang, "method.means")] if scales & {"ordinal", "number"} else []
    for name in ("pearson_chi2", "fisher", "kruskal_wallis", "welch_anova"):
        if any(test.startswith(name) for test in tests):
            said.append(phrase(lang, f"method.test_{name}"))
    return [*said, *_corrected(comparison, lang), phrase(lang, "method.rest")]


def _corrected(comparison: Comparison, lang: str) -> list[str]:
    """Say how many tests were corrected together, and how the options of a question were."""
    main = comparison.tests.drop_duplicates("indicator")
    options = comparison.options
    n = int(main.loc[~main["indicator"].isin(options), "p_value"].notna().sum())
    said = [phrase(lang, f"method.correction_{comparison.correction}", n=integer(n, lang))]
    return [*said, phrase(lang, "method.blocks")] if options and comparison.correction != "none" else said
