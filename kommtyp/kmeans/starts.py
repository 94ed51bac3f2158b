"""Random starts of k-means, and which of them are worth carrying on."""

from collections.abc import Sequence

import numpy as np

from kommtyp.kmeans.exchange import exchange
from kommtyp.kmeans.stack import Array, Floats, Partitions, Places, Stack, partition, unit_of

__all__ = ["best_partitions", "draw_starts", "warm_up"]

LLOYD_STEPS = 4
FIRST_ROUNDS = 4
LAST_ROUNDS = 8
SWAP_ROUNDS = 3
LEADERS = 2
FINALISTS = 2
ALIKE = 1e-6
SAME_IN_SINGLE = 1e-5
TINY = 1e-20
CACHE_CELLS = 250_000


def best_partitions(
    sets: Sequence[tuple[Array, Array]], k: int, n_init: int, generators: Sequence[np.random.Generator]
) -> tuple[Partitions, Places]:
    """Find the best partition of each data set from random starts.

    All starts go through four of Lloyd's iterations in single precision. The better ones are carried on by
    exchanging rows, the most promising of these for longer. Then single centers of the two best are swapped for
    random rows (Fränti 2018) and carried on likewise, in up to three rounds, the second and third only for data
    sets whose best solution was not yet found often. The two best of all are finished in double precision, until
    no move pays.

    Parameters
    ----------
    sets : sequence of (rows, weights)
        Centred rows of shape (m, p) and their positive weights, shape (m,), with at least k distinct rows.
    k : int
        Number of clusters.
    n_init : int
        Random starts of each data set.
    generators : sequence of Generator
        Source of the starts of each data set.

    Returns
    -------
    best : Partitions
        One of each data set.
    hits : ndarray of int, shape (g,)
        How many of the random starts are known to have led to it; a lower bound, as not all are carried on.

    Examples
    --------
    >>> rows = np.array([[-5.5], [-4.5], [4.5], [5.5]])
    >>> best, hits = best_partitions([(rows, np.ones(4))], 2, 5, [np.random.default_rng(0)])
    >>> best.objectives
    array([1.])
    """
    units = np.array([(unit_of(rows), unit_of(w)) for rows, w in sets])
    sets = [(rows / unit, w / heavy) for (rows, w), (unit, heavy) in zip(sets, units, strict=True)]
    stack = Stack.of(sets, np.float32)
    begin = _rows_drawn(stack, sets, k, n_init, generators)
    of = np.repeat(np.arange(len(sets)), n_init)
    searched = [_carry_on(stack, of, begin, carried=max(5, n_init // 4), promising=max(3, n_init // 8))]
    found, open_ = searched[0][0], np.full(len(sets), k > 1)
    swaps, often = max(6, n_init // 2), max(2, n_init // 7)
    for _ in range(min(SWAP_ROUNDS, max(1, n_init // 5))):
        leaders = found.take(_best_of_each(found, LEADERS, ALIKE))
        leaders = leaders.take(open_[leaders.of])
        if not leaders.of.size:
            break
        begin = _swap(stack, leaders, swaps, sets, generators)
        of = np.repeat(leaders.of, swaps)
        searched.append(_carry_on(stack, of, begin, carried=max(4, n_init // 4), promising=max(1, n_init // 6)))
        found = Partitions.joined([found, searched[-1][0]])
        open_ &= _hits(searched, found.objectives[_best_of_each(found, 1, 0)]) < often
    last = found.take(_best_of_each(found, FINALISTS, 0))
    double = Stack.of(sets, np.float64)
    finished = exchange(double, _in(double, last))
    best = _best_of_each(finished, 1, 0)
    hits = _hits(searched[:1], last.objectives[best])
    return _in_units(_in(double, finished.take(best)), *units.T), hits


def _rows_drawn(
    stack: Stack, sets: Sequence[tuple[Array, Array]], k: int, n_init: int, generators: Sequence[np.random.Generator]
) -> Floats:
    """Draw the rows where the starts of each data set begin, shape (k, a, p)."""
    drawn = [
        rows[draw_starts(rng, w, n_init, k)] for rng, rows, (_, w) in zip(generators, stack.rows, sets, strict=True)
    ]
    return np.ascontiguousarray(np.concatenate(drawn).swapaxes(0, 1))


def _hits(searched: Sequence[tuple[Partitions, Places]], lowest: Array) -> Places:
    """Count the starts that led to the lowest objective of each data set."""
    hits = np.zeros(len(lowest), dtype=np.intp)
    for found, starts in searched:
        np.add.at(hits, found.of, starts * (found.objectives <= lowest[found.of] * (1 + SAME_IN_SINGLE)))
    return hits


def _in_units(found: Partitions, unit: Array, heavy: Array) -> Partitions:
    """Give sums and objectives in the units of the rows and of the weights, one of each data set."""
    sums = found.sums * heavy[:, None]
    sums[:, :, :-1] *= unit[:, None]
    return Partitions(found.of, found.member, sums, found.objectives * unit**2 * heavy)


def _in(stack: Stack, found: Partitions) -> Partitions:
    """Sum the rows of each cluster anew, in the precision of a stack."""
    longest = stack.shares.shape[1]
    held = np.arange(longest) < np.array([len(rows) for rows in stack.rows])[found.of][:, None]
    sums = stack.sums(found.of, found.member & held)
    within = stack.total[found.of] - np.einsum("kap,kap->ka", sums[:, :, :-1], sums[:, :, :-1] / sums[:, :, -1:]).sum(0)
    return Partitions(found.of, found.member, sums, np.maximum(within, 0))


def draw_starts(rng: np.random.Generator, w: Array, starts: int, k: int) -> Places:
    """Draw k different rows a start in proportion to their weight; a start with a row twice is drawn again.

    Returns
    -------
    ndarray of int, shape (starts, k)
        Places of the rows.

    Examples
    --------
    >>> np.sort(draw_starts(np.random.default_rng(0), np.ones(3), 2, 3), axis=1)
    array([[0, 1, 2],
           [0, 1, 2]])
    """
    if 3 * k > w.sum() ** 2 / (w @ w):  # few rows, or few that have nearly all the weight: drawn by keys instead
        return np.argsort(rng.standard_exponential((starts, len(w))) / w, axis=1)[:, :k]
    edges = np.cumsum(w)
    drawn = np.empty((starts, k), dtype=np.intp)
    open_ = np.arange(starts)
    while open_.size:
        points = rng.random((open_.size, k)) * edges[-1]
        drawn[open_] = np.minimum(np.searchsorted(edges, points, side="right"), len(w) - 1)
        ordered = np.sort(drawn[open_], axis=1)
        open_ = open_[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
    return drawn


def _carry_on(stack: Stack, of: Places, begin: Floats, *, carried: int, promising: int) -> tuple[Partitions, Places]:
    """Warm up all starts of each data set, carry on the better ones, the most promising for longer.

    Returns these partitions, and how many starts each stands for.
    """
    centers, values = warm_up(stack, of, begin)
    better, starts = _lowest_of_each(stack.total[of] - values, of, carried, ALIKE)
    found = exchange(stack, partition(stack, of[better], centers[:, better]), rounds=FIRST_ROUNDS)
    picked, starts = _lowest_of_each(found.objectives, found.of, promising, ALIKE, starts)
    return exchange(stack, found.take(picked), rounds=LAST_ROUNDS), starts


def warm_up(stack: Stack, of: Places, begin: Floats) -> tuple[Floats, Floats]:
    """Run a few of Lloyd's iterations for all starts, as many at once as a cache holds.

    Ties may count a row twice here, which does no harm: nothing but a choice among the starts follows from it.

    Parameters
    ----------
    stack : Stack
        Data sets.
    of : ndarray of int, shape (a,)
        Data set of each start, in rising order.
    begin : ndarray, shape (k, a, p)
        Where each start begins.

    Returns
    -------
    centers : ndarray, shape (k, a, p)
        Where it is after the iterations.
    explained : ndarray, shape (a,)
        Sum of squares between the clusters.

    Examples
    --------
    >>> stack = Stack.of([([[-1.0], [0.0], [4.0]], [1, 1, 1])], np.float64)
    >>> warm_up(stack, np.array([0]), np.array([[[-1.0]], [[0.0]]]))[0].ravel()
    array([-0.5,  4. ])
    """
    centers, values = np.empty_like(begin), np.empty(len(of), dtype=begin.dtype)
    k, longest = len(begin), stack.shares.shape[1]
    sets, group = stack.parts(of), []
    for place, (_, part) in enumerate(sets):
        group.append(sets[place])
        starts = slice(group[0][1].start, part.stop)
        after = sets[place + 1][1].stop if place + 1 < len(sets) else np.inf
        if k * longest * (after - starts.start) > CACHE_CELLS:
            centers[:, starts], values[starts] = _iterate(stack, group, begin[:, starts])
            group = []
    return centers, values


def _iterate(stack: Stack, group: Sequence[tuple[int, slice]], current: Floats) -> tuple[Floats, Floats]:
    (k, a, p), first = current.shape, group[0][1].start
    parts = [(g, slice(part.start - first, part.stop - first)) for g, part in group]
    away = np.zeros((k, a, stack.shares.shape[1]), dtype=current.dtype)
    form, sums = np.empty((k, a, p + 1), dtype=current.dtype), np.empty((k, a, p + 1), dtype=current.dtype)
    for _ in range(LLOYD_STEPS):
        np.multiply(current, -2, out=form[:, :, :p])
        np.einsum("kap,kap->ka", current, current, out=form[:, :, p])
        for g, part in parts:
            np.matmul(form[:, part], stack.columns[g][: p + 1], out=away[:, part, : len(stack.rows[g])])
        np.less_equal(away, away.min(axis=0), out=away)
        for g, part in parts:
            np.matmul(away[:, part, : len(stack.rows[g])], stack.weighted[g], out=sums[:, part])
        size = sums[:, :, p:]
        current = np.where(size > 0, sums[:, :, :p] / np.maximum(size, TINY), current)
    return current, np.einsum("kap,kap->a", sums[:, :, :p], current)


def _best_of_each(found: Partitions, most: int, alike: float) -> Places:
    """Find the partitions of lowest objective of each data set; of those with the same only one."""
    return _lowest_of_each(found.objectives, found.of, most, alike)[0]


def _lowest_of_each(
    values: Floats, of: Places, most: int, alike: float = 0, starts: Places | None = None
) -> tuple[Places, Places]:
    """Find the lowest values of each data set, one of those that are alike, and for how many starts it stands."""
    order = np.lexsort((values, of))
    mine, values = of[order], values[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (values[1:] > values[:-1] * (1 + alike)) | (mine[1:] != mine[:-1]) | (alike == 0)
    first = np.flatnonzero(new)
    count = np.add.reduceat(np.ones_like(order) if starts is None else starts[order], first)
    kept = np.arange(len(first)) - np.searchsorted(mine[first], mine[first]) < most
    places, count = order[first[kept]], count[kept]
    rising = np.argsort(places)
    return places[rising], count[rising]


def _swap(
    stack: Stack,
    leaders: Partitions,
    swaps: int,
    sets: Sequence[tuple[Array, Array]],
    generators: Sequence[np.random.Generator],
) -> Floats:
    """Replace one center of each leader by a random row, several times."""
    begin = np.repeat(leaders.centers().astype(stack.dtype), swaps, axis=1)
    for g, part in stack.parts(leaders.of):
        swapped = begin[:, swaps * part.start : swaps * part.stop]
        places = np.arange(swapped.shape[1])
        drawn = draw_starts(generators[g], sets[g][1], len(places), 1)[:, 0]
        swapped[generators[g].integers(len(swapped), size=len(places)), places] = stack.rows[g][drawn]
    return begin
