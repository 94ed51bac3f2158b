"""The mixture of Gaussians as another description of the same data."""

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp import lazy

__all__ = ["mixture_bic"]

COLLAPSED = 1e-4
TOLERANCE = 1e-8
MOST_STEPS = 2000


def mixture_bic(X: ArrayLike, labels: ArrayLike) -> float:
    """Bayesian information criterion of a mixture of Gaussians with diagonal covariances.

    The mixture is fitted by expectation–maximisation from the given partition, so the same partition always
    gives the same value. Answers on a scale of few steps can let a component shrink onto a single step:
    the likelihood then grows without bound and means nothing, so that the result is NaN, as in R's mclust.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Rows.
    labels : array_like of int, shape (n,)
        Partition to begin at, clusters numbered from 0.

    Returns
    -------
    float
        Smaller is better (mclust's has the opposite sign); NaN where a component has collapsed.

    References
    ----------
    Schwarz (1978), Annals of Statistics 6, 461–464; Fraley & Raftery (2002), Journal of the American
    Statistical Association 97, 611–631; mclust's model ``VVI``; scikit-learn's ``GaussianMixture``.

    Examples
    --------
    >>> round(mixture_bic([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]], [0, 0, 0, 1, 1, 1]), 2)
    31.87
    """
    rows = np.asarray(X, dtype=float)
    spread = rows.var(axis=0)
    rows = rows[:, spread > 0] / np.sqrt(spread[spread > 0])
    scale = len(rows) * float(np.log(spread[spread > 0]).sum())
    if not rows.shape[1]:
        return float("nan")
    own = np.unique(np.asarray(labels), return_inverse=True)[1]
    share, means, variances = _moments(rows, own)
    model = lazy.load("sklearn.mixture").GaussianMixture(
        len(share),
        covariance_type="diag",
        weights_init=share,
        means_init=means,
        precisions_init=1 / np.maximum(variances, COLLAPSED),
        init_params="random_from_data",
        random_state=0,
        tol=TOLERANCE,
        max_iter=MOST_STEPS,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lazy.load("sklearn.exceptions").ConvergenceWarning)
        model.fit(rows)
    if model.covariances_.min() < COLLAPSED:
        return float("nan")
    return float(model.bic(rows)) + scale


def _moments(rows: NDArray, own: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Shares, means and variances of the clusters."""
    member = (own == np.arange(own.max() + 1)[:, None]).astype(float)
    size = member.sum(axis=1, keepdims=True)
    means = member @ rows / size
    variances = np.stack([((rows[own == c] - mean) ** 2).mean(axis=0) for c, mean in enumerate(means)])
    return size[:, 0] / len(rows), means, variances
