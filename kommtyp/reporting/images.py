"""The figures of the report as files of their own."""

from pathlib import Path
from typing import Any

import pandas as pd

from kommtyp.comparison import Comparison
from kommtyp.reporting.material import Material, collect
from kommtyp.reporting.targets import check_target, refusing
from kommtyp.selection import Selection
from kommtyp.sensitivity import Sensitivity
from kommtyp.stability import Stability
from kommtyp.texts import Language
from kommtyp.typology import Classification

__all__ = ["save_figures", "write_figures"]


def write_figures(
    result: Classification,
    folder: str | Path,
    *,
    comparison: Comparison | None = None,
    findings: pd.DataFrame | None = None,
    stability: Stability | None = None,
    selection: Selection | None = None,
    sensitivity: Sensitivity | None = None,
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
    comparison, findings, stability, selection, sensitivity, level, lang, min_cell
        As in `write_report`.

    Returns
    -------
    list of Path
        ``groessen.svg``, ``profil.svg``, ``vergleich-01.svg`` and so on, in the order of the report; then
        ``bereinigt.svg`` and ``unsicher.svg`` where the comparison is adjusted or has resamples, ``aussagen.svg``
        where there are findings, and ``stabilitaet.svg``, ``typenzahl.svg`` and ``festlegungen.svg`` where stability,
        selection and sensitivity are given.

    Examples
    --------
    >>> import tempfile, kommtyp
    >>> from kommtyp.reporting import write_figures
    >>> result = kommtyp.fit(kommtyp.load_sample(), n_init=20)
    >>> [path.name for path in write_figures(result, tempfile.mkdtemp())][:3]
    ['groessen.svg', 'profil.svg', 'vergleich-01.svg']
    """
    check_target("folder", folder, folder=True)
    evidence: dict[str, Any] = {"comparison": comparison, "findings": findings, "stability": stability}
    evidence |= {"selection": selection, "sensitivity": sensitivity}
    material = collect(result, **evidence, level=level, lang=lang, min_cell=min_cell)
    with refusing("folder", folder):
        return save_figures(material, folder)


def save_figures(material: Material, folder: str | Path) -> list[Path]:
    """Write the figures; see `write_figures`."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    return [picture.save(target) for picture in material.pictures]
