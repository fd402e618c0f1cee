"""What a policy asks, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.registry.state_machine.gates import NO_GATES, Gates
from tests.registry.state_machine.people import Someone


@dataclass(frozen=True)
class Role:
    """A role that approves; `users` None: anyone who may approve."""

    name: str
    count: int = 1
    users: tuple[str, ...] | None = None

    def as_mapping(self) -> dict[str, Any]:
        users = {} if self.users is None else {"users": list(self.users)}
        return {"role": self.name, "count": self.count, **users}


@dataclass(frozen=True)
class Policy:
    """What an alias asks.

    Attributes:
        least: the AUC must be this, and no worse than the baseline's; None for no such gates.
        gates: those on what is recorded beside a version.
        supersedes: a newer request ends an open one.
        override: who may; None for nobody.
        rollback: who may; None for anyone, tasks too.
        via: the doors from which decisions and overrides count; None for all.
    """

    least: float | None = None
    gates: Gates = NO_GATES
    roles: tuple[Role, ...] = ()
    four_eyes: bool = False
    distinct: bool = True
    supersedes: bool = True
    expires_after: timedelta | None = None
    override: tuple[str, ...] | None = None
    rollback: tuple[str, ...] | None = None
    via: tuple[str, ...] | None = None

    def tidied(self) -> Policy:
        """Without what means nothing where nobody is asked, and the registry refuses."""
        if self.roles:
            return self
        via = self.via if self.override is not None else None
        return Policy(self.least, self.gates, override=self.override, rollback=self.rollback, via=via)

    @property
    def is_empty(self) -> bool:
        """Whether it asks nothing, which nothing passes."""
        return self.least is None and not self.roles and self.gates == NO_GATES

    @property
    def role_names(self) -> list[str]:
        return [role.name for role in self.roles]

    def roles_of(self, who: Someone) -> list[str]:
        """The roles in which somebody may decide."""
        return [role.name for role in self.roles if role.users is None or who.is_among(role.users)]

    def only_role_of(self, who: Someone) -> str | None:
        """The role that somebody means who says none; None where it cannot be told."""
        mine = self.roles_of(who)
        if len(mine) == 1 or (not mine and len(self.roles) == 1):
            return (mine or self.role_names)[0]
        return None

    def lets_in(self, who: Someone) -> bool:
        return not who.is_task and (self.via is None or who.via in self.via)

    def lets_override(self, who: Someone) -> bool:
        return self.override is not None and self.lets_in(who) and who.is_among(self.override)

    def lets_roll_back(self, who: Someone) -> bool:
        return self.rollback is None or (not who.is_task and who.is_among(self.rollback))

    def as_mapping(self) -> dict[str, Any]:
        """The policy as it is given to the registry, which refuses keys that mean nothing."""
        auc = {"metric": "auc", "greater_is_better": True}
        policy: dict[str, Any] = {"gates": self.gates.as_mappings()}
        if self.least is not None:
            policy["gates"] += [{**auc, "threshold": self.least}, {**auc, "min_absolute_change": 0}]
        if self.roles:
            policy["approvals"] = [role.as_mapping() for role in self.roles]
            policy |= {"four_eyes": self.four_eyes, "distinct_people": self.distinct}
            policy["on_newer"] = "supersede" if self.supersedes else "keep_open"
            if self.expires_after is not None:
                policy["expires_after"] = f"{int(self.expires_after.total_seconds())}s"
        for name, users in (("override", self.override), ("rollback", self.rollback)):
            if users is not None:
                policy[name] = {"users": list(users)}
        if self.via is not None:
            policy["via"] = list(self.via)
        return policy
