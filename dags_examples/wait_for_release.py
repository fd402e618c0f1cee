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
    wait = ModelAliasSensor(task_id="wait", model_name="{{ params.model }}", alias="production")
    fetch = DownloadModelVersionOperator(
        task_id="fetch",
        reference="models:/{{ params.model }}@production",
        destination="{{ params.destination }}",
    )
    wait >> fetch


wait_for_release()
