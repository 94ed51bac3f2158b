"""The one door through which heavy and optional packages come."""

import importlib
from types import ModuleType
from typing import Any

from kommtyp.errors import MissingExtraError

__all__ = ["load"]


def load(name: str, *, extra: str | None = None) -> Any:
    """Import a package when it is needed, and name the extra if it is missing.

    Parameters
    ----------
    name : str
        Module to import, such as ``"scipy.stats"``.
    extra : str, optional
        The extra of kommtyp that installs it; None for core dependencies.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    MissingExtraError
        If the package is not installed.

    Examples
    --------
    >>> load("json").dumps([1])
    '[1]'
    >>> load("no_such_package", extra="spss")
    Traceback (most recent call last):
    kommtyp.errors.MissingExtraError: no_such_package: not installed. Run: pip install "kommtyp[spss]"
    """
    try:
        module: ModuleType = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        package = name.partition(".")[0]
        if missing.name is not None and missing.name.partition(".")[0] != package:
            raise
        wanted = f"kommtyp[{extra}]" if extra else package
        raise MissingExtraError(f'{package}: not installed. Run: pip install "{wanted}"') from missing
    return module
