"""Bytes are read before the lock, but only the lock tells which: ask, read, ask again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import BusyAliasError, StorageUnavailableError
from airflow_provider_registry.registry.aliases.state import AliasState
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.policies.policy import INTEGRITY_MAX_AGE
from airflow_provider_registry.registry.storage.checks import check_bytes, checked_at
from airflow_provider_registry.registry.versions.queries import select_versions
from airflow_provider_registry.registry.versions.tables import VersionRow

T = TypeVar("T")

# Each round reads the bytes of one more version, and only another act on the alias makes another round necessary.
_ROUNDS = 20


class BytesNeededError(Exception):
    """An act stopped before it wrote anything, since the bytes of a version must be read first.

    It goes from `CheckedBytes.require` to `with_checked_bytes`, and no further.
    """

    def __init__(self, version_id: int) -> None:
        super().__init__(version_id)
        self.version_id = version_id


@dataclass
class CheckedBytes:
    """The versions whose bytes were read for the act under way.

    Attributes:
        excuse_storage: go on, and say so, where the store is away (a rollback may, rule 11).
        excused: ids of versions for which that was done.
    """

    excuse_storage: bool = False
    read: set[int] = field(default_factory=set)
    excused: set[int] = field(default_factory=set)

    def require(self, act: Act, version: Row, state: AliasState) -> None:
        """Go on only if the version's bytes were found right within the policy's `integrity_max_age`.

        Raises:
            BytesNeededError: they were not.
        """
        if version["id"] in self.read or version["id"] in self.excused:
            return
        policy = state.rules
        max_age: timedelta = policy.integrity_max_age if policy else INTEGRITY_MAX_AGE
        checked = checked_at(act.rows, version["id"])
        if checked is None or not timedelta(0) <= act.at - checked <= max_age:  # a future check is none
            raise BytesNeededError(version["id"])


def with_checked_bytes(core: Core, checked: CheckedBytes, act: Callable[[], T], progress: Progress | None) -> T:
    """Run an act, reading the bytes that it asks for.

    Raises:
        DigestMismatchError, ArtifactNotFoundError: they are not what was registered.
        StorageUnavailableError: the store did not answer, and the act does not excuse it.
        BusyAliasError: after each reading, another version's bytes were needed.
    """
    for _ in range(_ROUNDS):
        try:
            return act()
        except BytesNeededError as needed:
            _read(core, checked, needed.version_id, progress)
    raise BusyAliasError(
        f"The alias moved while bytes were read for this act, {_ROUNDS} times in a row; nothing was written. "
        "See who moves it, and try again."
    )


def _read(core: Core, checked: CheckedBytes, version_id: int, progress: Progress | None) -> None:
    version = core.first(select_versions().where(VersionRow.id == version_id))
    assert version is not None, "versions are never deleted"
    try:
        check_bytes(core, version, progress)
        checked.read.add(version_id)
    except StorageUnavailableError:
        if not checked.excuse_storage:
            raise
        checked.excused.add(version_id)
