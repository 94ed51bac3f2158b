"""Reading in one call: a file or a frame and a codebook become a Survey."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kommtyp.codebook import Codebook, packaged_codebook
from kommtyp.errors import SurveyError
from kommtyp.reading.columns import match_columns
from kommtyp.reading.decode import decode
from kommtyp.reading.draft import with_roles
from kommtyp.reading.encode import draft_others, encode, sheet_of
from kommtyp.reading.files import read_table
from kommtyp.reading.goals import Goals, check_goals, set_goals
from kommtyp.reading.table import DecimalMark, Table, fingerprint_of
from kommtyp.survey import Survey

__all__ = ["draft_codebook", "read_survey", "to_survey"]


def read_survey(
    path: str | Path,
    *,
    codebook: Codebook | str | Path | None = None,
    sheet: str | int | None = None,
    delimiter: str | None = None,
    decimal: DecimalMark | None = None,
    encoding: str | None = None,
) -> Survey:
    r"""Read the answers of a survey from a file.

    What the file is, is seen from its content, not from its ending. Nothing is guessed for the file as a
    whole: every cell is text until the codebook says what its column means. What was repaired or read as
    missing is in the notes of the survey.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, XLSX, XLSM, XLS, ODS; Parquet with the extra "parquet"; SAV, ZSAV, POR, DTA and SAS7BDAT
        with the extra "spss".
    codebook : Codebook, str or Path, optional
        What the columns mean: a codebook, its TOML file, or the name of a packaged one; None takes the
        packaged ``"digitale-kommune"``. Columns that it does not describe are read as their values suggest.
    sheet : str or int, optional
        Name of the sheet or its position from 0; None takes the first that holds a table.
    delimiter : str, optional
        One character; None finds it.
    decimal : {",", "."}, optional
        Decimal mark of numbers such as ``1.234``; None finds it.
    encoding : str, optional
        Encoding of a text file; None finds it.

    Returns
    -------
    Survey
        Answers with codebook and notes.

    Raises
    ------
    SurveyError
        If the file cannot be read, or holds answers that the codebook does not allow.
    CodebookError
        If the codebook cannot be read.
    MissingExtraError
        If the file needs a package that is not installed.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "umfrage.csv"
    >>> _ = file.write_text("AGS;Effizienz;bots\n5315000;sehr wichtig;ja\n09162000;k. A.;nein\n")
    >>> survey = read_survey(file)
    >>> survey.answers[["effizienz", "bots"]].to_dict("index")
    {'05315000': {'effizienz': 5.0, 'bots': 1.0}, '09162000': {'effizienz': nan, 'bots': 0.0}}
    """
    table = read_table(path, sheet=sheet, delimiter=delimiter, decimal=decimal, encoding=encoding)
    return encode(table, codebook=codebook)


def to_survey(
    answers: pd.DataFrame | Survey | str | Path,
    *,
    codebook: Codebook | str | Path | None = None,
    goals: Goals | None = None,
) -> Survey:
    """Turn a frame or a file into a Survey; the frame itself is never changed.

    Parameters
    ----------
    answers : DataFrame, Survey, str or Path
        The answers. A Survey is returned as it is, apart from `goals`.
    codebook : Codebook, str or Path, optional
        What the columns mean; None takes the packaged ``"digitale-kommune"``.
    goals : mapping of str to str, or sequence of str, optional
        Column → goal of the codebook, for other headings. Or columns that are goals of their own: then
        their scale is the range of numbers seen, or known answers, and every other column is read as its
        values suggest; with a codebook or a Survey, the named items become the goals.

    Returns
    -------
    Survey
        Answers with codebook and notes.

    Raises
    ------
    SurveyError
        If the answers do not fit the codebook, or there are none.
    CodebookError
        If the codebook cannot be read, or the goals are not on one scale.

    Examples
    --------
    >>> frame = pd.DataFrame({"F1": ["5", "4,0", 3], "F2": [1, 2, 2], "Farbe": ["rot", "rot", "blau"]})
    >>> to_survey(frame, goals={"F1": "recht", "F2": "effizienz"}).goals["recht"].tolist()
    [5.0, 4.0, 3.0]
    >>> to_survey(frame, goals=["F1", "F2"]).codebook.goals[0].high
    5.0
    """
    named = None if goals is None else check_goals(goals)
    if isinstance(answers, Survey):
        if isinstance(named, Mapping):
            raise SurveyError("goals: a mapping, but the answers are a Survey already. Give the frame or the file.")
        return answers if named is None else replace(answers, codebook=set_goals(named, answers.codebook))
    return encode(_as_table(answers), codebook=codebook, goals=named)


def draft_codebook(answers: pd.DataFrame | str | Path) -> Codebook:
    """Write a first codebook for a frame or file that has none, by its headings and values.

    Columns that the packaged codebook knows keep its description. Of the others, scale and role are
    guessed from the values. Look it through before use: `codebook_to_toml` writes it with comments.

    Parameters
    ----------
    answers : DataFrame, str or Path
        The answers.

    Returns
    -------
    Codebook
        One item for every column that holds anything.

    Raises
    ------
    SurveyError
        If the file cannot be read, or holds nothing.

    Examples
    --------
    >>> book = draft_codebook(pd.DataFrame({"ags": ["01001000", "01002000"], "recht": [1, 5], "Dauer": [3.5, 12]}))
    >>> [(item.name, item.role, item.scale) for item in book.items]
    [('ags', 'key', 'nominal'), ('recht', 'goal', 'rating'), ('dauer', 'indicator', 'number')]
    """
    sheet = sheet_of(_as_table(answers))
    known = match_columns(sheet.headings, packaged_codebook(), sheet.table.source)
    places = {
        place: packaged_codebook()[name]
        for name, place in known.places.items()
        if packaged_codebook()[name].role in ("key", "weight")
        or decode(sheet.columns[place], packaged_codebook()[name], decimal=sheet.table.decimal).offence is None
    }
    others = [place for place in range(len(sheet.headings)) if place not in places]
    used = {item.block for item in places.values()}
    blocks = tuple(block for block in packaged_codebook().blocks if block.name in used)
    draft = draft_others(sheet, others, Codebook(tuple(places.values()), blocks=blocks))
    for place, item in places.items():
        column = "" if sheet.headings[place] == item.name else sheet.headings[place]
        draft.items[place] = replace(item, column=column)
    items = [draft.items[place] for place in sorted(draft.items)]
    if not any(item.role == "key" for item in items):
        by_name = {item.name: sheet.columns[place] for place, item in draft.items.items()}
        items = with_roles(items, by_name)
    if not items:
        raise SurveyError(f"{sheet.table.source}: no column holds anything. Give at least one row of answers.")
    title = "" if isinstance(answers, pd.DataFrame) else sheet.table.source
    return Codebook(tuple(items), title=title, blocks=(*blocks, *draft.blocks))


def _as_table(answers: pd.DataFrame | str | Path) -> Table:
    if isinstance(answers, str | Path):
        return read_table(answers)
    if isinstance(answers, pd.DataFrame):
        source = "synthetic DataFrame" if answers.attrs.get("synthetic") else "DataFrame"
        return Table(answers, source, fingerprint_of(answers))
    raise SurveyError(
        f"answers: {type(answers).__name__} given. Give a DataFrame, a Survey, or the path of a file; "
        "frames of other libraries by their .to_pandas()."
    )
