"""A promotion and a sensor wait for people without a worker, and a decision made anywhere wakes them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.people import as_person
from tests.support.runs import Place, Run
from tests.support.skin import APPROVALS

ENDS = ("approved", "rejected", "superseded")
WAITING = ("wait", "promote")


@pytest.fixture(scope="module")
def decided(places: Mapping[str, Place]) -> Mapping[tuple[str, str], Run]:
    """A run for each end, on each registry, once both of its tasks waited and somebody decided."""
    runs = {}
    for place in places.values():
        for end in ENDS:
            model = place.model(f"decided-{end}", APPROVALS)
            place.versions(model, 2)
            runs[place.name, end] = place.start("deciding", model)
    for run in runs.values():
        for task_id in WAITING:
            run.wait_for(task_id, "deferred")
    for name, end in runs:
        _decide(places[name], f"decided-{end}", end)
    return runs


def _decide(place: Place, model: str, end: str) -> None:
    (request,) = place.registry.requests(model)
    match end:
        case "approved":
            as_person(place.registry, "ana").decide(request.request_id, verdict="approve")
        case "rejected":
            as_person(place.registry, "ana").decide(request.request_id, verdict="reject", comment="too risky")
        case "superseded":
            place.registry.request_promotion(model, 2, "production")


def test_an_approval_wakes_both_and_exactly_that_request_is_promoted(
    place: Place, decided: Mapping[tuple[str, str], Run]
) -> None:
    run = decided[place.name, "approved"]
    assert {"request": "success", "wait": "success", "promote": "success"} == run.states()
    (request,) = place.registry.requests("decided-approved")
    (held,) = place.registry.history("decided-approved", "production")
    assert (request.state, held.request) == ("promoted", request.request_id)
    assert run.xcom("promote") == held.as_mapping()
    assert [run.xcom(task_id, "request_id") for task_id in ("request", "wait")] == [request.request_id] * 2
    assert run.xcom("promote", "promotion_request")["request_id"] == request.request_id
    assert run.xcom("request", "link").endswith("/required_actions")
    links = run.client.links(run.dag_id, run.run_id, "request")
    asked, page = run.xcom("request"), f"plugin/models?registry={place.conn_id}&model=decided-approved"
    assert {
        "Model version": f"{run.client.url}/{page}&version=1",
        "Promotion request": f"{run.client.url}/{page}&request={asked['request_id']}",
        "Required Actions": asked["link"],
    } == links
    assert [1, 1] == [run.tries()[task_id] for task_id in WAITING]
    assert place.event_types("decided-approved")[-3:] == ["request.opened", "request.decided", "alias.promoted"]


def test_a_rejection_fails_both_and_says_who_and_why(place: Place, decided: Mapping[tuple[str, str], Run]) -> None:
    run = decided[place.name, "rejected"]
    assert {"request": "success", "wait": "failed", "promote": "failed"} == run.states()
    for task_id in WAITING:
        assert "was rejected by ana as ml-lead: too risky" in run.log(task_id)
    assert place.registry.history("decided-rejected", "production") == []


def test_a_newer_request_skips_both_and_says_so(place: Place, decided: Mapping[tuple[str, str], Run]) -> None:
    run = decided[place.name, "superseded"]
    assert {"request": "success", "wait": "skipped", "promote": "skipped"} == run.states()
    for task_id in WAITING:
        assert "was superseded by tester, since a newer request took its place" in run.log(task_id)
