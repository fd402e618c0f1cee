"""From what a policy writes of people to users and groups."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.registry.policies.people import Group, Person, Who
from airflow_provider_registry.registry.policies.policy import Policy

RISK = {"risk": ["cy"]}
GROUP = Group("risk", (Person("cy"),))


def policy(who: dict[str, Any], groups: object = None) -> Policy:
    return Policy.parse({"approvals": [{"role": "ml-lead", **who}], "groups": groups})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Who()),
        ({"users": None, "groups": None}, Who()),
        ({"users": ["ana"]}, Who((Person("ana"),))),
        ({"users": ("ana",)}, Who((Person("ana"),))),
        ({"users": [{"name": "ana"}]}, Who((Person("ana"),))),
        ({"users": [{"name": "bo", "id": "4"}]}, Who((Person("bo", "4"),))),
        ({"users": [{"name": "bo", "id": None, "issuer": "cli"}]}, Who((Person("bo", "", "cli"),))),
        ({"groups": ["risk"]}, Who((), (GROUP,))),
        ({"users": ["cy"], "groups": ["risk"]}, Who((Person("cy"),), (GROUP,))),
    ],
)
def test_users_and_groups_are_read(given: dict[str, Any], expected: Who) -> None:
    assert expected == policy(given, RISK).approvals[0].who


def test_the_order_of_people_does_not_matter() -> None:
    groups = {"risk": ["cy", "dee"], "audit": ["ed"]}
    turned = {"audit": ["ed"], "risk": ["dee", "cy"]}
    one = policy({"users": ["ana", {"name": "bo", "id": "4"}], "groups": ["risk", "audit"]}, groups)
    other = policy({"users": [{"name": "bo", "id": "4"}, "ana"], "groups": ["audit", "risk"]}, turned)
    assert one.digest == other.digest


def test_groups_that_a_policy_does_not_name_are_no_part_of_it() -> None:
    assert policy({}, RISK) == policy({})
    assert policy({"groups": ["risk"]}, {**RISK, "audit": ["ed"]}) == policy({"groups": ["risk"]}, RISK)


def test_the_groups_of_roles_overrides_and_rollbacks_are_the_policys() -> None:
    groups = {name: [name] for name in ("a", "b", "c", "d")}
    parts = {"override": {"groups": ["b"]}, "rollback": {"groups": ["c"]}}
    found = Policy.parse({"approvals": [{"role": "ml-lead", "groups": ["a"]}], "groups": groups, **parts})
    assert [group.name for group in found.groups] == ["a", "b", "c"]
    assert found.as_mapping()["groups"] == {"a": ["a"], "b": ["b"], "c": ["c"]}


@pytest.mark.parametrize(
    ("given", "groups", "path", "message"),
    [
        ({"users": "ana"}, None, "$.approvals[0].users", "must be a list of 1 to 1,000 users; not 'ana'"),
        ({"users": {"ana": 1}}, None, "$.approvals[0].users", "must be a list"),
        ({"users": []}, None, "$.approvals[0].users", "an empty list would name nobody"),
        ({"users": ["ana"] * 1_001}, None, "$.approvals[0].users", "1 to 1,000 users"),
        ({"users": ["ana", "ana"]}, None, "$.approvals[0].users", "names ana 2 times"),
        ({"users": ["ana", {"name": "ana"}]}, None, "$.approvals[0].users", "names ana 2 times"),
        ({"users": [4]}, None, "$.approvals[0].users[0]", "must be text, not 4: write it in quotes"),
        ({"users": ["ana", None]}, None, "$.approvals[0].users[1]", "must be text"),
        ({"users": ["None"]}, None, "$.approvals[0].users[0]", "a template rendered nothing"),
        ({"users": [" ana"]}, None, "$.approvals[0].users[0]", "not allowed"),
        ({"users": [""]}, None, "$.approvals[0].users[0]", "not allowed"),
        ({"users": [{"id": "4"}]}, None, "$.approvals[0].users[0].name", "is missing; write {name: bo, id: '4'}"),
        ({"users": [{"name": "bo", "id": 4}]}, None, "$.approvals[0].users[0].id", "write it in quotes"),
        ({"users": [{"name": "bo", "id": ""}]}, None, "$.approvals[0].users[0].id", "not allowed"),
        ({"users": [{"name": "bo", "isuer": "cli"}]}, None, "$.approvals[0].users[0]", "did you mean 'issuer'?"),
        ({"groups": "risk"}, RISK, "$.approvals[0].groups", "must be a list of 1 to 1,000 groups; not 'risk'"),
        ({"groups": []}, RISK, "$.approvals[0].groups", "an empty list would name nobody"),
        ({"groups": ["risk", "risk"]}, RISK, "$.approvals[0].groups", "names risk 2 times"),
        ({"groups": ["rsik"]}, RISK, "$.approvals[0].groups", "no group 'rsik'; did you mean 'risk'?"),
        ({"groups": ["legal"]}, RISK, "$.approvals[0].groups", "no group 'legal'; the groups are risk"),
        ({"groups": ["legal"]}, None, "$.approvals[0].groups", "write it under groups:"),
        ({"groups": [5]}, RISK, "$.approvals[0].groups[0]", "must be text"),
        ({}, ["risk"], "$.groups", "must be a mapping of names to lists of users"),
        ({}, {"risk": []}, "$.groups.risk", "an empty list would name nobody"),
        ({}, {"risk": "ana"}, "$.groups.risk", "not 'ana'"),
        ({}, {"risk": None}, "$.groups.risk", "not None"),
        ({}, {"risk": [5]}, "$.groups.risk[0]", "must be text"),
        ({}, {5: ["ana"]}, "$.groups", "must be text, not 5"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(given: dict[str, Any], groups: object, path: str, message: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        policy(given, groups)
    ((found_path, found),) = caught.value.violations
    assert path == found_path
    assert message in found
