"""The choices that are combined: one specification for every way the analysis could have been done."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, NamedTuple, get_args
from zlib import crc32

import numpy as np

from kommtyp.clustering import Clusterer, Method, check_method, method_name
from kommtyp.errors import FitError, check_choice
from kommtyp.scaling import ScalingMethod
from kommtyp.typology import Classification

__all__ = ["Specification", "duplicates", "main_specification", "seed_of", "several", "specifications"]


class Specification(NamedTuple):
    """One way to do the analysis.

    Attributes
    ----------
    scaling : str
        How ratings are made comparable.
    method : str or clusterer
        How clusters are formed.
    n_types : int
        Number of types.
    min_answered : float
        Share of goals that must be rated to take part.
    left_out : str
        Goal that is left out; empty if none is.
    """

    scaling: str
    method: Method | Clusterer
    n_types: int
    min_answered: float
    left_out: str = ""


def main_specification(main: Classification) -> Specification:
    """Return the choices of the main analysis, its method by name."""
    settings = main.typology.settings
    method: Any = settings.method
    return Specification(settings.scaling, method, len(main.typology.keys), settings.min_answered)


def specifications(
    main: Classification,
    scalings: Iterable[str] | str,
    methods: Iterable[Method | Clusterer] | Method | Clusterer,
    k: Iterable[int] | int | None,
    missing: Iterable[float] | float,
    *,
    leave_one_goal_out: bool,
) -> list[Specification]:
    """Combine the choices; the main analysis comes first, leaving out goals last.

    Parameters
    ----------
    main : Classification
        The main analysis.
    scalings, methods, k, missing
        As given to `explore_choices`.
    leave_one_goal_out : bool
        Whether to leave out each goal in turn, all else as in the main analysis.

    Returns
    -------
    list of Specification
        Each once.

    Raises
    ------
    FitError
        If a choice is unknown or out of range.
    """
    first = main_specification(main)
    counts = (first.n_types - 1, first.n_types, first.n_types + 1) if k is None else several(k)
    ways, rules = several(methods), several(missing)
    for scaling in several(scalings):
        check_choice("scalings", scaling, get_args(ScalingMethod))
    for method in ways:
        check_method(method)
    for count in counts if k is not None else ():
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 2:
            raise FitError(f"k: {count!r} does not do. Use whole numbers of at least 2.")
    for rule in rules:
        if isinstance(rule, bool) or not isinstance(rule, int | float) or not 0 < rule <= 1:
            raise FitError(f"missing: {rule!r} is not a share. Use numbers above 0 and at most 1.")
    grid = product(several(scalings), ways, (int(count) for count in counts if count >= 2), map(float, rules))
    found = {_key(first): first}
    for choice in grid:
        found.setdefault(_key(Specification(*choice)), Specification(*choice))
    if leave_one_goal_out:
        without = [first._replace(left_out=goal) for goal in main.typology.goals]
        found |= {_key(one): one for one in without}
    return list(found.values())


def several(given: Any) -> Sequence[Any]:
    """Take one choice, or several of them.

    Examples
    --------
    >>> several("ward"), several([0.5, 1])
    (('ward',), (0.5, 1))
    """
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)


def _key(one: Specification) -> tuple[Any, ...]:
    return (one.scaling, method_name(one.method), *one[2:])


def duplicates(main: Classification, chosen: Sequence[Specification]) -> list[int]:
    """Find specifications in which the very same municipalities are treated alike.

    With few gaps, two rules on missing answers often let the same municipalities take part. And as all goals
    have one scale, bringing it to 0…1 changes no distance relative to another.

    Parameters
    ----------
    main : Classification
        The main analysis.
    chosen : sequence of Specification
        The specifications.

    Returns
    -------
    list of int
        For each the first that is the same; itself where there is none before.
    """
    answered = main.survey.answers.reindex(columns=list(main.typology.goals)).notna().to_numpy().mean(axis=1)
    seen: dict[tuple[Any, ...], int] = {}
    return [
        seen.setdefault((*_treatment(one), (answered >= one.min_answered).tobytes()), place)
        for place, one in enumerate(chosen)
    ]


def _treatment(one: Specification) -> tuple[Any, ...]:
    relative = isinstance(one.method, str) and one.method != "lca"
    scaling = "raw" if one.scaling == "minmax" and relative else one.scaling
    return scaling, method_name(one.method), one.n_types, one.left_out


def seed_of(one: Specification, random_state: int) -> int:
    """Draw the seed of a specification, whatever others are explored with it."""
    name = "|".join(map(str, _treatment(one)))
    sequence = np.random.SeedSequence(random_state, spawn_key=(crc32(name.encode()),))
    return int(sequence.generate_state(1)[0])
