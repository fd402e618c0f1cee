"""Dags that others start by what becomes of a model. Each registry has its own, since a schedule takes no params."""

from __future__ import annotations

from tempfile import gettempdir
from typing import Any

from airflow.sdk import Asset, PartitionedAssetTimetable, dag, task

from airflow_provider_registry.assets.model import model_asset, model_event_asset
from airflow_provider_registry.assets.triggered import said_by
from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from tests.dags.shared import PARAMS

MODEL = "scheduled-on"
CONNECTIONS = {"sqlite": "model_registry_default", "postgresql": "registry_postgres"}


@task
def heard(triggering_asset_events: Any = None) -> list[dict[str, Any]]:
    """What the events say that started the run."""
    # What came through an alias stands there under the alias once more.
    by_asset = [events for key, events in triggering_asset_events.items() if isinstance(key, Asset)]
    return [dict(said_by(event)) for events in by_asset for event in events]


def dags_of(place: str, conn_id: str) -> None:
    """The Dags of a registry."""
    registry = {"model_registry_conn_id": conn_id}
    live = model_asset(MODEL, "production", **registry)
    each = model_asset(MODEL, "production", partitioned=True, **registry)

    @dag(f"assets_release_{place}", schedule=None, params=PARAMS)
    def release():
        register = RegisterModelVersionOperator(
            task_id="register", model_name=MODEL, artifact="{{ params.folder }}/model.txt", **registry
        )
        PromoteModelVersionOperator(task_id="promote", version=register.output, alias="production", **registry)

    @dag(f"assets_release_many_{place}", schedule=None, params=PARAMS | {"versions": []})
    def release_many():
        @task
        def wanted(params: dict[str, Any] | None = None) -> list[int]:
            return list((params or {})["versions"])

        PromoteModelVersionOperator.partial(
            task_id="promote",
            model_name="{{ params.model }}",
            alias="production",
            max_active_tis_per_dagrun=1,
            **registry,
        ).expand(version=wanted())

    @dag(f"assets_score_{place}", schedule=[live])
    def score():
        destination = f"{gettempdir()}/{{{{ run_id }}}}"
        DownloadModelVersionOperator(task_id="fetch", asset=live, destination=destination, **registry)
        heard()

    @dag(f"assets_score_mapped_{place}", schedule=[model_asset("mapped-on", "production", **registry)])
    def score_mapped():
        heard()

    @dag(f"assets_score_each_{place}", schedule=PartitionedAssetTimetable(assets=each))
    def score_each():
        @task
        def scored(dag_run: Any = None) -> str:
            return str(dag_run.partition_key)

        scored()
        heard()

    @dag(f"assets_follow_{place}", schedule=[model_asset(MODEL, "production", watch=True, **registry)])
    def follow():
        heard()

    @dag(f"assets_asked_{place}", schedule=[model_event_asset(MODEL, "request.approved", **registry)])
    def asked():
        heard()

    for made in (release, release_many, score, score_mapped, score_each, follow, asked):
        made()


for place, conn_id in CONNECTIONS.items():
    dags_of(place, conn_id)
