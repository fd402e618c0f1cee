"""From an asset's events to the version that they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from airflow.sdk import Asset, task

from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.assets.triggered import said_by, version_named, version_of_run
from airflow_provider_registry.errors import InvalidReferenceError
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from tests.support.tasks import Run, a_dag

PRODUCTION = model_asset("churn", "production")
SAID = {"model_name": "churn", "version": 1, "alias": "production", "event": 4}


def by_task(**said):
    """An event that a task had."""
    return SimpleNamespace(extra={**SAID, **said}, timestamp=datetime(2026, 3, 3, tzinfo=UTC))


def by_watcher(**said):
    """An event that a watcher had."""
    return SimpleNamespace(extra={"from_trigger": True, "payload": {**SAID, **said}})


@pytest.fixture
def registry(skin_registry, artifact):
    """Version 1 is live and version 2 is new."""
    for number in (1, 2):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact)
    skin_registry.promote("churn", 1, "production")
    return skin_registry


def download(tmp_path, **kwargs):
    with a_dag():
        return DownloadModelVersionOperator(task_id="fetch", destination=str(tmp_path / "here"), **kwargs)


@pytest.mark.parametrize("event", [by_task(), by_watcher(), by_task().extra, by_watcher().extra])
def test_what_an_event_says_is_the_same_whoever_had_it(event):
    assert SAID == said_by(event)
    assert SAID == version_named(event)


@pytest.mark.parametrize("given", [3, "3", "models:/churn/3", {"model_name": "churn", "version": 3}])
def test_what_is_no_event_is_left_as_it_is(given):
    assert given == version_named(given)


def test_an_event_that_somebody_made_by_hand_names_no_version():
    with pytest.raises(InvalidReferenceError, match="by hand"):
        said_by(SimpleNamespace(extra={"from_rest_api": True}))


def test_of_several_events_that_airflow_put_together_the_newest_counts():
    events = {PRODUCTION: [by_task(version=2, event=9), by_watcher(version=1, event=7)]}
    assert {**SAID, "version": 2, "event": 9} == version_of_run(events, PRODUCTION)


def test_a_run_that_nothing_started_takes_what_is_live():
    assert "models:/churn@production" == version_of_run({}, PRODUCTION)


def test_a_run_that_nothing_started_has_no_newest_version():
    with pytest.raises(InvalidReferenceError, match="No event"):
        version_of_run({}, model_asset("churn"))


def test_the_hook_takes_an_event_in_the_place_of_a_reference(registry):
    with ModelRegistryHook().download(by_task(version=2)) as path:
        assert b"weights 2" == (path / "model.pkl").read_bytes()


def test_the_hook_takes_the_asset_itself(registry):
    """Outside tasks, and in a run by hand, it is what is live."""

    @task
    def predict():
        with ModelRegistryHook().download(PRODUCTION) as path:
            return (path / "model.pkl").read_text()

    with a_dag():
        given = predict()
    assert "weights 1" == Run().task(given).returned
    assert "weights 2" == Run(consumed=[(PRODUCTION, by_task(version=2).extra)]).task(given).returned
    with ModelRegistryHook().download(PRODUCTION) as path:
        assert b"weights 1" == (path / "model.pkl").read_bytes()


def test_the_operator_takes_the_version_that_the_run_was_started_for(registry, tmp_path):
    run = Run(consumed=[(PRODUCTION, by_task(version=2).extra)])
    assert 2 == run.task(download(tmp_path, asset=PRODUCTION)).returned["version"]


def test_a_template_may_hand_it_an_event(registry, tmp_path):
    named = "{{ (triggering_asset_events.values() | first)[-1].extra }}"
    run = Run(consumed=[(PRODUCTION, by_watcher(version=2).extra)])
    assert 2 == run.task(download(tmp_path, version=named)).returned["version"]


def test_a_run_by_hand_downloads_what_is_live(registry, tmp_path):
    assert 1 == Run().task(download(tmp_path, asset=PRODUCTION)).returned["version"]


def test_the_asset_is_an_inlet(tmp_path):
    assert [PRODUCTION] == download(tmp_path, asset=PRODUCTION).inlets


def test_a_version_that_is_named_twice_is_refused(registry, tmp_path):
    ran = Run().task(download(tmp_path, asset=PRODUCTION, reference="models:/churn/1"))
    assert "named twice" in str(ran.error)


def test_an_event_of_another_asset_does_not_count(registry, tmp_path):
    run = Run(consumed=[(Asset("s3://lake/scores"), {})])
    assert 1 == run.task(download(tmp_path, asset=PRODUCTION)).returned["version"]
