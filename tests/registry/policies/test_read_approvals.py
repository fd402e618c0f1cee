"""From what a policy asks of people, as it writes it, to its attributes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.policies.approvals import OnNewer, Role, RollbackRule
from airflow_provider_registry.registry.policies.people import Group, Person, Who
from airflow_provider_registry.registry.policies.policy import Policy

ASKED: dict[str, Any] = {"approvals": [{"role": "ml-lead"}]}
ANA = Who((Person("ana"),))


def violations(given: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidPolicyError) as caught:
        Policy.parse(given)
    return list(caught.value.violations)


class TestRead:
    def test_what_is_not_said_has_its_default(self) -> None:
        policy = Policy.parse(ASKED)
        assert policy.approvals == (Role("ml-lead", 1, Who()),)
        assert (policy.four_eyes, policy.distinct_people, policy.expires_after) == (False, True, None)
        assert (policy.on_newer, policy.via, policy.override) == (OnNewer.SUPERSEDE, (), None)
        assert policy.rollback == RollbackRule(Who(), tasks=True, integrity=False)
        assert policy.as_mapping() == ASKED

    def test_a_null_is_what_is_not_said(self) -> None:
        keys = ("four_eyes", "distinct_people", "expires_after", "on_newer", "via", "override", "rollback", "groups")
        nulls: dict[str, Any] = dict.fromkeys(keys)
        assert Policy.parse({**ASKED, **nulls}) == Policy.parse(ASKED)
        assert Policy.parse({"approvals": None, **nulls}) == Policy()

    def test_all_is_read(self) -> None:
        policy = Policy.parse(
            {
                "groups": {"risk": ["cy", "dee"]},
                "approvals": [{"role": "ml-lead", "users": ["ana"]}, {"role": "risk", "count": 2, "groups": ["risk"]}],
                "four_eyes": True,
                "distinct_people": False,
                "expires_after": "7d",
                "on_newer": "keep_open",
                "via": ["cli", "airflow-ui"],
                "override": {"users": ["ana"]},
                "rollback": {"users": ["ana"], "integrity": True},
            }
        )
        risk = Group("risk", (Person("cy"), Person("dee")))
        assert policy.approvals == (Role("ml-lead", 1, ANA), Role("risk", 2, Who((), (risk,))))
        assert (policy.four_eyes, policy.distinct_people, policy.expires_after) == (True, False, timedelta(days=7))
        assert (policy.on_newer, policy.via) == (OnNewer.KEEP_OPEN, (Via.UI, Via.CLI))
        assert (policy.override, policy.rollback) == (ANA, RollbackRule(ANA, tasks=False, integrity=True))

    @pytest.mark.parametrize(
        ("given", "tasks"),
        [
            ({}, True),
            ({"integrity": True}, True),
            ({"tasks": False}, False),
            ({"users": ["ana"]}, False),
            ({"groups": ["risk"]}, False),
            ({"users": ["ana"], "tasks": True}, True),
            ({"users": ["ana"], "tasks": None}, False),
        ],
    )
    def test_tasks_may_roll_back_unless_people_are_named(self, given: dict[str, Any], tasks: bool) -> None:
        assert tasks == Policy.parse({"rollback": given, "groups": {"risk": ["cy"]}}).rollback.tasks

    def test_overrides_and_rollbacks_need_no_approvals(self) -> None:
        policy = Policy.parse({"requires": "staging", "override": {"users": ["ana"]}, "via": ["airflow-ui"]})
        assert (policy.override, policy.via) == (ANA, (Via.UI,))

    def test_a_whole_number_is_one_also_as_a_decimal(self) -> None:
        assert Policy.parse({"approvals": [{"role": "a", "count": 2.0}]}).approvals[0].count == 2


class TestProblems:
    @pytest.mark.parametrize(
        ("given", "path", "message"),
        [
            ({"approvals": []}, "$.approvals", "must be a list of 1 to 100 roles, such as {role: ml-lead}; not []"),
            ({"approvals": {"role": "a"}}, "$.approvals", "must be a list"),
            ({"approvals": [{"role": str(n)} for n in range(101)]}, "$.approvals", "1 to 100 roles"),
            ({"approvals": ["ml-lead"]}, "$.approvals[0]", "a role must be a mapping such as {role: ml-lead"),
            ({"approvals": [{"count": 1}]}, "$.approvals[0].role", "is missing"),
            ({"approvals": [{"role": 5}]}, "$.approvals[0].role", "must be text"),
            ({"approvals": [{"role": "a ", "count": 1}]}, "$.approvals[0].role", "not allowed"),
            ({"approvals": [{"role": "a", "user": ["ana"]}]}, "$.approvals[0]", "did you mean 'users'?"),
            ({"approvals": [{"role": "a"}, {"role": "A"}]}, "$.approvals", "2 roles have the name 'a'"),
            ({"approvals": [{"role": "a", "count": 0}]}, "$.approvals[0].count", "a whole number from 1 to 100, not 0"),
            ({"approvals": [{"role": "a", "count": 101}]}, "$.approvals[0].count", "from 1 to 100"),
            ({"approvals": [{"role": "a", "count": True}]}, "$.approvals[0].count", "not True"),
            ({"approvals": [{"role": "a", "count": "2"}]}, "$.approvals[0].count", "not '2'"),
            ({"approvals": [{"role": "a", "count": 1.5}]}, "$.approvals[0].count", "not 1.5"),
            ({"approvals": [{"role": "a", "count": float("inf")}]}, "$.approvals[0].count", "not inf"),
            ({**ASKED, "four_eyes": "yes"}, "$.four_eyes", "must be true or false"),
            ({**ASKED, "distinct_people": 1}, "$.distinct_people", "must be true or false"),
            ({**ASKED, "expires_after": "1y"}, "$.expires_after", "must be a duration"),
            ({**ASKED, "expires_after": 7}, "$.expires_after", "must be a duration"),
            ({**ASKED, "on_newer": "close"}, "$.on_newer", "must be one of supersede, keep_open"),
            ({**ASKED, "via": "cli"}, "$.via", "must be a list of airflow-ui, cli, python; not 'cli'"),
            ({**ASKED, "via": []}, "$.via", "leave it out for any door"),
            ({**ASKED, "via": ["mail"]}, "$.via", "must be a list of airflow-ui, cli, python; not 'mail'"),
            ({**ASKED, "via": [{"cli": 1}]}, "$.via", "not {'cli': 1}"),
            ({**ASKED, "via": ["cli", "cli"]}, "$.via", "names cli 2 times"),
            ({**ASKED, "via": ["airflow-task"]}, "$.via", "a task never decides"),
            ({"override": ["ana"]}, "$.override", "must be a mapping such as {users: [ana]}"),
            ({"override": {}}, "$.override", "names nobody"),
            ({"override": {"users": None}}, "$.override", "names nobody"),
            ({"override": {"users": []}}, "$.override.users", "must be a list"),
            ({"override": {"users": ["ana"], "tasks": True}}, "$.override", "the keys are users, groups"),
            ({"rollback": True}, "$.rollback", "must be a mapping"),
            ({"rollback": {"tasks": "no"}}, "$.rollback.tasks", "must be true or false"),
            ({"rollback": {"integrity": 1}}, "$.rollback.integrity", "must be true or false"),
            ({"rollback": {"groups": ["risk"]}}, "$.rollback.groups", "no group 'risk'"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_path(self, given: dict[str, Any], path: str, message: str) -> None:
        ((found_path, found),) = violations(given)
        assert path == found_path
        assert message in found

    @pytest.mark.parametrize(
        "given", [{"four_eyes": False}, {"distinct_people": True}, {"expires_after": "7d"}, {"on_newer": "supersede"}]
    )
    def test_what_is_about_approvals_means_nothing_without_them(self, given: dict[str, Any]) -> None:
        ((path, message),) = violations(given)
        assert path == f"$.{next(iter(given))}"
        assert "the policy asks for none" in message

    def test_doors_mean_nothing_without_approvals_and_overrides(self) -> None:
        ((path, message),) = violations({"via": ["cli"], "rollback": {"users": ["ana"]}})
        assert (path, "has neither" in message) == ("$.via", True)


class TestTooFew:
    def test_a_role_that_asks_for_more_people_than_it_names_could_never_be_met(self) -> None:
        groups = {"risk": ["ana", "cy"]}
        role = {"role": "risk", "users": ["ana"], "groups": ["risk"]}
        assert Policy.parse({"approvals": [{**role, "count": 2}], "groups": groups}).approvals[0].count == 2
        ((path, message),) = violations({"approvals": [{**role, "count": 3}], "groups": groups})
        assert path == "$.approvals[0].count"
        assert message == "asks for 3 people, and only 2 can decide: it could never be met"

    def test_anyone_is_enough(self) -> None:
        assert Policy.parse({"approvals": [{"role": "a", "count": 100}]}).approvals[0].count == 100

    def test_roles_that_name_too_few_together_could_be_met_only_where_a_person_counts_for_each(self) -> None:
        roles = {"approvals": [{"role": "a", "users": ["ana"]}, {"role": "b", "users": ["ana"]}, {"role": "c"}]}
        ((path, message),) = violations(roles)
        assert path == "$.approvals"
        assert "asks for 2 people in all, and names only 1" in message
        assert len(Policy.parse({**roles, "distinct_people": False}).approvals) == 3

    def test_it_is_not_said_of_what_could_not_be_read(self) -> None:
        role = {"role": "a", "users": ["ana", 5], "count": 2}
        assert [path for path, _ in violations({"approvals": [role]})] == ["$.approvals[0].users[1]"]
