"""Setting the webhooks of a model: all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import insert, select, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_text
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.record.readers import move
from airflow_provider_registry.registry.webhooks.tables import WebhookQueueRow, WebhookRow
from airflow_provider_registry.registry.webhooks.webhook import Webhook, digests

_UNTRIED: Mapping[str, Any] = {"failures": 0, "failing_since": None, "next_at": None}


def set_webhooks(core: Core, model_name: str, webhooks: Collection[Webhook], reason: str, key: str | None) -> None:
    """Set the webhooks of a model; see `Registry.set_webhooks`."""
    check_text("reason", reason)
    wanted = digests(webhooks)

    def work(act: Act) -> None:
        before = _standing(act)
        if wanted == before:
            act.idle = True
            return
        event_id = act.record(
            EventType.WEBHOOKS_SET, {"webhooks": wanted, "before": before}, private={"reason": reason}
        )
        _end(act, [name for name, digest in before.items() if wanted.get(name) != digest])
        for webhook in webhooks:
            if before.get(webhook.name) != webhook.digest:
                _begin(act, webhook, event_id, new=webhook.name not in before)

    def repeat(act: Act, event: Row) -> None:
        if _standing(act) != wanted:
            act.superseded(event, "The webhooks of the model were set")

    core.acts.run(Asked("set_webhooks", model_name, sha256_of(wanted), key=key), work, repeat)


def reader_of(name: str) -> str:
    """The reader of the record whose position says how far a webhook is."""
    return f"webhook:{name}"


def _standing(act: Act) -> dict[str, str]:
    """The digests of those that stand, of what the rows hold: one that was edited is set again by the same act."""
    mine = (WebhookRow.model_id == act.model["id"], WebhookRow.to_at.is_(None))
    statement = select(WebhookRow.name, WebhookRow.body).where(*mine)
    return {row.name: sha256_of(row.body) for row in act.connection.execute(statement)}


def _end(act: Act, names: Collection[str]) -> None:
    mine = (WebhookRow.model_id == act.model["id"], WebhookRow.name.in_(names), WebhookRow.to_at.is_(None))
    act.connection.execute(update(WebhookRow).where(*mine).values(to_at=act.at))


def _begin(act: Act, webhook: Webhook, event_id: int, *, new: bool) -> None:
    """A changed one goes on where it was, and is tried at once; a new one is sent what comes after this act."""
    here = {"model_id": act.model["id"], "name": webhook.name}
    row = {**here, "digest": webhook.digest, "body": webhook.as_mapping(), "from_at": act.at}
    act.connection.execute(insert(WebhookRow).values(**row, set_by_event=event_id))
    same = (WebhookQueueRow.model_id == here["model_id"], WebhookQueueRow.name == here["name"])
    if not act.connection.execute(update(WebhookQueueRow).where(*same).values(**_UNTRIED)).rowcount:
        act.connection.execute(insert(WebhookQueueRow).values(**here, **_UNTRIED))
    if new:
        move(act.connection, reader_of(webhook.name), act.model["id"], act.head["head_seq"])
