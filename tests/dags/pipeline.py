"""Every operator once, linked as people link them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.sdk import dag, task

from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from airflow_provider_registry.operators.rollback import RollbackModelOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from airflow_provider_registry.sensors.alias import ModelAliasSensor
from tests.dags.shared import CONN_ID, MODEL, PARAMS, lose_answer

REGISTRY = {"model_registry_conn_id": CONN_ID, "retries": 1, "post_execute": lose_answer}


@dag(schedule=None, params=PARAMS | {"bytes": "weights", "auc": 0.9})
def pipeline():
    @task(multiple_outputs=False)
    def fit(params: dict[str, Any] | None = None) -> dict[str, Any]:
        given = params or {}
        path = Path(given["folder"]) / "model.txt"
        path.write_text(given["bytes"])
        return {"path": str(path), "auc": given["auc"]}

    register = RegisterModelVersionOperator(
        task_id="register",
        model_name=MODEL,
        artifact="{{ ti.xcom_pull('fit')['path'] }}",
        metrics={"auc": "{{ ti.xcom_pull('fit')['auc'] }}"},
        params={"bytes": "{{ params.bytes }}"},
        inputs=[{"name": "customers", "uri": "s3://lake/{{ run_id }}", "rows": 569}],
        metadata={"owner": "{{ dag.dag_id }}"},
        tags={"run": "{{ run_id }}"},
        description="Made by {{ task.task_id }}.",
        **REGISTRY,
    )
    number = register.output["version"]  # type: ignore[index]  # Airflow types `output` as wider than it is
    validate = ValidateModelVersionOperator(
        task_id="validate", model_name=MODEL, version=number, alias="production", **REGISTRY
    )
    promote = PromoteModelVersionOperator(
        task_id="promote", version=register.output, alias="production", reason="run {{ run_id }}", **REGISTRY
    )
    wait = ModelAliasSensor(task_id="wait", model_name=MODEL, alias="production", **REGISTRY)
    fetch = DownloadModelVersionOperator(
        task_id="fetch",
        reference="models:/{{ params.model }}@production",
        destination="{{ params.folder }}/fetched",
        **REGISTRY,
    )
    fit() >> register >> validate >> promote >> wait >> fetch


@dag(schedule=None, params=PARAMS)
def going_back():
    RollbackModelOperator(
        task_id="rollback", model_name=MODEL, alias="production", reason="run {{ run_id }}", **REGISTRY
    )


@dag(schedule=None, params=PARAMS | {"version": None})
def going_forward():
    PromoteModelVersionOperator(
        task_id="promote", model_name=MODEL, version="{{ params.version }}", alias="production", **REGISTRY
    )


pipeline()
going_back()
going_forward()
