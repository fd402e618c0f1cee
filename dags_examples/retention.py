"""Every night, versions that nobody needs are archived, and the bytes of those archived for long go.

What is kept is said by the policy file of the models:

    retention: {keep_last: 10, keep_aliased_within: 365d, grace: 30d}
"""

from __future__ import annotations

from airflow.sdk import dag

from airflow_provider_registry.operators.retention import ApplyRetentionOperator


@dag(schedule="@daily", catchup=False, max_active_runs=1, tags=["model-registry"])
def retention():
    ApplyRetentionOperator(task_id="apply")


retention()
