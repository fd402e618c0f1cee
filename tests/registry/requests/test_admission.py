"""Whether a decision counts: plain values in, plain values out."""

from __future__ import annotations

import pytest

from airflow_provider_registry.registry.caller import Actor, Caller, Via
from airflow_provider_registry.registry.requests.admission import (
    Bar,
    allowed,
    refuse_door,
    refuse_four_eyes,
    refuse_role,
    roles_of,
)
from airflow_provider_registry.registry.requests.people import Party
from tests.registry.requests.worlds import LEAD, RISK, person, policy_of

TASK = Caller(Actor("airflow:one", "dag/run/task", "ana"), Via.TASK)


class TestDoors:
    @pytest.mark.parametrize("via", ["airflow-task", Via.TASK])
    def test_a_task_is_refused_whatever_it_is_called_and_the_policy_says(self, via):
        refusal = refuse_door(policy_of(), Caller(TASK.actor, via))
        assert refusal is not None
        assert refusal.bar is Bar.TASK

    @pytest.mark.parametrize("via", [Via.UI, Via.CLI, Via.PYTHON])
    def test_a_policy_that_names_no_door_takes_people_from_all(self, via):
        assert refuse_door(policy_of(), person("ana", via=via)) is None

    def test_a_policy_takes_people_from_the_doors_it_names(self):
        policy = policy_of(via=["airflow-ui", "cli"])
        assert refuse_door(policy, person("ana")) is None
        assert refuse_door(policy, person("ana", via=Via.CLI)) is None
        refusal = refuse_door(policy, person("ana", via=Via.PYTHON))
        assert refusal is not None
        assert refusal.bar is Bar.VIA
        assert "from airflow-ui, cli only, and this one comes from python" in refusal.sentence


class TestRoles:
    def test_who_is_named_may(self):
        assert refuse_role(policy_of(LEAD, RISK), person("bo"), "ml-lead") is None

    def test_who_is_not_named_may_not_and_reads_what_they_may(self):
        refusal = refuse_role(policy_of(LEAD, RISK), person("bo"), "risk")
        assert refusal is not None
        assert refusal.bar is Bar.ROLE
        assert "bo may not decide as risk; may decide as ml-lead." in refusal.sentence

    def test_who_is_named_nowhere_may_in_none(self):
        refusal = refuse_role(policy_of(LEAD, RISK), person("eve"), "")
        assert refusal is not None
        assert "eve may not decide as ml-lead or risk." in refusal.sentence

    def test_anybody_may_in_a_role_that_names_nobody(self):
        assert refuse_role(policy_of({"role": "any"}), person("eve"), "any") is None

    def test_the_roles_of_somebody(self):
        policy = policy_of(LEAD, RISK, {"role": "any"})
        assert roles_of(policy, person("ana")) == ["ml-lead", "risk", "any"]
        assert roles_of(policy, person("eve")) == ["any"]

    def test_groups_ids_and_issuers_count(self):
        bo = {"name": "bo", "id": "4", "issuer": "airflow:one"}
        policy = policy_of({"role": "risk", "groups": ["risk"]}, groups={"risk": [bo]})
        assert roles_of(policy, person("bo", "4")) == ["risk"]
        for other in (person("bo", "5"), person("bo"), person("bo", "4", issuer="airflow:two"), person("cy", "4")):
            assert roles_of(policy, other) == []


class TestFourEyes:
    POLICY = policy_of(four_eyes=True)
    SIMPLE = Party("asked for it", Actor("airflow:one", "ana", "ana"))

    def refused(self, caller, *behind):
        return refuse_four_eyes(self.POLICY, caller, behind)

    @pytest.mark.parametrize("ana", [person("ana"), person("ana", "4"), person("ana", "ana@host", Via.CLI, "cli")])
    def test_who_stands_behind_it_is_refused_by_whatever_id_they_come(self, ana):
        refusal = self.refused(ana, self.SIMPLE)
        assert refusal is not None
        assert refusal.bar is Bar.FOUR_EYES
        assert "ana is who asked for it" in refusal.sentence

    def test_somebody_else_is_not_refused(self):
        assert self.refused(person("bo", "5"), self.SIMPLE) is None

    def test_a_run_on_schedule_has_nobody_behind_it(self):
        assert self.refused(person("ana"), Party("started the run that asked for it")) is None

    def test_everybody_is_refused_where_the_record_does_not_say(self):
        refusal = self.refused(person("bo"), self.SIMPLE, Party("made the version", unknown=True))
        assert refusal is not None
        assert "does not say who made the version" in refusal.sentence

    def test_a_policy_that_does_not_ask_for_four_eyes_refuses_nobody(self):
        behind = [self.SIMPLE, Party("made the version", unknown=True)]
        assert refuse_four_eyes(policy_of(), person("ana"), behind) is None


def test_a_part_of_a_policy_allows_the_people_it_names_and_never_a_task():
    policy = policy_of(override={"users": ["ana"]})
    assert allowed(policy.override, person("ana"))
    assert not allowed(policy.override, person("bo"))
    assert not allowed(policy.override, TASK)
    assert not allowed(None, person("ana"))
