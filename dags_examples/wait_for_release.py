"""Wait, without a worker, until a model has a live version; then fetch it to where a server reads it."""

from __future__ import annotations

from airflow.sdk import Param, dag

from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.sensors.alias import ModelAliasSensor


@dag(
    schedule=None,
    params={
        "model": Param("breast-cancer", type="string"),
        "destination": Param(type="string", description="A folder that is not there yet."),
    },
    tags=["model-registry"],
)
def wait_for_release():
    wait = ModelAliasSensor(task_id="wait", model_name="{{ params.model }}", alias="production", retries=2)
    # By number, not by alias: what is fetched is what ended the wait, whatever is promoted meanwhile.
    DownloadModelVersionOperator(task_id="fetch", version=wait.output, destination="{{ params.destination }}")


wait_for_release()
