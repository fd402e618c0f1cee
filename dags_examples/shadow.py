"""Have a new version answer everything beside the live one, where nobody gets its answers; compare; and stop."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.route import EndRouteOperator, RouteTrafficOperator


@dag(
    schedule=None,
    params={
        "model": Param("breast-cancer", type="string"),
        "version": Param(type="integer", minimum=1),
        "differing": Param(3, type="integer", description="Stands for what your logs say, of 1,000 pairs of answers."),
    },
    tags=["model-registry"],
)
def shadow():
    challenger: dict[str, Any] = {"model_name": "{{ params.model }}", "version": "{{ params.version }}"}
    start = RouteTrafficOperator(task_id="start", **challenger, alias="production", shadow=True, reason="a trial")

    @task.model_gate(**challenger, name="shadow", if_not_passed="continue")
    def compare(params: dict[str, Any] | None = None) -> dict[str, Any]:
        reference = f"models:/{(params or {})['model']}@production"
        with ModelRegistryHook().get_conn() as registry:  # as the service does that answers
            live, shadows = registry.resolve(reference), registry.shadows(reference)
        differing = (params or {})["differing"]
        versions = {"live": live.version, "shadows": [one.version for one in shadows]}
        return {"passed": differing <= 10, "pairs": 1_000, "differing": differing, **versions}

    end = EndRouteOperator(task_id="end", **challenger, alias="production", reason="compared")
    start >> compare() >> end


shadow()
