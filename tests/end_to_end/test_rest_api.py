"""The REST API on a real API server: who is logged in acts, and what they decide wakes the Dag that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import httpx
import pytest

from demo.standalone import Airflow
from tests.support.runs import Place, Run

As = Callable[[str | None], httpx.Client]
POLICY = {
    "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "users": ["ida", "vic"]}],
}


@pytest.fixture(scope="module")
def as_user(airflow: Airflow) -> Iterator[As]:
    """Gives a client of the REST API for a user; None is nobody."""
    with ExitStack() as stack:

        def client(user: str | None) -> httpx.Client:
            made = httpx.Client(base_url=f"{airflow.url}/model-registry/api/v1/", timeout=30, trust_env=False)
            if user is not None:
                login = {"username": user, "password": user}
                token = httpx.post(f"{airflow.url}/auth/token", json=login, trust_env=False).json()["access_token"]
                made.headers["Authorization"] = f"Bearer {token}"
            return stack.enter_context(made)

        yield client


@pytest.fixture(scope="module")
def waiting(airflow: Airflow, embedded: Place, first_use: Run) -> Run:
    """A run whose promotion waits for people."""
    model = embedded.model("rest", POLICY)
    embedded.versions(model, 1)
    run = embedded.start("deciding", model)
    run.wait_for("promote", "deferred")
    return run


def test_nobody_reads_anything_without_a_token_or_with_a_wrong_one(as_user: As, waiting: Run) -> None:
    nobody = as_user(None)
    wrong = {"Authorization": "Bearer wrong"}
    answers = [nobody.get("models"), nobody.get("models", headers=wrong), nobody.get("me"), nobody.post("rollbacks")]
    assert [401, 403, 401, 401] == [answer.status_code for answer in answers]
    assert {"application/problem+json"} == {answer.headers["content-type"] for answer in answers}
    assert 200 == nobody.get("openapi.json").status_code


def test_a_viewer_sees_what_waits_and_may_not_decide(as_user: As, waiting: Run, embedded: Place) -> None:
    viewer = as_user("vic")
    (request,) = viewer.get("requests", params={"model": "rest"}).json()
    said = {"verdict": "approve", "report": request["report_digest"]}
    assert (["read"], "open") == (viewer.get("me").json()["rights"], request["state"])
    answer = viewer.post(f"requests/{request['request_id']}/decisions", json=said)
    assert (403, True) == (answer.status_code, embedded.registry.get_request(request["request_id"]).is_pending)


def test_a_decision_wakes_the_dag_that_waits(as_user: As, waiting: Run, embedded: Place) -> None:
    reviewer = as_user("ida")
    (request,) = reviewer.get("requests", params={"model": "rest"}).json()
    said = {"verdict": "approve", "report": request["report_digest"], "comment": "seen"}
    decided = reviewer.post(f"requests/{request['request_id']}/decisions", json=said)
    assert (200, "approved") == (decided.status_code, decided.json()["state"])
    assert {"request": "success", "wait": "success", "promote": "success"} == waiting.states()
    events = embedded.events("rest")
    (decision,) = (event for event in events if event.type == "request.decided")
    assert ("ida", "airflow-ui", True) == (decision.by, decision.via, decision.authenticated)
    (holder,) = reviewer.get("model", params={"name": "rest"}).json()["holders"]
    assert (1, request["request_id"]) == (holder["version"], holder["request"])


def test_another_registry_is_named_by_its_connection(as_user: As, on_postgres: Place) -> None:
    on_postgres.model("rest-elsewhere")
    found: Mapping[str, object] = as_user("vic").get("model?name=rest-elsewhere&registry=registry_postgres").json()
    assert "rest-elsewhere" == found["name"]
    answer = as_user("vic").get("models?registry=registry_unfilled")
    assert (404, True) == (answer.status_code, "ui_connections" in answer.json()["detail"])
