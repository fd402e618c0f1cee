"""Delivering: in order, each event at least once, whatever the receiver answers, and whoever else delivers."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from airflow_provider_registry.errors import InvalidInputError, ModelNotFoundError, RecordTamperedError
from airflow_provider_registry.registry.webhooks.tables import WebhookRow
from tests.registry.webhooks.worlds import SECRETS
from tests.support.kernel import watching
from tests.support.receiver import SECRET, hang_up, status

MINUTE = timedelta(minutes=1)

_DELIVERS = """
import sys
from airflow_provider_registry.registry import Registry
Registry.connect(sys.argv[1]).deliver_webhooks({"signing": sys.argv[2]})
"""


class TestDelivered:
    def test_what_happens_after_it_was_set_is_sent_in_order_and_once(self, told):
        assert told.outcomes() == [(4, "delivered"), (5, "delivered"), (6, "delivered")]
        assert told.receiver.seqs == [4, 5, 6]
        assert told.deliver() == []
        told.tag()
        assert told.outcomes() == [(7, "delivered")]

    def test_a_page_of_the_record_is_no_limit(self, told, monkeypatch):
        monkeypatch.setattr("airflow_provider_registry.registry.webhooks.deliver._PAGE", 2)
        told.tag(2)
        told.deliver()
        assert told.receiver.seqs == [4, 5, 6, 7, 8]

    def test_only_what_it_wants_and_the_rest_is_done_with(self, told):
        told.registry.set_webhooks("churn", [told.receiver.webhook(events=["alias.promoted"], aliases=["Production"])])
        told.registry.promote("churn", 1, "production")
        told.registry.promote("churn", 1, "staging")
        told.deliver()
        assert [got.said["data"]["alias"] for got in told.receiver.got] == ["production"]
        assert (told.state().position, told.state().lag) == (9, 0)

    def test_each_webhook_of_each_model_by_itself(self, told):
        told.receiver.answer = lambda request: status(500 if request.path == "/bad" else 200)(request)
        told.world.versions(0.8, model="other")
        told.registry.set_webhooks("other", [told.receiver.webhook(), told.receiver.webhook("bad")])
        told.registry.set_tag("models:/other/1", "a", "b")
        found = {(each.model_name, each.webhook): each.outcome.value for each in told.deliver()}
        assert found == {
            ("churn", "audit"): "delivered",
            ("other", "audit"): "delivered",
            ("other", "bad"): "failed",
        }

    def test_of_one_model_alone(self, told):
        told.world.versions(0.8, model="other")
        told.registry.set_webhooks("other", [told.receiver.webhook()])
        told.registry.set_tag("models:/other/1", "a", "b")
        assert {each.model_name for each in told.deliver(model_name="other")} == {"other"}
        with pytest.raises(ModelNotFoundError):
            told.deliver(model_name="none")

    def test_a_removed_webhook_is_sent_nothing_more_and_comes_back_at_the_present(self, told):
        webhook = told.receiver.webhook()
        told.registry.set_webhooks("churn", [])
        assert told.deliver() == []
        told.tag()
        told.registry.set_webhooks("churn", [webhook])
        told.tag()
        told.deliver()
        assert told.receiver.seqs == [told.registry.record_head("churn").count]

    def test_a_changed_webhook_goes_on_where_it_was_and_at_once(self, told):
        told.receiver.answer = status(500)
        told.deliver()
        told.receiver.answer = status(200)
        told.registry.set_webhooks("churn", [told.receiver.webhook(events=["version.tagged"])])
        assert told.state().failures == 0
        assert told.outcomes() == [(4, "delivered"), (5, "delivered"), (6, "delivered")]

    def test_one_that_was_edited_in_the_database_is_sent_nothing_and_all_others_are(self, told):
        told.registry.set_webhooks("churn", [told.receiver.webhook(), told.receiver.webhook("chat")])
        told.tag()
        with told.registry.engine.begin() as connection:
            edited = update(WebhookRow).where(WebhookRow.name == "chat")
            connection.execute(edited.values(body=told.receiver.webhook("chat") | {"url": f"{told.receiver.url}/x"}))
        with pytest.raises(RecordTamperedError, match="The webhook 'chat' is not the one that was set"):
            told.deliver()
        assert {got.path for got in told.receiver.got} == {"/audit"}

    def test_a_round_with_nothing_to_deliver_is_one_statement(self, told):
        told.deliver()
        with watching(told.registry.engine, 0, lambda connection: None) as watch:
            assert told.deliver() == []
        assert watch.statements == 1


class TestFailing:
    @pytest.mark.parametrize(
        ("answer", "code", "error"),
        [
            (
                status(500, b"out of \x1b[31morder"),
                500,
                r"the answer was 500 Internal Server Error: out of \x1b[31morder",
            ),
            (status(302, location="/elsewhere"), 302, "the answer was 302 Found: redirects are not followed"),
            (status(400, b"x" * 10_000), 400, f"the answer was 400 Bad Request: {'x' * 200}"),
            (hang_up, None, "RemoteProtocolError: Server disconnected without sending a response."),
        ],
        ids=["fails", "redirects", "talks", "hangs up"],
    )
    def test_what_is_no_success_is_noted_and_what_comes_after_waits(self, told, answer, code, error):
        told.receiver.answer = answer
        (attempt,) = told.deliver()
        assert (attempt.seq, attempt.outcome, attempt.status, attempt.error) == (4, "failed", code, error)
        assert told.receiver.seqs == [4]
        assert (told.state().last_error, told.state().failures, told.state().position) == (error, 1, 3)

    def test_a_receiver_that_hangs_is_left_after_the_timeout_and_holds_no_other(self, told):
        go_on = threading.Event()
        told.receiver.answer = lambda request: go_on.wait(30) if request.path == "/slow" else status(200)(request)
        told.registry.set_webhooks("churn", [told.receiver.webhook(), told.receiver.webhook("slow")])
        told.tag()
        found = {each.webhook: each for each in told.deliver(timeout=0.5)}
        go_on.set()
        assert found["audit"].is_delivered
        assert found["slow"].error == "there was no answer within 0.5 seconds"

    def test_a_receiver_that_answers_a_byte_at_a_time_is_left_too(self, told):
        go_on = threading.Event()

        def drip(request):
            request.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
            while not go_on.wait(0.05):
                request.wfile.write(b"x")

        told.receiver.answer = drip
        (attempt,) = told.deliver(timeout=0.5)
        go_on.set()
        assert attempt.error == "there was no answer within 0.5 seconds"

    def test_nobody_is_there(self, told):
        told.registry.set_webhooks("churn", [{**told.receiver.webhook(), "url": "http://127.0.0.1:9/"}])
        (attempt,) = told.deliver()
        assert attempt.status is None
        assert attempt.error.startswith("ConnectError: ")

    def test_it_is_tried_again_later_and_later(self, told):
        told.receiver.answer = status(500)
        waits = []
        for _ in range(9):
            (attempt,) = told.deliver()
            state = told.state()
            assert state.next_at is not None
            waits.append(round((state.next_at - attempt.at) / MINUTE, 1))
            assert told.deliver() == []
            told.pass_time(state.next_at - attempt.at)
        assert waits == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
        told.receiver.answer = status(200)
        assert told.outcomes() == [(4, "delivered"), (5, "delivered"), (6, "delivered")]
        assert {got.id for got in told.receiver.got if got.seq == 4} == {told.receiver.got[0].id}
        assert told.state().failures == 0


class TestGivenUp:
    def test_what_is_old_is_given_up_where_it_failed_for_as_long_and_the_next_is_tried_at_once(self, told, ages):
        told.receiver.answer = status(500)
        told.deliver()
        told.pass_time(ages)
        told.tag()
        assert told.outcomes() == [(4, "given_up"), (5, "given_up"), (6, "given_up"), (7, "failed")]
        assert (told.state().given_up, told.state().position) == (3, 6)

    def test_an_event_is_not_given_up_since_nobody_delivered_for_long(self, told, ages):
        told.pass_time(ages)
        told.receiver.answer = status(500)
        assert told.outcomes() == [(4, "failed")]

    def test_who_says_that_it_is_gone_is_asked_once_for_each_event(self, told):
        told.receiver.answer = status(410)
        assert told.outcomes() == [(4, "given_up"), (5, "given_up"), (6, "given_up")]
        assert told.deliver() == []
        told.tag()
        assert told.outcomes() == [(7, "given_up")]


class TestSecrets:
    @pytest.mark.parametrize(
        ("secrets", "error"),
        [
            ({}, "the secret 'signing' could not be had: KeyError"),
            (lambda name: 1 / 0, "the secret 'signing' could not be had: ZeroDivisionError"),
            ({"signing": "hunter2"}, "the secret 'signing' cannot be used: A signing secret must be whsec_"),
            ({"signing": None}, "the secret 'signing' cannot be used: A signing secret must be whsec_"),
        ],
        ids=["none", "raises", "no secret", "nothing"],
    )
    def test_a_secret_that_cannot_be_had_is_a_failure_like_another(self, told, secrets, error):
        (attempt,) = told.registry.deliver_webhooks(secrets)
        assert attempt.outcome == "failed"
        assert attempt.error.startswith(error)
        assert "hunter2" not in attempt.error
        assert told.receiver.got == []

    def test_neither_the_secret_nor_the_url_is_in_the_log_or_the_history(self, told, caplog):
        caplog.set_level(logging.DEBUG)
        told.registry.set_webhooks("churn", [{**told.receiver.webhook(), "url": f"{told.receiver.url}/T0KEN"}])
        for answer in (status(200), status(500), hang_up):
            told.receiver.answer = answer
            told.tag()
            told.deliver()
            told.pass_time(timedelta(hours=1))
        shown = caplog.text + str(told.registry.webhook_attempts("churn"))
        assert len(told.receiver.got) >= 3
        assert "was not delivered" in shown
        assert not [word for word in (SECRET, SECRET[6:], "T0KEN") if word in shown]

    def test_what_is_no_source_of_secrets_is_refused(self, told):
        with pytest.raises(InvalidInputError, match="^secrets must be "):
            told.registry.deliver_webhooks(SECRET)


class TestAtOnce:
    def test_deliverers_at_once_send_each_event_once_and_in_order(self, told):
        told.tag(10)
        with ThreadPoolExecutor(4) as pool:
            rounds = list(pool.map(lambda _: told.deliver(), range(8)))
        assert told.receiver.seqs == list(range(4, 17))
        assert sum(map(len, rounds)) == 13

    def test_whoever_comes_while_one_is_out_goes_away(self, told):
        with told.delivering():
            assert told.deliver() == []
        assert told.receiver.seqs == [4, 5, 6]

    def test_no_transaction_is_open_while_a_message_is_out(self, told):
        """Else this act would wait for it; on SQLite, any act."""

        def act(request):
            told.tag()
            status(200)(request)

        told.receiver.answer = act
        assert told.outcomes(timeout=30) == [(4, "delivered"), (5, "delivered"), (6, "delivered")]
        assert told.state().lag == 3

    def test_who_was_killed_between_sending_and_noting_has_it_sent_again_once_the_lease_lapsed(self, told):
        url = told.registry.engine.url.render_as_string(hide_password=False)
        deliverer = subprocess.Popen([sys.executable, "-c", _DELIVERS, url, SECRET])
        told.receiver.answer = lambda request: deliverer.kill()
        assert deliverer.wait(60) == -signal.SIGKILL
        told.receiver.answer = status(200)
        assert told.deliver() == []
        told.pass_time(timedelta(minutes=2))
        told.deliver()
        assert told.receiver.seqs == [4, 4, 5, 6]
        assert told.receiver.got[0].id == told.receiver.got[1].id

    def test_who_lost_the_lease_notes_what_it_sent_and_sends_no_more(self, told):
        """As after a pause of the whole machine: another has gone on, and what is noted late turns nothing back."""

        def overtaken(request):
            if len(told.receiver.got) == 1:
                told.pass_time(timedelta(minutes=2))
                told.deliver()
            status(200)(request)

        told.receiver.answer = overtaken
        assert [attempt.seq for attempt in told.deliver()] == [4]
        assert told.receiver.seqs == [4, 4, 5, 6]
        assert told.state().position == 6

    def test_a_webhook_that_is_changed_meanwhile_is_sent_no_more_where_it_was(self, told):
        changed = {**told.receiver.webhook(), "url": f"{told.receiver.url}/new"}

        def change(request):
            told.registry.set_webhooks("churn", [changed])
            told.receiver.answer = status(200)
            status(410)(request)

        told.receiver.answer = change
        assert told.outcomes() == [(4, "failed")]
        assert told.state().failures == 0
        told.deliver()
        assert [(got.path, got.seq) for got in told.receiver.got] == [
            ("/audit", 4),
            *[("/new", seq) for seq in (4, 5, 6, 7)],
        ]


class TestHistory:
    def test_attempts_are_kept_for_a_time(self, told, ages):
        told.deliver()
        told.pass_time(ages)
        told.tag()
        told.deliver(keep=ages - timedelta(days=1))
        assert [attempt.seq for attempt in told.registry.webhook_attempts("churn")] == [7]

    def test_they_tell_newest_first_what_was_tried(self, told):
        told.receiver.answer = status(503)
        told.deliver()
        told.pass_time(MINUTE)
        told.receiver.answer = status(200)
        told.deliver()
        found = [(one.webhook, one.seq, one.outcome, one.status) for one in told.registry.webhook_attempts("churn")]
        done = [("audit", seq, "delivered", 200) for seq in (6, 5, 4)]
        assert found == [*done, ("audit", 4, "failed", 503)]
        assert len(told.registry.webhook_attempts("churn", "audit", limit=2)) == 2
        assert told.registry.webhook_attempts("churn", "none") == []

    def test_a_round_begins_no_more_once_its_time_is_up(self, told):
        assert [attempt.seq for attempt in told.deliver(seconds=1e-9)] == [4]


def test_secrets_may_come_from_a_function(told):
    assert len(told.registry.deliver_webhooks(SECRETS.__getitem__)) == 3
