from __future__ import annotations

import pytest

from airflow_provider_registry.operators.rollback import RollbackModelOperator
from tests.support.tasks import Run, a_dag


def rollback(**kwargs):
    with a_dag():
        return RollbackModelOperator(task_id="rollback", model_name="churn", alias="production", **kwargs)


@pytest.fixture
def registry(skin_registry, artifact):
    """Versions 1, 2 and 3, each of which held the alias in turn."""
    for key in "abc":
        version = skin_registry.register_version("churn", artifact, key=key)
        skin_registry.promote("churn", version.version, "production")
    return skin_registry


def test_the_alias_goes_back_to_the_version_that_was_displaced(registry):
    ran = Run().task(rollback(reason="worse on {{ ds }}"))
    assert ran.state == "success"
    assert ran.returned["version"] == 2
    assert registry.history("churn", "production")[-1].reason == "worse on 2026-03-03"


@pytest.mark.parametrize("to", [1, "1", "models:/churn/1", {"model_name": "churn", "version": 1}])
def test_it_goes_back_to_a_version_that_is_named(registry, to):
    assert Run().task(rollback(reason="worse", to=to)).returned["version"] == 1


def test_a_cleared_rollback_does_not_go_back_twice(registry):
    run, task = Run(), rollback(reason="worse")
    first, again = run.task(task), run.task(task, try_number=2)
    assert first.returned == again.returned
    assert registry.get_version("models:/churn@production").version == 2


def test_a_cleared_rollback_is_skipped_once_the_alias_has_moved_on(registry):
    run, task = Run(), rollback(reason="worse")
    run.task(task)
    registry.promote("churn", 1, "production")
    assert run.task(task, try_number=2).state == "skipped"


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"reason": "worse", "to": 9}, {"reason": "worse", "to": "{{ none }}"}]
)
def test_what_cannot_be_rolled_back_fails_without_a_retry(registry, wrong):
    assert Run().task(rollback(**wrong)).state == "failed"
