"""What a task waits with for a decision, and what wakes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_registry.operators.asks_people import Waiting

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.operators.approve import ApproveModelVersionOperator
    from airflow_provider_registry.triggers.approval import ApprovalTrigger


@dataclass(frozen=True, kw_only=True)
class Waited(Waiting):
    """What a task that waits must know when it goes on.

    Attributes:
        request_id: of the request that people were asked about.
        saw: digest of the gate report that Required Actions shows; empty where nobody was asked by this try.
    """

    model_name: str
    version: int
    request_id: int
    saw: str = ""


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
