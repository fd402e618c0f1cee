"""A clock of the database that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_registry.registry.database import clock as database_clock


class Clock:
    """The time that every act and every reader of requests is told.

    Attributes:
        at: the time now.
    """

    def __init__(self) -> None:
        self.at = datetime(2099, 3, 3, 12, tzinfo=UTC)

    def __call__(self, dialect: str) -> datetime:
        return self.at

    def forward(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The database's clock in the hands of the test, for acts and readers alike."""
    made = Clock()
    monkeypatch.setattr(database_clock, "local_time", made)
    return made
