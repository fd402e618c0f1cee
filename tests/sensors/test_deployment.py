from __future__ import annotations

import pytest

from airflow_provider_registry.sensors.deployment import DeploymentSensor
from airflow_provider_registry.triggers.deployment import DeploymentTrigger
from tests.support.tasks import Run, a_dag


def sensor(**kwargs):
    with a_dag():
        given = {"model_name": "churn", "environment": "production", "target": "eu"}
        return DeploymentSensor(task_id="wait", **{**given, **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, key="a")
    skin_registry.register_version("churn", artifact, key="b")
    return skin_registry


def said(registry, version, **more):
    return registry.record_deployment(f"models:/churn/{version}", "production", "eu", **more)


@pytest.mark.parametrize("named", [{}, {"version": 1}, {"reference": "models:/churn/1", "model_name": None}])
def test_what_runs_as_it_should_is_returned_at_once(registry, named):
    found = said(registry, 1, desired="running", actual="running")
    ran = Run().task(sensor(**named))
    assert ran.state == "success"
    assert ran.returned == {**found.as_mapping(), "version": 1}


@pytest.mark.parametrize("model_name", ["churn", "not-yet"])
def test_it_defers_while_nobody_has_said_anything(registry, model_name):
    ran = Run().task(sensor(model_name=model_name, target="{{ 'eu' }}"))
    assert ran.state == "deferred"
    assert ran.message.classpath == "airflow_provider_registry.triggers.deployment.DeploymentTrigger"


def test_it_waits_for_the_version_that_was_named_and_for_no_other(registry):
    said(registry, 1, desired="running", actual="running")
    assert "success" == Run().task(sensor(version=1)).state
    assert "deferred" == Run().task(sensor(version=2)).state
    said(registry, 2, desired="running")
    assert "deferred" == Run().task(sensor()).state


def test_it_fails_for_good_where_the_version_that_should_run_has_failed(registry):
    said(registry, 2, desired="running", actual="running")
    said(registry, 1, actual="failed")
    assert "deferred" == Run().task(sensor()).state
    found = said(registry, 2, actual="failed")
    for ran in (Run().task(sensor()), Run().task(sensor(), event=found.as_mapping())):
        assert "failed" == ran.state
        assert "Version 2 of churn has failed at eu in production (event" in str(ran.error)


def test_what_the_trigger_found_is_returned(registry):
    found = said(registry, 1, desired="stopped", actual="stopped").as_mapping()
    assert Run().task(sensor(), event=found).returned == {**found, "version": 1}


def test_the_trigger_is_made_again_from_what_is_stored(registry):
    kwargs = Run().task(sensor(version="2")).message.trigger_kwargs
    kwargs = kwargs.get("__var", kwargs)
    assert ("production", "eu", 2) == (kwargs["environment"], kwargs["target"], kwargs["version"])
    assert kwargs == DeploymentTrigger(**kwargs).serialize()[1]
