"""Words that stand for no answer, for yes and for no, whatever the survey."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kommtyp.codebook import normalise

__all__ = ["Words", "spelling", "words"]


@dataclass(frozen=True)
class Words:
    """What is written where there is no answer, for yes, and for no.

    Parameters
    ----------
    residual : dict of str to str
        Spelling → reason.
    yes, no : frozenset of str
        Spellings.
    suspects : frozenset of float
        Numbers that often are missing codes; never read as such, only named in messages.
    """

    residual: dict[str, str]
    yes: frozenset[str]
    no: frozenset[str]
    suspects: frozenset[float]


def spelling(word: str) -> str:
    """Reduce a word to what two spellings have in common; signs alone stay as they are.

    Examples
    --------
    >>> spelling("K. A."), spelling("weiß nicht"), spelling(" – ")
    ('k_a', 'weiss_nicht', '–')
    """
    return normalise(word) or word.strip()


@cache
def words() -> Words:
    """Return the words of ``resources/sources.toml``."""
    raw = tomllib.loads((files("kommtyp") / "resources" / "sources.toml").read_text(encoding="utf-8"))
    residual = {spelling(word): entry["reason"] for entry in raw["residual"] for word in entry["words"]}
    yes, no = (frozenset(map(spelling, raw["words"][key])) for key in ("yes", "no"))
    return Words(residual, yes, no, frozenset(map(float, raw["suspects"]["codes"])))
