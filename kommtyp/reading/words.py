"""Words that stand for no answer, for yes and for no, and lists of answers that many surveys share."""

import tomllib
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kommtyp.codebook import Item, normalise, packaged_codebook

__all__ = ["Words", "known_answers", "spelling", "words"]


@dataclass(frozen=True)
class Words:
    """What is written where there is no answer, for yes, and for no.

    Parameters
    ----------
    residual : dict of str to str
        Spelling → reason.
    exact : dict of str to str
        Words that mean no answer in these very letters only → reason.
    yes, no : frozenset of str
        Spellings.
    suspects : frozenset of float
        Numbers that often are missing codes; never read as such, only named in messages.
    german : dict of str to str
        Reason → how a German questionnaire writes it.
    """

    residual: dict[str, str]
    exact: dict[str, str]
    yes: frozenset[str]
    no: frozenset[str]
    suspects: frozenset[float]
    german: dict[str, str]

    def reason(self, word: str) -> str | None:
        """Say why a word is no answer; None if it may be one.

        Examples
        --------
        >>> words().reason("K. A."), words().reason("NULL"), words().reason("null")
        ('no answer', 'no answer', None)
        """
        return self.exact.get(word) or self.residual.get(spelling(word))

    def one_name(self, reason: str) -> str:
        """Return the one name of a reason, however a codebook or a file puts it.

        Examples
        --------
        >>> words().one_name("weiß nicht"), words().one_name("Filter")
        ("don't know", 'Filter')
        """
        return self.reason(reason) or reason


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
    exact = {word: entry["reason"] for entry in raw["residual"] for word in entry.get("exact", [])}
    german = {entry["reason"]: entry["words"][0] for entry in raw["residual"]}
    return Words(residual, exact, yes, no, frozenset(map(float, raw["suspects"]["codes"])), german)


@cache
def _answer_lists() -> tuple[tuple[frozenset[str], Item], ...]:
    """Answers of the packaged codebook, to recognise the same wording in a foreign file."""
    lists: dict[tuple[tuple[Any, str], ...], tuple[frozenset[str], Item]] = {}
    for item in packaged_codebook().items:
        if len(item.codes) > 2 and item.role in ("goal", "indicator") and item.scale in ("rating", "ordinal"):
            labels = [label for _, label in (*item.codes, *item.codes_en)] + [text for text, _ in item.aliases]
            lists.setdefault(item.codes, (frozenset(map(spelling, labels)), item))
    return tuple(lists.values())


def known_answers(spelled: Set[str]) -> dict[str, Any] | None:
    """Find the list of answers that words come from.

    Parameters
    ----------
    spelled : set of str
        Distinct answers of one or more columns, as `spelling` writes them.

    Returns
    -------
    dict or None
        Scale, codes and aliases for an item; None if fewer than two words are on one list, or one is on none.

    Examples
    --------
    >>> known_answers({"unwichtig", "very_important"})["codes"][4]
    (5, 'sehr wichtig')
    """
    for labels, item in _answer_lists():
        if len(spelled & labels) >= 2 and spelled <= labels:
            return {"scale": "ordinal", "codes": item.codes, "codes_en": item.codes_en, "aliases": item.aliases}
    return None
