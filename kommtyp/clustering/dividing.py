"""Dividing rows into clusters by any of the methods."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kommtyp.clustering.clusterers import Clusterer, check_method, run_clusterer
from kommtyp.clustering.hierarchies import cut_hierarchy
from kommtyp.clustering.medoids import kmedoids
from kommtyp.clustering.mixtures import gaussian_mixture, latent_classes
from kommtyp.clustering.records import Array, Clusters, Method, Partition, means_of, record
from kommtyp.kmeans import kmeans
from kommtyp.progress import Progress

__all__ = ["cluster"]


def cluster(
    X: ArrayLike,
    k: int,
    *,
    method: Method | Clusterer = "kmeans",
    weights: ArrayLike | None = None,
    n_init: int = 500,
    random_state: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> Clusters:
    """Divide rows into k clusters.

    A hierarchy breaks ties between distances by the order of the rows, as R does. On Likert data ties are
    many, so there the order of the file can change its clusters; that of k-means, medoids and mixtures it
    cannot, while a clusterer from elsewhere may do as it likes.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Scaled ratings without gaps.
    k : int
        Number of clusters, at least 2.
    method : {"kmeans", "ward", "average", "complete", "ward_kmeans", "kmedoids", "mixture", "lca"} or clusterer
        ``kmeans`` minimises the within-cluster sum of squares; ``ward`` (R's ``ward.D2``), ``average`` and
        ``complete`` cut a hierarchy on Euclidean distances; ``ward_kmeans`` is k-means started once at
        Ward's centers. ``kmedoids`` minimises the sum of Euclidean distances to k of the rows (R's ``pam``);
        ``mixture`` fits normal distributions, ``lca`` (extra "lca") latent classes to ratings as categories.
        Or an object with ``fit_predict`` or ``labels_``, as scikit-learn's clusterers have; its number of
        clusters is set to k where it has one and was left at its default.
    weights : array_like, shape (n,), optional
        Weights, positive. Ward takes them as sizes of the rows; ``average`` and ``complete`` link the
        rows as they are, and only their centers are weighted. ``mixture`` and clusterers that take no
        ``sample_weight`` refuse them.
    n_init : int
        Random starts of ``kmeans`` and ``kmedoids``, at least 1; ``mixture`` and ``lca`` run fewer once they agree.
    random_state : int or Generator
        Seed of the starts.
    progress : callable, optional
        Called with the number of starts that were just finished, by the methods that have some.

    Returns
    -------
    Clusters
        Partition, centers and what is known of their quality.

    Raises
    ------
    FitError
        If there are fewer distinct rows than clusters, too many rows for the method, or a clusterer finds
        another number of clusters, or noise.
    MissingExtraError
        If a method needs a package that is not installed.

    References
    ----------
    Murtagh & Legendre (2014), Journal of Classification 31, 274–295; R's ``hclust`` and ``cutree``. Each
    method names its own.

    Examples
    --------
    >>> found = cluster([[0.0], [1.0], [10.0]], 2, method="ward")
    >>> found.labels, found.centers.ravel()
    (array([0, 0, 1]), array([ 0.5, 10. ]))
    """
    check_method(method)
    X = np.asarray(X, dtype=float)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    rng = np.random.default_rng(random_state)
    if isinstance(method, str):
        return record(X, _divide(X, k, method, w, n_init=n_init, random_state=rng, progress=progress), k, w)
    return record(X, run_clusterer(method, X, k, weights=w, random_state=rng), k, w)


def _divide(X: Array, k: int, method: Method, w: Array, **starts: Any) -> Partition:
    if method == "kmeans":
        fit = kmeans(X, k, weights=w, **starts)
        return Partition(fit.labels, fit.starts, fit.hits)
    if method == "kmedoids":
        found = kmedoids(X, k, weights=w, **starts)
        return Partition(found.labels, found.starts, found.hits)
    if method == "mixture":
        return gaussian_mixture(X, k, weights=w, **starts)
    if method == "lca":
        return latent_classes(X, k, weights=w, **starts)
    labels = cut_hierarchy(X, k, "ward" if method == "ward_kmeans" else method, w)
    if method == "ward_kmeans":
        labels = kmeans(X, k, weights=w, centers=means_of(X, labels, k, w)).labels
    return Partition(labels)
