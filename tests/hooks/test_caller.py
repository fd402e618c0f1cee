from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from airflow.sdk import task
from airflow.sdk.api.datamodels._generated import DagRunType

from airflow_provider_registry.hooks.caller import read_producer, task_caller
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from tests.support.tasks import DAY, Run, a_dag


def caller_in(run, **where):
    """Who acts in a task, as the task itself says."""
    seen = []
    with a_dag():

        @task
        def look():
            seen.append(task_caller())

        done = run.task(look(), **where)
    assert done.state == "success"
    return seen[0]


def test_a_task_acts_under_its_key():
    caller = caller_in(Run())
    assert caller.via == "airflow-task"
    assert caller.authenticated is False
    assert (caller.actor.issuer, caller.actor.subject, caller.actor.name) == (
        "airflow:airflow",
        "retrain/scheduled__2026-03-03/look",
        "retrain.look",
    )


def test_the_producer_is_the_task_in_its_run():
    producer = caller_in(Run(), try_number=2, map_index=3).producer
    assert (producer.dag_id, producer.run_id, producer.task_id) == ("retrain", "scheduled__2026-03-03", "look")
    assert (producer.map_index, producer.try_number) == (3, 2)
    assert (producer.run_type, producer.logical_date, producer.data_interval_end) == ("scheduled", DAY, DAY)
    assert producer.dag_version == "00000000-0000-0000-0000-000000000001"
    assert producer.is_test is False


def test_a_mapped_task_has_its_index_in_its_key():
    assert caller_in(Run(), map_index=3).actor.subject == "retrain/scheduled__2026-03-03/look/3"


def test_a_run_without_a_date_has_none():
    producer = caller_in(Run(run_type=DagRunType.ASSET_TRIGGERED, day=None)).producer
    assert (producer.run_type, producer.logical_date, producer.data_interval_end) == ("asset_triggered", None, None)


def test_the_airflow_is_named_by_its_instance_id(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__INSTANCE_ID", "growth-prod")
    caller = caller_in(Run())
    assert caller.actor.issuer == "airflow:growth-prod"
    assert caller.producer.instance_id == "growth-prod"


def test_a_test_run_of_an_executor_is_known_by_its_user():
    assert caller_in(Run(triggering_user_name="dag_test")).producer.is_test is True


# Airflow 3.2 has no runs of the last kind.
BY_PEOPLE = [kind for kind in DagRunType if kind.value in ("manual", "backfill", "operator_triggered")]


@pytest.mark.parametrize("run_type", BY_PEOPLE)
def test_the_user_who_triggered_the_run_is_known(run_type):
    producer = caller_in(Run(run_type=run_type, triggering_user_name="ana")).producer
    assert producer.triggered_by == "ana"
    assert producer.persons == {"triggered_by": {"issuer": "airflow:airflow", "name": "ana"}}


@pytest.mark.parametrize("nobody", [None, "", "dag_test"])
def test_where_nobody_triggered_the_run_nobody_is_named(nobody):
    assert caller_in(Run(triggering_user_name=nobody)).producer.triggered_by is None


def test_an_airflow_that_does_not_say_who_triggered_a_run_names_nobody():
    ti = SimpleNamespace(dag_id="retrain", task_id="train", run_id="night")
    producer = read_producer({"ti": ti, "dag_run": SimpleNamespace(run_type="manual")})
    assert (producer.run_type, producer.triggered_by) == ("manual", None)


def test_outside_tasks_nobody_is_known():
    assert task_caller() is None


def test_outside_tasks_the_user_of_the_process_acts(skin_registry):
    from airflow_provider_registry.registry.database.clock import process_user

    with ModelRegistryHook().get_conn() as registry:
        model = registry.create_model("churn")
    assert model.created_by == process_user()


@pytest.mark.integration
def test_dag_test_makes_test_versions_that_protected_aliases_refuse(tmp_path, skin_registry, artifact):
    """In a process of its own, as `airflow dags test` is: it needs a metadata database."""
    skin_registry.create_model("churn")
    gate = {"metric": "auc", "threshold": 0.8, "greater_is_better": True}
    skin_registry.set_policy("churn", "production", {"gates": [gate]})
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "tried.py").write_text(_TRIED.format(path=str(artifact)))
    environment = os.environ | {
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for command in (["db", "migrate"], ["dags", "test", "tried"]):
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *command], env=environment, capture_output=True, text=True, check=False
        )
    version = skin_registry.get_version("models:/churn/1")
    assert version.is_test, done.stderr
    assert version.tags == {"test": "true"}
    assert "TestVersionError" in done.stdout + done.stderr
    assert skin_registry.history("churn", "production") == []


_TRIED = """
from airflow.sdk import dag, task
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator

@dag(schedule=None)
def tried():
    @task.model_version(model_name="churn")
    def train():
        return {{"path": {path!r}, "metrics": {{"auc": 0.9}}}}

    PromoteModelVersionOperator(task_id="promote", version=train(), alias="production")

tried()
"""
