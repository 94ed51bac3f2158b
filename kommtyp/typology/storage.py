"""A typology as a JSON file that can be handed on."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kommtyp.codebook import Block, Codebook, Item
from kommtyp.definitions import Definitions, Finding, TypeDefinition
from kommtyp.errors import FitError, KommtypError
from kommtyp.imputation import Imputation
from kommtyp.labelling import Labelling
from kommtyp.scaling import Scaling

if TYPE_CHECKING:
    from kommtyp.typology.records import Typology

__all__ = ["FORMAT", "describe_typology", "read_typology", "write_typology"]

FORMAT = "kommtyp typology 1"


def describe_typology(typology: "Typology") -> dict[str, Any]:
    """Return a typology as plain values, with a checksum over them.

    Parameters
    ----------
    typology : Typology
        The typology.

    Returns
    -------
    dict
        Values that JSON knows.
    """
    labelling = typology.labelling
    content = {
        "definitions": asdict(typology.definitions),
        "codebook": asdict(typology.codebook),
        "goals": list(typology.goals),
        "centers": typology.centers.to_numpy().tolist(),
        "scaling": {
            "method": typology.scaling.method,
            "center": typology.scaling.center.tolist(),
            "spread": typology.scaling.spread.tolist(),
        },
        "imputation": asdict(typology.imputation) | {"goal_means": typology.imputation.goal_means.tolist()},
        "labelling": {name: _gaps_as_none(getattr(labelling, name)) for name in Labelling.__dataclass_fields__},
        "settings": asdict(typology.settings),
        "quality": asdict(typology.quality),
    }
    return {"format": FORMAT, "checksum": _checksum(content), **content}


def write_typology(typology: "Typology", path: str | Path) -> Path:
    """Write a typology to a JSON file.

    Parameters
    ----------
    typology : Typology
        The typology.
    path : str or Path
        File to write.

    Returns
    -------
    Path
        The file.
    """
    path = Path(path)
    text = json.dumps(describe_typology(typology), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read_typology(path: str | Path) -> dict[str, Any]:
    """Read the parts of a typology from a JSON file.

    Parameters
    ----------
    path : str or Path
        File that `write_typology` wrote.

    Returns
    -------
    dict
        The fields of a Typology; settings and quality as plain dicts.

    Raises
    ------
    FitError
        If the file is not a typology, or its content does not match its checksum.
    """
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FitError(f"{path}: cannot be read as JSON ({error}). Give a file that to_json wrote.") from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise FitError(f"{path}: not a typology of the form {FORMAT!r}. Give a file that to_json wrote.")
    content = {key: value for key, value in raw.items() if key not in ("format", "checksum")}
    if raw.get("checksum") != _checksum(content):
        raise FitError(
            f"{path}: the content does not match its checksum, so it was changed after it was written. "
            "Use the original file, or fit again."
        )
    try:
        return _rebuild(content)
    except (KeyError, TypeError, ValueError, KommtypError) as error:
        raise FitError(f"{path}: incomplete typology ({type(error).__name__}: {error}). Fit again.") from None


def _rebuild(content: Mapping[str, Any]) -> dict[str, Any]:
    definitions = dict(content["definitions"])
    definitions["types"] = tuple(TypeDefinition(**entry) for entry in definitions["types"])
    definitions["findings"] = tuple(Finding(**entry) for entry in definitions["findings"])
    codebook = dict(content["codebook"])
    codebook["items"] = tuple(Item(**entry) for entry in codebook["items"])
    codebook["blocks"] = tuple(Block(**entry) for entry in codebook["blocks"])
    codebook["keep"] = tuple((column, tuple(values)) for column, values in codebook["keep"])
    scaling, imputation, labelling = (content[name] for name in ("scaling", "imputation", "labelling"))
    goals = tuple(content["goals"])
    rebuilt = Definitions(**definitions)
    return {
        "definitions": rebuilt,
        "codebook": Codebook(**codebook),
        "goals": goals,
        "centers": pd.DataFrame(content["centers"], index=rebuilt.keys, columns=list(goals), dtype=float),
        "scaling": Scaling(scaling["method"], _floats(scaling["center"]), _floats(scaling["spread"])),
        "imputation": Imputation(**imputation | {"goal_means": _floats(imputation["goal_means"])}),
        "labelling": Labelling(
            z=_floats(labelling["z"]),
            scores=_floats(labelling["scores"]).reshape(len(rebuilt.types), -1),
            names=np.array(labelling["names"], dtype=np.intp),
            score=_floats(labelling["score"]),
            clarity=_floats(labelling["clarity"]),
            doubtful=np.array(labelling["doubtful"], dtype=bool),
        ),
        "settings": content["settings"],
        "quality": content["quality"],
    }


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _gaps_as_none(values: np.ndarray) -> Any:
    """Write NaN as null, since JSON has no other word for it."""
    return [_gaps_as_none(value) for value in values] if np.ndim(values) else _number_or_none(values)


def _number_or_none(value: Any) -> Any:
    plain = value.item()
    return None if isinstance(plain, float) and math.isnan(plain) else plain


def _floats(values: Any) -> np.ndarray:
    return np.array(values, dtype=float)
