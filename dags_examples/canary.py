"""Give a new version a small share of the traffic, look at how it does, and then widen and promote it, or give up."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.route import EndRouteOperator, RouteTrafficOperator


@dag(
    schedule=None,
    params={
        "model": Param("breast-cancer", type="string"),
        "version": Param(type="integer", minimum=1),
        "errors": Param(1, type="integer", description="Stands for what your monitoring counts, of 1,000 answers."),
    },
    tags=["model-registry"],
)
def canary():
    challenger: dict[str, Any] = {"model_name": "{{ params.model }}", "version": "{{ params.version }}"}
    start = RouteTrafficOperator(task_id="start", **challenger, alias="production", traffic=5, reason="a canary")

    @task.model_gate(**challenger, name="canary", if_not_passed="continue")  # the branch decides what comes of it
    def watch(params: dict[str, Any] | None = None) -> dict[str, Any]:
        errors = (params or {})["errors"]
        return {"passed": errors <= 10, "answers": 1_000, "errors": errors}

    @task.branch
    def decide(watched: dict[str, Any]) -> str:
        return "widen" if watched["passed"] else "give_up"

    widen = RouteTrafficOperator(task_id="widen", **challenger, alias="production", traffic=50, reason="it does well")
    promote = PromoteModelVersionOperator(
        task_id="promote", **challenger, alias="production", reason="its canary went well"
    )
    give_up = EndRouteOperator(task_id="give_up", **challenger, alias="production", reason="its canary went badly")

    watched = watch()
    start >> watched
    decide(watched) >> [widen, give_up]
    widen >> promote


canary()
