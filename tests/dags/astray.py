"""Tasks whose connection leads nowhere."""

from __future__ import annotations

import os
from typing import Any

from airflow.sdk import dag

from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from tests.dags.shared import PARAMS

WHAT = {"reference": "models:/churn/1", "destination": "{{ params.folder }}", "retries": 2}


def switch_embedded_off(context: Any) -> None:
    """As `pre_execute`: this Airflow has the embedded default, and the task shall meet one without it."""
    os.environ["AIRFLOW__MODEL_REGISTRY__EMBEDDED"] = "False"


@dag(schedule=None, params=PARAMS)
def astray():
    DownloadModelVersionOperator(task_id="no_default", pre_execute=switch_embedded_off, **WHAT)
    DownloadModelVersionOperator(task_id="no_such", model_registry_conn_id="nowhere", **WHAT)
    DownloadModelVersionOperator(task_id="unfilled", model_registry_conn_id="registry_unfilled", **WHAT)
    DownloadModelVersionOperator(
        task_id="not_migrated", model_registry_conn_id="registry_not_migrated", **WHAT | {"retries": 0}
    )


astray()
