"""What the command writes, and where it goes."""

import csv
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import kommtyp
from kommtyp.texts import display, texts

__all__ = ["OutputFolder", "write_assignment", "write_json"]


class OutputFolder:
    """Where results go. What cannot be written there goes to a new folder, so that nothing computed is lost.

    Parameters
    ----------
    path : Path
        The folder; it is made where it is missing, and tried out at once, before anything is computed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.elsewhere: list[Path] = []
        self._fallback: Path | None = None
        self._is_new = not path.exists()
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                pass
        except OSError as error:
            message = f"{path}: no folder that can be written ({error.strerror}). Give another one with --out."
            raise click.ClickException(message) from error

    def save(self, name: str, write: Callable[[Path], object]) -> None:
        """Write one file, in the folder of last resort if need be.

        Parameters
        ----------
        name : str
            Name of the file inside the folder.
        write : callable
            Writes the result to the path it is given.
        """
        try:
            self._write(self.path / name, write)
        except OSError as error:
            self._fallback = self._fallback or Path(tempfile.mkdtemp(prefix="kommtyp-"))
            rescued = self._fallback / name
            self._write(rescued, write)
            self.elsewhere.append(rescued)
            reason = error.strerror or error
            click.echo(f"{self.path / name}: cannot be written ({reason}). Written to {rescued}.", err=True)

    @staticmethod
    def _write(path: Path, write: Callable[[Path], object]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path)

    def __enter__(self) -> "OutputFolder":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            if self._is_new and not any(self.path.iterdir()):
                self.path.rmdir()
        elif self.elsewhere:
            raise click.ClickException(
                f"{self.path}: {len(self.elsewhere)} files could not be written there and are now in {self._fallback}. "
                "Close them where they are open in another program, or give another folder with --out."
            )


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write a mapping as JSON that people can read, too."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def write_assignment(
    result: "kommtyp.Classification", path: Path, lang: str, stability: "kommtyp.Stability | None" = None
) -> None:
    """Write one row for each municipality, as a spreadsheet opens it by double click.

    German Excel takes a semicolon and a decimal comma, English Excel a comma and a decimal point, and both know
    UTF-8 by its byte order mark. A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    words = texts(lang).cli.assignment
    labels = {definition.key: definition.title(lang) for definition in result.typology.definitions.types}
    heading = [result.types.index.name or words.key, words.type, words.label, words.margin]
    heading += [words.certainty, words.second] if stability is not None else []
    heading += [f"{words.distance}_{key}" for key in labels] + [words.note]

    def number(x: float) -> str:
        return "" if x != x else f"{x:.4f}".replace(".", "," if lang == "de" else ".")  # noqa: PLR0124

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter=";" if lang == "de" else ",")
        rows.writerow([harmless(cell) for cell in heading])
        for place, (key, kind, margin, distances) in enumerate(
            zip(result.types.index, result.types, result.margin, result.distances.to_numpy(), strict=True)
        ):
            reason = result.excluded.get(key, "")
            known = isinstance(kind, str)
            named = [key, kind if known else "", labels[kind] if known else ""]
            sure = []
            if stability is not None:
                certainty, second = stability.membership[["certainty", "second"]].iloc[place]
                sure = [number(certainty), harmless(second) if isinstance(second, str) else ""]
            note = reason and display("reason", reason, lang)
            rows.writerow([*map(harmless, named), number(margin), *sure, *map(number, distances), note])


def harmless(text: object) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if str(text).startswith(("=", "+", "-", "@", "\t", "\r")) else str(text)
