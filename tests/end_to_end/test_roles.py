"""A connection with the database role `worker`, into the database of Airflow itself."""

from __future__ import annotations

import re

import pytest

from airflow_provider_registry.registry import Actor, Caller
from tests.support.runs import POLICY, Place, Run

ASKS = {**POLICY, "approvals": [{"role": "ml-lead", "users": ["ana"]}], "override": {"users": ["ana"]}}


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
