"""Files that are written where a caller says: whole or not at all, and never in the place of something else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import fspath
from pathlib import Path

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_text


def read_file_path(given: object, what: str) -> Path:
    """The file that a caller names.

    Parameters:
        what: is to be written, with its article.

    Raises:
        InvalidInputError: that is no path of a file.
    """
    try:
        path = Path(check_text("path", fspath(given)))  # type: ignore[call-overload]  # whatever else, it raises
    except TypeError:
        raise InvalidInputError(f"The path is {shown(given)}: give that of the file to write, {what}.") from None
    if not path.name:
        raise InvalidInputError(f"The path {shown(str(path))} is a folder: give that of the file to write, {what}.")
    return path


def refuse_other(path: Path, is_one: Callable[[Path], bool], what: str) -> None:
    """Take the place of an earlier file of the kind, and of nothing else: a path may be wrong, and what lay there is
    then gone.

    Parameters:
        is_one: whether a file is of the kind.
        what: the kind, in words.

    Raises:
        InvalidInputError: something else is there.
    """
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file() or not is_one(path)):
        raise InvalidInputError(f"What lies at {shown(str(path))} is no {what}: give the path of another file.")


@contextmanager
def finished(path: Path) -> Iterator[Path]:
    """A file to write, which comes to stand under its name once it is whole."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
