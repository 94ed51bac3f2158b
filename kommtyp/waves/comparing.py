"""Compare two surveys under one typology."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kommtyp.codebook import Codebook
from kommtyp.errors import FitError, check_kind
from kommtyp.multiplicity import Correction
from kommtyp.typology import Classification
from kommtyp.waves.drifting import centers_tables, far_table
from kommtyp.waves.matching import Pairing, earlier_wave, later_wave, pair_waves
from kommtyp.waves.records import COLUMNS, Remark, Waves
from kommtyp.waves.reforming import reform
from kommtyp.waves.tables import agreement_table, border_tables, samples_table, share_tables

__all__ = ["compare_waves"]

FEW = 5


def compare_waves(
    earlier: Classification,
    later: Any,
    *,
    codebook: Codebook | str | Path | None = None,
    weights: str | ArrayLike | None = None,
    paired: bool | None = None,
    level: float = 0.95,
    correction: Correction = "holm",
    near: float = 0.2,
    far: float = 0.95,
    n_boot: int = 100,
    n_init: int = 50,
    keys: bool = False,
    random_state: int = 0,
) -> Waves:
    """Compare two surveys under the typology of the earlier one: shares, moves, and whether the types still fit.

    The typology is frozen: both waves are classified by its centers, so a share that changed is not a matter of
    other types. Municipalities in both waves are matched by their keys. Those of one wave only count, too: the
    change of all takes into account how far the same municipalities stand behind both shares. A municipality
    near the border of two types may move between them because it answered a little differently on another day;
    so the movers are shown with their margins, beside the share that could have moved though nobody's type changed:
    a share of movers is not a share of change.

    Parameters
    ----------
    earlier : Classification
        What `kommtyp.fit` returned for the earlier survey, or `Typology.classify`.
    later : DataFrame, Survey, path or Classification
        Answers of the later survey, with all goals of the typology on the same scales; or its Classification by
        the same typology.
    codebook : Codebook, str or path, optional
        What the columns of the later survey mean; the codebook of the typology where None.
    weights : str or array_like, optional
        Column with the weights of the later survey, or the weights; the weights of its Classification, or its item
        with the role "weight", where None. The earlier wave has those of its Classification or, where these are all 1,
        of such an item.
    paired : bool, optional
        Whether to match municipalities by their keys (column of the codebook, or index of the frame): None where
        both waves have keys, True to insist, False for waves of other municipalities or other keys.
    level : float
        Confidence level of the intervals, between 0 and 1.
    correction : {"holm", "bh", "none"}
        Correction of the p-values, over the types within a basis, the goals within a type, the centers of all types.
    near : float
        Margin (see `Classification`) below which a municipality is near the border of two types: 0.2 means that the
        next type is at most a quarter farther away than its own.
    far : float
        Quantile of the distances to the nearest center in the earlier wave beyond which a municipality is far from
        all types. Where this wave formed the types, each distance is freed of the municipality's own pull on the
        center; with few municipalities (100) still about 7 % instead of 5 % of new ones lie beyond.
    n_boot : int
        Pairs of samples of the earlier wave that show how alike types formed afresh would be had nothing changed;
        none where 0. For types formed by k-means.
    n_init : int
        Random starts of k-means in each of these samples.
    keys : bool
        True to list every matched municipality under its key in `municipalities`; for use in the house.
    random_state : int
        Seed, 0 or more.

    Returns
    -------
    Waves
        Tidy tables `samples`, `shares`, `tests`, `transitions`, `agreement`, `border`, `drift`, `centers`, `far`,
        `reformed`, `reformed_types` and `municipalities`; `sentence()` says it in words.

    Raises
    ------
    FitError
        If the later wave was classified by another typology, a goal was not rated in both waves or on another scale,
        nobody has a type, or an option is out of range.
    SurveyError
        If the answers cannot be read, or a key occurs twice.

    References
    ----------
    McNemar (1947), Psychometrika 12, 153–157; Stuart (1955), Biometrika 42, 412–416; Newcombe (1998), Statistics
    in Medicine 17, 2635–2650; Derrick et al. (2015), J. Applied Quantitative Methods 10(3), and (2017), J. Modern
    Applied Statistical Methods 16, 137–157, for partially overlapping samples; Fleiss, Cohen & Everitt (1969),
    Psychological Bulletin 72, 323–327; Celeux & Govaert (1992), Computational Statistics & Data Analysis 14,
    315–332, for the clouds that k-means stands for. `kommtyp.overlapping` says what is used when.

    Examples
    --------
    >>> import kommtyp
    >>> earlier = kommtyp.fit(kommtyp.make_survey(200, random_state=1), n_init=20)
    >>> waves = kommtyp.compare_waves(earlier, kommtyp.make_survey(180, random_state=2), n_boot=0)
    >>> waves.shares[["basis", "type"]].head(2)
      basis         type
    0   all  bedaechtige
    1   all   optimierer
    >>> len(waves.transitions), waves.municipalities.empty
    (16, True)
    """
    _check_options(level=level, near=near, far=far, n_boot=n_boot, n_init=n_init, random_state=random_state)
    check_kind("keys", keys, (bool, np.bool_), "True or False")
    first = earlier_wave(earlier)
    typology = earlier.typology
    second = later_wave(later, typology, codebook=codebook, weights=weights)
    pairing = pair_waves(first, second, paired)
    panel = pairing.panel
    shares, tests = share_tables(panel, typology.keys, level=level, correction=correction)
    margins = _margins(pairing)
    transitions, border = border_tables(panel, margins, typology.keys, near=near, level=level)
    drift, centers = centers_tables(pairing, level=level, correction=correction)
    distant, limit, is_far = far_table(pairing, far=far, level=level)
    reformed, types = reform(first, second, earlier, n_boot=n_boot, n_init=n_init, random_state=random_state)
    samples = samples_table(pairing)
    return Waves(
        samples=samples,
        shares=shares,
        tests=tests,
        transitions=transitions,
        agreement=agreement_table(pairing, level=level),
        border=border,
        drift=drift,
        centers=centers,
        far=distant,
        reformed=reformed,
        reformed_types=types,
        municipalities=_municipalities(pairing, margins, is_far, near=near, keys=keys),
        definitions=typology.definitions,
        codebook=typology.codebook,
        remarks=tuple(_remarks(pairing, earlier, samples, shares, reformed)),
        level=level,
        near=near,
        far_limit=limit,
        far_share=far,
        correction=correction,
    )


def _check_options(**options: Any) -> None:
    for name, value in options.items():
        share = name in ("level", "near", "far")
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if share and not (number and 0 < value < 1):
            raise FitError(f"{name}: {value!r} does not do. Use a number between 0 and 1.")
        least = 1 if name == "n_init" else 0
        whole = number and isinstance(value, int | np.integer)
        if not share and not (whole and value >= least):
            raise FitError(f"{name}: {value!r} does not do. Use a whole number of at least {least}.")
        if name == "n_boot" and value == 1:
            raise FitError("n_boot: 1 pair of samples has no spread. Use 100, or 0 for none.")


def _margins(pairing: Pairing) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = (
        pairing.take(wave.name, wave.result.margin.to_numpy(dtype=float), np.nan)
        for wave in (pairing.earlier, pairing.later)
    )
    return first, second


def _municipalities(
    pairing: Pairing, margins: tuple[NDArray[Any], NDArray[Any]], is_far: NDArray[np.bool_], *, near: float, keys: bool
) -> pd.DataFrame:
    """List the matched municipalities, if asked for."""
    panel = pairing.panel
    both = panel.both & keys
    types = pairing.earlier.result.typology.keys
    before, after = (
        pd.Categorical.from_codes(codes[both].tolist(), categories=pd.Index(types))
        for codes in (panel.before, panel.after)
    )
    index = pairing.earlier.result.types.index[pairing.place_earlier[both]]
    first, second = (values[both] for values in margins)
    table = pd.DataFrame(
        {
            "type_earlier": before,
            "type_later": after,
            "margin_earlier": first,
            "margin_later": second,
            "moved": panel.before[both] != panel.after[both],
            "near": np.minimum(first, second) < near,
            "far": is_far[both],
        },
        index=index,
    )
    return table[COLUMNS["municipalities"]]


def _remarks(
    pairing: Pairing, origin: Classification, samples: pd.DataFrame, shares: pd.DataFrame, reformed: pd.DataFrame
) -> list[Remark]:
    """Collect what a reader should know before believing the tables."""
    found = []
    waves = (pairing.earlier, pairing.later)
    if pairing.reason:
        found.append(Remark("not_asked" if pairing.reason == "asked" else "no_keys"))
    elif not samples["in_both"].iloc[0]:
        found.append(Remark("no_common"))
    found += [Remark("without_key", int(wave.without_key.sum()), wave.name) for wave in waves if wave.without_key.any()]
    lost = int(samples["in_both"].iloc[0] - samples["matched"].iloc[0])
    if lost:
        found.append(Remark("type_in_one", lost))
    if _same_answers(*waves):
        found.append(Remark("same_answers"))
    other = int((origin.types.cat.codes != pairing.earlier.result.types.cat.codes).sum())
    if other:
        found.append(Remark("reclassified", other))
    weighted = [wave.name for wave in waves if wave.weighted]
    if weighted:
        found.append(Remark("weights" if len(weighted) == 2 else "weights_once", 0, ", ".join(weighted)))
    found += _small_types(shares)
    if reformed["note"].iloc[0]:
        failed = reformed["ari"].isna().iloc[0]
        found.append(Remark("not_reformed" if failed else "no_yardstick"))
    return found


def _same_answers(earlier: Any, later: Any) -> bool:
    first, second = earlier.result.survey, later.result.survey
    return first is second or bool(first.fingerprint and first.fingerprint == second.fingerprint)


def _small_types(shares: pd.DataFrame) -> list[Remark]:
    """Name types that nobody belongs to in a wave, and those that only few belong to."""
    table = shares[shares["basis"] == "all"]
    found = []
    for wave in ("earlier", "later"):
        n = table[f"n_{wave}"]
        absent, few = table.loc[n == 0, "type"].tolist(), table.loc[(n > 0) & (n < FEW), "type"].tolist()
        found += [Remark(f"{kind}_{wave}", len(types), ", ".join(types)) for kind, types in
                  (("absent", absent), ("few", few)) if types]  # fmt: skip
    return found
