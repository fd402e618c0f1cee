"""Setting webhooks: one act, one event, and a record that vouches for them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from airflow_provider_registry.errors import ModelNotFoundError, RecordTamperedError, SupersededSinceError
from airflow_provider_registry.registry.webhooks.tables import WebhookRow

AUDIT = {"name": "audit", "url": "https://hooks.example.com/registry", "secret": "signing"}
CHAT = {"name": "chat", "url": "https://chat.example.com/", "secret": "chat", "aliases": ["production"]}


@pytest.fixture
def churn(world):
    """A registry of one model with two events."""
    return world.versions(0.8).registry


class TestSet:
    def test_they_are_what_was_set_by_name(self, churn):
        said = churn.set_webhooks("churn", [CHAT, AUDIT], reason="told by Git")
        assert [webhook.as_mapping() for webhook in said] == [AUDIT, CHAT]
        assert churn.webhooks("churn") == said
        churn.verify_record("churn")

    def test_it_is_one_event_that_holds_no_url(self, churn):
        churn.set_webhooks("churn", [AUDIT, CHAT], reason="told by Git")
        (event,) = churn.model_events("churn", first=3)
        assert str(event).endswith("tester set the webhooks: audit, chat. Reason: told by Git")
        assert event.payload["before"] == {}
        assert set(event.payload["webhooks"]) == {"audit", "chat"}
        assert "example.com" not in str(event.payload)

    def test_the_same_again_changes_nothing_in_any_order(self, churn):
        churn.set_webhooks("churn", [AUDIT, CHAT])
        head = churn.record_head("churn")
        churn.set_webhooks("churn", [CHAT, AUDIT])
        churn.set_webhooks("churn", churn.webhooks("churn"))
        assert churn.record_head("churn") == head

    def test_changed_removed_and_back_again(self, churn):
        changed = {**AUDIT, "url": "https://other.example.com/"}
        for webhooks in ([AUDIT, CHAT], [changed], [], [AUDIT], [AUDIT, CHAT]):
            churn.set_webhooks("churn", webhooks)
            assert [webhook.as_mapping() for webhook in churn.webhooks("churn")] == webhooks
            churn.verify_record("churn")
        assert str(churn.model_events("churn", first=5)[0]).endswith("tester removed all webhooks.")

    def test_a_repeat_is_the_act_that_was_done_unless_others_were_set_since(self, churn):
        churn.set_webhooks("churn", [AUDIT], key="k")
        head = churn.record_head("churn")
        churn.set_webhooks("churn", [AUDIT], key="k")
        assert churn.record_head("churn") == head
        churn.set_webhooks("churn", [CHAT])
        with pytest.raises(SupersededSinceError, match="The webhooks of the model were set by event 3"):
            churn.set_webhooks("churn", [AUDIT], key="k")

    def test_a_model_that_is_not_there(self, churn):
        with pytest.raises(ModelNotFoundError):
            churn.set_webhooks("none", [AUDIT])
        with pytest.raises(ModelNotFoundError):
            churn.webhooks("none")


class TestTampered:
    def test_a_webhook_that_was_edited_is_found_and_not_used(self, churn):
        churn.set_webhooks("churn", [AUDIT])
        with churn.engine.begin() as connection:
            connection.execute(update(WebhookRow).values(body={**AUDIT, "url": "https://elsewhere.example.com/"}))
        with pytest.raises(RecordTamperedError, match="the webhook 'audit', or from when to when it stood"):
            churn.verify_record("churn")
        with pytest.raises(RecordTamperedError, match="The webhook 'audit' is not the one that was set"):
            churn.webhooks("churn")
        said = churn.set_webhooks("churn", [AUDIT])
        assert churn.webhooks("churn") == said
