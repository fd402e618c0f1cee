from __future__ import annotations

import pytest

from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from tests.support.skin import THRESHOLD
from tests.support.tasks import Run, a_dag


def validate(**kwargs):
    with a_dag():
        return ValidateModelVersionOperator(task_id="validate", model_name="churn", alias="production", **kwargs)


@pytest.fixture
def registry(skin_registry, artifact):
    """A protected alias, and two versions: 1 passes its gates, 2 does not."""
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.9}, key="a")
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.7}, key="b")
    skin_registry.register_version("churn", artifact, key="c")
    skin_registry.set_policy("churn", "production", THRESHOLD)
    return skin_registry


def test_a_report_that_passed_is_returned(registry):
    ran = Run().task(validate(version=1))
    assert ran.state == "success"
    assert ran.xcoms["passed"] is True
    assert ran.returned["results"][0]["candidate_value"] == 0.9


def test_a_report_that_did_not_pass_is_pushed_before_the_task_fails_without_a_retry(registry):
    ran = Run().task(validate(version=2))
    assert ran.state == "failed"
    assert ran.returned["results"][0]["verdict"] == "failed"
    assert ran.xcoms["passed"] is False


def test_a_report_that_did_not_pass_skips_where_that_is_asked(registry):
    ran = Run().task(validate(version=2, if_not_passed="skip"))
    assert ran.state == "skipped"
    assert ran.xcoms["passed"] is False


def test_gates_that_could_not_be_answered_always_fail(registry):
    ran = Run().task(validate(version=3, if_not_passed="skip"))
    assert ran.state == "failed"
    assert ran.returned["results"][0]["cause"] == "missing_metric"


def test_a_retry_gives_the_same_report(registry):
    run, task = Run(), validate(version=1)
    assert run.task(task).returned == run.task(task, try_number=2).returned


def test_nothing_is_pushed_where_the_task_pushes_nothing(registry):
    assert Run().task(validate(version=2, do_xcom_push=False)).xcoms == {}


def test_a_free_alias_has_no_gates_to_answer(registry):
    with a_dag():
        task = ValidateModelVersionOperator(task_id="validate", version="models:/churn/1", alias="staging")
    ran = Run().task(task)
    assert ran.state == "failed"
    assert "PolicyNotFoundError" in str(ran.error)
