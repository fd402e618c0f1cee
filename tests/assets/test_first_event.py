"""Tasks that say something of an asset which Airflow does not know yet: one goes first, since two at once fail one."""

from __future__ import annotations

import pytest

from airflow_provider_registry.assets import first_event
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from tests.support.tasks import Run, a_dag

LOOKS = 3


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The pauses between two looks, which nobody waits for here."""
    slept: list[float] = []
    monkeypatch.setattr("airflow_provider_registry.assets.first_event.time.sleep", slept.append)
    return slept


@pytest.fixture
def run():
    """A run on an Airflow that finds the asset at the last of some looks."""
    run = Run()
    run.supervisor.unknown_for = LOOKS
    return run


def register(artifact, model_name="{{ 'churn' }}"):
    with a_dag():
        return RegisterModelVersionOperator(task_id="register", model_name=model_name, artifact=str(artifact))


def promote(version):
    with a_dag():
        given = {"model_name": "{{ 'churn' }}", "version": version, "alias": "production"}
        return PromoteModelVersionOperator(task_id="promote", **given)


@pytest.fixture
def first(skin_registry, artifact):
    """The first version of the model, from elsewhere."""
    version = skin_registry.register_version("churn", artifact)
    artifact.write_bytes(b"better weights")
    return version


def said(ran):
    return [event["extra"]["version"] for event in ran.message.outlet_events]


@pytest.mark.usefixtures("skin_registry")
def test_the_first_version_makes_the_asset(run, artifact, pauses):
    assert [1] == said(run.task(register(artifact)))
    assert [] == pauses


@pytest.mark.usefixtures("first")
def test_a_later_version_waits_until_the_asset_is_there(run, artifact, pauses):
    assert [2] == said(run.task(register(artifact)))
    assert LOOKS == len(pauses)


@pytest.mark.usefixtures("first")
def test_the_first_holder_of_an_alias_makes_the_asset_and_the_second_waits(run, skin_registry, artifact, pauses):
    skin_registry.register_version("churn", artifact)
    assert ([1], []) == (said(run.task(promote(1))), pauses)
    assert ([2], LOOKS) == (said(run.task(promote(2))), len(pauses))


@pytest.mark.usefixtures("first")
def test_what_was_known_when_the_dag_was_parsed_is_there(run, artifact, pauses):
    assert [2] == said(run.task(register(artifact, "churn")))
    assert [] == pauses


@pytest.mark.usefixtures("first")
def test_a_mapped_task_waits_too(run, artifact, pauses):
    assert [2] == said(run.task(register(artifact, "churn"), map_index=1))
    assert LOOKS == len(pauses)


@pytest.mark.usefixtures("first")
def test_nobody_waits_for_long_for_a_task_that_was_lost(run, artifact, pauses, monkeypatch):
    monkeypatch.setattr(first_event, "PATIENCE_SECONDS", 0)
    assert [2] == said(run.task(register(artifact)))
    assert [] == pauses
