"""The people that a policy names: one by one, or as groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.registry.caller import Actor


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """A person as a policy names one.

    Attributes:
        name: the name that people read, as the auth manager shows it.
        id: the id that the auth manager gives; where it is '', the name may also be the id.
        issuer: who gives the id its meaning, such as `airflow:prod`, `cli` or `python`; '' for any.
    """

    name: str
    id: str = ""
    issuer: str = ""

    def matches(self, actor: Actor) -> bool:
        """Whether this is who acts; upper and lower case count."""
        if self.issuer and self.issuer != actor.issuer:
            return False
        if self.id:
            return (self.name, self.id) == (actor.name, actor.subject)
        return self.name in (actor.name, actor.subject)

    def __str__(self) -> str:
        return self.name

    def as_written(self) -> str | dict[str, str]:
        """The person as a policy writes one: the name alone, where it says no more."""
        more = {key: value for key, value in (("id", self.id), ("issuer", self.issuer)) if value}
        return {"name": self.name, **more} if more else self.name


@dataclass(frozen=True, slots=True)
class Group:
    """Users under one name."""

    name: str
    users: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """Who may do something: users and groups; where it names neither, any person.

    It says nothing of tasks, which `Caller.is_task` tells: a task is nobody's person.
    """

    users: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it names nobody, and so means anyone."""
        return not self.users and not self.groups

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone it names, each once, also those in its groups."""
        named = [*self.users, *(person for group in self.groups for person in group.users)]
        return tuple(dict.fromkeys(named))

    def allows(self, actor: Actor) -> bool:
        """Whether the actor is among them."""
        return self.is_open or any(person.matches(actor) for person in self.people)

    def as_mapping(self) -> dict[str, Any]:
        """The keys `users` and `groups` as a policy writes them, without those that name nobody."""
        found: dict[str, Any] = {"users": [person.as_written() for person in self.users]}
        found["groups"] = [group.name for group in self.groups]
        return {key: value for key, value in found.items() if value}


ANYONE = Who()
