"""Taking an artifact out of its place on a disk: by renames alone, so that nobody ever sees half of it there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

from airflow_provider_registry.artifacts.files import sync


def take_out(paths: Iterable[Path], leftovers: Callable[[], Iterable[Path]], trash: Path) -> None:
    """Rename an artifact, and what killed writes left beside it, into a folder where nobody looks for it.

    What is not there is no error, so that this can be done again.

    Leftovers are renamed too, not emptied where they are: a writer that stood still and goes on finds its folder
    gone, and cannot bring half of it under the final name. They are listed here and not earlier, since a folder that
    somebody makes later is not left over.

    Parameters:
        paths: in this order, each on the disk before the next: the manifest first.
        leftovers: lists them.
        trash: a folder on the same file system; made here.
    """
    trash.mkdir(exist_ok=True)
    for path in paths:
        if _move(path, trash / path.name):
            sync(path.parent)
    for path in leftovers():
        if path != trash:
            _move(path, trash / path.name)


def put_back(paths: Iterable[Path], trash: Path) -> None:
    """Undo `take_out`, as far as nobody has put anything in the place meanwhile; what stays goes with the next sweep.

    Parameters:
        paths: what was taken out, in this order: the manifest last.
        trash: where it is.
    """
    for path in paths:
        if not path.exists():
            # Somebody may still be faster; a tree is then in the way, and a manifest of one digest is like another.
            with contextlib.suppress(OSError):
                (trash / path.name).rename(path)
    with contextlib.suppress(OSError):
        trash.rmdir()


def _move(path: Path, target: Path) -> bool:
    try:
        path.rename(target)
    except FileNotFoundError:  # it is not there, or another removal was faster
        return False
    return True
