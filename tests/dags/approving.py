"""Dags that ask people."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag

from airflow_provider_registry.operators.approve import ApproveModelVersionOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from tests.dags.shared import CONN_ID, MODEL, PARAMS

ASK = {
    "model_name": MODEL,
    "version": "{{ params.version }}",
    "alias": "production",
    "model_registry_conn_id": CONN_ID,
    "poll_interval": 1,
    "retry_delay": 1,
}


@dag(schedule=None, params=PARAMS | {"version": 1})
def approving():
    approve = ApproveModelVersionOperator(task_id="approve", role="ml-lead", reason="of {{ run_id }}", **ASK)
    promote = PromoteModelVersionOperator(
        task_id="promote", version=approve.output, alias="production", model_registry_conn_id=CONN_ID
    )
    approve >> promote


@dag(schedule=None, params=PARAMS | {"version": 1})
def approving_in_time():
    ApproveModelVersionOperator(task_id="approve", role="ml-lead", response_timeout=timedelta(seconds=5), **ASK)


approving()
approving_in_time()
