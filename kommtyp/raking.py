"""Weights that make the municipalities of a survey stand for all municipalities."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kommtyp.codebook import Codebook
from kommtyp.errors import FitError, first_of
from kommtyp.reading import to_survey
from kommtyp.survey import Survey
from kommtyp.typology import Classification
from kommtyp.typology.preparation import in_row_order, survey_weights
from kommtyp.weighting import Fitted, fit_margins, kish_n

__all__ = ["Raking", "population_margins", "rake"]

Margins = Mapping[Any, Any] | pd.DataFrame


@dataclass(frozen=True, eq=False)
class Raking:
    """Weights fitted to population margins, and how well they fit.

    Parameters
    ----------
    weights : Series, shape (n,)
        Weight of each municipality, with mean 1 over those of the population; 0 for those outside it.
        Hand it to ``kommtyp.fit(…, weights=raking.weights)``.
    margins : DataFrame
        One row a category of each margin: item (of a cross, names joined by " × "), category, n (in the sample),
        sample, population, weighted (shares between 0 and 1). `population` is the share among the categories
        that the sample reaches; where the sample has nobody, n is 0 and the share is the one of all.
    empty : DataFrame
        Categories of the population without anybody in the sample: item, category, population.
    converged : bool
        True if every share differs from the population's by less than the tolerance.
    difference : float
        Largest difference of a weighted share from the population's.
    iterations : int
        Rounds over all margins.
    bounds : tuple of float
        Lowest and highest weight allowed, in units of the mean; 0 and infinity where there are no bounds.
    trimmed : int
        Municipalities whose weight stays at a bound.
    outside : int
        Municipalities outside the population, which have the weight 0.
    effective_n, design_effect : float
        Kish's effective number of municipalities, and how many times it goes into their number.
    """

    weights: pd.Series
    margins: pd.DataFrame
    empty: pd.DataFrame
    converged: bool
    difference: float
    iterations: int
    bounds: tuple[float, float]
    trimmed: int
    outside: int
    effective_n: float
    design_effect: float

    def __repr__(self) -> str:
        used = self.weights[self.weights > 0]
        end = "margins met" if self.converged else f"margins NOT met, off by up to {self.difference:.2%}"
        lines = [
            f"Raking of {len(used)} municipalities to {self.margins['item'].nunique()} margins: {end} "
            f"after {self.iterations} rounds",
            f"  weights {used.min():.3g} to {used.max():.3g}, effective n {self.effective_n:.1f}, "
            f"design effect {self.design_effect:.2f}",
        ]
        if self.trimmed:
            lines.append(f"  {self.trimmed} weights stay at a bound of {self.bounds[0]:g} to {self.bounds[1]:g}")
        if self.outside:
            lines.append(f"  {self.outside} outside the population have the weight 0")
        for item, part in self.empty.groupby("item", sort=False):
            share = part["population"].sum()
            lines.append(f"  nobody in the sample: {item} {', '.join(part['category'])} ({share:.1%} of all)")
        return "\n".join(lines)


def population_margins() -> pd.DataFrame:
    """Count all German municipalities by Land and KGSt size class.

    Returns
    -------
    DataFrame
        land (short name), groessenklasse (1 to 7), n; 10,773 municipalities on 30 November 2023, Kreise not among
        them. ``.attrs["source"]`` names the source: © Statistisches Bundesamt (GV-ISys).

    Examples
    --------
    >>> population_margins().groupby("groessenklasse")["n"].sum().tolist()
    [15, 25, 42, 113, 334, 1089, 9155]
    """
    path = files("kommtyp") / "resources" / "municipalities.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line.removeprefix("# ") for line in lines if line.startswith("#")]
    rows = [line.split(",") for line in lines if not line.startswith("#")]
    table = pd.DataFrame(rows[1:], columns=rows[0]).astype({"groessenklasse": int, "n": int})
    table.attrs["source"] = next(line for line in comments if line.startswith("Source: ")).removeprefix("Source: ")
    return table


def rake(
    answers: Any,
    margins: Margins | None = None,
    *,
    codebook: Codebook | str | None = None,
    weights: str | ArrayLike | None = None,
    bounds: tuple[float, float] | None = None,
    max_iterations: int = 500,
    tolerance: float = 1e-8,
) -> Raking:
    """Weight the municipalities of a survey so that they have the make-up of a population.

    The weights of each category are multiplied by one factor so that they sum to its share of the population, in
    turn for each margin, until all are met (iterative proportional fitting). A weight that would leave the bounds
    stays there, and the others of its category make up for it. Few municipalities that stand for many make
    estimates uncertain: look at the effective n.

    Parameters
    ----------
    answers : DataFrame, Survey, Classification or path
        The municipalities.
    margins : DataFrame or mapping, optional
        The population. A frame of counts with the column ``n`` and one column an item, as of
        `population_margins`, is taken for one margin an item. A mapping ``{item: {category: count}}`` gives the
        margins one by one; a tuple of items as key crosses them, with tuples as categories or a frame as value.
        All German municipalities by Land and by KGSt size class where None; Kreise are then outside the
        population and get the weight 0.
    codebook : Codebook, str or path, optional
        What the columns of a frame or file mean.
    weights : str or array_like, shape (n,), optional
        Weights to start from, as in `kommtyp.fit`: a column, the weights, or where None the survey's item with
        the role "weight"; 1 for all where there is none.
    bounds : tuple of float, optional
        Lowest and highest weight, in units of the mean weight, such as ``(0.2, 5)``; none where None.
    max_iterations : int
        Most rounds over all margins.
    tolerance : float
        Largest difference between a weighted share and the population's at which the margins are met.

    Returns
    -------
    Raking
        Weights with a report. Margins that cannot be met within the bounds are not an error: the weights are
        then fitted without bounds and cut, `converged` is False, and `margins` shows by how much they are missed.

    Raises
    ------
    FitError
        If an item is not in the data or not answered by all, municipalities have a category that the population
        does not, or an option is out of range.

    References
    ----------
    Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427–444; Deville, Särndal & Sautory (1993),
    JASA 88, 1013–1020. R: ``survey::rake``.

    Examples
    --------
    >>> import kommtyp
    >>> kinds = {"gemeinde": 60, "stadt": 30, "kreisfreie_stadt": 5, "kreis": 5}
    >>> raking = kommtyp.rake(kommtyp.load_sample(), {"art": kinds})
    >>> raking.margins["weighted"].round(3).tolist()
    [0.6, 0.3, 0.05, 0.05]
    >>> result = kommtyp.fit(kommtyp.load_sample(), weights=raking.weights, n_init=20)
    """
    within = _check_options(bounds, max_iterations, tolerance)
    survey = answers.survey if isinstance(answers, Classification) else to_survey(answers, codebook=codebook)
    survey, start, _ = survey_weights(survey, in_row_order(weights, answers))
    inside = start.to_numpy() > 0
    if margins is None:
        inside &= ~_districts(survey)
        margins = population_margins()
    if not inside.any():
        raise FitError(f"rake: none of {len(survey)} rows belongs to the population. Give margins of your own.")
    placed = [_placed(survey, item, counts, inside) for item, counts in _margins(margins).items()]
    reached = [table.loc[table["n"] > 0, "population"].to_numpy() for table, _ in placed]
    fitted = fit_margins(
        [codes for _, codes in placed],
        [shares / shares.sum() for shares in reached],
        start.to_numpy()[inside],
        bounds=within,
        max_iterations=max_iterations,
        tolerance=tolerance,
    )
    return _report(survey, placed, inside, fitted, bounds=within, tolerance=tolerance)


def _check_options(bounds: Any, max_iterations: Any, tolerance: Any) -> tuple[float, float]:
    try:
        low, high = (0.0, np.inf) if bounds is None else (float(end) for end in bounds)
    except (TypeError, ValueError):
        raise FitError(f"bounds: {bounds!r} given. Give two numbers, such as (0.2, 5).") from None
    if not 0 <= low < 1 < high:
        raise FitError(f"bounds: {bounds!r} do not hold the mean weight 1. Give an end from 0 to 1 and one above 1.")
    if isinstance(max_iterations, bool) or not isinstance(max_iterations, int | np.integer) or max_iterations < 1:
        raise FitError(f"max_iterations: {max_iterations!r} does not do. Use a whole number of at least 1.")
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float | np.number) or not 0 < tolerance < 1:
        raise FitError(f"tolerance: {tolerance!r} does not do. Use a small share above 0, such as 1e-8.")
    return low, high


def _districts(survey: Survey) -> np.ndarray:
    """Say which rows are Kreise, by their kind or their key of five digits."""
    if "art" in survey.answers:
        return (survey.answers["art"] == "kreis").fillna(False).to_numpy(dtype=bool)
    return np.array([len(str(key)) == 5 and str(key).isdigit() for key in survey.answers.index])


def _margins(margins: Margins) -> dict[tuple[str, ...], pd.Series]:
    """Bring the margins into one form: items → share of each category, by its texts."""
    if isinstance(margins, pd.DataFrame):
        if "n" not in margins or len(margins.columns) < 2:
            raise FitError(
                f"margins: columns {first_of(margins.columns)}. Give a column 'n' with counts and one for each item."
            )
        margins = {name: margins.groupby(name, sort=False)["n"].sum() for name in margins.columns if name != "n"}
    if not isinstance(margins, Mapping) or not margins:
        raise FitError("margins: nothing to rake to. Give {'item': {category: count}} or a frame of counts.")
    return {
        items: _shares(items, counts)
        for items, counts in ((key if isinstance(key, tuple) else (key,), value) for key, value in margins.items())
    }


def _shares(items: tuple[str, ...], counts: Any) -> pd.Series:
    where = f"margins of {' × '.join(map(str, items))}"
    if not isinstance(counts, Mapping | pd.Series | pd.DataFrame):
        raise FitError(f"{where}: {counts!r} given, not counts by category. Give {{category: count}}.")
    try:
        if isinstance(counts, pd.DataFrame):
            counts = counts.groupby(list(items), sort=False)["n"].sum()
        series = pd.Series(counts, dtype=float)
    except (TypeError, ValueError, KeyError):
        raise FitError(f"{where}: not counts by category. Give {{category: count}}.") from None
    keys = [key if isinstance(key, tuple) else (key,) for key in series.index]
    wrong = [key for key in keys if len(key) != len(items)]
    if wrong:
        raise FitError(f"{where}: category {wrong[0]!r} has {len(wrong[0])} parts. Give {len(items)}.")
    series.index = pd.Index([" × ".join(map(_written, key)) for key in keys], dtype=object)
    odd = series[~(np.isfinite(series) & (series >= 0))]
    if len(odd) or not series.sum() > 0:
        found = f"{odd.iloc[0]} for {odd.index[0]!r}" if len(odd) else "no count above 0"
        raise FitError(f"{where}: {found}. Counts are numbers of at least 0.")
    return series.groupby(level=0, sort=False).sum()


def _written(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, int | float | np.number) else str(value)


def _placed(
    survey: Survey, items: tuple[str, ...], counts: pd.Series, inside: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Put sample and population of one margin side by side, and place each row among the categories reached."""
    where = " × ".join(map(str, items))
    for item in items:
        if not isinstance(item, str) or item not in survey.answers:
            raise FitError(f"margins: {item!r} is not in the data. Columns: {first_of(survey.answers.columns)}.")
        absent = int(survey.answers[item][inside].isna().sum())
        if absent:
            raise FitError(
                f"{item}: no answer in {absent} of {int(inside.sum())} rows, first "
                f"{survey.answers.index[inside][survey.answers[item][inside].isna()][0]!r}. "
                "Fill the gap, or leave these rows out."
            )
    parts = [survey.answers[item][inside].map(_written) for item in items]
    categories = pd.Series([" × ".join(row) for row in zip(*parts, strict=True)], dtype=object)
    known = counts[counts > 0]
    strange = categories[~categories.isin(known.index)]
    if len(strange):
        times = int((strange == strange.iloc[0]).sum())
        raise FitError(
            f"{where}: {strange.iloc[0]!r} in {times} {'row' if times == 1 else 'rows'} is not in the population, "
            f"{strange.nunique()} such categories. The margins have {first_of(known.index)}."
        )
    n = categories.value_counts().reindex(known.index, fill_value=0)
    table = pd.DataFrame({"item": where, "category": known.index, "n": n.to_numpy()})
    table["sample"] = table["n"] / len(categories)
    table["population"] = (known / known.sum()).to_numpy()
    reached = list(table.loc[table["n"] > 0, "category"])
    return table, categories.map({category: place for place, category in enumerate(reached)}).to_numpy(dtype=int)


