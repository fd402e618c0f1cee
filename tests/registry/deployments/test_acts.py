"""Deployments: what a target should run and what it does, as others report it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_provider_registry import errors
from airflow_provider_registry.registry import ActualState, DesiredState

EU = ("production", "eu")


def said(world, version, **more):
    return world.registry.record_deployment(version, *EU, model_name="churn", **more)


class TestRecording:
    def test_what_should_run_and_what_does_are_said_apart_and_together(self, world):
        world.versions(0.9, 0.91)
        first = said(world, 1, desired="running", url="https://eu.example.com/churn")
        assert (DesiredState.RUNNING, 1, None, None) == (
            first.desired,
            first.desired_version,
            first.actual,
            first.actual_version,
        )
        both = said(world, 1, actual=ActualState.RUNNING)
        assert (True, "https://eu.example.com/churn") == (both.is_met, both.url)
        rollout = said(world, 2, desired="running", actual=None)
        assert (2, 1, False) == (rollout.desired_version, rollout.actual_version, rollout.is_met)
        done = said(world, "2", actual="running", url="")
        assert (2, 2, True, None) == (done.desired_version, done.actual_version, done.is_met, done.url)
        assert [done] == world.registry.deployments()
        history = world.registry.deployment_history("churn", environment="production", target="eu")
        assert [first.event, both.event, rollout.event, done.event] == [one.event for one in history]
        assert [both.from_at, rollout.from_at, done.from_at, None] == [one.to_at for one in history]
        assert "churn: eu in production should run version 2 and runs version 1." == rollout.sentence()
        world.registry.verify_record("churn")

    def test_the_event_says_how_the_target_stands_and_keeps_the_url_to_itself(self, world):
        world.versions(0.9)
        said(world, 1, desired="running", url="https://eu.example.com", reason="release")
        (*_, event) = world.registry.events(model_name="churn")
        assert ("deployment.recorded", 1) == (event.type, event.version)
        assert event.payload == {
            "environment": "production",
            "target": "eu",
            "desired": {"state": "running", "version": 1},
            "actual": None,
        }
        assert "https://eu.example.com" == event.private["url"]
        assert "example.com" not in event.summary
        assert str(event).endswith("recorded that eu in production should run version 1. Reason: release")

    def test_the_same_again_changes_nothing(self, world):
        world.versions(0.9)
        once = said(world, 1, desired="running", actual="pending")
        assert once == said(world, 1, desired="running", reason="again")
        assert once == said(world, 1, actual="pending")
        assert once.event == world.registry.record_head("churn").count

    def test_a_repeat_changes_nothing_until_another_word_was_said(self, world):
        world.versions(0.9, 0.91)
        for _ in range(2):
            said(world, 1, desired="running", key="k")
        said(world, 2, desired="running")
        again = said(world, 1, desired="running", key="k")
        assert (1, 3) == (again.desired_version, len(world.registry.deployment_history("churn")))
        world.registry.verify_record("churn")

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({}, "Neither desired= nor actual="),
            ({"desired": "runing"}, "desired is 'runing': give one of running, stopped"),
            ({"actual": ["running"]}, "give one of pending, running, failed, stopped, unknown"),
            ({"actual": "None"}, "actual is 'None'"),
            ({"desired": "running", "url": "ftp://eu"}, "The url must be a URL with a host"),
            ({"desired": "running", "url": "eu.example.com"}, "The url must be a URL with a host"),
            ({"desired": "running", "url": "https://ana:secret@eu"}, "holds a user or a password"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_and_a_password_is_not_shown(self, world, more, message):
        world.versions(0.9)
        with pytest.raises(errors.InvalidInputError, match=message) as refused:
            said(world, 1, **more)
        assert "secret" not in str(refused.value)

    @pytest.mark.parametrize("place", [("", "eu"), ("production", "None"), ("a\nb", "eu"), ("production", 3)])
    def test_a_place_has_a_name(self, world, place):
        world.versions(0.9)
        with pytest.raises(errors.InvalidInputError):
            world.registry.record_deployment("models:/churn/1", *place, desired="running")


class TestReading:
    def test_those_that_are_live_of_one_environment_of_every_model(self, world):
        for model in ("churn", "leave"):
            world.versions(0.9, model=model)
            world.registry.record_deployment(f"models:/{model}/1", "production", "eu", desired="running")
            world.registry.record_deployment(f"models:/{model}/1", "staging", "eu", desired="stopped", actual="failed")
        found = world.registry.deployments(live=True)
        assert [("churn", "production"), ("leave", "production")] == [
            (one.model_name, one.environment) for one in found
        ]
        assert 2 == len(world.registry.deployments("churn", target="eu"))
        assert [] == world.registry.deployments("churn", environment="staging", live=True)
        with pytest.raises(errors.ModelNotFoundError):
            world.registry.deployments("nobody")

    def test_how_a_target_stood_at_a_moment(self, world):
        world.versions(0.9, 0.91)
        first = said(world, 1, desired="running")
        second = said(world, 2, desired="running")
        at = world.registry.deployments_at
        assert [1] == [one.desired_version for one in at("churn", first.from_at)]
        assert [1] == [one.desired_version for one in at("churn", second.from_at - timedelta(microseconds=1))]
        assert [2] == [one.desired_version for one in at("churn", second.from_at, target="eu")]
        assert [] == at("churn", first.from_at - timedelta(microseconds=1))


class TestArchive:
    @pytest.mark.parametrize(
        "live", [{"desired": "running"}, {"actual": "running"}, {"actual": "pending"}, {"actual": "unknown"}]
    )
    def test_a_version_that_is_live_somewhere_is_not_archived(self, world, live):
        world.versions(0.9)
        said(world, 1, **live)
        with pytest.raises(errors.VersionInUseError, match="Version 1 of 'churn' is in use: it .* at eu in production"):
            world.registry.archive_version("models:/churn/1")
        said(world, 1, **dict.fromkeys(live, "stopped"))
        world.registry.archive_version("models:/churn/1")

    def test_an_archived_version_should_not_run_but_may_be_seen_running(self, world):
        world.versions(0.9)
        world.registry.archive_version("models:/churn/1")
        with pytest.raises(errors.ArchivedVersionError, match="nothing should run it: restore it first"):
            said(world, 1, desired="running")
        assert said(world, 1, actual="running").live_versions == {1}

    def test_only_the_version_that_should_run_fails_there(self, world):
        world.versions(0.9, 0.91)
        said(world, 2, desired="running")
        assert not said(world, 1, actual="failed").has_failed
        assert said(world, 2, actual="failed").has_failed


def test_the_url_is_erased_with_its_event_and_the_record_holds(world):
    world.versions(0.9)
    recorded = said(world, 1, desired="running", url="https://eva.example.com", reason="for eva")
    world.registry.erase_event("churn", recorded.event, reason="asked for")
    (left,) = world.registry.deployments("churn")
    assert (None, "", "", 1) == (left.url, left.reason, left.by, left.desired_version)
    world.registry.verify_record("churn")
