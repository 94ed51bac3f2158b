"""One error for all answers that a codebook does not allow."""

from collections.abc import Sequence
from typing import Any

from kommtyp.codebook import Item
from kommtyp.errors import SurveyError
from kommtyp.reading.decode import Offence

__all__ = ["refuse"]

LISTED = 5
CODES_LISTED = 6


def refuse(offences: Sequence[Offence], keys: Sequence[Any], source: str) -> None:
    """Raise one error that names the offending columns, the first five of them.

    Parameters
    ----------
    offences : sequence of Offence
        What fits nothing, over all columns.
    keys : sequence
        Keys of the rows, for the examples.
    source : str
        Where the answers came from.

    Raises
    ------
    SurveyError
        If there is an offence.

    Examples
    --------
    >>> item = Item("recht", role="goal", scale="rating", low=1, high=5)
    >>> refuse([Offence(item, (("99", 3, 0),), 1)], ["05315000"], "umfrage.csv")
    Traceback (most recent call last):
    kommtyp.errors.SurveyError: umfrage.csv: 1 column holds answers that the codebook does not allow.
    recht: 99 (3 times, first in row '05315000'), allowed is 1 to 5.
    If it means that there is no answer, declare it in a codebook: missing = [[99, "no answer"]].
    """
    if not offences:
        return
    held = "1 column holds" if len(offences) == 1 else f"{len(offences)} columns hold"
    lines = [_describe(offence, keys) for offence in offences[:LISTED]]
    if len(offences) > LISTED:
        lines.append(f"And {len(offences) - LISTED} more columns.")
    head = f"{source}: {held} answers that the codebook does not allow."
    raise SurveyError("\n".join([head, *lines, *_advice(offences)]))


def _describe(offence: Offence, keys: Sequence[Any]) -> str:
    named = ", ".join(_example(*example, keys) for example in offence.examples)
    rest = offence.distinct - len(offence.examples)
    more = f" and {rest} more" if rest > 0 else ""
    heading = f" (column {offence.item.heading!r})" if offence.item.heading != offence.item.name else ""
    allowed = "can be read in two ways" if offence.ambiguous else f"allowed is {_allowed(offence.item)}"
    return f"{offence.item.name}{heading}: {named}{more}, {allowed}."


def _example(value: str, count: int, place: int, keys: Sequence[Any]) -> str:
    times = f"{count} times, first" if count > 1 else "once,"
    return f"{value} ({times} in row {keys[place]!r})"


def _allowed(item: Item) -> str:
    codes = [f"{code} {label!r}" if label else f"{code}" for code, label in item.codes[:CODES_LISTED]]
    if codes:
        return ", ".join(codes) + (" and others" if len(item.codes) > CODES_LISTED else "")
    if item.scale in ("binary", "choice"):
        return "1 or 0, yes or no"
    if item.low is not None and item.high is not None:
        return f"{item.low:g} to {item.high:g}"
    if item.low is not None:
        return f"a number from {item.low:g}"
    return "a number" if item.high is None else f"a number up to {item.high:g}"


def _advice(offences: Sequence[Offence]) -> list[str]:
    advice = []
    values = [value for offence in offences for value, _, _ in offence.examples]
    texts = [value for value in values if value[:1] in "'\""]
    numbers = [value for value in values if value[:1] not in "'\"" and "inf" not in value]
    if any(offence.ambiguous for offence in offences):
        return ["Name the decimal mark of the file: decimal=',' reads 1.234 as 1234. In a frame, give numbers."]
    if len(texts) + len(numbers) < len(values):
        advice.append("Infinite numbers are no answers: leave the cell empty.")
    if numbers:
        declared = f'missing = [[{numbers[0]}, "no answer"]]'
        advice.append(f"If it means that there is no answer, declare it in a codebook: {declared}.")
    if texts:
        quoted = '"' + texts[0][1:-1].replace('"', "'") + '"'
        advice.append(
            f"If {texts[0]} is another spelling of an answer, add it to the codebook: aliases = [[{quoted}, 1]]; "
            f'if it means that there is no answer, declare it: missing = [[{quoted}, "no answer"]].'
        )
    return advice
