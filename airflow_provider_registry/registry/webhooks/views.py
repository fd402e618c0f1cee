"""What callers see of webhooks and of what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from airflow_provider_registry.registry.webhooks.tables import WebhookOutcome
from airflow_provider_registry.registry.webhooks.webhook import Webhook


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    """One attempt to deliver an event.

    Attributes:
        webhook: its name.
        seq: place of the event in the model's record; None for a test, which is of no event.
        at: when it was over.
        outcome: `delivered`; `failed`; or `given_up`: failed, and not tried again.
        status: HTTP status of the answer; None where there was none.
        error: why it failed; empty where it did not.
        milliseconds: how long it took.
    """

    model_name: str
    webhook: str
    seq: int | None
    at: datetime
    outcome: WebhookOutcome
    status: int | None
    error: str
    milliseconds: int

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has it."""
        return self.outcome is WebhookOutcome.DELIVERED


@dataclass(frozen=True, slots=True)
class WebhookState:
    """How delivering to a webhook stands.

    Attributes:
        position: place of the last event of the model that is done with: delivered, given up, or none of its own.
        lag: how many events of the model came after that.
        failures: attempts that failed since the last one that did not.
        next_at: when it is tried again; None: in the next round.
        last_delivered_at: when something was delivered last, as far as the history goes.
        last_error: of the last attempt that failed, as far as the history goes; empty where there is none.
        given_up: how many events were given up and not delivered since, as far as the history goes.
    """

    model_name: str
    webhook: Webhook
    position: int
    lag: int
    failures: int
    next_at: datetime | None
    last_delivered_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    given_up: int
