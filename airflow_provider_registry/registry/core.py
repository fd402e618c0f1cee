"""What every part of the registry stands on: the database, the caller, and the artifact root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, RowMapping

from airflow_provider_registry.artifacts.store import ArtifactStore
from airflow_provider_registry.errors import InvalidConnectionError
from airflow_provider_registry.registry.caller import Caller
from airflow_provider_registry.registry.database.act import Acts
from airflow_provider_registry.registry.database.batch import Asking, Batch, read_together
from airflow_provider_registry.registry.database.engine import acting, reading
from airflow_provider_registry.registry.database.migrate import check_schema
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.database.retry import retry
from airflow_provider_registry.registry.meter import NO_METER, Meter

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from airflow_provider_registry.registry.routes.cache import RoutingCache

T = TypeVar("T")

# Seconds; longer than any search takes that an index serves, and shorter than people wait.
SEARCH_TIMEOUT = 30.0


@dataclass
class Core:
    """One registry, as one caller uses it.

    Attributes:
        artifact_root: a folder or `s3://bucket/prefix`; None where the caller only reads the record.
        s3_client: makes the S3 client; None for boto3's own configuration.
        auto_create: whether a registration creates the model that it names.
        search_timeout: seconds that a statement of a search may take.
        meter: told what is counted and timed.
        known_environments: digests of Python environments that are in the database, where nothing removes them.
        known_models: rows of models as they were when they were last read here, by folded name. What may have changed
            since is read again under the lock; none goes, and whose a name is never changes (rule 15).
    """

    engine: Engine
    caller: Caller
    artifact_root: str | None = None
    s3_client: Callable[[], S3Client] | None = None
    auto_create: bool = True
    search_timeout: float = SEARCH_TIMEOUT
    meter: Meter = NO_METER
    known_environments: set[str] = field(default_factory=set, init=False)
    known_models: dict[str, Row] = field(default_factory=dict, init=False)
    _checked: bool = field(default=False, init=False)

    @cached_property
    def acts(self) -> Acts:
        """The one door to changing anything."""
        self._check()
        return Acts(self.engine, self.caller, self.meter, self.routing.acted)

    @cached_property
    def routing(self) -> RoutingCache:
        """What this process keeps of aliases and routes; an act of its own puts it out of date."""
        from airflow_provider_registry.registry.routes.cache import cache_of

        return cache_of(self.engine)

    @cached_property
    def store(self) -> ArtifactStore:
        """The store of managed artifacts."""
        from airflow_provider_registry.artifacts.opening import open_store

        if self.artifact_root is None:
            raise InvalidConnectionError(
                "This registry has no artifact root, so it can store no bytes: give artifact_root, a folder or "
                "s3://bucket/prefix (in Airflow: artifact_root in the connection's extra)."
            )
        return open_store(self.artifact_root, s3_client=self.s3_client)

    @cached_property
    def _reading(self) -> Engine:
        return reading(self.engine)

    @cached_property
    def _acting(self) -> Engine:
        return acting(self.engine)

    def rows(self, statement: Executable) -> list[RowMapping]:
        """The rows of one statement that only reads, again after a dropped connection."""
        return list(self.read(lambda connection: connection.execute(statement).mappings().all()))

    def first(self, statement: Executable) -> RowMapping | None:
        """The first row of one statement that only reads, or None."""
        rows = self.rows(statement)
        return rows[0] if rows else None

    def ask(self, statement: Prepared, **values: Any) -> list[Row]:
        """The rows of one prepared statement that only reads, again after a dropped connection."""
        return self.read(lambda connection: statement.rows(connection, **values))

    def ask_together(self, *asked: Asking) -> list[list[Row]]:
        """The rows of several prepared statements that only read, in one trip; each sees its own moment."""
        return self.read(lambda connection: read_together(connection, *asked))

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run work that only reads, again after a dropped connection; each statement sees its own moment."""
        self._check()

        def once() -> T:
            with self._reading.connect() as connection:
                return work(connection)

        return retry(once)

    def write(self, work: Callable[[Batch], T], seconds: float = 60.0) -> T:
        """Run a transaction that is no act, such as one on a lease, and again where the database stopped it.

        Parameters:
            work: safe to run again whether or not what it did before was committed.
            seconds: to try for.
        """
        self._check()

        def once() -> T:
            with self._acting.connect() as connection, connection.begin() as transaction:
                batch = Batch(connection)
                result = work(batch)
                if transaction.is_active:  # it may have been undone on purpose
                    batch.commit(transaction)
                return result

        return retry(once, seconds)

    def _check(self) -> None:
        if not self._checked:
            check_schema(self.engine)
            self._checked = True
