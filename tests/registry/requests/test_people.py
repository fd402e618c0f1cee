"""Who stands behind a request, and whether two identities are one person's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from airflow_provider_registry.registry.caller import Actor, Via
from airflow_provider_registry.registry.requests.people import Party, distinct, parties, same_person
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.versions.tables import VersionRow
from tests.registry.requests.worlds import ask, asks, person

SIMPLE = Actor("airflow:one", "ana", "ana")
FAB = Actor("airflow:one", "4", "ana")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Actor("airflow:one", "4", "ana"), True),
        (Actor("airflow:one", "4", "renamed"), True),
        (Actor("airflow:one", "ana", "ana"), True),
        (Actor("cli", "ana@host", "ana"), True),
        (Actor("python", "ana", "somebody"), True),
        (Actor("python", "ANA", "somebody"), True),
        (Actor("airflow:one", "5", "bo"), False),
        (Actor("cli", "bo@host", "bo"), False),
    ],
)
def test_the_same_id_or_the_same_name_is_one_person(other, same):
    assert same_person(FAB, other) is same
    assert same_person(other, FAB) is same


def test_people_are_counted_once_by_whatever_door_they_came():
    assert distinct([SIMPLE, FAB, Actor("cli", "ana@host", "ana"), Actor("airflow:one", "5", "bo")]) == [
        SIMPLE,
        Actor("airflow:one", "5", "bo"),
    ]


@pytest.fixture
def protected(world):
    world.registry.create_model("churn")
    world.registry.set_policy("churn", "production", asks())
    return world


def behind(world, version=1):
    """Who stands behind the pending request of a version."""
    with world.registry.engine.connect() as connection:
        statement = select(RequestRow.__table__, VersionRow.version).join(
            VersionRow, VersionRow.id == RequestRow.version_id
        )
        row = connection.execute(statement.where(VersionRow.version == version)).mappings().one()
        return parties(connection, row)


ANA = person("ana", "4")
MANUAL = {"run_type": "manual", "triggered_by": "ana"}


def test_a_person_who_registered_and_asked_stands_behind_both(protected):
    seen = protected.seen_by(ANA)
    seen.register(auc=0.9)
    ask(seen)
    assert behind(protected) == [Party("asked for it", FAB), Party("made the version", FAB)]


def test_nobody_stands_behind_a_run_on_schedule(protected):
    for run_type in ("scheduled", "asset_triggered"):
        protected.as_task(run_type=run_type, run_id=run_type).register(run_type, auc=0.9)
    ask(protected.as_task(run_type="scheduled"))
    assert behind(protected) == [
        Party("started the run that asked for it"),
        Party("started the run that made the version"),
    ]


def test_whoever_triggered_the_run_stands_behind_what_it_does(protected):
    task = protected.as_task(**MANUAL)
    task.register(auc=0.9)
    ask(task)
    started = Actor("airflow:one", "ana", "ana")
    assert behind(protected) == [
        Party("started the run that asked for it", started),
        Party("started the run that made the version", started),
    ]


@pytest.mark.parametrize("run_type", ["manual", "operator_triggered", "asset_materialization", "new", None])
def test_who_started_another_run_is_unknown_where_airflow_does_not_say(protected, run_type):
    task = protected.as_task(run_type=run_type)
    task.register(auc=0.9)
    ask(task)
    assert [party.unknown for party in behind(protected)] == [True, True]


def test_a_run_on_schedule_that_somebody_started_all_the_same_has_its_person(protected):
    protected.as_task(run_type="scheduled", triggered_by="ana").register(auc=0.9)
    ask(protected.seen_by(person("bo")))
    assert behind(protected)[1].person == Actor("airflow:one", "ana", "ana")


def test_whoever_registers_what_they_say_a_run_made_stands_behind_it_too(protected):
    producer = {"dag_id": "d", "task_id": "t", "run_id": "r", "run_type": "scheduled"}
    protected.seen_by(ANA).register(auc=0.9, producer=producer)
    ask(protected)
    assert behind(protected)[1:] == [Party("made the version", FAB), Party("started the run that made the version")]


def test_a_claimed_run_of_which_nothing_is_known_was_started_by_somebody_unknown(protected):
    protected.seen_by(ANA).register(auc=0.9, producer={"dag_id": "d", "task_id": "t", "run_id": "r"})
    ask(protected)
    assert [party.unknown for party in behind(protected)] == [False, False, True]


def test_after_an_erasure_who_made_the_version_is_unknown(protected):
    protected.seen_by(ANA).register(auc=0.9)
    ask(protected)
    protected.registry.erase_event("churn", 3, reason="asked for")
    assert behind(protected)[1] == Party("made the version", unknown=True)


def test_a_person_at_any_door_is_a_person(protected):
    seen = protected.seen_by(person("ana", "ana@host", via=Via.CLI, issuer="cli"))
    seen.register(auc=0.9)
    ask(seen)
    assert [party.person for party in behind(protected)] == [Actor("cli", "ana@host", "ana")] * 2
