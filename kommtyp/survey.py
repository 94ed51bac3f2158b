"""The answers of a survey, clean and typed, with an account of what was done to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from kommtyp.codebook import Codebook, Item

__all__ = ["Note", "NoteKind", "Survey"]

NoteKind = Literal[
    # the file as a whole: where = file name
    "file_type",  # the content is not what the ending says; detail = what it is
    "encoding",  # read with another encoding than UTF-8; detail = which
    "sheet",  # one sheet of several was read; count = sheets in the workbook, detail = its name
    "preamble",  # count lines above the headings left out; detail = the first of them
    "footer",  # count lines below the table left out; detail = the first of them
    "header_rows",  # count rows of headings; detail = an example of what became of them
    "row_length",  # count rows shorter or longer than the headings; detail = an example
    # columns: where = file, or items or headings; several are named in one note
    "heading",  # an item was recognised under another heading; detail = the heading
    "column_twice",  # a heading occurs count times; where = the heading, detail = what the second is called
    "column_unnamed",  # count columns without a heading; where = file, detail = what they are called
    "column_empty",  # count columns without a single answer left out; where = file, detail = which
    "column_missing",  # count items of the codebook are not in the file; where = file, detail = which
    "goal_missing",  # count goals of the codebook are not in the file; where = file, detail = which
    "guessed_scale",  # count columns not in the codebook, read as their values suggest; where = which, detail = how
    "number_format",  # count numbers were written with comma, grouping or per cent; where = items, detail = an example
    "value_labels",  # count codes mean something else in the file than in the codebook; its labels decided
    # rows: where = column or file, count = rows
    "rows_empty",  # completely empty rows left out
    "not_in_survey",  # rows left out by the codebook's `keep`; detail = what was kept
    "index",  # keys come from the frame's index, joined from several levels; detail = an example
    "key_repaired",  # keys completed, such as a lost leading zero; detail = an example
    "key_missing",  # rows without a key; detail = how the first is called now
    "key_twice",  # rows whose key occurred before; detail = how the first is called now
    "row_twice",  # rows that repeat an earlier row, key and all; detail = the first key
    # answers: where = item or block; of columns not in the codebook several are named in one note
    "empty",  # count answers are not there; the cell is empty
    "missing",  # count answers are declared missing by codebook or file; detail = reason and code
    "residual",  # count answers are words for no answer; detail = reason and word
    "own_category",  # count answers are missing for a reason that is a category of its own; detail = reason and word
    "not_whole",  # count ratings lie between two codes, and are kept; detail = an example
    "not_in_codes",  # count texts are not in the codebook, and are kept as they are; detail = the first few
    "reversed",  # count answers were turned so that more is higher; detail = which code became which
    "unranked",  # count options were not ranked where others were: below the lowest rank
    "not_picked",  # count empty cells of a multi-select question read as not picked; where = block
    "nothing_picked",  # count rows picked no option; read as not picked; where = block
    "too_many_picks",  # count rows picked more options than allowed, and are kept; where = block, detail = an example
    "weight",  # count rows have the weight zero
    # what the hall adds
    "constant_goal",  # every municipality answered a goal alike
    "filled",  # count missing ratings were filled for clustering
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
        One row a municipality, indexed by its key as text, or by the frame's own index where no column
        holds keys; one column an item under its name. Ratings, ranks,
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
    reasons : DataFrame, shape (n, items with reasons)
        Why answers are missing, where the data say so: "don't know", "no answer", "not applicable",
        "not shown" or what codebook or file call it. Empty cells have no reason.
    """

    answers: pd.DataFrame
    codebook: Codebook
    notes: tuple[Note, ...] = ()
    source: str = ""
    fingerprint: str = ""
    reasons: pd.DataFrame = field(default_factory=pd.DataFrame)

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
