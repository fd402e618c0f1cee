"""What runs each night, is backfilled, and is tried out with `airflow dags test`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.sdk import dag, get_current_context, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from tests.dags.shared import CONN_ID, MODEL, PARAMS


@dag(schedule="@daily", catchup=False, params=PARAMS | {"model": "nightly"}, max_active_runs=16)
def nightly():
    @task.model_version(model_name=MODEL, model_registry_conn_id=CONN_ID)
    def train(params: dict[str, Any] | None = None) -> dict[str, Any]:
        run_id = get_current_context()["run_id"]
        path = Path((params or {})["folder"] or ".", f"{run_id}.txt")
        path.write_text(f"weights of {run_id}")
        return {"path": str(path), "metrics": {"auc": 0.9}}

    PromoteModelVersionOperator(task_id="promote", version=train(), alias="production", model_registry_conn_id=CONN_ID)


nightly()
