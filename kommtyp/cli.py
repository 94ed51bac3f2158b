"""The command line: one command from a survey file to a report."""

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import kommtyp
from kommtyp import lazy
from kommtyp.errors import FitError, KommtypError, SurveyError, check_choice
from kommtyp.texts import counted, display, integer, percent, phrase, texts

__all__ = ["main"]

Say = Callable[..., None]

# The words of two options, written out so that `--help` needs no statistics; a test compares them with the rooms.
SCALINGS = ("raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank")
METHODS = ("kmeans", "ward", "average", "complete", "ward_kmeans", "kmedoids", "mixture", "lca")
WIDTH = 28  # of the first column of what is printed


class Commands(click.Group):
    """Commands that end with one clean message where the data do not allow to go on."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and show an error of the data without a traceback."""
        try:
            return super().invoke(ctx)
        except KommtypError as error:
            raise click.ClickException(str(error)) from error


class Word(click.Choice):
    """One of a few words; for another one, the nearest is named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word, or fail with the usage."""
        try:
            return check_choice("word", value, [str(choice) for choice in self.choices])
        except KommtypError as error:
            self.fail(str(error).removeprefix("word: "), param, ctx)


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


def finish(
    result: "kommtyp.Classification", title: str, folder: OutputFolder, lang: str, *, samples: int, quiet: bool
) -> None:
    """Compare the types, see how far they can be trusted, write everything and print what was found."""
    say = progress(lang, quiet)
    stability = assess(result, samples, lang, quiet) if samples else None
    say("comparing")
    reporting = lazy.load("kommtyp.reporting")
    material = reporting.collect(result, stability=stability, lang=lang)
    say("writing", folder=folder.path)
    folder.save("typologie.json", result.typology.to_json)
    folder.save("zuordnung.csv", lambda path: write_assignment(result, path, lang, stability))
    folder.save("ergebnis.json", lambda path: write_json(material.summary, path))
    folder.save("tabellen.xlsx", lambda path: reporting.save_tables(material, path))
    for old in [*folder.path.glob("abbildungen/vergleich-*.svg"), folder.path / "abbildungen" / "stabilitaet.svg"]:
        old.unlink(missing_ok=True)  # there may be fewer this time
    folder.save("abbildungen", lambda path: reporting.save_figures(material, path))
    folder.save("bericht.html", lambda path: reporting.save_report(material, path))
    show(result, title, lang)
    if stability is not None:
        click.echo(lazy.load("kommtyp.reporting.sureness").verdict(material.summary, lang)[1])
    for name in ("bericht.html", "tabellen.xlsx", "abbildungen", "zuordnung.csv", "ergebnis.json", "typologie.json"):
        click.echo(f"  {phrase(lang, f'cli.file.{Path(name).stem}'):<{WIDTH}} {folder.path / name}")


def assess(result: "kommtyp.Classification", samples: int, lang: str, quiet: bool) -> "kommtyp.Stability | None":
    """Draw the survey again; where it is too small for that, say so and go on without."""
    progress(lang, quiet)("drawing", n=integer(samples, lang))
    seed = result.typology.settings.random_state
    try:
        return kommtyp.assess_stability(result, n_boot=samples, random_state=seed, progress=False if quiet else None)
    except FitError as error:
        click.echo(f"{phrase(lang, 'cli.not_drawn')} {error}", err=True)
        return None


def show(result: "kommtyp.Classification", title: str, lang: str) -> None:
    """Print the types with their sizes, and what is weak about them."""
    typology = result.typology
    labels = [definition.title(lang) for definition in typology.definitions.types]
    width = max(WIDTH, *map(len, labels))
    click.echo(f"{title}: {counted(lang, 'units.municipality', len(result.survey))}")
    for label, row in zip(labels, result.sizes.to_dict("records"), strict=True):
        doubt = f"  ({phrase(lang, 'cli.doubtful')})" if row["type"] in typology.doubtful else ""
        click.echo(f"  {label:<{width}} {integer(row['n'], lang):>7} {percent(row['share'], lang):>8}{doubt}")
    if result.excluded:
        click.echo(f"  {phrase(lang, 'cli.unassigned'):<{width}} {integer(len(result.excluded), lang):>7}")
        for reason, n in Counter(result.excluded.values()).items():
            click.echo(f"    {display('reason', reason, lang)}: {integer(n, lang)}")
    if typology.quality.starts > 1 and typology.quality.hits == 1:
        click.echo(phrase(lang, "cli.single_hit", starts=integer(typology.quality.starts, lang)))
    if result.survey.notes:
        click.echo(counted(lang, "cli.notes", len(result.survey.notes)))


def progress(lang: str, quiet: bool) -> Say:
    """Return a function that says on stderr what is being done."""

    def say(key: str, **values: object) -> None:
        if not quiet:
            click.echo(phrase(lang, f"cli.{key}", **values), err=True)

    return say


