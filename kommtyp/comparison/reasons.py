"""Reasons for a missing answer, such as "weiß nicht", compared as answers of their own."""

from collections.abc import Sequence
from dataclasses import replace

from kommtyp.codebook import Item
from kommtyp.errors import FitError, first_of
from kommtyp.reading.reasons import own_categories
from kommtyp.reading.words import words
from kommtyp.typology import Classification

__all__ = ["with_reasons"]


def with_reasons(
    result: Classification, items: Sequence[Item], missing_as_category: str | Sequence[str]
) -> tuple[Classification, list[Item]]:
    """Make answers of reasons for a missing answer, where municipalities with a type gave them.

    Parameters
    ----------
    result : Classification
        Municipalities with their types.
    items : sequence of Item
        What is compared.
    missing_as_category : str or sequence of str
        Reasons, such as "don't know" or "weiß nicht".

    Returns
    -------
    result : Classification
        The same, its survey with further categories and items.
    items : list of Item
        What is compared, with an item for the reasons behind each that has such answers.

    Raises
    ------
    FitError
        If none of the answers is missing for one of the reasons.
    """
    given = [missing_as_category] if isinstance(missing_as_category, str) else missing_as_category
    if not isinstance(given, Sequence) or not all(isinstance(reason, str) for reason in given):
        raise FitError(f"missing_as_category: {given!r} given. Use a reason such as \"don't know\", or a list of them.")
    wanted = list(dict.fromkeys(words().one_name(reason) for reason in given))
    reasons = _reasons(result, items)
    for reason in wanted:
        if not any(reason in found for found in reasons.values()):
            raise FitError(_refusal(reason, items, reasons))
    chosen = {
        name: [reason for reason in wanted if reason in found]
        for name, found in reasons.items()
        if any(reason in found for reason in wanted)
    }
    survey, names = own_categories(result.survey, chosen)
    compared = dict.fromkeys(name for item in items for name in names.get(item.name, [item.name]))
    return replace(result, survey=survey), [survey.codebook[name] for name in compared]


def _reasons(result: Classification, items: Sequence[Item]) -> dict[str, dict[str, int]]:
    """Count the reasons for missing answers to each item among the municipalities that have a type."""
    survey, typed = result.survey, result.types.index[result.types.notna()]
    columns = [item.name for item in items if item.name in survey.reasons]
    counts = {name: survey.reasons[name].reindex(typed).value_counts() for name in columns}
    return {name: {str(reason): int(n) for reason, n in found.items() if n} for name, found in counts.items()}


def _refusal(reason: str, items: Sequence[Item], reasons: dict[str, dict[str, int]]) -> str:
    totals: dict[str, int] = {}
    for found in reasons.values():
        for known, count in found.items():
            totals[known] = totals.get(known, 0) + count
    where = f"missing_as_category: no answer to {first_of(item.name for item in items)} is missing as {reason!r}."
    if totals:
        kept = ", ".join(f"{known!r} ({count} times)" for known, count in totals.items())
        return f"{where} Reasons that the data hold: {kept}."
    return f"{where} The data hold no reasons at all: keep words such as 'weiß nicht', or their codes, in the cells."
