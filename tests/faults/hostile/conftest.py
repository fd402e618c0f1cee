"""What tests with hostile input may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_provider_registry.registry import Registry
from tests.support.kernel import World


@pytest.fixture
def world(registry: Registry, tmp_path: Path) -> World:
    """A registry with nothing in it, and a folder to make artifacts in."""
    return World(registry, tmp_path)
