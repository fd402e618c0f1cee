"""The registries that tasks on a real Airflow act on, and the browser in which people look at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from airflow_provider_registry.registry import Registry
from demo.standalone import Airflow
from tests.support.browser import opened
from tests.support.chromium import LEFT_OUT, chromium, is_needed
from tests.support.runs import Place, Run


@pytest.fixture(scope="session")
def embedded(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The embedded default, which nobody has migrated when the first task comes."""
    home = airflow.home / "model_registry"
    home.mkdir()
    root = home / "artifacts"
    with Registry.connect(f"sqlite:///{home / 'registry.db'}", artifact_root=root, actor="tester") as registry:
        folder = tmp_path_factory.mktemp("runs")
        yield Place("sqlite", "model_registry_default", airflow.client, registry, folder)


@pytest.fixture(scope="session")
def first_use(embedded: Place) -> Run:
    """The first run of all: four tasks at once, on a registry that is not there yet."""
    run = embedded.start("first_use", model="first-use")
    run.end()
    return run


@pytest.fixture(scope="session")
def on_postgres(
    airflow: Airflow, registry_postgres: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A registry on PostgreSQL, by its connection."""
    root = registry_postgres["extra"]["artifact_root"]
    with Registry.connect(registry_postgres["host"], artifact_root=root, actor="tester") as registry:
        folder = tmp_path_factory.mktemp("runs")
        yield Place("postgresql", "registry_postgres", airflow.client, registry, folder)


@pytest.fixture(scope="session")
def places(embedded: Place, first_use: Run, on_postgres: Place) -> dict[str, Place]:
    """Both, by name, ready for use."""
    return {place.name: place for place in (embedded, on_postgres)}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, places: dict[str, Place]) -> Place:
    """One of them: a test that uses it runs once on each."""
    return places[request.param]


@pytest.fixture(scope="module")
def metadata_place(
    airflow_on_postgres: Airflow, registry_in_metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A registry in the metadata database of Airflow itself."""
    root = registry_in_metadata["extra"]["artifact_root"]
    with Registry.connect(registry_in_metadata["host"], artifact_root=root, actor="tester") as registry:
        folder = tmp_path_factory.mktemp("runs")
        yield Place("metadata", "model_registry_default", airflow_on_postgres.client, registry, folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, where it has one; where it has none, what wants it is left out."""
    program = chromium()
    if program is None:
        (pytest.fail if is_needed() else pytest.skip)(LEFT_OUT)
    with opened(program) as running:
        yield running
