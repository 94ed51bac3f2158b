"""The mixture of Gaussians as another description of the same data."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["mixture_bic"]

Array = NDArray[np.float64]
COLLAPSED = 1e-6
TOLERANCE = 1e-5
MOST_STEPS = 2000


def mixture_bic(X: ArrayLike, labels: ArrayLike, *, smallest_variance: float = 0.1) -> float:
    """Bayesian information criterion of a mixture of Gaussians with diagonal covariances.

    The mixture is fitted by expectation–maximisation from the given partition, so the same partition always
    gives the same value. On ratings of few steps a component can shrink onto a single answer, where the
    likelihood has no bound; so part of the mean variance of the columns is added to each variance, as in
    `kommtyp.fit` with ``method="mixture"``. The likelihood then need not rise in every step.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    labels : array_like of int, shape (n,)
        Partition to begin at, clusters numbered from 0.
    smallest_variance : float
        Share of the mean variance of the columns that is added to each variance, at least 0.

    Returns
    -------
    float
        −2 log-likelihood + parameters × log n; smaller is better (mclust's has the opposite sign). NaN where
        the rows are all equal, or a component shrank onto a single answer.

    References
    ----------
    Schwarz (1978), Annals of Statistics 6, 461–464; Fraley & Raftery (2002), Journal of the American
    Statistical Association 97, 611–631; mclust's model ``VVI``; scikit-learn's ``GaussianMixture``.

    Examples
    --------
    >>> X = [[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]]
    >>> round(mixture_bic(X, [0, 0, 0, 1, 1, 1], smallest_variance=0), 2)
    31.87
    """
    rows = np.asarray(X, dtype=float)
    rows = rows - rows.mean(axis=0)
    n, p = rows.shape
    own = np.unique(np.asarray(labels), return_inverse=True)[1]
    variance = float((rows**2).mean())
    if variance == 0:
        return float("nan")
    both = np.hstack([rows, rows**2])
    share = (own[:, None] == np.arange(own.max() + 1)).astype(float)
    likelihood = -np.inf
    for _ in range(MOST_STEPS):
        size = share.sum(axis=0)
        moments = share.T @ both / size[:, None]
        means = moments[:, :p]
        variances = moments[:, p:] - means**2 + smallest_variance * variance
        if not variances.min() > COLLAPSED * variance:
            return float("nan")
        density = _log_density(both, size / n, means, variances)
        highest = density.max(axis=1, keepdims=True)
        share = np.exp(density - highest)
        total = share.sum(axis=1, keepdims=True)
        before, likelihood = likelihood, float((highest + np.log(total)).mean())
        if abs(likelihood - before) < TOLERANCE:
            break
        share /= total
    parameters = len(size) * (2 * p + 1) - 1
    return -2 * n * likelihood + parameters * float(np.log(n))


def _log_density(both: Array, size: Array, means: Array, variances: Array) -> Array:
    """Logarithm of size × density of each component at each row; `both` holds rows and their squares."""
    form = np.hstack([-2 * means / variances, 1 / variances])
    constant = (means**2 / variances + np.log(2 * np.pi * variances)).sum(axis=1)
    density: Array = np.log(size) - (both @ form.T + constant) / 2
    return density
