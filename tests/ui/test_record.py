"""The record over HTTP."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from tests.support.skin import THRESHOLD


@pytest.fixture(autouse=True)
def churn(skin_registry, artifact):
    """A model with a version that is live."""
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.9})
    skin_registry.promote("churn", 1, "production", reason="<script>")


def test_events_come_in_order_with_their_sentences(asked_by, skin_registry):
    known = skin_registry.model_events("churn")
    first = asked_by("vic").get("events", params={"model": "churn", "limit": 2}).json()
    second = asked_by("vic").get("events", params={"model": "churn", "first": first["next"], "limit": 2}).json()
    told = first["events"] + second["events"]
    assert (list(map(str, known)), None) == ([event["sentence"] for event in told], second["next"])
    assert ("tester", "<script>", "alias.promoted") == tuple(told[-1][key] for key in ("by", "reason", "type"))


def test_events_are_found_by_type_version_and_alias_the_newest_first(asked_by, skin_registry):
    skin_registry.set_tag("models:/churn/1", "seen", "yes")
    skin_registry.set_policy("churn", "staging", THRESHOLD, reason="r")

    def types(**asked):
        answer = asked_by("vic").get("events", params={"model": "churn", "newest_first": True, **asked}).json()
        return [event["type"] for event in answer["events"]]

    assert "policy.set" == types()[0]
    assert ["version.tagged", "alias.promoted", "version.registered"] == types(version=1)
    assert ["alias.promoted"] == types(alias="Production")
    assert ["version.tagged", "model.created"] == types(type=["model.created", "version.tagged"])


def test_a_record_that_is_what_was_written_verifies(asked_by, skin_registry):
    head = skin_registry.record_head("churn")
    answer = asked_by("vic").get("record/verification", params={"model": "churn"}).json()
    assert {"verified": True, "count": head.count, "hash": head.hash, "problem": None} == answer


def test_an_edited_record_does_not(asked_by, skin_registry):
    with skin_registry.engine.begin() as connection:
        connection.execute(text("UPDATE registry_metric SET value = 0.99"))
    answer = asked_by("vic").get("record/verification", params={"model": "churn"})
    assert (200, False) == (answer.status_code, answer.json()["verified"])
    assert "metric" in answer.json()["problem"]


def test_an_export_is_an_event_a_line(asked_by, skin_registry):
    answer = asked_by("vic").get("record/export", params={"model": "churn"})
    assert [event.as_mapping(private=True) for event in skin_registry.export_record("churn")] == [
        json.loads(line) for line in answer.text.splitlines()
    ]
    assert 'attachment; filename="churn.jsonl"' == answer.headers["content-disposition"]
