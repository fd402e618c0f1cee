"""The wait beside a question of Airflow's: one look at its answer, then the registry."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from airflow.sdk.api.datamodels._generated import HITLDetailResponse, HITLUser
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse, GetHITLDetailResponse
from airflow.sdk.serde import deserialize, serialize

from airflow_provider_registry.triggers import answers
from airflow_provider_registry.triggers.approval import ApprovalTrigger
from airflow_provider_registry.triggers.wait import Wait
from tests.support.people import as_person
from tests.support.skin import THRESHOLD

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
UNANSWERED = HITLDetailResponse(response_received=False, responded_at=None, chosen_options=None)
ANSWERED = HITLDetailResponse(
    response_received=True,
    responded_by_user=HITLUser(id="4", name="ana"),
    responded_at=AT,
    chosen_options=["Approve"],
    params_input={"comment": "c"},
)
BY_NOBODY = ANSWERED.model_copy(update={"responded_by_user": None})


def failed(status: int) -> AirflowRuntimeError:
    return AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": status}))


class Asked:
    """What Airflow tells a trigger of its task's question, look by look."""

    def __init__(self) -> None:
        self.says: list[HITLDetailResponse | AirflowRuntimeError] = [UNANSWERED]

    def send(self, msg: Any) -> HITLDetailResponse:
        assert isinstance(msg, GetHITLDetailResponse)
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if isinstance(said, AirflowRuntimeError):
            raise said
        return said


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    says = Asked()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", says, raising=False)
    return says


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.9})
    skin_registry.set_policy("churn", "production", {**THRESHOLD, "approvals": [{"role": "lead", "count": 2}]})
    skin_registry.request_promotion("churn", 1, "production")
    return skin_registry


def trigger(**kwargs):
    said: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "model_name": "churn", "version": 1}
    said |= {"alias": "production", "poll_interval": 0.01, "ti_id": str(UUID(int=7))}
    return ApprovalTrigger(**{**said, **kwargs})


def fired(one):
    async def run():
        return [event.payload async for event in one.run()]

    (payload,) = asyncio.run(run())
    return payload


def test_it_is_made_again_from_plain_json():
    made = trigger(known="7:open:0", look_only=True, deadline=5.0)
    classpath, kwargs = made.serialize()
    assert "airflow_provider_registry.triggers.approval.ApprovalTrigger" == classpath
    stored: Any = deserialize(serialize(kwargs))
    assert made.serialize() == ApprovalTrigger(**stored).serialize()


@pytest.mark.parametrize("look_only", [True, False])
def test_an_answer_that_is_there_already_is_handed_on_as_airflow_would(registry, asked, look_only):
    asked.says = [ANSWERED]
    known = registry.requests("churn")[0].mark
    assert {
        "chosen_options": ["Approve"],
        "params_input": {"comment": "c"},
        "responded_at": AT.isoformat(),
        "responded_by_user": {"id": "4", "name": "ana"},
        "timedout": False,
    } == fired(trigger(known=known, look_only=look_only))


@pytest.mark.parametrize("says", [UNANSWERED, BY_NOBODY, failed(404)], ids=["unanswered", "by nobody", "not asked"])
def test_a_look_alone_ends_where_nobody_has_answered(asked, says):
    asked.says = [says]
    assert {"looked": True} == fired(trigger(look_only=True))


@pytest.mark.parametrize("says", [UNANSWERED, failed(404)], ids=["unanswered", "not asked"])
def test_else_it_waits_for_the_next_decision_by_any_door(registry, asked, says):
    asked.says = [says]
    before = registry.requests("churn")[0]
    after = as_person(registry, "bo").decide(before.request_id, verdict="approve")
    assert after.mark == fired(trigger(known=before.mark))["mark"]


def test_an_answer_goes_before_what_has_become_of_the_request(registry, asked, monkeypatch):
    """The request has moved, and is found at once, while Airflow does not say yet."""
    told = threading.Event()
    really = Wait.tell

    def tell(self):
        really(self)
        told.set()

    def send(self, msg):
        if not told.is_set():
            raise failed(500)
        return ANSWERED

    monkeypatch.setattr(answers, "LOOK_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(Wait, "tell", tell)
    monkeypatch.setattr(Asked, "send", send)
    assert "ana" == fired(trigger())["responded_by_user"]["name"]


def test_an_airflow_that_does_not_say_is_asked_again(registry, asked, monkeypatch):
    monkeypatch.setattr(answers, "LOOK_AGAIN_SECONDS", 0)
    asked.says = [failed(500), failed(500), ANSWERED]
    assert "ana" == fired(trigger())["responded_by_user"]["name"]


@pytest.fixture
def waking_nobody(monkeypatch):
    """An Airflow before 3.3, on which an answer wakes no task."""
    monkeypatch.setattr(answers, "wakes_who_is_answered", lambda: False)
    monkeypatch.setattr(answers, "ROUND_SECONDS", 0.01)


def test_where_answers_wake_nobody_it_asks_until_there_is_one(registry, asked, waking_nobody):
    asked.says = [UNANSWERED, UNANSWERED, UNANSWERED, ANSWERED]
    known = registry.requests("churn")[0].mark
    assert "ana" == fired(trigger(known=known))["responded_by_user"]["name"]


def test_where_answers_wake_nobody_a_decision_by_another_door_still_does(registry, asked, waking_nobody):
    before = registry.requests("churn")[0]
    after = as_person(registry, "bo").decide(before.request_id, verdict="approve")
    assert after.mark == fired(trigger(known=before.mark))["mark"]
    assert {"looked": True} == fired(trigger(look_only=True))


def test_it_does_not_fire_in_the_first_seconds(asked):
    """Airflow fails a task that is woken before its scheduler knows that it waits."""
    asked.says = [ANSWERED]

    async def story():
        clock = asyncio.get_running_loop().time
        begin = clock()
        await trigger().found(settle=0.2)
        return clock() - begin

    assert asyncio.run(story()) >= 0.2
