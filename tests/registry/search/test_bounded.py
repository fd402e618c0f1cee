"""A search ends, also one that no index serves, and leaves nothing behind on the connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from airflow_provider_registry.errors import InvalidInputError, SearchTimeoutError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.engine import reading
from airflow_provider_registry.registry.search import bounded
from tests.registry.search.population import Sample, settle

SETTINGS = ("statement_timeout", "plan_cache_mode", "max_parallel_workers_per_gather", "jit")


def impatient(registry: Registry, seconds: float) -> Registry:
    """The same registry, whose searches may take so long."""
    return Registry(replace(registry._core, search_timeout=seconds))


@contextmanager
def locked(registry: Registry) -> Iterator[Connection]:
    """Nobody can read tags meanwhile."""
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE registry_tag IN ACCESS EXCLUSIVE MODE")
        yield connection


def settings(registry: Registry) -> list[str]:
    """What holds on each connection of the pool."""
    with reading(registry.engine).connect() as connection:
        return [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in SETTINGS]


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"])
def test_postgresql_stops_a_search_that_takes_too_long(registry: Registry):
    settle(registry, [Sample(tags={"team": "growth"})])
    before = settings(registry)
    with locked(registry), pytest.raises(SearchTimeoutError, match=r"0\.05 seconds.*no index") as caught:
        impatient(registry, 0.05).search_versions("tags.team ilike '%o%'")
    assert (0.05, True) == (caught.value.seconds, isinstance(caught.value, TimeoutError))
    assert before == settings(registry)
    assert 1 == len(impatient(registry, 60).search_versions("tags.team ilike '%o%'"))
    assert before == settings(registry)


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_shorter_time_that_the_database_has_stays(registry: Registry):
    with registry.engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET statement_timeout = '50ms'")
    registry.engine.dispose()
    with locked(registry), pytest.raises(SearchTimeoutError):
        impatient(registry, 60).search_versions("tags.team = 'growth'")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_stops_a_search_that_takes_too_long(registry: Registry, monkeypatch: pytest.MonkeyPatch):
    settle(registry, [Sample(tags={"team": "growth"})])
    monkeypatch.setattr(bounded, "_STEPS", 1)
    with pytest.raises(SearchTimeoutError, match="no index"):
        impatient(registry, 1e-9).search_versions("tags.team ilike '%o%'")
    with registry.engine.connect() as connection:
        assert 1 == connection.exec_driver_sql("SELECT count(*) FROM registry_tag").scalar_one()
    assert 1 == len(impatient(registry, 60).search_versions("tags.team ilike '%o%'"))


@pytest.mark.parametrize("given", [0, -1, True, "5", float("nan"), float("inf"), None])
def test_a_time_that_is_none_is_refused(given):
    with pytest.raises(InvalidInputError, match="search_timeout"):
        Registry.connect("sqlite:////nowhere.db", search_timeout=given)


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"])
def test_what_the_server_has_prepared_outlasts_a_search(registry: Registry):
    """psycopg prepares what it is asked for the sixth time, and forgets everything at a ROLLBACK."""
    settle(registry, [Sample(tags={"team": "growth"})])
    for _ in range(10):
        assert 1 == len(registry.search_versions("tags.team = 'growth'"))
    with reading(registry.engine).connect() as connection:
        kept = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()
    assert any("registry_metric" in statement for statement in kept), kept
