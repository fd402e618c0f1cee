"""Retention, applied by a task."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.retention import ApplyRetentionOperator
from tests.support.kernel import later
from tests.support.tasks import Run, a_dag


def retain(**kwargs):
    with a_dag():
        return ApplyRetentionOperator(task_id="retain", **kwargs)


@pytest.fixture
def registry(skin_registry, artifact):
    """Three versions, of which the first is archived for long, and one is kept."""
    with later(days=-100):
        for number in (1, 2, 3):
            artifact.write_bytes(b"weights %d" % number)
            skin_registry.register_version("churn", artifact, environment=False)
        skin_registry.archive_version("models:/churn/1")
    skin_registry.set_retention("churn", {"keep_last": 1})
    return skin_registry


@pytest.mark.parametrize("given", [{}, {"model_name": "churn"}])
def test_it_says_in_small_json_what_it_did(registry, given):
    ran = Run().task(retain(**given))
    told = {"archived": 1, "purged": 1, "dry_run": False, "models": {"churn": {"archived": 1, "purged": 1}}}
    assert ("success", told | {"bytes_won": ran.returned["bytes_won"]}) == (ran.state, ran.returned)
    assert ran.returned["bytes_won"] > 0
    assert registry.get_version("models:/churn/1").purged_at


def test_a_retry_finds_nothing_left_to_do(registry):
    run = Run()
    run.task(retain())
    ran = run.task(retain(), try_number=2)
    assert ("success", 0, 0) == (ran.state, ran.returned["archived"], ran.returned["purged"])


def test_a_task_that_is_cleared_undoes_no_restoration_since(registry):
    run = Run()
    run.task(retain())
    registry.restore_version("models:/churn/2")
    ran = run.task(retain(), try_number=2)
    assert ("success", 0) == (ran.state, ran.returned["archived"])
    assert registry.get_version("models:/churn/2").archived_at is None
    assert 1 == Run("another").task(retain()).returned["archived"]


def test_a_dry_run_does_nothing(registry):
    ran = Run().task(retain(dry_run=True))
    assert (True, 1, 1) == (ran.returned["dry_run"], ran.returned["archived"], ran.returned["purged"])
    assert registry.get_version("models:/churn/1").purged_at is None


def test_a_model_that_is_not_there_fails_without_a_retry(registry):
    ran = Run().task(retain(model_name="none"))
    assert "failed" == ran.state
    with pytest.raises(InvalidInputError, match="dry_run"):
        retain(dry_run="yes")
