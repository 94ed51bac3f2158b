"""Moves of single rows between clusters while that pays, in many partitions at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kommtyp.kmeans.stack import Partitions, Stack, explained

__all__ = ["exchange"]

Array = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]
Places = NDArray[np.intp]

BOLDNESS = (0.0, 0.5, 0.9, 1.0)
NEGLIGIBLE = {np.dtype(np.float32): 1e-7, np.dtype(np.float64): 1e-12}
SMALLEST = 1e-12
NOTHING = 1e-9
WITHOUT_END = 10_000


def exchange(stack: Stack, begin: Partitions, *, rounds: int = WITHOUT_END) -> Partitions:
    """Move rows between clusters while that pays: many at once where it works, else the best one.

    A row of weight w goes from cluster a to b where w n_a/(n_a − w) d²(a) > w n_b/(n_b + w) d²(b), its effect
    on both centers included, as in the algorithm of Hartigan and Wong; Lloyd's moves are among these. In each
    round all distances are taken, the few rows for which a move might pay are looked at one by one, and
    the moves are made together if that lowers the objective, else only the better of them.

    Parameters
    ----------
    stack : Stack
        Data sets; distances are taken in their precision, sums and objectives in double.
    begin : Partitions
        Where to begin; no cluster is empty.
    rounds : int
        Rounds after which to stop even if moves would still pay.

    Returns
    -------
    Partitions
        The same partitions, improved.

    References
    ----------
    Hartigan & Wong (1979), Applied Statistics 28, 100–108.

    Examples
    --------
    >>> from kommtyp.kmeans.stack import partition
    >>> stack = Stack.of([([[-3.0], [0.1], [4.0]], [1, 1, 1])], np.float64)
    >>> begin = partition(stack, np.array([0]), np.array([[[-3.0]], [[2.05]]]))
    >>> begin.labels(), exchange(stack, begin).labels()
    (array([[0, 1, 1]]), array([[0, 0, 1]]))
    """
    final = begin.take(np.arange(len(begin.of)))
    now, active = begin.take(np.arange(len(begin.of))), np.arange(len(begin.of))
    space, marks = np.zeros(now.member.size, dtype=stack.dtype), np.empty(now.member.size, dtype=bool)
    for _ in range(rounds):
        moved = _move(stack, now, _paying_moves(stack, now, space, marks))
        if not moved.all():
            final.put(active[~moved], now.take(~moved))
            now, active = now.take(moved), active[moved]
        if not active.size:
            return final
    final.put(active, now)
    return final


@dataclass(frozen=True, eq=False)
class _Moves:
    """Moves that pay, at most one a row."""

    start: Places
    row: Places
    own: Places
    to: Places
    gain: Array


def _paying_moves(stack: Stack, now: Partitions, space: Floats, marks: NDArray[np.bool_]) -> _Moves:
    (k, a, m), size = now.member.shape, now.sums[:, :, -1]
    heaviest = stack.heaviest[now.of]
    factors = size / (size + heaviest)
    away = space[: k * a * m].reshape(k, a, m)
    stack.distances(now.of, now.centers().astype(stack.dtype), away, factors.astype(stack.dtype))
    near = marks[: k * a * m].reshape(k, a, m)
    _mark_within_reach(stack, now, away, near)
    cells = np.flatnonzero(near)
    to, spot = np.divmod(cells, a * m)
    start = spot // m
    own = now.member.reshape(k, -1)[:, spot].argmax(axis=0)
    w = stack.weights[now.of[start], 0 if stack.weights.shape[1] == 1 else spot % m]
    distance = away.reshape(k, -1)
    left = size[own, start] - w
    left[left <= NOTHING * size[own, start]] = np.inf
    leaving = distance[own, spot] / factors[own, start] * size[own, start] / left
    joining = distance[to, spot] / factors[to, start] * size[to, start] / (size[to, start] + w)
    gain = w * (leaving - joining)
    paying = np.flatnonzero(gain > np.maximum(stack.total, SMALLEST)[now.of[start]] * NEGLIGIBLE[stack.dtype])
    rising = paying[np.argsort(gain[paying], kind="stable")]
    chosen = rising[_last_of_each(spot[rising], a * m)]
    return _Moves(start[chosen], spot[chosen] % m, own[chosen], to[chosen], gain[chosen])


def _mark_within_reach(stack: Stack, now: Partitions, away: Floats, near: NDArray[np.bool_]) -> None:
    """Mark the clusters to which a row's move might pay: a superset that is cheap to find.

    Distances come with the factor n/(n + heaviest), so the cost of joining is exact or too low. The cost of
    leaving is bounded by that of the heaviest row leaving the smallest cluster; rows of tiny ones are all looked at.
    """
    size, heaviest = now.sums[:, :, -1], stack.heaviest[now.of]
    sturdy = size > 2 * heaviest
    smallest = size.min(axis=0, where=sturdy, initial=np.inf)
    smallest = np.where(np.isfinite(smallest), smallest, 3 * heaviest)
    reach = (smallest + heaviest) / (smallest - heaviest) * (1 + 8 * np.finfo(stack.dtype).eps)
    limit = away.min(axis=0)
    np.maximum(limit, 0, out=limit)
    limit *= reach[:, None].astype(stack.dtype)
    np.less_equal(away, limit, out=near)
    for j in np.flatnonzero(~sturdy.all(axis=1)).tolist():
        tiny = np.flatnonzero(~sturdy[j])
        near[:, tiny] |= now.member[j, tiny]
    np.greater(near, now.member, out=near)


def _last_of_each(keys: Places, limit: int) -> Places:
    """Find the last place of each key, in the order of the keys' places."""
    places = np.arange(len(keys))
    last = np.empty(limit, dtype=np.intp)
    last[keys] = places
    return np.flatnonzero(last[keys] == places)


