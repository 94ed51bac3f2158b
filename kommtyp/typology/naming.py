"""From clusters to types: names, order, and definitions for clusters that no study describes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kommtyp.clustering import Clusters
from kommtyp.codebook import Item
from kommtyp.definitions import Definitions, TypeDefinition
from kommtyp.labelling import Labelling, label_clusters

__all__ = ["COLOURS", "name_types"]

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#6A3D9A", "#444444")


def name_types(
    clusters: Clusters, X: ArrayLike, weights: ArrayLike, goals: Sequence[Item], definitions: Definitions | None
) -> tuple[Definitions, Labelling, NDArray[np.intp]]:
    """Name clusters and put them in the order of their names.

    Parameters
    ----------
    clusters : Clusters
        The k clusters, by falling size.
    X : array_like, shape (n, p)
        Scaled ratings they were formed from.
    weights : array_like, shape (n,)
        Weights.
    goals : sequence of Item
        The p goals.
    definitions : Definitions, optional
        Types to name the clusters by; by their two most marking goals where None. With more clusters than
        types, those that are left over are called "Gruppe 5" and so on.

    Returns
    -------
    definitions : Definitions
        The k types in their order.
    labelling : Labelling
        Scores, clarity and doubts in the same order.
    order : ndarray of int, shape (k,)
        Cluster of each type.
    """
    known = definitions.types if definitions is not None else ()
    marks = np.array([[goal.name in entry.goals for goal in goals] for entry in known], dtype=bool)
    found = label_clusters(clusters.centers, X, marks.reshape(len(known), len(goals)), weights)
    named = found.names >= 0
    order = np.lexsort((np.arange(len(named)), np.where(named, found.names, len(known))))
    types: list[TypeDefinition] = []
    for c in order:
        if named[c]:
            types.append(known[found.names[c]])
        else:
            types.append(_describe_by_goals(goals, found.z[c], types, numbered=bool(known)))
    head = (
        {"title": definitions.title, "title_en": definitions.title_en}
        | {"source": definitions.source, "name": definitions.name}
        if definitions is not None
        else {"name": "unnamed"}
    )
    findings = definitions.findings if definitions is not None else ()
    return Definitions(tuple(types), findings, **head), _reordered(found, order), order


def _describe_by_goals(
    goals: Sequence[Item], z: NDArray[np.float64], before: Sequence[TypeDefinition], *, numbered: bool
) -> TypeDefinition:
    """Name a cluster by its two most marking goals; a number tells it from one that shares them."""
    place = len(before) + 1
    marking = [goals[j] for j in np.argsort(-np.round(z, 9), kind="stable")[:2]]
    shared = any({goal.name for goal in marking} == set(entry.goals) for entry in before)
    names = [" / ".join(goal.title(lang) for goal in marking) + f" ({place})" * shared for lang in ("de", "en")]
    key = "_".join(goal.name for goal in marking) + f"_{place}" * shared
    return TypeDefinition(
        key=f"gruppe_{place}" if numbered else key,
        label=f"Gruppe {place}" if numbered else names[0],
        label_en=f"Group {place}" if numbered else names[1],
        goals=tuple(goal.name for goal in marking),
        colour=COLOURS[(place - 1) % len(COLOURS)],
    )


def _reordered(found: Labelling, order: NDArray[np.intp]) -> Labelling:
    return Labelling(**{name: getattr(found, name)[order] for name in Labelling.__dataclass_fields__})
