"""Direct standardisation: what the types would look like if all had the same strata, such as sizes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from kommtyp.intervals import Interval, wilson

__all__ = [
    "Cells",
    "Strata",
    "cell_moments",
    "difference_of_means",
    "difference_of_shares",
    "pool_strata",
    "standardised_means",
    "standardised_shares",
]

Array = NDArray[np.float64]


class Strata(NamedTuple):
    """Strata of the rows after pooling.

    Parameters
    ----------
    of : ndarray of int, shape (n,)
        Stratum of each row, −1 for rows that take no part.
    sizes : ndarray of int, shape (S,)
        Rows of each stratum that take part: the standard population.
    before : int
        Number of strata before pooling.
    cells : tuple of ndarray, each of shape (m, v)
        Combinations of levels that each stratum is made of.
    """

    of: NDArray[np.intp]
    sizes: NDArray[np.intp]
    before: int
    cells: tuple[NDArray[np.intp], ...]


class Cells(NamedTuple):
    """Number of values, mean and sum of squares around it, of each stratum and group, shape (S, g)."""

    n: Array
    mean: Array
    squares: Array


def pool_strata(levels: ArrayLike, labels: ArrayLike, k: int, *, ordered: Sequence[bool]) -> Strata:
    """Cross the levels of some variables, and pool strata until each holds all types.

    A type can only be compared in a stratum it occurs in. So the smallest stratum that lacks a type is merged
    with the nearest one, again and again: nearest on the first variable, then on the second, and so on, where
    levels of an ordered variable are as far apart as their places, and those of an unordered one are the
    same or not; of those equally near, with the smallest. Thus the variable that is named first is kept apart
    longest. Types without any row are not asked for.

    Parameters
    ----------
    levels : array_like of int, shape (n, v)
        Level of each row on each variable, from 0; negative for missing, then the row takes no part.
    labels : array_like of int, shape (n,)
        Type of each row; negative rows take no part.
    k : int
        Number of types.
    ordered : sequence of bool, length v
        Whether the levels of a variable have an order.

    Returns
    -------
    Strata
        Stratum of each row, and what became of them.

    Examples
    --------
    >>> strata = pool_strata([[0], [0], [1], [1], [2]], [0, 1, 0, 1, 1], 2, ordered=[True])
    >>> strata.of, strata.before
    (array([0, 0, 1, 1, 1]), 3)
    """
    levels, labels = np.asarray(levels, dtype=np.intp), np.asarray(labels, dtype=np.intp)
    used = (levels >= 0).all(axis=1) & (labels >= 0)
    of = np.full(len(levels), -1, dtype=np.intp)
    cells, place = np.unique(levels[used], axis=0, return_inverse=True)
    place = place.ravel()
    counts = np.bincount(place * k + labels[used], minlength=len(cells) * k).reshape(-1, k)
    group = _pool(cells, counts[:, counts.sum(axis=0) > 0], ordered)
    of[used] = group[place]
    sizes = np.bincount(of[used], minlength=group.max(initial=-1) + 1)
    return Strata(of, sizes, len(cells), tuple(cells[group == s] for s in range(len(sizes))))


def _pool(cells: NDArray[np.intp], counts: NDArray[np.intp], ordered: Sequence[bool]) -> NDArray[np.intp]:
    """Find the stratum of each cell, numbered by the first cell of each."""
    group = np.arange(len(cells))
    counts, low, high = counts.copy(), cells.copy(), cells.copy()
    members = [cells[:, v, None] == np.arange(cells[:, v].max(initial=-1) + 1) for v in range(cells.shape[1])]
    alive = np.ones(len(cells), dtype=bool)
    while alive.sum() > 1:
        size = counts.sum(axis=1)
        lacking = np.flatnonzero(alive & (counts == 0).any(axis=1))
        if not lacking.size:
            break
        poor = lacking[size[lacking].argmin()]
        others = np.flatnonzero(alive & (np.arange(len(cells)) != poor))
        away = [
            np.maximum(np.maximum(low[others, v] - high[poor, v], low[poor, v] - high[others, v]), 0)
            if in_order
            else ~(members[v][others] & members[v][poor]).any(axis=1)
            for v, in_order in enumerate(ordered)
        ]
        partner = others[np.lexsort((size[others], *away[::-1]))[0]]
        kept, gone = sorted((int(poor), int(partner)))
        counts[kept] += counts[gone]
        low[kept], high[kept] = np.minimum(low[kept], low[gone]), np.maximum(high[kept], high[gone])
        for held in members:
            held[kept] |= held[gone]
        alive[gone], group[group == gone] = False, kept
    return np.unique(group, return_inverse=True)[1].ravel()


def standardised_shares(table: ArrayLike, sizes: ArrayLike, *, level: float = 0.95) -> Interval:
    """Shares of each group if it had the strata of all.

    The share within each stratum is weighted with the stratum's share in all rows. The interval is Wilson's,
    with the number of answers that would give an unadjusted share of the same precision: 1 / Σ (share² / n).
    It is close to its level also for few answers and rare adoption, where bootstrap intervals fail, because a
    bootstrap of no adopters has none either.

    Parameters
    ----------
    table : array_like, shape (S, g, c)
        How often each answer was given, by stratum and group.
    sizes : array_like, shape (S,)
        Rows of each stratum in the standard population.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Shares and ends, shape (g, c); NaN for groups that lack answers in a stratum.

    References
    ----------
    Rothman, K. J., Greenland, S. & Lash, T. L. (2008). Modern Epidemiology, 3rd ed., ch. 15. Korn, E. L. &
    Graubard, B. I. (1998). Survey Methodology, 24, 193–201, for the effective number.

    Examples
    --------
    >>> shares = standardised_shares([[[10, 10], [30, 10]], [[4, 6], [2, 8]]], [60, 40])
    >>> shares.estimate[:, 1].round(2)
    array([0.54, 0.47])
    """
    table, share = np.asarray(table, dtype=float), _share(sizes)
    n = table.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.clip(np.einsum("s,sgc->gc", share, table / n[:, :, None]), 0, 1)
        effective = 1 / np.einsum("s,sg->g", share**2, 1 / n)[:, None]
    effective = np.where(np.isfinite(effective), effective, 0)
    estimate = np.where(effective > 0, estimate, np.nan)
    interval = wilson(estimate * effective, effective, level=level)
    return Interval(estimate, interval.low, interval.high)


def difference_of_shares(shares: Interval, first: ArrayLike, second: ArrayLike) -> Interval:
    """Differences of standardised shares, by Newcombe's way of joining their intervals.

    Parameters
    ----------
    shares : Interval
        From `standardised_shares`.
    first, second : array_like of int, shape (m,)
        Groups to compare.

    Returns
    -------
    Interval
        First less second, shape (m, c), between −1 and 1.

    References
    ----------
    Newcombe, R. G. (1998). Statistics in Medicine, 17, 873–890, method 10. Zou, G. Y. & Donner, A. (2008).
    Statistics in Medicine, 27, 1693–1702, for any independent estimates.

    Examples
    --------
    >>> shares = standardised_shares([[[14, 56], [32, 48]]], [1])
    >>> [round(float(part[0, 1]), 4) for part in difference_of_shares(shares, [0], [1])]
    [0.2, 0.0524, 0.3339]
    """
    a, b = (Interval(*(part[np.asarray(places, dtype=np.intp)] for part in shares)) for places in (first, second))
    difference = a.estimate - b.estimate
    below = np.hypot(a.estimate - a.low, b.high - b.estimate)
    above = np.hypot(a.high - a.estimate, b.estimate - b.low)
    return Interval(difference, np.maximum(difference - below, -1), np.minimum(difference + above, 1))


def cell_moments(values: ArrayLike, groups: ArrayLike, strata: ArrayLike, shape: tuple[int, int]) -> Cells:
    """Count, average and spread of the values in each stratum and group.

    Parameters
    ----------
    values : array_like, shape (n,)
        Values, none missing.
    groups, strata : array_like of int, shape (n,)
        Where each value belongs; negative ones take no part.
    shape : tuple of int
        Number of strata and of groups.

    Returns
    -------
    Cells
        n, mean and sum of squares, of that shape.

    Examples
    --------
    >>> cell_moments([1, 3, 5], [0, 0, 1], [0, 0, 0], (1, 2)).mean
    array([[2., 5.]])
    """
    values, groups, strata = np.asarray(values, dtype=float), np.asarray(groups), np.asarray(strata)
    used = (groups >= 0) & (strata >= 0)
    values, cell = values[used], (strata * shape[1] + groups)[used]
    size = shape[0] * shape[1]
    n = np.bincount(cell, minlength=size).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(cell, values, minlength=size) / n
    squares = np.bincount(cell, (values - mean[cell]) ** 2, minlength=size).astype(float)
    return Cells(n.reshape(shape), mean.reshape(shape), squares.reshape(shape))


def standardised_means(cells: Cells, sizes: ArrayLike, *, level: float = 0.95) -> Interval:
    """Means of each group if it had the strata of all.

    Means within the strata are weighted as in `standardised_shares`. The spread is that within the strata,
    taken together over the strata of a group, so that strata with a single value count, too.

    Parameters
    ----------
    cells : Cells
        By stratum and group.
    sizes : array_like, shape (S,)
        Rows of each stratum in the standard population.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Means and ends of Student's interval, shape (g,). The ends are NaN without spread, or with no more
        values than strata.

    References
    ----------
    Searle, S. R., Speed, F. M. & Milliken, G. A. (1980). The American Statistician, 34, 216–221.

    Examples
    --------
    >>> cells = cell_moments([1, 3, 5, 2, 4, 4], [0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1], (2, 2))
    >>> standardised_means(cells, [3, 3]).estimate
    array([3.5, 3. ])
    """
    estimate, variance, df = _means(cells, _share(sizes))
    between = _between(cells.mean, estimate, sizes)
    return _student(estimate, variance, between, df, level)


def difference_of_means(a: Cells, b: Cells, sizes: ArrayLike, *, level: float = 0.95) -> Interval:
    """Differences of standardised means, whose groups may spread differently.

    Parameters
    ----------
    a, b : Cells
        The groups to compare, side by side, shape (S, m).
    sizes : array_like, shape (S,)
        Rows of each stratum in the standard population.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        a less b with the ends of Welch's interval, shape (m,).

    Examples
    --------
    >>> values, groups, strata = [1, 3, 5, 6, 2, 4, 4, 3], [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, 1, 1]
    >>> cells = cell_moments(values, groups, strata, (2, 2))
    >>> first, second = (Cells(*(part[:, [place]] for part in cells)) for place in (0, 1))
    >>> difference_of_means(first, second, [4, 4]).estimate
    array([0.5])
    """
    share = _share(sizes)
    (mean_a, variance_a, df_a), (mean_b, variance_b, df_b) = _means(a, share), _means(b, share)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (variance_a + variance_b) ** 2 / (variance_a**2 / df_a + variance_b**2 / df_b)
    between = _between(a.mean - b.mean, mean_a - mean_b, sizes)
    return _student(mean_a - mean_b, variance_a + variance_b, between, df, level)


def _means(cells: Cells, share: Array) -> tuple[Array, Array, Array]:
    """Standardised mean of each group, its variance given the strata, and the degrees of freedom of that."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = share @ cells.mean if len(share) else np.full(cells.n.shape[1], np.nan)
        df = cells.n.sum(axis=0) - len(share)
        spread = np.where(df > 0, cells.squares.sum(axis=0) / np.where(df > 0, df, 1), np.nan)
        variance = spread * (share**2 @ (1 / cells.n))
    return mean, variance, df


def _between(means: Array, mean: Array, sizes: ArrayLike) -> Array:
    """Variance that comes from the strata being a sample themselves."""
    return np.asarray(_share(sizes) @ (means - mean) ** 2 / max(np.sum(sizes), 1))


def _share(sizes: ArrayLike) -> Array:
    return np.asarray(sizes, dtype=float) / max(np.sum(sizes), 1)


def _student(estimate: Array, variance: Array, between: Array, df: Array, level: float) -> Interval:
    known = (df > 0) & (variance > 0)
    half = stdtrit(np.where(known, df, np.nan), 0.5 + level / 2) * np.sqrt(variance + between)
    return Interval(estimate, estimate - half, estimate + half)
