"""The commands and their options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import kommtyp
from kommtyp import lazy
from kommtyp.cli.output import OutputFolder, write_assignment, write_json
from kommtyp.cli.telling import WIDTH, compared, examine, progress, said, show
from kommtyp.errors import KommtypError, SurveyError, check_choice
from kommtyp.texts import phrase

__all__ = ["METHODS", "SCALINGS", "columns_and_goals", "main"]

# The words of two options, written out so that `--help` needs no statistics; a test compares them with the rooms.
SCALINGS = ("raw", "ipsative", "ipsative_z", "zscore", "minmax", "rank")
METHODS = ("kmeans", "ward", "average", "complete", "ward_kmeans", "kmedoids", "mixture", "lca")
NOT_ALWAYS_DRAWN = ("vergleich-*", "bereinigt", "unsicher", "aussagen", "stabilitaet", "typenzahl", "festlegungen")


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


def finish(
    result: "kommtyp.Classification",
    title: str,
    folder: OutputFolder,
    lang: str,
    *,
    quiet: bool,
    adjust_for: str | None,
    n_boot: int,
    **trust: Any,
) -> None:
    """Compare the types, see how far they can be trusted, write everything and print what was found."""
    say = progress(lang, quiet)
    say("comparing")
    evidence = compared(result, listed(adjust_for), n_boot) | examine(result, lang, quiet=quiet, **trust)
    stability = evidence.get("stability")
    reporting = lazy.load("kommtyp.reporting")
    material = reporting.collect(result, **evidence, lang=lang)
    say("writing", folder=folder.path)
    folder.save("typologie.json", result.typology.to_json)
    folder.save("zuordnung.csv", lambda path: write_assignment(result, path, lang, stability))
    folder.save("ergebnis.json", lambda path: write_json(material.summary, path))
    folder.save("tabellen.xlsx", lambda path: reporting.save_tables(material, path))
    for old in (path for name in NOT_ALWAYS_DRAWN for path in folder.path.glob(f"abbildungen/{name}.svg")):
        old.unlink()  # there may be fewer this time
    folder.save("abbildungen", lambda path: reporting.save_figures(material, path))
    folder.save("bericht.html", lambda path: reporting.save_report(material, path))
    show(result, title, lang)
    for sentence in said(evidence, material.summary, lang):
        click.echo(sentence)
    for name in ("bericht.html", "tabellen.xlsx", "abbildungen", "zuordnung.csv", "ergebnis.json", "typologie.json"):
        click.echo(f"  {phrase(lang, f'cli.file.{Path(name).stem}'):<{WIDTH}} {folder.path / name}")


def columns_and_goals(text: str | None) -> dict[str, str] | list[str] | None:
    """Read ``a,b`` as columns that are goals, and ``a=recht,b=effizienz`` as goals of the codebook in columns."""
    if text is None:
        return None
    parts = listed(text)
    pairs = {part.rpartition("=")[0].strip(): part.rpartition("=")[2].strip() for part in parts if "=" in part}
    if pairs and len(pairs) < len(parts):
        raise click.UsageError("--goals: some columns have a goal, some have none. Write a=recht,b=effizienz or a,b.")
    return pairs or parts


def listed(text: str | None) -> list[str]:
    """Read names that are separated by commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


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


def some(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """Refuse names that are asked for and not given."""
    if text is not None and not listed(text):
        raise click.BadParameter("no item given. Use names such as groessenklasse,land, or leave the option out.")
    return text


adjust_for_option = click.option(
    "--adjust-for",
    callback=some,
    metavar="ITEM,…",
    help="Also compare as if all types had the same make-up, by items such as groessenklasse,land.",
)
n_boot_option = click.option(
    "--n-boot",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    callback=lambda _, __, value: enough(value),
    help="New samples, such as 1000, in which the types are formed and compared again; 0 for none.",
)
choose_k_option = click.option(
    "--choose-k", is_flag=True, help="Also look into 2 to 8 types: which number do the data support?"
)
explore_choices_option = click.option(
    "--explore-choices", is_flag=True, help="Also form the types in other defensible ways: what of them remains?"
)


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
@adjust_for_option
@n_boot_option
@samples_option
@choose_k_option
@explore_choices_option
@out_option("kommtyp-demo")
@lang_option
@quiet_option
def demo(*, out: Path, lang: str, quiet: bool, **trust: Any) -> None:
    """Run the whole way on the packaged sample of 412 synthetic municipalities."""
    say = progress(lang, quiet)
    with OutputFolder(out) as folder:
        say("reading", source=phrase(lang, "cli.sample"))
        answers = kommtyp.load_sample()
        say("typing")
        result = kommtyp.fit(answers, progress=False if quiet else None)
        finish(result, phrase(lang, "cli.sample"), folder, lang, quiet=quiet, **trust)


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
@adjust_for_option
@n_boot_option
@samples_option
@choose_k_option
@explore_choices_option
@out_option("kommtyp-bericht")
@lang_option
@quiet_option
def report(
    *,
    file: Path,
    sheet: str | None,
    goals: str | None,
    seed: int,
    adjust_for: str | None,
    n_boot: int,
    samples: int,
    choose_k: bool,
    explore_choices: bool,
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
            shown = False if quiet else None
            result = kommtyp.fit(answers, goals=columns, random_state=seed, progress=shown, **options)
        except SurveyError as error:
            hint = f"For other columns or answers, write a codebook: kommtyp codebook {file}"
            raise click.ClickException(str(error) if options["codebook"] else f"{error}\n{hint}") from error
        finish(
            result,
            file.name,
            folder,
            lang,
            quiet=quiet,
            adjust_for=adjust_for,
            n_boot=n_boot,
            samples=samples,
            choose_k=choose_k,
            explore_choices=explore_choices,
        )


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
