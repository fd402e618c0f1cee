"""How PostgreSQL goes about reading one version of a model that has thousands, where most models have few."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from airflow_provider_registry.registry import Registry
from tests.registry.search.population import Sample, settle
from tests.support.plans import sent

MANY = 3_000
Read = Callable[..., Any]


def uneven(registry: Registry, small: int) -> Registry:
    """One model of many versions beside some of one, each version with bytes of its own, and statistics of them."""
    models = ["large"] * MANY + [f"small{place}" for place in range(small)]
    settle(registry, [Sample(model=model, digest=f"{place:064x}") for place, model in enumerate(models)])
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return registry


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_plan_made_for_any_values_finds_the_artifact_by_its_whole_key(registry: Registry):
    with sent(uneven(registry, small=MANY)) as statements:
        registry.get_version("models:/large/7")
    ((statement, _),) = [each for each in statements if "registry_artifact" in each[0]]
    plan = for_any_values(registry, statement)
    found = re.findall(r"registry_artifact.*\n(?:.*\n)?.*Index Cond: (.*)", plan)
    assert found, plan
    assert all("model_id = " in by and "digest)::text = " in by for by in found), plan


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("read", [Registry.get_version, Registry.resolve])
def test_a_plan_made_for_any_values_finds_a_version_among_those_of_its_model(registry: Registry, read: Read):
    """Not among all that have its number: each model has a first version."""
    with sent(uneven(registry, small=MANY // 10)) as statements:
        read(registry, "models:/large/1")
    ((statement, _),) = [each for each in statements if "registry_version.version" in each[0]]
    plan = for_any_values(registry, statement)
    (found,) = re.findall(r"uq_registry_version_model_id_version on registry_version .*\n.*Index Cond: (.*)", plan)
    assert "model_id = " in found, plan


def for_any_values(registry: Registry, statement: str) -> str:
    """The plan that a prepared statement gets, whatever it is asked for."""
    numbers = count(1)
    any_values = re.sub(r"%s|%\(\w+\)s", lambda _: f"${next(numbers)}", statement)
    with registry.engine.connect() as connection:
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {any_values}"))
