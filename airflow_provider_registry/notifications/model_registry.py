"""Tells through any notifier what a task did to a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID

if TYPE_CHECKING:
    from airflow.sdk import Context

_TEMPLATE = re.compile(r"\{(?=[{%#])")


class ModelRegistryNotifier(BaseNotifier):
    """Hands what the task's acts did, in words, to another notifier: Slack's, the one for mail, any.

    `ModelRegistryNotifier(lambda text: SlackWebhookNotifier(slack_webhook_conn_id="slack", text=text))`. The words name
    neither persons nor reasons. Where the task did nothing to the model, nobody is told.

    Parameters:
        notifier: given the words, makes the notifier that tells them.
        model_name: the model (templated); by default the one that the operator names, or that the task returned.
        model_registry_conn_id: a connection of the type `model_registry` (templated).
    """

    template_fields: Sequence[str] = ("model_name", "model_registry_conn_id")

    def __init__(
        self,
        notifier: Callable[[str], Callable[[Context], Any]],
        *,
        model_name: str | None = None,
        model_registry_conn_id: str = DEFAULT_CONN_ID,
    ) -> None:
        super().__init__()
        self.notifier = notifier
        self.model_name = model_name
        self.model_registry_conn_id = model_registry_conn_id

    def notify(self, context: Context) -> None:
        """Tell it."""
        from airflow_provider_registry.notifications.events import events_of

        events = events_of(context, self.model_name, self.model_registry_conn_id)
        if not events:
            self.log.info("The task did nothing to a model, so there is nothing to tell.")
            return
        text = "\n".join(event.summary for event in events)
        # The other notifier renders its text, and what somebody called a tag must not be a template of theirs.
        self.notifier(_TEMPLATE.sub("{ ", text))(context)
