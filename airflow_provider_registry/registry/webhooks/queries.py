"""Reading webhooks, how they stand, and what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, literal, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.errors import WebhookNotFoundError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import ReaderRow
from airflow_provider_registry.registry.webhooks.acts import reader_of
from airflow_provider_registry.registry.webhooks.stored import read_stored
from airflow_provider_registry.registry.webhooks.tables import (
    WebhookAttemptRow,
    WebhookOutcome,
    WebhookQueueRow,
    WebhookRow,
)
from airflow_provider_registry.registry.webhooks.views import WebhookAttempt, WebhookState
from airflow_provider_registry.registry.webhooks.webhook import Webhook

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

_STANDS = WebhookRow.to_at.is_(None)


def webhooks_of(core: Core, model_id: int) -> tuple[Webhook, ...]:
    """The webhooks of a model, by name.

    Raises:
        RecordTamperedError: one is not the one that was set.
    """
    mine = select(WebhookRow.name, WebhookRow.body, WebhookRow.digest).where(WebhookRow.model_id == model_id, _STANDS)
    return tuple(map(_stored, core.rows(mine.order_by(WebhookRow.name))))


def webhook_named(webhooks: tuple[Webhook, ...], name: object, model_name: str) -> Webhook:
    """The webhook of this name.

    Raises:
        WebhookNotFoundError: there is none.
    """
    for webhook in webhooks:
        if isinstance(name, str) and fold(webhook.name) == fold(name):
            return webhook
    known = f"it has {', '.join(webhook.name for webhook in webhooks)}" if webhooks else "it has none"
    raise WebhookNotFoundError(f"The model {model_name!r} has no webhook {shown(name)}: {known}.")


def states_of(core: Core, model_id: int | None) -> list[WebhookState]:
    """How delivering stands, by model and name; see `Registry.webhook_states`."""
    rows = core.rows(_states(model_id))
    return [
        WebhookState(webhook=_stored(row), **{name: row[name] for name in _STATE}, last_error=row["last_error"] or "")
        for row in rows
    ]


def attempts_of(core: Core, model_id: int, name: str | None, limit: int) -> list[WebhookAttempt]:
    """What was sent, newest first; see `Registry.webhook_attempts`."""
    which = [WebhookRow.model_id == model_id, *([WebhookRow.name == name] if name is not None else [])]
    columns = [getattr(WebhookAttemptRow, column) for column in _ATTEMPT]
    statement = (
        select(ModelRow.name.label("model_name"), WebhookRow.name.label("webhook"), *columns)
        .join(WebhookRow, WebhookRow.id == WebhookAttemptRow.webhook_id)
        .join(ModelRow, ModelRow.id == WebhookRow.model_id)
        .where(*which)
        .order_by(WebhookAttemptRow.at.desc(), WebhookAttemptRow.seq.desc())
    )
    return [WebhookAttempt(**row) for row in core.rows(statement.limit(limit))]


def given_up(core: Core, model_id: int, name: str) -> list[int]:
    """The places of the events that were given up, and not delivered since."""
    return sorted({row["seq"] for row in core.rows(_lost(lambda seq: seq, model_id, name))})


def _stored(row: RowMapping) -> Webhook:
    return read_stored(row["name"], row["body"], row["digest"])


_STATE = (
    *("model_name", "position", "lag", "failures", "next_at"),
    *("last_delivered_at", "last_error_at", "given_up"),
)
_ATTEMPT = ("seq", "at", "outcome", "status", "error", "milliseconds")


def _states(model_id: int | None) -> Rows:
    mine = and_(ReaderRow.model_id == WebhookRow.model_id, ReaderRow.reader == literal(reader_of("")) + WebhookRow.name)
    position = func.coalesce(ReaderRow.seq, 0)
    queue = and_(WebhookQueueRow.model_id == WebhookRow.model_id, WebhookQueueRow.name == WebhookRow.name)
    lost = _lost(lambda seq: func.count(seq.distinct()), WebhookRow.model_id, WebhookRow.name)
    columns: list[Any] = [
        ModelRow.name.label("model_name"),
        position.label("position"),
        (ModelRow.head_seq - position).label("lag"),
        WebhookQueueRow.failures,
        WebhookQueueRow.next_at,
        _last(WebhookAttemptRow.at, delivered=True).label("last_delivered_at"),
        _last(WebhookAttemptRow.error, delivered=False).label("last_error"),
        _last(WebhookAttemptRow.at, delivered=False).label("last_error_at"),
        lost.correlate(WebhookRow).scalar_subquery().label("given_up"),
    ]
    which = [] if model_id is None else [WebhookRow.model_id == model_id]
    return (
        select(WebhookRow.name, WebhookRow.body, WebhookRow.digest, *columns)
        .join(ModelRow, ModelRow.id == WebhookRow.model_id)
        .join(WebhookQueueRow, queue)
        .outerjoin(ReaderRow, mine)
        .where(_STANDS, *which)
        .order_by(ModelRow.name, WebhookRow.name)
    )


def _last(column: Any, *, delivered: bool) -> ColumnElement[Any]:
    """A column of the newest attempt, to a webhook of the same name whatever it was replaced by."""
    of = aliased(WebhookRow)
    outcome = WebhookAttemptRow.outcome
    statement = (
        select(column)
        .join(of, of.id == WebhookAttemptRow.webhook_id)
        .where(of.model_id == WebhookRow.model_id, of.name == WebhookRow.name)
        .where(outcome == WebhookOutcome.DELIVERED if delivered else outcome != WebhookOutcome.DELIVERED)
        .order_by(WebhookAttemptRow.at.desc())
        .limit(1)
    )
    return statement.correlate(WebhookRow).scalar_subquery()


def _lost(what: Callable[[Any], Any], model_id: Any, name: Any) -> Rows:
    """Of the events that were given up and not delivered since.

    Parameters:
        what: of their places is read.
    """
    lost, of = aliased(WebhookAttemptRow), aliased(WebhookRow)
    later, its = aliased(WebhookAttemptRow), aliased(WebhookRow)
    delivered = (
        select(later.token)
        .join(its, its.id == later.webhook_id)
        .where(its.model_id == of.model_id, its.name == of.name)
        .where(later.seq == lost.seq, later.outcome == WebhookOutcome.DELIVERED)
        .exists()
    )
    return (
        select(what(lost.seq))
        .join(of, of.id == lost.webhook_id)
        .where(of.model_id == model_id, of.name == name, lost.outcome == WebhookOutcome.GIVEN_UP, ~delivered)
    )
