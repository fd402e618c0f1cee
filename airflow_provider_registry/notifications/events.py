"""What the acts of a task did: its events in the record, those of its earlier tries included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Event

# Events of the model that are looked at, from the newest back.
_NEWEST = 200


def events_of(context: Mapping[str, Any], model_name: str | None, model_registry_conn_id: str) -> list[Event]:
    """The events of the task that a callback is about, oldest first.

    Parameters:
        context: as Airflow gives it to the callback.
        model_name: None for the one that the task's operator names, or that it returned.
    """
    name = model_name or _model_of(context)
    if name is None:
        return []
    with ModelRegistryHook(model_registry_conn_id).get_conn() as registry:
        newest = registry.record_head(name).count
        events = registry.model_events(name, first=max(1, newest - _NEWEST + 1), limit=_NEWEST)
    return [event for event in events if event.task is not None and _is_of(event.task, context["ti"])]


def _is_of(task: Mapping[str, Any], ti: Any) -> bool:
    from airflow_provider_registry.hooks.settings import instance_id

    map_index = -1 if ti.map_index is None else ti.map_index
    mine = {"dag_id": ti.dag_id, "run_id": ti.run_id, "task_id": ti.task_id, "map_index": map_index}
    return task == {**task, **mine, "instance_id": instance_id()}


def _model_of(context: Mapping[str, Any]) -> str | None:
    named = getattr(context.get("task"), "model_name", None)
    if isinstance(named, str):
        return named
    ti = context["ti"]
    returned = ti.xcom_pull(task_ids=ti.task_id, map_indexes=ti.map_index)
    name = returned.get("model_name") if isinstance(returned, Mapping) else None
    return name if isinstance(name, str) else None
