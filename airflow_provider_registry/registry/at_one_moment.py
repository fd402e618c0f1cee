"""Reading many things as they were at one moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.engine import snapshot
from airflow_provider_registry.registry.database.retry import retry

T = TypeVar("T")


class Moment(Core):
    """A registry of which every reader sees the same moment.

    Parameters:
        connection: in a transaction that sees one moment.
    """

    def __init__(self, core: Core, connection: Connection) -> None:
        super().__init__(core.engine, core.caller, core.artifact_root, core.s3_client)
        self.connection = connection

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run work that only reads, at the moment."""
        return work(self.connection)


def at_one_moment(core: Core, work: Callable[[Moment], T]) -> T:
    """Run work that only reads, all of it at one moment, and again after a dropped connection."""
    core.read(lambda connection: None)  # which looks at the schema first

    def once() -> T:
        with snapshot(core.engine).connect() as connection, connection.begin():
            return work(Moment(core, connection))

    return retry(once)
