"""Hear of everything that makes a version live, whoever did it: tasks, people at a terminal, another Airflow.

A watcher in the triggerer follows the record. Airflow puts events together that come while a run is being made, so a
run goes through all of its events.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.assets.triggered import said_by

LIVE = model_asset("breast-cancer", "production", watch=True)


@dag(schedule=[LIVE], tags=["model-registry"])
def release_notes():
    @task
    def write(triggering_asset_events: Any = None) -> list[str]:
        notes = []
        for event in triggering_asset_events[LIVE]:
            said = said_by(event)
            before = f"instead of version {said['previous_version']}" if said["previous_version"] else "the first one"
            notes.append(f"{said['reference']} is {said['alias']} now, {before} ({said['type']}).")
        print("\n".join(notes))
        return notes

    write()


release_notes()
