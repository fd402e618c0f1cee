"""Delivering: one round over all webhooks that have something to be sent, each in the order of its events.

It is never done inside an act: a receiver that hangs would hold the act, and one that fails would undo it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, RowMapping, and_, delete, func, literal, or_, select

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import legible
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import Batch
from airflow_provider_registry.registry.database.clock import now_column, read_clock
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.queries import event_of, select_events
from airflow_provider_registry.registry.record.tables import EventRow, ReaderRow
from airflow_provider_registry.registry.record.views import Event
from airflow_provider_registry.registry.webhooks.acts import reader_of
from airflow_provider_registry.registry.webhooks.message import Message, message_of
from airflow_provider_registry.registry.webhooks.post import LONGEST, Answer, post
from airflow_provider_registry.registry.webhooks.signing import signed_headers
from airflow_provider_registry.registry.webhooks.tables import (
    WebhookAttemptRow,
    WebhookOutcome,
    WebhookQueueRow,
    WebhookRow,
)
from airflow_provider_registry.registry.webhooks.turn import Turn, taking_turn
from airflow_provider_registry.registry.webhooks.views import WebhookAttempt
from airflow_provider_registry.registry.webhooks.webhook import Webhook

log = logging.getLogger(__name__)

Secrets = Callable[[str], str]
# Receivers that are slow at once hold up no other, up to so many.
_AT_ONCE = 8
_PAGE = 100


@dataclass(frozen=True)
class Terms:
    """How deliveries are made.

    Attributes:
        secrets: gives the signing secret of a name.
        timeout: seconds that a receiver may take.
        seconds: after which a round begins no more deliveries.
        give_up_after: how old an event is given up at, where its webhook has failed for as long.
        keep: how long attempts stay in the history.
    """

    secrets: Secrets
    timeout: float
    seconds: float
    give_up_after: timedelta
    keep: timedelta


def deliver(core: Core, terms: Terms, model_id: int | None) -> list[WebhookAttempt]:
    """One round; see `Registry.deliver_webhooks`."""
    due, ends = _due(core, model_id), time.monotonic() + terms.seconds
    if not due:
        return []
    with ThreadPoolExecutor(min(_AT_ONCE, len(due)), thread_name_prefix="webhooks") as pool:
        made = list(pool.map(partial(_deliver_to, core, terms, ends), due))
    attempts = [attempt for each in made for attempt in each]
    if attempts:  # else nothing came to the history either
        core.write(partial(_forget, terms.keep))
    return attempts


def send(webhook: Webhook, message: Message, secrets: Secrets, timeout: float) -> Answer:
    """Sign a message and post it. A secret that cannot be had is an attempt that failed, and is said without it."""
    name = webhook.secret
    try:
        headers = signed_headers(secrets(name), message, datetime.now(UTC))
    except InvalidInputError as error:
        return Answer(None, legible(f"the secret {name!r} cannot be used: {error}", LONGEST), 0)
    except Exception as error:  # what whoever gives secrets raises may hold one
        return Answer(None, f"the secret {name!r} could not be had: {type(error).__name__}", 0)
    return post(webhook.url, message.body, headers, timeout)


def _due(core: Core, model_id: int | None) -> list[RowMapping]:
    """The webhooks whose model has events after the last that they are done with, and whose time it is."""
    mine = and_(ReaderRow.model_id == WebhookRow.model_id, ReaderRow.reader == literal(reader_of("")) + WebhookRow.name)
    same = and_(WebhookQueueRow.model_id == WebhookRow.model_id, WebhookQueueRow.name == WebhookRow.name)
    which = () if model_id is None else (WebhookRow.model_id == model_id,)

    def read(connection: Connection) -> list[RowMapping]:
        now = now_column(connection).element
        statement = (
            select(WebhookRow.model_id, WebhookRow.name)
            .join(ModelRow, ModelRow.id == WebhookRow.model_id)
            .join(WebhookQueueRow, same)
            .outerjoin(ReaderRow, mine)
            .where(WebhookRow.to_at.is_(None), ModelRow.head_seq > func.coalesce(ReaderRow.seq, 0), *which)
            .where(or_(WebhookQueueRow.next_at.is_(None), WebhookQueueRow.next_at <= now))
            .where(or_(WebhookQueueRow.leased_until.is_(None), WebhookQueueRow.leased_until <= now))
            .order_by(WebhookRow.model_id, WebhookRow.name)
        )
        return list(connection.execute(statement).mappings())

    return core.read(read)


def _deliver_to(core: Core, terms: Terms, ends: float, due: RowMapping) -> list[WebhookAttempt]:
    with taking_turn(core, due["model_id"], due["name"], terms.timeout, due=True) as turn:
        return list(_deliveries(turn, terms, ends)) if turn is not None else []


def _deliveries(turn: Turn, terms: Terms, ends: float) -> Iterator[WebhookAttempt]:
    """Send what the webhook is to be sent, in order, until something fails or the time is up."""
    for event in _events_after(turn):
        if not turn.webhook.wants(event):
            turn.position = event.seq
            continue
        if turn.is_over:
            return
        answer = send(turn.webhook, message_of(event), terms.secrets, terms.timeout)
        attempt = turn.note(event.seq, event.at, answer, terms.give_up_after)
        _tell(attempt)
        yield attempt
        if attempt.outcome is WebhookOutcome.FAILED or time.monotonic() > ends:
            return


def _events_after(turn: Turn) -> Iterator[Event]:
    while True:
        place = (EventRow.model_id == turn.model_id, EventRow.seq > turn.position)
        rows = turn.core.rows(select_events().where(*place).order_by(EventRow.seq).limit(_PAGE))
        yield from map(event_of, rows)
        if len(rows) < _PAGE:
            return


def _tell(attempt: WebhookAttempt) -> None:
    """Say it in the log, without the URL: some hold what only a few should know."""
    if not attempt.is_delivered:
        what = "was given up" if attempt.outcome is WebhookOutcome.GIVEN_UP else "was not delivered, and is tried again"
        where = (attempt.seq, attempt.model_name, what, attempt.webhook, attempt.error)
        log.warning("Event %s of %s %s by the webhook %s: %s", *where)


def _forget(keep: timedelta, batch: Batch) -> None:
    """Remove what is old from the history, so that it does not grow for ever."""
    connection = batch.connection
    connection.execute(delete(WebhookAttemptRow).where(WebhookAttemptRow.at < read_clock(connection) - keep))
