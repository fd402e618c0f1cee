"""Checking that webhooks are what the record says."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.webhooks.tables import WebhookRow


class WebhookCheck(Check):
    """Each webhook is the one that was set, from when to when the record says. What was sent is no act."""

    what = "webhooks"
    hears = (EventType.WEBHOOKS_SET,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        # Digest, from and to, by the event that set it and by its name.
        self._said: dict[tuple[int, str], list[Any]] = {}
        self._standing: dict[str, tuple[int, str]] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        wanted = told.payload()["webhooks"]
        for name in [name for name, known in self._standing.items() if wanted.get(name) != self._said[known][0]]:
            self._said[self._standing.pop(name)][2] = told.at
        for name, digest in wanted.items():
            if name not in self._standing:
                self._standing[name] = (told.seq, name)
                self._said[told.seq, name] = [digest, told.at, None]

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        rows = _rows(connection, model_id)
        shown = {(row["seq"] or 0, row["name"]): _shown(row) for row in rows}
        for seq, name in sorted({*self._said, *shown}):
            if self._said.get((seq, name)) != shown.get((seq, name)):
                self._fail(
                    seq or 1, f"the webhook {name!r}, or from when to when it stood, is not what the record says"
                )
        if len(rows) != len(shown):
            self._fail(max(shown)[0], f"there are {len(rows)} webhooks, and the record says {len(shown)}")


def _rows(connection: Connection, model_id: int) -> list[RowMapping]:
    statement = (
        select(EventRow.seq, WebhookRow.name, WebhookRow.digest, WebhookRow.from_at, WebhookRow.to_at)
        .add_columns(type_coerce(WebhookRow.body, Text).label("body"))
        .outerjoin(EventRow, and_(EventRow.id == WebhookRow.set_by_event, EventRow.model_id == model_id))
        .where(WebhookRow.model_id == model_id)
    )
    return list(connection.execute(statement).mappings())


def _shown(row: RowMapping) -> list[Any]:
    body = json.loads(row["body"])
    digest = row["digest"] if sha256_of(body) == row["digest"] and body["name"] == row["name"] else "another"
    return [digest, moment(row["from_at"]), row["to_at"] and moment(row["to_at"])]
