"""The same answers once more, with other choices."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kommtyp.clustering import Clusterer, Method, check_method
from kommtyp.definitions import Definitions
from kommtyp.errors import FitError
from kommtyp.typology.fitting import fit
from kommtyp.typology.records import Classification

__all__ = ["definitions_of", "fit_again", "method_of"]


def fit_again(result: Classification, *, rows: NDArray[np.bool_] | None = None, **changes: Any) -> Classification:
    """Form types again from the answers of a classification.

    What is not changed stays as it was: definitions, weights, and the options of `fit`.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit` or `Typology.classify`.
    rows : ndarray of bool, shape (n,), optional
        Municipalities that are kept; all where None.
    **changes
        Other options of `fit`: ``scaling``, ``method``, ``n_types``, ``goals`` (names of goals),
        ``min_answered``, ``n_init``, ``random_state``, ``progress``.

    Returns
    -------
    Classification
        Types of the municipalities that are kept.

    Raises
    ------
    FitError
        If it cannot be done with these choices.

    Examples
    --------
    >>> from kommtyp.datasets import load_sample
    >>> result = fit(load_sample(), n_init=5)
    >>> fit_again(result, n_types=5, n_init=5).typology.keys[-1]
    'gruppe_5'
    """
    settings, survey, weights = result.typology.settings, result.survey, result.weights
    if rows is not None:
        survey, weights = replace(survey, answers=survey.answers[rows]), weights[rows]
    counted = settings.weighted or bool(survey.items("weight"))
    options: dict[str, Any] = {
        "types": definitions_of(result),
        "n_types": len(result.typology.keys),
        "scaling": settings.scaling,
        "weights": weights if counted else None,
        "min_answered": settings.min_answered,
        "n_init": settings.n_init,
        "random_state": settings.random_state,
    }
    options |= changes
    if "method" not in options:
        options["method"] = method_of(result)
    if "goals" in changes:
        options["goals"] = [survey.codebook[name].heading for name in changes["goals"]]
    return fit(survey, **options)


def method_of(result: Classification) -> Method | Clusterer:
    """Return what formed the types: a word, or the clusterer from elsewhere.

    Parameters
    ----------
    result : Classification
        The types.

    Returns
    -------
    str or clusterer
        As it was given to `fit`.

    Raises
    ------
    FitError
        If a clusterer from elsewhere formed them of which only the name is known, as in a typology from a file.
    """
    if result.clusterer is not None:
        return result.clusterer
    method: Any = result.typology.settings.method
    try:
        check_method(method)
    except FitError:
        raise FitError(
            f"method: the types were formed by {method}, of which only the name is known here. "
            "Form them with kommtyp.fit(answers, method=…) first."
        ) from None
    return method


def definitions_of(result: Classification) -> Definitions | Literal["unnamed"]:
    """Return the definitions that the clusters were named by, without the groups they left over.

    Parameters
    ----------
    result : Classification
        The types.

    Returns
    -------
    Definitions or "unnamed"
        As `fit` takes them.
    """
    definitions, named = result.typology.definitions, result.typology.labelling.names >= 0
    if not named.any():
        return "unnamed"
    return replace(definitions, types=tuple(definitions.types[t] for t in np.flatnonzero(named)))
