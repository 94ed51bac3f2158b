"""The work on a panel, cut into pieces that any number of workers can do, and put together again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray

from kommtyp.scaling import Scaling, apply_scaling
from kommtyp.selection.panel import (
    Data,
    at,
    describe,
    gap_references,
    single_cluster,
    split_halves,
    stability_of_pairs,
    widths,
)
from kommtyp.validity import gap_statistic, log_within

__all__ = ["TABLE", "Plan", "Task", "Unstructured", "call", "panel_of", "tasks_of", "tasks_without_structure"]

Array = NDArray[np.float64]
TASK_CELLS = 3_000_000
RUNS_PER_TASK = 25
RUNS_WITHOUT_STRUCTURE = 3
CRITERIA_OF = {"pairs": ("ari", "instability"), "splits": ("prediction_strength",), "references": ("reference",)}
TABLE = ["k", "within", "explained", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "gap_se"]
TABLE += ["prediction_strength", "instability", "ari", "smallest", "bic"]
TABLE += ["prediction_strength_se", "instability_se", "ari_se"]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be computed for one data set.

    Parameters
    ----------
    numbers : list of int
        Numbers of clusters, rising.
    n_init : int
        Random starts on the data themselves.
    start : int or SeedSequence
        Seed of these.
    seed : SeedSequence
        Where the seeds of the resamples come from.
    runs : dict
        How many pairs, splits and references.
    """

    numbers: list[int]
    n_init: int
    start: Any
    seed: SeedSequence
    runs: dict[str, int]

    def seeds(self, kind: str) -> list[SeedSequence]:
        """One seed for each resample of a kind."""
        return at(self.seed, list(CRITERIA_OF).index(kind)).spawn(self.runs[kind])


@dataclass(frozen=True, eq=False)
class Task:
    """A piece of work: its kind, the number of clusters, and what to call."""

    kind: str
    k: int
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


def call(task: Task) -> Any:
    """Do a piece of work."""
    return task.function(*task.arguments)


def tasks_of(data: Data, plan: Plan) -> Iterator[Task]:
    """Cut the work on a data set: its partitions first, then the resamples of all k in turn.

    Parameters
    ----------
    data : Data
        The data.
    plan : Plan
        What is to be computed.

    Yields
    ------
    Task
        Pieces of work that do not depend on each other.
    """
    for k in plan.numbers:
        yield Task("partition", k, describe, (data, k, plan.n_init, plan.start))
    step = max(1, min(RUNS_PER_TASK, TASK_CELLS // data.X.size))
    work: dict[str, Callable[..., Array]] = {
        "references": gap_references,
        "pairs": stability_of_pairs,
        "splits": split_halves,
    }
    for kind, function in work.items():
        seeds = plan.seeds(kind)
        for first in range(0, len(seeds), step):
            for k in ([1] if kind == "references" else []) + plan.numbers:
                yield Task(kind, k, function, (data, k, seeds[first : first + step]))


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


def tasks_without_structure(unstructured: Unstructured, plan: Plan, count: int) -> Iterator[Task]:
    """Cut the work on data without structure, one data set a task.

    Parameters
    ----------
    unstructured : Unstructured
        What they are made of.
    plan : Plan
        What is computed of the answers; few resamples of each of these data sets do.
    count : int
        Number of data sets.

    Yields
    ------
    Task
        Pieces of work whose result is a panel.
    """
    runs = {kind: min(number, RUNS_WITHOUT_STRUCTURE) for kind, number in plan.runs.items()}
    for seed in at(plan.seed, len(CRITERIA_OF)).spawn(count):
        fewer = replace(plan, n_init=unstructured.data.n_init, start=at(seed, 1), seed=at(seed, 2), runs=runs)
        yield Task("null", 0, _panel_without_structure, (unstructured, fewer, at(seed, 0)))


def _panel_without_structure(unstructured: Unstructured, plan: Plan, seed: SeedSequence) -> pd.DataFrame:
    data = unstructured.draw(seed)
    possible = replace(plan, numbers=[k for k in plan.numbers if k <= len(data.rows)])
    return panel_of(data, possible, [(task, call(task)) for task in tasks_of(data, possible)])[0]


def panel_of(
    data: Data, plan: Plan, done: Sequence[tuple[Task, Any]]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, tuple[float, float]]]:
    """Put the pieces together.

    Parameters
    ----------
    data : Data
        The data.
    plan : Plan
        What was to be computed.
    done : sequence of (Task, result)
        What was done.

    Returns
    -------
    table : DataFrame
        One row per k.
    resamples : DataFrame
        k, criterion, run, value.
    single : dict
        Value and error of a single cluster, for the criteria that know one.
    """
    partitions = {task.k: result for task, result in done if task.kind == "partition"}
    table = pd.DataFrame([{"k": k} | values for k, (_, values) in partitions.items()], columns=TABLE)
    if partitions:
        table["silhouette"] = widths(data, [labels for labels, _ in partitions.values()], at(plan.seed, len(TABLE)))
    resamples = _single_runs(done)
    for criterion in ("prediction_strength", "instability", "ari"):
        groups = resamples[resamples["criterion"] == criterion].groupby("k")["value"]
        table[criterion] = table["k"].map(groups.mean()).astype(float)
        table[f"{criterion}_se"] = table["k"].map(groups.sem()).astype(float)
    numbers, gap, se = _gaps(data, table, resamples)
    for column, values in (("gap", gap), ("gap_se", se)):
        table[column] = table["k"].map(dict(zip(numbers, values, strict=True))).astype(float)
    return table, resamples, {"gap": (gap[0], se[0]) if gap else (np.nan, np.nan)}


def _gaps(data: Data, table: pd.DataFrame, resamples: pd.DataFrame) -> tuple[list[int], list[float], list[float]]:
    """Gaps and their errors for one cluster and more, from the references that could be clustered for all k."""
    references = resamples[resamples["criterion"] == "reference"].pivot(index="run", columns="k", values="value")
    numbers = [1, *(k for k in table["k"] if k in references)]
    complete = references.reindex(columns=numbers).dropna()
    if not len(table) or not len(complete):
        return [], [], []
    observed = [single_cluster(data), *table.set_index("k").loc[numbers[1:], "within"]]
    gap, se = gap_statistic(log_within(observed), complete.to_numpy())
    return numbers, gap.tolist(), se.tolist()


def _single_runs(done: Sequence[tuple[Task, Any]]) -> pd.DataFrame:
    """Write the values of single resamples as rows."""
    seen: dict[tuple[str, int], int] = {}
    frames = [pd.DataFrame({"k": [], "criterion": [], "run": [], "value": []})]
    for task, result in done:
        if task.kind in CRITERIA_OF:
            first = seen.get((task.kind, task.k), 0)
            seen[task.kind, task.k] = first + len(result)
            runs = np.arange(first, first + len(result))
            for column, criterion in enumerate(CRITERIA_OF[task.kind]):
                values = {"k": task.k, "criterion": criterion, "run": runs, "value": result[:, column]}
                frames.append(pd.DataFrame(values))
    return pd.concat(frames[1:] or frames, ignore_index=True)
