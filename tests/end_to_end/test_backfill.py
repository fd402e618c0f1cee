"""A month backfilled, on an Airflow on PostgreSQL that has the registry's tables beside its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import inspect

from airflow_provider_registry.registry import Producer
from tests.support.runs import Place, Run

FIRST, LAST = datetime(2025, 4, 1, tzinfo=UTC), datetime(2025, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def tonight(metadata_place: Place) -> Run:
    """The night that goes live."""
    run = metadata_place.start("nightly", metadata_place.model("nightly"), logical_date=datetime.now(UTC))
    assert "success" == run.end()
    return run


@pytest.fixture(scope="module")
def days(metadata_place: Place, tonight: Run) -> dict[str, dict[str, Any]]:
    """The tasks of each backfilled day."""
    client = metadata_place.client
    client.wait_for_backfill(client.backfill("nightly", FIRST, LAST, max_active_runs=8))
    runs = [run["dag_run_id"] for run in client.runs("nightly") if run["run_type"] == "backfill"]
    return {run_id: client.tasks("nightly", run_id) for run_id in runs}


@pytest.fixture(scope="module")
def producers(metadata_place: Place, days: dict[str, dict[str, Any]]) -> dict[int, Producer]:
    """Of the versions that the backfill registered, by number. Airflow may have scheduled the night before too."""
    numbers = metadata_place.numbers("nightly")
    versions = [metadata_place.registry.get_version(number, model_name="nightly") for number in numbers]
    return {v.version: v.producer for v in versions if v.producer and v.producer.run_type == "backfill"}


def test_thirty_backfilled_days_register_and_do_not_take_the_alias(
    metadata_place: Place, tonight: Run, days: dict[str, dict[str, Any]], producers: dict[int, Producer]
) -> None:
    assert 30 == len(days)
    assert sorted(days) == sorted(str(producer.run_id) for producer in producers.values())
    held = {assignment.version for assignment in metadata_place.registry.history("nightly", "production")}
    assert not held & set(producers)
    assert tonight.xcom("train")["version"] == metadata_place.live("nightly")


def test_a_backfilled_day_is_skipped_with_a_reason_and_not_failed(
    metadata_place: Place, days: dict[str, dict[str, Any]]
) -> None:
    assert {("success", "skipped")} == {(day["train"]["state"], day["promote"]["state"]) for day in days.values()}
    log = metadata_place.client.task_log("nightly", min(days), "promote")
    assert "comes from a backfill, and does not take 'production' by itself" in log


def test_a_version_says_which_day_it_is_of(producers: dict[int, Producer]) -> None:
    dates = sorted(made_by.logical_date.date().isoformat() for made_by in producers.values() if made_by.logical_date)
    assert [f"2025-04-{day:02}" for day in range(1, 31)] == dates


def test_the_registry_lives_beside_airflows_own_tables(metadata_place: Place, tonight: Run) -> None:
    tables = set(inspect(metadata_place.registry.engine).get_table_names())
    assert {"dag_run", "registry_version"} <= tables
