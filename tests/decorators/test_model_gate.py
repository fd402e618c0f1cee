from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_registry.decorators.model_gate import model_gate_task
from airflow_provider_registry.decorators.model_version import model_version_task
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from tests.support.tasks import Run, a_dag


@pytest.fixture
def registry(skin_registry, artifact):
    """One version, and a policy that asks for a check."""
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.9})
    skin_registry.set_policy("churn", "production", {"gates": [{"check": "data_quality"}]})
    return skin_registry


def gate(returned, **kwargs):
    """The task of a check that returns what it is told."""
    kwargs = {"version": "models:/churn/1", **kwargs}
    with a_dag():

        @model_gate_task(**kwargs)
        def data_quality():
            return returned

        return data_quality()


def test_airflow_offers_it_as_task_model_gate():
    with a_dag() as dag:

        @task.model_gate(model_name="churn", version=1)
        def data_quality():
            return True

        data_quality()
    assert dag.task_ids == ["data_quality"]


def test_what_passed_is_recorded_under_the_name_of_the_function(registry):
    ran = Run().task(gate({"passed": True, "rows": 10}))
    (recorded,) = registry.checks("churn", 1)
    assert ran.returned == recorded.as_mapping()
    assert ran.xcoms["passed"] is True
    assert (recorded.name, recorded.evidence) == ("data_quality", {"rows": 10})
    assert registry.promote("churn", 1, "production").version == 1


def test_a_name_of_its_own_may_be_a_template(registry):
    Run().task(gate(True, name="drift of {{ ds }}"))
    assert [one.name for one in registry.checks("churn", 1)] == ["drift of 2026-03-03"]


@pytest.mark.parametrize(("if_not_passed", "state"), [("fail", "failed"), ("skip", "skipped"), ("continue", "success")])
def test_what_did_not_pass_is_recorded_and_pushed_whatever_becomes_of_the_task(registry, if_not_passed, state):
    ran = Run().task(gate({"passed": False, "rows": 0}, if_not_passed=if_not_passed))
    assert ran.state == state  # without a retry
    (recorded,) = registry.checks("churn", 1)
    assert ran.returned == recorded.as_mapping()
    assert (ran.xcoms["passed"], recorded.evidence) == (False, {"rows": 0})


def test_nothing_is_pushed_where_the_task_pushes_nothing(registry):
    assert Run().task(gate(False, do_xcom_push=False)).xcoms == {}


def test_a_misspelt_choice_is_refused_when_the_dag_is_parsed():
    with pytest.raises(InvalidInputError, match="write 'fail' or 'skip' or 'continue'"):
        gate(True, if_not_passed="go on")


def test_a_retry_that_finds_the_same_adds_nothing(registry):
    run, checking = Run(), gate({"passed": True, "rows": 10})
    assert run.task(checking).returned == run.task(checking, try_number=2).returned
    assert len(registry.checks("churn", 1)) == 1


def test_what_the_function_raises_is_no_outcome_and_left_to_retries(registry):
    with a_dag():

        @model_gate_task(reference="models:/churn/1")
        def data_quality():
            raise OSError("the warehouse is away")

        ran = Run().task(data_quality())
    assert ran.state == "up_for_retry"
    assert registry.checks("churn", 1) == []


def test_a_version_that_is_not_there_fails_before_the_function_runs(registry):
    ran_functions = []
    with a_dag():

        @model_gate_task(version="models:/churn/2")
        def data_quality():
            ran_functions.append(1)
            return True

        ran = Run().task(data_quality())
    assert isinstance(ran.error, AirflowFailException)
    assert ran_functions == []


def test_an_alias_that_moves_while_the_function_runs_moves_no_outcome(registry, artifact):
    registry.promote("churn", 1, "champion")

    def data_quality():
        registry.register_version("churn", artifact, key="next")
        registry.promote("churn", 2, "champion")
        return True

    with a_dag():
        checking = model_gate_task(data_quality, reference="models:/churn@champion")()
    assert Run().task(checking).returned["version"] == 1


@pytest.mark.parametrize("returned", [None, {"rows": 1}, {"passed": "yes"}, {"passed": True, "psi": float("nan")}, []])
def test_what_is_no_outcome_fails_without_a_retry_and_records_nothing(registry, returned):
    ran = Run().task(gate(returned))
    assert isinstance(ran.error, AirflowFailException)
    assert registry.checks("churn", 1) == []


def test_it_checks_what_a_task_before_it_registered(skin_registry, artifact):
    with a_dag():

        @model_version_task(model_name="churn")
        def train():
            return str(artifact)

        version: Any = train()

        @model_gate_task(version=version)
        def data_quality(rows):
            return {"passed": rows > 5, "rows": rows}

        checked: Any = data_quality(10)
        promote = PromoteModelVersionOperator(task_id="promote", version=version, alias="production")
        checked >> promote
    skin_registry.create_model("churn")
    skin_registry.set_policy("churn", "production", {"gates": [{"check": "data_quality"}]})
    run = Run()
    for each in (version, checked):
        run.task(each)
    assert checked.operator.upstream_task_ids == {"train"}
    assert run.task(promote).returned["version"] == 1
