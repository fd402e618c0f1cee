from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.deployment import RecordDeploymentOperator
from tests.support.tasks import Run, a_dag


def record(**kwargs):
    given = {"reference": "models:/churn/1", "environment": "production", "target": "eu", "desired": "running"}
    with a_dag():
        return RecordDeploymentOperator(task_id="record", **{**given, **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact)
    return skin_registry


def test_what_a_target_should_run_is_recorded_and_handed_on(registry):
    ran = Run().task(record(target="eu-{{ ds }}", url="https://eu.example.com/"))
    assert ran.state == "success"
    (recorded,) = registry.deployments("churn")
    assert ran.returned == {**recorded.as_mapping(), "version": 1}
    assert ("eu-2026-03-03", "running", 1) == (recorded.target, recorded.desired, recorded.desired_version)


def test_a_task_that_is_tried_again_changes_nothing(registry):
    task = record(desired=None, actual="running")
    once, again = Run().task(task), Run().task(task)
    assert once.returned == again.returned
    assert 1 == len(registry.deployment_history("churn"))


@pytest.mark.parametrize("said", [{"desired": "runing"}, {"actual": "{{ none }}"}, {"url": "ftp://eu"}])
def test_what_cannot_be_kept_fails_without_a_retry(registry, said):
    assert "failed" == Run().task(record(**said)).state


def test_a_task_that_would_say_nothing_is_refused_when_the_dag_is_parsed():
    with pytest.raises(InvalidInputError, match="Give desired= or actual="):
        record(desired=None)
