"""The answers of a survey, clean and typed, with an account of what was done to them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from kommtyp.codebook import Codebook, Item

__all__ = ["Note", "Survey"]

NoteKind = Literal[
    "read", "guessed_scale", "heading", "key_repaired", "key_twice", "key_missing", "row_twice", "not_in_survey",
    "missing", "residual", "number_format", "not_whole", "reversed", "too_many_picks", "unused_column",
    "column_missing", "column_empty", "column_twice", "rows_empty", "preamble", "footer", "encoding",
    "filled", "constant_goal", "weight", "index", "goal_missing", "sheet",
]


@dataclass(frozen=True)
class Note:
    """Something that was repaired, read as missing, or left out, and how often.

    Parameters
    ----------
    kind : str
        Machine name of what happened; the reports have a German and an English sentence for each.
    where : str
        Column, goal or file it happened in.
    count : int
        How many answers or rows it touched.
    detail : str
        An example, or what was done.

    Examples
    --------
    >>> print(Note("missing", "recht", 3, "keine Angabe"))
    recht: missing, 3 times (keine Angabe)
    """

    kind: NoteKind
    where: str
    count: int = 1
    detail: str = ""

    def __str__(self) -> str:
        times = f", {self.count} times" if self.count > 1 else ""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.where}: {self.kind.replace('_', ' ')}{times}{detail}"


@dataclass(frozen=True, eq=False)
class Survey:
    """Answers with their codebook.

    Parameters
    ----------
    answers : DataFrame, shape (n, items)
        One row a municipality, indexed by its key; one column an item under its name. Ratings, ranks,
        choices, binary, ordinal and number items are float64 with NaN for missing; nominal and context
        text is str. Ratings are turned so that more is higher.
    codebook : Codebook
        What the columns mean. Every column of `answers` is an item of it.
    notes : tuple of Note
        What was repaired or read as missing.
    source : str
        File name, or a word for where the answers came from.
    fingerprint : str
        SHA-256 of the input, so that a report can be matched to its data.
    """

    answers: pd.DataFrame
    codebook: Codebook
    notes: tuple[Note, ...] = ()
    source: str = ""
    fingerprint: str = ""

    def __len__(self) -> int:
        return len(self.answers)

    def __repr__(self) -> str:
        title = self.codebook.title or self.source or "Survey"
        return f"<Survey {title!r}: {len(self)} rows, {len(self.goals.columns)} goals, {len(self.notes)} notes>"

    @property
    def goals(self) -> pd.DataFrame:
        """Answers to the goals that are in the data, shape (n, p)."""
        return self.answers[[item.name for item in self.codebook.goals if item.name in self.answers]]

    def items(self, *roles: str) -> list[Item]:
        """Items of these roles that the data hold."""
        return [item for item in self.codebook.items if item.role in roles and item.name in self.answers]

    def with_notes(self, notes: Iterable[Note]) -> "Survey":
        """Return the survey with further notes."""
        return replace(self, notes=(*self.notes, *notes))
