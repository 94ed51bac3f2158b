"""Everything that can go wrong for a user, in one grammar.

A message reads *where: what was found, how often, an example. What would be right.*
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

__all__ = [
    "CodebookError",
    "FitError",
    "KommtypError",
    "MissingExtraError",
    "SurveyError",
    "check_choice",
    "check_kind",
    "check_names",
    "first_of",
]


class KommtypError(Exception):
    """Base of every error that kommtyp raises on purpose."""


class CodebookError(KommtypError, ValueError):
    """A codebook or a file of type definitions contradicts itself or cannot be read."""


class SurveyError(KommtypError, ValueError):
    """The answers do not fit the codebook, or cannot be read at all."""


class FitError(KommtypError, ValueError):
    """The answers are readable, but this analysis cannot be done with them."""


class MissingExtraError(KommtypError, ImportError):
    """An optional package is needed that is not installed."""


def first_of(values: Iterable[object], limit: int = 5) -> str:
    """Name the first few values and count the rest.

    Parameters
    ----------
    values : iterable
        What to name.
    limit : int
        How many are written out.

    Returns
    -------
    str
        The values, separated by commas.

    Examples
    --------
    >>> first_of("abcdefg")
    "'a', 'b', 'c', 'd', 'e' and 2 more"
    """
    listed = list(values)
    text = ", ".join(repr(value) for value in listed[:limit])
    return text if len(listed) <= limit else f"{text} and {len(listed) - limit} more"


def check_choice(option: str, value: object, allowed: Sequence[str]) -> str:
    """Return `value` if it is one of the allowed words, else say which is nearest.

    Parameters
    ----------
    option : str
        Name of the option, as the user wrote it.
    value : object
        What the user gave.
    allowed : sequence of str
        The words that are allowed.

    Returns
    -------
    str
        `value`, unchanged.

    Raises
    ------
    FitError
        If `value` is not allowed.

    Examples
    --------
    >>> check_choice("scaling", "ipsativ", ["raw", "ipsative"])
    Traceback (most recent call last):
    kommtyp.errors.FitError: scaling: 'ipsativ' is not known. Did you mean 'ipsative'? Allowed: 'raw', 'ipsative'.
    """
    if isinstance(value, str) and value in allowed:
        return value
    near = get_close_matches(str(value).lower(), allowed, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise FitError(f"{option}: {value!r} is not known.{hint} Allowed: {first_of(allowed, limit=99)}.")


def check_kind(option: str, value: object, kinds: type | tuple[type, ...], wanted: str) -> None:
    """Refuse an object of another kind in words, instead of at some attribute that it lacks.

    Parameters
    ----------
    option : str
        Name of the parameter, as the user sees it.
    value : object
        What the user gave.
    kinds : type or tuple of type
        What it must be.
    wanted : str
        What would be right, in words.

    Raises
    ------
    FitError
        If it is of another kind.

    Examples
    --------
    >>> check_kind("selection", 4, str, "what kommtyp.choose_k returns")
    Traceback (most recent call last):
    kommtyp.errors.FitError: selection: int given. Use what kommtyp.choose_k returns.
    """
    if not isinstance(value, kinds):
        raise FitError(f"{option}: {type(value).__name__} given. Use {wanted}.")


def check_names(option: str, value: object) -> list[str]:
    """Return the names given, one or several, each once; refuse what is no name.

    Parameters
    ----------
    option : str
        Name of the parameter, as the user sees it.
    value : object
        A name or several.

    Returns
    -------
    list of str
        The names in their order.

    Raises
    ------
    FitError
        If it is neither a text nor texts one after another.

    Examples
    --------
    >>> check_names("indicators", "bots"), check_names("indicators", ["bots", "ozg", "bots"])
    (['bots'], ['bots', 'ozg'])
    >>> check_names("indicators", 5)
    Traceback (most recent call last):
    kommtyp.errors.FitError: indicators: 5 given. Use a name, or a list of names.
    """
    given = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    for name in given:
        if not isinstance(name, str):
            raise FitError(f"{option}: {name!r} given. Use a name, or a list of names.")
    return list(dict.fromkeys(given))
