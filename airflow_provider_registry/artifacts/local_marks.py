"""Ownership marks as small files under a root's `.model-registry` folder."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_registry.artifacts.files import tree_of, write_atomically
from airflow_provider_registry.artifacts.local_errors import local_errors
from airflow_provider_registry.artifacts.ownership import MARKS


@dataclass(frozen=True, slots=True)
class LocalMarks:
    """The marks under one root: see `MarkStore`.

    Attributes:
        root: the folder that the marks' paths are relative to; made when first written to.
    """

    root: Path

    def list_marks(self, folder: str) -> Iterable[str]:
        """The names of the marks below a folder, relative to it."""
        top = self.root / folder
        with local_errors(str(top)):
            return [path.relative_to(top).as_posix() for path, _ in tree_of(top) if path.is_file()]

    def write_mark(self, path: str, data: bytes) -> None:
        """Write, or write over, one mark."""
        target = self.root / path
        with local_errors(str(target)):
            target.parent.mkdir(parents=True, exist_ok=True)
            # A killed write leaves this where a list takes it neither for a mark nor for a claim.
            write_atomically(target, data, self.root / MARKS / f".tmp-{secrets.token_hex(8)}")

    def remove_mark(self, path: str) -> None:
        """Remove one mark, if it is there."""
        with local_errors(str(self.root / path)):
            (self.root / path).unlink(missing_ok=True)
