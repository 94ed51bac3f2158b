"""The work on a panel, cut into pieces that any number of workers can do, and put together again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray

from kommtyp.scaling import Scaling, apply_scaling
from kommtyp.selection.panel import (
    Case,
    Data,
    at,
    describe,
    describe_quickly,
    gap_references,
    single_cluster,
    split_halves,
    stability_of_pairs,
    widths,
)
from kommtyp.validity import gap_statistic, log_within

__all__ = ["TABLE", "Panel", "Plan", "Task", "Unstructured", "call", "panel_of", "tasks_of", "without_structure"]

Array = NDArray[np.float64]
TASK_CELLS = 3_000_000
RUNS_PER_TASK = 50
RUNS_WITHOUT_STRUCTURE = 2
CRITERIA_OF = {"pairs": ("ari", "instability"), "splits": ("prediction_strength",), "references": ("reference",)}
TABLE = ["k", "within", "explained", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "gap_se"]
TABLE += ["prediction_strength", "instability", "ari", "smallest", "bic"]
TABLE += ["prediction_strength_se", "instability_se", "ari_se"]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be computed for one data set.

    Parameters
    ----------
    data : Data
        The data.
    seed : SeedSequence
        Where the seeds of the resamples come from.
    runs : dict
        How many pairs, splits and references.
    """

    data: Data
    seed: SeedSequence
    runs: dict[str, int]

    def cases(self, kind: str) -> list[Case]:
        """The resamples of a kind."""
        seed = at(self.seed, list(CRITERIA_OF).index(kind))
        return [(self.data, child) for child in seed.spawn(self.runs[kind])]


@dataclass(frozen=True, eq=False)
class Task:
    """A piece of work.

    Parameters
    ----------
    kind : str
        "partition", "pairs", "splits" or "references".
    k : int
        Number of clusters.
    owners : list of int
        Plan that each result belongs to.
    function : callable
        What to call; it returns one result for each owner.
    arguments : tuple
        With what.
    """

    kind: str
    k: int
    owners: list[int]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


def call(task: Task) -> Any:
    """Do a piece of work."""
    return task.function(*task.arguments)


