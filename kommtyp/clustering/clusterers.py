"""Clusterers from elsewhere: any object that clusters as scikit-learn's do."""

from copy import deepcopy
from inspect import signature
from typing import Any, Protocol, get_args

import numpy as np

from kommtyp import lazy
from kommtyp.clustering.records import Array, Labels, Method, Partition
from kommtyp.errors import FitError, check_choice, first_of

__all__ = ["Clusterer", "check_method", "method_name", "run_clusterer"]

COUNTS = ("n_clusters", "n_components")


class Clusterer(Protocol):
    """An object with ``fit`` after which it has ``labels_``, or with ``fit_predict``, as scikit-learn's clusterers."""

    def fit(self, X: Any) -> Any:
        """Learn clusters of the rows of X."""


def check_method(method: object) -> None:
    """Refuse what is neither a known word nor an object that can cluster.

    Parameters
    ----------
    method : object
        As given to `cluster`.

    Raises
    ------
    FitError
        If it is neither; the nearest right word is named.

    Examples
    --------
    >>> check_method("ward")
    >>> check_method(dict)
    Traceback (most recent call last):
    kommtyp.errors.FitError: method: the class dict given. Give an object of it: dict().
    """
    if isinstance(method, type):
        raise FitError(f"method: the class {method.__name__} given. Give an object of it: {method.__name__}().")
    if isinstance(method, str) or not (hasattr(method, "fit_predict") or hasattr(method, "fit")):
        check_choice("method", method, get_args(Method))


def method_name(method: Method | Clusterer) -> str:
    """Name a method in one line: the word, or how the clusterer writes itself.

    Parameters
    ----------
    method : str or clusterer
        As given to `cluster`.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> method_name("ward")
    'ward'
    """
    return method if isinstance(method, str) else " ".join(repr(method).split())


def run_clusterer(
    clusterer: Clusterer, X: Array, k: int, *, weights: Array, random_state: np.random.Generator
) -> Partition:
    """Cluster with a copy of an object from elsewhere.

    Its number of clusters is set to k if it was left at its default, and its seed if it has none.

    Parameters
    ----------
    clusterer : Clusterer
        The object; it is not changed.
    X : ndarray, shape (n, p)
        Rows.
    k : int
        Number of clusters it must find.
    weights : ndarray, shape (n,)
        Passed as ``sample_weight`` unless all are the same.
    random_state : Generator
        Source of the seed.

    Returns
    -------
    Partition
        Clusters, with the posteriors where it has ``predict_proba``.

    Raises
    ------
    FitError
        If it takes no weights but there are some, finds another number of clusters, leaves rows as noise,
        or fails.

    Examples
    --------
    >>> from sklearn.cluster import AgglomerativeClustering
    >>> X = np.array([[0.0], [1.0], [10.0], [11.0], [20.0]])
    >>> found = run_clusterer(
    ...     AgglomerativeClustering(), X, 3, weights=np.ones(5), random_state=np.random.default_rng(0)
    ... )
    >>> len(set(found.labels.tolist()))
    3
    """
    name = type(clusterer).__name__
    own: Any = deepcopy(clusterer)
    _set_parameters(own, name, k, int(random_state.integers(2**31 - 1)))
    options = {}
    if (weights != weights[0]).any():
        if not any("sample_weight" in signature(call).parameters for call in _calls(own)):
            raise FitError(
                f"method: {name} takes no sample_weight, but the municipalities have weights. "
                "Form the types without weights, or use method='kmeans'."
            )
        options = {"sample_weight": weights}
    try:
        with lazy.load("threadpoolctl").threadpool_limits(1):
            labels = _run(own, X, options)
            posterior = own.predict_proba(X) if hasattr(own, "predict_proba") else None
    except (ValueError, TypeError, RuntimeError, np.linalg.LinAlgError) as error:
        raise FitError(f"method: {name} failed on {len(X)} rows ({error}). Change its parameters.") from error
    return _checked(labels, posterior, name, k, len(X))


def _set_parameters(own: Any, name: str, k: int, seed: int) -> None:
    parameters = own.get_params(deep=False) if hasattr(own, "get_params") else {}
    defaults = signature(type(own)).parameters
    for count in COUNTS:
        if count not in parameters or parameters[count] == k:
            continue
        if parameters[count] is not None and parameters[count] != defaults[count].default:
            raise FitError(
                f"method: {name} has {count}={parameters[count]!r}, but {k} types are wanted. "
                f"Use n_types={parameters[count]!r}, or leave {count} out."
            )
        own.set_params(**{count: k})
    if "random_state" in parameters and parameters["random_state"] is None:
        own.set_params(random_state=seed)


def _calls(own: Any) -> list[Any]:
    return [call for call in (getattr(own, "fit", None), getattr(own, "fit_predict", None)) if call is not None]


def _run(own: Any, X: Array, options: dict[str, Array]) -> Any:
    if hasattr(own, "fit_predict"):
        return own.fit_predict(X, **options)
    own.fit(X, **options)
    if not hasattr(own, "labels_"):
        raise TypeError("it has neither fit_predict nor labels_")
    return own.labels_


def _checked(labels: Any, posterior: Any, name: str, k: int, n: int) -> Partition:
    """Number the clusters from 0; refuse noise, and clusters that are not as many as wanted."""
    found = np.asarray(labels)
    if found.shape != (n,) or found.dtype.kind not in "iu":
        raise FitError(f"method: {name} gave no whole number for each of {n} rows. Use a clusterer that does.")
    noise = np.flatnonzero(found < 0)
    if noise.size:
        raise FitError(
            f"method: {name} put {noise.size} of {n} municipalities into no cluster (label −1), such as row "
            f"{first_of(noise.tolist(), 3)}. Here everyone needs a type: loosen its parameters, or use method='kmeans'."
        )
    values, numbers = np.unique(found, return_inverse=True)
    if len(values) != k:
        raise FitError(
            f"method: {name} found {len(values)} clusters, but {k} types are wanted. "
            f"Use n_types={len(values)}, or change its parameters."
        )
    probabilities = None if posterior is None else np.asarray(posterior, dtype=float)[:, values]
    return Partition(_as_labels(numbers), posterior=probabilities)


def _as_labels(numbers: Any) -> Labels:
    return np.asarray(numbers, dtype=np.intp)
