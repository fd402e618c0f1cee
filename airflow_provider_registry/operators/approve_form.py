"""What a reviewer fills in under Required Actions, who may, and what their answer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks import settings

if TYPE_CHECKING:
    from airflow.sdk.definitions.param import ParamsDict
    from airflow.sdk.execution_time.hitl import HITLUser

    from airflow_provider_registry.registry.policies.people import Person
    from airflow_provider_registry.registry.policies.policy import Policy
    from airflow_provider_registry.registry.requests.views import PromotionRequest

COMMENT, REPORT, ROLE = "comment", "report", "role"


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
    roles = [asked.role for asked in policy.approvals]
    if role is None and len(roles) > 1:
        said = "In which role you decide; empty for the only one in which you may."
        found[ROLE] = Param("", type="string", enum=["", *roles], title="Role", description=said)
    return ParamsDict(found)


def assigned_users(policy: Policy, role: str | None) -> list[HITLUser] | None:
    """Whom Airflow lets answer: those whom the policy names by id, where it names all of them so; else None.

    Parameters:
        role: None for all roles.
    """
    found: dict[str, HITLUser] = {}
    for asked in policy.approvals:
        if role not in (None, asked.role):
            continue
        people = asked.who.people
        if asked.who.is_open or not all(person.id for person in people):
            return None
        found |= {person.id: {"id": person.id, "name": person.name} for person in people if _is_here(person)}
    return list(found.values()) or None


def _is_here(person: Person) -> bool:
    return person.issuer in ("", f"airflow:{settings.instance_id()}")


@dataclass(frozen=True)
class Answer:
    """What a person answered under Required Actions.

    Attributes:
        user: `id` and `name`.
        at: when, ISO 8601.
        report: digest of the gate report that they saw; empty where the answer does not say.
        role: empty where they did not say.
    """

    user: Mapping[str, str]
    at: str
    option: str
    comment: str
    report: str
    role: str

    @classmethod
    def read(cls, event: Mapping[str, Any]) -> Answer | None:
        """The answer in what woke the task; None where none did, or nobody gave it: a default is no decision."""
        user, chosen = event.get("responded_by_user"), event.get("chosen_options")
        if not user or not chosen or event.get("timedout"):
            return None
        said: Mapping[str, Any] = event.get("params_input") or {}
        at = event["responded_at"]
        texts = (str(said.get(name) or "") for name in (COMMENT, REPORT, ROLE))
        who = {"id": str(user["id"]), "name": str(user.get("name") or user["id"])}
        return cls(who, at if isinstance(at, str) else at.isoformat(), chosen[0], *texts)


def shown_report(params: Mapping[str, Any] | None) -> str:
    """The digest that a form shows, which may be one that was made for an earlier request; empty where it has none."""
    field = (params or {}).get(REPORT)
    return str(field.get("value") or "") if isinstance(field, Mapping) else ""
