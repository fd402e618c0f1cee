from __future__ import annotations

import pytest
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from tests.support.tasks import Run, a_dag


def register(artifact, **kwargs):
    dag = kwargs.pop("dag", None) or a_dag()
    with dag:
        return RegisterModelVersionOperator(task_id="register", model_name="churn", artifact=str(artifact), **kwargs)


def test_the_version_is_returned_as_small_json_and_each_key_is_an_xcom(skin_registry, artifact):
    ran = Run().task(register(artifact))
    version = skin_registry.get_version("models:/churn/1")
    assert ran.state == "success"
    assert ran.returned == version.as_mapping()
    assert ran.xcoms["version"] == 1
    assert ran.xcoms["reference"] == "models:/churn/1"


def test_everything_that_is_said_reaches_the_version_rendered(skin_registry, artifact):
    task = register(
        artifact,
        metrics={"auc": "{{ '0.91' }}"},
        params={"lr": 0.1, "run": "{{ run_id }}"},
        inputs=[{"name": "customers", "uri": "s3://data/{{ ds }}", "rows": 10}],
        metadata={"owner": "{{ dag.dag_id }}"},
        tags={"day": "{{ ds }}"},
        description="of {{ ds }}",
        card="## Intended use\n\non {{ ds }}",
        training_duration="{{ 12.5 }}",
        environment=False,
    )
    assert Run().task(task).state == "success"
    version = skin_registry.get_version("models:/churn/1")
    assert version.metric("auc") == 0.91
    assert version.params == {"lr": "0.1", "run": "scheduled__2026-03-03"}
    assert version.inputs[0].uri == "s3://data/2026-03-03"
    assert version.metadata == {"owner": "retrain"}
    assert version.tags == {"day": "2026-03-03"}
    assert version.description == "of 2026-03-03"
    assert [card.text for card in skin_registry.card_revisions("models:/churn/1")] == [
        "## Intended use\n\non 2026-03-03"
    ]
    assert version.training_duration == 12.5
    assert version.environment_digest is None


def test_metrics_as_a_template_renders_them_are_read(skin_registry, artifact):
    assert Run().task(register(artifact, metrics="{{ {'auc': 0.91} }}")).state == "success"
    assert skin_registry.get_version("models:/churn/1").metric("auc") == 0.91


def test_params_are_those_of_the_training_not_those_of_the_dag(skin_registry, artifact):
    dag = a_dag(params={"features": 3})
    task = register(artifact, dag=dag, params={"depth": 4}, description="{{ params.features }} features")
    assert Run().task(task).state == "success"
    version = skin_registry.get_version("models:/churn/1")
    assert version.params == {"depth": "4"}
    assert version.description == "3 features"


def test_params_may_be_the_output_of_another_task(skin_registry, artifact):
    with a_dag() as dag:
        upstream = BaseOperator(task_id="train")
    task = register(artifact, dag=dag, params=upstream.output)
    run = Run()
    run.supervisor.xcoms["train", "return_value"] = {"depth": 4}
    assert run.task(task).state == "success"
    assert skin_registry.get_version("models:/churn/1").params == {"depth": "4"}
    assert task.upstream_task_ids == {"train"}


def test_params_and_model_params_are_not_both_taken(artifact):
    with pytest.raises(TypeError, match="the same thing"):
        register(artifact, params={"depth": 4}, model_params={"depth": 4})


def test_params_of_a_mapped_task_are_kept_without_those_of_the_dag(skin_registry, artifact):
    with a_dag(params={"features": 3}):
        mapped = RegisterModelVersionOperator.partial(
            task_id="register", model_name="churn", params={"depth": 4}
        ).expand(artifact=[str(artifact)])
    task = mapped.unmap({"artifact": str(artifact)})
    assert Run().task(task, map_index=0).state == "success"
    version = skin_registry.get_version("models:/churn/1")
    assert version.params == {"depth": "4"}
    assert version.producer.map_index == 0


def test_a_retry_with_the_same_bytes_returns_the_same(skin_registry, artifact):
    task, run = register(artifact), Run()
    first, again = run.task(task), run.task(task, try_number=2)
    assert first.returned == again.returned


def test_a_cleared_task_with_other_bytes_makes_a_version_that_names_the_one_it_supersedes(skin_registry, artifact):
    task, run = register(artifact), Run()
    run.task(task)
    artifact.write_bytes(b"others")
    assert run.task(task, try_number=2).returned["version"] == 2
    assert skin_registry.get_version("models:/churn/2").supersedes == 1


def test_key_tells_two_registrations_of_one_task_apart(skin_registry, artifact):
    run = Run()
    versions = [run.task(register(artifact, key=key)).returned["version"] for key in ("a", "b", "a")]
    assert [1, 2, 1] == versions


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"metrics": {"auc": "None"}}, "'auc'"),
        ({"tags": {"test": "true"}}, "'test'"),
        ({"metadata": "{{ none }}"}, "metadata"),
    ],
)
def test_what_cannot_be_taken_fails_without_a_retry(skin_registry, artifact, wrong, said):
    ran = Run().task(register(artifact, **wrong))
    assert ran.state == "failed"
    assert isinstance(ran.error, AirflowFailException)
    assert said in str(ran.error)


def test_a_path_that_is_not_on_this_host_fails_and_names_the_host(skin_registry, tmp_path):
    import socket

    ran = Run().task(register(tmp_path / "elsewhere.pkl"))
    assert ran.state == "failed"
    assert socket.gethostname() in str(ran.error)


def test_models_are_not_created_where_the_option_says_so(skin_registry, artifact, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__AUTO_CREATE", "False")
    ran = Run().task(register(artifact))
    assert ran.state == "failed"
    assert "AutoCreateDisabledError" in str(ran.error)
