"""Two people of two roles approve a version in Airflow's UI, and only then it goes live.

The policy says who they are. It is set once, beside the other policies of the model:

    approvals:
      - {role: ml-lead, users: [ana]}
      - {role: risk, users: [bo]}
"""

from __future__ import annotations

from airflow.sdk import Param, dag

from airflow_provider_registry.operators.approve import ApproveModelVersionOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator, RequestPromotionOperator


@dag(
    schedule=None,
    params={
        "model": Param("breast-cancer", type="string"),
        "version": Param(type="integer", minimum=1),
        "reason": Param("", type="string", description="For those who decide."),
    },
    tags=["model-registry"],
)
def approval():
    request = RequestPromotionOperator(
        task_id="request",
        model_name="{{ params.model }}",
        version="{{ params.version }}",
        alias="production",
        reason="{{ params.reason }}",
    )
    ml_lead, risk = (
        ApproveModelVersionOperator(task_id=role, version=request.output, alias="production", role=role)
        for role in ("ml-lead", "risk")
    )
    promote = PromoteModelVersionOperator(task_id="promote", version=request.output, alias="production")
    request >> [ml_lead, risk] >> promote


approval()
