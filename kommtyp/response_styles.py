"""How someone uses a rating scale, whatever is rated: all is important, to the ends, no difference."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["STYLES", "response_styles"]

Array = NDArray[np.float64]
STYLES = (
    "acquiescence", "disacquiescence", "extremity", "midpoint", "spread", "root_difference", "identical",
    "longest_run",
)  # fmt: skip


def response_styles(ratings: ArrayLike, *, low: float, high: float, clicked: ArrayLike | None = None) -> pd.DataFrame:
    """Measure the response style of each row of ratings.

    One battery of ratings cannot tell style from content: who rates all goals high may find all of them
    important. The measures describe what was ticked; they accuse nobody.

    Parameters
    ----------
    ratings : array_like, shape (n, p)
        Ratings where more is higher, in the order in which they were asked, with NaN for gaps.
    low, high : float
        Ends of the scale.
    clicked : array_like, shape (n, p), optional
        Ratings as they were ticked, where some were turned since; by these the ratings are compared with
        each other.

    Returns
    -------
    DataFrame, shape (n, 9)
        answered (share of ratings that are there); then, of these, acquiescence and disacquiescence (shares above
        and below the midpoint of the scale), extremity (share at either end), midpoint (share at the
        midpoint; NaN for a scale that has none), spread (standard deviation, divisor one less than the
        number; also called intra-individual response variability), root_difference (mean square root of the
        absolute difference over all pairs, Mulligan's measure without its rescaling to the sample: 0 if
        all are alike), identical (share of the most frequent rating), longest_run (most equal ratings in a
        row; gaps are passed over). NaN where nothing is rated; spread and root_difference also where a single
        goal is.

    References
    ----------
    Van Vaerenbergh & Thomas (2013), International Journal of Public Opinion Research 25, 195–217, for the
    shares. Mulligan, Krosnick, Smith, Green & Bizer (2001), Nondifferentiation on attitude rating scales,
    manuscript; Kim, Dykema, Stevenson, Black & Moberg (2019), Social Science Computer Review 37, 214–233, for
    non-differentiation. Dunn, Heggestad, Shanock & Theilgard (2018), Journal of Business and Psychology 33,
    105–121, for the spread; Johnson (2005), Journal of Research in Personality 39, 103–129, for the run.

    Examples
    --------
    >>> response_styles([[4, 4, 4, 4], [1, 5, 3, np.nan]], low=1, high=5)[["acquiescence", "extremity", "longest_run"]]
       acquiescence  extremity  longest_run
    0      1.000000   0.000000          4.0
    1      0.333333   0.666667          1.0
    """
    given = np.asarray(ratings, dtype=float)
    ticked = given if clicked is None else np.asarray(clicked, dtype=float)
    valid = np.isfinite(given)
    n = valid.sum(axis=1)
    middle = (low + high) / 2
    has_middle = float(middle - low).is_integer()
    identical, run = _repeats(ticked)
    table = {
        "answered": n / given.shape[1],
        "acquiescence": _share(valid & (given > middle), n),
        "disacquiescence": _share(valid & (given < middle), n),
        "extremity": _share(valid & np.isin(given, (low, high)), n),
        "midpoint": _share(valid & (given == middle), n) if has_middle else np.full(len(given), np.nan),
        "spread": _spread(ticked, n),
        "root_difference": _root_difference(ticked),
        "identical": np.where(n > 0, identical / np.maximum(n, 1), np.nan),
        "longest_run": np.where(n > 0, run, np.nan),
    }
    return pd.DataFrame(table)


def _share(hit: NDArray[np.bool_], n: NDArray[np.intp]) -> Array:
    return np.divide(hit.sum(axis=1), n, out=np.full(len(n), np.nan), where=n > 0)


def _spread(X: Array, n: NDArray[np.intp]) -> Array:
    valid = np.isfinite(X)
    mean = np.where(valid, X, 0).sum(axis=1) / np.maximum(n, 1)
    squares = np.where(valid, (X - mean[:, None]) ** 2, 0).sum(axis=1)
    return np.sqrt(np.divide(squares, n - 1, out=np.full(len(X), np.nan), where=n > 1))


def _root_difference(X: Array) -> Array:
    total, pairs = np.zeros(len(X)), np.zeros(len(X))
    for i in range(X.shape[1] - 1):
        away = np.sqrt(np.abs(X[:, i + 1 :] - X[:, [i]]))
        total += np.where(np.isfinite(away), away, 0).sum(axis=1)
        pairs += np.isfinite(away).sum(axis=1)
    return np.divide(total, pairs, out=np.full(len(X), np.nan), where=pairs > 0)


def _repeats(ticked: Array) -> tuple[Array, Array]:
    """Count the most frequent rating of each row, and its longest run of equal ratings."""
    most, longest, run = np.zeros(len(ticked)), np.zeros(len(ticked)), np.zeros(len(ticked))
    last = np.full(len(ticked), np.nan)
    for here in ticked.T:
        there = np.isfinite(here)
        most = np.maximum(most, np.where(there, (ticked == here[:, None]).sum(axis=1), 0))
        run = np.where(there, np.where(here == last, run + 1, 1), run)
        longest, last = np.maximum(longest, run), np.where(there, here, last)
    return most, longest
