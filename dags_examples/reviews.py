"""Every morning, people look again at what has been live for long, and say whether to keep, replace or retire it.

How often, and who, is said by the policy of each alias:

    review_every: 90d
    approvals:
      - {role: ml-lead, users: [ana]}
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.review import ReviewModelOperator


@dag(schedule="@daily", catchup=False, max_active_runs=1, tags=["model-registry"])
def reviews():
    @task
    def due() -> list[dict[str, Any]]:
        with ModelRegistryHook().get_conn() as registry:
            found = [each for each in registry.reviews_due() if not each.answered]
            return [{"model_name": each.model_name, "alias": each.alias} for each in found]

    ReviewModelOperator.partial(task_id="review", response_timeout=timedelta(days=14)).expand_kwargs(due())


reviews()
