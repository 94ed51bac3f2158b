"""What a test gives back."""

from dataclasses import dataclass

__all__ = ["Outcome"]


@dataclass(frozen=True)
class Outcome:
    """Result of one test.

    Parameters
    ----------
    test : str
        Machine name of the test.
    statistic : float
        Its statistic; NaN for exact tests and for tests that could not be done.
    df : float
        Degrees of freedom, of the numerator where there are two.
    p_value : float
        Two-sided p; NaN for tests that could not be done.
    note : str
        Why it could not be done, or what to know about it.
    df_within : float
        Degrees of freedom of the denominator, where there is one.
    error : float
        Standard error of a Monte Carlo p.
    """

    test: str
    statistic: float = float("nan")
    df: float = float("nan")
    p_value: float = float("nan")
    note: str = ""
    df_within: float = float("nan")
    error: float = float("nan")
