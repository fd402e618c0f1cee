from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_registry.decorators.model_version import model_version_task
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.registry import profile_of
from tests.support.tasks import Run, a_dag


def training(returned, **kwargs):
    """The task of a function that returns what it is told."""
    with a_dag():

        @model_version_task(model_name="churn", **kwargs)
        def train():
            return returned

        return train()


def test_airflow_offers_it_as_task_model_version():
    with a_dag() as dag:

        @task.model_version(model_name="churn")
        def train():
            return "model.pkl"

        train()
    assert dag.task_ids == ["train"]


def test_a_path_alone_is_registered(skin_registry, artifact):
    ran = Run().task(training(artifact))
    assert ran.returned == skin_registry.get_version("models:/churn/1").as_mapping()
    assert ran.xcoms["version"] == 1


def test_everything_that_a_mapping_says_reaches_the_version(skin_registry, artifact):
    said = {
        "path": str(artifact),
        "metrics": {"auc": 0.9},
        "params": {"depth": 4},
        "inputs": ["customers"],
        "metadata": {"owner": "growth"},
        "tags": {"kind": "tree"},
        "description": "a tree",
        "card": "## Limits\n\nfew",
        "profile": profile_of({"age": [20, 30, 40]}),
    }
    assert Run().task(training(said)).state == "success"
    version = skin_registry.get_version("models:/churn/1")
    assert version.metric("auc") == 0.9
    assert version.params == {"depth": "4"}
    assert version.inputs[0].name == "customers"
    assert version.metadata == {"owner": "growth"}
    assert version.tags == {"kind": "tree"}
    assert version.description == "a tree"
    assert skin_registry.card_revisions("models:/churn/1")[0].sections == ("limitations",)
    assert skin_registry.profile("models:/churn/1").profile == said["profile"]
    assert version.training_duration >= 0


def test_a_function_runs_in_a_folder_of_its_own_that_is_gone_afterwards(skin_registry, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    folders = []

    def train():
        folders.append(Path.cwd())
        Path("model.pkl").write_bytes(b"trained here")
        return "model.pkl"

    with a_dag():
        trained = model_version_task(train, model_name="churn")()
    assert Run().task(trained).state == "success"
    assert folders != [tmp_path]
    assert not folders[0].exists()
    assert Path.cwd() == tmp_path
    assert skin_registry.get_version("models:/churn/1").size == len(b"trained here")


def test_a_relative_path_is_taken_from_the_working_directory_where_that_is_asked(skin_registry, artifact, monkeypatch):
    monkeypatch.chdir(artifact.parent)
    assert Run().task(training("model.pkl", own_folder=False)).state == "success"


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "NoneType"),
        ({"metrics": {}}, "no path"),
        ({"path": "model.pkl", "metric": {"auc": 1}}, "metric;"),
        ({"path": "model.pkl", "metrics": {"auc": "high"}}, "'auc'"),
    ],
)
def test_what_cannot_be_registered_fails_without_a_retry(skin_registry, returned, said):
    ran = Run().task(training(returned))
    assert isinstance(ran.error, AirflowFailException)
    assert said in str(ran.error)


def test_what_the_function_raises_is_left_to_retries(skin_registry):
    with a_dag():

        @model_version_task(model_name="churn")
        def train():
            raise OSError("the database of features is away")

        ran = Run().task(train())
    assert ran.state == "up_for_retry"


def test_an_asynchronous_function_is_awaited(skin_registry, artifact):
    with a_dag():

        @model_version_task(model_name="churn")
        async def train():
            return str(artifact)

        ran = Run().task(train())
    assert ran.returned["version"] == 1


def test_arguments_context_and_templates_reach_the_function(skin_registry, artifact):
    with a_dag():

        @model_version_task(model_name="churn-{{ ds_nodash }}")
        def train(depth, day, run_id=None):
            return {"path": str(artifact), "params": {"depth": depth, "day": day, "run": run_id}}

        ran = Run().task(train(4, day="{{ ds }}"))
    assert ran.returned["model_name"] == "churn-20260303"
    params = skin_registry.get_version(ran.returned).params
    assert params == {"depth": "4", "day": "2026-03-03", "run": "scheduled__2026-03-03"}


def test_its_result_names_the_version_for_the_operators_after_it(skin_registry, artifact):
    with a_dag():

        @model_version_task(model_name="churn")
        def train():
            return str(artifact)

        version: Any = train()
        promote = PromoteModelVersionOperator(task_id="promote", version=version, alias="production")
        number = PromoteModelVersionOperator(
            task_id="number", model_name="churn", version=version["version"], alias="champion"
        )
    run = Run()
    run.task(version)
    assert promote.upstream_task_ids == {"train"}
    assert run.task(promote).returned["version"] == 1
    assert run.task(number).returned["version"] == 1


def test_it_can_be_overridden_and_expanded(skin_registry, artifact):
    with a_dag() as dag:

        @model_version_task(model_name="churn")
        def train(depth=1):
            return {"path": str(artifact), "params": {"depth": depth}}

        train.override(task_id="renamed", model_name="other")()
        PromoteModelVersionOperator.partial(task_id="promote", alias="production").expand(
            version=train.expand(depth=[1, 2])
        )
    assert set(dag.task_ids) == {"renamed", "train", "promote"}
    assert Run().task(dag.get_task("renamed")).returned["model_name"] == "other"
    train_task: Any = dag.get_task("train")
    mapped = train_task.unmap({"op_kwargs": {"depth": 2}})
    assert Run().task(mapped, map_index=1).returned["version"] == 1
    assert skin_registry.get_version("models:/churn/1").params == {"depth": "2"}
