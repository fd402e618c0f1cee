"""What a policy asks of people: roles that approve, who may override, and who may roll back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_provider_registry.registry.caller import Caller, Via
from airflow_provider_registry.registry.policies.people import ANYONE, Who

# The doors from which a policy may let decisions come; a task never decides.
DOORS = tuple(door for door in Via if door is not Via.TASK)


class OnNewer(StrEnum):
    """What a request for a newer version does to an open one of the same alias."""

    SUPERSEDE = "supersede"
    KEEP_OPEN = "keep_open"


@dataclass(frozen=True, slots=True)
class Role:
    """A role that approves.

    Attributes:
        role: its name; names of roles are compared regardless of case.
        count: how many people of it must approve.
        who: those who may decide in it.
    """

    role: str
    count: int = 1
    who: Who = ANYONE

    def as_mapping(self) -> dict[str, Any]:
        """The role as a policy writes it, without defaults."""
        count = {"count": self.count} if self.count != 1 else {}
        return {"role": self.role, **count, **self.who.as_mapping()}


@dataclass(frozen=True, slots=True)
class RollbackRule:
    """What a rollback asks beside a reason.

    Attributes:
        who: the people who may roll back.
        tasks: whether tasks may.
        integrity: whether the stored bytes must be read; otherwise a store that is away excuses it.
    """

    who: Who = ANYONE
    tasks: bool = True
    integrity: bool = False

    def allows(self, caller: Caller) -> bool:
        """Whether the caller may roll back."""
        return self.tasks if caller.is_task else self.who.allows(caller.actor)

    def as_mapping(self) -> dict[str, Any]:
        """The rule as a policy writes it, without defaults: tasks may where nobody is named."""
        tasks = {"tasks": self.tasks} if self.tasks != self.who.is_open else {}
        integrity = {"integrity": True} if self.integrity else {}
        return {**self.who.as_mapping(), **tasks, **integrity}
