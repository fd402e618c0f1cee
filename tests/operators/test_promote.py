from __future__ import annotations

import pytest
from airflow.sdk import BaseOperator
from airflow.sdk.api.datamodels._generated import DagRunType
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator, RequestPromotionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from tests.support.skin import APPROVALS, THRESHOLD, set_connection
from tests.support.tasks import Run, a_dag


def promote(**kwargs):
    with kwargs.pop("dag", None) or a_dag():
        return PromoteModelVersionOperator(task_id="promote", alias="production", **kwargs)


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`: 1 with an AUC of 0.9, 2 with one of 0.7."""
    for number, auc in ((1, 0.9), (2, 0.7)):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact, metrics={"auc": auc})
    return skin_registry


def test_a_free_alias_moves_and_the_assignment_is_returned(registry):
    ran = Run().task(promote(model_name="churn", version=1, reason="of {{ run_id }}"))
    held = registry.history("churn", "production")[-1]
    assert ran.state == "success"
    assert ran.returned == held.as_mapping()
    assert held.reason == "of scheduled__2026-03-03"
    assert held.by == "retrain.promote"


@pytest.mark.parametrize(
    "named",
    [
        {"model_name": "churn", "version": 2},
        {"model_name": "churn", "version": "{{ 2 }}"},
        {"version": "models:/churn/2"},
        {"reference": "models:/churn/{{ 1 + 1 }}"},
        {"version": {"model_name": "churn", "version": 2}},
        {"version": "{{ {'model_name': 'churn', 'version': 2} }}"},
    ],
)
def test_every_form_that_names_a_version_is_taken(registry, named):
    assert Run().task(promote(**named)).returned["version"] == 2


def test_the_output_of_the_task_that_registered_names_the_version(registry):
    with a_dag() as dag:
        register = BaseOperator(task_id="register")
    task = promote(dag=dag, version=register.output)
    run = Run()
    run.supervisor.xcoms["register", "return_value"] = registry.get_version("models:/churn/1").as_mapping()
    assert run.task(task).returned["version"] == 1


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"model_name": "churn"}, "Which version"),
        ({"version": 1, "reference": "models:/churn/1"}, "twice"),
        ({"version": "{{ none }}", "model_name": "churn"}, "rendered nothing"),
        ({"version": 1}, "of which model"),
        ({"version": 9, "model_name": "churn"}, "no version 9"),
        ({"version": 1, "model_name": "{{ none }}"}, "rendered nothing"),
    ],
)
def test_what_names_no_version_fails_without_a_retry(registry, named, said):
    ran = Run().task(promote(**named))
    assert ran.state == "failed"
    assert isinstance(ran.error, AirflowFailException)
    assert said in str(ran.error)


def test_gates_that_do_not_pass_fail_the_task_after_their_report_is_pushed(registry):
    registry.set_policy("churn", "production", THRESHOLD)
    ran = Run().task(promote(model_name="churn", version=2))
    assert ran.state == "failed"
    assert ran.xcoms["gate_report"]["passed"] is False
    assert "0.7" in str(ran.error)


def test_gates_that_do_not_pass_skip_where_that_is_asked(registry):
    registry.set_policy("churn", "production", THRESHOLD)
    ran = Run().task(promote(model_name="churn", version=2, if_not_passed="skip"))
    assert ran.state == "skipped"
    assert ran.xcoms["gate_report"]["version"] == 2


def test_gates_that_could_not_be_answered_fail_also_where_a_skip_is_asked(registry):
    registry.set_policy(
        "churn", "production", {"gates": [{"metric": "f1", "threshold": 0.8, "greater_is_better": True}]}
    )
    assert Run().task(promote(model_name="churn", version=1, if_not_passed="skip")).state == "failed"


@pytest.mark.parametrize("wrong", [{"if_not_passed": "ignore"}, {"allow_older": "False"}])
def test_a_misspelt_choice_is_refused_when_the_dag_is_parsed(wrong):
    with pytest.raises(InvalidInputError, match="write"):
        promote(model_name="churn", version=1, **wrong)


def test_a_promotion_cleared_after_a_rollback_fails_and_names_both_events(registry):
    registry.promote("churn", 1, "production")
    run, task = Run(), promote(model_name="churn", version=2)
    run.task(task)
    registry.rollback("churn", "production", reason="worse")
    ran = run.task(task, try_number=2)
    assert ran.state == "failed"
    seen = [event.seq for event in registry.events() if event.alias == "production"][1:]
    assert all(f"event {seq}" in str(ran.error) for seq in seen)
    assert "key=" in str(ran.error)
    assert registry.get_version("models:/churn@production").version == 1


def test_a_promotion_cleared_after_a_later_one_is_skipped(registry):
    run, task = Run(), promote(model_name="churn", version=1)
    run.task(task)
    registry.promote("churn", 2, "production")
    ran = run.task(task, try_number=2)
    assert ran.state == "skipped"
    assert registry.get_version("models:/churn@production").version == 2


def test_a_backfilled_version_skips_unless_it_is_allowed(skin_registry, artifact):
    run = Run(run_type=DagRunType.BACKFILL)
    with a_dag():
        register = RegisterModelVersionOperator(task_id="register", model_name="churn", artifact=str(artifact))
    version = run.task(register).returned
    assert run.task(promote(version=version)).state == "skipped"
    assert run.task(promote(version=version, allow_older=True)).state == "success"


def test_a_store_that_does_not_answer_leaves_the_task_to_its_retries(registry, artifact, monkeypatch):
    # Nothing listens there: S3 as a network that is down shows it.
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    set_connection(monkeypatch, host=str(registry.engine.url), extra={"artifact_root": "s3://models/registry"})
    with a_dag():
        task = RegisterModelVersionOperator(task_id="register", model_name="other", artifact=str(artifact))
    assert Run().task(task).state == "up_for_retry"


def ask(**kwargs):
    with a_dag():
        given = {"model_name": "churn", "version": 1, "alias": "production"}
        return RequestPromotionOperator(task_id="request", **{**given, **kwargs})


def test_asking_opens_a_request_and_hands_on_its_id_and_a_link(registry):
    registry.set_policy("churn", "production", APPROVALS)
    ran = Run().task(ask(reason="of {{ run_id }}"))
    (request,) = registry.requests("churn")
    assert ran.state == "success"
    assert ran.returned == request.as_mapping() | {"link": ran.xcoms["link"]}
    assert ran.xcoms["request_id"] == request.request_id
    assert ran.xcoms["link"].endswith("dags/retrain/runs/scheduled__2026-03-03/required_actions")
    assert (request.reason, request.requested_by) == ("of scheduled__2026-03-03", "retrain.request")


def test_a_retry_finds_the_request_that_the_first_try_opened(registry):
    registry.set_policy("churn", "production", APPROVALS)
    run, task = Run(), ask()
    assert run.task(task).returned["request_id"] == run.task(task, try_number=2).returned["request_id"]


def test_asking_again_after_a_withdrawal_opens_another(registry):
    registry.set_policy("churn", "production", APPROVALS)
    run, task = Run(), ask()
    first = run.task(task).returned["request_id"]
    registry.withdraw(first, reason="too early")
    assert run.task(task, try_number=2).returned["request_id"] > first


def test_asking_again_once_the_version_holds_the_alias_gives_the_request_that_was_promoted(registry):
    registry.set_policy("churn", "production", THRESHOLD)
    run, task = Run(), ask()
    first = run.task(task).returned
    assert first["state"] == "approved"
    registry.promote("churn", 1, "production")
    again = run.task(task, try_number=2).returned
    assert (again["request_id"], again["state"]) == (first["request_id"], "promoted")


def test_asking_for_what_holds_the_alias_without_a_request_fails(registry):
    registry.promote("churn", 1, "production")
    registry.set_policy("churn", "production", THRESHOLD)
    ran = Run().task(ask())
    assert ran.state == "failed"
    assert "nothing to ask for" in str(ran.error)


@pytest.mark.parametrize(("if_not_passed", "state"), [("fail", "failed"), ("skip", "skipped")])
def test_people_are_not_asked_where_the_gates_do_not_pass(registry, if_not_passed, state):
    registry.set_policy("churn", "production", APPROVALS)
    ran = Run().task(ask(version=2, if_not_passed=if_not_passed))
    assert ran.state == state
    assert ran.xcoms["gate_report"]["passed"] is False
    assert registry.requests("churn") == []


def test_asking_for_a_free_alias_fails(registry):
    assert Run().task(ask()).state == "failed"
