"""Who answered in a straight line or in a hurry, in which style the others did, and what it does to the types."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.codebook import Item, normalise
from kommtyp.effects import omega_squared
from kommtyp.errors import FitError, KommtypError, check_choice, first_of
from kommtyp.intervals import difference_from_all, moments
from kommtyp.response_styles import STYLES, response_styles
from kommtyp.typology import Classification, check_result, fit_again
from kommtyp.typology.agreeing import Agreement, agree, kept, match_types

__all__ = ["DURATIONS", "Screening", "screen"]

DURATIONS = (
    "interviewtime", "interview_time", "interviewdauer", "duration", "duration_in_seconds", "dauer",
    "bearbeitungsdauer", "bearbeitungszeit", "ausfuelldauer", "gesamtzeit", "time_sum", "total_time", "completion_time",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Screening:
    """How the municipalities answered, and the types without those who answered carelessly.

    Parameters
    ----------
    municipalities : DataFrame, n rows
        type, the measures of `response_styles` (answered, acquiescence, disacquiescence, extremity, midpoint,
        spread, root_difference, identical, longest_run), duration, relative_duration (÷ the median),
        straight_lining, speeding, flagged (either of the two).
    by_type : DataFrame
        One row per style and type: style, type, n, mean, deviation (mean − mean of all), ci_low, ci_high.
    styles : DataFrame
        One row a style: style, n, mean, sd, omega_squared, omega_low, omega_high (share of its spread that lies
        between the types: how far the types are types of answering).
    flags : DataFrame
        type (empty for municipalities without one), n, straight_lining, speeding, flagged (counts).
    without : DataFrame
        One row a type: type, n, share, type_without (its partner without the flagged), n_without,
        share_without, kept (share of those in both that keep it), doubtful, doubtful_without (whether the
        name is). Missing from type_without on where the types were not formed again.
    agreement : Agreement
        n, ari, same_name, same_matched between all and without the flagged, of those in both.
    refit : Classification or None
        The types without the flagged.
    note : str
        Why the types were not formed again; empty if they were.
    duration : str
        Item with the duration; empty if there is none.
    median_duration : float
        Its median, in the units of the file.
    straight_share, speeder_share, level : float
        Options of `screen`.
    """

    municipalities: pd.DataFrame
    by_type: pd.DataFrame
    styles: pd.DataFrame
    flags: pd.DataFrame
    without: pd.DataFrame
    agreement: Agreement
    refit: Classification | None
    note: str
    duration: str
    median_duration: float
    straight_share: float
    speeder_share: float
    level: float

    def __repr__(self) -> str:
        counts = self.municipalities[["straight_lining", "speeding", "flagged"]].sum()
        rule = f"under {self.speeder_share:.0%} of the median {self.duration}" if self.duration else "no duration known"
        found = self.note or (
            f"without them: adjusted Rand index {self.agreement.ari:.2f}, "
            f"{self.agreement.same_matched:.1%} keep their type"
        )
        order = self.styles.sort_values("omega_squared", ascending=False)
        style, omega = order["style"].iloc[0], order["omega_squared"].iloc[0]
        return "\n".join(
            [
                f"{len(self.municipalities)} municipalities, {counts['flagged']} flagged",
                f"{counts['straight_lining']} in a straight line, {counts['speeding']} in a hurry ({rule})",
                found,
                f"style that differs most between types: {style} (ω² {omega:.2f})",
            ]
        )


def screen(
    result: Classification,
    *,
    duration: str | None = None,
    straight_share: float = 1.0,
    speeder_share: float = 0.5,
    level: float = 0.95,
) -> Screening:
    """Measure how the municipalities answered the goals, and form the types again without careless answers.

    Straight-lining is ticking the same box all the way; speeding is answering in less than half the time of
    the median respondent. Both hint at answers without thought, though small municipalities may be quick for
    good reasons. Response styles are no fault, but types can be types of answering instead of types of
    priorities; how much of each style lies between the types says so. In the tables of styles
    municipalities count alike, whatever their weight.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit` or `Typology.classify`.
    duration : str, optional
        Item with the time that the questionnaire took, in any unit; found by its usual names, such as
        ``interviewtime``, where None and there is one. Times that are not above 0 count as missing.
    straight_share : float
        Share of equal ratings from which a municipality counts as straight-lining, above 0.5 and at most 1.
    speeder_share : float
        Share of the median duration below which a municipality counts as speeding, between 0 and 1.
    level : float
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    Screening
        Tables by municipality, style and type, and the types without the flagged municipalities.

    Raises
    ------
    FitError
        If the duration is not in the data or no number, or an option is out of range.

    References
    ----------
    Greszki, Meyer & Schoen (2015), Public Opinion Quarterly 79, 471–503, for shares of the median duration (they
    compare 0.7, 0.6 and 0.5); Leiner (2019), Survey Research Methods 13, 229–248; Kim, Dykema, Stevenson, Black &
    Moberg (2019), Social Science Computer Review 37, 214–233, for straight-lining; Van Vaerenbergh & Thomas (2013),
    International Journal of Public Opinion Research 25, 195–217, for styles.

    Examples
    --------
    >>> import kommtyp
    >>> found = screen(kommtyp.fit(kommtyp.load_sample(), n_init=20))
    >>> found.flags[["type", "straight_lining"]].tail(1)
      type  straight_lining
    4                     6
    """
    check_result(result)
    _check_options(straight_share, speeder_share, level)
    table = _styles_of(result)
    item = _duration_item(result, duration)
    times = np.full(len(table), np.nan)
    if item is not None:
        times = result.survey.answers[item.name].to_numpy(dtype=float)
        times = np.where(times > 0, times, np.nan)
    median = float(np.nanmedian(times)) if np.isfinite(times).any() else np.nan
    table["duration"] = times
    table["relative_duration"] = times / median
    rated = table["answered"].to_numpy() * len(result.typology.goals) > 1.5
    table["straight_lining"] = rated & (table["identical"].to_numpy() >= straight_share - 1e-9)
    table["speeding"] = table["relative_duration"].to_numpy() < speeder_share
    table["flagged"] = table["straight_lining"] | table["speeding"]
    refit, note = _without(result, table["flagged"].to_numpy())
    return Screening(
        municipalities=table,
        by_type=_by_type(result, table, level),
        styles=_spread_between(result, table, level),
        flags=_flags(result, table),
        without=_compare(result, refit),
        agreement=agree(result, refit) if refit is not None else Agreement(0, np.nan, np.nan, np.nan),
        refit=refit,
        note=note,
        duration="" if item is None else item.name,
        median_duration=median,
        straight_share=float(straight_share),
        speeder_share=float(speeder_share),
        level=float(level),
    )


def _check_options(straight_share: Any, speeder_share: Any, level: Any) -> None:
    for option, value, low in (("straight_share", straight_share, 0.5), ("speeder_share", speeder_share, 0.0)):
        if not _is_number(value) or not low < value <= 1:
            raise FitError(f"{option}: {value!r} does not do. Use a number above {low:g} and at most 1.")
    if not _is_number(level) or not 0 < level < 1:
        raise FitError(f"level: {level!r} is not between 0 and 1. Use 0.95 for 95 %.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _styles_of(result: Classification) -> pd.DataFrame:
    """Measure the ratings as they were given, before gaps were filled."""
    goals = list(result.typology.goals)
    items = [result.typology.codebook[goal] for goal in goals]
    ratings = result.survey.answers.reindex(columns=goals).to_numpy(dtype=float)
    low, high = float(items[0].low or 0), float(items[0].high or 0)
    turned = np.array([item.turned for item in items])
    styles = response_styles(ratings, low=low, high=high, clicked=np.where(turned, low + high - ratings, ratings))
    if items[0].scale == "choice":
        styles[["extremity", "midpoint"]] = np.nan
    elif items[0].scale == "rank":
        styles[list(STYLES)] = np.nan
    styles.index = result.types.index
    styles.insert(0, "type", result.types)
    return styles


def _duration_item(result: Classification, wanted: str | None) -> Item | None:
    survey = result.survey
    numbers = [item for item in survey.items("indicator", "context") if item.scale == "number"]
    if wanted is None:
        known = (item for item in numbers if {normalise(item.name), normalise(item.heading)} & set(DURATIONS))
        return next(known, None)
    by_name = {item.heading: item for item in survey.codebook.items if item.name in survey.answers}
    by_name |= {item.name: item for item in by_name.values()}
    check_choice("duration", wanted, list(by_name))
    item = by_name[wanted]
    if item.scale == "nominal":
        some = first_of(survey.answers[item.name].dropna().unique(), 3)
        raise FitError(f"duration: {wanted!r} holds {some}. Give a column of numbers, such as seconds.")
    return item


def _by_type(result: Classification, table: pd.DataFrame, level: float) -> pd.DataFrame:
    keys, labels = result.typology.keys, result.types.cat.codes.to_numpy()
    rows = []
    for style in ("answered", *STYLES):
        values = table[style].to_numpy(dtype=float)
        groups = moments(values, labels, len(keys))
        for c, key in enumerate(keys):
            away = difference_from_all(values, labels, [c], k=len(keys), shares=False, level=level)
            rows.append((style, key, int(groups.n[c]), groups.mean[c], *map(float, away)))
    return pd.DataFrame(rows, columns=["style", "type", "n", "mean", "deviation", "ci_low", "ci_high"])


def _spread_between(result: Classification, table: pd.DataFrame, level: float) -> pd.DataFrame:
    labels = result.types.cat.codes.to_numpy()
    rows = []
    for style in ("answered", *STYLES):
        values = table[style].to_numpy(dtype=float)
        whole = moments(values, np.where(labels >= 0, 0, -1), 1)
        effect = omega_squared(*moments(values, labels, len(result.typology.keys)), level=level)
        found = map(float, (effect.estimate, effect.low, effect.high))
        rows.append((style, int(whole.n[0]), whole.mean[0], whole.sd[0], *found))
    return pd.DataFrame(rows, columns=["style", "n", "mean", "sd", "omega_squared", "omega_low", "omega_high"])


def _flags(result: Classification, table: pd.DataFrame) -> pd.DataFrame:
    types = table["type"].astype(object).where(table["type"].notna(), "")
    counts = table[["straight_lining", "speeding", "flagged"]].groupby(types).sum()
    counts.insert(0, "n", types.value_counts())
    counts = counts.reindex([*result.typology.keys, ""], fill_value=0).astype(int)
    return counts.rename_axis("type").reset_index()


def _without(result: Classification, flagged: NDArray[np.bool_]) -> tuple[Classification | None, str]:
    if not flagged.any() or flagged.all():
        return None, f"{'everybody' if flagged.any() else 'nobody'} is flagged"
    try:
        return fit_again(result, rows=~flagged), ""
    except KommtypError as error:
        return None, str(error)


def _compare(result: Classification, refit: Classification | None) -> pd.DataFrame:
    table = result.sizes.copy()
    columns: dict[str, Any] = dict.fromkeys(("type_without", "n_without", "share_without", "kept", "doubtful_without"))
    if refit is not None:
        sizes, each = refit.sizes.set_index("type"), kept(result, refit)
        partner = table["type"].map(match_types(result, refit))
        same = each["name"] if each["name"].notna().all() else each["matched"]
        columns = {
            "type_without": partner,
            "n_without": partner.map(sizes["n"]),
            "share_without": partner.map(sizes["share"]),
            "kept": table["type"].map(same.astype(float).groupby(result.types.loc[same.index], observed=False).mean()),
            "doubtful_without": partner.isin(refit.typology.doubtful),
        }
    kinds: Any = {"n_without": "Int64", "share_without": float, "kept": float, "doubtful_without": "boolean"}
    table = table.assign(**columns).astype(kinds)
    table.insert(7, "doubtful", table["type"].isin(result.typology.doubtful))
    return table
