"""From the answers of a survey to its typology."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kommtyp._version import __version__
from kommtyp.clustering import Clusterer, Clusters, Method, cluster, method_name
from kommtyp.codebook import Codebook, packaged_codebook, read_codebook
from kommtyp.definitions import Definitions
from kommtyp.errors import FitError
from kommtyp.kmeans import distinct_rows
from kommtyp.progress import progress_bar
from kommtyp.scaling import ScalingMethod
from kommtyp.typology.naming import name_types
from kommtyp.typology.preparation import check_options, choose_definitions, constant_goals
from kommtyp.typology.prepared import prepare
from kommtyp.typology.records import (
    Classification,
    Quality,
    Settings,
    Typology,
    classification,
)

__all__ = ["fit"]

Array = NDArray[np.float64]


def fit(
    answers: Any,
    *,
    codebook: Codebook | str | Path | None = None,
    types: Definitions | str | Path | None = None,
    n_types: int | None = None,
    goals: Mapping[str, str] | Sequence[str] | None = None,
    scaling: ScalingMethod = "ipsative",
    method: Method | Clusterer = "kmeans",
    weights: str | ArrayLike | None = None,
    min_answered: float = 0.75,
    n_init: int = 500,
    random_state: int = 0,
    progress: bool | None = None,
) -> Classification:
    """Form types of municipalities from their ratings of goals, and name them.

    Ratings are completed, put on one scale and clustered; the clusters are named by their profiles, that is
    by the goals that a type rates higher than the others do. The same answers give the same types, whatever
    the order of rows and columns.

    Parameters
    ----------
    answers : DataFrame, Survey or path
        Answers, one row a municipality. Columns with the names of the packaged codebook need nothing else.
    codebook : Codebook, str or path, optional
        What the columns mean; the packaged ``"digitale-kommune"`` where None.
    types : Definitions, str or path, optional
        Types to name the clusters by; those of the packaged study where None and the goals are its goals.
        ``"unnamed"`` names each cluster by its two most marking goals.
    n_types : int, optional
        Number of types, at least 2; as many as there are definitions where None, else 4. With more than there
        are definitions some groups keep a number as their name, with fewer all are named by their goals.
    goals : mapping or sequence of str, optional
        ``{"column": "goal"}`` maps columns onto goals of the codebook; a list names columns that are goals
        of their own, with the range seen as their scale.
    scaling : {"raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank"}
        How ratings are made comparable; see `kommtyp.scaling.fit_scaling`.
    method : {"kmeans", "ward", "average", "complete", "ward_kmeans", "kmedoids", "mixture", "lca"} or clusterer
        How clusters are formed, by a word or an object such as scikit-learn's clusterers; see
        `kommtyp.clustering.cluster`. Whatever the method, a center is the mean of its type, and
        `Typology.classify` gives new answers the type whose center is nearest.
    weights : str or array_like, shape (n,), optional
        Column with weights, or the weights: a Series by its index, the keys or that of the frame, others in the order
        of the rows; the item with the role "weight" where None and there is one.
    min_answered : float
        Share of goals that must be rated to take part, above 0 and at most 1.
    n_init : int
        Random starts.
    random_state : int
        Seed of the starts, 0 or more.
    progress : bool, optional
        Whether to show a bar; None shows one after two seconds where a person can see it.

    Returns
    -------
    Classification
        Type of each municipality, with the typology, distances and margins.

    Raises
    ------
    FitError
        If goals are missing, options are unknown, or there are too few different answers for the types.
    SurveyError
        If the answers cannot be read.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample())
    >>> result.sizes["type"].tolist()
    ['bedaechtige', 'optimierer', 'serviceorientierte', 'community_manager']
    """
    check_options(
        scaling=scaling,
        method=method,
        n_types=n_types,
        min_answered=min_answered,
        n_init=n_init,
        random_state=random_state,
    )
    prepared = prepare(
        answers, codebook=codebook, goals=goals, scaling=scaling, weights=weights, min_answered=min_answered
    )
    definitions, k = choose_definitions(types, prepared.items, n_types)
    ratings, X, w = prepared.ratings, prepared.X, prepared.w
    settled = {"method": method, "n_init": n_init, "random_state": random_state}
    with progress_bar(None, "starts", progress) as advance:
        clusters = _cluster(X, k, list(ratings.columns), w, **settled, progress=advance)
    named, labelling, order = name_types(clusters, X, w, prepared.items, definitions)
    typology = Typology(
        definitions=named,
        codebook=_handed_on(prepared.survey.codebook, codebook, goals),
        goals=tuple(ratings.columns),
        centers=pd.DataFrame(clusters.centers[order], index=named.keys, columns=list(ratings.columns)),
        scaling=prepared.scaling,
        imputation=prepared.imputation,
        labelling=labelling,
        settings=Settings(
            scaling,
            method_name(method),
            k,
            n_init,
            min_answered,
            int(random_state),
            named.name,
            prepared.weighted,
            __version__,
        ),
        quality=_quality(clusters, filled_share=float(ratings[prepared.formed].isna().to_numpy().mean())),
    )
    survey = prepared.survey.with_notes(constant_goals(ratings))
    result = classification(typology, survey, ratings, prepared.weight, np.argsort(order)[clusters.labels])
    if not isinstance(method, str):
        result = replace(result, clusterer=deepcopy(method))
    return result if clusters.posterior is None else _with_posterior(result, clusters.posterior[:, order])


def _cluster(X: Array, k: int, goals: list[str], weights: Array, **options: Any) -> Clusters:
    """Cluster with the goals in alphabetical order, so that the order of the columns cannot matter."""
    if not len(X):
        raise FitError(
            "goals: no municipality is left; all with enough answers rated all goals alike, so that nothing tells "
            "their priorities apart. Check the file, or use scaling='raw'."
        )
    distinct = len(distinct_rows(X[weights > 0])[0])
    if distinct < k:
        raise FitError(
            f"n_types: {k} types wanted of {len(X)} municipalities with {distinct} different sets of ratings. "
            f"Use at most {distinct}, or another scaling."
        )
    order = np.argsort(goals)
    clusters = cluster(X[:, order], k, weights=weights, **options)
    return replace(clusters, centers=clusters.centers[:, np.argsort(order)])


def _quality(clusters: Clusters, filled_share: float) -> Quality:
    return Quality(
        n=len(clusters.labels),
        objective=clusters.objective,
        explained=clusters.explained,
        starts=clusters.starts,
        hits=clusters.hits,
        filled_share=filled_share,
        bic=clusters.bic,
    )


def _handed_on(
    codebook: Codebook, given: Codebook | str | Path | None, goals: Mapping[str, str] | Sequence[str] | None
) -> Codebook:
    """Keep what is needed to read another survey, without items that were guessed from this one's columns."""
    if isinstance(given, str | Path):
        given = read_codebook(given)
    if given is None:
        own_goals = goals is not None and not isinstance(goals, Mapping)
        packaged = packaged_codebook()
        given = packaged if own_goals or codebook.name == packaged.name else codebook
    known = {item.name for item in given.items}
    items = tuple(item for item in codebook.items if item.name in known or item.role in ("goal", "key"))
    return replace(codebook, items=items)


def _with_posterior(result: Classification, posterior: Array) -> Classification:
    formed = result.types.index[result.types.notna()]
    table = pd.DataFrame(posterior, index=formed, columns=result.typology.keys)
    return replace(result, posterior=table.reindex(result.types.index))
