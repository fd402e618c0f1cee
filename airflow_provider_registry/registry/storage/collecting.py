"""The lease of `gc` on the bytes that it removes, as a store asks for it (rule 3).

What is guaranteed, wherever `gc` stands still, for however long, or is killed: a version whose registration began to
store its bytes after this lease ended keeps all of them. A registration begins only when the lease is gone or has
lapsed, and then removes it (`leases.writing`), so that nothing brings it back. Until that moment the bytes are
nobody's; after it, no step of a removal takes effect:

- On disk the only step that matters is a few renames. They are made in a transaction that holds the lock of the
  model's row, under which registrations take their leases: they wait for a `gc` that stands still in it, and go on
  when it ends or when the database gives up its connection. In the latter case `gc` notices that it could not commit,
  and puts back what it took.
- In S3 each request is sent only where, after it was signed, the lease was still to last for longer than S3 takes a
  signed request (`artifacts.removal.IN_FLIGHT`).

What remains: on disk, a `gc` that stands still between two of these lines until PostgreSQL gives up its connection,
wakes up after the same bytes were registered, and is killed before it can put them back; in S3, a server that takes
old signatures, and a clock of the host that runs ahead of S3's by more than the margin, each for a `gc` that stands
still between the answer and the request. The record then has a version whose check or download fails, and the same
bytes, registered again, mend it.

A registration trusts nothing that a stopped removal left: on disk the tree is whole or not there, in S3 the manifest
goes first, and `put` looks at each file before it writes the manifest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection, select

from airflow_provider_registry.artifacts.removal import IN_FLIGHT
from airflow_provider_registry.errors import LeaseLostError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import Batch
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.storage.tables import LeaseRow

T = TypeVar("T")


@dataclass(frozen=True)
class CollectLease:
    """The right to remove one artifact: see `RemovalRight`.

    Attributes:
        model_id: the model under one of whose names the bytes lie.
        token: of the lease.
    """

    core: Core
    model_id: int
    token: str

    def check(self) -> None:
        """Return only where the lease lasts for `IN_FLIGHT`: see `RemovalRight.check`.

        Raises:
            LeaseLostError: it does not.
        """
        if not self.core.read(lambda connection: self._lasts(connection, IN_FLIGHT)):
            raise self._lost()

    def run(self, step: Callable[[], T]) -> T:
        """Take the step under the lock of the model, which a registration needs to begin: see `RemovalRight.run`.

        Raises:
            LeaseLostError: the lease has lapsed.
        """

        def locked(batch: Batch) -> T:
            batch.connection.execute(select(ModelRow.id).where(ModelRow.id == self.model_id).with_for_update())
            if not self._lasts(batch.connection, timedelta(0)):
                raise self._lost()
            return step()

        return self.core.write(locked)

    def _lasts(self, connection: Connection, time: timedelta) -> bool:
        statement = select(LeaseRow.expires_at, now_column(connection)).where(LeaseRow.token == self.token)
        row = connection.execute(statement).one_or_none()
        return row is not None and row[0] - row[1] > time

    def _lost(self) -> LeaseLostError:
        return LeaseLostError("The lease to remove unreferenced bytes lapsed: gc leaves what is left to its next run.")
