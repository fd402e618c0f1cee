"""What each route asks of the database: as much of a large registry as of a small one, and never more unseen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.ui.registries import open_registry
from tests.support.trips import counted
from tests.ui.calls import Call, calls, peopled, send
from tests.ui.conftest import As

# Statements on SQLite and on PostgreSQL. Fewer is better: then write the lower number here.
EXPECTED = {
    "GET /me": (0, 0),
    "GET /models/completions": (3, 4),
    "GET /models": (7, 8),
    "GET /model": (8, 8),
    "GET /model/history": (3, 3),
    "GET /model/alias-at": (3, 3),
    "GET /versions/completions": (0, 0),
    "GET /versions": (11, 12),
    "GET /version": (8, 8),
    "GET /version/environment": (4, 4),
    "GET /version/files": (4, 4),
    "GET /version/metrics": (5, 5),
    "GET /version/gate-reports": (4, 4),
    "GET /comparison": (13, 13),
    "GET /requests": (6, 6),
    "GET /requests/{request_id}": (5, 5),
    "GET /events": (4, 4),
    "GET /record/verification": (39, 38),
    "GET /record/export": (7, 7),
    "POST /requests": (23, 22),
    "POST /requests/{request_id}/decisions": (17, 16),
    "POST /requests/{request_id}/withdrawal": (14, 13),
    "POST /promotions": (17, 21),
    "POST /rollbacks": (18, 17),
}


@pytest.fixture
def skin_registry(on_either: Registry) -> Registry:
    """On either database, which differ in what they take and in what they are asked."""
    return on_either


@pytest.mark.parametrize("size", [3, 12])
def test_a_route_asks_as_much_however_much_there_is(skin_registry: Registry, asked_by: As, artifact: Path, size: int):
    asked = statements(asked_by, calls(peopled(skin_registry, artifact, size)))
    place = ("sqlite", "postgresql").index(skin_registry.engine.dialect.name)
    assert {route: numbers[place] for route, numbers in EXPECTED.items()} == asked


def statements(asked_by: As, table: Mapping[str, Call]) -> dict[str, int]:
    """How many statements each call takes, the connections being open."""
    client = asked_by("bo")
    engine = open_registry(DEFAULT_CONN_ID).engine
    for route, call in table.items():
        if route.startswith("GET"):
            send(client, route, call)
    found = {}
    for route, call in table.items():
        with counted(engine) as asked:
            assert send(client, route, call).is_success, route
        found[route] = asked.statements
    return found
