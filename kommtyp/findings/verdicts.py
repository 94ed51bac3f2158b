"""What is said of a finding: never more than its interval holds."""

from typing import Literal

from kommtyp.intervals import Interval

__all__ = ["Basis", "Verdict", "verdict"]

Verdict = Literal["supported", "same direction", "opposite direction", "contradicted", "not checkable"]
Basis = Literal["plain", "adjusted", "uncertain"]


def verdict(interval: Interval, *, sign: int) -> Verdict:
    """Judge a claim by the interval of the difference it is about.

    Parameters
    ----------
    interval : Interval
        Difference with finite ends, 0-dimensional.
    sign : {1, -1}
        Side that is claimed: 1 above, −1 below.

    Returns
    -------
    str
        "supported" or "contradicted" where the whole interval lies on one side of zero, else "same direction" or
        "opposite direction".

    Examples
    --------
    >>> verdict(Interval(0.1, 0.02, 0.18), sign=1), verdict(Interval(0.1, -0.02, 0.22), sign=-1)
    ('supported', 'opposite direction')
    """
    low, high = sorted((sign * float(interval.low), sign * float(interval.high)))
    if low > 0:
        return "supported"
    if high < 0:
        return "contradicted"
    return "same direction" if sign * float(interval.estimate) > 0 else "opposite direction"
