"""One run for each version that goes live, whoever did it: a watcher's events have no partition key, so one is given.

A Dag on `PartitionedAssetTimetable(assets=Asset("breast-cancer-releases"))` then runs once for each of them.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, dag, task

from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.assets.triggered import said_by

WATCHED = model_asset("breast-cancer", "production", watch=True)
RELEASES = Asset("breast-cancer-releases")


@dag(schedule=[WATCHED], tags=["model-registry"])
def relay():
    @task(outlets=[RELEASES])
    def hand_on(triggering_asset_events: Any = None, outlet_events: Any = None) -> list[str]:
        said = [said_by(event) for event in triggering_asset_events[WATCHED]]
        keys = [f"{one['model_name']}/{one['version']}" for one in said]
        outlet_events[RELEASES].add_partitions(keys)
        return keys

    hand_on()


relay()
