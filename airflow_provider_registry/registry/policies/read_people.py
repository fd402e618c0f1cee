"""From what a policy writes of people to users, groups, and those who may do something."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_key
from airflow_provider_registry.registry.policies.fields import Fields, Problems
from airflow_provider_registry.registry.policies.people import Group, Person, Who
from airflow_provider_registry.registry.versions.rendered import read_text

PEOPLE_PER_LIST = 1_000

_Named = TypeVar("_Named", str, Person)


def check_name(kind: str, value: object) -> str:
    """The name of a role, a group or a user, or the id of one.

    Raises:
        InvalidInputError: one of its children, with what is wrong.
    """
    return check_key(kind, read_text(kind, value))


def read_groups(given: object, path: str, problems: Problems) -> dict[str, Group]:
    """The groups of a policy, by name.

    Parameters:
        given: a mapping of names to lists of users.
        path: where it stands.
        problems: where violations are noted.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        problems.add(path, f"must be a mapping of names to lists of users, not {shown(given)}")
        return {}
    found = {}
    for key, users in given.items():
        name = _name("group", key, path, problems)
        if name is not None:
            found[name] = Group(name, _listed(users, f"{path}.{name}", "users", problems, _person))
    return found


def read_who(given: Mapping[Any, Any], path: str, groups: Mapping[str, Group], problems: Problems) -> Who:
    """Those whom the keys `users` and `groups` of a mapping name.

    Parameters:
        given: the mapping.
        path: where it stands.
        groups: the policy's.
        problems: where violations are noted.
    """
    users, named = given.get("users"), given.get("groups")
    listed, at = partial(_listed, problems=problems), f"{path}.groups"
    people = () if users is None else listed(users, f"{path}.users", "users", read=_person)
    names = () if named is None else listed(named, at, "groups", read=partial(_name, "group"))
    found = [_known(name, at, groups, problems) for name in names]
    return Who(people, tuple(group for group in found if group is not None))


def _listed(
    given: object,
    path: str,
    what: str,
    problems: Problems,
    read: Callable[[object, str, Problems], _Named | None],
) -> tuple[_Named, ...]:
    """A list of at least one, sorted: the order in which people are written changes no policy, and ends no request."""
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= PEOPLE_PER_LIST:
        none = "an empty list would name nobody" if given in ([], ()) else f"not {shown(given)}"
        problems.add(path, f"must be a list of 1 to {PEOPLE_PER_LIST:,} {what}; {none}")
        return ()
    found = [read(item, f"{path}[{index}]", problems) for index, item in enumerate(given)]
    counted = Counter(item for item in found if item is not None)
    for item, count in counted.items():
        if count > 1:
            problems.add(path, f"names {item} {count} times")
    return tuple(sorted(counted))


def _person(given: object, path: str, problems: Problems) -> Person | None:
    if not isinstance(given, Mapping):
        name = _name("user", given, path, problems)
        return None if name is None else Person(name)
    fields = Fields(given, path, problems)
    fields.allow(("name", "id", "issuer"))
    if given.get("name") is None:
        fields.problem("name", "is missing; write {name: bo, id: '4'}")
    return Person(
        name=fields.checked("name", partial(check_name, "user")),
        id=fields.checked("id", partial(check_name, "user's id")),
        issuer=fields.checked("issuer", partial(check_name, "issuer")),
    )


def _name(kind: str, given: object, path: str, problems: Problems) -> str | None:
    try:
        return check_name(kind, given)
    except InvalidInputError as error:
        problems.add(path, str(error).removesuffix("."))
        return None


def _known(name: str, path: str, groups: Mapping[str, Group], problems: Problems) -> Group | None:
    if name in groups:
        return groups[name]
    close = difflib.get_close_matches(name, list(groups), n=1)
    known = f"the groups are {', '.join(groups)}" if groups else "write it under groups: with its users"
    problems.add(path, f"there is no group {name!r}; {f'did you mean {close[0]!r}?' if close else known}")
    return None
