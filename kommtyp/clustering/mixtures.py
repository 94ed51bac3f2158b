"""Mixtures: each cluster is a distribution, and each row belongs to it with a probability."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kommtyp import lazy
from kommtyp.clustering.records import Array, Partition
from kommtyp.errors import FitError
from kommtyp.kmeans import distinct_rows
from kommtyp.progress import Progress

__all__ = ["gaussian_mixture", "latent_classes"]

MOST_STARTS = 50
MOST_STARTS_OF_CLASSES = 20
MOST_ITERATIONS = 2_000
LOT, ENOUGH = 10, 5  # starts at a time, and how many of them must agree for no more to be run
SAME_LIKELIHOOD = 1e-3  # per row, in nats
MOST_CATEGORIES = 20
Fit = tuple[float, Any, Array]  # mean log-likelihood of a row, the model, and its posteriors


def gaussian_mixture(
    X: Array,
    k: int,
    *,
    weights: Array,
    n_init: int,
    random_state: np.random.Generator,
    progress: Progress | None = None,
    smallest_variance: float = 0.1,
) -> Partition:
    """Fit k normal distributions whose goals are independent within each.

    Unlike k-means, clusters may differ in size and in how far each goal scatters. On ratings with few
    steps a component can shrink onto a single answer to a goal, where the likelihood has no bound and the
    partition no meaning. So a part of the mean variance of the goals is added to each variance: a tenth, which is
    about what the steps of a five-point scale add by themselves.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Rows without gaps.
    k : int
        Number of components.
    weights : ndarray, shape (n,)
        All the same: scikit-learn's mixture takes no weights.
    n_init : int
        Starts with centers drawn as in k-means++. They are run ten at a time until five have reached the
        likeliest solution, and at most 50.
    random_state : Generator
        Source of the starts.
    progress : callable, optional
        Called with the number of starts that were just finished.
    smallest_variance : float
        Share of the mean variance of the goals that is added to each variance.

    Returns
    -------
    Partition
        The component of highest posterior for each row, the posteriors and the BIC.

    Raises
    ------
    FitError
        If there are weights, too few distinct rows, or no start fills all components.

    References
    ----------
    Fraley & Raftery (2002), Journal of the American Statistical Association 97, 611–631 (the model "VVI" of R's
    ``mclust``); Hathaway (1985), Annals of Statistics 13, 795–800, on why variances need a bound.

    Examples
    --------
    >>> X = np.array([[0.0, 0.1], [0.2, 0.0], [0.1, 0.2], [5.0, 5.1], [5.2, 5.0], [5.1, 5.2]])
    >>> found = gaussian_mixture(X, 2, weights=np.ones(6), n_init=5, random_state=np.random.default_rng(0))
    >>> bool(found.labels[0] == found.labels[2] != found.labels[3]), found.posterior.shape
    (True, (6, 2))
    """
    if (weights != weights[0]).any():
        raise FitError("mixture: the municipalities have weights, which it cannot take. Use method='kmeans' or 'lca'.")
    order = np.lexsort(X.T[::-1])
    rows = X[order]
    _check_distinct("mixture", k, len(distinct_rows(X)[0]))
    floor = smallest_variance * float(rows.var(axis=0).mean())
    mixture = lazy.load("sklearn.mixture").GaussianMixture

    def start(seed: int) -> Fit:
        model = mixture(
            k, covariance_type="diag", reg_covar=floor, init_params="k-means++", tol=1e-4, max_iter=MOST_ITERATIONS,
            random_state=seed,
        ).fit(rows)
        return float(model.lower_bound_), model, model.predict_proba(rows)

    seeds = _seeds(random_state, min(n_init, MOST_STARTS))
    best, posterior, starts, hits = _best_of("mixture", start, seeds, k, progress)
    finished = best.set_params(warm_start=True, tol=1e-8).fit(rows).predict_proba(rows)
    if len(np.unique(finished.argmax(axis=1))) == k:
        posterior = finished
    posterior[order] = posterior.copy()
    return Partition(posterior.argmax(axis=1), starts, hits, posterior, float(best.bic(rows)))


def latent_classes(
    X: Array,
    k: int,
    *,
    weights: Array,
    n_init: int,
    random_state: np.random.Generator,
    progress: Progress | None = None,
) -> Partition:
    """Fit k latent classes to ratings as categories, without any order or distance between them.

    Within a class the ratings of the goals are independent. Ratings that lie between two categories, such as
    filled gaps, count as the nearest whole number. Raw ratings carry the habit of calling everything
    important, so classes often tell those who rate high from those who rate low.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Ratings on the scale of the survey, without gaps.
    k : int
        Number of classes.
    weights : ndarray, shape (n,)
        Weights of the rows.
    n_init : int
        Random starts. They are run ten at a time until five have reached the likeliest solution, and at most
        20, as each takes many steps.
    random_state : Generator
        Source of the starts.
    progress : callable, optional
        Called with the number of starts that were just finished.

    Returns
    -------
    Partition
        The class of highest posterior for each row, the posteriors and the BIC.

    Raises
    ------
    FitError
        If the values are no categories, there are too few distinct rows, or no start fills all classes.
    MissingExtraError
        If stepmix is not installed.

    References
    ----------
    Lazarsfeld & Henry (1968), Latent Structure Analysis. Morin, Legault, Laliberté, Bakk, Giguère, de la Sablonnière
    & Lacourse (2025), StepMix, Journal of Statistical Software 113(8); R's ``poLCA``.
    """
    step_mix = lazy.load("stepmix", extra="lca").StepMix
    whole = np.rint(X)
    most = max(len(np.unique(column)) for column in whole.T)
    between = float((np.abs(X - whole) > 1e-9).mean())
    if between > 0.5 or most > MOST_CATEGORIES:
        found = f"{between:.0%} of the values lie between whole numbers" if between > 0.5 else f"{most} values a goal"
        raise FitError(f"lca: {found}, but it takes ratings as categories. Use scaling='raw'.")
    codes = np.column_stack([np.unique(column, return_inverse=True)[1] for column in whole.T]).astype(float)
    rows, mass, where = distinct_rows(codes, weights)
    _check_distinct("lca", k, int(np.count_nonzero(mass > 0)))

    def start(seed: int) -> Fit:
        model = step_mix(
            k, measurement="categorical", abs_tol=1e-7, max_iter=MOST_ITERATIONS, progress_bar=0, random_state=seed
        ).fit(rows, sample_weight=mass)
        return float(model.lower_bound_), model, model.predict_proba(rows)

    seeds = _seeds(random_state, min(n_init, MOST_STARTS_OF_CLASSES))
    best, posterior, starts, hits = _best_of("lca", start, seeds, k, progress)
    n = float(mass.sum())
    bic = best.n_parameters * float(np.log(n)) - 2 * n * float(best.score(rows, sample_weight=mass))
    return Partition(posterior.argmax(axis=1)[where], starts, hits, posterior[where], bic)


def _seeds(random_state: np.random.Generator, count: int) -> list[int]:
    return random_state.integers(2**31 - 1, size=count).tolist()


def _check_distinct(method: str, k: int, distinct: int) -> None:
    if not 1 <= k <= distinct:
        raise FitError(
            f"{method}: {k} clusters wanted of {distinct} distinct rows. Use at most {distinct} clusters."
        )


def _best_of(
    method: str, start: Callable[[int], Fit], seeds: list[int], k: int, progress: Progress | None
) -> tuple[Any, Array, int, int]:
    """Take the likeliest model in which each component is the likeliest of some row, and count who reached it."""
    fits: list[Fit] = []
    for first in range(0, len(seeds), LOT):
        with lazy.load("threadpoolctl").threadpool_limits(1):
            for fit in map(start, seeds[first : first + LOT]):
                fits.append(fit)
                if progress is not None:
                    progress(1)
        filled = [fit for fit in fits if len(np.unique(fit[2].argmax(axis=1))) == k]
        if not filled:
            continue
        likelihood, model, posterior = max(filled, key=lambda fit: fit[0])
        hits = sum(abs(fit[0] - likelihood) <= SAME_LIKELIHOOD for fit in fits)
        if hits >= ENOUGH or len(fits) == len(seeds):
            return model, posterior, len(fits), hits
    raise FitError(
        f"{method}: none of {len(fits)} starts filled all {k} clusters. Use fewer clusters, or method='kmeans'."
    )
