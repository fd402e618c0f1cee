"""A policy: what a protected alias asks before it may move."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.policies.durations import read_duration, spell_duration
from airflow_provider_registry.registry.policies.fields import Fields, Problems
from airflow_provider_registry.registry.policies.gate import Gate
from airflow_provider_registry.registry.policies.read_gate import read_gate
from airflow_provider_registry.registry.versions.rendered import read_text, shown

INTEGRITY_MAX_AGE = timedelta(hours=24)
GATES_PER_POLICY = 1_000

_KEYS = ("gates", "requires", "integrity_max_age", "description")
_LATER = {
    "approvals": "approvals come",
    "four_eyes": "approvals, and four eyes with them, come",
    "expires_after": "approvals, and the expiry of requests with them, come",
    "override": "approvals, and who may override them, come",
    "rollback": "approvals, also of rollbacks, come",
    "via": "approvals, and where they may come from, come",
    "on_newer": "approvals, and requests that a newer version ends, come",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What an alias asks of a version.

    Attributes:
        gates: the checks, all of which must pass.
        requires: another alias that the version must hold or have held.
        integrity_max_age: how long a check of the stored bytes counts before they are checked again.
        description: for people; part of the digest as everything else is.
    """

    gates: tuple[Gate, ...] = ()
    requires: str | None = None
    integrity_max_age: timedelta = INTEGRITY_MAX_AGE
    description: str = ""

    @classmethod
    def parse(cls, given: object) -> Policy:
        """Read a policy from the mapping that a policy file holds for one alias.

        Parameters:
            given: a mapping as `policy.schema.json` describes it, or a policy, which is returned.

        Raises:
            InvalidPolicyError: with every violation and its path.
            UnsupportedPolicyError: where it asks for what comes in a later release.
        """
        if isinstance(given, Policy):
            return given
        if not isinstance(given, Mapping):
            raise InvalidPolicyError(f"A policy must be a mapping with {', '.join(_KEYS)}, not {shown(given)}.")
        problems = Problems()
        fields = Fields(given, "$", problems)
        fields.allow(_KEYS, _LATER)
        policy = cls(
            gates=_gates(given.get("gates"), problems),
            requires=fields.checked("requires", check_alias) or None,
            integrity_max_age=_max_age(given.get("integrity_max_age"), fields),
            description=fields.checked("description", _description),
        )
        problems.raise_any()
        return policy

    @property
    def is_empty(self) -> bool:
        """Whether the policy asks nothing, so that nothing can pass it."""
        return not self.gates and self.requires is None

    @property
    def digest(self) -> str:
        """The sha256 that gate reports are bound to."""
        return sha256_of(self.as_mapping())

    def as_mapping(self) -> dict[str, Any]:
        """The policy as a JSON-able mapping that `parse` reads back.

        Defaults are left out, so that a key that a later release adds leaves the digests of older policies alone.
        """
        found: dict[str, Any] = {
            "gates": [gate.as_mapping() for gate in self.gates],
            "requires": self.requires,
            "integrity_max_age": spell_duration(self.integrity_max_age)
            if self.integrity_max_age != INTEGRITY_MAX_AGE
            else None,
            "description": self.description,
        }
        return {key: value for key, value in found.items() if value}


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


def _max_age(given: object, fields: Fields) -> timedelta:
    if given is None:
        return INTEGRITY_MAX_AGE
    try:
        return read_duration(given)
    except ValueError as error:
        fields.problem("integrity_max_age", str(error))
        return INTEGRITY_MAX_AGE


def _description(value: object) -> str:
    return check_text("description", read_text("description", value))
