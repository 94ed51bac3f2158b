"""Codebooks from TOML files: the packaged ones, and those that say how they differ from another."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kommtyp.codebook.items import Block, Codebook, Item
from kommtyp.errors import CodebookError, check_choice, check_kind, first_of

__all__ = ["packaged_codebook", "read_codebook", "read_toml", "with_columns"]


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook from a TOML file, or a packaged one by its name.

    A file may say ``extends = "digitale-kommune"`` and then only has to say what differs, such as the
    headings of its columns. Lists of answers that many items share are written once under ``[answers.…]``.

    Parameters
    ----------
    path : str or Path
        Path of a ``.toml`` file, or ``"digitale-kommune"``.

    Returns
    -------
    Codebook
        The checked codebook.

    Raises
    ------
    CodebookError
        If the file is missing, not TOML, or contradicts itself.

    Examples
    --------
    >>> [item.name for item in read_codebook("digitale-kommune").goals][:3]
    ['recht', 'foerdermittel', 'effizienz']
    """
    return _build(_load(path), str(path))


@cache
def packaged_codebook() -> Codebook:
    """Return the codebook that comes with kommtyp, ``"digitale-kommune"``."""
    return read_codebook("digitale-kommune")


def read_toml(path: str | Path, folder: str) -> dict[str, Any]:
    """Read a TOML file from a path, or from a folder of the package's resources by its bare name.

    Parameters
    ----------
    path : str or Path
        Path of the file, or bare name of a packaged one.
    folder : str
        Folder inside the package's resources.

    Returns
    -------
    dict
        Content of the file.

    Raises
    ------
    CodebookError
        If there is no such file, or it is not TOML.
    """
    check_kind(folder, path, (str, Path), "the path of a TOML file, or the name of a packaged one")
    packaged = files("kommtyp") / "resources" / folder
    if isinstance(path, str) and re.fullmatch(r"[\w-]+", path):
        names = sorted(entry.name.removesuffix(".toml") for entry in packaged.iterdir())
        if path not in names:
            raise CodebookError(f"{path}: no packaged file of this name. Known: {first_of(names)}; or give a path.")
        text = (packaged / f"{path}.toml").read_text(encoding="utf-8")
    else:
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CodebookError(f"{path}: cannot be read ({error}). Give a TOML file in UTF-8.") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"{path}: not valid TOML: {error}. Text values need quotation marks.") from None


def _load(path: str | Path) -> dict[str, Any]:
    own = read_toml(path, "codebooks")
    base = own.pop("extends", None)
    if base is None:
        return own
    if isinstance(base, str) and base.endswith(".toml"):
        base = Path(path).parent / base
    merged = _load(base)
    merged["answers"] = {
        name: {**merged.get("answers", {}).get(name, {}), **own.get("answers", {}).get(name, {})}
        for name in {**merged.get("answers", {}), **own.get("answers", {})}
    }
    items = {entry.get("name"): entry for entry in merged.get("items", [])}
    for entry in own.get("items", []):
        items[entry.get("name")] = {**items.get(entry.get("name"), {}), **entry}
    blocks = {entry.get("name"): entry for entry in [*merged.get("blocks", []), *own.get("blocks", [])]}
    own |= {"answers": merged["answers"], "items": list(items.values()), "blocks": list(blocks.values())}
    return merged | own


def _build(raw: Mapping[str, Any], where: str) -> Codebook:
    allowed = {"title", "title_en", "version", "name", "source", "keep", "items", "blocks", "answers"}
    _refuse_unknown(where, raw, allowed)
    for key in ("answers", "keep"):
        if not isinstance(raw.get(key, {}), dict):
            raise CodebookError(f"{where}: {key!r} is {raw[key]!r}. Write [{key}] or [{key}.…] above its entries.")
    answers = raw.get("answers", {})
    known = {field.name for field in fields(Item)}
    items = []
    for entry in _tables(where, "items", raw.get("items", [])):
        shared = entry.get("answers")
        if shared is not None and not isinstance(answers.get(shared), dict):
            item = f"{where}, item {entry.get('name')!r}"
            raise CodebookError(f"{item}: answers {shared!r} are not described. Write [answers.{shared}].")
        merged = {**answers.get(shared, {}), **{key: value for key, value in entry.items() if key != "answers"}}
        _refuse_unknown(f"{where}, item {entry.get('name')!r}", merged, known)
        items.append(_make(where, Item, merged))
    if not items:
        raise CodebookError(f"{where}: no [[items]]. A codebook describes at least one column.")
    blocks = tuple(_make(where, Block, entry) for entry in _tables(where, "blocks", raw.get("blocks", [])))
    keep = tuple((column, tuple(_listed(values))) for column, values in raw.get("keep", {}).items())
    head = {key: str(raw[key]) for key in ("title", "title_en", "version", "name", "source") if key in raw}
    try:
        return Codebook(tuple(items), blocks=blocks, keep=keep, **head)
    except CodebookError as error:
        raise CodebookError(f"{where}: {error}") from None


def _tables(where: str, key: str, given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise CodebookError(f"{where}: {key!r} is not a list of tables. Write [[{key}]] above each.")
    return given


def _make(where: str, kind: type, entry: Mapping[str, Any]) -> Any:
    try:
        return kind(**entry)
    except TypeError as error:
        raise CodebookError(f"{where}: {dict(entry)!r}: {error}. Each needs at least a name.") from None
    except CodebookError as error:
        raise CodebookError(f"{where}: {error}") from None


def _refuse_unknown(where: str, given: Mapping[str, Any], allowed: Iterable[str]) -> None:
    for key in given:
        if key not in set(allowed):
            try:
                check_choice("field", key, sorted(allowed))
            except ValueError as error:
                raise CodebookError(f"{where}, {error}") from None


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def with_columns(codebook: Codebook, columns: Mapping[str, str]) -> Codebook:
    """Return the codebook with other headings for some of its items.

    Parameters
    ----------
    codebook : Codebook
        The codebook to start from.
    columns : mapping of str to str
        Heading in the file → name of the item.

    Returns
    -------
    Codebook
        A new codebook.

    Raises
    ------
    CodebookError
        If an item is not in the codebook.

    Examples
    --------
    >>> with_columns(packaged_codebook(), {"F1": "recht"})["recht"].heading
    'F1'
    """
    names = [item.name for item in codebook.items]
    unknown = [name for name in columns.values() if name not in names]
    if unknown:
        raise CodebookError(f"columns: {first_of(unknown)} not in the codebook. Known: {first_of(names, limit=99)}.")
    headings = {name: heading for heading, name in columns.items()}
    items = tuple(replace(item, column=headings.get(item.name, item.column)) for item in codebook.items)
    return replace(codebook, items=items)
