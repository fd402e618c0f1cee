"""The first that anybody wants of a registry that is not there yet, from several tasks at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.sdk import dag, task

from tests.dags.shared import CONN_ID, MODEL, PARAMS


@dag(schedule=None, params=PARAMS)
def first_use():
    @task.model_version(model_name=MODEL, model_registry_conn_id=CONN_ID)
    def train(number: int, params: dict[str, Any] | None = None) -> str:
        path = Path((params or {})["folder"], f"{number}.txt")
        path.write_text(f"weights {number}")
        return str(path)

    train.expand(number=[1, 2, 3, 4])


first_use()
