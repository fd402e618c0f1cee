"""What each route asks of the database: as much of a large registry as of a small one, and never more unseen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.ui.registries import open_registry
from benchmarks.multiplied import multiply
from tests.support.plans import rows_read, sent
from tests.support.trips import counted
from tests.ui.calls import FREE, MODEL, Call, calls, peopled, send
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
    "GET /versions": (10, 11),
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
    assert expected(skin_registry) == asked


# These go through all of a record: its pages are more statements, and copied events do not verify.
WHOLE = {"GET /record/verification", "GET /record/export"}
# Rows that one step of a statement goes through, beside 100,000 versions and 10,000 models: a few pages of them.
MOST = 2_500
MORE = {
    # No index has parts of names.
    "GET /models/completions": 11_000,
    # A table of narrow rows is read in one go where PostgreSQL expects that to cost less than a page's look-ups.
    "GET /models": 25_000,
    "GET /versions": 11_000,
    # What the last of all aliases were is told from all that one model's held, and from places in its record.
    "GET /model/history": 11_000,
    "GET /events": 11_000,
}


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_page_of_a_large_registry_is_a_page(skin_registry: Registry, asked_by: As, artifact: Path):
    """With 100,000 versions of one model and 10,000 models, and more of what they have."""
    table = calls(peopled(skin_registry, artifact))
    multiply(skin_registry, MODEL, "fraud-1", FREE, versions=100_000, models=10_000)
    table = {route: call for route, call in table.items() if route not in WHOLE}
    assert {route: count for route, count in expected(skin_registry).items() if route in table} == statements(
        asked_by, table
    )
    for route, call in table.items():
        if route.startswith("GET"):
            read = [rows_read(skin_registry, *each) for each in _sent(asked_by, route, call)]
            assert max(read, default=0) <= MORE.get(route, MOST), (route, read)


def expected(registry: Registry) -> dict[str, int]:
    """What the database of a registry is asked."""
    place = ("sqlite", "postgresql").index(registry.engine.dialect.name)
    return {route: numbers[place] for route, numbers in EXPECTED.items()}


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


def _sent(asked_by: As, route: str, call: Call) -> list[tuple[str, Any]]:
    with sent(open_registry(DEFAULT_CONN_ID)) as statements:
        assert send(asked_by("bo"), route, call).is_success
    return statements
