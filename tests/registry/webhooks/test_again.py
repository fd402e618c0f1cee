"""Sending once more, and a test that is of no event."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import BusyWebhookError, InvalidInputError, WebhookNotFoundError
from tests.registry.webhooks.worlds import SECRETS
from tests.support.receiver import status


def again(told, **more):
    """What came of a redelivery."""
    found = told.registry.redeliver_webhooks("churn", SECRETS, **more)
    return [(attempt.webhook, attempt.seq, attempt.outcome.value) for attempt in found]


class TestRedeliver:
    def test_all_that_were_given_up_in_order_and_only_once(self, told):
        told.receiver.answer = status(410)
        told.deliver()
        assert told.state().given_up == 3
        told.receiver.answer = status(200)
        first = [got.id for got in told.receiver.got]
        assert again(told) == [("audit", seq, "delivered") for seq in (4, 5, 6)]
        assert [got.id for got in told.receiver.got[3:]] == first
        assert again(told) == []
        assert told.state().given_up == 0

    def test_until_one_is_not_delivered(self, told):
        told.receiver.answer = status(410)
        told.deliver()
        assert again(told) == [("audit", 4, "failed")]
        assert (told.state().given_up, told.state().position) == (3, 6)

    def test_one_event(self, told):
        told.deliver()
        assert again(told, seq=5) == [("audit", 5, "delivered")]
        assert told.receiver.seqs == [4, 5, 6, 5]

    def test_where_the_next_is_not_due_yet(self, told):
        told.deliver()
        told.receiver.answer = status(500)
        told.tag()
        told.deliver()
        before = told.state()
        told.receiver.answer = status(200)
        assert again(told, seq=4) == [("audit", 4, "delivered")]
        assert (told.state().next_at, told.state().failures) == (before.next_at, 1)

    def test_to_the_webhook_that_is_named(self, told):
        told.registry.set_webhooks("churn", [told.receiver.webhook(), told.receiver.webhook("chat")])
        told.tag()
        told.deliver()
        last = told.registry.record_head("churn").count
        with pytest.raises(InvalidInputError, match="Which webhook of 'churn'"):
            again(told, seq=last)
        assert again(told, seq=last, webhook="Chat") == [("chat", last, "delivered")]

    def test_what_it_was_not_sent_yet_waits_for_its_turn(self, told):
        with pytest.raises(InvalidInputError, match="Event 4 of 'churn' has not been delivered to 'audit' yet"):
            again(told, seq=4)

    def test_what_it_is_never_sent(self, told):
        told.registry.set_webhooks("churn", [told.receiver.webhook(events=["alias.promoted"])])
        told.deliver()
        with pytest.raises(WebhookNotFoundError, match="is none that the webhook 'audit' is sent"):
            again(told, seq=4)

    def test_what_was_given_up_and_is_not_wanted_any_more_is_left(self, told):
        told.receiver.answer = status(410)
        told.deliver()
        told.registry.set_webhooks("churn", [told.receiver.webhook(events=["alias.promoted"])])
        assert again(told) == []

    def test_a_webhook_that_is_not_there(self, told):
        with pytest.raises(WebhookNotFoundError, match="no webhook 'none': it has audit"):
            again(told, webhook="none")
        told.registry.set_webhooks("churn", [])
        with pytest.raises(WebhookNotFoundError, match="no webhook None: it has none"):
            again(told)

    def test_not_while_somebody_delivers(self, told):
        with told.delivering(), pytest.raises(BusyWebhookError, match="try again in a minute"):
            again(told, seq=1)


class TestTest:
    def test_it_arrives_signed_and_is_of_no_event(self, told):
        attempt = told.registry.test_webhook("churn", SECRETS)
        assert (attempt.outcome, attempt.seq, attempt.status) == ("delivered", None, 204)
        (got,) = told.receiver.got
        assert got.said["type"] == "webhook.test"
        assert got.id.startswith("test_")
        assert told.registry.webhook_attempts("churn") == []
        assert told.state().position == 3

    def test_what_goes_wrong_is_said(self, told):
        told.receiver.answer = status(401, b"no")
        assert (
            told.registry.test_webhook("churn", SECRETS, webhook="audit").error == "the answer was 401 Unauthorized: no"
        )
