"""Promote, and tell of it at once: in words, by whatever notifier you have, and to a program, as a signed message."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseNotifier, Param, dag

from airflow_provider_registry.notifications.model_registry import ModelRegistryNotifier
from airflow_provider_registry.notifications.webhook import WebhookNotifier
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator


class LogNotifier(BaseNotifier):
    """Stands for Slack's, that of Teams or the one for mail."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def notify(self, context: Any) -> None:
        """Tell it."""
        self.log.info("%s", self.text)


in_words = ModelRegistryNotifier(LogNotifier)
signed = WebhookNotifier("{{ params.url }}", secret="registry_webhooks")


@dag(
    schedule=None,
    params={
        "reference": Param("models:/growth/churn@staging", type="string"),
        "url": Param("https://hooks.example.com/registry", type="string", description="Of the program that is told."),
    },
    tags=["model-registry"],
)
def announce():
    PromoteModelVersionOperator(
        task_id="promote",
        reference="{{ params.reference }}",
        alias="production",
        on_success_callback=[in_words, signed],
    )


announce()
