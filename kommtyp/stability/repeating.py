"""The types formed and named again in each resample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kommtyp.clustering import cluster
from kommtyp.errors import FitError
from kommtyp.kmeans import Resamples, cluster_resamples, distinct_rows
from kommtyp.progress import progress_bar
from kommtyp.scaling import apply_scaling
from kommtyp.stability.drawing import Draws, draw, samples
from kommtyp.stability.naming import match_by_overlap, name_by_rule
from kommtyp.typology import Classification, Typology, method_of
from kommtyp.workers import run

__all__ = ["Repeats", "cluster_draws", "name_resamples", "repeat_types"]

Array = NDArray[np.float64]
Labels = NDArray[Any]

TOO_FEW_ROWS = (
    "The others hold fewer different ratings than there are types. Use fewer types, or with assess_stability "
    "scheme='noise'."
)


@dataclass(frozen=True, eq=False)
class Repeats:
    """The types of resamples of the municipalities.

    Parameters
    ----------
    formed : ndarray of bool, shape (N,)
        Which municipalities of the survey have a type; the other arrays hold these n alone.
    counts : ndarray of int, shape (B, n)
        How often each was drawn.
    types : ndarray of int, shape (B, n)
        Type of each by the clusters of the resample; for those that were not drawn, the nearest.
    failed : int
        Resamples that could not be clustered, because they held too few different ratings or the clusterer refused.
    """

    formed: NDArray[np.bool_]
    counts: NDArray[np.int16]
    types: Labels
    failed: int


def repeat_types(
    result: Classification,
    *,
    n_boot: int,
    n_init: int = 50,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> Repeats:
    """Draw the municipalities again and again, with replacement, and form and name the types anew.

    Who was drawn twice counts twice, as in a second survey. Every resample gets random starts of its own, and
    its clusters are named by the rule of `fit` against the same definitions.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit`.
    n_boot : int
        Number of resamples, at least 2.
    n_init : int
        Random starts of k-means in each resample.
    random_state : int
        Seed.
    n_jobs : int, optional
        Number of processes, −1 for one a core; this one alone where None. The result is the same for any number.
    progress : bool, optional
        Whether to show a bar; None shows one after two seconds where a person can see it.

    Returns
    -------
    Repeats
        Who was drawn, and the types.

    Raises
    ------
    FitError
        If fewer than two resamples can be clustered.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> repeat_types(result, n_boot=10, n_init=5).types.shape
    (10, 406)
    """
    formed = result.types.notna().to_numpy()
    X = apply_scaling(result.typology.scaling, result.ratings.to_numpy()[formed])
    weights = result.weights.to_numpy()[formed]
    children = np.random.SeedSequence(random_state).spawn(n_boot)
    drawing, seeds = zip(*(child.spawn(2) for child in children), strict=True)
    draws = draw(X, weights, "bootstrap", drawing, multiplicity=True)
    with progress_bar(n_boot, "resamples", progress) as advance:
        found, own = cluster_draws(
            result, X, draws, n_init=n_init, seeds=seeds, n_jobs=n_jobs, advance=advance, keep_partial=False
        )
    done = np.isfinite(found.objectives)
    labels, original = own[done].astype(np.intp), result.types.cat.codes.to_numpy()[formed].astype(np.intp)
    names, _ = name_resamples(
        result.typology,
        X,
        original=original,
        weights=draws.weights[done],
        centers=found.centers[done],
        labels=labels,
    )
    types = np.take_along_axis(names, labels, axis=1).astype(np.int16)
    return Repeats(formed, draws.counts[done], types, int((~done).sum()))


def cluster_draws(
    result: Classification,
    X: Array,
    draws: Draws,
    *,
    n_init: int,
    seeds: tuple[np.random.SeedSequence, ...],
    n_jobs: int | None,
    advance: Callable[[int], object],
    keep_partial: bool,
) -> tuple[Resamples, NDArray[np.int16]]:
    """Cluster resamples of the municipalities by the method of the types.

    Parameters
    ----------
    result : Classification
        The types, for their number and method.
    X : ndarray, shape (n, p)
        Scaled ratings.
    draws : Draws
        B resamples.
    n_init : int
        Random starts of k-means in each resample.
    seeds : tuple of SeedSequence, length B
        Seed of each resample.
    n_jobs : int, optional
        Number of processes, −1 for one a core; this one alone where None.
    advance : callable
        Called with the number of resamples that were just finished.
    keep_partial : bool
        Whether an interruption ends the work with the resamples so far.

    Returns
    -------
    found : Resamples
        Clusters of each resample, all municipalities assigned to the nearest center.
    own : ndarray of int, shape (B, n)
        The same, but for those that were drawn the cluster they were put into, which outside k-means need not
        be the nearest.

    Raises
    ------
    FitError
        If a clusterer from elsewhere formed the types of which only the name is known, or fewer than two resamples
        could be clustered.
    """
    k, method = len(result.typology.keys), method_of(result)
    if method == "kmeans" and not any(len(points) for points in draws.noise):
        found = cluster_resamples(
            X,
            draws.weights,
            k,
            n_init=n_init,
            seeds=seeds,
            n_jobs=n_jobs,
            progress=advance,
            keep_partial=keep_partial,
        )
        _check_done(found.objectives, [""] * len(found.objectives))
        return found, found.labels
    resample = partial(_cluster_one, X=X, k=k, method=method, n_init=n_init)
    tasks = (
        (*drawn, w > 0, seed) for drawn, w, seed in zip(samples(X, draws), draws.weights, seeds, strict=True)
    )
    parts = run(resample, tasks, n_jobs=n_jobs, advance=lambda _: advance(1), keep_partial=keep_partial)
    *arrays, reasons = zip(*parts, strict=True)
    centers, nearest, own, objectives, hits = map(np.array, arrays)
    _check_done(objectives, reasons)
    return Resamples(centers, nearest, objectives, n_init if method == "kmeans" else 0, hits), own


def _check_done(objectives: Array, reasons: Sequence[str]) -> None:
    done = int(np.isfinite(objectives).sum())
    if done < 2:
        said = next((f"The first of the others: {reason}" for reason in reasons if reason), TOO_FEW_ROWS)
        raise FitError(f"n_boot: {done} of {len(objectives)} resamples could be clustered. {said}")


def _cluster_one(
    rows: Array,
    weights: Array,
    present: NDArray[np.bool_],
    seed: np.random.SeedSequence,
    *,
    X: Array,
    k: int,
    method: Any,
    n_init: int,
) -> tuple[Array, NDArray[np.int16], NDArray[np.int16], float, int, str]:
    """Cluster one resample, and assign all municipalities to its nearest centers, or the drawn to their clusters."""
    nobody = np.full(len(X), -1, dtype=np.int16)
    nothing = np.full((k, X.shape[1]), np.nan), nobody, nobody, np.nan, 0
    if len(distinct_rows(rows)[0]) < k:
        return *nothing, ""
    rng = np.random.default_rng(seed)
    counts, place = np.rint(weights).astype(int), np.arange(len(rows))
    if method == "mixture" or (not isinstance(method, str) and np.array_equal(counts, weights)):
        # Many of these take no weights: who was drawn twice stands there twice.
        rows, weights, place = np.repeat(rows, counts, axis=0), np.ones(counts.sum()), np.cumsum(counts) - counts
    try:
        found = cluster(rows, k, method=method, weights=weights, n_init=n_init, random_state=rng)
    except FitError as error:  # a clusterer from elsewhere may find too few groups: the resample counts as failed
        return *nothing, str(error)
    away = np.stack([((X - center) ** 2).sum(axis=1) for center in found.centers], axis=1)
    nearest = away.argmin(axis=1).astype(np.int16)
    own = nearest.copy()
    own[present] = found.labels[place[: np.count_nonzero(present)]]  # points of noise come last
    return found.centers, nearest, own, found.objective, found.hits, ""


def name_resamples(
    typology: Typology, X: Array, *, original: Labels, weights: Array, centers: Array, labels: Labels
) -> tuple[Labels, Labels]:
    """Name the clusters of each resample by the rule of the types, where they are defined, else by overlap.

    Parameters
    ----------
    typology : Typology
        The types.
    X : ndarray, shape (n, p)
        Scaled ratings.
    original : ndarray of int, shape (n,)
        Types.
    weights : ndarray, shape (B, n)
        Weights of the rows in each resample.
    centers : ndarray, shape (B, k, p)
        Centers of the clusters.
    labels : ndarray of int, shape (B, n)
        Cluster of each row; those that were not drawn have the nearest.

    Returns
    -------
    names, overlapping : ndarray of int, shape (B, k)
        Type of each cluster, and the type that it overlaps with most, one to one.
    """
    overlapping = match_by_overlap(original, labels, len(typology.keys))
    named = typology.labelling.names >= 0
    if not named.any():
        return overlapping, overlapping
    types = typology.definitions.types
    marks = np.array([[goal in types[t].goals for goal in typology.goals] for t in np.flatnonzero(named)])
    return _complete(name_by_rule(centers, X, weights, marks), overlapping, named), overlapping


def _complete(ruled: Labels, overlapping: Labels, named: NDArray[np.bool_]) -> Labels:
    """Give the clusters that the rule leaves over to the types that no study defines, by overlap if it fits."""
    names = np.where(ruled >= 0, np.flatnonzero(named)[ruled], -1)
    for b in np.flatnonzero((names < 0).any(axis=1)):
        left_over = np.flatnonzero(names[b] < 0)
        free = np.setdiff1d(np.arange(len(named)), names[b])
        wanted = overlapping[b, left_over]
        fits = np.isin(wanted, free)
        names[b, left_over[fits]] = wanted[fits]
        names[b, left_over[~fits]] = np.setdiff1d(free, wanted[fits])
    return names
