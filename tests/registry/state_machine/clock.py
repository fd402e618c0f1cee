"""A clock of the database that a test moves, so that time passes without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from airflow_provider_registry.registry.database import clock


class MovedClock:
    """What every statement reads as the database's time.

    Attributes:
        now: what it shows; it stands still until it is moved.
    """

    now: datetime

    def time(self, dialect: str) -> datetime:
        return self.now


@contextmanager
def moved_clock() -> Iterator[MovedClock]:
    """Put the clock in the place of the database's."""
    moved = MovedClock()
    with patch.object(clock, "local_time", moved.time):
        yield moved
