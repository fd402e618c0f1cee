"""Promotion requests over HTTP: the whole way of one."""

from __future__ import annotations

import pytest

POLICY = {
    "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "users": ["ana", "bo"]}],
    "four_eyes": True,
    "rollback": {"users": ["ana"]},
}


@pytest.fixture(autouse=True)
def versions(skin_registry, artifact):
    """Two versions that may be asked for, and one that its gate stops."""
    skin_registry.create_model("churn")
    skin_registry.set_policy("churn", "production", POLICY, reason="people decide")
    for number, auc in ((1, 0.9), (2, 0.95), (3, 0.5)):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact, metrics={"auc": auc})


@pytest.fixture
def opened(asked_by):
    """A request that ana has opened."""
    return asked_by("ana").post("requests", json={"reference": "models:/churn/1", "alias": "production"}).json()


def approve(request, **more):
    return {"verdict": "approve", "report": request["report_digest"], **more}


def test_a_request_is_opened_once(asked_by, opened):
    again = asked_by("bo").post("requests", json={"reference": "models:/churn/1", "alias": "production"})
    assert (201, opened["request_id"]) == (again.status_code, again.json()["request_id"])
    assert ("open", {"ml-lead": 1}, "ana") == tuple(opened[key] for key in ("state", "missing", "requested_by"))
    seen = asked_by("vic").get("requests", params={"model": "churn", "version": 1, "state": ["open"]}).json()
    assert [opened["request_id"]] == [request["request_id"] for request in seen]
    assert [] == asked_by("vic").get("requests", params={"model": "churn", "version": 2}).json()
    assert [] == asked_by("vic").get("requests", params={"state": ["rejected", "expired"]}).json()


def test_who_asked_may_not_approve_and_is_told_why(asked_by, opened):
    answer = asked_by("ana").post(f"requests/{opened['request_id']}/decisions", json=approve(opened))
    assert (403, "urn:model-registry:DecisionRefusedError") == (answer.status_code, answer.json()["type"])
    assert "ana" in answer.json()["detail"]


def test_a_person_sees_whether_they_may_decide_and_why_not(asked_by, opened):
    route = f"requests/{opened['request_id']}"
    assert {"roles": ["ml-lead"], "refusal": "", "waits": True} == asked_by("bo").get(route).json()["standing"]
    for who, why in (("ana", "four eyes"), ("uli", "uli may not decide as ml-lead")):
        for request in (asked_by(who).get(route).json(), asked_by(who).get("requests").json()[0]):
            assert ([], True) == (request["standing"]["roles"], why in request["standing"]["refusal"])
    ended = asked_by("ana").post(f"{route}/withdrawal", json={"reason": "too early"})
    assert None is ended.json()["standing"]


def test_another_approves_and_then_it_is_promoted(asked_by, opened):
    decided = asked_by("bo").post(f"requests/{opened['request_id']}/decisions", json=approve(opened, comment="fine"))
    (decision,) = decided.json()["decisions"]
    assert ("approved", "bo", "ml-lead", "fine", "airflow-ui", True) == (
        decided.json()["state"],
        *(decision[key] for key in ("by", "role", "comment", "via", "authenticated")),
    )
    held = asked_by("ana").post("promotions", json={"reference": "models:/churn/1", "alias": "production"}).json()
    assert (1, opened["request_id"], "alias.promoted") == (held["version"], held["request"], held["act"])
    assert "promoted" == asked_by("vic").get(f"requests/{opened['request_id']}").json()["state"]


def test_a_promotion_without_approval_opens_a_request_and_says_so(asked_by):
    answer = asked_by("ana").post("promotions", json={"reference": "models:/churn/1", "alias": "production"})
    assert (409, "urn:model-registry:ApprovalNeededError") == (answer.status_code, answer.json()["type"])
    (request,) = asked_by("vic").get("requests", params={"state": ["open"]}).json()
    assert 1 == request["version"]


def test_what_a_gate_stops_is_not_asked_for(asked_by):
    answer = asked_by("ana").post("requests", json={"reference": "models:/churn/3", "alias": "production"})
    assert (409, "urn:model-registry:NotPassedError") == (answer.status_code, answer.json()["type"])
    assert "0.5" in answer.json()["detail"]


def test_a_decision_on_another_report_is_refused(asked_by, opened):
    answer = asked_by("bo").post(
        f"requests/{opened['request_id']}/decisions", json={"verdict": "approve", "report": "0" * 64}
    )
    assert (409, "urn:model-registry:StaleReportError") == (answer.status_code, answer.json()["type"])


def test_a_request_is_taken_back_with_a_reason(asked_by, opened):
    route = f"requests/{opened['request_id']}/withdrawal"
    assert 422 == asked_by("ana").post(route, json={"reason": ""}).status_code
    answer = asked_by("ana").post(route, json={"reason": "too early"}).json()
    assert ("withdrawn", "ana") == (answer["state"], answer["ended_by"])


def test_the_same_key_does_nothing_twice(asked_by, opened, skin_registry):
    asked_by("bo").post(f"requests/{opened['request_id']}/decisions", json=approve(opened))
    wanted, key = {"reference": "models:/churn/1", "alias": "production"}, {"Idempotency-Key": "a click"}
    first, second = (asked_by("ana").post("promotions", json=wanted, headers=key).json() for _ in range(2))
    assert first == second
    assert 1 == len(skin_registry.history("churn", "production"))


def test_a_rollback_brings_the_earlier_holder_back(asked_by, skin_registry):
    for number in (1, 2):
        wanted = {"reference": f"models:/churn/{number}", "alias": "production"}
        request = asked_by("ana").post("requests", json=wanted).json()
        asked_by("bo").post(f"requests/{request['request_id']}/decisions", json=approve(request))
        asked_by("ana").post("promotions", json=wanted)
    wanted = {"model_name": "churn", "alias": "production", "reason": "it was worse"}
    assert 403 == asked_by("bo").post("rollbacks", json=wanted).status_code
    held = asked_by("ana").post("rollbacks", json=wanted).json()
    assert (1, "alias.rolled_back", "it was worse") == (held["version"], held["act"], held["reason"])
