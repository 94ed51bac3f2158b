"""What two waves say, in a few plain sentences."""

from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from kommtyp.definitions import Definitions
from kommtyp.texts import counted, integer, interval, listing, number, p_value, percent, phrase, signed, texts

if TYPE_CHECKING:
    from kommtyp.waves.records import Remark, Waves

__all__ = ["remark", "sentence", "signs"]


def sentence(waves: "Waves", lang: str) -> str:
    """Say who stayed, whether the shares changed, and whether the types still fit.

    Parameters
    ----------
    waves : Waves
        The comparison.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        The sentences.
    """
    texts(lang)
    return " ".join([_change(waves, lang), *_moves(waves, lang), *_fit(waves, lang)])


def remark(one: "Remark", definitions: Definitions, lang: str) -> str:
    """Write out a remark.

    Parameters
    ----------
    one : Remark
        The remark.
    definitions : Definitions
        The types.
    lang : {"de", "en"}
        Language.

    Returns
    -------
    str
        A sentence.
    """
    titles = {entry.key: entry.title(lang) for entry in definitions.types}
    waves = texts(lang)["waves"]["wave"]
    named = [waves.get(key) or _quoted(titles.get(key, key), lang) for key in one.detail.split(", ") if key]
    return counted(lang, f"waves.note.{one.kind}", one.n, detail=listing(named, lang))


def signs(waves: "Waves") -> dict[str, Any]:
    """Find what speaks against the types still fitting.

    Parameters
    ----------
    waves : Waves
        The comparison.

    Returns
    -------
    dict
        drift (types whose center moved beyond chance), far (whether more municipalities than before are far from
        all centers), ari (whether types formed afresh differ more from the frozen ones than chance would explain).
    """
    moved = waves.centers[waves.centers["p_corrected"] < 1 - waves.level]
    reformed = waves.reformed.iloc[0]
    return {
        "drift": moved["type"].tolist(),
        "far": bool(waves.far["excess_low"].iloc[0] > 0),
        "ari": bool(reformed["ari"] < reformed["expected_low"]),
    }


def _change(waves: "Waves", lang: str) -> str:
    p = float(waves.tests.loc[waves.tests["basis"] == "all", "p_value"].iloc[0])
    if isnan(p):
        return phrase(lang, "waves.say.not_tested")
    table = waves.shares[waves.shares["basis"] == "all"]
    sure = table[table["p_corrected"] < 1 - waves.level]
    if sure.empty:
        key = "unchanged" if p >= 1 - waves.level else "changed"
        return phrase(lang, f"waves.say.{key}", p=_p(p, lang))
    parts = [
        phrase(lang, "waves.say.one_change", type=_title(waves, key, lang), points=signed(100 * change, lang, 1),
               interval=interval(100 * low, 100 * high, lang, 1))
        for key, change, low, high in sure[["type", "change", "ci_low", "ci_high"]].itertuples(index=False, name=None)
    ]  # fmt: skip
    return phrase(lang, "waves.say.changed_types", p=_p(p, lang), types=listing(parts, lang))


def _moves(waves: "Waves", lang: str) -> list[str]:
    if not waves.matched:
        return [phrase(lang, "waves.say.not_matched")]
    stayed, chance = (_measure(waves.agreement, name) for name in ("stayed", "stayed_by_chance"))
    told = [
        counted(lang, "waves.say.stayed", waves.matched, share=percent(stayed["estimate"], lang, 0),
                interval=interval(stayed["ci_low"], stayed["ci_high"], lang, 0, share=True),
                chance=percent(chance["estimate"], lang, 0))
    ]  # fmt: skip
    overlap = _measure(waves.agreement, "moved_by_overlap")["estimate"]
    told.append(phrase(lang, "waves.say.overlap", share=percent(overlap, lang, 0)))
    moved = waves.border[waves.border["group"] == "moved"].iloc[0]
    if moved["n"]:
        told.append(
            counted(lang, "waves.say.near", int(moved["n"]), near=integer(moved["near"], lang),
                    share=percent(moved["share"], lang, 0), margin=number(waves.near, lang, 1))
        )  # fmt: skip
    return told


def _fit(waves: "Waves", lang: str) -> list[str]:
    found, far, reformed = signs(waves), waves.far.iloc[0], waves.reformed.iloc[0]
    parts = []
    if found["drift"]:
        named = [_drifted(waves, key, lang) for key in found["drift"]]
        parts.append(counted(lang, "waves.say.drift", len(named), types=listing(named, lang)))
    parts += [phrase(lang, f"waves.say.sign_{name}") for name in ("far", "ari") if found[name]]
    told = [
        phrase(lang, "waves.say.fit_some", signs="; ".join(parts)) if parts else _no_sign(waves, lang),
        phrase(lang, "waves.say.far", share=percent(far["share"], lang), expected=percent(far["expected"], lang),
               interval=interval(far["ci_low"], far["ci_high"], lang, 1, share=True)),
    ]  # fmt: skip
    if isfinite(reformed["ari"]):
        known = isfinite(reformed["expected_low"])
        told.append(
            phrase(lang, "waves.say.ari" if known else "waves.say.ari_alone", ari=number(reformed["ari"], lang),
                   interval=interval(reformed["expected_low"], reformed["expected_high"], lang))
        )  # fmt: skip
    return told


def _no_sign(waves: "Waves", lang: str) -> str:
    """Say that nothing speaks against the types, or what of it cannot be judged."""
    later = waves.shares[waves.shares["basis"] == "all"]
    held, reformed = int((later["n_later"] > 0).sum()), waves.reformed.iloc[0]
    if held < 2:
        return counted(lang, "waves.say.fit_few", held)
    if not isfinite(reformed["ari"]):
        return phrase(lang, "waves.say.fit_alone")
    return phrase(lang, "waves.say.fit_none" if isfinite(reformed["expected_low"]) else "waves.say.fit_part")


def _drifted(waves: "Waves", key: str, lang: str) -> str:
    row = waves.centers[waves.centers["type"] == key].iloc[0]
    return phrase(lang, "waves.say.drifted", type=_title(waves, key, lang), relative=percent(row["relative"], lang, 0))


def _measure(table: pd.DataFrame, name: str) -> pd.Series:
    return table[table["measure"] == name].iloc[0]


def _title(waves: "Waves", key: str, lang: str) -> str:
    return _quoted(next(entry.title(lang) for entry in waves.definitions.types if entry.key == key), lang)


def _p(value: float, lang: str) -> str:
    written = p_value(value, lang)
    return f"p {written}" if written.startswith("<") else f"p = {written}"


def _quoted(words: str, lang: str) -> str:
    return phrase(lang, "units.quoted", words=words)
