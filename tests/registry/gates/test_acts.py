"""Validating: a report for exactly one version, policy, baseline and set of metrics, and once for each of them."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import PolicyNotFoundError, StorageUnavailableError, VersionNotFoundError
from airflow_provider_registry.registry import Verdict
from tests.registry.aliases.test_promote import TestBytes as Bytes
from tests.registry.aliases.test_promote import damage
from tests.support.kernel import FLOOR, LIFTED

INTEGRITY = {"gates": [{"integrity": True}], "integrity_max_age": "1s"}


class TestValidate:
    def test_a_report_that_does_not_pass_is_stored_and_is_no_error(self, world):
        world.versions(0.7)
        world.registry.set_policy("churn", "production", FLOOR)
        report = world.registry.validate("churn", 1, alias="Production")
        assert (report.passed, report.version, report.alias) == (False, 1, "production")
        assert world.types()[-1] == "version.validated"
        assert world.registry.events().events[-1].payload["report_digest"] == report.digest_of_report

    def test_what_is_not_there_is_refused(self, world):
        world.versions(0.7)
        with pytest.raises(PolicyNotFoundError, match="no gates"):
            world.registry.validate("churn", 1, alias="production")
        world.registry.set_policy("churn", "production", FLOOR)
        with pytest.raises(VersionNotFoundError):
            world.registry.validate("churn", 2, alias="production")

    def test_the_same_task_gets_the_same_report_until_what_it_is_bound_to_changes(self, world):
        world.versions(0.8, 0.9, 0.85)
        world.registry.set_policy("churn", "production", LIFTED)
        world.registry.promote("churn", 1, "production")
        task = world.as_task()

        def validate():
            return task.registry.validate("churn", 2, alias="production")

        first = validate()
        assert first == validate()
        world.registry.set_policy("churn", "production", {**LIFTED, "description": "another"})
        second = validate()
        assert (second.report_id != first.report_id, second) == (True, validate())
        world.registry.promote("churn", 3, "production")
        third = validate()
        assert (third.baseline_version, third.report_id != second.report_id) == (3, True)

    def test_a_whole_run_that_is_cleared_after_its_promotion_gets_its_reports_again(self, world):
        """The version holds the alias by now, and would never be better than itself."""
        world.versions(0.8, 0.9)
        gain = {"gates": [{"metric": "auc", "min_absolute_change": 0.05, "greater_is_better": True}]}
        world.registry.promote("churn", 1, "production")
        world.registry.set_policy("churn", "production", gain)
        task = world.as_task()
        report = task.registry.validate("churn", 2, alias="production")
        promoted = task.registry.promote("churn", 2, "production")
        assert report.passed
        assert report == task.registry.validate("churn", 2, alias="production")
        assert promoted == task.registry.promote("churn", 2, "production")
        other = world.as_task(run_id="next").registry.validate("churn", 2, alias="production")
        assert (other.passed, other.baseline_version) == (True, 1)


class TestIntegrity:
    def test_bytes_are_read_where_the_policy_asks_and_what_is_wrong_is_in_the_report(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", INTEGRITY)
        Bytes.age(world)
        assert world.registry.validate("churn", 1, alias="production").passed
        Bytes.age(world)
        damage(world)
        report = world.registry.validate("churn", 1, alias="production")
        assert [result.verdict for result in report.results] == [Verdict.ERRORED]
        assert "model.pkl" in report.results[0].reason

    def test_a_store_that_is_away_gives_no_report(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", INTEGRITY)
        Bytes.age(world)
        world.root.rename(world.root.with_name("away"))
        with pytest.raises(StorageUnavailableError):
            world.registry.validate("churn", 1, alias="production")
        assert world.types()[-1] == "policy.set"
