"""The gap statistic: how much tighter clusters are than in data spread evenly over the same box."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.errors import FitError, check_choice

__all__ = ["Box", "SERule", "draw_reference", "gap_statistic", "log_within", "max_se", "reference_box"]

Array = NDArray[np.float64]
SERule = Literal["firstSEmax", "Tibs2001SEmax", "globalSEmax", "firstmax", "globalmax"]


@dataclass(frozen=True, eq=False)
class Box:
    """The box around the data along their principal axes.

    Parameters
    ----------
    center : ndarray, shape (p,)
        Mean of the rows.
    axes : ndarray, shape (p, p)
        Principal axes as columns, each with its largest entry positive.
    low, high : ndarray, shape (p,)
        Range of the rows along each axis.
    """

    center: Array
    axes: Array
    low: Array
    high: Array


def reference_box(X: ArrayLike, *, weights: ArrayLike | None = None) -> Box:
    """Find the box in which reference data are drawn.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    weights : array_like, shape (n,), optional
        Weights, for mean and axes; one each where None.

    Returns
    -------
    Box
        Center, axes and ranges.

    References
    ----------
    Tibshirani, Walther & Hastie (2001), Journal of the Royal Statistical Society B 63, 411–423, variant (b);
    R's ``cluster::clusGap(spaceH0 = "scaledPCA")``.

    Examples
    --------
    >>> box = reference_box([[0.0, 0.0], [2.0, 2.0]])
    >>> (box.high - box.low).round(3)
    array([2.828, 0.   ])
    """
    X = np.asarray(X, dtype=float)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    center = w @ X / w.sum()
    rows = X - center
    axes = np.linalg.svd(rows * np.sqrt(w)[:, None], full_matrices=len(X) < X.shape[1])[2].T
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    along = rows[w > 0] @ axes
    return Box(center, axes, along.min(axis=0), along.max(axis=0))


def draw_reference(box: Box, uniforms: ArrayLike) -> Array:
    """Spread rows evenly over the box.

    Parameters
    ----------
    box : Box
        From `reference_box`.
    uniforms : array_like, shape (..., n, p)
        Random numbers between 0 and 1.

    Returns
    -------
    ndarray, shape (..., n, p)
        Rows without structure.

    Examples
    --------
    >>> draw_reference(reference_box([[0.0], [4.0]]), [[0.0], [0.25]])
    array([[0.],
           [1.]])
    """
    along = box.low + np.asarray(uniforms, dtype=float) * (box.high - box.low)
    return along @ box.axes.T + box.center


def log_within(within: ArrayLike) -> Array:
    """Logarithm of half the within-cluster sum of squares, as ``clusGap(d.power = 2)`` takes it.

    Parameters
    ----------
    within : array_like
        Sums of squared distances to the centers.

    Returns
    -------
    ndarray
        Logarithms; NaN where nothing is left within.

    Examples
    --------
    >>> log_within([2.0, 0.0])
    array([ 0., nan])
    """
    within = np.asarray(within, dtype=float)
    return np.log(np.where(within > 0, within, np.nan) / 2)


def gap_statistic(observed: ArrayLike, references: ArrayLike) -> tuple[Array, Array]:
    """Mean gap between the references and the data, with its simulation error.

    Parameters
    ----------
    observed : array_like, shape (m,)
        `log_within` of the data for each number of clusters.
    references : array_like, shape (B, m)
        The same of each reference.

    Returns
    -------
    gap : ndarray, shape (m,)
        Mean over the references minus observed; larger is better.
    se : ndarray, shape (m,)
        Standard deviation over the references (divisor B − 1) times √(1 + 1/B): the uncertainty of the gap
        through the references, not through the data.

    References
    ----------
    Tibshirani, Walther & Hastie (2001), Journal of the Royal Statistical Society B 63, 411–423;
    R's ``cluster::clusGap``.

    Examples
    --------
    >>> gap, se = gap_statistic([1.0], [[1.5], [2.5]])
    >>> float(gap[0]), float(se[0].round(4))
    (1.0, 0.866)
    """
    references = np.asarray(references, dtype=float)
    B = len(references)
    se = references.std(axis=0, ddof=1) * np.sqrt(1 + 1 / B) if B > 1 else np.full(references.shape[1], np.nan)
    return references.mean(axis=0) - np.asarray(observed, dtype=float), se


def max_se(values: ArrayLike, se: ArrayLike, *, rule: SERule = "Tibs2001SEmax", factor: float = 1.0) -> int:
    """Choose the place of the maximum, allowing for its standard error.

    Parameters
    ----------
    values : array_like, shape (m,)
        Criterion by rising number of clusters; larger is better.
    se : array_like, shape (m,)
        Standard errors.
    rule : {"firstSEmax", "Tibs2001SEmax", "globalSEmax", "firstmax", "globalmax"}
        ``Tibs2001SEmax`` takes the first value that is not below the next one by more than its error;
        ``firstmax`` and ``globalmax`` the first local and the largest value; ``firstSEmax`` and
        ``globalSEmax`` the first value within one error of these.
    factor : float
        Multiple of the standard error, at least 0.

    Returns
    -------
    int
        Place in `values`, from 0.

    Raises
    ------
    FitError
        If there are no values, gaps among them, or errors below 0.

    References
    ----------
    Tibshirani, Walther & Hastie (2001), step 3; R's ``cluster::maxSE``.

    Examples
    --------
    >>> max_se([0.1, 0.3, 0.35], [0.02, 0.02, 0.1])
    1
    """
    check_choice("rule", rule, get_args(SERule))
    f, error = np.asarray(values, dtype=float), np.asarray(se, dtype=float) * factor
    if not f.size or f.shape != error.shape or not np.isfinite(f).all() or not (error >= 0).all():
        raise FitError(
            f"max_se: {np.count_nonzero(np.isfinite(f))} usable values and "
            f"{np.count_nonzero(error >= 0)} usable errors of {f.size}. Give one of each for every number of clusters."
        )
    if rule == "Tibs2001SEmax":
        return _first(f[:-1] >= (f - error)[1:])
    peak = int(f.argmax()) if rule.startswith("global") else _first(np.diff(f) <= 0)
    if rule in ("firstmax", "globalmax"):
        return peak
    return _first(f[:peak] >= f[peak] - error[peak])


def _first(held: NDArray[np.bool_]) -> int:
    """Place of the first True, or the one behind the last."""
    return int(held.argmax()) if held.any() else len(held)
