"""Doing the analysis in every defensible way."""

from collections.abc import Iterable
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kommtyp.clustering import Clusterer, Method, method_name
from kommtyp.errors import FitError, KommtypError, check_choice, check_kind
from kommtyp.findings import check_findings
from kommtyp.progress import progress_bar
from kommtyp.scaling import ScalingMethod
from kommtyp.sensitivity.grid import Specification, duplicates, main_specification, seed_of, several, specifications
from kommtyp.sensitivity.records import Cell, Sensitivity, gather
from kommtyp.typology import Classification, fit, fit_again, method_of
from kommtyp.typology.agreeing import agree, match_types, names_compare
from kommtyp.workers import run

__all__ = ["explore_choices"]


def explore_choices(
    answers: Any,
    *,
    scalings: Iterable[ScalingMethod] | ScalingMethod = ("raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank"),
    methods: Iterable[Method | Clusterer] | Method | Clusterer = ("kmeans", "ward", "kmedoids", "mixture"),
    k: Iterable[int] | int | None = None,
    missing: Iterable[float] | float = (0.5, 0.75, 1.0),
    leave_one_goal_out: bool = True,
    random_state: int = 0,
    n_init: int = 25,
    n_jobs: int | None = None,
    progress: bool | None = None,
    on_interrupt: Literal["raise", "keep"] = "raise",
) -> Sensitivity:
    """Form the types in every combination of defensible choices, and see what of the main analysis remains.

    How ratings are scaled, how clusters are formed, how many, and who takes part despite missing answers are
    choices that a study must make and could have made otherwise. Each combination is one specification: the
    types are formed, named by the same rule, and held against those of the main analysis and against what
    the study says of them. A finding that holds in few specifications rests on the choices, not on the data.
    Not every specification is as good as every other; the tables show which choice matters.

    Parameters
    ----------
    answers : Classification, or what `fit` takes
        The main analysis; answers are given to `fit` with its defaults.
    scalings : iterable of str
        Scalings; see `kommtyp.scaling.fit_scaling`.
    methods : iterable of str or clusterers
        Methods; see `kommtyp.clustering.cluster`.
    k : iterable of int, optional
        Numbers of types; the main one, one fewer and one more where None.
    missing : iterable of float
        Shares of goals that must be rated to take part, above 0 and at most 1.
    leave_one_goal_out : bool
        Whether to leave out each goal in turn as well, with all else as in the main analysis.
    random_state : int
        Seed. Each specification has its own, whatever others are explored with it.
    n_init : int
        Random starts in each specification.
    n_jobs : int, optional
        Number of processes that work side by side, −1 for one a core; this one alone where None. Starting them
        takes a second or two, so it pays for long work only. Other backends are set by
        ``joblib.parallel_config``, such as dask. The result is the same for any number and backend.
    progress : bool, optional
        Whether to show a bar; None shows one after two seconds where a person can see it.
    on_interrupt : {"raise", "keep"}
        Whether Ctrl-C is raised, or ends the work with the specifications done so far.

    Returns
    -------
    Sensitivity
        Tables by specification, finding, municipality and choice. What cannot be done is a row with the reason.

    Raises
    ------
    FitError
        If a choice is unknown or out of range, or the main analysis cannot be done.

    References
    ----------
    Steegen, Tuerlinckx, Gelman & Vanpaemel (2016), Increasing transparency through a multiverse analysis,
    Perspectives on Psychological Science 11, 702–712. Simonsohn, Simmons & Nelson (2020), Specification curve
    analysis, Nature Human Behaviour 4, 1208–1214.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> found = explore_choices(result, scalings=["ipsative", "rank"], methods="kmeans", k=4, missing=0.75, n_init=10)
    >>> found.specifications[["scaling", "left_out", "ari"]].round(2).head(3)
        scaling left_out   ari
    0  ipsative           1.00
    1      rank           0.93
    2  ipsative    recht  0.88
    """
    for option, value, least in (("random_state", random_state, 0), ("n_init", n_init, 1)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise FitError(f"{option}: {value!r} does not do. Use a whole number of at least {least}.")
    check_choice("on_interrupt", on_interrupt, ("raise", "keep"))
    check_kind("leave_one_goal_out", leave_one_goal_out, (bool, np.bool_), "True or False")
    main = answers if isinstance(answers, Classification) else fit(answers, random_state=int(random_state))
    chosen = specifications(main, scalings, methods, k, missing, leave_one_goal_out=leave_one_goal_out)
    same_as = duplicates(main, chosen)
    tasks = [one for place, one in enumerate(chosen) if same_as[place] == place]
    known = {method_name(method): method for method in several(methods)}
    explore = partial(_explore, main, known=known, n_init=n_init, random_state=int(random_state))
    with progress_bar(len(tasks), "specifications", progress) as advance:
        cells = run(
            explore,
            ((one,) for one in tasks),
            n_jobs=n_jobs,
            advance=lambda _: advance(1),
            keep_partial=on_interrupt == "keep",
        )
    return gather(main, chosen, same_as, cells, random_state=int(random_state))


def _explore(
    main: Classification,
    one: Specification,
    *,
    known: dict[str, Method | Clusterer],
    n_init: int,
    random_state: int,
) -> Cell:
    """Do the analysis once, and keep what is needed of it."""
    if one == main_specification(main):
        return _cell(main, main)
    changes: dict[str, Any] = {
        "scaling": one.scaling,
        "method": one.method,
        "n_types": one.n_types,
        "min_answered": one.min_answered,
        "n_init": n_init,
        "random_state": seed_of(one, random_state),
        "progress": False,
    }
    try:
        if one.left_out:
            name = method_name(one.method)
            changes["method"] = known[name] if name in known else method_of(main)
            changes["goals"] = [goal for goal in main.typology.goals if goal != one.left_out]
        return _cell(main, fit_again(main, **changes))
    except KommtypError as error:
        return Cell(reason=str(error))


def _cell(main: Classification, other: Classification) -> Cell:
    named = names_compare(main, other)
    sizes, typology = other.sizes, other.typology
    partner = {theirs: ours for ours, theirs in match_types(main, other).items()}
    overlap = {theirs: ours for ours, theirs in match_types(main, other, by_name=False).items()}
    return Cell(
        agreement=agree(main, other),
        quality=typology.quality,
        clarity=float(np.fmin.reduce(typology.labelling.clarity)),
        sizes=sizes.assign(
            main_type=sizes["type"].map(partner), doubtful=sizes["type"].isin(typology.doubtful)
        ),
        findings=check_findings(other, findings=main.typology.definitions.findings),
        by_name=_as_main(main, other, partner) if named else None,
        by_overlap=_as_main(main, other, overlap),
    )


def _as_main(main: Classification, other: Classification, partner: dict[str, str]) -> NDArray[np.int16]:
    """Main type that each municipality has here: −1 without a type, −2 with one that is none of the main types."""
    keys = main.typology.keys
    place = [keys.index(partner[key]) if key in partner else -2 for key in other.typology.keys]
    return np.array([*place, -1], dtype=np.int16)[other.types.cat.codes.to_numpy()]
