"""Bytes that were digested while they were copied to where they will be stored: one pass instead of two."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.source import LocalSource


@dataclass(frozen=True)
class StagedSource:
    """A source that a store has looked through for `put`, and perhaps copied already. It is a `Source`.

    The copy helps the first `put` and no other: that one moves it to its place. Whatever becomes of it, a `put` can
    read the source itself.

    Attributes:
        source: what was digested.
        manifest: what the bytes were, and in the copy are.
        folder: made for the copy, on the store's own disk; None where there is no copy.
    """

    source: LocalSource
    manifest: Manifest
    folder: Path | None = None

    @property
    def tree(self) -> Path | None:
        """The copy: the artifact's files under their own names, not yet known to be on the disk."""
        return tree_in(self.folder) if self.folder else None

    def chunks(self, path: str) -> Iterator[bytes]:
        """The file's bytes in order, from the source."""
        return self.source.chunks(path)

    def locate(self, path: str) -> str:
        """Where the file lies in the source."""
        return self.source.locate(path)

    def close(self) -> None:
        """Remove what is left of the copy."""
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def tree_in(folder: Path) -> Path:
    """Where in its folder a copy is."""
    return folder / "new"