def _move(stack: Stack, now: Partitions, moves: _Moves) -> NDArray[np.bool_]:
    """Make moves where that lowers the objective, and tell which partitions improved."""
    a = len(now.of)
    best = np.zeros(a)
    np.maximum.at(best, moves.start, moves.gain)
    improved, open_ = np.zeros(a, dtype=bool), best > 0
    for boldness in BOLDNESS:
        chosen = np.flatnonzero(open_[moves.start] & (moves.gain >= boldness * best[moves.start]))
        if boldness == 1:
            chosen = chosen[_last_of_each(moves.start[chosen], a)]
        better = _try(stack, now, moves, chosen, np.flatnonzero(open_))
        improved[better] = True
        open_[better] = False
        if not open_.any():
            break
    return improved


def _try(stack: Stack, now: Partitions, moves: _Moves, chosen: Places, concerned: Places) -> Places:
    """Make the chosen moves in the partitions that they improve, and tell which these are."""
    start, row, own, to = (field[chosen] for field in (moves.start, moves.row, moves.own, moves.to))
    k, width = len(now.sums), now.sums.shape[2]
    place = np.empty(len(now.of), dtype=np.intp)
    place[concerned] = np.arange(len(concerned))
    shares = stack.shares[now.of[start], row]
    cluster = np.concatenate([own, to]) * len(concerned) + np.tile(place[start], 2)
    cells = (cluster[:, None] * width + np.arange(width)).ravel()
    change = np.bincount(cells, np.concatenate([-shares, shares]).ravel(), minlength=k * len(concerned) * width)
    before = now.sums[:, concerned]
    sums = before + change.reshape(k, len(concerned), width)
    sums[:, :, -1][sums[:, :, -1] <= NOTHING * before[:, :, -1]] = 0
    objectives = stack.total[now.of[concerned]] - explained(sums)
    better = objectives < now.objectives[concerned]
    made = better[place[start]]
    start, row = start[made], row[made]
    now.member[own[made], start, row], now.member[to[made], start, row] = False, True
    now.sums[:, concerned[better]], now.objectives[concerned[better]] = sums[:, better], objectives[better]
    return concerned[better]
