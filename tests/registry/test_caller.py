"""Who acts, and the key by which an act is found again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.caller import Actor, Asked, Caller, Producer, Via, act_key

TASK = Producer("retrain", "train", "night", 0, 0, "one")


class TestProducer:
    def test_a_mapped_task_of_index_0_and_a_try_0_are_kept(self):
        assert (TASK.as_mapping()["map_index"], TASK.as_mapping()["try_number"]) == (0, 0)

    def test_what_is_not_known_is_left_out(self):
        assert Producer(dag_id="retrain").as_mapping() == {"dag_id": "retrain", "map_index": -1}

    def test_a_naive_time_is_refused_by_name(self):
        with pytest.raises(InvalidInputError, match=r"logical_date.*time with its zone"):
            Producer.read({"logical_date": datetime(2026, 1, 1)})  # noqa: DTZ001  # naive on purpose

    def test_a_time_may_be_iso_text(self):
        read = Producer.read({"logical_date": "2026-01-01T00:00:00+00:00"})
        assert read is not None
        assert read.logical_date == datetime(2026, 1, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"nobody": 1},
            {"dag_id": 3},
            {"dag_id": "x" * 256},
            {"run_id": "a\x00"},
            {"try_number": "1"},
            {"logical_date": "soon"},
            {"triggered_by": 3, "instance_id": "one"},
            {"triggered_by": "", "instance_id": "one"},
            {"triggered_by": "x" * 513, "instance_id": "one"},
            {"triggered_by": "a\x00", "instance_id": "one"},
        ],
    )
    def test_what_no_database_keeps_is_refused_by_name(self, wrong):
        with pytest.raises(InvalidInputError, match=next(iter(wrong))):
            Producer.read(wrong)

    def test_who_triggered_the_run_is_a_person_and_not_said_in_the_open(self):
        read = Producer.read({"instance_id": "one", "triggered_by": "ana"})
        assert read is not None
        assert read.as_mapping() == {"map_index": -1, "instance_id": "one"}
        assert read.persons == {"triggered_by": {"issuer": "airflow:one", "name": "ana"}}

    def test_a_run_that_nobody_triggered_has_no_persons(self):
        assert TASK.persons == {}

    def test_a_user_of_no_known_airflow_is_refused(self):
        with pytest.raises(InvalidInputError, match=r"'ana', without an instance_id"):
            Producer.read({"triggered_by": "ana"})


class TestCaller:
    @pytest.mark.parametrize("via", Via)
    def test_only_a_task_is_one(self, via):
        assert (via == "airflow-task") == Caller(Actor("airflow:one", "a", "a"), via).is_task

    def test_a_door_as_text_is_that_door(self):
        assert Caller(Actor("airflow:one", "a", "a"), "airflow-task").is_task  # type: ignore[arg-type]  # text on purpose

    def test_another_door_is_refused_by_name(self):
        with pytest.raises(InvalidInputError, match=r"no door 'airflow_task': a caller comes via airflow-task"):
            Caller(Actor("airflow:one", "a", "a"), "airflow_task")  # type: ignore[arg-type]  # not a door

    @pytest.mark.parametrize("via", [None, 5, b"cli", ["cli"]])
    def test_what_is_no_text_is_no_door_either(self, via):
        with pytest.raises(InvalidInputError, match="no door"):
            Caller(Actor("airflow:one", "a", "a"), via)


class TestActKey:
    def key(self, producer=None, *, said=None, key=None, act="register", model=1, alias=None, salt="s"):
        caller = Caller(Actor("airflow", "dag", "dag"), producer=producer)
        return act_key(caller, Asked(act, "churn", alias=alias, key=key, producer=said), model, salt)

    def test_the_try_does_not_matter(self):
        again = Producer("retrain", "train", "night", 0, 7, "one")
        assert self.key(TASK) == self.key(again, salt="t")

    @pytest.mark.parametrize("field", ["dag_id", "task_id", "run_id", "map_index", "instance_id"])
    def test_everything_else_of_the_task_does(self, field):
        from dataclasses import replace

        changed: dict[str, Any] = {field: 5 if field == "map_index" else "other"}
        other = replace(TASK, **changed)
        assert self.key(TASK) != self.key(other)

    def test_neither_does_who_triggered_the_run(self):
        from dataclasses import replace

        assert self.key(TASK) == self.key(replace(TASK, triggered_by="ana"))

    def test_act_model_alias_and_user_key_tell_acts_of_one_task_apart(self):
        keys = [
            self.key(TASK),
            self.key(TASK, act="promote"),
            self.key(TASK, model=2),
            self.key(TASK, alias="a"),
            self.key(TASK, alias="b"),
            self.key(TASK, key="k"),
        ]
        assert len(set(keys)) == len(keys)
        assert self.key(TASK, alias="A") == self.key(TASK, alias="a")

    def test_outside_tasks_an_act_is_wanted_each_time_unless_it_has_a_key(self):
        assert self.key(salt="a") != self.key(salt="b")
        assert self.key(key="k", salt="a") == self.key(key="k", salt="b")

    def test_a_producer_that_names_no_task_leaves_the_running_task_as_the_key(self):
        said = Producer(code_revision="abc")
        assert self.key(TASK, said=said) == self.key(TASK, said=said, salt="other")
