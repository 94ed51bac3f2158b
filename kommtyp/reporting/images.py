"""The figures of the report as files of their own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from kommtyp.comparison import Comparison
from kommtyp.plotting import draw_comparison, draw_profile, draw_sizes
from kommtyp.reporting.figures import svg_file
from kommtyp.reporting.summary import gather, summary_of
from kommtyp.reporting.views import groups
from kommtyp.texts import Language
from kommtyp.typology import Classification

__all__ = ["write_figures"]


def write_figures(
    result: Classification,
    folder: str | Path,
    *,
    comparison: Comparison | None = None,
    findings: pd.DataFrame | None = None,
    level: float = 0.95,
    lang: Language = "de",
    min_cell: int = 5,
) -> list[Path]:
    """Write the figures of the report as SVG files, for own texts.

    As in the report, no number that stands for fewer than `min_cell` municipalities can be read from them,
    and the same input gives the same bytes.

    Parameters
    ----------
    result : Classification
        What `fit` or `Typology.classify` returned.
    folder : str or Path
        Folder to write to; it is made where it is missing.
    comparison, findings, level, lang, min_cell
        As in `write_report`.

    Returns
    -------
    list of Path
        ``profil.svg``, ``groessen.svg``, and ``vergleich-01.svg`` and so on, in the order of the report.

    Examples
    --------
    >>> import tempfile, kommtyp
    >>> from kommtyp.reporting import write_figures
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> [path.name for path in write_figures(result, tempfile.mkdtemp())][:3]
    ['profil.svg', 'groessen.svg', 'vergleich-01.svg']
    """
    evidence = gather(result, comparison, findings=findings, level=level, lang=lang, min_cell=min_cell)
    summary = summary_of(result, evidence, level=level, lang=lang, min_cell=min_cell)
    tables, definitions, codebook = evidence[2], result.typology.definitions, result.survey.codebook
    words = {"lang": lang, "level": summary["level"]}
    drawings: dict[str, Callable[..., Axes]] = {
        "profil": partial(draw_profile, tables.profile, definitions, codebook, **words),
        "groessen": partial(draw_sizes, tables.sizes, definitions, lang=lang),
    }
    estimates = tables.estimates
    drawn = set(estimates.loc[estimates["estimate"].notna(), "indicator"]) if summary["compared"] else set()
    parts = [[item["indicator"] for item in part] for _, parts in groups(summary, lang) for part in parts]
    shown = [[name for name in part if name in drawn] for part in parts]
    for place, names in enumerate(filter(None, shown), start=1):
        draw = partial(draw_comparison, tables.estimates, definitions, codebook, names, **words)
        drawings[f"vergleich-{place:02d}"] = draw
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    return [svg_file(draw, target / f"{name}.svg") for name, draw in drawings.items()]
