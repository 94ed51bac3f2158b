"""Synthetic surveys: invented answers with planted types, and the packaged sample."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from kommtyp.codebook import packaged_codebook, read_toml
from kommtyp.definitions import packaged_definitions
from kommtyp.errors import SurveyError, first_of

__all__ = ["load_sample", "make_survey"]

MAX_ROWS = 1_000_000
WEIGHT_AT = 0.2  # chance to take part at which a weight is 1
NOISE = 0.75  # standard deviation of one rating around what its municipality thinks
STRAIGHT_AT = 4.0  # where those who rate all goals alike rate them
MISSING_RANGE = (0.7, 1.3)  # missing answers of the first and the last item, times their mean
MAX_PROPORTION = 0.5


def make_survey(
    n: int = 412,
    *,
    random_state: int | np.random.Generator = 0,
    clarity: float = 2.75,
    shares: Sequence[float] | Mapping[str, float] = (0.29, 0.25, 0.24, 0.22),
    effects: float = 1.0,
    size_effect: float = 1.0,
    response_style: float = 0.5,
    straightliners: float = 0.015,
    missing: float = 0.045,
    with_weight: bool = False,
    with_truth: bool = False,
) -> pd.DataFrame:
    """Draw a synthetic survey of municipalities with four planted types.

    Everything in it is invented; no row is a real municipality. Each row has a latent type, which lifts
    its two marking goals. Efficiency, effectiveness and closeness to citizens are rated high in every type,
    so a type shows in the deviations from the mean of all, not in its highest goal. Rows differ in
    response style: some call everything important, a few rate all goals alike. Large municipalities
    adopt more of everything, and some types are more frequent among them, so size is a confounder.
    Overall shares of the indicators follow what is public of such surveys; what the types differ in, and
    by how much, is written in ``resources/planted/digitale-kommune.toml``. Of the OZG the types differ in
    their approach, not in how far they are; they do not differ in co-creation, pain points and success factors.

    The same seed draws the same random numbers whatever the other options are, so that two surveys can be
    compared row by row: one with ``missing=0`` is the complete version of the default one.

    Parameters
    ----------
    n : int
        Number of municipalities, 1 to 1,000,000.
    random_state : int or numpy.random.Generator
        Seed; the same seed gives the same survey on any machine.
    clarity : float
        How far a type lifts its marking goals, in standard deviations of a rating's noise. With the
        default, k-means on the ipsative ratings recovers the planted types with an adjusted Rand index of
        about 0.9; 0 plants no types in the goals, 4 makes them obvious.
    shares : sequence of float or mapping of str to float
        Expected share of each type, in the order of the definitions or by key; they sum to 1.
    effects : float
        Factor on all differences between the types on the indicators; 0 plants none.
    size_effect : float
        Factor on what size does to adoption and to the types; 0 takes the confounder away.
    response_style : float
        Standard deviation of a municipality's habit to rate everything higher or lower, in points.
    straightliners : float
        Share of municipalities that rate all goals alike.
    missing : float
        Mean share of missing answers, 0 to 0.5. It rises from 0.7 to 1.3 times this towards the
        end of the questionnaire (3 to 6 % by default). Context is never missing, nor are the options of the
        multi-select question: one that is not picked is 0.
    with_weight : bool
        Add the column ``gewicht``: the inverse of the planted chance to take part, between 0.5 and 1.333.
    with_truth : bool
        Add the planted type as the column ``planted_type``.

    Returns
    -------
    DataFrame, shape (n, 42)
        One row a municipality, one column an item of the codebook ``"digitale-kommune"``, in its codes.
        Keys, Land, kind and OZG approach are text, all else numbers; NaN for missing.

    Raises
    ------
    SurveyError
        If an option is out of its range.

    Examples
    --------
    >>> survey = make_survey(5, random_state=1)
    >>> survey.shape
    (5, 42)
    >>> bool((survey["ags"].str.len() == 8).all())
    True
    """
    definitions = packaged_definitions()
    _check(n, {"clarity": clarity, "effects": effects, "size_effect": size_effect, "response_style": response_style},
           {"straightliners": straightliners, "missing": missing})
    expected = _shares(shares, definitions.keys)
    plan = read_toml("digitale-kommune", "planted")
    rng = np.random.default_rng(random_state)
    columns, size = _context(rng, n, plan)
    slopes = np.array([plan["type_by_size"][key] for key in definitions.keys])
    types = _types(rng, size, expected, slopes * size_effect)
    style, maturity = response_style * rng.standard_normal(n), rng.standard_normal(n)
    lift = np.array([[clarity * NOISE * (goal in one.goals) for goal in plan["goals"]] for one in definitions.types])
    ratings = _ratings(rng, np.array(list(plan["goals"].values())) + lift[types], style, straightliners)
    columns |= dict(zip(plan["goals"], ratings.T, strict=True))
    for item in plan["indicators"]:
        shift = effects * np.array([item.get("types", {}).get(key, 0.0) for key in definitions.keys])
        common = size_effect * item.get("size", 0.0) * size + item.get("maturity", 0.0) * maturity
        columns[item["name"]] = _adoption(rng, item, (shift - shift @ expected)[types], common, style)
    columns["fim_nutzung"] *= columns["fim_bekannt"]
    chances = np.array([list(plan["ozg_strategie"][key].values()) for key in definitions.keys])
    chances = expected @ chances + effects * (chances - expected @ chances)
    approaches = np.array(list(plan["ozg_strategie"][definitions.keys[0]]))
    columns["ozg_strategie"] = approaches[_draw(rng, np.clip(chances, 0, None)[types])]
    items = [item for item in packaged_codebook().items if with_weight or item.role != "weight"]
    answers = _hide(rng, pd.DataFrame({item.name: columns[item.name] for item in items}), missing)
    if with_truth:
        answers["planted_type"] = np.array(definitions.keys)[types]
    answers.attrs["synthetic"] = True
    return answers


def load_sample() -> pd.DataFrame:
    """Return the packaged sample: 412 synthetic municipalities, drawn by `make_survey` with its defaults.

    The answers are invented: it has as many rows as the study "Digitale Kommune: Eine Typfrage?" has
    municipalities, but sizes, profiles and indicators of the types here say nothing about that study.

    Returns
    -------
    DataFrame, shape (412, 42)
        As `make_survey` returns it.

    Examples
    --------
    >>> load_sample().shape
    (412, 42)
    """
    whole = ("einwohner", "groessenklasse")
    kinds = {
        item.name: str if item.scale == "nominal" else "int64" if item.name in whole else "float64"
        for item in packaged_codebook().items
    }
    with (files("kommtyp") / "resources" / "sample.csv").open(encoding="utf-8") as source:
        answers = pd.read_csv(source, dtype=kinds, comment="#")
    answers.attrs["synthetic"] = True
    return answers


def _check(n: int, at_least_zero: Mapping[str, float], proportions: Mapping[str, float]) -> None:
    if not isinstance(n, int | np.integer) or not 1 <= n <= MAX_ROWS:
        raise SurveyError(f"make_survey: n is {n!r}. Give a whole number from 1 to {MAX_ROWS:,}.")
    for option, value in at_least_zero.items():
        if not isinstance(value, Real) or not 0 <= value < np.inf:
            raise SurveyError(f"make_survey: {option} is {value!r}. Give a number that is not negative.")
    for option, value in proportions.items():
        if not isinstance(value, Real) or not 0 <= value <= MAX_PROPORTION:
            raise SurveyError(f"make_survey: {option} is {value!r}. Give a share between 0 and {MAX_PROPORTION}.")


def _shares(shares: Sequence[float] | Mapping[str, float], keys: list[str]) -> Any:
    if isinstance(shares, Mapping):
        strangers = sorted(set(shares) ^ set(keys))
        if strangers:
            raise SurveyError(f"make_survey: shares name {first_of(shares)}. Name each of {first_of(keys)}.")
        shares = [shares[key] for key in keys]
    try:
        expected = np.asarray(shares, dtype=float)
    except (TypeError, ValueError):
        expected = np.zeros(0)
    if expected.shape != (len(keys),) or not (expected >= 0).all() or abs(expected.sum() - 1) > 1e-6:
        raise SurveyError(f"make_survey: shares are {shares!r}. Give {len(keys)} shares that sum to 1.")
    return expected


def _draw(rng: np.random.Generator, chances: Any) -> Any:
    """Draw one category per row of an (n, categories) table of chances."""
    upper = np.cumsum(chances, axis=1)
    return (rng.random(len(upper))[:, None] * upper[:, -1:] >= upper[:, :-1]).sum(axis=1)


def _context(rng: np.random.Generator, n: int, plan: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Draw who answers; also return size as standardised logarithm of inhabitants."""
    strata, laender = plan["strata"], plan["laender"]
    stratum = _draw(rng, np.tile([entry["share"] for entry in strata], (n, 1)))
    land = _draw(rng, np.tile([entry["share"] for entry in laender.values()], (n, 1)))
    low, high = np.log(np.array([entry["inhabitants"] for entry in strata])).T
    size = low[stratum] + rng.random(n) * (high - low)[stratum]
    kinds = sorted({kind for entry in strata for kind in entry["art"]})
    art = _draw(rng, np.array([[entry["art"].get(kind, 0.0) for kind in kinds] for entry in strata])[stratum])
    share = np.array([entry["share"] for entry in strata])
    mean = share @ (low + high) / 2
    variance = share @ (((low + high) / 2 - mean) ** 2 + (high - low) ** 2 / 12)
    columns = {
        "ags": _keys(land, list(laender.values())),
        "land": np.array(list(laender))[land],
        "art": np.array(kinds)[art],
        "einwohner": np.floor(np.exp(size)).astype("int64"),
        "groessenklasse": np.array([entry["groessenklasse"] for entry in strata], dtype="int64")[stratum],
        "gewicht": np.round(WEIGHT_AT / np.array([entry["chance"] for entry in strata]), 3)[stratum],
    }
    return columns, (size - mean) / np.sqrt(variance)


