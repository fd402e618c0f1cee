"""Resolving by a key: which version answers it, from what this process has read."""

from __future__ import annotations

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_registry import errors
from airflow_provider_registry.registry import AnsweredBy, Registry
from tests.registry.routes.test_acts import canary
from tests.support.kernel import World
from tests.support.trips import counted

REFERENCE = "models:/churn@production"
KEYS = [f"customer-{number}" for number in range(2_000)]


def answers(registry: Registry, max_age: float = 10.0) -> list[int]:
    """The version that answers each key."""
    return [registry.resolve(REFERENCE, key=key, max_age=max_age).version for key in KEYS]


def another(world: World) -> Registry:
    """Another registry on the same database, with connections of its own."""
    core = world.registry._core
    return Registry.connect(core.engine.url, artifact_root=core.artifact_root, actor="other")


def test_without_a_key_the_holder_answers_and_by_a_number_that_version(world):
    canary(world)
    world.registry.route("churn", 2, "production", traffic=99.99)
    found = world.registry.resolve(REFERENCE)
    assert (1, AnsweredBy.HOLDER) == (found.version, found.answered_by)
    found = world.registry.resolve("models:/churn/3", key="customer-42")
    assert (3, AnsweredBy.VERSION) == (found.version, found.answered_by)


def test_keys_are_shared_out_and_who_answers_is_said(world):
    canary(world)
    assert {1} == set(answers(world.registry))
    world.registry.route("churn", 2, "production", traffic=30)
    world.registry.route("churn", 3, "production", shadow=True)
    counts = Counter(answers(world.registry))
    assert {1, 2} == set(counts)
    assert 500 < counts[2] < 700
    found = [world.registry.resolve(REFERENCE, key=key) for key in KEYS]
    assert {(1, AnsweredBy.HOLDER), (2, AnsweredBy.ROUTE)} == {(one.version, one.answered_by) for one in found}
    assert world.registry.get_version(found[0].reference).digest == found[0].digest


def test_no_key_moves_between_challengers_nor_more_than_must(world):
    canary(world)
    world.registry.route("churn", 2, "production", traffic=10)
    world.registry.route("churn", 3, "production", traffic=20)
    before = answers(world.registry)
    world.registry.route("churn", 2, "production", traffic=40)
    after = answers(world.registry)
    assert {(1, 2)} == {(was, now) for was, now in zip(before, after, strict=True) if was != now}
    world.registry.end_route("churn", 2, "production")
    world.registry.route("churn", 2, "production", traffic=10)
    assert Counter(before) == Counter(answers(world.registry))


def test_the_alias_and_its_routes_are_read_once_in_one_statement(world):
    canary(world)
    world.registry.route("churn", 2, "production", traffic=30)
    with counted(world.registry.engine) as asked:
        answers(world.registry)
        world.registry.shadows(REFERENCE)
    assert 1 == asked.statements


def test_an_age_of_nothing_reads_each_time(world):
    canary(world)
    with counted(world.registry.engine) as asked:
        for key in KEYS[:3]:
            world.registry.resolve(REFERENCE, key=key, max_age=0)
    assert 3 == asked.statements


def test_what_another_process_did_is_seen_once_the_age_is_over(world, monkeypatch):
    canary(world)
    now = [100.0]
    monkeypatch.setattr("airflow_provider_registry.registry.routes.cache.time.monotonic", lambda: now[0])
    assert {1} == set(answers(world.registry))
    with world.registry.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE registry_assignment SET version_id = version_id + 1 WHERE to_at IS NULL")
    assert {1} == set(answers(world.registry))
    now[0] += 9.9
    assert {1} == set(answers(world.registry))
    now[0] += 0.2
    assert {2} == set(answers(world.registry))


def test_an_act_of_this_process_is_seen_at_once_by_whichever_registry_it_was_done(world):
    canary(world)
    with another(world) as other:
        assert {1} == set(answers(other))
        world.registry.promote("churn", 2, "production")
        assert {2} == set(answers(other))
        other.rollback("churn", "production", reason="bad")
        assert {1} == set(answers(world.registry))


def test_many_threads_resolve_while_shares_change(world):
    canary(world)
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(answers, world.registry, max_age=age) for age in (10.0, 10.0, 10.0)]
        for traffic in (10, 50, 90):
            world.registry.route("churn", 2, "production", traffic=traffic)
        assert {1, 2} >= {version for one in asked for version in one.result()}
    assert 1_700 < Counter(answers(world.registry))[2] < 1_900


def test_what_is_not_there_is_said_each_time(world):
    canary(world)
    for _ in range(2):
        with pytest.raises(errors.AliasNotFoundError):
            world.registry.resolve("models:/churn@nobody", key="a")
        with pytest.raises(errors.ModelNotFoundError):
            world.registry.resolve("models:/other@production", key="a")
    answers(world.registry)
    world.registry.clear_alias("churn", "production")
    with pytest.raises(errors.AliasNotFoundError):
        world.registry.resolve(REFERENCE, key="a")
    with pytest.raises(errors.InvalidReferenceError, match="aliases have shadows"):
        world.registry.shadows("models:/churn/1")


@pytest.mark.parametrize("key", ["", 42, b"customer"])
def test_what_is_no_key_is_refused(world, key):
    canary(world)
    with pytest.raises(errors.InvalidInputError, match="give the text by which it is answered"):
        world.registry.resolve(REFERENCE, key=key)


@pytest.mark.parametrize("age", [-1, math.nan, True, "10"])
def test_what_is_no_age_is_refused(world, age):
    canary(world)
    with pytest.raises(errors.InvalidInputError, match="max_age"):
        world.registry.resolve(REFERENCE, key="a", max_age=age)
