"""Weighted answers by group: counts, sums of weights, and what the weights alone cost."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Weighed", "effective_n", "kish_n", "others", "small_sample", "traces", "weigh"]

ALL_THE_WEIGHT = 1e-5  # a row with more than 99.7 % of the weight of its group is as good as alone there


class Weighed(NamedTuple):
    """Answers by group and value: how many, the sum of their weights, and of the squares of their weights.

    Each has the shape (k, c). `powers`, shape (k, 3), are the sums of the third to fifth powers of the weights
    of each group, and `whole` is the number of rows of the whole sample, of which the groups are parts.
    """

    rows: np.ndarray
    mass: np.ndarray
    square: np.ndarray
    powers: np.ndarray
    whole: int

    def take(self, places: Any) -> "Weighed":
        """Return the groups at these places."""
        return Weighed(self.rows[places], self.mass[places], self.square[places], self.powers[places], self.whole)

    def pooled(self, places: Any) -> "Weighed":
        """Return the groups at these places as one group, shape (1, c)."""
        chosen = self.take(places)
        rows, mass, square, powers = (field.sum(0, keepdims=True) for field in chosen[:4])
        return Weighed(rows, mass, square, powers, self.whole)


def weigh(labels: ArrayLike, codes: ArrayLike, weights: ArrayLike, k: int, c: int) -> Weighed:
    """Count answers by group and value, with their weights.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Group of each row, 0 … `k` − 1.
    codes : array_like of int, shape (n,)
        Value of each row, 0 … `c` − 1.
    weights : array_like, shape (n,)
        Weights above 0.
    k, c : int
        Number of groups and of values.

    Returns
    -------
    Weighed
        Counts, sums of weights and of their squares, shape (k, c).

    Examples
    --------
    >>> weigh([0, 0, 1], [0, 1, 1], [1.0, 2.0, 3.0], 2, 2).mass
    array([[1., 2.],
           [0., 3.]])
    """
    labels, weights = np.asarray(labels, int), np.asarray(weights, float)
    cells = labels * c + np.asarray(codes, int)
    rows = np.bincount(cells, minlength=k * c).reshape(k, c)
    mass, square = (np.bincount(cells, power, minlength=k * c).reshape(k, c) for power in (weights, weights**2))
    powers = np.stack([np.bincount(labels, weights**power, minlength=k) for power in (3, 4, 5)], axis=1)
    return Weighed(rows, mass, square, powers, len(weights))


def others(weighed: Weighed) -> Weighed:
    """Put together, for each group, all the other groups.

    Parameters
    ----------
    weighed : Weighed
        k groups.

    Returns
    -------
    Weighed
        k groups, each the rest of one.

    Examples
    --------
    >>> others(weigh([0, 0, 1], [0, 1, 1], [1.0, 2.0, 3.0], 2, 2)).rows
    array([[0, 1],
           [1, 1]])
    """
    k = len(weighed.rows)
    rest = (1 - np.eye(k)).astype(int)
    rows, mass, square, powers = (rest @ field for field in weighed[:4])
    return Weighed(rows, mass, square, powers, weighed.whole)


def effective_n(weighed: Weighed) -> np.ndarray:
    """Kish's effective number of rows, (Σw)²/Σw², of each group.

    Parameters
    ----------
    weighed : Weighed
        k groups.

    Returns
    -------
    ndarray, shape (k,)
        At most the number of rows; NaN without rows.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.

    Examples
    --------
    >>> effective_n(weigh([0, 0, 1], [0, 0, 0], [1.0, 3.0, 2.0], 2, 1)).round(3)
    array([1.6, 1. ])
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return weighed.mass.sum(1) ** 2 / weighed.square.sum(1)


def kish_n(weights: np.ndarray) -> float:
    """Kish's effective number of rows, (Σw)²/Σw², of weights by themselves.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Weights.

    Returns
    -------
    float
        At most n; 0 without rows.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.

    Examples
    --------
    >>> kish_n(np.array([1.0, 3.0])), kish_n(np.array([]))
    (1.6, 0.0)
    """
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def small_sample(weighed: Weighed) -> tuple[np.ndarray, np.ndarray]:
    """Correct linearised variances of small groups, and say how many degrees of freedom they have.

    Parameters
    ----------
    weighed : Weighed
        k groups.

    Returns
    -------
    inflation : ndarray, shape (k,)
        Factor on the variance of `domain_means` and `domain_shares`; with equal weights it replaces n of the
        whole sample in n/(n − 1) by n of the group.
    df : ndarray, shape (k,)
        Degrees of freedom; n − 1 with equal weights, fewer with unequal ones. Both are NaN with fewer than two
        rows, or where one of them has nearly all the weight.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28, 169–181.

    Examples
    --------
    >>> inflation, df = small_sample(weigh([0, 0, 0, 0], [0, 0, 0, 0], [2.0, 2.0, 2.0, 2.0], 1, 1))
    >>> inflation.round(6), df.round(6)
    (array([1.]), array([3.]))
    """
    two, trace, squares = traces(weighed)
    with np.errstate(invalid="ignore", divide="ignore"):
        enough = trace > 0
        unbiased = weighed.whole / (weighed.whole - 1) if weighed.whole > 1 else np.nan
        return np.where(enough, two / trace / unbiased, np.nan), np.where(enough, trace**2 / squares, np.nan)


def traces(weighed: Weighed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the weights alone say of the mean of each group and of its linearised variance.

    Parameters
    ----------
    weighed : Weighed
        k groups.

    Returns
    -------
    variance, mean, spread : ndarray, shape (k,)
        Where all rows have the variance 1: the variance of the mean; the average of Σu² that stands for it; and half
        the variance of that. With equal weights 1/n, (n − 1)/n² and (n − 1)/n⁴. The last two are 0 for a single row,
        or where a row has nearly all the weight of its group.

    Examples
    --------
    >>> [float(part[0]) for part in traces(weigh([0, 0], [0, 0], [1.0, 1.0], 1, 1))]
    [0.5, 0.25, 0.0625]
    """
    total = weighed.mass.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        two = weighed.square.sum(1) / total**2
        three, four, five = (weighed.powers / total[:, None] ** np.array([3, 4, 5])).T
        trace = two - 2 * three + two**2
        squares = four - 4 * five + 4 * two * four + 2 * three**2 - 4 * two**2 * three + two**4
        alone = (weighed.rows.sum(1) == 1) | (trace <= ALL_THE_WEIGHT * two)
    return two, np.where(alone, 0.0, trace), np.where(alone, 0.0, squares)
