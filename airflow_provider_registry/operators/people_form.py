"""What people fill in under Required Actions, who may, and what their answer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks import settings

if TYPE_CHECKING:
    from airflow.sdk import Param
    from airflow.sdk.execution_time.hitl import HITLUser

    from airflow_provider_registry.registry.policies.people import Person
    from airflow_provider_registry.registry.policies.policy import Policy

COMMENT, REPORT, ROLE = "comment", "report", "role"

# Of each table beside the form: a page that a person reads; the CLI shows the rest.
ROWS = 50


def role_field(policy: Policy, role: str | None, does: str) -> dict[str, Param]:
    """The field for the role in which somebody answers, where several are asked.

    Parameters:
        role: in which all are asked; None for any.
        does: what they do in it, as a word.
    """
    from airflow.sdk import Param

    roles = [asked.role for asked in policy.approvals]
    if role is not None or len(roles) < 2:
        return {}
    said = f"In which role you {does}; empty for the only one in which you may."
    return {ROLE: Param("", type="string", enum=["", *roles], title="Role", description=said)}


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
