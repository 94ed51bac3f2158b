"""What the command looks into beyond the types, and what it prints."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import click

import kommtyp
from kommtyp import lazy
from kommtyp.errors import FitError
from kommtyp.texts import counted, display, integer, number, percent, phrase

__all__ = ["WIDTH", "compared", "examine", "progress", "said", "show"]

Say = Callable[..., None]

WIDTH = 28  # of the first column of what is printed


def compared(result: "kommtyp.Classification", adjust_for: list[str], n_boot: int) -> dict[str, Any]:
    """Compare the types adjusted, or with the doubt about them, where that is asked for; else the report does it."""
    if not adjust_for and not n_boot:
        return {}
    seed = result.typology.settings.random_state
    found = kommtyp.compare(result, adjust_for=adjust_for or None, n_boot=n_boot, random_state=seed)
    return {"comparison": found} if found.indicators else {}


def examine(
    result: "kommtyp.Classification", lang: str, *, quiet: bool, samples: int, choose_k: bool, explore_choices: bool
) -> dict[str, Any]:
    """See how far the types can be trusted; what a survey is too small for is said, and left out."""
    say = progress(lang, quiet)
    options: dict[str, Any] = {"random_state": result.typology.settings.random_state}
    options["progress"] = False if quiet else None
    found: dict[str, Any] = {}
    for name, wanted, doing, without, look in (
        ("stability", samples, "drawing", "not_drawn", partial(kommtyp.assess_stability, n_boot=samples)),
        ("selection", choose_k, "choosing", "not_chosen", kommtyp.choose_k),
        ("sensitivity", explore_choices, "exploring", "not_explored", kommtyp.explore_choices),
    ):
        if wanted:
            say(doing, n=integer(samples, lang))
            try:
                found[name] = look(result, **options)
            except FitError as error:
                click.echo(f"{phrase(lang, f'cli.{without}')} {error}", err=True)
    return found


def said(evidence: dict[str, Any], summary: dict[str, Any], lang: str) -> Iterator[str]:
    """Say in a sentence or two what each examination found."""
    if "stability" in evidence:
        yield lazy.load("kommtyp.reporting.sureness").verdict(summary, lang)[1]
    if "selection" in evidence:
        yield summary["selection"]["sentence"]
    if "sensitivity" in evidence:
        found = summary["sensitivity"]
        ari = {name: number(value, lang, 2) for name, value in (found["ari"] or {}).items()}
        done = len(found["specifications"]) - 1
        yield counted(lang, f"cli.{'explored' if ari else 'none_explored'}", done, **ari)


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
