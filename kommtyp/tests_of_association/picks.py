"""A test of questions with several answers: do the types pick alike?"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtrc

from kommtyp.tests_of_association.outcome import Outcome

__all__ = ["multiple_response"]

LEAST_EXPECTED = 5


def multiple_response(labels: ArrayLike, picks: ArrayLike, k: int, *, weights: ArrayLike | None = None) -> Outcome:
    """Test whether the types pick the options of a multi-select question equally often, all options at once.

    The statistic is the sum of Pearson's χ² of all options by type. Who picks one option often picks another,
    so this sum has no χ² distribution with (types − 1) × options degrees of freedom: treated so, it rejects up
    to 12 % of true hypotheses instead of 5 %. Its expectation is right, its variance is not; both are matched
    after Rao and Scott's second order, as Bilder and Loughin do. The correlation of the options is taken from
    all municipalities together, as under the hypothesis. That of each type for itself would make the test
    blind where options are rare: with 15 municipalities a type it rejected 1 % instead of 5 %. As it is, it
    rejects 1.6 to 6 % there and elsewhere, and up to 7 % where types of very different size pick the options
    equally often but in quite different combinations.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Type of each municipality, 0 … `k` − 1.
    picks : array_like, shape (n, c)
        1 for an option that was picked, 0 for one that was not.
    k : int
        Number of types. Types without municipalities are left out, as are options that all or none picked.
    weights : array_like, shape (n,), optional
        Weights above 0. Their scale does not matter; the variances are then linearised, and p comes from F.

    Returns
    -------
    Outcome
        "multiple_response" with the matched χ² and its degrees of freedom, with weights "multiple_response_f"
        with F; without p, and with a note, where fewer than two types or no option is left.

    References
    ----------
    Bilder, C. R. & Loughin, T. M. (2004). Testing for marginal independence between two categorical variables
    with multiple responses. Biometrics, 60, 241–248. Agresti, A. & Liu, I.-M. (1999). Modeling a categorical
    variable allowing arbitrarily many category choices. Biometrics, 55, 936–943. Thomas, D. R. & Decady,
    Y. J. (2004). International Journal of Testing, 4, 43–59. R: ``survey::pchisqsum``.

    Examples
    --------
    >>> picks = [[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1], [0, 0, 1], [1, 0, 1], [0, 0, 0]]
    >>> outcome = multiple_response([0, 0, 0, 1, 1, 1, 1, 1], picks, 2)
    >>> round(outcome.statistic, 3), round(outcome.df, 3)
    (9.034, 2.389)
    """
    labels, picks = np.asarray(labels, dtype=np.intp), np.asarray(picks, float)
    weight = np.ones(len(labels)) if weights is None else np.asarray(weights, float)
    test = "multiple_response" if weights is None else "multiple_response_f"
    types = np.eye(k)[labels]
    types = types[:, types.sum(axis=0) > 0]
    n, groups = types.shape
    if groups < 2:
        return Outcome(test, note="fewer than two types have answers" if groups else "no answers")
    options = picks[:, (picks != picks[0]).any(axis=0)]
    if not options.size:
        return Outcome(test, note="all answers are alike")
    mass = weight @ types
    share = weight @ options / weight.sum()
    standard = (options - share) / np.sqrt(share * (1 - share))
    mean = (types * weight[:, None]).T @ standard / mass[:, None]
    part = mass / mass.sum()
    statistic = n * float((part[:, None] * mean**2).sum())
    trace, squares = _spectrum(types, standard, weight, part)
    df = trace**2 / squares
    note = _sparse(n * part.min() * np.minimum(share, 1 - share).min(), options.shape[1], picks.shape[1])
    if weights is None:
        return Outcome(test, statistic * trace / squares, df, float(chdtrc(df, statistic * trace / squares)), note)
    f = statistic / trace
    return Outcome(test, f, df, float(fdtrc(df, df * (n - 1), f)), note, df * (n - 1))


def _spectrum(types: np.ndarray, standard: np.ndarray, weight: np.ndarray, part: np.ndarray) -> tuple[float, float]:
    """Sum and sum of squares of the coefficients of the χ² that the statistic is a sum of.

    They are the eigenvalues of the covariance of the types' standardised shares about their mean, which is the
    correlation of the options times what the weights cost each type.
    """
    squared = weight**2
    correlation = (standard * squared[:, None]).T @ standard / squared.sum()
    cost = len(weight) * part * (squared @ types) / (weight @ types) ** 2
    contrast = np.eye(len(part)) - np.sqrt(np.outer(part, part))
    between = contrast * np.sqrt(np.outer(cost, cost))
    trace = float(np.trace(between) * np.trace(correlation))
    return trace, float((between**2).sum() * (correlation**2).sum())


def _sparse(least: float, used: int, asked: int) -> str:
    notes = [f"approximate: smallest expected count {least:.1f}"] if least < LEAST_EXPECTED else []
    if used < asked:
        notes.append(f"options that all or none picked left out: {asked - used}")
    return "; ".join(notes)
