"""A thousand waits at once; see `tests/support/crowd.py`."""

from __future__ import annotations

from airflow.sdk import dag

from tests.support.crowd import CONN_ID, EACH, KINDS, MODEL, alias_sensor, approval_sensor

WAIT = {"model_name": MODEL, "model_registry_conn_id": CONN_ID}


# Without params, which Airflow's triggerer would check for each of the thousand.
@dag(schedule=None)
def crowd():
    for number in range(KINDS):
        approval = approval_sensor(number).partial(task_id=f"approved_{number}", alias=f"asked-{number}", **WAIT)
        approval.expand(version=[1] * EACH)
        alias = alias_sensor(number).partial(task_id=f"held_{number}", **WAIT)
        alias.expand(alias=[f"free-{number}"] * EACH)


crowd()