def _keys(land: Any, laender: list[Mapping[str, str]]) -> list[str]:
    """Number the rows of each Land under a digit that no Regierungsbezirk of it bears."""
    running = pd.Series(land).groupby(land).cumcount() + 1
    return [
        f"{laender[code]['number']}{laender[code]['free'][number // 100_000]}{number % 100_000:05d}"
        for code, number in zip(land, running, strict=True)
    ]


def _types(rng: np.random.Generator, size: Any, expected: Any, slopes: Any) -> Any:
    """Draw types that depend on size and yet have the expected shares."""
    pull = np.exp(np.outer(size, slopes))
    chances = pull * expected
    for _ in range(20):
        chances = chances / chances.sum(axis=1, keepdims=True)
        chances = chances * (expected / np.maximum(chances.mean(axis=0), 1e-12))
    return _draw(rng, chances)


def _ratings(rng: np.random.Generator, means: Any, style: Any, straightliners: float) -> Any:
    """Rate the goals, 1 to 5: what is thought of each, the habit to rate high, and noise."""
    thought = means + style[:, None] + NOISE * rng.standard_normal(means.shape)
    alike = rng.random(len(means)) < straightliners
    thought[alike] = STRAIGHT_AT + style[alike, None]
    return np.clip(np.rint(thought), 1, 5)


def _adoption(rng: np.random.Generator, item: Mapping[str, Any], shift: Any, common: Any, style: Any) -> Any:
    """Answer one indicator: a normal variable cut so that the overall shares come out."""
    habit = item.get("style", 0.0) * style
    latent = shift + common + habit + rng.standard_normal(len(shift))
    cuts = ndtri(np.cumsum(item["shares"])[:-1]) * np.sqrt(1 + np.var(shift) + np.var(common) + np.var(habit))
    low = packaged_codebook()[item["name"]].low or 0
    return low + (latent[:, None] > cuts).sum(axis=1).astype(float)


def _hide(rng: np.random.Generator, answers: pd.DataFrame, missing: float) -> pd.DataFrame:
    """Take answers away, more of them towards the end of the questionnaire."""
    asked = [item for item in packaged_codebook().with_role("goal", "indicator") if item.scale != "choice"]
    for item, factor in zip(asked, np.linspace(*MISSING_RANGE, len(asked)), strict=True):
        answers[item.name] = answers[item.name].mask(rng.random(len(answers)) < missing * factor)
    return answers
