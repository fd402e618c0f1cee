"""Counting decisions: what a policy still lacks. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflow_provider_registry.registry.caller import Actor
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.requests.people import distinct, same_person
from airflow_provider_registry.registry.requests.states import Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """One decision. A person who was erased since is nobody else's match, and their approval counts no more."""

    person: Actor | None
    role: str
    verdict: Verdict


def last_words(policy: Policy, said: Sequence[Said]) -> list[bool]:
    """Which decisions count: each person's last on the request; the last in each role where the policy lets one person
    fill several (`distinct_people: false`)."""
    return [
        not any(_replaces(policy, decision, later) for later in said[place:]) for place, decision in enumerate(said, 1)
    ]


def missing(policy: Policy, said: Sequence[Said]) -> dict[str, int]:
    """How many approvals each role still lacks; roles that have theirs are left out."""
    words = [decision for decision, counts in zip(said, last_words(policy, said), strict=True) if counts]
    lacking = {role.role: role.count - _approvals(role.role, words) for role in policy.approvals}
    return {role: count for role, count in lacking.items() if count > 0}


def _approvals(role: str, words: Sequence[Said]) -> int:
    mine = [word for word in words if word.role == role and word.verdict is Verdict.APPROVE]
    return len(distinct(word.person for word in mine if word.person is not None))


def _replaces(policy: Policy, earlier: Said, later: Said) -> bool:
    if earlier.person is None or later.person is None or not same_person(earlier.person, later.person):
        return False
    return policy.distinct_people or earlier.role == later.role
