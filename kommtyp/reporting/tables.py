"""The tables of a result as they may leave the house: suppressed cells empty, and marked as such."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kommtyp.comparison import Comparison
from kommtyp.plotting import answer_key
from kommtyp.profiles import profile
from kommtyp.reporting.p_classes import hide_p, shown_tests, touched
from kommtyp.reporting.privacy import Hidden, blank, find_hidden, is_hidden, is_small
from kommtyp.reporting.standing import STANDING, coarse, shown_standing, traceable
from kommtyp.typology import Classification

__all__ = ["SHARES", "Tables", "shown_tables", "weight_of_answers"]

SHARES = ("binary", "choice", "nominal")
NUMBERS_OF_PROFILE = ["mean", "deviation", "ci_low", "ci_high", "top_share", "z", "v_test"]
NUMBERS_OF_DIFFERENCE = ["difference", "ci_low", "ci_high"]


@dataclass(frozen=True, eq=False)
class Tables:
    """All tables of a report, each with a column ``suppressed``.

    Parameters
    ----------
    sizes : DataFrame
        type, n, share.
    profile : DataFrame
        As `kommtyp.profile` gives it.
    estimates, tests, pairs, versus_rest : DataFrame
        As in `Comparison`, with ``p_value_class`` and ``p_corrected_class`` where only a class of p is shown; empty
        where nothing was compared.
    overall : DataFrame
        indicator, category, n, estimate of all types together.
    adjusted, adjusted_differences, strata, uncertain, uncertain_differences : DataFrame
        As in `Comparison`, adjusted numbers rounded; empty where the comparison holds none.
    findings : DataFrame
        As `kommtyp.check_findings` gives it.
    hidden : Hidden
        What is not shown.
    """

    sizes: pd.DataFrame
    profile: pd.DataFrame
    estimates: pd.DataFrame
    tests: pd.DataFrame
    pairs: pd.DataFrame
    versus_rest: pd.DataFrame
    overall: pd.DataFrame
    adjusted: pd.DataFrame
    adjusted_differences: pd.DataFrame
    strata: pd.DataFrame
    uncertain: pd.DataFrame
    uncertain_differences: pd.DataFrame
    findings: pd.DataFrame
    hidden: Hidden


def shown_tables(
    result: Classification, comparison: Comparison | None, findings: pd.DataFrame | None, *, level: float, min_cell: int
) -> Tables:
    """Take everything out of the tables that is not to be shown.

    Parameters
    ----------
    result : Classification
        The types.
    comparison : Comparison, optional
        What was compared.
    findings : DataFrame, optional
        Statements of a study that were checked.
    level : float
        Level of the intervals of the profile.
    min_cell : int
        Smallest number of municipalities that is shown.

    Returns
    -------
    Tables
        Copies of the tables; numbers that are not shown are NaN.
    """
    empty = pd.DataFrame()
    compared = [] if comparison is None else list(comparison.indicators)
    checked = [] if findings is None else [name for name in findings["indicator"] if name in result.survey.answers]
    picks = [
        goal
        for goal in result.typology.goals
        if goal in result.survey.answers and result.survey.codebook[goal].scale == "choice"
    ]
    hidden = find_hidden(result, dict.fromkeys([*compared, *checked, *picks]), min_cell)
    sizes = blank(result.sizes, result.sizes["type"].isin(hidden.types), ["n", "share"])
    tables = dict.fromkeys(("estimates", "tests", "pairs", "versus_rest", "overall", *STANDING), empty)
    if comparison is not None:
        tables["estimates"] = _estimates(comparison, hidden)
        tables["overall"] = _overall(comparison, result, hidden, min_cell)
        tables |= shown_standing(result, comparison, hidden, min_cell=min_cell)
        standing = [tables[name] for name in STANDING if name != "strata"]
        touching = touched(hidden, comparison).union(*(rows["indicator"][rows["suppressed"]] for rows in standing))
        tables["tests"] = shown_tests(comparison, touching)
        few = tables["overall"][tables["overall"]["suppressed"]]
        unsaid = set(zip(few["indicator"], few["category"], strict=True))
        tables["pairs"] = _differences(comparison.pairs, ["type_a", "type_b"], comparison, hidden, touching=touching)
        tables["versus_rest"] = _differences(
            comparison.versus_rest, ["type"], comparison, hidden, touching=touching, unsaid=unsaid
        )
    return Tables(
        sizes=sizes,
        profile=_profile(result, hidden, level, min_cell),
        findings=empty if findings is None else _findings(findings, result, hidden, min_cell),
        hidden=hidden,
        **tables,
    )


def _profile(result: Classification, hidden: Hidden, level: float, min_cell: int) -> pd.DataFrame:
    table = profile(result, level=level)
    cells = list(zip(table["goal"], table["type"], strict=True))
    by_size = table["type"].isin(hidden.types)
    shown = blank(table, by_size, ["n"])
    few = pd.Series([hidden.any_share(goal, kind) for goal, kind in cells], dtype=bool)
    shown = blank(shown, few | by_size, NUMBERS_OF_PROFILE)
    top = []
    for goal, kind in cells:
        answers = result.survey.answers.loc[(result.types == kind).to_numpy(), goal].dropna()
        highest = int((answers == result.survey.codebook[goal].high).sum())
        top.append(is_small(highest, min_cell) or is_small(len(answers) - highest, min_cell))
    shown["top_share"] = shown["top_share"].mask(pd.Series(top, dtype=bool))
    return shown


def _estimates(comparison: Comparison, hidden: Hidden) -> pd.DataFrame:
    table = comparison.estimates
    secret = [
        is_hidden(hidden, comparison.codebook, name, category, kind)
        for name, category, kind in zip(table["indicator"], table["category"], table["type"], strict=True)
    ]
    shown = blank(table, pd.Series(secret, dtype=bool), ["estimate", "ci_low", "ci_high"])
    by_size = [hidden.mean(name, kind) for name, kind in zip(table["indicator"], table["type"], strict=True)]
    for column in ("n", "missing"):
        shown[column] = shown[column].astype("float64").mask(pd.Series(by_size, dtype=bool))
    return shown


def weight_of_answers(result: Classification, name: str) -> pd.Series:
    """Return the sum of the weights of those who answered, by type; without weights their number.

    Parameters
    ----------
    result : Classification
        The types.
    name : str
        An item.

    Returns
    -------
    Series
        Type → sum.
    """
    answered = result.survey.answers[name].notna().to_numpy() & result.types.notna().to_numpy()
    return result.weights[answered].groupby(result.types[answered], observed=False).sum()


def _overall(comparison: Comparison, result: Classification, hidden: Hidden, min_cell: int) -> pd.DataFrame:
    """Put all types together; the shares that are hidden by type leave enough for that.

    On an ordered scale they do not: there all answers of a type are hidden, and those of a single type would be
    what is left of all.
    """
    rows: list[tuple[str, str, int, float, bool]] = []
    counted = result.types.notna() & (result.weights > 0)
    estimates = comparison.estimates[comparison.estimates["n"] > 0]
    for name in dict.fromkeys(estimates["indicator"]):
        mass = weight_of_answers(result, name)
        counts = Counter(map(answer_key, result.survey.answers[name][counted].dropna().tolist()))
        ordinal = comparison.codebook[name].scale == "ordinal"
        partly = ordinal and any(hidden.any_share(name, kind) for kind in result.typology.keys)
        for category, found in estimates[estimates["indicator"] == name].groupby("category", sort=False):
            n, count = int(found["n"].sum()), counts[str(category)]
            few = category != "" and (partly or is_small(count, min_cell) or is_small(n - count, min_cell))
            estimate = np.average(found["estimate"], weights=mass.loc[found["type"]])
            rows.append((name, str(category), n, np.nan if few else float(estimate), few))
    return pd.DataFrame(rows, columns=["indicator", "category", "n", "estimate", "suppressed"])


def _differences(
    table: pd.DataFrame,
    ends: list[str],
    comparison: Comparison,
    hidden: Hidden,
    *,
    touching: frozenset[str],
    unsaid: Set[tuple[str, str]] = frozenset(),
) -> pd.DataFrame:
    """Take out the differences that would give a hidden share back, and every exact p of an indicator with one.

    Without the share of all types (`unsaid`) the difference of a type to the others would tell it. Cliff's delta
    rests on all answers of an ordered scale, so on those that are hidden, too.
    """
    secret = []
    for name, category, *kinds in table[["indicator", "category", *ends]].itertuples(index=False, name=None):
        ranks = comparison.codebook[name].scale == "ordinal" and name in touching
        own = any(is_hidden(hidden, comparison.codebook, name, category, kind) for kind in kinds)
        secret.append(ranks or own or (name, category) in unsaid)
    rows = pd.Series(secret, dtype=bool, index=table.index)
    classed = hide_p(table, table["indicator"].isin(touching) | rows, comparison, within=True)
    return blank(classed, rows, NUMBERS_OF_DIFFERENCE)


def _findings(table: pd.DataFrame, result: Classification, hidden: Hidden, min_cell: int) -> pd.DataFrame:
    """Take out the differences that would give a hidden share back, and keep the verdicts."""
    asked = table["adjusted_for"].astype(str)
    traced = {
        items: traceable(result, items.split(", "), table.loc[asked == items, "indicator"], min_cell=min_cell)
        for items in asked.unique()
        if items
    }
    secret = []
    for name, claim, types, items in table[["indicator", "claim", "types", "adjusted_for"]].itertuples(index=False):
        concerned = result.typology.keys if claim == "highest" else types.split(", ")
        shares = name in result.survey.answers and result.survey.codebook[name].scale in SHARES
        is_secret = hidden.any_share if shares else hidden.mean
        gone = any(is_secret(name, kind) or (name, kind) in traced.get(items, ()) for kind in concerned)
        # Beside the share of a type, the difference to all others tells the share of all types.
        secret.append(gone or (shares and _few_answers(result, name, min_cell)))
    numbers = ["estimate", "ci_low", "ci_high"]
    shown = blank(table, pd.Series(secret, dtype=bool), numbers)
    adjusted = shown["basis"] == "adjusted"
    for column, rounded in coarse(shown, numbers, result.survey.codebook).items():
        shown[column] = shown[column].where(~adjusted, rounded)
    return shown


def _few_answers(result: Classification, name: str, min_cell: int) -> bool:
    """Return True if an answer was given, or not given, by too few municipalities of all types together."""
    counted = result.types.notna() & (result.weights > 0)
    answers = result.survey.answers.loc[counted.to_numpy(), name].dropna()
    return any(is_small(n, min_cell) or is_small(len(answers) - n, min_cell) for n in answers.value_counts())
