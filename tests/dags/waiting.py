"""Waits for an alias: until it points at a version, and until it has moved off one."""

from __future__ import annotations

from airflow.sdk import dag

from airflow_provider_registry.sensors.alias import ModelAliasSensor
from tests.dags.shared import CONN_ID, MODEL, PARAMS

WAIT = {
    "model_name": MODEL,
    "alias": "production",
    "model_registry_conn_id": CONN_ID,
    "poke_interval": 1,
    # A scheduler that is very busy may hear so late of a deferral that it fails the task: see `triggers/alias.py`.
    "retries": 2,
}


@dag(schedule=None, params=PARAMS)
def waiting():
    ModelAliasSensor(task_id="appeared", **WAIT)


@dag(schedule=None, params=PARAMS | {"version": None})
def moving():
    ModelAliasSensor(task_id="moved", moved_off="{{ params.version }}", **WAIT)
    ModelAliasSensor(task_id="moved_in_a_worker", moved_off="{{ params.version }}", deferrable=False, **WAIT)


waiting()
moving()
