"""Write the packaged sample and the same 412 synthetic answers as people receive them.

Run ``python data/sample/make.py``; it writes ``kommtyp/resources/sample.csv`` and the files beside it.
Nothing in them is drawn here: all answers come from ``kommtyp.make_survey(412, random_state=0)``.
"""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import xlsxwriter

from kommtyp.codebook import Codebook, Item, packaged_codebook
from kommtyp.datasets import make_survey

FOLDER = Path(__file__).parent
PACKAGED = FOLDER.parents[1] / "kommtyp" / "resources" / "sample.csv"
NOTE = "SYNTHETISCH: Alle Antworten sind erfunden, keine Zeile gehört zu einer wirklichen Kommune."
NOTE_EN = "SYNTHETIC: all answers are invented, no row belongs to a real municipality."
FIRST_DAY = datetime(2019, 1, 7, 8, 0)
QUESTIONS = {  # LimeSurvey's codes of the questions; parts of a question are numbered SQ001, SQ002, …
    "ziele": "ZIELE", "schmerzpunkte": "SCHMERZ", "gelingensfaktoren": "FAKTOR", "ags": "AGS", "land": "LAND",
    "art": "ART", "einwohner": "EINWOHNER", "groessenklasse": "GK", "strategie": "STRAT",
    "ozg_umsetzung": "OZG1", "ozg_strategie": "OZG2", "fim_bekannt": "FIM1", "fim_nutzung": "FIM2",
    "prozessautomation": "AUTOM", "bots": "BOTS", "chatbot": "CHATBOT", "mobile_app": "APP",
    "open_data": "OPENDATA", "datennutzung": "DATEN", "qualifizierung": "QUALI",
    "mitarbeiterbeteiligung": "MITARB", "buergerbeteiligung": "BUERGER", "co_creation": "COCREA",
    "kooperation": "KOOP", "nachnutzung": "NACHNUTZ", "vorreiter": "VORREITER",
}


SYSTEM = {  # LimeSurvey's own columns
    "id": ("Nummer der Antwort", "Number of the response"),
    "submitdate": ("Abgeschickt am", "Submitted on"),
    "lastpage": ("Letzte Seite", "Last page"),
    "startlanguage": ("Sprache", "Language"),
}


def text_of(value: object) -> str:
    """A code as people write it: whole numbers without a point, nothing for a missing answer."""
    if pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def csv_text(rows: list[list[str]], **dialect: object) -> str:
    """Rows as the text of a CSV file."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n", **dialect).writerows(rows)
    return target.getvalue()


def tidy(answers: pd.DataFrame) -> str:
    """The packaged sample: standard column names, codes."""
    rows = [list(answers.columns), *([text_of(value) for value in row] for row in answers.itertuples(index=False))]
    return f"# {NOTE_EN} See kommtyp.make_survey.\n" + csv_text(rows).replace("\r\n", "\n")


def limesurvey_headings(codebook: Codebook) -> dict[str, str]:
    """LimeSurvey's heading of each item, such as ``ZIELE[SQ001]``."""
    headings, parts = {}, dict.fromkeys(QUESTIONS, 0)
    for item in codebook.items:
        if item.block:
            parts[item.block] += 1
            headings[item.name] = f"{QUESTIONS[item.block]}[SQ{parts[item.block]:03d}]"
        elif item.name in QUESTIONS:
            headings[item.name] = QUESTIONS[item.name]
    return headings


def limesurvey_code(item: Item, value: object) -> str:
    """LimeSurvey's answer code: Y or N, Y or nothing, A1, A2, … in the order of the answers, or the text itself."""
    if pd.isna(value) or not item.codes:
        return text_of(value)
    if item.scale == "choice":
        return "Y" if value == 1 else ""
    if item.scale == "binary":
        return "Y" if value == 1 else "N"
    return f"A{[code for code, _ in item.codes].index(value) + 1}"


