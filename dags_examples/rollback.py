"""Take the live version back to the one before, with a reason, by hand: airflow dags trigger rollback."""

from __future__ import annotations

from airflow.sdk import Param, dag

from airflow_provider_registry.operators.rollback import RollbackModelOperator


@dag(
    schedule=None,
    params={
        "model": Param("breast-cancer", type="string"),
        "reason": Param(type="string", minLength=1, description="For those who read the record."),
    },
    tags=["model-registry"],
)
def rollback():
    RollbackModelOperator(
        task_id="rollback", model_name="{{ params.model }}", alias="production", reason="{{ params.reason }}"
    )


rollback()
