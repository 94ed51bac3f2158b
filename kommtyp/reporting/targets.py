"""Where a report is written to: refused in words, before anything is computed, where that cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from kommtyp.errors import FitError, check_kind

__all__ = ["check_target", "refusing"]


def check_target(option: str, path: object, *, folder: bool = False) -> None:
    """Refuse what is no path, and a folder where a file is to be written or the other way round.

    Parameters
    ----------
    option : str
        Name of the parameter, as the user sees it.
    path : object
        What the user gave.
    folder : bool
        Whether a folder is to be written to, not a file.

    Raises
    ------
    FitError
        If it cannot be written to.

    Examples
    --------
    >>> check_target("path", 5)
    Traceback (most recent call last):
    kommtyp.errors.FitError: path: int given. Use the path of a file to write.
    """
    wanted = f"the path of a {'folder' if folder else 'file'} to write{' to' if folder else ''}"
    check_kind(option, path, (str, PathLike), wanted)
    target = Path(path)  # type: ignore[arg-type]
    if folder and target.exists() and not target.is_dir():
        raise FitError(f"{option}: {str(path)!r} is a file. Use {wanted}.")
    if not folder and target.is_dir():
        raise FitError(f"{option}: {str(path)!r} is a folder. Use {wanted}, such as one in this folder.")


@contextmanager
def refusing(option: str, path: object) -> Iterator[None]:
    """Say in words what the system says where a file cannot be written.

    Parameters
    ----------
    option : str
        Name of the parameter, as the user sees it.
    path : object
        Where to.

    Raises
    ------
    FitError
        If the system refuses to write.

    Examples
    --------
    >>> with refusing("path", "/x/report.html"):
    ...     raise PermissionError(13, "Permission denied")
    Traceback (most recent call last):
    kommtyp.errors.FitError: path: '/x/report.html' cannot be written (Permission denied). Use a place that can be.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FitError(f"{option}: {str(path)!r} cannot be written ({reason}). Use a place that can be.") from error
