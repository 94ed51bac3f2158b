"""From answers to the panel of criteria."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import ArrayLike

from kommtyp.clustering import Clusterer, Method
from kommtyp.codebook import Codebook
from kommtyp.definitions import Definitions
from kommtyp.errors import check_choice
from kommtyp.progress import progress_bar
from kommtyp.scaling import Scaling, ScalingMethod
from kommtyp.selection.counts import check_counts, check_numbers
from kommtyp.selection.criteria import CRITERIA, suggest
from kommtyp.selection.panel import Data
from kommtyp.selection.record import Selection
from kommtyp.selection.working import (
    TABLE,
    Plan,
    Task,
    Unstructured,
    call,
    panel_of,
    tasks_of,
    without_structure,
)
from kommtyp.typology import Classification, Prepared, prepare, prepared_from
from kommtyp.typology.preparation import check_options, choose_definitions
from kommtyp.workers import run

__all__ = ["choose_k"]


def choose_k(
    answers: Any,
    *,
    k: int | Iterable[int] = range(2, 9),
    codebook: Codebook | str | Path | None = None,
    types: Definitions | str | Path | None = None,
    goals: Mapping[str, str] | Sequence[str] | None = None,
    scaling: ScalingMethod = "ipsative",
    method: Method | Clusterer = "kmeans",
    weights: str | ArrayLike | None = None,
    min_answered: float = 0.75,
    n_init: int = 500,
    n_init_resample: int = 10,
    n_pairs: int = 100,
    n_boot: int = 100,
    n_splits: int = 50,
    n_null: int = 20,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: bool | None = None,
    on_interrupt: Literal["raise", "keep"] = "raise",
) -> Selection:
    """Compute for several numbers of types what speaks for and against each.

    The criteria answer different questions and disagree on real data, so all are shown, with the error of
    their simulation and beside data that have no structure: each goal's ratings shuffled by themselves, then
    scaled and clustered like the answers. No vote is taken.

    Parameters
    ----------
    answers : DataFrame, Survey, path or Classification
        Answers as for `kommtyp.fit`; of a classification its own ratings and settings are used, and the
        options from `codebook` to `n_init` are ignored.
    k : int or iterable of int
        Numbers of types, at least 2.
    codebook, types, goals, scaling, method, weights, min_answered, n_init
        As in `kommtyp.fit`. The types only say which number is given by a study.
    n_init_resample : int
        Random starts of k-means in each resample, reference and data set without structure.
    n_pairs : int
        Pairs of bootstrap samples, for the adjusted Rand index and the instability; at least 2.
    n_boot : int
        References of the gap statistic, at least 2.
    n_splits : int
        Divisions into halves, for the prediction strength; at least 2.
    n_null : int
        Data sets without structure; 0 leaves them out.
    random_state : int
        Seed; each resample has one of its own, spawned from it.
    n_jobs : int, optional
        Number of processes that work side by side, −1 for one a core; this one alone where None. Starting them
        takes a second or two, so it pays for long work only. Other backends are set by
        ``joblib.parallel_config``, such as dask. The result is the same for any number and backend.
    progress : bool, optional
        Whether to show a bar; None shows one after two seconds where a person can see it.
    on_interrupt : {"raise", "keep"}
        Whether Ctrl-C is raised, or ends the work with the resamples done so far.

    Returns
    -------
    Selection
        The panel, the same in data without structure, and what each criterion's own rule supports.

    Raises
    ------
    FitError
        If there are fewer different sets of ratings than types, or an option is unknown or out of range.

    References
    ----------
    Tibshirani, Walther & Hastie (2001), Journal of the Royal Statistical Society B 63, 411–423 (gap);
    Tibshirani & Walther (2005), Journal of Computational and Graphical Statistics 14, 511–528 (prediction
    strength); Fang & Wang (2012), Computational Statistics & Data Analysis 56, 468–477 (instability);
    Dolnicar & Leisch (2010), Marketing Letters 21, 83–101 (agreement of pairs); Hennig & Liao (2013),
    Applied Statistics 62, 309–369 (data without structure beside criteria).

    Examples
    --------
    >>> import kommtyp
    >>> few = {"n_init": 20, "n_pairs": 4, "n_boot": 4, "n_splits": 4, "n_null": 2}
    >>> panel = kommtyp.choose_k(kommtyp.load_sample(), k=[2, 4], **few)
    >>> panel.table["k"].tolist(), panel.given
    ([2, 4], 4)
    """
    prepared, given, method, n_init = _settle(
        answers,
        codebook=codebook,
        types=types,
        goals=goals,
        scaling=scaling,
        method=method,
        weights=weights,
        min_answered=min_answered,
        n_init=n_init,
        random_state=random_state,
    )
    runs = {"n_init_resample": (n_init_resample, 1), "n_pairs": (n_pairs, 2), "n_boot": (n_boot, 2)}
    check_counts(**runs, n_splits=(n_splits, 2), n_null=(n_null, 0))
    check_choice("on_interrupt", on_interrupt, ("raise", "keep"))
    order = np.argsort([item.name for item in prepared.items])
    counted = prepared.w > 0
    data = Data.of(prepared.X[counted][:, order], prepared.w[counted], method, int(n_init_resample))
    numbers = check_numbers(k, len(data.rows))
    plan = Plan(data, SeedSequence(random_state), {"pairs": n_pairs, "splits": n_splits, "references": n_boot})
    scale = prepared.scaling
    unstructured = Unstructured(
        data, prepared.filled[counted][:, order], Scaling(scale.method, scale.center[order], scale.spread[order])
    )
    plans = [plan, *without_structure(unstructured, plan, n_null)]
    tasks = list(tasks_of(plans, numbers, n_init=n_init, start=random_state))
    with progress_bar(len(tasks), "criteria", progress) as advance:
        results = run(
            call,
            [(task,) for task in tasks],
            n_jobs=n_jobs,
            advance=lambda _: advance(1),
            keep_partial=on_interrupt == "keep",
        )
    return _assemble(plans, list(zip(tasks, results, strict=False)), given, int(random_state))


def _settle(answers: Any, **options: Any) -> tuple[Prepared, int | None, Method | Clusterer, int]:
    """Prepare the ratings, and find out which number of types a study gives."""
    types, n_init, seed = options.pop("types"), options.pop("n_init"), options.pop("random_state")
    if isinstance(answers, Classification):
        settings = answers.typology.settings
        options |= {"scaling": settings.scaling, "method": answers.clusterer or settings.method}
        options["min_answered"], n_init = settings.min_answered, settings.n_init
    method = options.pop("method")
    check_options(
        scaling=options["scaling"],
        method=method,
        n_types=None,
        min_answered=options["min_answered"],
        n_init=n_init,
        random_state=seed,
    )
    if isinstance(answers, Classification):
        described = int((answers.typology.labelling.names >= 0).sum())
        return prepared_from(answers), described or None, method, n_init
    prepared = prepare(answers, **options)
    definitions, given = choose_definitions(types, prepared.items, None)
    return prepared, given if definitions is not None else None, method, n_init


def _assemble(plans: Sequence[Plan], done: Sequence[tuple[Task, Any]], given: int | None, seed: int) -> Selection:
    data = plans[0].data
    panel = panel_of(plans[0], 0, done)
    null = _beside(panel.table, [panel_of(plan, place, done).table for place, plan in enumerate(plans) if place])
    resamples = panel.resamples()
    return Selection(
        table=panel.table,
        null=null,
        suggestion=suggest(panel.table, null, panel.single),
        resamples=resamples,
        n=len(data.X),
        given=given,
        random_state=seed,
        notes=_notes(panel.table, resamples, data),
    )


def _beside(table: pd.DataFrame, nulls: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Write the panel of data without structure beside that of the answers."""
    columns = ["criterion", "k", "value", "null", "null_low", "null_high", "as_good"]
    stacked = pd.concat(nulls, ignore_index=True) if nulls else pd.DataFrame(columns=TABLE)
    of_k = {k: part.to_dict("list") for k, part in stacked.groupby("k")}
    rows = []
    for criterion in CRITERIA:
        for k, value in table[["k", criterion.name]].to_numpy(dtype=float).tolist():
            values = np.array(of_k.get(int(k), {}).get(criterion.name, []), dtype=float)
            values = values[np.isfinite(values)]
            mean = low = high = as_good = np.nan
            if len(values):
                mean, (low, high) = values.mean(), np.quantile(values, [0.05, 0.95]).tolist()
                better = values >= value if criterion.better == "larger" else values <= value
                as_good = better.mean() if criterion.better and np.isfinite(value) else np.nan
            rows.append((criterion.name, int(k), value, mean, low, high, as_good))
    return pd.DataFrame(rows, columns=columns)


def _notes(table: pd.DataFrame, resamples: pd.DataFrame, data: Data) -> tuple[str, ...]:
    notes = []
    lost = table.loc[table["bic"].isna(), "k"].astype(str)
    if not data.equal:
        notes.append("bic: the mixture takes no weights, so it is left out.")
    elif len(lost):
        notes.append(f"bic: no mixture could be fitted at k = {', '.join(lost)}.")
    failed = resamples[resamples["value"].isna()].value_counts(["criterion", "k"], sort=False).reset_index()
    for criterion, k, count in failed.to_numpy().tolist():
        notes.append(f"{criterion}: {count} resamples could not be clustered at k = {k}.")
    return tuple(notes)
