"""The rules for paths inside an artifact, in one place: what can be stored and read back anywhere, unchanged.

A path is relative, its parts joined by `/`, and two paths of one artifact may not be told apart by case or
Unicode form alone: on a file system that ignores these, one file would overwrite the other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from airflow_provider_registry.errors import InvalidArtifactError
from airflow_provider_registry.messages import shown

# What ext4, XFS, APFS and NTFS have in common.
_PART_BYTES = 255


def check_path(path: object) -> str:
    """The path, if a file or an empty folder of an artifact may have it.

    Parameters:
        path: relative, with `/` between its parts.

    Raises:
        InvalidArtifactError: naming the path and the rule that it breaks.
    """
    if not isinstance(path, str) or not path:
        named = path if isinstance(path, str) else shown(path)
        raise InvalidArtifactError(f"The path {shown(path)} in an artifact is not a text, or is empty.", named)
    problem = _problem(path)
    if problem:
        raise InvalidArtifactError(f"The path {path!r} cannot be part of an artifact: {problem}.", path)
    return path


def check_tree(files: Iterable[str], folders: Iterable[str]) -> None:
    """Check that files and empty folders can lie beside each other in one tree.

    Parameters:
        files: paths of files, each already good by itself.
        folders: paths of empty folders, likewise.

    Raises:
        InvalidArtifactError: where two paths are the same, or differ only in case or Unicode form, or where one lies
            inside a file or inside a folder said to be empty.
    """
    leaves: dict[str, str] = {}
    parents: dict[str, str] = {}
    for path in [*files, *folders]:
        _add_leaf(path, leaves)
        _add_parents(path, parents)
    for folded, path in leaves.items():
        if folded in parents:
            raise InvalidArtifactError(
                f"{path!r} is a file or an empty folder, and {parents[folded]!r} would be a folder of the same name "
                "(regardless of case and Unicode form): rename one of them.",
                path,
            )


def _problem(path: str) -> str:
    """What is wrong with the path, in words; empty where nothing is."""
    if path.startswith("/"):
        return "it is absolute; paths are relative to the artifact"
    if "\\" in path:
        return "it has a backslash, which other systems read as a separator; rename the file"
    if any(unicodedata.category(character) == "Cs" for character in path):
        return "it is not valid UTF-8; rename the file"
    if any(unicodedata.category(character) == "Cc" for character in path):
        return "it has a control character; rename the file"
    for part in path.split("/"):
        if part in {"", ".", ".."}:
            return f"it has the part {part!r}, which would lead elsewhere"
        if len(part.encode()) > _PART_BYTES:
            return f"a part of it is longer than {_PART_BYTES} bytes; use a shorter name"
    return ""


def _add_leaf(path: str, leaves: dict[str, str]) -> None:
    folded = _fold(path)
    if folded in leaves:
        _refuse_clash(leaves[folded], path)
    leaves[folded] = path


def _add_parents(path: str, parents: dict[str, str]) -> None:
    end = path.rfind("/")
    while end > 0:
        parent = path[:end]
        other = parents.setdefault(_fold(parent), parent)
        if other != parent:
            _refuse_clash(other, parent)
        end = parent.rfind("/")


def _refuse_clash(one: str, other: str) -> None:
    raise InvalidArtifactError(
        f"{one!r} and {other!r} differ only in case or Unicode form (or not at all): some file systems would keep "
        "only one of them. Rename one.",
        other,
    )


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
