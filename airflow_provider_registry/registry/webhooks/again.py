"""Sending once more what a webhook is done with, and a test that is of no event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from airflow_provider_registry.errors import BusyWebhookError, InvalidInputError, WebhookNotFoundError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.record.queries import event_of, select_events
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import Event
from airflow_provider_registry.registry.webhooks.deliver import Secrets, send
from airflow_provider_registry.registry.webhooks.message import message_of, trial_message
from airflow_provider_registry.registry.webhooks.queries import given_up
from airflow_provider_registry.registry.webhooks.tables import WebhookOutcome
from airflow_provider_registry.registry.webhooks.turn import Turn, taking_turn
from airflow_provider_registry.registry.webhooks.views import WebhookAttempt
from airflow_provider_registry.registry.webhooks.webhook import Webhook


def redeliver(
    core: Core, model: Row, webhook: Webhook, seq: int | None, secrets: Secrets, timeout: float
) -> list[WebhookAttempt]:
    """Send events once more to one webhook, in order, until one is not delivered; see `Registry.redeliver_webhooks`."""
    with taking_turn(core, model["id"], webhook.name, timeout, due=False) as turn:
        if turn is None:
            raise BusyWebhookError(
                f"Events of {model['name']!r} are being delivered to the webhook {webhook.name!r} at this moment, so "
                "nothing was sent again: try again in a minute."
            )
        found = _events(turn, given_up(core, model["id"], webhook.name) if seq is None else [_reached(turn, seq)])
        if seq is not None and not found:
            raise WebhookNotFoundError(
                f"Event {seq} of {model['name']!r} is none that the webhook {webhook.name!r} is sent."
            )
        return list(_sent_again(turn, found, secrets))


def try_out(model_name: str, webhook: Webhook, secrets: Secrets, timeout: float) -> WebhookAttempt:
    """Send a test; see `Registry.test_webhook`."""
    answer = send(webhook, trial_message(model_name, datetime.now(UTC)), secrets, timeout)
    outcome = WebhookOutcome.DELIVERED if answer.is_delivered else WebhookOutcome.FAILED
    said = (answer.status, answer.error, answer.milliseconds)
    return WebhookAttempt(model_name, webhook.name, None, datetime.now(UTC), outcome, *said)


def _reached(turn: Turn, seq: int) -> int:
    if seq > turn.position:
        raise InvalidInputError(
            f"Event {seq} of {turn.model_name!r} has not been delivered to {turn.webhook.name!r} yet, which is at "
            f"event {turn.position}: its turn comes."
        )
    return seq


def _events(turn: Turn, seqs: list[int]) -> list[Event]:
    """Those that the webhook wants, as it stands."""
    here = (EventRow.model_id == turn.model_id, EventRow.seq.in_(seqs))
    rows = turn.core.rows(select_events().where(*here).order_by(EventRow.seq))
    return [event for event in map(event_of, rows) if turn.webhook.wants(event)]


def _sent_again(turn: Turn, events: list[Event], secrets: Secrets) -> Iterator[WebhookAttempt]:
    for event in events:
        if turn.is_over:
            return
        attempt = turn.note_again(event.seq, send(turn.webhook, message_of(event), secrets, turn.timeout))
        yield attempt
        if not attempt.is_delivered:
            return
