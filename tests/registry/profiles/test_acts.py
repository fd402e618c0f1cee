"""Profiles: kept beside a version for good, by phase, dataset and window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from airflow_provider_registry.errors import InvalidInputError, InvalidProfileError, NotFoundError, RecordTamperedError
from airflow_provider_registry.registry import profile_of
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.profiles.tables import ProfileRow

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = (NOON, NOON + timedelta(days=1))
VERSION = "models:/churn/1"
AGES = profile_of({"age": [20, 30, 40], "country": ["NO", "SE", None]})
OLDER = profile_of({"age": [50, 60], "country": ["NO", "NO"]}, like=AGES)


class TestRegistering:
    def test_a_version_is_registered_with_the_profile_of_its_training_data_in_two_acts(self, world):
        world.register(profile=AGES)
        assert ["model.created", "version.registered", "version.profiled"] == world.types()
        recorded = world.registry.profile(VERSION)
        assert (AGES, "training", "") == (recorded.profile, recorded.phase, recorded.dataset)

    def test_a_profile_that_is_none_keeps_the_version_from_being_registered(self, world):
        with pytest.raises(InvalidProfileError):
            world.register(profile={"age": [20]})
        assert not world.root.exists()

    def test_a_repeat_gives_the_profile_that_a_killed_task_did_not(self, world):
        task = world.as_task()
        task.register()
        for _ in range(2):
            task.register(profile=AGES)
        assert [AGES] == [one.profile for one in world.registry.profiles(VERSION)]
        assert ["model.created", "version.registered", "version.profiled"] == world.types()

    def test_a_repeat_records_no_other_beside_the_one_that_is_there(self, world, caplog):
        task = world.as_task()
        task.register(profile=AGES)
        task.register(profile=OLDER)
        assert AGES == world.registry.profile(VERSION).profile
        assert f"{VERSION} has a profile of its training data already, and keeps that." in caplog.text

    def test_a_repeat_does_not_bring_back_what_was_erased(self, world):
        task = world.as_task()
        task.register(profile=AGES)
        world.registry.erase_event("churn", world.registry.profile(VERSION).event, reason="asked for")
        task.register(profile=AGES)
        assert [{}] == [one.profile for one in world.registry.profiles(VERSION)]


class TestRecording:
    def test_a_profile_is_kept_beside_the_version_with_one_event(self, world):
        world.versions(0.9)
        recorded = world.registry.record_profile(VERSION, AGES, dataset="clicks", window=DAY)
        assert world.registry.profile(VERSION) == recorded
        assert (recorded.profile, recorded.phase, recorded.dataset) == (AGES, "training", "clicks")
        assert (recorded.window_from, recorded.window_to) == DAY
        (*_, event) = world.registry.events(model_name="churn")
        assert (event.type, event.seq, event.at, event.by) == (
            "version.profiled",
            recorded.event,
            recorded.created_at,
            recorded.by,
        )
        assert event.payload == {
            "phase": "training",
            "dataset": "clicks",
            "window": ["2026-03-03T12:00:00.000000Z", "2026-03-04T12:00:00.000000Z"],
        }
        assert str(event).endswith("recorded a profile of version 1, of the phase training.")
        assert recorded.sentence() == "The training profile of models:/churn/1 on clicks has 2 columns."
        world.registry.verify_record("churn")

    def test_they_are_found_by_phase_and_dataset_the_newest_first(self, world):
        world.versions(0.9)
        for phase, dataset in (("training", ""), ("production", "a"), ("production", "b"), ("production", "a")):
            world.registry.record_profile(VERSION, AGES, phase=phase, dataset=dataset)
        found = world.registry.profiles(VERSION)
        assert [one.dataset for one in found] == ["a", "b", "a", ""]
        assert [one.dataset for one in world.registry.profiles(VERSION, phase="production", dataset="a")] == ["a", "a"]
        assert world.registry.profile(VERSION, phase="production", dataset="b") == found[1]
        with pytest.raises(NotFoundError, match="Version 1 of 'churn' has no validation profile: record one"):
            world.registry.profile(VERSION, phase="validation")

    def test_the_same_of_one_task_is_recorded_once_and_after_another_once_more(self, world):
        world.versions(0.9)
        task = world.as_task().registry
        first = task.record_profile(VERSION, AGES)
        assert task.record_profile(VERSION, AGES) == first
        task.record_profile(VERSION, OLDER)
        task.record_profile(VERSION, AGES)
        task.record_profile(VERSION, AGES, phase="validation")
        assert [one.profile == AGES for one in world.registry.profiles(VERSION)] == [True, True, False, True]
        world.registry.verify_record("churn")

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ({"phase": "serving"}, "no phase 'serving': it is training, validation, production"),
            ({"window": NOON}, "give when it begins and when it ends"),
            ({"window": (NOON, NOON)}, "does not end after it begins"),
            ({"window": ("noon", NOON)}, "The begin of the window is 'noon'"),
            ({"dataset": "two\nlines"}, "on one line"),
        ],
    )
    def test_what_it_is_of_is_looked_at(self, world, said, message):
        world.versions(0.9)
        with pytest.raises(InvalidInputError, match=message):
            world.registry.record_profile(VERSION, AGES, **said)

    def test_what_is_no_profile_is_refused(self, world):
        world.versions(0.9)
        with pytest.raises(InvalidProfileError, match="'columns' is a required property"):
            world.registry.record_profile(VERSION, {"age": [1, 2]})


class TestVerifying:
    @pytest.mark.parametrize(
        "changes",
        [{"body": OLDER}, {"phase": "production"}, {"dataset": "other"}, {"window_from": NOON}, {"window_to": None}],
    )
    def test_an_edit_is_found(self, world, changes):
        world.versions(0.9)
        world.registry.record_profile(VERSION, AGES, window=(NOON - timedelta(days=1), NOON))
        with acting(world.registry.engine).begin() as connection:
            connection.execute(update(ProfileRow).values(**changes))
        with pytest.raises(RecordTamperedError, match="version 1: its profile of the phase training is not the one"):
            world.registry.verify_record("churn")

    def test_it_goes_with_its_event_and_what_it_was_of_stays(self, world):
        world.versions(0.9)
        event = world.registry.record_profile(VERSION, AGES, dataset="clicks", window=DAY).event
        world.registry.erase_event("churn", event, reason="asked for")
        left = world.registry.profile(VERSION)
        assert (left.profile, left.dataset, left.window_from, left.by) == ({}, "clicks", NOON, "(erased)")
        world.registry.verify_record("churn")
        with acting(world.registry.engine).begin() as connection:
            connection.execute(update(ProfileRow).values(body=AGES))
        with pytest.raises(RecordTamperedError, match="is not the one that was recorded"):
            world.registry.verify_record("churn")
