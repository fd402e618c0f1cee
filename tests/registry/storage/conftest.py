"""The kernel on each store: a folder, and moto's S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_provider_registry.registry import Registry
from tests.support import stores
from tests.support.kernel import World


@pytest.fixture(scope="session")
def moto_server() -> Iterator[stores.S3Server]:
    """Moto, with its clients."""
    with stores.running_moto() as server:
        yield stores.S3Server(server.client, server.environment)


@pytest.fixture(params=["local", "moto"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> stores.World:
    """A root of each kind, in turn."""
    if request.param == "local":
        return stores.LocalWorld(tmp_path / "root")
    return stores.S3World(request.getfixturevalue("moto_server"))


@pytest.fixture
def stored(place: stores.World, migrated_url: str, tmp_path: Path) -> Iterator[World]:
    """A registry with nothing in it, whose bytes go to the place."""
    with Registry.connect(migrated_url, artifact_root=place.root, s3_client=place.client, actor="tester") as registry:
        yield World(registry, tmp_path)