def columns_and_goals(text: str | None) -> dict[str, str] | list[str] | None:
    """Read ``a,b`` as columns that are goals, and ``a=recht,b=effizienz`` as goals of the codebook in columns."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    pairs = {part.rpartition("=")[0].strip(): part.rpartition("=")[2].strip() for part in parts if "=" in part}
    if pairs and len(pairs) < len(parts):
        raise click.UsageError("--goals: some columns have a goal, some have none. Write a=recht,b=effizienz or a,b.")
    return pairs or parts


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PATH = click.Path(path_type=Path)
SHARE = click.FloatRange(0, 1, min_open=True)
lang_option = click.option(
    "--lang", type=Word(["de", "en"]), default="de", show_default=True, help="Language of the results."
)
quiet_option = click.option("--quiet", is_flag=True, help="Print no progress.")
codebook_option = click.option(
    "--codebook", metavar="TOML", help="What the columns mean: a file, or the name of a packaged codebook."
)
sheet_option = click.option("--sheet", metavar="NAME", help="Sheet of a workbook; its first table where not given.")


samples_option = click.option(
    "--stability",
    "samples",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    callback=lambda _, __, value: enough(value),
    help="New samples to draw, to see which types come back; 0 for none.",
)


def enough(samples: int) -> int:
    """Refuse a single sample, which agrees with nothing."""
    if samples == 1:
        raise click.BadParameter("1 sample is too few. Use at least 2, or 0 for none.")
    return samples


def out_option(default: str) -> Callable[[Any], Any]:
    """Return the option that names the folder of the results."""
    words = "Folder to write; files from before are replaced."
    return click.option("--out", default=default, show_default=True, type=PATH, help=words)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kommtyp.__version__, prog_name="kommtyp", message="%(prog)s %(version)s")
def main() -> None:
    """From a survey of municipalities to named types, their comparison and a report.

    All is computed on this computer; no answer leaves it.
    """


@main.command(short_help="Run it all on a synthetic sample.")
@samples_option
@out_option("kommtyp-demo")
@lang_option
@quiet_option
def demo(samples: int, out: Path, lang: str, quiet: bool) -> None:
    """Run the whole way on the packaged sample of 412 synthetic municipalities."""
    say = progress(lang, quiet)
    with OutputFolder(out) as folder:
        say("reading", source=phrase(lang, "cli.sample"))
        answers = kommtyp.load_sample()
        say("typing")
        finish(kommtyp.fit(answers), phrase(lang, "cli.sample"), folder, lang, samples=samples, quiet=quiet)


@main.command(short_help="From a survey file to a report.")
@click.argument("file", type=FILE)
@codebook_option
@sheet_option
@click.option("--types", metavar="TOML", help="Types to name the clusters by: a file, a packaged name, or 'unnamed'.")
@click.option(
    "--goals",
    metavar="COLUMN[=GOAL],…",
    help="Columns that are goals of their own, or what goal of the codebook each of them is.",
)
@click.option("--scaling", type=Word(SCALINGS), default="ipsative", show_default=True, help="How ratings are compared.")
@click.option("--method", type=Word(METHODS), default="kmeans", show_default=True, help="How clusters are formed.")
@click.option("--n-types", type=click.IntRange(2), help="Number of types; as many as are defined where not given.")
@click.option("--weights", metavar="COLUMN", help="Column with weights.")
@click.option("--min-answered", type=SHARE, default=0.75, show_default=True, help="Share of goals rated to take part.")
@click.option("--n-init", type=click.IntRange(1), default=500, show_default=True, help="Random starts.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random starts.")
@samples_option
@out_option("kommtyp-bericht")
@lang_option
@quiet_option
def report(
    *,
    file: Path,
    sheet: str | None,
    goals: str | None,
    seed: int,
    samples: int,
    out: Path,
    lang: str,
    quiet: bool,
    **options: Any,
) -> None:
    """Form types from a survey FILE, compare them and write a report.

    FILE is a CSV, XLSX, XLS or ODS file; Parquet and SPSS files need an extra.
    """
    columns = columns_and_goals(goals)
    if sheet and isinstance(columns, dict):
        raise click.UsageError("--goals a=recht,… does not go with --sheet. Write a codebook: kommtyp codebook FILE.")
    say = progress(lang, quiet)
    with OutputFolder(out) as folder:
        say("reading", source=file.name)
        answers = kommtyp.read_survey(file, codebook=options["codebook"], sheet=sheet) if sheet else file
        say("typing")
        try:
            result = kommtyp.fit(answers, goals=columns, random_state=seed, **options)
        except SurveyError as error:
            hint = f"For other columns or answers, write a codebook: kommtyp codebook {file}"
            raise click.ClickException(str(error) if options["codebook"] else f"{error}\n{hint}") from error
        finish(result, file.name, folder, lang, samples=samples, quiet=quiet)


@main.command(short_help="Write a first codebook for a file.")
@click.argument("file", type=FILE)
@click.option("--out", type=PATH, help="File to write; FILE with the ending .toml where not given.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def codebook(file: Path, out: Path | None, force: bool) -> None:
    """Write a first codebook for a survey FILE, with comments on what to check."""
    target = out or file.with_suffix(".toml")
    if target.exists() and not force:
        raise click.UsageError(f"{target}: is there already and may hold your work. Give another --out, or --force.")
    with OutputFolder(target.parent) as folder:
        written = lazy.load("kommtyp.reading").codebook_to_toml(kommtyp.draft_codebook(file))
        folder.save(target.name, lambda path: path.write_text(written, encoding="utf-8"))
    click.echo(f'{target}: written. Check it, then run: kommtyp report "{file}" --codebook "{target}"')


@main.command(short_help="Find known types in another file.")
@click.argument("typology", type=FILE)
@click.argument("file", type=FILE)
@codebook_option
@sheet_option
@click.option("--out", default="zuordnung.csv", show_default=True, type=PATH, help="File to write.")
@lang_option
def classify(*, typology: Path, file: Path, codebook: str | None, sheet: str | None, out: Path, lang: str) -> None:
    """Give each municipality of FILE its type of TYPOLOGY, the typologie.json of an earlier analysis."""
    with OutputFolder(out.parent) as folder:
        types = kommtyp.Typology.from_json(typology)
        result = types.classify(kommtyp.read_survey(file, codebook=codebook or types.codebook, sheet=sheet))
        show(result, file.name, lang)
        folder.save(out.name, lambda path: write_assignment(result, path, lang))
    click.echo(f"{phrase(lang, 'cli.file.zuordnung')}: {out}")
