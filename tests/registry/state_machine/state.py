"""What there is: versions, aliases, requests and decisions, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from airflow_provider_registry.registry import EventType
from tests.registry.state_machine.gates import Evidence, Read
from tests.registry.state_machine.people import Someone
from tests.registry.state_machine.policy import Policy


class State(StrEnum):
    """How a request stands; all but the first two are final."""

    OPEN = "open"
    APPROVED = "approved"
    PROMOTED = "promoted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    INVALIDATED = "invalidated"


PENDING = {State.OPEN, State.APPROVED}


@dataclass
class Version:
    """A model version; who made it; the version of the same key that it supersedes; what its own target should do."""

    number: int
    auc: float
    supersedes: int | None
    made_by: Someone
    content: str = ""
    archived_at: datetime | None = None
    purged: bool = False
    should: str | None = None
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def archived(self) -> bool:
        return self.archived_at is not None


@dataclass(eq=False)
class Held:
    """One stay of a version at an alias, the stay that a rollback of it goes back to, and what ended it."""

    version: int
    before: Held | None
    ended_by: EventType | None = None
    until: datetime | None = None


@dataclass(eq=False)
class Decision:
    """What a person said of a request."""

    by: Someone
    role: str
    approves: bool
    counts: bool = True


@dataclass(eq=False)
class Request:
    """A promotion request, for exact things.

    Attributes:
        id: what the registry calls it; known once it has been opened there.
        read: what its gates read.
        state: as written down; `Rules.state_of` computes expiry.
    """

    version: int
    alias: str
    policy: Policy
    baseline: Held | None
    read: Read
    by: Someone
    expires_at: datetime | None
    id: int = 0
    state: State = State.OPEN
    decisions: list[Decision] = field(default_factory=list)

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def missing(self) -> dict[str, int]:
        """How many approvals each role still lacks."""
        return self.lacking(self.decisions)

    def lacking(self, decisions: list[Decision]) -> dict[str, int]:
        """How many approvals each role would lack if these were the decisions."""
        given = [one.role for one in decisions if one.counts and one.approves]
        lacking = {role.name: role.count - given.count(role.name) for role in self.policy.roles}
        return {name: count for name, count in lacking.items() if count > 0}

    def replaced_by(self, who: Someone, role: str) -> list[Decision]:
        """The decisions that would count no more if this person decided in this role: only a last one counts."""
        mine = [one for one in self.decisions if one.counts and one.by.is_same(who)]
        return [one for one in mine if self.policy.distinct or one.role == role]

    def is_for(self, policy: Policy | None, baseline: Held | None, read: Read) -> bool:
        """Whether this is a request for its version under exactly these."""
        return self.policy == policy and self.baseline is baseline and self.read == read

    def was_rejected_for(self, policy: Policy | None, baseline: Held | None, read: Read) -> bool:
        """Whether people have decided on exactly this, and against it."""
        return self.state is State.REJECTED and self.is_for(policy, baseline, read)


@dataclass
class Alias:
    """What an alias should be.

    Attributes:
        routes: what each challenger gets, in percent; None for a copy.
    """

    stays: list[Held] = field(default_factory=list)
    policy: Policy | None = None
    locked: bool = False
    routes: dict[int, int | None] = field(default_factory=dict)

    @property
    def last(self) -> Held | None:
        return self.stays[-1] if self.stays else None

    @property
    def holder(self) -> Held | None:
        return self.last if self.last and not self.last.ended_by else None

    def holds(self, number: int) -> bool:
        return self.holder is not None and self.holder.version == number

    def baseline_of(self, number: int) -> Held | None:
        """What a version is compared with; one that holds the alias, with what it was compared with then."""
        return self.holder.before if self.holder and self.holds(number) else self.last

    def end(self, by: EventType, at: datetime) -> None:
        self.routes.clear()
        if self.holder:
            self.holder.until = at
            self.holder.ended_by = by

    def goes_back_to(self) -> Held | None:
        """Where a rollback would go, if the alias is not empty."""
        goal = self.last
        while goal and self.last and goal.version == self.last.version:
            goal = goal.before
        return goal

    def move(self, version: int, before: Held | None, by: EventType, at: datetime) -> None:
        self.end(by, at)
        self.stays.append(Held(version, before))
