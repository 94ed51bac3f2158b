"""What each type wants more, and less, than all: goals by type."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kommtyp.errors import FitError
from kommtyp.intervals import Moments, welch
from kommtyp.tests_of_association import v_test_numeric
from kommtyp.typology import Classification

__all__ = ["profile"]

Array = NDArray[np.float64]


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
        which the types were named), v_test. Means, shares and deviations are weighted where there are weights.

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
    valid = np.isfinite(values) & result.types.notna().to_numpy()
    values, weights = values[valid], result.weights.to_numpy()[valid]
    labels = result.types.cat.codes.to_numpy()[valid]
    inside = [_weighted_moments(values, weights, labels == c) for c in range(len(keys))]
    rest = [_weighted_moments(values, weights, labels != c) for c in range(len(keys))]
    own, other = (Moments(*(np.array(field) for field in zip(*groups, strict=True))) for groups in (inside, rest))
    mass = np.bincount(labels, weights=weights, minlength=len(keys))
    outside = 1 - mass / mass.sum()
    difference = welch(own, other, level=level)
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


def _weighted_moments(values: Array, weights: Array, group: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Count, mean, and the standard deviation whose square over n is the linearised variance of the mean."""
    y, w = values[group], weights[group]
    n, mass = len(y), w.sum()
    if not mass:
        return float(n), np.nan, np.nan
    mean = float(w @ y / mass)
    if n < 2:
        return float(n), mean, np.nan
    variance = n / (n - 1) * float(((w * (y - mean) / mass) ** 2).sum())
    return float(n), mean, float(np.sqrt(n * variance))
