"""The form that a reviewer of a promotion request fills in under Required Actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.operators.people_form import COMMENT, REPORT, role_field

if TYPE_CHECKING:
    from airflow.sdk.definitions.param import ParamsDict

    from airflow_provider_registry.registry.policies.policy import Policy
    from airflow_provider_registry.registry.requests.views import PromotionRequest


def fields(request: PromotionRequest, policy: Policy, role: str | None) -> ParamsDict:
    """The form: a comment, the digest of the gate report that the text shows, and the role where several are asked.

    The digest comes back with the answer, so that the registry knows what the person looked at.
    """
    from airflow.sdk import Param
    from airflow.sdk.definitions.param import ParamsDict

    found = {
        COMMENT: Param("", type=["string", "null"], title="Comment", description="For the record."),
        REPORT: Param(
            request.report_digest,
            type="string",
            title="Gate report",
            description="Leave it: the digest of the gate report above, which says what you looked at.",
        ),
    }
    return ParamsDict({**found, **role_field(policy, role, "decide")})


def shown_report(params: Mapping[str, Any] | None) -> str:
    """The digest that a form shows, which may be one that was made for an earlier request; empty where it has none."""
    field = (params or {}).get(REPORT)
    return str(field.get("value") or "") if isinstance(field, Mapping) else ""
