"""A registry to look at, on the Airflow of the other tests, and who comes to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from airflow_provider_registry.registry import Registry
from demo.standalone import Airflow
from tests.support.browser import Arrives, visitors
from tests.support.runs import Place, Run
from tests.support.shown import fill


@pytest.fixture(scope="module")
def arrives(airflow: Airflow, browser: Browser, first_use: Run) -> Iterator[Arrives]:
    """Gives somebody at a browser, by the name of a user; no page of theirs may do what never may happen."""
    with visitors(browser, airflow) as arrives:
        yield arrives


@pytest.fixture(scope="session")
def shown(
    airflow: Airflow, registry_shown: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A registry that is worth looking at."""
    folder = tmp_path_factory.mktemp("shown")
    root = registry_shown["extra"]["artifact_root"]
    with Registry.connect(registry_shown["host"], artifact_root=root, actor="retrain.register") as registry:
        registry.migrate()
        fill(registry, folder)
        yield Place("shown", "registry_shown", airflow.client, registry, folder)
