"""The method paragraph of the report: every choice, in words that can go into a paper."""

import platform
import re
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np

from kommtyp.comparison import Comparison
from kommtyp.definitions import packaged_definitions
from kommtyp.reporting.notes import source_name
from kommtyp.texts import confidence, counted, display, integer, percent, phrase
from kommtyp.typology import Classification

__all__ = ["is_packaged_study", "method", "was_fitted"]

SOFTWARE = ("numpy", "scipy", "pandas")
REFERENCES = (
    ("Benjamini", "1995", "Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful approach to multiple testing. Journal of the Royal Statistical Society B, 57, 289–300."),
    ("Bernaards", "2000", "Bernaards, C. A. & Sijtsma, K. (2000). Influence of imputation and EM methods on factor analysis when item nonresponse in questionnaire data is nonignorable. Multivariate Behavioral Research, 35, 321–364."),
    ("Fränti", "2018", "Fränti, P. (2018). Efficiency of random swap clustering. Journal of Big Data, 5, 13."),
    ("Freeman", "1951", "Freeman, G. H. & Halton, J. H. (1951). Note on an exact treatment of contingency, goodness of fit and other problems of significance. Biometrika, 38, 141–149."),
    ("Goodman", "1965", "Goodman, L. A. (1965). On simultaneous confidence intervals for multinomial proportions. Technometrics, 7, 247–254."),
    ("Hartigan", "1979", "Hartigan, J. A. & Wong, M. A. (1979). Algorithm AS 136: a k-means clustering algorithm. Applied Statistics, 28, 100–108."),
    ("Holm", "1979", "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6, 65–70."),
    ("Kruskal", "1952", "Kruskal, W. H. & Wallis, W. A. (1952). Use of ranks in one-criterion variance analysis. Journal of the American Statistical Association, 47, 583–621."),
    ("Kuhn", "1955", "Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly, 2, 83–97."),
    ("Murtagh", "2014", "Murtagh, F. & Legendre, P. (2014). Ward’s hierarchical agglomerative clustering method: which algorithms implement Ward’s criterion? Journal of Classification, 31, 274–295."),
    ("Newcombe", "1998", "Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of eleven methods. Statistics in Medicine, 17, 873–890."),
    ("Welch", "1947", "Welch, B. L. (1947). The generalization of ‘Student’s’ problem when several different population variances are involved. Biometrika, 34, 28–35."),
    ("Welch", "1951", "Welch, B. L. (1951). On the comparison of several mean values: an alternative approach. Biometrika, 38, 330–336."),
    ("Wilson", "1927", "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association, 22, 209–212."),
)  # fmt: skip


def method(
    result: Classification, comparison: Comparison | None, *, findings: bool, level: float, min_cell: int, lang: str
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
        sentences += _comparison(comparison, lang)
    if findings:
        key = "findings" if is_packaged_study(result) else "findings_other"
        sentences.append(phrase(lang, f"method.{key}"))
    sentences.append(phrase(lang, "method.privacy", min_cell=integer(min_cell, lang)))
    others = ", ".join(f"{display('package', name, lang)} {of}" for name, of in software.items() if name != "kommtyp")
    sentences.append(phrase(lang, "method.software", kommtyp=software["kommtyp"], others=others))
    paragraph = " ".join(sentences)
    cited = [text for author, year, text in REFERENCES if re.search(rf"{author}[^.;()]*[(]?{year}", paragraph)]
    return {"paragraph": paragraph, "references": cited, "software": software}


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
    weights = result.weights.to_numpy()[typed]
    return bool(np.isclose((weights / weights.mean() * own**2).sum(), quality.objective, rtol=1e-3))


def _typology(result: Classification, lang: str) -> list[str]:
    typology, survey = result.typology, result.survey
    settings, quality = typology.settings, typology.quality
    typed = int(result.types.notna().sum())
    facts = {
        "municipalities": counted(lang, "units.municipality", typed),
        "goals": counted(lang, "method.goals", len(typology.goals)),
    }
    with_hash = "data" if survey.fingerprint else "data_without_hash"
    said = [phrase(lang, f"method.{with_hash}", file=source_name(survey.source, lang), hash=survey.fingerprint, **facts)]
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
    said.append(phrase(lang, f"method.clustering.{settings.method}", **values))
    study = (typology.definitions.title_en if lang == "en" else "") or typology.definitions.title
    named = "unnamed" if typology.definitions.name == "unnamed" else "named"
    said.append(phrase(lang, f"method.{named}", k=values["k"], study=study or typology.definitions.name))
    return said


def _comparison(comparison: Comparison, lang: str) -> list[str]:
    tests = set(comparison.tests["test"])
    scales = {comparison.codebook[name].scale for name in comparison.tests["indicator"]}
    said = [phrase(lang, "method.shares")] if scales & {"binary", "choice", "nominal", "ordinal"} else []
    said += [phrase(lang, "method.nominal")] if "nominal" in scales else []
    said += [phrase(lang, "method.means")] if scales & {"ordinal", "number"} else []
    for name in ("pearson_chi2", "fisher", "kruskal_wallis", "welch_anova"):
        if any(test.startswith(name) for test in tests):
            said.append(phrase(lang, f"method.test_{name}"))
    n = int(comparison.tests["p_value"].notna().sum())
    said.append(phrase(lang, f"method.correction_{comparison.correction}", n=integer(n, lang)))
    return [*said, phrase(lang, "method.rest")]
