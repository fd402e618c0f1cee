from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from airflow.sdk.serde import deserialize, serialize

from airflow_provider_registry.registry import Actor, Caller
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from airflow_provider_registry.triggers.request import PromotionRequestTrigger
from tests.support.skin import APPROVALS

TWO = {"gates": APPROVALS["gates"], "approvals": [{"role": "ml"}, {"role": "risk"}]}


def trigger(**kwargs):
    said: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "model_name": "churn", "version": 1}
    return PromotionRequestTrigger(**{**said, "alias": "production", "poll_interval": 0.01, **kwargs})


async def fired(one):
    (event,) = [event.payload async for event in one.run()]
    return event


def after(one, act):
    """What a trigger fires that waits already when something is done."""

    async def story():
        waiting = asyncio.create_task(fired(one))
        await asyncio.sleep(0)
        await asyncio.to_thread(act)
        return await waiting

    return asyncio.run(story())


def person(registry, name):
    return registry.acting_as(Caller(Actor("tests", name, name), Via.PYTHON))


@pytest.fixture
def registry(skin_registry, artifact):
    for key in "ab":
        skin_registry.register_version("churn", artifact, metrics={"auc": 0.9}, key=key)
    skin_registry.set_policy("churn", "production", TWO)
    return skin_registry


def test_it_is_made_again_from_plain_json():
    made = trigger(known="7:open:0", settled=True, timeout=60)
    classpath, kwargs = made.serialize()
    assert classpath == "airflow_provider_registry.triggers.request.PromotionRequestTrigger"
    stored: Any = deserialize(serialize(kwargs))
    assert PromotionRequestTrigger(**stored).serialize() == made.serialize()


def test_a_timeout_is_stored_as_a_moment_so_that_a_new_triggerer_does_not_begin_anew():
    before = time.time()
    kwargs = trigger(timeout=60).serialize()[1]
    assert before + 60 <= kwargs["deadline"] <= time.time() + 60
    assert "timeout" not in kwargs


def test_it_shares_its_look_with_the_waits_for_aliases():
    given: Any = {"model_registry_conn_id": "model_registry_default", "model_name": "other", "alias": "staging"}
    assert trigger().shared_stream_key() == ModelAliasTrigger(**given, poll_interval=0.01).shared_stream_key()


def test_it_waits_for_a_request_that_nobody_has_opened_yet(registry):
    opened = []
    found = after(trigger(), lambda: opened.append(registry.request_promotion("churn", 1, "production")))
    assert (found["request_id"], found["state"]) == (opened[0].request_id, "open")


def test_a_request_of_another_version_does_not_count(registry):
    registry.request_promotion("churn", 2, "production")
    found = after(trigger(), lambda: registry.request_promotion("churn", 1, "production"))
    assert found["version"] == 1


def test_what_is_known_already_does_not_count_and_a_new_decision_does(registry):
    request = registry.request_promotion("churn", 1, "production")
    ana = person(registry, "ana")
    found = after(trigger(known=request.mark), lambda: ana.decide(request.request_id, verdict="approve", role="ml"))
    again = registry.get_request(request.request_id)
    assert (found["state"], found["mark"]) == ("open", again.mark)
    assert found["decided"] == again.decisions[0].event


def test_a_decision_that_settles_nothing_does_not_wake_who_waits_for_the_end(registry):
    request = registry.request_promotion("churn", 1, "production")
    decide = {"verdict": "approve"}

    def act():
        person(registry, "ana").decide(request.request_id, role="ml", **decide)
        person(registry, "bo").decide(request.request_id, role="risk", **decide)

    assert after(trigger(known=request.mark, settled=True), act)["state"] == "approved"


def test_who_waits_for_the_end_of_one_is_woken_by_another_in_its_place(registry):
    request = registry.request_promotion("churn", 1, "production")
    registry.withdraw(request.request_id, reason="once more")
    newer = registry.request_promotion("churn", 1, "production")
    assert asyncio.run(fired(trigger(known=request.mark, settled=True)))["request_id"] == newer.request_id


def test_after_its_timeout_it_says_so(registry):
    registry.request_promotion("churn", 1, "production")
    assert asyncio.run(fired(trigger(settled=True, timeout=0.02))) == {"timed_out": True}


def test_what_is_there_goes_before_a_timeout_that_passed_while_nobody_looked(registry):
    registry.request_promotion("churn", 1, "production")
    assert asyncio.run(fired(trigger(deadline=1.0)))["state"] == "open"
