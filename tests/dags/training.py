"""Training functions that register what they return, alone, mapped, and many in one task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflow.sdk import dag, get_current_context, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from tests.dags.shared import CONN_ID, MODEL, PARAMS, lose_answer, meet_accident

REGISTRY: dict[str, Any] = {"model_registry_conn_id": CONN_ID, "retries": 1, "post_execute": lose_answer}


def _write(name: str, text: str) -> str:
    """A file of the running task's own, and its path."""
    context = get_current_context()
    path = Path(context["params"]["folder"]) / str(context["ti"].map_index) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return str(path)


def _items() -> list[str]:
    return json.loads(Path(get_current_context()["params"]["folder"], "items.json").read_text())


@dag(schedule=None, params=PARAMS)
def training():
    @task.model_version(model_name="{{ params.model }}/path", **REGISTRY)
    def returns_a_path() -> str:
        return _write("model.txt", "weights")

    @task.model_version(model_name="{{ params.model }}/mapping", **REGISTRY)
    def returns_a_mapping() -> dict[str, Any]:
        return {
            "path": _write("weights.txt", "weights"),
            "metrics": {"auc": 0.91},
            "params": {"depth": 4},
            "inputs": [{"name": "customers", "rows": 569}],
            "metadata": {"owner": "growth"},
        }

    @task.model_version(model_name="{{ params.model }}/none", retries=0, model_registry_conn_id=CONN_ID)
    def returns_nothing() -> None:
        return None

    @task
    def uses(version: int, made: dict[str, Any]) -> str:
        return f"{version} of {made['model_name']}"

    returns_a_path()
    made = returns_a_mapping()
    uses(made["version"], made)  # type: ignore[index]  # Airflow types what a task gives as wider than it is
    returns_nothing()


@dag(schedule=None, params=PARAMS)
def mapped_training():
    @task
    def items() -> list[str]:
        return _items()

    @task.model_version(model_name=MODEL, **REGISTRY)
    def train(item: str) -> dict[str, Any]:
        return {"path": _write("model.txt", f"weights of {item}"), "params": {"item": item}}

    @task
    def paths() -> list[str]:
        return [_write(f"{item}.txt", f"weights of {item}") for item in _items()]

    train.expand(item=items())
    RegisterModelVersionOperator.partial(
        task_id="register", model_name="{{ params.model }}/registered", params={"run": "{{ run_id }}"}, **REGISTRY
    ).expand(artifact=paths())


@dag(schedule=None, params=PARAMS)
def five_models():
    @task(retries=1, post_execute=lose_answer)
    def train(params: dict[str, Any] | None = None) -> list[str]:
        given = params or {}
        registry = ModelRegistryHook(given["conn_id"]).get_conn()
        path = _write("model.txt", "weights")
        return [registry.register_version(f"{given['model']}/{number}", path).reference for number in range(5)]

    train()


@dag(schedule=None, params=PARAMS)
def unsteady_training():
    """Whose bytes, or metrics, are others at each try: what a cleared task makes in real life."""

    @task.model_version(model_name="{{ params.model }}/bytes", model_registry_conn_id=CONN_ID)
    def other_bytes(ti: Any = None) -> str:
        return _write("bytes.txt", f"weights of try {ti.try_number}")

    @task.model_version(model_name="{{ params.model }}/metrics", model_registry_conn_id=CONN_ID)
    def other_metrics(ti: Any = None) -> dict[str, Any]:
        return {"path": _write("metrics.txt", "weights"), "metrics": {"auc": ti.try_number / 10}}

    PromoteModelVersionOperator(
        task_id="promote", version=other_bytes(), alias="production", model_registry_conn_id=CONN_ID
    )
    other_metrics()


@dag(schedule=None, params=PARAMS)
def large_training():
    @task
    def fit(params: dict[str, Any] | None = None) -> str:
        folder = Path((params or {})["folder"], "model")
        folder.mkdir()
        for name in ("first", "second", "third"):
            (folder / f"{name}.bin").write_bytes(name.encode() * 4_000_000)
        return str(folder)

    RegisterModelVersionOperator(
        task_id="register", model_name=MODEL, artifact=fit(), pre_execute=meet_accident, **REGISTRY
    )


training()
mapped_training()
five_models()
unsteady_training()
large_training()
