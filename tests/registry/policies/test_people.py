"""Who a policy means by a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.registry.caller import Actor
from airflow_provider_registry.registry.policies.people import ANYONE, Group, Person, Who
from tests.registry.strategies import NAMED

ANA = Actor("airflow:prod", "ana", "ana")
BO = Actor("airflow:prod", "4", "bo")  # as FAB has it: the id is a number
CLI_BO = Actor("cli", "bo@host", "bo")

ACTORS = st.sampled_from([ANA, BO, CLI_BO, Actor("airflow:prod", "retrain/night/train", "retrain.train")])


@pytest.mark.parametrize(
    ("person", "means"),
    [
        (Person("ana"), [ANA]),
        (Person("Ana"), []),
        (Person("bo"), [BO, CLI_BO]),
        (Person("4"), [BO]),
        (Person("bo@host"), [CLI_BO]),
        (Person("bo", id="4"), [BO]),
        (Person("bo", id="5"), []),
        (Person("ana", id="4"), []),
        (Person("bo", issuer="cli"), [CLI_BO]),
        (Person("bo", id="4", issuer="airflow:prod"), [BO]),
        (Person("bo", id="4", issuer="airflow:test"), []),
    ],
)
def test_a_name_is_a_name_or_an_id_and_all_that_is_said_must_hold(person: Person, means: list[Actor]) -> None:
    assert means == [actor for actor in (ANA, BO, CLI_BO) if person.matches(actor)]


@given(ACTORS)
def test_nobody_named_is_anyone(actor: Actor) -> None:
    assert ANYONE.is_open
    assert ANYONE.allows(actor)


@given(NAMED, ACTORS)
def test_those_who_are_named_may_and_nobody_else(who: Who, actor: Actor) -> None:
    named = [*who.users, *(person for group in who.groups for person in group.users)]
    assert not who.is_open
    assert set(named) == set(who.people)
    assert len(who.people) == len(set(who.people))
    assert any(person.matches(actor) for person in named) == who.allows(actor)


def test_a_group_without_anyone_in_it_means_nobody() -> None:
    assert not Who(groups=(Group("risk", ()),)).allows(ANA)
