"""A registry whose webhooks are delivered, with hands on its tables to let time pass."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from sqlalchemy import select, update

from airflow_provider_registry.registry import Registry, WebhookAttempt, WebhookState
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.webhooks.tables import WebhookAttemptRow, WebhookQueueRow
from tests.support.kernel import World
from tests.support.receiver import SECRET, Receiver, status

SECRETS = {"signing": SECRET}


class Told:
    """A registry, and the receiver that is told of its model."""

    def __init__(self, world: World, receiver: Receiver) -> None:
        self.world, self.receiver = world, receiver

    @property
    def registry(self) -> Registry:
        return self.world.registry

    def tag(self, times: int = 1) -> None:
        """Let something happen."""
        for _ in range(times):
            seq = self.registry.record_head("churn").count
            self.registry.set_tag("models:/churn/1", "seq", str(seq))

    def deliver(self, **more: Any) -> list[WebhookAttempt]:
        """A round."""
        return self.registry.deliver_webhooks(SECRETS, **more)

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """A round whose first message is out for as long as this lasts."""
        out, go_on = threading.Event(), threading.Event()

        def hold(request: BaseHTTPRequestHandler) -> None:
            out.set()
            assert go_on.wait(30)
            status(200)(request)

        self.receiver.answer = hold
        with ThreadPoolExecutor(1) as pool:
            round_ = pool.submit(self.deliver)
            assert out.wait(30)
            try:
                yield
            finally:
                go_on.set()
            round_.result()

    def outcomes(self, **more: Any) -> list[tuple[int | None, str]]:
        """What came of a round."""
        return [(attempt.seq, attempt.outcome.value) for attempt in self.deliver(**more)]

    def state(self) -> WebhookState:
        """How the only webhook stands."""
        (state,) = self.registry.webhook_states()
        return state

    def pass_time(self, by: timedelta) -> None:
        """Let what was noted, and what happened, be older."""
        queue, attempt = WebhookQueueRow, WebhookAttemptRow
        with self.registry.engine.begin() as connection:
            rows = connection.execute(select(queue.__table__)).mappings().all()
            for row in rows:
                moments = {name: row[name] for name in ("failing_since", "next_at", "leased_until")}
                older = {name: moment and moment - by for name, moment in moments.items()}
                where = (queue.model_id == row["model_id"], queue.name == row["name"])
                connection.execute(update(queue).where(*where).values(older))
            for table, key in ((attempt, attempt.token), (EventRow, EventRow.id)):
                for one, at in connection.execute(select(key, table.at)).all():
                    connection.execute(update(table).where(key == one).values(at=at - by))
