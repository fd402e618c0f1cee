"""The bytes of a version are read before the lock, which alone tells whether they must be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import StorageUnavailableError
from airflow_provider_registry.registry.aliases.state import AliasState
from airflow_provider_registry.registry.before_the_lock import NeededFirstError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.policies.policy import INTEGRITY_MAX_AGE
from airflow_provider_registry.registry.storage.checks import check_bytes, checked_at
from airflow_provider_registry.registry.versions.queries import select_versions
from airflow_provider_registry.registry.versions.tables import VersionRow


@dataclass
class CheckedBytes:
    """The versions whose bytes were read for the act under way.

    Attributes:
        excuse_storage: go on, and say so, where the store is away (a rollback may, rule 11).
        excused: ids of versions for which that was done.
    """

    core: Core
    progress: Progress | None
    excuse_storage: bool = False
    read: set[int] = field(default_factory=set)
    excused: set[int] = field(default_factory=set)

    def require(self, act: Act, version: Row, state: AliasState) -> None:
        """Go on only if the version's bytes were found right within the policy's `integrity_max_age`.

        Raises:
            NeededFirstError: they were not. Reading them raises what `check_bytes` does.
        """
        if version["id"] in self.read or version["id"] in self.excused:
            return
        policy = state.rules
        max_age: timedelta = policy.integrity_max_age if policy else INTEGRITY_MAX_AGE
        checked = checked_at(act.rows, version["id"])
        if checked is None or not timedelta(0) <= act.at - checked <= max_age:  # a future check is none
            raise NeededFirstError(partial(self._read, version["id"]))

    def _read(self, version_id: int) -> None:
        version = self.core.first(select_versions().where(VersionRow.id == version_id))
        assert version is not None, "versions are never deleted"
        try:
            check_bytes(self.core, version, self.progress)
            self.read.add(version_id)
        except StorageUnavailableError:
            if not self.excuse_storage:
                raise
            self.excused.add(version_id)
