"""An Airflow on PostgreSQL with the registry's tables beside its own: a month backfilled, and a worker's connection."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import inspect

from airflow_provider_registry.registry import Actor, Caller, Producer
from airflow_provider_registry.registry.database.migrate import current_revision, newest_revision
from demo.standalone import Airflow
from tests.support.browser import visitors
from tests.support.runs import POLICY, Place, Run

GATES = [*POLICY["gates"], {"check": "fair"}]
ASKS = {"gates": GATES, "approvals": [{"role": "ml-lead", "users": ["ana"]}], "override": {"users": ["ana"]}}

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


def test_airflow_migrated_the_registry_and_waits_for_it(metadata_place: Place, airflow_on_postgres: Airflow) -> None:
    assert newest_revision() == current_revision(metadata_place.registry.engine)
    airflow_on_postgres.run("db", "check-migrations", "--migration-wait-timeout", "1")


def test_the_registry_lives_beside_airflows_own_tables(metadata_place: Place, tonight: Run) -> None:
    tables = set(inspect(metadata_place.registry.engine).get_table_names())
    assert {"dag_run", "registry_version"} <= tables


@pytest.fixture(scope="module")
def worked(metadata_place: Place) -> Run:
    """The run, whose promotion was approved by somebody with a role that may."""
    model = metadata_place.model("worked", ASKS)
    run = metadata_place.start("worker_role", model, conn_id="registry_as_worker")
    run.wait_for("promote", "deferred")
    (request,) = metadata_place.registry.requests(model)
    ana = metadata_place.registry.acting_as(Caller(Actor("python", "ana", "ana")))
    ana.decide(request.request_id, verdict="approve")
    run.end()
    return run


def test_a_dag_registers_validates_requests_and_promotes_what_is_approved(metadata_place: Place, worked: Run) -> None:
    assert {"success"} == set(worked.states().values())
    assert 1 == metadata_place.live("worked")
    assert [
        "model.created",
        "policy.set",
        "version.registered",
        "version.checked",
        "version.validated",
        "request.opened",
        "request.decided",
        "alias.promoted",
    ] == metadata_place.event_types("worked")


def test_the_record_says_that_the_database_knew_the_tasks_as_workers(metadata_place: Place, worked: Run) -> None:
    by_tasks = [event for event in metadata_place.events("worked") if event.via == "airflow-task"]
    assert {"tasks_of_airflow"} == {event.private["database_user"] for event in by_tasks}


@pytest.mark.parametrize(
    ("what", "denied"),
    [
        ("decide", "DatabaseDeniedError: .*permission denied for table registry_decision"),
        ("override", "DatabaseDeniedError: .*permission denied for table registry_override"),
        ("set_policy", "DatabaseDeniedError: .*permission denied for table registry_policy"),
        ("remove_policy", "DatabaseDeniedError: .*permission denied for table registry_policy"),
        ("dag_run", "permission denied for table dag_run"),
        ("connection", "permission denied for table connection"),
    ],
)
def test_the_tasks_are_denied_what_is_not_theirs(worked: Run, what: str, denied: str) -> None:
    assert re.search(denied, worked.xcom("overreach").get(what, "it was done"))


@pytest.fixture(scope="module")
def lineage(airflow_on_postgres: Airflow, worked: Run) -> dict[str, dict[str, Any]]:
    """What the OpenLineage provider wrote down of each task of that run, when it had succeeded."""
    written = (airflow_on_postgres.home / "lineage.jsonl").read_text().splitlines()
    events = [event for event in map(json.loads, written) if "COMPLETE" == event["eventType"]]
    return {event["job"]["name"].removeprefix("worker_role."): event for event in events}


def test_openlineage_has_the_version_that_was_made_with_what_it_was_made_from(
    lineage: dict[str, dict[str, Any]], worked: Run
) -> None:
    (read,), (made,) = lineage["train"]["inputs"], lineage["train"]["outputs"]
    assert ("file", "/lake/labels.csv") == (read["namespace"], read["name"])
    assert ("model-registry://registry_as_worker", "worked") == (made["namespace"], made["name"])
    assert "1" == made["facets"]["version"]["datasetVersion"]
    facet = made["facets"]["modelRegistry_version"]
    assert worked.xcom("train")["digest"] == facet["digest"]
    assert [("auc", 0.9)] == [(metric["name"], metric["value"]) for metric in facet["metrics"]]
    assert ("worker_role", "train") == (facet["task"]["dag_id"], facet["task"]["task_id"])
    assert ["labels"] == [item["name"] for item in facet["inputs"]]


def test_openlineage_has_the_version_that_went_live(lineage: dict[str, dict[str, Any]], worked: Run) -> None:
    (live,) = lineage["promote"]["outputs"]
    facet = live["facets"]["modelRegistry_version"]
    assert ("worked", 1, "production") == (live["name"], facet["version"], facet["alias"])
    assert worked.xcom("promote")["event"] == facet["event"]


@pytest.mark.parametrize("task_id", ["fair", "validate", "score"])
def test_openlineage_has_the_version_that_was_read(lineage: dict[str, dict[str, Any]], task_id: str) -> None:
    (read,) = lineage[task_id]["inputs"]
    assert ("worked", "1") == (read["name"], read["facets"]["version"]["datasetVersion"])


def test_the_models_page_works_under_a_path_on_navigation_as_on_reload(
    browser: Browser, airflow_on_postgres: Airflow, worked: Run
) -> None:
    with visitors(browser, airflow_on_postgres) as arrives:
        visitor = arrives(None)
        page = visitor.page
        page.goto(f"{airflow_on_postgres.url}/")
        page.get_by_role("link", name="Models").click()
        visitor.settled().get_by_role("link", name="worked", exact=True).click()
        for _ in ("there by a link", "there by the address"):
            expect(visitor.settled().get_by_role("heading", name="worked", exact=True)).to_be_visible()
            page.reload()
        visitor.settled().get_by_role("link", name="version 1").first.click()
        visitor.settled().get_by_role("link", name="worker_role", exact=True).click()
        expect(page.get_by_role("heading", name="worker_role")).to_be_visible()
        expect(page).to_have_url(f"{airflow_on_postgres.url}/dags/worker_role")
