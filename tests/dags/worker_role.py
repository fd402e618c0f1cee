"""A Dag whose connection has the database role `worker`, in the database of Airflow itself, with its lineage."""

from __future__ import annotations

from airflow.providers.openlineage.utils.selective_enable import enable_lineage
from airflow.sdk import Asset, dag, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator, RequestPromotionOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from tests.dags.shared import CONN_ID, MODEL, PARAMS


@dag(schedule=None, params=PARAMS)
def worker_role():
    @task.model_version(
        model_name=MODEL, model_registry_conn_id=CONN_ID, inlets=[Asset("labels", "file:///lake/labels.csv")]
    )
    def train(params=None):
        from pathlib import Path

        path = Path(params["folder"]) / "model.bin"
        path.write_text("a model")
        return {"path": str(path), "metrics": {"auc": 0.9}}

    @task.model_gate(version="{{ ti.xcom_pull('train') }}", model_registry_conn_id=CONN_ID)
    def fair():
        return {"passed": True, "groups": 3}

    @task
    def score(promoted, params=None):
        from airflow_provider_registry.hooks.model_registry import ModelRegistryHook

        with ModelRegistryHook(params["conn_id"]).download(promoted) as folder:
            return (folder / "model.bin").read_text()

    @task
    def overreach(request, params=None):
        """Try, as the person whom the policy names, what the role may not; gives what became of each try."""
        from sqlalchemy import text

        from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
        from airflow_provider_registry.registry import Actor, Caller

        def select(table):
            with registry.engine.connect() as connection:
                connection.execute(text(f"SELECT 1 FROM {table}"))  # noqa: S608  # names of this file

        model, outcome = params["model"], {}
        with ModelRegistryHook(params["conn_id"]).get_conn() as registry:
            ana = registry.acting_as(Caller(Actor("python", "ana", "ana")))
            for what, attempt in {
                "decide": lambda: ana.decide(request["request_id"], verdict="approve"),
                "override": lambda: ana.override(model, request["version"], "production", reason="in a hurry"),
                "set_policy": lambda: ana.set_policy(model, "production", {"requires": "staging"}),
                "remove_policy": lambda: ana.remove_policy(model, "production", reason="in a hurry"),
                "dag_run": lambda: select("dag_run"),
                "connection": lambda: select("connection"),
            }.items():
                try:
                    attempt()
                except Exception as error:
                    outcome[what] = f"{type(error).__name__}: {error}"
        return outcome

    version = train()
    where = {"alias": "production", "model_registry_conn_id": CONN_ID}
    validate = ValidateModelVersionOperator(task_id="validate", version=version, **where)
    request = RequestPromotionOperator(task_id="request", version=version, reason="a test", **where)
    promote = PromoteModelVersionOperator(task_id="promote", version=version, poll_interval=1, **where)
    version >> fair() >> validate >> request
    overreach(request.output) >> promote
    score(promote.output)


enable_lineage(worker_role())
