"""Whether a decision counts: the door, the person, the role, four eyes. Fails closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.caller import Caller
from airflow_provider_registry.registry.policies.people import Who
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.requests.people import Party, same_person


class Bar(StrEnum):
    """What keeps a decision from counting."""

    TASK = "task"
    VIA = "via"
    ROLE = "role"
    FOUR_EYES = "four_eyes"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a decision does not count.

    Attributes:
        sentence: for people; it may name some.
    """

    bar: Bar
    sentence: str


def refuse(policy: Policy, caller: Caller, role: str, behind: Sequence[Party]) -> Refusal | None:
    """What keeps somebody's decision from counting, the first of all that may.

    Parameters:
        role: in which they decide; empty for somebody who gave none, and may decide in none.
        behind: who stands behind the request, where the policy asks for four eyes.
    """
    return refuse_door(policy, caller) or refuse_role(policy, caller, role) or refuse_four_eyes(policy, caller, behind)


def refuse_door(policy: Policy, caller: Caller) -> Refusal | None:
    """Refuse tasks, and the doors that the policy does not take decisions from."""
    if caller.is_task:
        return Refusal(Bar.TASK, "A task is no person, and decides nothing.")
    if policy.via and caller.via not in policy.via:
        return Refusal(
            Bar.VIA,
            f"The policy takes decisions from {', '.join(policy.via)} only, and this one comes from {caller.via}.",
        )
    return None


def refuse_role(policy: Policy, caller: Caller, role: str) -> Refusal | None:
    """Refuse who is not named for a role.

    Parameters:
        role: empty for somebody who gave none, and may decide in none.
    """
    mine = roles_of(policy, caller)
    if role in mine:
        return None
    may = f"; may decide as {', '.join(mine)}" if mine else ""
    wanted = role or " or ".join(asked.role for asked in policy.approvals)
    return Refusal(Bar.ROLE, f"{caller.actor.name} may not decide as {wanted}{may}.")


def refuse_four_eyes(policy: Policy, caller: Caller, behind: Sequence[Party]) -> Refusal | None:
    """Refuse who stands behind the request, and everybody where that cannot be known."""
    if not policy.four_eyes:
        return None
    for party in behind:
        if party.unknown:
            return Refusal(
                Bar.FOUR_EYES,
                f"The policy asks for four eyes, and the record does not say who {party.role}. Ask again for a version "
                "of a run that the schedule or a person started, or have it overridden by whom the policy names.",
            )
        if party.person is not None and same_person(party.person, caller.actor):
            return Refusal(
                Bar.FOUR_EYES, f"The policy asks for four eyes, and {caller.actor.name} is who {party.role}."
            )
    return None


def named_role(policy: Policy, role: str) -> str:
    """A role as the policy spells it.

    Raises:
        InvalidInputError: it asks for no such role.
    """
    for asked in policy.approvals:
        if fold(asked.role) == fold(str(role)):
            return asked.role
    listed = ", ".join(asked.role for asked in policy.approvals) or "none"
    raise InvalidInputError(f"The policy asks for no role {shown(role, 60)}, but for {listed}.")


def only_role(policy: Policy, caller: Caller) -> str:
    """The only role in which somebody may decide; the only one that there is, or none, for who may decide in none.

    Raises:
        InvalidInputError: they may decide in several.
    """
    mine = roles_of(policy, caller)
    if len(mine) > 1:
        raise InvalidInputError(f"You may decide as {' and as '.join(mine)}: say which, with role=.")
    every = [asked.role for asked in policy.approvals]
    return mine[0] if mine else every[0] if len(every) == 1 else ""


def roles_of(policy: Policy, caller: Caller) -> list[str]:
    """The roles in which somebody may decide."""
    return [asked.role for asked in policy.approvals if asked.who.allows(caller.actor)]


def allowed(who: Who | None, caller: Caller) -> bool:
    """Whether a part of a policy names this person; a task is none."""
    return who is not None and not caller.is_task and who.allows(caller.actor)
