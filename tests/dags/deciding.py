"""Waits for people's decisions: a request, a sensor that waits for it, and a promotion that does."""

from __future__ import annotations

from airflow.sdk import dag

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator, RequestPromotionOperator
from airflow_provider_registry.sensors.approval import PromotionApprovalSensor
from tests.dags.shared import CONN_ID, MODEL, PARAMS

VERSION = {
    "model_name": MODEL,
    "version": "{{ params.version }}",
    "alias": "production",
    "model_registry_conn_id": CONN_ID,
}


@dag(schedule=None, params=PARAMS | {"version": 1})
def deciding():
    request = RequestPromotionOperator(task_id="request", reason="of {{ run_id }}", **VERSION)
    PromotionApprovalSensor(task_id="wait", **VERSION)
    request >> PromoteModelVersionOperator(task_id="promote", **VERSION)


deciding()
