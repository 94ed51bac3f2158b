"""What becomes of the groups when there is one more: the solutions for several numbers of types side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.agreement import contingency
from kommtyp.clustering import cluster
from kommtyp.errors import FitError
from kommtyp.kmeans import distinct_rows
from kommtyp.progress import progress_bar
from kommtyp.scaling import apply_scaling
from kommtyp.selection.counts import check_counts, check_numbers
from kommtyp.typology import Classification, check_result, method_of

__all__ = ["Across", "follow_over_k"]

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Across:
    """Groups and flows over the number of groups.

    Parameters
    ----------
    groups : DataFrame
        One row a group: k, group (numbered from 0 along `position`), n, position (mean of its municipalities
        on the first principal component of the scaled ratings), slsa (segment level stability across
        solutions, between 0 and 1; 1 if all its municipalities were in one group before; missing for the
        first k).
    flows : DataFrame
        One row per pair of groups of neighbouring solutions that share municipalities: k (of the later
        solution), before, group, n.
    """

    groups: pd.DataFrame
    flows: pd.DataFrame


def follow_over_k(
    result: Classification,
    *,
    k: Iterable[int] = range(2, 9),
    n_init: int = 100,
    random_state: int = 0,
    progress: bool | None = None,
) -> Across:
    """Follow the municipalities from solution to solution as the number of groups grows.

    Groups that stay together over many solutions are segments by themselves; groups that are mixed anew at
    each step are cuts through a continuum. The stability of a group is 1 − H ÷ log(groups before), H the
    entropy of where its municipalities come from.

    Parameters
    ----------
    result : Classification
        What `fit` returned; its scaling and method are used.
    k : iterable of int
        Numbers of groups, at least two different ones from 2 on.
    n_init : int
        Random starts for each.
    random_state : int
        Seed.
    progress : bool, optional
        Whether to show a bar; None shows one after two seconds where a person can see it.

    Returns
    -------
    Across
        Groups and flows.

    Raises
    ------
    FitError
        If `k` holds fewer than two numbers, or one that is below 2 or cannot be formed, or an option is out of
        range.

    References
    ----------
    Dolnicar & Leisch (2017), Marketing Letters 28, 423–436, for the stability; R's ``flexclust::slsaplot``.
    Schonlau (2002), The Stata Journal 2, 391–402, for the clustergram.

    Examples
    --------
    >>> import kommtyp
    >>> across = kommtyp.follow_over_k(kommtyp.fit(kommtyp.load_sample(), n_init=20), k=[2, 3], n_init=5)
    >>> across.groups["k"].tolist()
    [2, 2, 3, 3, 3]
    """
    check_result(result)
    check_counts(n_init=(n_init, 1), random_state=(random_state, 0))
    formed = result.types.notna().to_numpy()
    X = apply_scaling(result.typology.scaling, result.ratings.to_numpy()[formed])
    w = result.weights.to_numpy()[formed]
    numbers = check_numbers(k, len(distinct_rows(X[w > 0])[0]))
    if len(numbers) < 2:
        raise FitError(f"k: only {numbers[0]} given. Give at least two numbers of groups from 2 on.")
    position = _first_component(X, w)
    form = partial(cluster, X, method=method_of(result), weights=w, n_init=n_init, random_state=random_state)
    solutions = []
    with progress_bar(len(numbers), "numbers of groups", progress) as advance:
        for number in numbers:
            solutions.append(_along(position, w, form(number).labels))
            advance(1)
    return _groups_and_flows(numbers, solutions, position, w)


def _groups_and_flows(numbers: list[int], solutions: list[Labels], position: Array, w: Array) -> Across:
    groups: list[dict[str, object]] = []
    flows: list[dict[str, int]] = []
    for place, (number, labels) in enumerate(zip(numbers, solutions, strict=True)):
        before = solutions[place - 1] if place else None
        table = None if before is None else contingency(before, labels, numbers[place - 1], number)
        stable = np.full(number, np.nan) if table is None else _slsa(table)
        for group in range(number):
            own = labels == group
            mean = float(np.average(position[own], weights=w[own]))
            groups.append({"k": number, "group": group, "n": int(own.sum()), "position": mean, "slsa": stable[group]})
        if table is not None:
            flows += [
                {"k": number, "before": int(a), "group": int(b), "n": int(table[a, b])}
                for a, b in zip(*np.nonzero(table), strict=True)
            ]
    return Across(pd.DataFrame(groups), pd.DataFrame(flows))


def _first_component(X: Array, w: Array) -> Array:
    """Scores on the first principal component, its largest loading positive."""
    centred = X - w @ X / w.sum()
    _, _, axes = np.linalg.svd(centred * np.sqrt(w)[:, None], full_matrices=False)
    axis = axes[0] * np.sign(axes[0][np.abs(axes[0]).argmax()])
    return centred @ axis


def _along(position: Array, w: Array, labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number groups along the component."""
    means = np.bincount(labels, weights=w * position) / np.bincount(labels, weights=w)
    return np.argsort(np.argsort(means))[labels]


def _slsa(table: Array) -> Array:
    shares = table / table.sum(axis=0)
    logs = np.log(np.where(shares > 0, shares, 1))
    return 1 + (shares * logs).sum(axis=0) / np.log(len(table))
