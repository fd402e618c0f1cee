"""What a task did, posted at once and signed, as the webhooks of a policy file are."""

from __future__ import annotations

from airflow_provider_registry.notifications.webhook import WebhookNotifier
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from docs.examples.webhook_receiver import verified
from tests.support.receiver import SECRET, status
from tests.support.tasks import Run, a_dag


def promoted(notifier):
    """Promote in a task, with its callbacks; gives how it ended."""
    with a_dag():
        promote = PromoteModelVersionOperator(
            task_id="promote", model_name="churn", version=2, alias="production", on_success_callback=notifier
        )
    return Run().task(promote, callbacks=True).state


def test_it_posts_what_the_task_did_as_a_webhook_would(registry, receiver):
    assert promoted(WebhookNotifier(f"{receiver.url}/{{{{ dag.dag_id }}}}", secret="signing")) == "success"
    (got,) = receiver.got
    assert got.path == "/retrain"
    assert verified(SECRET, got.headers, got.body) == got.body
    event = registry.model_events("churn")[-1]
    assert (got.id, got.said["type"], got.seq) == (f"evt_{event.hash}", "alias.promoted", event.seq)


def test_what_does_not_arrive_fails_no_task_and_is_in_its_log(registry, receiver, caplog):
    receiver.answer = status(500)
    assert promoted(WebhookNotifier(receiver.url, secret="signing")) == "success"
    assert len(receiver.got) == 1


def test_a_url_that_is_none_fails_no_task(registry, receiver):
    assert promoted(WebhookNotifier("http://hooks.example.com/", secret="signing")) == "success"
    assert receiver.got == []
