"""How the databases go about a search: by an index, on the last page as on the first."""

from __future__ import annotations

import re
from typing import Any

import pytest

from airflow_provider_registry.registry import ModelVersion, Registry
from airflow_provider_registry.registry.search import queries
from airflow_provider_registry.registry.search.fields import VERSIONS
from airflow_provider_registry.registry.search.queries import Search
from airflow_provider_registry.registry.search.tokens import write_token
from tests.registry.search.population import Sample, measured, minutes, settle
from tests.support.plans import scans, sent

COUNT = 4_000


@pytest.fixture
def large(registry: Registry) -> Registry:
    """Versions enough for an index to be worth it, and statistics of them."""
    settle(
        registry,
        [
            Sample(
                model=f"model{place % 20}",
                created_at=minutes(place),
                metrics={measured("auc"): place / COUNT, measured("loss"): 1.0},
                tags={"team": f"team{place // 10}", "env": "dev"},
                aliases=("production",) if place < 20 else (),
            )
            for place in range(COUNT)
        ],
    )
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return registry


def plans(registry: Registry, filter: str, order: str = "", token: str | None = None) -> str:
    """What the database says it does for the ids of a page."""
    search = Search.read(registry._core, VERSIONS, filter, order, token)
    with sent(registry) as statements:
        search.page(registry._core, 10)
    explain = "EXPLAIN QUERY PLAN " if registry.engine.dialect.name == "sqlite" else "EXPLAIN "
    lines = []
    with registry.engine.connect() as connection:
        for statement, parameters in statements:
            assert "OFFSET" not in statement.replace("LIMIT ? OFFSET ?", "")
            lines += [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters)]
    return "\n".join(lines)


def test_an_index_finds_the_page(large: Registry):
    for filter, order, table in [
        ("tags.team = 'team7'", "", "registry_tag"),
        ("tags.team = 'team7' and metrics.auc > 0.01", "", "registry_metric"),
        ("tags.team = 'team7' and metrics.auc > 0.01", "metrics.auc desc", "registry_metric"),
        ("", "metrics.auc desc", "registry_metric"),
        ("name = 'model7'", "", "registry_version"),
    ]:
        plan = plans(large, filter, order)
        assert not scans(plan, table), plan


def test_what_few_have_is_listed_and_what_many_have_is_not(large: Registry, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "FEW", 100)
    listed = "json_each" if large.engine.dialect.name == "sqlite" else "ANY ("
    for filter, few in {"metrics.auc > 0.99": True, "metrics.auc > 0.5": False, "not metrics.auc > 0.99": True}.items():
        search = Search.read(large._core, VERSIONS, filter, "")
        assert few == (listed in str(search.condition.compile(large.engine))), filter
        numbers = [place for place in range(COUNT) if (place / COUNT > float(filter.split()[-1])) != ("not" in filter)]
        assert numbers[::-1][:1_000] == [round(one.metric("auc") * COUNT) for one in newest(large, filter)]


def test_reading_by_a_metric_ends_at_its_bound(large: Registry):
    plan = plans(large, "metrics.auc > 0.9", "metrics.auc desc")
    wanted = r"value>\?" if large.engine.dialect.name == "sqlite" else r"Index Cond: .*value > '0\.9'"
    assert re.search(wanted, plan), plan


def newest(registry: Registry, filter: str) -> list[ModelVersion]:
    """The first thousand that a filter finds, the last measured first."""
    return list(registry.search_versions(filter, order_by="created_at desc", page_size=1_000))


def test_nothing_is_sorted_where_an_index_has_the_order(large: Registry, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "FEW", 100)
    for filter, order in [
        ("", ""),
        ("tags.env = 'dev'", ""),
        ("name = 'model7'", ""),
        ("created_at < '2026-01-02'", ""),
        ("metrics.auc > 0.9", "metrics.auc desc"),
    ]:
        plan = plans(large, filter, order)
        assert not re.search("Sort|TEMP B-TREE", plan), plan


def test_the_last_page_is_found_as_the_first_was(large: Registry):
    filter = "metrics.auc is not null"
    for order in ("", "metrics.auc desc", "metrics.auc"):
        token = None
        for _ in range(4):
            token = large.search_versions(filter, order_by=order, page_size=995, page_token=token).next_page_token
        assert COUNT - 4 * 995 == len(large.search_versions(filter, order_by=order, page_token=token))
        plan = plans(large, filter, order, token)
        assert not scans(plan, "registry_version"), plan
        assert not scans(plan, "registry_metric"), plan


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_page_reads_tags_from_where_it_begins(large: Registry):
    filter, token = "tags.env = 'dev'", None
    for _ in range(4):
        token = large.search_versions(filter, page_size=995, page_token=token).next_page_token
    plan = plans(large, filter, token=token)
    assert re.search(r"Index Cond: .*'env'.*version_id < ", plan), plan
    assert COUNT - 4 * 995 == len(large.search_versions(filter, page_token=token))


def test_a_page_of_those_without_a_value_reads_a_part_of_the_others(large: Registry, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "MOST_PASSED", 40)
    newest = large.search_versions(order_by="created_at desc", page_size=1).versions[0]
    begun: dict[str, list[Any]] = {
        "metrics.auc desc": [None, COUNT // 2],
        "metrics.auc desc, created_at desc": [None, newest.created_at, COUNT],
    }
    for order, values in begun.items():
        token = write_token(Search.read(large._core, VERSIONS, "", order).digest, values)
        page = large.search_versions(order_by=order, page_token=token)
        assert 0 == len(page)
        assert page.next_page_token is not None
        plan = plans(large, "", order, token)
        for table in ("registry_version", "registry_metric"):
            assert not scans(plan, table), plan
        assert "hashed" not in plan
