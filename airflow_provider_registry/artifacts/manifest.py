"""The manifest: each file's path, size and sha256, and the folders that are empty. Its sha256 names the artifact."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from airflow_provider_registry.artifacts.paths import check_path, check_tree
from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import InvalidArtifactError
from airflow_provider_registry.messages import shown

FORMAT = 1

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class ManifestFile:
    """One file of an artifact.

    Attributes:
        path: relative to the artifact, with `/` between its parts.
        size: bytes.
        sha256: of the bytes, 64 lower-case hexadecimal digits.
    """

    path: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        check_path(self.path)
        size: object = self.size  # from_bytes gives whatever it found
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 2**63:
            raise InvalidArtifactError(f"{self.path!r} has the size {shown(size)}, not a number of bytes.", self.path)
        if not is_digest(self.sha256):
            raise InvalidArtifactError(f"{self.path!r} has the sha256 {shown(self.sha256)}, not 64 digits.", self.path)


@dataclass(frozen=True)
class Manifest:
    """What an artifact consists of. Equal trees have equal manifests, in whatever order they were made.

    Attributes:
        files: at least one, sorted by path when the manifest is made.
        folders: the folders with nothing in them, sorted.

    Raises:
        InvalidArtifactError: where there is no file, or a path is unsafe or clashes with another.
    """

    files: tuple[ManifestFile, ...]
    folders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.files:
            raise InvalidArtifactError("An artifact needs at least one file; this one has none.")
        object.__setattr__(self, "files", tuple(sorted(self.files)))
        object.__setattr__(self, "folders", tuple(sorted(check_path(folder) for folder in self.folders)))
        check_tree((file.path for file in self.files), self.folders)

    @cached_property
    def digest(self) -> str:
        """The sha256 of the canonical bytes, in hexadecimal: the artifact's name."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @cached_property
    def size(self) -> int:
        """Bytes in all files together."""
        return sum(file.size for file in self.files)

    @property
    def file_count(self) -> int:
        """The number of files; empty folders do not count."""
        return len(self.files)

    def to_bytes(self) -> bytes:
        """The canonical bytes (RFC 8785 JSON), the same for the same tree."""
        return self._bytes

    @cached_property
    def _bytes(self) -> bytes:
        files = [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in self.files]
        return canonical_json({"format": FORMAT, "files": files, "folders": list(self.folders)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a manifest, trusting nothing in it.

        Parameters:
            data: JSON as `to_bytes` writes it.

        Raises:
            InvalidArtifactError: where it is not a manifest of a known format, or names an unsafe path.
        """
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise InvalidArtifactError(f"This is not a manifest: {error}.") from error
        if not isinstance(value, Mapping) or value.get("format") != FORMAT:
            raise InvalidArtifactError(f"This is not a manifest of format {FORMAT}, the one that this release reads.")
        return cls(files=_read_files(value.get("files")), folders=_read_folders(value.get("folders")))


def is_digest(text: object) -> bool:
    """Whether the text is a sha256 in lower-case hexadecimal, as every digest here is written."""
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None


def _read_files(value: Any) -> tuple[ManifestFile, ...]:
    if not isinstance(value, list):
        raise InvalidArtifactError("The manifest has no list of files.")
    try:
        return tuple(ManifestFile(path=file["path"], size=file["size"], sha256=file["sha256"]) for file in value)
    except (KeyError, TypeError) as error:
        raise InvalidArtifactError("A file in the manifest lacks its path, size or sha256.") from error


def _read_folders(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidArtifactError("The manifest has no list of empty folders.")
    return tuple(check_path(folder) for folder in value)