def tasks_of(plans: Sequence[Plan], numbers: Sequence[int], *, n_init: int, start: int) -> Iterator[Task]:
    """Cut the work: partitions first, then the resamples of all k in turn, the longest pieces first.

    Parameters
    ----------
    plans : sequence of Plan
        The answers, then the data sets without structure.
    numbers : sequence of int
        Numbers of clusters.
    n_init, start : int
        Random starts on the answers and their seed; the others take as few as a resample.

    Yields
    ------
    Task
        Pieces of work that do not depend on each other.
    """
    falling = sorted(numbers, reverse=True)
    for k in falling:
        yield Task("partition", k, [0], _describe_answers, (plans[0].data, k, n_init, start))
    for group in ([0], list(range(1, len(plans)))):
        work: dict[str, Callable[..., Any]] = {"partition": describe_quickly} if group != [0] else {}
        work |= {"references": gap_references, "pairs": stability_of_pairs, "splits": split_halves}
        for kind, function in work.items():
            cases = [(g, case) for g in group for case in _cases(plans[g], kind)]
            step = max(1, min(RUNS_PER_TASK, TASK_CELLS // plans[0].data.X.size))
            for first in range(0, len(cases), step):
                for k in [*falling, 1] if kind == "references" else falling:
                    part = [(g, case) for g, case in cases[first : first + step] if k <= len(plans[g].data.rows)]
                    if part:
                        yield Task(kind, k, [g for g, _ in part], function, (k, [case for _, case in part]))


def _cases(plan: Plan, kind: str) -> list[Case]:
    return [(plan.data, at(plan.seed, len(CRITERIA_OF)))] if kind == "partition" else plan.cases(kind)


def _describe_answers(*arguments: Any) -> list[Any]:
    return [describe(*arguments)]


@dataclass(frozen=True, eq=False)
class Panel:
    """The criteria of one data set.

    Parameters
    ----------
    table : DataFrame
        One row per k.
    runs : dict
        (criterion, k) → values of single resamples.
    single : tuple of float
        Gap of a single cluster, and its error.
    """

    table: pd.DataFrame
    runs: dict[tuple[str, int], Array]
    single: tuple[float, float]

    def resamples(self) -> pd.DataFrame:
        """Write the values of single resamples as rows: k, criterion, run, value."""
        parts = list(self.runs.items())
        sizes = [len(values) for _, values in parts]
        return pd.DataFrame(
            {
                "k": np.repeat([k for (_, k), _ in parts], sizes).astype(int),
                "criterion": np.repeat([criterion for (criterion, _), _ in parts], sizes),
                "run": np.concatenate([np.arange(size) for size in sizes] or [np.arange(0)]),
                "value": np.concatenate([values for _, values in parts] or [np.empty(0)]),
            }
        )


@dataclass(frozen=True, eq=False)
class Unstructured:
    """What data without structure are made of.

    Parameters
    ----------
    data : Data
        The answers, scaled.
    ratings : ndarray, shape (n, p)
        Ratings before scaling.
    scaling : Scaling
        How they are scaled.
    """

    data: Data
    ratings: Array
    scaling: Scaling

    def draw(self, seed: SeedSequence) -> Data:
        """Shuffle each goal by itself, then scale.

        Where rows have weights, as many ratings are drawn in proportion to them, which keeps the margins.
        """
        rng, data = np.random.default_rng(seed), self.data
        share = None if data.equal else data.w / data.w.sum()
        shuffled = np.stack(
            [
                rng.permutation(column) if share is None else rng.choice(column, size=len(column), p=share)
                for column in self.ratings.T
            ],
            axis=1,
        )
        kept = np.ptp(shuffled, axis=1) > 0 if self.scaling.within_row else np.ones(len(shuffled), dtype=bool)
        return Data.of(apply_scaling(self.scaling, shuffled[kept]), data.w[kept], data.method, data.n_init)


def without_structure(unstructured: Unstructured, plan: Plan, count: int) -> list[Plan]:
    """Draw data without structure, and plan few resamples of each.

    Parameters
    ----------
    unstructured : Unstructured
        What they are made of.
    plan : Plan
        What is computed of the answers.
    count : int
        Number of data sets.

    Returns
    -------
    list of Plan
        One a data set.
    """
    runs = {kind: min(number, RUNS_WITHOUT_STRUCTURE) for kind, number in plan.runs.items()}
    seeds = at(plan.seed, len(CRITERIA_OF)).spawn(count)
    return [Plan(unstructured.draw(at(seed, 0)), at(seed, 1), runs) for seed in seeds]


def panel_of(plan: Plan, owner: int, done: Sequence[tuple[Task, Any]]) -> Panel:
    """Put the pieces of one data set together.

    Parameters
    ----------
    plan : Plan
        Its plan.
    owner : int
        Place of the plan.
    done : sequence of (Task, result)
        What was done, for this data set and others.

    Returns
    -------
    Panel
        One row per k, and the single resamples.
    """
    results: dict[tuple[str, int], list[Any]] = {}
    for task, found in sorted(done, key=lambda pair: pair[0].k):
        mine = [result for g, result in zip(task.owners, found, strict=True) if g == owner]
        if mine:
            results.setdefault((task.kind, task.k), []).extend(mine)
    partitions = {k: found[0] for (kind, k), found in results.items() if kind == "partition" and found[0]}
    runs = {
        (criterion, k): np.array(found)[:, column]
        for (kind, k), found in results.items()
        if kind in CRITERIA_OF
        for column, criterion in enumerate(CRITERIA_OF[kind])
    }
    rows = {k: {"k": k} | values for k, (_, values) in partitions.items()}
    if partitions:
        labels = [labels for labels, _ in partitions.values()]
        for k, width in zip(partitions, widths(plan.data, labels, at(plan.seed, len(TABLE))), strict=True):
            rows[k]["silhouette"] = float(width)
    for (criterion, k), values in runs.items():
        if k in rows and criterion != "reference":
            rows[k] |= {criterion: _mean(values), f"{criterion}_se": _error(values)}
    gaps = _gaps(plan.data, {k: row["within"] for k, row in rows.items()}, runs)
    for k, (gap, se) in gaps.items():
        if k in rows:
            rows[k] |= {"gap": gap, "gap_se": se}
    return Panel(pd.DataFrame(list(rows.values()), columns=TABLE), runs, gaps.get(1, (np.nan, np.nan)))


def _mean(values: Array) -> float:
    usable = values[np.isfinite(values)]
    return float(usable.mean()) if usable.size else np.nan


def _error(values: Array) -> float:
    usable = values[np.isfinite(values)]
    return float(usable.std(ddof=1) / np.sqrt(usable.size)) if usable.size > 1 else np.nan


def _gaps(
    data: Data, within: Mapping[int, float], runs: Mapping[tuple[str, int], Array]
) -> dict[int, tuple[float, float]]:
    """Gap and error for one cluster and more, from the references that could be clustered for all k."""
    references = {k: runs["reference", k] for k in (1, *within) if ("reference", k) in runs}
    if 1 not in references:
        return {}
    common = min(len(values) for values in references.values())
    logs = np.stack([values[:common] for values in references.values()], axis=1)
    logs = logs[np.isfinite(logs).all(axis=1)]
    if not len(logs):
        return {}
    observed = {1: single_cluster(data)} | dict(within)
    gap, se = gap_statistic(log_within([observed[k] for k in references]), logs)
    return dict(zip(references, zip(gap.tolist(), se.tolist(), strict=True), strict=True))
