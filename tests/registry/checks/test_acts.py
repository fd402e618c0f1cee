"""Checks: kept beside a version, once for each time that they say something, and read by the gates of policies."""

from __future__ import annotations

import math

import pytest
from sqlalchemy import update

from airflow_provider_registry.errors import (
    InvalidInputError,
    InvalidNameError,
    NotPassedError,
    RecordTamperedError,
    TooLargeError,
    VersionNotFoundError,
)
from airflow_provider_registry.registry.checks.tables import CheckRow
from airflow_provider_registry.registry.database.engine import acting
from tests.registry.requests.worlds import ask, now, protect, said_of

DRIFT = {"gates": [{"check": "drift"}]}


class TestRecording:
    def test_what_was_said_is_kept_beside_the_version_with_one_event(self, world):
        world.versions(0.9)
        recorded = world.registry.record_check("churn", 1, "drift", True, {"psi": 0.04, "columns": ["age"]})
        assert world.registry.checks("churn", 1) == [recorded]
        assert (recorded.passed, recorded.evidence) == (True, {"psi": 0.04, "columns": ["age"]})
        (*_, event) = world.registry.events(model_name="churn")
        assert (event.type, event.seq, event.at, event.by) == (
            "version.checked",
            recorded.event,
            recorded.created_at,
            recorded.by,
        )
        assert event.payload == {"check": "drift", "passed": True}
        assert str(event).endswith("checked version 1 by drift: it passed.")

    def test_a_version_is_named_in_any_way(self, world):
        version = world.register(auc=0.9)
        world.registry.promote("churn", 1, "production")
        for model, named in [
            ("churn", "1"),
            (None, "models:/churn/1"),
            (None, "models:/churn@production"),
            (None, version.as_mapping()),
        ]:
            assert world.registry.record_check(model, named, "drift", True).version == 1

    def test_the_newest_comes_first_and_a_name_alone_is_asked_for(self, world):
        world.versions(0.9, 0.91)
        for name, passed in (("drift", False), ("schema", True), ("drift", True)):
            world.registry.record_check("churn", 1, name, passed)
        world.registry.record_check("churn", 2, "drift", True)
        assert [(one.name, one.passed) for one in world.registry.checks("churn", 1)] == [
            ("drift", True),
            ("schema", True),
            ("drift", False),
        ]
        assert [one.passed for one in world.registry.checks("churn", 1, name="drift")] == [True, False]
        assert world.registry.checks("churn", 1, name="Drift") == []

    def test_what_a_task_hands_on_is_small_and_leaves_the_evidence_in_the_registry(self, world):
        world.versions(0.9)
        recorded = world.registry.record_check("churn", 1, "drift", False, {"rows": list(range(1_000))})
        assert recorded.as_mapping() == {
            "model_name": "churn",
            "version": 1,
            "reference": "models:/churn/1",
            "name": "drift",
            "passed": False,
            "digest": recorded.digest,
            "created_at": recorded.created_at.isoformat(),
            "event": recorded.event,
        }
        assert recorded.sentence() == "The check 'drift' of version 1 of churn did not pass."

    @pytest.mark.parametrize(
        ("name", "passed", "evidence", "error", "said"),
        [
            ("", True, None, InvalidNameError, "check name"),
            ("None", True, None, InvalidInputError, "template rendered nothing"),
            ("drift", "False", None, InvalidInputError, "give True or False"),
            ("drift", None, None, InvalidInputError, "give True or False"),
            ("drift", True, {"psi": math.nan}, InvalidInputError, r"\$\.psi: nan is not a finite number"),
            ("drift", True, {"a": [{"b": math.inf}]}, InvalidInputError, r"\$\.a\[0\]\.b: inf is not"),
            ("drift", True, {1: 2}, InvalidInputError, "the key 1 is not text"),
            ("drift", True, [1], InvalidInputError, "The evidence must be a mapping"),
            ("drift", True, {"rows": "x" * 1024 * 1024}, TooLargeError, "The evidence has"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_by_name_and_changes_nothing(
        self, world, name, passed, evidence, error, said
    ):
        world.versions(0.9)
        with pytest.raises(error, match=said):
            world.registry.record_check("churn", 1, name, passed, evidence)
        assert world.types()[-1] == "version.registered"

    def test_a_version_that_is_not_there_has_no_checks(self, world):
        world.versions(0.9)
        with pytest.raises(VersionNotFoundError):
            world.registry.record_check("churn", 2, "drift", True)
        with pytest.raises(VersionNotFoundError):
            world.registry.checks("churn", 2)


class TestRepeating:
    def test_the_same_task_that_says_the_same_again_gets_the_same(self, world):
        world.versions(0.9)
        task = world.as_task().registry
        first = task.record_check("churn", 1, "drift", True, {"psi": 0.04})
        assert first == task.record_check("churn", 1, "drift", True, {"psi": 0.04})
        assert len(task.checks("churn", 1)) == 1

    def test_the_same_task_that_says_something_else_is_heard(self, world):
        world.versions(0.9)
        task = world.as_task().registry
        for passed, psi in ((True, 0.04), (True, 0.05), (False, 0.05)):
            task.record_check("churn", 1, "drift", passed, {"psi": psi})
        assert [one.evidence["psi"] for one in task.checks("churn", 1)] == [0.05, 0.05, 0.04]

    def test_what_was_said_before_another_outcome_is_news_again(self, world):
        """Or a task that fails, is mended and fails as before would leave the outcome in between to count."""
        world.versions(0.9)
        task = world.as_task().registry
        for passed in (False, True, False, False):
            task.record_check("churn", 1, "drift", passed)
        assert [one.passed for one in task.checks("churn", 1)] == [False, True, False]
        task.verify_record("churn")

    def test_checks_of_one_task_are_told_apart_by_name_and_by_key(self, world):
        world.versions(0.9, 0.91)
        task = world.as_task().registry
        for name, key in (("drift", None), ("schema", None), ("drift", "again")):
            task.record_check("churn", 1, name, True, key=key)
        task.record_check("churn", 2, "drift", True)
        assert (len(task.checks("churn", 1)), len(task.checks("churn", 2))) == (3, 1)


class TestGates:
    def test_a_promotion_waits_for_the_check_that_its_policy_asks_for(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", DRIFT)
        with pytest.raises(NotPassedError, match="version 1 has no outcome of the check drift; record one"):
            world.registry.promote("churn", 1, "production")
        world.registry.record_check("churn", 1, "drift", False)
        with pytest.raises(NotPassedError, match="version 1 did not pass the check drift"):
            world.registry.promote("churn", 1, "production")
        world.registry.record_check("churn", 1, "drift", True)
        world.registry.promote("churn", 1, "production")
        assert world.holders() == [1]
        world.registry.verify_record("churn")

    def test_the_check_of_another_version_of_the_same_bytes_says_nothing(self, world):
        world.register("same", auc=0.9, key="a")
        world.register("same", auc=0.9, key="b")
        world.registry.set_policy("churn", "production", DRIFT)
        world.registry.record_check("churn", 1, "drift", True)
        assert not world.registry.validate("churn", 2, alias="production").passed

    def test_a_report_that_read_an_older_outcome_no_longer_counts(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", DRIFT)
        world.registry.record_check("churn", 1, "drift", True)
        report = world.registry.validate("churn", 1, alias="production")
        newer = world.registry.record_check("churn", 1, "drift", True)
        world.registry.promote("churn", 1, "production")
        first, second = world.registry.gate_reports("models:/churn/1")
        assert (first, first.metrics_digest != second.metrics_digest) == (report, True)
        assert second.results[0].check_event == newer.event

    def test_a_check_that_no_gate_asks_for_changes_no_report(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", DRIFT)
        world.registry.record_check("churn", 1, "drift", True)
        world.registry.validate("churn", 1, alias="production")
        world.registry.record_check("churn", 1, "schema", False)
        world.registry.promote("churn", 1, "production")
        assert len(world.registry.gate_reports("models:/churn/1")) == 1

    def test_a_newer_outcome_ends_the_requests_that_read_it_in_its_own_event(self, world):
        protect(world, gates=DRIFT["gates"], on_newer="keep_open")
        for number in (1, 2):
            world.registry.record_check("churn", number, "drift", True)
        one, other = ask(world, 1), ask(world, 2)
        world.registry.record_check("churn", 1, "schema", False)
        assert now(world, one).state == "open"
        world.registry.record_check("churn", 1, "drift", False)
        assert (now(world, one).state, now(world, other).state) == ("invalidated", "open")
        assert "since what its gates read is not what it was" in now(world, one).sentence()
        assert said_of(world, one)[-1] == ("invalidated", "evidence")
        world.registry.verify_record("churn")


class TestErasing:
    def test_evidence_goes_with_its_event_and_the_outcome_stays(self, world):
        world.versions(0.9)
        event = world.registry.record_check("churn", 1, "drift", True, {"reviewed by": "eva"}).event
        world.registry.erase_event("churn", event, reason="asked for")
        (left,) = world.registry.checks("churn", 1)
        assert (left.passed, left.evidence, left.by) == (True, {}, "(erased)")
        world.registry.verify_record("churn")

    def test_evidence_that_is_put_back_is_found(self, world):
        world.versions(0.9)
        event = world.registry.record_check("churn", 1, "drift", True, {"psi": 0.04}).event
        world.registry.erase_event("churn", event, reason="asked for")
        with acting(world.registry.engine).begin() as connection:
            connection.execute(update(CheckRow).values(evidence={"psi": 0.01}))
        with pytest.raises(RecordTamperedError, match="version 1: its check 'drift' is not the one"):
            world.registry.verify_record("churn")
