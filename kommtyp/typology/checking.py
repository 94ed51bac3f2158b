"""Whether an object is the result of a fit."""

from kommtyp.errors import check_kind
from kommtyp.typology.records import Classification

__all__ = ["check_result"]


def check_result(result: object, option: str = "result") -> None:
    """Refuse in words what is not the result of a fit.

    Parameters
    ----------
    result : object
        What the user gave.
    option : str
        Name of the parameter.

    Raises
    ------
    FitError
        If it is no `Classification`.

    Examples
    --------
    >>> check_result("umfrage.csv")
    Traceback (most recent call last):
    kommtyp.errors.FitError: result: str given. Use what kommtyp.fit or Typology.classify returns.
    """
    check_kind(option, result, Classification, "what kommtyp.fit or Typology.classify returns")
