"""Metrics that are recorded in any order, in any parts, by several at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_registry.registry.metrics import load
from tests.registry.strategies import DATASETS, NAMES, NUMBERS, SLICES

FIRST = datetime(2026, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count()

KEYS = st.tuples(NAMES, DATASETS, SLICES, st.integers(0, 3), st.integers(1, 3))
VALUES = st.dictionaries(KEYS, NUMBERS, min_size=1, max_size=12)


def row(key: tuple[Any, ...], value: float) -> dict[str, Any]:
    name, dataset, slice, day, revision = key
    window = (FIRST + day * DAY, FIRST + (day + 1) * DAY)
    said = {"name": name, "dataset": dataset, "slice": slice, "window": window}
    return {**said, "revision": revision, "value": value, "observed_at": FIRST}


@pytest.mark.parametrize("backend", ["sqlite"])
@given(values=VALUES, data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_read_is_the_highest_revision_however_it_came(world: Any, values: dict[Any, float], data: Any) -> None:
    version = world.register(f"{next(_numbers)}").reference
    for _ in range(data.draw(st.integers(1, 3), "batches")):
        some = data.draw(st.sets(st.sampled_from(sorted(values)), min_size=1), "batch")
        world.registry.record_metrics(version, [row(key, values[key]) for key in some])
    world.registry.record_metrics(version, [row(key, value) for key, value in values.items()])
    highest = {key[:4]: values[key] for key in sorted(values)}
    found = {
        (one.name, one.dataset, one.slice, (one.window_from - FIRST).days): one.value
        for one in world.registry.metric_points(version)
    }
    assert highest == found
    assert len(values) == len(world.registry.metric_points(version, revision="all"))
    world.registry.verify_record("churn")


def test_several_at_once_record_each_value_once(world, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 4)
    world.versions(0.9)

    def record(first: int) -> int:
        keys = [("auc", "", "", day, 1) for day in range(first, first + 10)]
        recorded = world.registry.record_metrics("models:/churn/1", [row(key, float(key[3])) for key in keys])
        assert recorded.new + recorded.known == 10
        return int(recorded.new)

    with ThreadPoolExecutor(5) as several:
        new = list(several.map(record, range(0, 25, 5)))
    assert [float(day) for day in range(30)] == [one.value for one in world.registry.metric_points("models:/churn/1")]
    assert sum(new) == 30
    world.registry.verify_record("churn")
