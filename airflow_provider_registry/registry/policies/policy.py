"""A policy: what a protected alias asks before it may move."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_alias, check_text, fold
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.policies.approvals import OnNewer, Role, RollbackRule
from airflow_provider_registry.registry.policies.durations import spell_duration
from airflow_provider_registry.registry.policies.fields import Fields, Problems
from airflow_provider_registry.registry.policies.gate import Gate
from airflow_provider_registry.registry.policies.kept_gates import CardGate, CheckGate, ScanGate, SignatureGate
from airflow_provider_registry.registry.policies.metric_gates import MetricGate
from airflow_provider_registry.registry.policies.people import ANYONE, Group, Who
from airflow_provider_registry.registry.policies.read_approvals import APPROVAL_KEYS, read_approvals
from airflow_provider_registry.registry.policies.read_gate import read_gate
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.rendered import read_text
from airflow_provider_registry.signing.identity import Identity

INTEGRITY_MAX_AGE = timedelta(hours=24)
GATES_PER_POLICY = 1_000

_KEYS = ("gates", "requires", "integrity_max_age", *APPROVAL_KEYS, "review_every", "description")


@dataclass(frozen=True, slots=True)
class Policy:
    """What an alias asks of a version.

    Attributes:
        gates: the checks, all of which must pass.
        requires: another alias that the version must hold or have held.
        integrity_max_age: how long a check of the stored bytes counts before they are checked again.
        description: for people; part of the digest as everything else is.
        approvals: the roles that must approve, each with how many people.
        four_eyes: neither the requester nor whoever triggered the producing run may decide.
        distinct_people: a person counts once for each request; otherwise once for each role.
        expires_after: how long a request stays open; None for ever.
        on_newer: what a newer request does to an open one.
        via: the doors from which decisions and overrides count; empty for any.
        override: who may promote past the policy; None for nobody.
        rollback: what a rollback asks beside a reason.
        review_every: after how long people look again at what holds the alias; None for never.
    """

    gates: tuple[Gate, ...] = ()
    requires: str | None = None
    integrity_max_age: timedelta = INTEGRITY_MAX_AGE
    description: str = ""
    approvals: tuple[Role, ...] = ()
    four_eyes: bool = False
    distinct_people: bool = True
    expires_after: timedelta | None = None
    on_newer: OnNewer = OnNewer.SUPERSEDE
    via: tuple[Via, ...] = ()
    override: Who | None = None
    rollback: RollbackRule = field(default_factory=RollbackRule)
    review_every: timedelta | None = None

    @classmethod
    def parse(cls, given: object) -> Policy:
        """Read a policy from the mapping that a policy file holds for one alias.

        Parameters:
            given: a mapping as `policy.schema.json` describes it, or a policy, which is returned.

        Raises:
            InvalidPolicyError: with every violation and its path.
        """
        if isinstance(given, Policy):
            return given
        if not isinstance(given, Mapping):
            raise InvalidPolicyError(f"A policy must be a mapping with {', '.join(_KEYS)}, not {shown(given)}.")
        problems = Problems()
        fields = Fields(given, "$", problems)
        fields.allow(_KEYS)
        policy = cls(
            gates=_gates(given.get("gates"), problems),
            requires=fields.checked("requires", check_alias) or None,
            integrity_max_age=fields.duration("integrity_max_age") or INTEGRITY_MAX_AGE,
            description=fields.checked("description", _description),
            review_every=fields.duration("review_every"),
            **read_approvals(given, fields, problems),
        )
        problems.raise_any()
        return policy

    def refuse_own_alias(self, alias: str) -> None:
        """Refuse to be the policy of the alias that it requires.

        Raises:
            InvalidPolicyError: no version could ever get the alias.
        """
        if self.requires is not None and fold(self.requires) == fold(alias):
            why = f"requires {alias!r} itself, which no version could ever get"
            raise InvalidPolicyError(f"The policy of {alias!r} {why}.", [("$.requires", why)])

    @property
    def is_empty(self) -> bool:
        """Whether the policy asks nothing, so that nothing can pass it."""
        return not self.gates and self.requires is None and not self.approvals

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that the policy names, in the order of their names; others are no part of it."""
        asked = [role.who for role in self.approvals] + [self.rollback.who, self.override or ANYONE]
        found = {group.name: group for who in asked for group in who.groups}
        return tuple(found[name] for name in sorted(found))

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that its gates read, each once, in the order of their names."""
        return tuple(sorted({gate.check for gate in self.gates if isinstance(gate, CheckGate)}))

    @property
    def over_time(self) -> tuple[MetricGate, ...]:
        """The gates that read what was measured over time, in production."""
        metric = (gate for gate in self.gates if isinstance(gate, MetricGate))
        return tuple(gate for gate in metric if gate.phase is Phase.PRODUCTION)

    @property
    def reads_card(self) -> bool:
        """Whether one of its gates reads the card."""
        return any(isinstance(gate, CardGate) for gate in self.gates)

    @property
    def asks_scan(self) -> bool:
        """Whether its gates read scans."""
        return any(isinstance(gate, ScanGate) for gate in self.gates)

    @property
    def signers(self) -> tuple[Identity, ...]:
        """Whose signatures its gates read."""
        return tuple(one for gate in self.gates if isinstance(gate, SignatureGate) for one in gate.identities)

    @property
    def digest(self) -> str:
        """The sha256 that gate reports are bound to."""
        return sha256_of(self.as_mapping())

    @property
    def review_seconds(self) -> int | None:
        """`review_every` in seconds, as the database keeps it."""
        return None if self.review_every is None else int(self.review_every.total_seconds())

    def as_mapping(self) -> dict[str, Any]:
        """The policy as a JSON-able mapping that `parse` reads back.

        Defaults are left out, so that a key that a later release adds leaves the digests of older policies alone.
        """
        max_age = self.integrity_max_age
        found: dict[str, Any] = {
            "gates": [gate.as_mapping() for gate in self.gates],
            "requires": self.requires,
            "integrity_max_age": spell_duration(max_age) if max_age != INTEGRITY_MAX_AGE else None,
            "description": self.description,
            **self._approvals_as_mapping(),
            "review_every": spell_duration(self.review_every) if self.review_every else None,
        }
        return {key: value for key, value in found.items() if value or value is False}

    def _approvals_as_mapping(self) -> dict[str, Any]:
        return {
            "approvals": [role.as_mapping() for role in self.approvals],
            "groups": {group.name: [person.as_written() for person in group.users] for group in self.groups},
            "four_eyes": self.four_eyes or None,
            "distinct_people": None if self.distinct_people else False,
            "expires_after": spell_duration(self.expires_after) if self.expires_after else None,
            "on_newer": self.on_newer.value if self.on_newer is not OnNewer.SUPERSEDE else None,
            "via": [door.value for door in self.via],
            "override": self.override.as_mapping() if self.override else None,
            "rollback": self.rollback.as_mapping(),
        }


@cache
def _schema_text() -> str:
    return files(__package__).joinpath("policy.schema.json").read_text(encoding="utf-8")


def policy_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy, as the package ships it for editors and for checks in Git."""
    found: dict[str, Any] = json.loads(_schema_text())
    return found


def _gates(given: object, problems: Problems) -> tuple[Gate, ...]:
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or len(given) > GATES_PER_POLICY:
        problems.add("$.gates", f"must be a list of at most {GATES_PER_POLICY:,} gates, not {shown(given)}")
        return ()
    read = [read_gate(item, f"$.gates[{index}]", problems) for index, item in enumerate(given)]
    gates = tuple(gate for gate in read if gate is not None)
    for name, count in Counter(gate.name for gate in gates if gate.name).items():
        if count > 1:
            problems.add("$.gates", f"{count} gates have the name {name!r}; names are unique in a policy")
    return gates


def _description(value: object) -> str:
    return check_text("description", read_text("description", value))
