from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_registry.decorators.model_gate import ModelGateDecoratedOperator
from airflow_provider_registry.decorators.model_version import ModelVersionDecoratedOperator
from airflow_provider_registry.get_provider_info import get_provider_info
from airflow_provider_registry.operators.approve import ApproveModelVersionOperator
from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.operators.links import ModelVersionLink, PromotionRequestLink, RequiredActionsLink
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator, RequestPromotionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from airflow_provider_registry.operators.rollback import RollbackModelOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from airflow_provider_registry.registry import Actor, Caller
from airflow_provider_registry.sensors.alias import ModelAliasSensor
from airflow_provider_registry.sensors.approval import PromotionApprovalSensor
from tests.support.skin import APPROVALS
from tests.support.tasks import Run, a_dag

RUN: Any = SimpleNamespace(dag_id="retrain", run_id="manual__2026-03-03T00:00:00+00:00")
PAGE = "dags/retrain/runs/manual__2026-03-03T00%3A00%3A00%2B00%3A00/required_actions"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://host:8080/airflow/", f"http://host:8080/airflow/{PAGE}"),
        ("http://host", f"http://host/{PAGE}"),
        ("", PAGE),
    ],
)
def test_it_leads_to_what_the_tasks_of_the_run_ask_people(monkeypatch, base_url, expected):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base_url)
    operator: Any = None
    assert RequiredActionsLink().get_link(operator, ti_key=RUN) == expected


class Told:
    """A task that has ended."""

    model_registry_conn_id = "model_registry_default"

    def __init__(self, model_name: Any = None, **told: Any) -> None:
        self.model_name = model_name
        self.told = told


@pytest.mark.parametrize(
    ("told", "version", "request_"),
    [
        (
            Told(model_name="growth/churn", version=3),
            "&model=growth%2Fchurn&version=3",
            "&model=growth%2Fchurn&version=3",
        ),
        (
            Told(model_name="churn", version=3, request_id=12),
            "&model=churn&version=3",
            "&model=churn&request=12",
        ),
        (Told("churn"), "&model=churn", "&model=churn"),
        (Told(), "", ""),
    ],
)
def test_links_lead_to_what_the_task_was_about_as_far_as_it_came(monkeypatch, told, version, request_):
    monkeypatch.delenv("AIRFLOW__API__BASE_URL", raising=False)
    page = "plugin/models?registry=model_registry_default"
    assert page + version == ModelVersionLink().get_link(told, ti_key=RUN)
    assert page + request_ == PromotionRequestLink().get_link(told, ti_key=RUN)


def test_a_task_that_ran_links_to_its_version(skin_registry, artifact):
    with a_dag():
        register = RegisterModelVersionOperator(task_id="register", model_name="churn", artifact=str(artifact))
    pushed = Run().task(register, callbacks=True).xcoms
    assert pushed["_link_ModelVersionLink"].endswith("&model=churn&version=1")


def test_a_promotion_links_to_the_request_that_let_it_in_and_while_it_waits_too(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.9})
    skin_registry.set_policy("churn", "production", APPROVALS)
    with a_dag():
        promote = PromoteModelVersionOperator(
            task_id="promote", model_name="churn", version=1, alias="production", deferrable=False, timeout=0.01
        )
    run = Run()
    waited = run.task(promote, callbacks=True).xcoms
    (request,) = skin_registry.requests("churn")
    ana = skin_registry.acting_as(Caller(Actor("tests", "ana", "ana")))
    ana.decide(request.request_id, verdict="approve")
    promoted = run.task(promote, try_number=2, callbacks=True)
    assert "success" == promoted.state
    link = f"plugin/models?registry=model_registry_default&model=churn&request={request.request_id}"
    assert {link} == {xcoms["_link_PromotionRequestLink"] for xcoms in (waited, promoted.xcoms)}


def test_every_operator_and_sensor_has_a_link_to_the_version():
    links = {name.rpartition(".")[2] for name in get_provider_info()["extra-links"]}
    assert {"ModelVersionLink", "PromotionRequestLink", "RequiredActionsLink"} == links
    for operator in (
        RegisterModelVersionOperator, ValidateModelVersionOperator, RequestPromotionOperator,
        PromoteModelVersionOperator, ApproveModelVersionOperator, RollbackModelOperator, DownloadModelVersionOperator,
        ModelAliasSensor, PromotionApprovalSensor, ModelVersionDecoratedOperator, ModelGateDecoratedOperator,
    ):  # fmt: skip
        assert "Model version" in [link.name for link in operator.operator_extra_links], operator
