"""What a policy asks of people."""

from __future__ import annotations

import pytest

from airflow_provider_registry.registry.caller import Actor, Caller, Via
from airflow_provider_registry.registry.policies.approvals import DOORS, RollbackRule
from airflow_provider_registry.registry.policies.people import Person, Who

ANA = Caller(Actor("airflow:prod", "ana", "ana"), Via.UI)
BO = Caller(Actor("airflow:prod", "4", "bo"), Via.UI)
# A task may bear any name, also that of a person.
TASK = Caller(Actor("airflow:prod", "ana", "ana"), Via.TASK)

ONLY_ANA = Who(users=(Person("ana"),))


def test_a_task_has_no_door_to_decisions() -> None:
    assert set(Via) - set(DOORS) == {Via.TASK}


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (RollbackRule(), [ANA, BO, TASK]),
        (RollbackRule(tasks=False), [ANA, BO]),
        (RollbackRule(ONLY_ANA, tasks=False), [ANA]),
        (RollbackRule(ONLY_ANA, tasks=True), [ANA, TASK]),
    ],
)
def test_a_rollback_is_for_those_named_and_for_tasks_where_it_says_so(
    rule: RollbackRule, allowed: list[Caller]
) -> None:
    assert allowed == [caller for caller in (ANA, BO, TASK) if rule.allows(caller)]
