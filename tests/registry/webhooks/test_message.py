"""What is sent: what the record says in the open, and neither persons nor free text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_registry.errors import DecisionRefusedError
from airflow_provider_registry.registry import Event, EventType, Registry, profile_of
from airflow_provider_registry.registry.webhooks.message import message_of
from tests.registry.requests.worlds import LEAD, approve, ask, by, protect
from tests.support.kernel import FLOOR, World, later
from tests.support.scanned import SUSPICIOUS, scanned
from tests.support.signers import a_signer


def said_of(registry: Registry, place: int = -1) -> dict[str, Any]:
    """The message of an event, by default the newest."""
    said: dict[str, Any] = json.loads(message_of(registry.model_events("churn")[place]).body)
    return said


class TestMessage:
    def test_it_says_what_happened(self, world):
        world.versions(0.8, 0.9)
        world.registry.promote("churn", 1, "production")
        world.as_task().registry.promote("churn", 2, "production")
        event, said = world.registry.model_events("churn")[-1], said_of(world.registry)
        assert said["type"] == "alias.promoted"
        assert said["timestamp"].endswith("Z")
        data = said["data"]
        assert (data["model_name"], data["event"], data["previous_version"]) == ("churn", 5, 1)
        assert data["kinds"] == ["alias.promoted", "version.live"]
        assert (data["version"], data["alias"], data["reference"]) == (2, "production", "models:/churn/2")
        assert data["text"] == "churn: promoted version 2 to production in place of version 1."
        assert data["task"]["dag_id"] == "retrain"
        assert data["hash"] == event.hash
        assert data["payload"] == event.payload

    def test_its_id_is_the_events_for_ever(self, world):
        world.versions(0.8)
        event = world.registry.model_events("churn")[-1]
        world.registry.rename_model("churn", "leave")
        again = world.registry.model_events("leave")[1]
        assert message_of(event).id == message_of(again).id == f"evt_{event.hash}"

    def test_narrower_kinds_are_said(self, world):
        protect(world, LEAD)
        approve(world, "ana", ask(world))
        assert said_of(world.registry)["data"]["kinds"] == ["request.decided", "request.approved"]

    def test_neither_persons_nor_free_text_are_sent_of_any_event(self, world):
        for event in told_by_all(world):
            body = message_of(event).body.decode()
            assert not [word for word in (*PERSONS, "free text") if word in body], body


PERSONS = ("tester", "ana-the-lead", "zoe-the-owner")


def told_by_all(world: World) -> list[Event]:
    """Events of every type, each by a person and with free text wherever one may be."""
    registry, text = world.registry, "free text"
    registry.create_model("churn", description=text, reason=text)
    zoe = {"triggered_by": "zoe-the-owner", "instance_id": "one"}
    world.register("one", auc=0.85, description=text, tags={"a": text}, producer=zoe)
    world.register("two", auc=0.86)
    registry.update_model("churn", description=f"more {text}", reason=text)
    registry.rename_model("churn", "leave")
    registry.rename_model("leave", "churn")
    registry.set_tag(1, "b", text, model_name="churn")
    registry.delete_tag(1, "b", model_name="churn")
    registry.describe_version(1, text, model_name="churn")
    registry.record_check("churn", 1, "looks", True, {"note": text})
    registry.archive_version(2, model_name="churn", reason=text)
    registry.restore_version(2, model_name="churn", reason=text)
    for version in (1, 2, 2):
        registry.promote("churn", version, "free", reason=text)
    registry.rollback("churn", "free", reason=text)
    registry.clear_alias("churn", "free", reason=text)
    policy = {"gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}]}
    asks = {
        **policy,
        "approvals": [{"role": "lead", "users": ["ana-the-lead"]}],
        "override": {"users": ["ana-the-lead"]},
    }
    registry.set_policy("churn", "production", asks, reason=text)
    registry.validate("churn", 1, alias="production")
    one = registry.request_promotion("churn", 1, "production", reason=text)
    approve(world, "ana-the-lead", one, comment=text)
    with pytest.raises(DecisionRefusedError):
        approve(world, "zoe-the-owner", one, comment=text)
    registry.withdraw(one.request_id, reason=text)
    by(world, "ana-the-lead").override("churn", 2, "production", reason=text)
    registry.remove_policy("churn", "production", reason=text)
    tell_of_life(world, text)
    registry.set_webhooks("churn", [{"name": "x", "url": "https://x", "secret": "x"}], reason=text)
    registry.erase_event("churn", 1, reason=text)
    events = registry.model_events("churn")
    assert {event.type for event in events} == {*EventType}
    return events


def tell_of_life(world: World, text: str) -> None:
    """What comes after a version was registered, and may go on after it was promoted."""
    registry = world.registry
    registry.record_metrics("models:/churn/1", {"auc": 0.8})
    registry.record_feedback("models:/churn/1", kind="comment", value=text, subject="zoe-the-owner", source="tester")
    registry.erase_feedback("models:/churn/1", subject="zoe-the-owner", reason=text)
    registry.record_profile("models:/churn/1", profile_of({"age": [20, 30]}))
    registry.set_card("models:/churn/1", f"## Intended use\n\n{text}", reason=text)
    registry.sign("models:/churn/1", a_signer())
    scanned(registry, "models:/churn/1", SUSPICIOUS)
    registry.record_deployment("models:/churn/1", "production", "eu", desired="running", reason=text)
    registry.record_deployment("models:/churn/1", "production", "eu", desired="stopped", reason=text)
    registry.promote("churn", 1, "live", reason=text)
    registry.route("churn", 2, "live", traffic=10, reason=text)
    registry.end_route("churn", 2, "live", reason=text)
    registry.set_policy("churn", "live", {**FLOOR, "review_every": "90d"}, reason=text)
    registry.record_review("churn", "live", outcome="keep", reason=text)
    for weights in ("three", "four"):
        world.register(weights)
    registry.archive_version(3, model_name="churn", reason=text)
    registry.set_retention("churn", {"keep_last": 1, "grace": "1d"}, reason=text)
    with later(days=2):
        registry.apply_retention("churn")
