"""Means of the types if all had the same strata."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from kommtyp.intervals import Interval

__all__ = ["Cells", "cell_moments", "difference_of_means", "standardised_means"]

Array = NDArray[np.float64]

ADDED = 2


class Cells(NamedTuple):
    """Number of values, mean and sum of squares around it, of each stratum and group, shape (S, g).

    `spread` is the variance within each stratum, of all groups together, the same for each of them.
    """

    n: Array
    mean: Array
    squares: Array
    spread: Array


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
        n, mean, sum of squares and spread, of that shape.

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
    n, mean, squares = n.reshape(shape), mean.reshape(shape), squares.reshape(shape)
    return Cells(n, mean, squares, _spread(n, squares))


def _spread(n: Array, squares: Array) -> Array:
    """Variance within each stratum, with one value more that varies as in all strata together."""
    free = np.maximum(n - 1, 0).sum(axis=1, keepdims=True)
    whole = squares.sum() / free.sum() if free.sum() else np.nan
    return np.broadcast_to((squares.sum(axis=1, keepdims=True) + whole) / (free + 1), n.shape)


def standardised_means(cells: Cells, sizes: ArrayLike, *, level: float = 0.95) -> Interval:
    """Means of each group if it had the strata of all.

    Means within the strata are weighted as in `standardised_shares`. Few values of a group in a stratum say little
    about how much they vary there. So two more are added, which vary as the values of all groups in this stratum,
    times one factor for the group, taken from all its strata. Strata with a single value then count, too, and
    strata as well as groups may spread differently. (One spread for all strata of a group would miss the mean of
    a group that is rare where values vary most in one of six cases, however many there are.)

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
    The factor is σ² of R's ``lm(y ~ 0 + stratum, weights = 1 / spread)`` of each group.

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
        most = cells.n.sum(axis=0) - len(share)
        factor = np.where(most > 0, (cells.squares / cells.spread).sum(axis=0) / np.where(most > 0, most, 1), np.nan)
        free = cells.n - 1 + ADDED
        parts = share[:, None] ** 2 * (cells.squares + ADDED * factor * cells.spread) / free / cells.n
        variance = parts.sum(axis=0)
        df = np.where(variance > 0, np.minimum(variance**2 / (parts**2 / free).sum(axis=0), most), most)
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
