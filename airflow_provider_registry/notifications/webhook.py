"""Posts what a task did to a model, signed, as soon as it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from airflow.sdk import BaseNotifier

from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID

if TYPE_CHECKING:
    from airflow.sdk import Context


class WebhookNotifier(BaseNotifier):
    """Posts the events of the task's acts at once, as the webhooks of a policy file are posted later: the same bodies,
    ids and signatures, so a receiver that is sent both takes each once. It is tried once: what must arrive is for a
    webhook of the policy file.

    Parameters:
        url: https, or http on this machine (templated).
        secret: the id of the connection whose password is the signing secret (templated).
        model_name: the model (templated); by default the one that the operator names, or that the task returned.
        model_registry_conn_id: a connection of the type `model_registry` (templated).
        allow_http: let the URL be one of plain http on another machine.
        timeout: seconds that the receiver may take for each event.
    """

    template_fields: Sequence[str] = ("url", "secret", "model_name", "model_registry_conn_id")

    def __init__(
        self,
        url: str,
        *,
        secret: str,
        model_name: str | None = None,
        model_registry_conn_id: str = DEFAULT_CONN_ID,
        allow_http: bool = False,
        timeout: float = 15.0,
    ) -> None:
        super().__init__()
        self.url = url
        self.secret = secret
        self.model_name = model_name
        self.model_registry_conn_id = model_registry_conn_id
        self.allow_http = allow_http
        self.timeout = timeout

    def notify(self, context: Context) -> None:
        """Post it."""
        from airflow_provider_registry.hooks.signing import signing_secret
        from airflow_provider_registry.notifications.events import events_of
        from airflow_provider_registry.registry.webhooks.deliver import send
        from airflow_provider_registry.registry.webhooks.message import message_of
        from airflow_provider_registry.registry.webhooks.read_webhooks import read_webhooks

        said = {"name": "notifier", "url": self.url, "secret": self.secret, "allow_http": self.allow_http}
        (webhook,) = read_webhooks([said])
        for event in events_of(context, self.model_name, self.model_registry_conn_id):
            answer = send(webhook, message_of(event), signing_secret, self.timeout)
            if not answer.is_delivered:
                self.log.error("Event %d of %s did not arrive: %s", event.seq, event.model_name, answer.error)
