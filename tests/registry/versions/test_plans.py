"""How PostgreSQL goes about reading one version of a model that has thousands, where most models have few."""

from __future__ import annotations

import re
from itertools import count

import pytest

from airflow_provider_registry.registry import Registry
from tests.registry.search.population import Sample, settle
from tests.support.plans import sent

MANY = 3_000


@pytest.fixture
def uneven(registry: Registry) -> Registry:
    """One model of many versions beside many of one, each version with bytes of its own, and statistics of them."""
    models = ["large"] * MANY + [f"small{place}" for place in range(MANY)]
    settle(registry, [Sample(model=model, digest=f"{place:064x}") for place, model in enumerate(models)])
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return registry


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_plan_made_for_any_values_finds_the_artifact_by_its_whole_key(uneven: Registry):
    with sent(uneven) as statements:
        uneven.get_version("models:/large/7")
    ((statement, _),) = [each for each in statements if "registry_artifact" in each[0]]
    numbers = count(1)
    any_values = re.sub(r"%s|%\(\w+\)s", lambda _: f"${next(numbers)}", statement)
    with uneven.engine.connect() as connection:
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {any_values}"))
    found = re.findall(r"registry_artifact.*\n(?:.*\n)?.*Index Cond: (.*)", plan)
    assert found, plan
    assert all("model_id = " in by and "digest)::text = " in by for by in found), plan
