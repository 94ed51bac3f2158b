"""The evidence on stability: by type, by municipality, and over pairs of resamples."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.agreement import adjusted_rand, best_jaccard, slsw
from kommtyp.errors import FitError, check_choice, check_kind
from kommtyp.kmeans import Resamples
from kommtyp.progress import progress_bar
from kommtyp.scaling import apply_scaling
from kommtyp.stability.drawing import Draws, Scheme, draw
from kommtyp.stability.repeating import cluster_draws, name_resamples
from kommtyp.typology import Classification, check_result

__all__ = ["DISSOLVED", "MIXED", "RECOVERED", "Scheme", "Stability", "assess_stability"]

Array = NDArray[np.float64]
Labels = NDArray[Any]
DISSOLVED, RECOVERED, MIXED = 0.5, 0.75, 0.6


@dataclass(frozen=True, eq=False)
class Stability:
    """How the types fare when the survey is drawn again.

    Parameters
    ----------
    by_type : DataFrame, k rows
        type, n, jaccard (mean of the largest similarity with a cluster of the resample, between 0 and 1),
        jaccard_se (its Monte-Carlo error), recovered (share of resamples above 0.75), dissolved (share at or
        below 0.5), name_returns (share of resamples in which the cluster that overlaps most with the type
        bears its name again; NaN for types that no study defines), slsw (the same similarity over all
        municipalities assigned by pairs of resamples).
    membership : DataFrame, n rows
        Share of resamples that put a municipality into each type, one column a type, then certainty (the
        largest share) and second (the type that is second); missing where a municipality has no type.
    out_of_bag : DataFrame, n rows
        The same, from those resamples only that did not hold the municipality.
    agreement : DataFrame
        One row per pair of resamples: pair, ari (adjusted Rand index of the two classifications of all).
    hits : DataFrame
        One row per resample: resample, objective, starts, hits.
    scheme : {"bootstrap", "subset", "noise"}
        How resamples were drawn. Values of different schemes cannot be compared.
    multiplicity : bool
        Whether a municipality that was drawn twice counted twice.
    n_boot : int
        Resamples that were clustered.
    failed : int
        Resamples that could not be clustered, because they held too few different ratings or the clusterer refused.
    random_state : int
        Seed that they were drawn with.
    """

    by_type: pd.DataFrame
    membership: pd.DataFrame
    out_of_bag: pd.DataFrame
    agreement: pd.DataFrame
    hits: pd.DataFrame
    scheme: Scheme
    multiplicity: bool
    n_boot: int
    failed: int
    random_state: int

    @property
    def mixed(self) -> pd.DataFrame:
        """Mischtypen: rows of `membership` with a certainty below 0.6."""
        return self.membership[self.membership["certainty"] < MIXED]

    def __repr__(self) -> str:
        ari = self.agreement["ari"].mean()
        head = f"{self.n_boot} resamples ({self.scheme}), adjusted Rand index between them {ari:.2f}"
        shown = self.by_type[["type", "jaccard", "recovered", "dissolved", "name_returns"]]
        mixed = f"{len(self.mixed)} of {self.membership['certainty'].notna().sum()} municipalities are mixed types"
        failed = [f"{self.failed} resamples could not be clustered"] if self.failed else []
        return "\n".join([head, shown.round(2).to_string(index=False), mixed, *failed])


def assess_stability(
    result: Classification,
    *,
    n_boot: int = 1000,
    n_init: int = 50,
    scheme: Scheme = "bootstrap",
    multiplicity: bool = False,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: bool | None = None,
    on_interrupt: Literal["raise", "keep"] = "raise",
) -> Stability:
    """Draw the survey again and again, form and name the types anew, and count what comes back.

    Every resample gets random starts of its own; starting from the types that were found would make them look
    more stable than they are. Clusters are named by the rule of `fit` against the same definitions, and
    matched to the types by overlap as a check.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit`.
    n_boot : int
        Number of resamples, at least 2.
    n_init : int
        Random starts of k-means in each resample.
    scheme : {"bootstrap", "subset", "noise"}
        ``bootstrap`` draws as many municipalities with replacement, ``subset`` half of them without, ``noise``
        replaces 5 % by points drawn from a wide box.
    multiplicity : bool
        Whether a municipality that is drawn twice counts twice in the clustering; ``fpc::clusterboot`` by
        default clusters those that were drawn once each.
    random_state : int
        Seed.
    n_jobs : int, optional
        Number of processes that work side by side, −1 for one a core; this one alone where None. Starting them
        takes a second or two, so it pays for long work only. Other backends are set by
        ``joblib.parallel_config``, such as dask. The result is the same for any number and backend.
    progress : bool, optional
        Whether to show a bar; None shows one after two seconds where a person can see it.
    on_interrupt : {"raise", "keep"}
        Whether Ctrl-C is raised, or ends the work with the resamples done so far.

    Returns
    -------
    Stability
        By type, by municipality, and over pairs of resamples.

    Raises
    ------
    FitError
        If an option is unknown or out of range, or no resample can be clustered.

    References
    ----------
    Hennig (2007), Computational Statistics & Data Analysis 52, 258–271; R's ``fpc::clusterboot``.
    Dolnicar & Leisch (2010), Marketing Letters 21, 83–101; R's ``flexclust::bootFlexclust``.
    Dolnicar & Leisch (2017), Marketing Letters 28, 423–436; R's ``flexclust::slswFlexclust``.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> stability = kommtyp.assess_stability(result, n_boot=20, n_init=5)
    >>> bool(stability.by_type["jaccard"].between(0, 1).all())
    True
    """
    check_result(result)
    _check_options(n_boot, n_init, random_state, scheme, on_interrupt)
    check_kind("multiplicity", multiplicity, (bool, np.bool_), "True or False")
    formed = result.types.notna().to_numpy()
    X = apply_scaling(result.typology.scaling, result.ratings.to_numpy()[formed])
    weights = result.weights.to_numpy()[formed]
    children = np.random.SeedSequence(random_state).spawn(n_boot)
    drawing, starting = zip(*(child.spawn(2) for child in children), strict=True)
    draws = draw(X, weights, scheme, drawing, multiplicity=multiplicity)
    with progress_bar(n_boot, "resamples", progress) as advance:
        found, own = cluster_draws(
            result,
            X,
            draws,
            n_init=n_init,
            seeds=starting,
            n_jobs=n_jobs,
            advance=advance,
            keep_partial=on_interrupt == "keep",
        )
    done = np.isfinite(found.objectives)
    drawn: dict[str, Any] = {"scheme": scheme, "multiplicity": multiplicity, "random_state": int(random_state)}
    return _gather(result, X, draws.first(len(done)), found, own, **drawn)


def _check_options(n_boot: object, n_init: object, random_state: object, scheme: object, on_interrupt: object) -> None:
    check_choice("scheme", scheme, get_args(Scheme))
    check_choice("on_interrupt", on_interrupt, ("raise", "keep"))
    for option, value, least in (("n_boot", n_boot, 2), ("n_init", n_init, 1), ("random_state", random_state, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise FitError(f"{option}: {value!r} does not do. Use a whole number of at least {least}.")


def _gather(
    result: Classification,
    X: Array,
    draws: Draws,
    found: Resamples,
    own: Labels,
    *,
    scheme: Scheme,
    multiplicity: bool,
    random_state: int,
) -> Stability:
    formed = result.types.notna().to_numpy()
    original = result.types.cat.codes.to_numpy()[formed].astype(np.intp)
    done = np.isfinite(found.objectives)
    counts, weights = draws.counts[done], draws.weights[done]
    centers, labels, own = found.centers[done], found.labels[done].astype(np.intp), own[done].astype(np.intp)
    k = len(result.typology.keys)
    names, overlapping = name_resamples(
        result.typology, X, original=original, weights=weights, centers=centers, labels=own
    )
    named = result.typology.labelling.names >= 0
    assigned = np.take_along_axis(names, labels, axis=1)
    counted = counts if multiplicity else counts > 0
    similar = best_jaccard(original, own, counted, k, k)
    returns = np.where(named, [(names[overlapping == t] == t).mean() for t in range(k)], np.nan)
    pairs = 2 * (len(labels) // 2)
    first, second = labels[0:pairs:2], labels[1:pairs:2]
    return Stability(
        by_type=pd.DataFrame(
            {
                "type": result.typology.keys,
                "n": np.bincount(original, minlength=k),
                "jaccard": np.nanmean(similar, axis=0),
                "jaccard_se": np.nanstd(similar, axis=0, ddof=1) / np.sqrt(np.isfinite(similar).sum(axis=0)),
                "recovered": _share(similar > RECOVERED, similar),
                "dissolved": _share(similar <= DISSOLVED, similar),
                "name_returns": returns,
                "slsw": slsw(original, first, second, k).mean(axis=0),
            }
        ),
        membership=_membership(result, formed, assigned, np.ones_like(counts, dtype=bool)),
        out_of_bag=_membership(result, formed, assigned, counts == 0),
        agreement=pd.DataFrame({"pair": np.arange(pairs // 2), "ari": adjusted_rand(first, second)}),
        hits=pd.DataFrame(
            {
                "resample": np.flatnonzero(done),
                "objective": found.objectives[done],
                "starts": found.starts,
                "hits": found.hits[done],
            }
        ),
        scheme=scheme,
        multiplicity=multiplicity,
        n_boot=int(done.sum()),
        failed=int((~done).sum()),
        random_state=random_state,
    )


def _share(hit: NDArray[np.bool_], similar: Array) -> Array:
    return hit.sum(axis=0) / np.isfinite(similar).sum(axis=0)


def _membership(
    result: Classification, formed: NDArray[np.bool_], assigned: Labels, counted: NDArray[np.bool_]
) -> pd.DataFrame:
    keys = result.typology.keys
    votes = np.stack([((assigned == t) & counted).sum(axis=0) for t in range(len(keys))], axis=1).astype(float)
    total = votes.sum(axis=1, keepdims=True)
    shares = np.divide(votes, total, out=np.full_like(votes, np.nan), where=total > 0)
    order = np.argsort(-shares, axis=1, kind="stable")
    runner_up = np.where(np.take_along_axis(shares, order[:, 1:2], axis=1)[:, 0] > 0, order[:, 1], -1)
    table = pd.DataFrame(np.nan, index=result.types.index, columns=[*keys, "certainty"])
    table.loc[formed, keys] = shares
    table.loc[formed, "certainty"] = shares.max(axis=1)
    second = np.full(len(table), -1)
    second[formed] = runner_up
    table["second"] = pd.Categorical.from_codes(second.tolist(), categories=pd.Index(keys))
    return table
