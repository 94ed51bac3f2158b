"""What each type wants more, and less, than all: goals by type."""

import numpy as np
import pandas as pd

from kommtyp.errors import FitError
from kommtyp.intervals import welch
from kommtyp.tests_of_association import v_test_numeric
from kommtyp.typology import Classification, check_result
from kommtyp.weighting import domain_means, others, weigh

__all__ = ["profile"]

def profile(result: Classification, *, level: float = 0.95) -> pd.DataFrame:
    """Describe each type by its goals.

    Goals that are high in every type say little about one of them, so what counts is the deviation from
    the mean of all. The goals formed the types; the differences between types are therefore large by
    construction, and no p-value is given for them. The v-test orders the goals by how much they mark a type.

    Parameters
    ----------
    result : Classification
        From `kommtyp.fit` or `Typology.classify`.
    level : float
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per goal and type: goal, type, n (valid ratings), mean (rating, on the scale of the survey),
        deviation (mean − mean of all), ci_low, ci_high (of the deviation), top_share (share of the highest
        answer, between 0 and 1), z (deviation of the center in standard deviations of the scaled ratings, by
        which the types were named), v_test. Means, shares and deviations are weighted where there are weights, and
        their intervals linearised (`kommtyp.weighting`); those with the weight 0 do not count.

    Raises
    ------
    FitError
        If the level is not between 0 and 1.

    References
    ----------
    Lebart, Morineau & Piron (1995), Statistique exploratoire multidimensionnelle; R's
    ``FactoMineR::catdes`` for the v-test, taken over the valid answers. Welch (1947) for the interval: the
    deviation is the difference to the rest times the share of the rest.

    Examples
    --------
    >>> import kommtyp
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> kommtyp.profile(result).columns.tolist()
    ['goal', 'type', 'n', 'mean', 'deviation', 'ci_low', 'ci_high', 'top_share', 'z', 'v_test']
    """
    check_result(result)
    if not 0 < level < 1:
        raise FitError(f"level: {level!r} is not between 0 and 1. Use 0.95 for 95 %.")
    typology = result.typology
    goals = [goal for goal in typology.goals if goal in result.survey.answers]
    parts = [_goal(result, goal, level) for goal in goals]
    for goal, part in zip(goals, parts, strict=True):
        part["z"] = typology.labelling.z[:, typology.goals.index(goal)]
    table = pd.concat(parts, ignore_index=True)
    return table[["goal", "type", "n", "mean", "deviation", "ci_low", "ci_high", "top_share", "z", "v_test"]]


def _goal(result: Classification, goal: str, level: float) -> pd.DataFrame:
    keys = result.typology.keys
    values = result.survey.answers[goal].to_numpy(dtype=float)
    valid = np.isfinite(values) & result.types.notna().to_numpy() & (result.weights.to_numpy() > 0)
    values, weights = values[valid], result.weights.to_numpy(dtype=float)[valid]
    labels = result.types.cat.codes.to_numpy()[valid]
    ratings, codes = np.unique(values, return_inverse=True)
    weighed = weigh(labels, codes, weights, len(keys), len(ratings))
    own = domain_means(weighed, ratings)
    mass = weighed.mass.sum(axis=1)
    outside = 1 - mass / mass.sum()
    difference = welch(own.moments, domain_means(others(weighed), ratings).moments, level=level)
    highest = result.survey.codebook[goal].high
    top = np.bincount(labels, weights=weights * (values == highest), minlength=len(keys))
    return pd.DataFrame(
        {
            "goal": goal,
            "type": keys,
            "n": own.n.astype(int),
            "mean": own.mean,
            "deviation": difference.estimate * outside,
            "ci_low": difference.low * outside,
            "ci_high": difference.high * outside,
            "top_share": np.divide(top, mass, out=np.full(len(keys), np.nan), where=mass > 0),
            "v_test": v_test_numeric(values, labels, len(keys), weights=weights),
        }
    )
