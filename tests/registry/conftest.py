"""What tests of the kernel may ask for, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database import clock as database_clock
from tests.support.kernel import World


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
def world(registry: Registry, tmp_path: Path) -> World:
    """A registry with nothing in it, and a folder to make artifacts in."""
    return World(registry, tmp_path)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The database's clock in the hands of the test, for acts and readers alike."""
    made = Clock()
    monkeypatch.setattr(database_clock, "local_time", made)
    return made
