"""Delivers what has happened to models to the webhooks that are to be told: one round every minute."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.hooks.signing import signing_secret


@dag(schedule=timedelta(minutes=1), catchup=False, max_active_runs=1, dagrun_timeout=timedelta(minutes=10))
def deliver_webhooks():
    @task
    def deliver() -> int:
        attempts = ModelRegistryHook().get_conn().deliver_webhooks(signing_secret)
        return sum(attempt.is_delivered for attempt in attempts)

    deliver()


deliver_webhooks()