def limesurvey(answers: pd.DataFrame) -> str:
    """LimeSurvey's export with question codes and answer codes."""
    items = [item for item in packaged_codebook().items if item.name in answers]
    headings = limesurvey_headings(packaged_codebook())
    rows = [[*SYSTEM, *(headings[item.name] for item in items)]]
    for number, row in enumerate(answers[[item.name for item in items]].itertuples(index=False), start=1):
        moment = FIRST_DAY + timedelta(hours=3 * number, minutes=17 * number % 60, seconds=23 * number % 60)
        codes = [limesurvey_code(item, value) for item, value in zip(items, row, strict=True)]
        rows.append([str(number), f"{moment:%Y-%m-%d %H:%M:%S}", "5", "de", *codes])
    return csv_text(rows, quoting=csv.QUOTE_ALL)


def limesurvey_codebook() -> str:
    """The codebook that goes with LimeSurvey's export: other headings, and its answer codes as aliases."""
    headings = limesurvey_headings(packaged_codebook())
    lines = [
        "# Codebook of limesurvey.csv: what differs from the packaged one is said here, and nothing else.",
        f"# {NOTE_EN}",
        "",
        'extends = "digitale-kommune"',
        'name = "beispiel-limesurvey"',
        'title = "Digitale Kommune (synthetische Daten)"',
        'title_en = "Digital municipality (synthetic data)"',
    ]
    for item in packaged_codebook().items:
        if item.name not in headings:
            continue
        lines += ["", "[[items]]", f'name = "{item.name}"', f'column = "{headings[item.name]}"']
        if item.codes and item.scale not in ("binary", "choice"):
            codes = [f'"{code}"' if isinstance(code, str) else str(code) for code, _ in item.codes]
            aliases = ", ".join(f'["A{number}", {code}]' for number, code in enumerate(codes, start=1))
            lines.append(f"aliases = [{aliases}]")
    for name, (text, text_en) in SYSTEM.items():
        lines += ["", "[[items]]", f'name = "{name}"', f'text = "{text}"', f'text_en = "{text_en}"', 'role = "context"']
    return "\n".join(lines) + "\n"


def german_cell(item: Item, value: object, unsaid: str) -> str:
    """An answer in words; numbers with a decimal comma."""
    if pd.isna(value):
        return unsaid
    if item.scale == "number":
        return f"{value:.1f}".replace(".", ",")
    return item.label(value) if item.codes else str(value)


def german(answers: pd.DataFrame) -> str:
    """A German spreadsheet's CSV: questions as headings, answers in words, semicolons, a line above the table."""
    items = [item for item in packaged_codebook().items if item.name in answers]
    rows = [[item.text for item in items]]
    for number, row in enumerate(answers[[item.name for item in items]].itertuples(index=False)):
        unsaid = {item.name: "keine Angabe" if item.missing and number % 3 == 0 else "" for item in items}
        rows.append([german_cell(item, value, unsaid[item.name]) for item, value in zip(items, row, strict=True)])
    return f"{NOTE}\r\n\r\n" + csv_text(rows, delimiter=";")


def excel(answers: pd.DataFrame, path: Path) -> None:
    """A workbook with two sheets, where the keys have become numbers and lost their leading zero."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": "kommtyp: Beispieldaten (synthetisch)", "comments": NOTE, "created": FIRST_DAY})
        bold = book.add_format({"bold": True})
        hints = book.add_worksheet("Hinweise")
        hints.set_column(0, 0, 100)
        hints.write_column(0, 0, [NOTE, NOTE_EN, "Die Antworten stehen auf dem Blatt „Antworten“."])
        sheet = book.add_worksheet("Antworten")
        sheet.write_row(0, 0, list(answers.columns), bold)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(answers.itertuples(index=False), start=1):
            for column, (name, value) in enumerate(zip(answers.columns, row, strict=True)):
                if not pd.isna(value):
                    sheet.write(number, column, int(value) if name == "ags" else value)


def main() -> None:
    """Write all files."""
    answers = make_survey(412, random_state=0)
    PACKAGED.write_text(tidy(answers), encoding="utf-8", newline="")
    (FOLDER / "limesurvey.csv").write_text(limesurvey(answers), encoding="utf-8", newline="")
    (FOLDER / "limesurvey.toml").write_text(limesurvey_codebook(), encoding="utf-8", newline="")
    (FOLDER / "deutsch.csv").write_text(german(answers), encoding="cp1252", newline="")
    excel(answers, FOLDER / "umfrage.xlsx")


if __name__ == "__main__":
    main()
