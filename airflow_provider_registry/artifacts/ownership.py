"""Which registry an artifact root belongs to: marks that are written, then listed, and never locked.

A root keeps one mark per owner, `.model-registry/<registry id>`. To claim a root, a registry first announces it by a
claim of its own (`.model-registry/.claims/<registry id>/<random>`), then lists claims and after them marks; where
another registry shows, it takes its claim back and refuses. Of two that race, the later to announce sees the earlier,
so that at least one refuses: this needs no conditional put, which some stores do not do atomically, but only that a
list shows what was written before it. The mark is written before the claim is taken away, and claims are listed
before marks, so that a registry on its way from one to the other is seen in one of them.

A claim is separate from the mark so that an owner, who may claim from many processes at once, never takes its own
mark away because a stranger knocked.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from airflow_provider_registry.errors import InvalidInputError, RootOwnershipError

MARKS = ".model-registry"
CLAIMS = f"{MARKS}/.claims"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class MarkStore(Protocol):
    """Small named objects under a root. A list shows every write that was finished before it began."""

    def list_marks(self, folder: str) -> Iterable[str]:
        """The names of what lies below a folder, relative to it, at any depth."""
        ...

    def write_mark(self, path: str, data: bytes) -> None:
        """Write, or write over, one object."""
        ...

    def remove_mark(self, path: str) -> None:
        """Remove one object; what is not there is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Ownership:
    """The marks of one root.

    Attributes:
        root: the root's URI, for messages.
        marks: where the marks are kept.
    """

    root: str
    marks: MarkStore

    def owners(self) -> frozenset[str]:
        """The ids of the registries with a mark."""
        return frozenset(name for name in self.marks.list_marks(MARKS) if "/" not in name and _ID.fullmatch(name))

    def claim(self, registry_id: str) -> None:
        """Make the root this registry's own, without a write where it is already.

        Raises:
            RootOwnershipError: naming the registry that owns the root or is claiming it.
            InvalidInputError: where the id cannot be a file's name.
        """
        if not _ID.fullmatch(registry_id):
            raise InvalidInputError(f"{registry_id!r} is not a registry's id: 1 to 128 letters, digits, '.', '_', '-'.")
        owners = self.owners()
        self._refuse(owners - {registry_id})
        if registry_id not in owners:
            self._announce_and_mark(registry_id)

    def check_writable(self, registry_id: str) -> None:
        """Write a claim and take it back; killed in between, it leaves a small file that says so."""
        self.marks.remove_mark(self._announce(registry_id))

    def _announce(self, registry_id: str) -> str:
        claim = f"{CLAIMS}/{registry_id}/{secrets.token_hex(8)}"
        self.marks.write_mark(claim, _content(registry_id))
        return claim

    def _announce_and_mark(self, registry_id: str) -> None:
        claim = self._announce(registry_id)
        try:
            claiming = {name.partition("/")[0] for name in self.marks.list_marks(CLAIMS)}
            self._refuse(self.owners() - {registry_id})
            self._refuse(claiming - {registry_id}, "is being claimed by")
            self.marks.write_mark(f"{MARKS}/{registry_id}", _content(registry_id))
        finally:
            self.marks.remove_mark(claim)
        for name in self.marks.list_marks(f"{CLAIMS}/{registry_id}"):  # of processes killed while they claimed
            self.marks.remove_mark(f"{CLAIMS}/{registry_id}/{name}")

    def _refuse(self, others: Iterable[str], verb: str = "belongs to") -> None:
        for other in sorted(others):
            raise RootOwnershipError(
                f"The artifact root {self.root} {verb} another registry, {other!r}: two registries on one root would "
                "remove each other's artifacts. Choose another root or prefix. If that registry is no more, look "
                f"through {self.root} for what is still needed, then remove its marks under {self.root}/{MARKS}/.",
                owner=other,
            )


def _content(registry_id: str) -> bytes:
    """For people who look: the name alone is what counts."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"registry": registry_id, "host": socket.gethostname(), "at": now}).encode()
