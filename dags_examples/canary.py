"""Give a new version a small share of the traffic, compare it with the live one, and widen and promote it, or give up.

While it is too early to say, the challenger keeps its share: run it again once more was measured.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Param, dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.branch import BranchOnGateOperator
from airflow_provider_registry.operators.metrics import RecordMetricsOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.route import EndRouteOperator, RouteTrafficOperator


def by_hour(errors: list[int], now: datetime) -> list[dict[str, Any]]:
    """Rows of the errors in each 1,000 answers, one for each of the hours that are over."""
    end = now.replace(minute=0, second=0, microsecond=0)
    windows = [(end - timedelta(hours=ago), end - timedelta(hours=ago - 1)) for ago in range(len(errors), 0, -1)]
    return [
        {"name": "error_rate", "value": wrong / 1_000, "window": [begin.isoformat(), over.isoformat()]}
        for wrong, (begin, over) in zip(errors, windows, strict=True)
    ]


@dag(
    schedule=None,
    params={
        "model": Param("breast-cancer", type="string"),
        "version": Param(type="integer", minimum=1),
        "errors": Param([4, 5], type="array", description="Stands for what your monitoring counts, hour by hour."),
    },
    tags=["model-registry"],
)
def canary():
    challenger: dict[str, Any] = {"model_name": "{{ params.model }}", "version": "{{ params.version }}"}
    start = RouteTrafficOperator(task_id="start", **challenger, alias="production", traffic=5, reason="a canary")

    @task
    def count(params: Any = None, dag_run: Any = None) -> list[dict[str, Any]]:
        """How often each of the two was wrong: a service logs which version answered."""
        with ModelRegistryHook().get_conn() as registry:
            live = registry.resolve(f"models:/{params['model']}@production").version
        errors = {live: [5] * len(params["errors"]), params["version"]: params["errors"]}
        return [
            {"reference": f"models:/{params['model']}/{version}", "metrics": by_hour(each, dag_run.run_after)}
            for version, each in errors.items()
        ]

    counted = count()
    record = RecordMetricsOperator.partial(task_id="record").expand_kwargs(counted)
    decide = BranchOnGateOperator(
        task_id="decide",
        champion="models:/{{ params.model }}@production",
        challenger="models:/{{ params.model }}/{{ params.version }}",
        gates=[{"metric": "error_rate", "min_absolute_change": -0.002, "greater_is_better": False, "windows": 2}],
        windows=2,
        promote="widen",
        keep="go_on",
        stop="give_up",
    )
    widen = RouteTrafficOperator(task_id="widen", **challenger, alias="production", traffic=50, reason="it does well")
    promote = PromoteModelVersionOperator(
        task_id="promote", **challenger, alias="production", reason="its canary went well"
    )
    go_on = EmptyOperator(task_id="go_on")
    give_up = EndRouteOperator(task_id="give_up", **challenger, alias="production", reason="its canary went badly")

    start >> counted
    record >> decide >> [widen, go_on, give_up]
    widen >> promote


canary()
