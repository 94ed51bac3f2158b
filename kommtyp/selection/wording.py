"""One sentence on the number of types, in German and English."""

import pandas as pd

from kommtyp.selection.criteria import CRITERIA
from kommtyp.texts import listing, texts

__all__ = ["sentence"]

WORDS = {
    "de": {
        "none": "Für keine Zahl von Typen ließ sich ein Kriterium berechnen",
        "one": "Alle Kriterien sprechen für {number}",
        "several": "Die Kriterien sprechen für verschiedene Zahlen von Typen: {numbers}",
        "k": "{k}",
        "k_types": "{k} Typen",
        "undivided": "keine Teilung",
        "given_alone": "; das ist auch die Zahl der Studie",
        "given_among": "; dass es {k} Typen sind, gibt die Studie vor, die Daten allein legen es nicht fest",
        "given_not": "; dass es {k} Typen sind, gibt die Studie vor, aus diesen Daten ergibt es sich nicht",
        "null_all": "; bei {k} Typen ist keines der Kriterien besser als in Daten ohne Struktur",
        "null_some": "; bei {k} Typen nicht besser als in Daten ohne Struktur: {names}",
        "null_none": "; bei {k} Typen sind alle Kriterien besser als in Daten ohne Struktur",
    },
    "en": {
        "none": "No criterion could be computed for any number of types",
        "one": "All criteria support {number}",
        "several": "The criteria support different numbers of types: {numbers}",
        "k": "{k}",
        "k_types": "{k} types",
        "undivided": "no division",
        "given_alone": "; this is also the number of the study",
        "given_among": "; that there are {k} types is given by the study, the data alone do not settle it",
        "given_not": "; that there are {k} types is given by the study, it was not found in these data",
        "null_all": "; with {k} types no criterion does better than in data without structure",
        "null_some": "; with {k} types no better than in data without structure: {names}",
        "null_none": "; with {k} types all criteria do better than in data without structure",
    },
}


def sentence(suggestion: pd.DataFrame, null: pd.DataFrame, given: int | None, lang: str) -> str:
    """Say which numbers the criteria support, and where the number of the study comes from.

    Parameters
    ----------
    suggestion : DataFrame
        What each criterion supports.
    null : DataFrame
        What data without structure give.
    given : int, optional
        Number of types of the study.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        The sentence.
    """
    texts(lang)
    words = WORDS[lang]
    names = {criterion.name: getattr(criterion, lang) for criterion in CRITERIA}
    supported = suggestion.dropna(subset=["k"])
    if supported.empty:
        return f"{words['none']}."
    groups: dict[int, list[str]] = {}
    for k, name in zip(supported["k"].tolist(), supported["criterion"].tolist(), strict=True):
        groups.setdefault(int(k), []).append(names[name])
    text = _support(groups, words, lang)
    if given is not None:
        only = list(groups) == [given]
        key = "given_alone" if only else "given_among" if given in groups else "given_not"
        text += words[key].format(k=given)
    shown = given if given is not None else next(iter(groups)) if len(groups) == 1 else None
    return f"{text}{_beside_null(null, shown, names, words, lang)}."


def _support(groups: dict[int, list[str]], words: dict[str, str], lang: str) -> str:
    if len(groups) == 1:
        k = next(iter(groups))
        return words["one"].format(number=words["undivided"] if k == 1 else words["k_types"].format(k=k))
    parts = [
        f"{words['undivided'] if k == 1 else words['k'].format(k=k)} ({listing(listed, lang)})"
        for k, listed in sorted(groups.items())
    ]
    return words["several"].format(numbers=", ".join(parts))


def _beside_null(null: pd.DataFrame, k: int | None, names: dict[str, str], words: dict[str, str], lang: str) -> str:
    """Name the criteria that do no better at k than in data without structure."""
    ruled = [criterion for criterion in CRITERIA if criterion.rule]
    beside = null[(null["k"] == k) & null["criterion"].isin([criterion.name for criterion in ruled])]
    beside = beside.dropna(subset=["value", "null_low", "null_high"])
    if beside.empty:
        return ""
    ends = dict(zip(beside["criterion"], beside[["value", "null_low", "null_high"]].to_numpy().tolist(), strict=True))
    weak = []
    for criterion in (entry for entry in ruled if entry.name in ends):
        value, low, high = ends[criterion.name]
        if not (value > high if criterion.better == "larger" else value < low):
            weak.append(names[criterion.name])
    key = "null_none" if not weak else "null_all" if len(weak) == len(ends) else "null_some"
    return words[key].format(k=k, names=listing(weak, lang))
