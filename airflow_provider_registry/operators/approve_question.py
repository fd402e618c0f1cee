"""The question as Airflow keeps it under Required Actions, and what a task waits with for its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.providers.standard.operators.hitl import HITLOperator
    from airflow.sdk import Context
    from airflow.sdk.execution_time.hitl import HITLUser

    from airflow_provider_registry.operators.approve import ApproveModelVersionOperator
    from airflow_provider_registry.triggers.approval import ApprovalTrigger


@dataclass(frozen=True)
class Waited:
    """What a task that waits must know when it goes on: JSON, kept by Airflow.

    Attributes:
        request_id: of the request that people were asked about.
        saw: digest of the gate report that Required Actions shows; empty where nobody was asked by this try.
        deadline: in seconds since 1970, where there is a `response_timeout`.
        refused: the answers that did not count, each with who, when and why.
    """

    model_name: str
    version: int
    request_id: int
    saw: str = ""
    deadline: float | None = None
    refused: list[dict[str, str]] = field(default_factory=list)


def put_question(task: HITLOperator, context: Context, users: list[HITLUser] | None) -> Mapping[str, Any] | None:
    """Write what the task asks; gives the form that Airflow has now, which may be that of an earlier question.

    Parameters:
        users: whom Airflow lets answer; None for everybody who may use Required Actions.
    """
    from airflow.sdk.api.datamodels._generated import HITLUser as AssignedUser
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import CreateHITLDetailPayload, HITLDetailRequestResult

    question = CreateHITLDetailPayload(
        ti_id=context["ti"].id,
        options=task.options,
        subject=task.subject,
        body=task.body,
        params=task.serialized_params,
        assigned_users=[AssignedUser(**user) for user in users or ()],
    )
    stored = task_runner.SUPERVISOR_COMMS.send(question)
    return stored.params if isinstance(stored, HITLDetailRequestResult) else question.params


def trigger_of(
    task: ApproveModelVersionOperator, context: Context, waited: Waited, *, known: str | None
) -> ApprovalTrigger:
    """What wakes the task: an answer, or another door's decision.

    Parameters:
        known: how the request stood when the task looked last; None only to look at what the try before was answered.
    """
    from airflow_provider_registry.triggers.approval import ApprovalTrigger

    return ApprovalTrigger(
        ti_id=str(context["ti"].id),
        model_registry_conn_id=task.model_registry_conn_id,
        model_name=waited.model_name,
        version=waited.version,
        alias=task.alias,
        known=known,
        look_only=known is None,
        poll_interval=task.poll_interval,
        deadline=waited.deadline,
    )
