"""A turn at a webhook: the lease by which one process at a time delivers to it, and what it notes.

No transaction is open while a message is out. The lease outlasts the longest POST, so whoever finds it lapsed knows
that the one before has none out any more; that one may have been killed before it noted what it sent, which is then
sent again.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.readers import move
from airflow_provider_registry.registry.record.tables import ReaderRow
from airflow_provider_registry.registry.webhooks.acts import reader_of
from airflow_provider_registry.registry.webhooks.post import Answer
from airflow_provider_registry.registry.webhooks.stored import read_stored
from airflow_provider_registry.registry.webhooks.tables import (
    WebhookAttemptRow,
    WebhookOutcome,
    WebhookQueueRow,
    WebhookRow,
)
from airflow_provider_registry.registry.webhooks.views import WebhookAttempt
from airflow_provider_registry.registry.webhooks.webhook import Webhook

# Seconds of a lease beyond the longest POST: for the statements before and after it.
_MARGIN = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)


@dataclass(slots=True)
class Turn:
    """A turn at a webhook.

    Attributes:
        webhook_id: of its row.
        position: place of the last event that is done with.
        timeout: seconds that a POST may take.
        until: when, on this process's clock, nothing more may be sent.
    """

    core: Core
    model_id: int
    model_name: str
    webhook_id: int
    webhook: Webhook
    position: int
    token: str
    timeout: float
    until: float

    @property
    def is_over(self) -> bool:
        """Whether what is sent now might still be out when the lease lapses."""
        return time.monotonic() > self.until

    def note(self, seq: int, event_at: datetime, answer: Answer, give_up_after: timedelta) -> WebhookAttempt:
        """Write down what came of an attempt, and how the webhook stands with it; the lease is renewed."""
        token, began = str(uuid.uuid4()), time.monotonic()

        def work(connection: Connection) -> tuple[WebhookAttempt, bool]:
            now, queue = read_clock(connection), _locked(connection, self.model_id, self.webhook.name)
            goes_on = queue["lease"] == self.token and self._stands(connection)
            since = queue["failing_since"] or now
            # Of a receiver that is away, what is older is given up; so nothing waits longer behind it than this.
            old = now - since >= give_up_after and now - event_at >= give_up_after
            outcome = _outcome(answer, give_up=goes_on and (old or answer.is_gone))
            if outcome is not WebhookOutcome.FAILED:
                move(connection, reader_of(self.webhook.name), self.model_id, seq)
            if goes_on:
                self._change(connection, **_after(outcome, queue["failures"] + 1, since, now), **self._lease(now))
            return self._keep(connection, token, seq, now, outcome, answer), goes_on

        attempt, goes_on = self.core.write(lambda batch: work(batch.connection))
        self.until = began + _MARGIN if goes_on else 0.0
        if attempt.outcome is not WebhookOutcome.FAILED:
            self.position = seq
        return attempt

    def note_again(self, seq: int, answer: Answer) -> WebhookAttempt:
        """Write down what came of sending an event once more, which changes nothing of how the webhook stands."""
        token, began = str(uuid.uuid4()), time.monotonic()

        def work(connection: Connection) -> WebhookAttempt:
            now = read_clock(connection)
            self._change(connection, **self._lease(now))
            return self._keep(connection, token, seq, now, _outcome(answer, give_up=False), answer)

        attempt = self.core.write(lambda batch: work(batch.connection))
        self.until = began + _MARGIN
        return attempt

    def end(self) -> None:
        """Give the lease back, and note how far the webhook is, past events that it is not sent."""

        def work(connection: Connection) -> None:
            mine = self._change(connection, lease=None, leased_until=None)
            if mine and self.position and self._stands(connection):
                move(connection, reader_of(self.webhook.name), self.model_id, self.position)

        self.core.write(lambda batch: work(batch.connection))

    def _lease(self, now: datetime) -> dict[str, Any]:
        return {"lease": self.token, "leased_until": now + timedelta(seconds=self.timeout + _MARGIN)}

    def _stands(self, connection: Connection) -> bool:
        """Whether the webhook was neither changed nor removed since the turn began."""
        statement = select(WebhookRow.to_at).where(WebhookRow.id == self.webhook_id)
        return connection.execute(statement).scalar_one() is None

    def _change(self, connection: Connection, **values: Any) -> bool:
        here = (WebhookQueueRow.model_id == self.model_id, WebhookQueueRow.name == self.webhook.name)
        mine = update(WebhookQueueRow).where(*here, WebhookQueueRow.lease == self.token)
        return bool(connection.execute(mine.values(**values)).rowcount)

    def _keep(
        self, connection: Connection, token: str, seq: int, at: datetime, outcome: WebhookOutcome, answer: Answer
    ) -> WebhookAttempt:
        row: dict[str, Any] = {"seq": seq, "at": at, "outcome": outcome, "status": answer.status, "error": answer.error}
        row["milliseconds"] = answer.milliseconds
        # The transaction is run again where nobody knows whether it was committed.
        if connection.execute(select(WebhookAttemptRow.token).where(WebhookAttemptRow.token == token)).first() is None:
            connection.execute(insert(WebhookAttemptRow).values(token=token, webhook_id=self.webhook_id, **row))
        return WebhookAttempt(self.model_name, self.webhook.name, **row)


@contextmanager
def taking_turn(core: Core, model_id: int, name: str, timeout: float, *, due: bool) -> Iterator[Turn | None]:
    """Take a turn at a webhook, and give it back in the end.

    Parameters:
        due: only where it is time to try it.

    Yields:
        None where somebody else is at it, where it is not time, or where it does not stand any more.

    Raises:
        RecordTamperedError: the webhook is not the one that was set.
    """
    token, began = str(uuid.uuid4()), time.monotonic()

    def work(connection: Connection) -> Turn | None:
        queue, now = _locked(connection, model_id, name), read_clock(connection)
        if queue["leased_until"] is not None and queue["leased_until"] > now and queue["lease"] != token:
            return None
        # After the lock is had, since it is the one before that moved on.
        row = connection.execute(_standing(model_id, name)).mappings().one_or_none()
        if row is None or (due and queue["next_at"] is not None and queue["next_at"] > now):
            return None
        webhook = read_stored(name, row["body"], row["digest"])
        where = (model_id, row["model_name"], row["id"], webhook, row["position"])
        turn = Turn(core, *where, token, timeout, began + _MARGIN)
        here = (WebhookQueueRow.model_id == model_id, WebhookQueueRow.name == name)
        connection.execute(update(WebhookQueueRow).where(*here).values(**turn._lease(now)))
        return turn

    turn = core.write(lambda batch: work(batch.connection))
    try:
        yield turn
    finally:
        if turn is not None:
            turn.end()


def _locked(connection: Connection, model_id: int, name: str) -> Any:
    here = (WebhookQueueRow.model_id == model_id, WebhookQueueRow.name == name)
    return connection.execute(select(WebhookQueueRow.__table__).where(*here).with_for_update()).mappings().one()


def _standing(model_id: int, name: str) -> Any:
    """The statement that reads the webhook as it stands, and how far it is."""
    mine = and_(ReaderRow.model_id == WebhookRow.model_id, ReaderRow.reader == reader_of(name))
    position = func.coalesce(ReaderRow.seq, 0).label("position")
    return (
        select(WebhookRow.id, WebhookRow.body, WebhookRow.digest, ModelRow.name.label("model_name"), position)
        .join(ModelRow, ModelRow.id == WebhookRow.model_id)
        .outerjoin(ReaderRow, mine)
        .where(WebhookRow.model_id == model_id, WebhookRow.name == name, WebhookRow.to_at.is_(None))
    )


def _outcome(answer: Answer, *, give_up: bool) -> WebhookOutcome:
    if answer.is_delivered:
        return WebhookOutcome.DELIVERED
    return WebhookOutcome.GIVEN_UP if give_up else WebhookOutcome.FAILED


def _after(outcome: WebhookOutcome, failures: int, since: datetime, now: datetime) -> dict[str, Any]:
    """How the webhook stands after an attempt. What comes after an event that was given up is tried at once."""
    if outcome is WebhookOutcome.DELIVERED:
        return {"failures": 0, "failing_since": None, "next_at": None}
    pause = min(_FIRST_PAUSE * 2 ** min(failures - 1, 20), _LONGEST_PAUSE)
    next_at = now + pause if outcome is WebhookOutcome.FAILED else None
    return {"failures": failures, "failing_since": since, "next_at": next_at}
