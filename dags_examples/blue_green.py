"""Bring a new version up beside the live one, wait until it runs, and only then switch; the old one stays for a while.

`deploy` stands for your own deploying system, which says itself what runs where.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.deployment import RecordDeploymentOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.sensors.deployment import DeploymentSensor

COLOURS = ("blue", "green")


@dag(
    schedule=None,
    params={"model": Param("breast-cancer", type="string"), "version": Param(type="integer", minimum=1)},
    tags=["model-registry"],
)
def blue_green():
    new: dict[str, Any] = {"model_name": "{{ params.model }}", "version": "{{ params.version }}"}

    @task
    def idle(params: dict[str, Any] | None = None) -> str:
        """The colour that does not run what is live."""
        model = (params or {})["model"]
        with ModelRegistryHook().get_conn() as registry:
            live = registry.holders([(model, "production")]).get((model, "production"))
            targets = registry.deployments(model, environment="production") if live else []
        serving = {one.target for one in targets if live and one.actual_version == live.version}
        return next(colour for colour in COLOURS if colour not in serving)

    colour = idle()
    ask = RecordDeploymentOperator(
        task_id="ask", **new, environment="production", target=colour, desired="running", reason="a release"
    )

    @task
    def deploy(target: str, params: dict[str, Any] | None = None) -> None:
        reference = f"models:/{(params or {})['model']}/{(params or {})['version']}"
        with ModelRegistryHook().get_conn() as registry:
            url = f"https://{target}.example.com/"
            registry.record_deployment(reference, "production", target, actual="running", url=url)

    ready = DeploymentSensor(task_id="ready", **new, environment="production", target=colour, timeout=3600)
    switch = PromoteModelVersionOperator(task_id="switch", **new, alias="production", reason="it is up")
    ask >> [deploy(colour), ready]
    ready >> switch


blue_green()