def _report(
    survey: Survey,
    placed: list[tuple[pd.DataFrame, np.ndarray]],
    inside: np.ndarray,
    fitted: Fitted,
    *,
    bounds: tuple[float, float],
    tolerance: float,
) -> Raking:
    w = fitted.weights / fitted.weights.mean()
    full = np.zeros(len(survey))
    full[inside] = w
    shown = []
    for table, codes in placed:
        reached = (table["n"] > 0).to_numpy()
        weighted, population = np.zeros(len(table)), table["population"].to_numpy().copy()
        weighted[reached] = np.bincount(codes, w, minlength=int(reached.sum())) / w.sum()
        population[reached] /= population[reached].sum()
        shown.append(table.assign(population=population, weighted=weighted))
    empty = pd.concat([table.loc[table["n"] == 0, ["item", "category", "population"]] for table, _ in placed])
    effective = kish_n(w)
    trimmed = np.isin(fitted.weights, bounds)
    return Raking(
        weights=pd.Series(full, index=survey.answers.index, name="weight"),
        margins=pd.concat(shown, ignore_index=True),
        empty=empty.reset_index(drop=True),
        converged=bool(fitted.difference <= tolerance),
        difference=float(fitted.difference),
        iterations=fitted.iterations,
        bounds=(float(bounds[0]), float(bounds[1])),
        trimmed=int(trimmed.sum()),
        outside=int((~inside).sum()),
        effective_n=effective,
        design_effect=len(w) / effective,
    )
