"""From what a policy asks of people, as it writes it, to roles, doors, and rules for overrides and rollbacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypedDict

from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.policies.approvals import DOORS, OnNewer, Role, RollbackRule
from airflow_provider_registry.registry.policies.fields import Fields, Problems
from airflow_provider_registry.registry.policies.people import Group, Who
from airflow_provider_registry.registry.policies.read_people import check_name, read_groups, read_who

ROLES_PER_POLICY = 100
LARGEST_COUNT = 100

APPROVAL_KEYS = (
    "approvals",
    "groups",
    "four_eyes",
    "distinct_people",
    "expires_after",
    "on_newer",
    "via",
    "override",
    "rollback",
)
_OF_REQUESTS = ("four_eyes", "distinct_people", "expires_after", "on_newer")
_WHO = ("users", "groups")

_Groups = Mapping[str, Group]


class Approvals(TypedDict):
    """The attributes of a policy that ask people."""

    approvals: tuple[Role, ...]
    four_eyes: bool
    distinct_people: bool
    expires_after: timedelta | None
    on_newer: OnNewer
    via: tuple[Via, ...]
    override: Who | None
    rollback: RollbackRule


def read_approvals(given: Mapping[Any, Any], fields: Fields, problems: Problems) -> Approvals:
    """Read what a policy asks of people.

    Parameters:
        given: the policy.
        fields: the same, for reading.
        problems: where violations are noted.
    """
    groups = read_groups(given.get("groups"), "$.groups", problems)
    distinct = fields.flag("distinct_people", default=True)
    _say_what_means_nothing(given, fields)
    return Approvals(
        approvals=_roles(given.get("approvals"), groups, problems, distinct=distinct),
        four_eyes=fields.flag("four_eyes", default=False),
        distinct_people=distinct,
        expires_after=fields.duration("expires_after"),
        on_newer=fields.choice("on_newer", OnNewer.SUPERSEDE),
        via=_doors(given.get("via"), fields),
        override=_override(given.get("override"), groups, problems),
        rollback=_rollback(given.get("rollback"), groups, problems),
    )


def _say_what_means_nothing(given: Mapping[Any, Any], fields: Fields) -> None:
    if given.get("approvals") is not None:
        return
    for key in _OF_REQUESTS:
        if given.get(key) is not None:
            fields.problem(key, "is about approvals, and the policy asks for none: give it approvals, or leave it out")
    if given.get("via") is not None and given.get("override") is None:
        fields.problem("via", "is about approvals and overrides, and the policy has neither: leave it out")


def _roles(given: object, groups: _Groups, problems: Problems, *, distinct: bool) -> tuple[Role, ...]:
    path = "$.approvals"
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= ROLES_PER_POLICY:
        problems.add(path, f"must be a list of 1 to {ROLES_PER_POLICY} roles, such as {{role: ml-lead}}; {_not(given)}")
        return ()
    before = len(problems)
    read = [_role(item, f"{path}[{index}]", groups, problems) for index, item in enumerate(given)]
    roles = tuple(role for role in read if role is not None)
    for count, name in _repeated(role.role for role in roles):
        problems.add(path, f"{count} roles have the name {name!r}; names are unique in a policy, whatever their case")
    if len(problems) == before and distinct:
        _say_too_few(roles, path, problems)
    return roles


def _role(given: object, path: str, groups: _Groups, problems: Problems) -> Role | None:
    if not isinstance(given, Mapping):
        problems.add(path, f"a role must be a mapping such as {{role: ml-lead, users: [ana]}}, not {shown(given)}")
        return None
    before, fields = len(problems), Fields(given, path, problems)
    fields.allow(("role", "count", *_WHO))
    if given.get("role") is None:
        fields.problem("role", "is missing; give the role a name, such as ml-lead")
    name = fields.checked("role", partial(check_name, "role"))
    role = Role(name, fields.whole("count", 1, LARGEST_COUNT), read_who(given, path, groups, problems))
    named = len(role.who.people)
    if len(problems) == before and not role.who.is_open and role.count > named:
        fields.problem("count", f"asks for {role.count} people, and only {named} can decide: it could never be met")
    return role


def _say_too_few(roles: tuple[Role, ...], path: str, problems: Problems) -> None:
    """Say so where the roles that name people need more of them, at one role each, than they name together."""
    closed = [role for role in roles if not role.who.is_open]
    asked, named = sum(role.count for role in closed), {person for role in closed for person in role.who.people}
    if asked > len(named):
        problems.add(
            path,
            f"asks for {asked} people in all, and names only {len(named)}; a person counts once for each request, "
            "unless the policy says distinct_people: false",
        )


def _doors(given: object, fields: Fields) -> tuple[Via, ...]:
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or not given:
        fields.problem("via", f"must be a list of {', '.join(DOORS)}; {_not(given)}; leave it out for any door")
        return ()
    for item in given:
        if item not in DOORS:
            task = ": a task never decides" if item == Via.TASK else ""
            fields.problem("via", f"must be a list of {', '.join(DOORS)}; {_not(item)}{task}")
    for count, name in _repeated(str(item) for item in given):
        fields.problem("via", f"names {name} {count} times")
    return tuple(door for door in DOORS if door in given)


def _override(given: object, groups: _Groups, problems: Problems) -> Who | None:
    path = "$.override"
    if given is None:
        return None
    if not isinstance(given, Mapping):
        problems.add(path, f"must be a mapping such as {{users: [ana]}}, {_not(given)}")
        return None
    before = len(problems)
    Fields(given, path, problems).allow(_WHO)
    who = read_who(given, path, groups, problems)
    if who.is_open and len(problems) == before:
        problems.add(path, "names nobody: give users or groups, or leave it out, and nobody may")
    return who


def _rollback(given: object, groups: _Groups, problems: Problems) -> RollbackRule:
    path = "$.rollback"
    if given is None:
        return RollbackRule()
    if not isinstance(given, Mapping):
        problems.add(path, f"must be a mapping such as {{users: [ana], tasks: true}}, {_not(given)}")
        return RollbackRule()
    fields = Fields(given, path, problems)
    fields.allow((*_WHO, "tasks", "integrity"))
    who = read_who(given, path, groups, problems)
    tasks = fields.flag("tasks", default=who.is_open)
    return RollbackRule(who, tasks=tasks, integrity=fields.flag("integrity", default=False))


def _repeated(names: Iterable[str]) -> list[tuple[int, str]]:
    """How often each name is there that is there more than once, regardless of case."""
    return [(count, name) for name, count in Counter(map(fold, names)).items() if count > 1]


def _not(given: object) -> str:
    return f"not {shown(given)}"
