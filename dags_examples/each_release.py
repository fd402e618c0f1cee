"""One run for each version that goes live, also where several do at once: its partition key names the version."""

from __future__ import annotations

from airflow.sdk import PartitionedAssetTimetable, dag

from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.operators.download import DownloadModelVersionOperator

EACH = model_asset("breast-cancer", "production", partitioned=True)


@dag(schedule=PartitionedAssetTimetable(assets=EACH), tags=["model-registry"])
def each_release():
    DownloadModelVersionOperator(
        task_id="fetch",
        reference="models:/{{ dag_run.partition_key }}",
        destination="/tmp/releases/{{ run_id }}",
    )


each_release()
