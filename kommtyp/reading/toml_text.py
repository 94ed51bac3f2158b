"""A codebook as TOML that a person can go on writing."""

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from kommtyp.codebook import Block, Codebook, Item

__all__ = ["codebook_to_toml"]

HEAD = """\
# Codebook: what the columns of a survey mean. Look through every item; what kommtyp guessed may be wrong.
#
# role    goal       forms the types; all goals are on one scale
#         indicator  is compared between the types
#         context    says who answered: Land, size, free text
#         key        names the row; at most one item
#         weight     weighs the row; at most one item
# scale   rating, rank (1 = most important), choice (an option of a multi-select question),
#         binary, ordinal, nominal, number
# codes   [[1, "unwichtig"], [5, "sehr wichtig"]]: valid answers in their order; aliases: other spellings
# missing [[99, "no answer"]]: codes that stand for a missing answer
# missing_as_category ["don't know"]: reasons for a missing answer that are compared as an answer of their own
# reversed = true, where a low code means much, as in school marks
# blocks  questions with several items; max_picks: how many options were allowed; none_option: the option that says
#         that nothing applies, so that a row without any pick has skipped the question
"""
NO_GOALS = """
# No column could be recognised as a goal. Give the goals role = "goal" and scale = "rating", "rank" or "choice".
"""
HEAD_FIELDS = ("name", "title", "title_en", "version", "source")
BLOCK_DEFAULTS = {"name": None, "text": "", "text_en": "", "max_picks": None, "none_option": ""}
DEFAULTS = {field.name: field.default for field in fields(Item)}
UNCODED = {
    "ordinal": '# Label the answers: codes = [[0, "…"], [1, "…"]]',
    "rating": '# Label the ends: codes = [[1, "…"], [5, "…"]]',
}


def codebook_to_toml(codebook: Codebook) -> str:
    r"""Write a codebook as TOML, with comments that say how to go on.

    Parameters
    ----------
    codebook : Codebook
        The codebook, such as `draft_codebook` wrote it.

    Returns
    -------
    str
        TOML; `read_codebook` reads it back to an equal codebook.

    Examples
    --------
    >>> book = Codebook((Item("alter", "Wie alt sind Sie?", scale="number", low=0),), title="Umfrage")
    >>> print("\n".join(line for line in codebook_to_toml(book).splitlines() if line and line[0] != "#"))
    title = "Umfrage"
    [[items]]
    name = "alter"
    text = "Wie alt sind Sie?"
    role = "indicator"
    scale = "number"
    low = 0
    """
    head = [f"{key} = {_value(getattr(codebook, key))}" for key in HEAD_FIELDS if getattr(codebook, key)]
    parts = [HEAD, "\n".join(head)]
    if codebook.keep:
        lines = [f"{_value(column)} = {_value(values)}" for column, values in codebook.keep]
        parts.append("\n".join(["# Rows that belong to the survey", "[keep]", *lines]))
    if codebook.items and not codebook.goals:
        parts.append(NO_GOALS.strip())
    parts += ["\n".join(["[[blocks]]", *_lines(block, BLOCK_DEFAULTS)]) for block in codebook.blocks]
    parts += ["\n".join(["[[items]]", *_item_lines(item)]) for item in codebook.items]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def _item_lines(item: Item) -> list[str]:
    shown = DEFAULTS | {"role": None, "scale": None}
    ends = [code for code, _ in item.codes if isinstance(code, int | float)]
    ends = ends or ([0, 1] if item.scale in ("choice", "binary") else [])
    if ends:
        shown |= {"low": min(ends), "high": max(ends)}
    lines = _lines(item, shown)
    if not item.codes and item.scale in UNCODED:
        lines.append(UNCODED[item.scale])
    return lines


def _lines(record: Item | Block, defaults: dict[str, Any]) -> list[str]:
    return [
        f"{name} = {_value(getattr(record, name))}"
        for name, default in defaults.items()
        if name == "name" or getattr(record, name) != default
    ]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(float(value) if isinstance(value, float) else int(value))
    if isinstance(value, str):
        clean = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
    return _list(value)


def _list(values: Iterable[Any]) -> str:
    entries = [_value(entry) for entry in values]
    line = "[" + ", ".join(entries) + "]"
    return line if len(line) <= 100 or not entries else "[\n" + "".join(f"  {entry},\n" for entry in entries) + "]"
