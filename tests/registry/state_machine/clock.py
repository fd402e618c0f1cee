"""A clock of the database that a test moves, so that time passes without waiting."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from sqlalchemy import Connection, literal
from sqlalchemy.sql.elements import ColumnElement

from airflow_provider_registry.registry.database import clock
from airflow_provider_registry.registry.database.base import UtcDateTime


class MovedClock:
    """What every statement reads as the database's time.

    Attributes:
        now: what it shows; it stands still until it is moved.
    """

    now: datetime

    def column(self, connection: Connection) -> ColumnElement[datetime]:
        return literal(self.now, UtcDateTime()).label("now")


@contextmanager
def moved_clock() -> Iterator[MovedClock]:
    """Put the clock in the place of the database's, in each module of the registry that reads that."""
    moved, real = MovedClock(), clock.now_column
    ours = [module for name, module in sys.modules.items() if name.startswith("airflow_provider_registry.registry.")]
    readers = [module for module in ours if getattr(module, "now_column", None) is real]
    patches = [patch.object(reader, "now_column", moved.column) for reader in readers]
    for one in patches:
        one.start()
    try:
        yield moved
    finally:
        for one in patches:
            one.stop()
