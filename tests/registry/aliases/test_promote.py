"""Promoting: an alias moves forward, a protected one through its policy, and once for each task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_registry.errors import (
    AliasNotFoundError,
    ArchivedVersionError,
    DigestMismatchError,
    InvalidInputError,
    InvalidNameError,
    LockedAliasError,
    MutableArtifactError,
    NotPassedError,
    OlderDataError,
    ProtectedAliasError,
    RolledBackSinceError,
    StorageUnavailableError,
    SupersededSinceError,
    TestVersionError,
    VersionNotFoundError,
)
from airflow_provider_registry.registry import Verdict
from tests.registry.requests.worlds import approve
from tests.support.kernel import FLOOR, LIFTED, World, contents

DAY = timedelta(days=1)
START = datetime(2026, 3, 3, tzinfo=UTC)


def of_day(number: int, **more: object) -> dict[str, object]:
    return {"data_interval_start": START + number * DAY, "data_interval_end": START + (number + 1) * DAY, **more}


def damage(world: World, version: int = 1) -> None:
    found = world.registry.get_version(version, model_name="churn")
    file = world.root / "churn" / found.digest / "model.pkl"
    file.chmod(0o644)
    file.write_text("bad")


class TestFree:
    def test_a_free_alias_just_moves(self, world):
        world.versions(0.9, 0.1)
        first = world.registry.promote("churn", 1, "production", reason="first")
        second = world.registry.promote("churn", 2, "production", reason="second")
        assert (first.version, first.previous_version, first.to_at) == (1, None, None)
        assert (second.version, second.previous_version, second.reason) == (2, 1, "second")
        assert second.by == "tester"
        assert world.registry.get_version("models:/churn@production").version == 2
        assert world.registry.get_version("models:/churn/1").aliases == ()
        assert dict(world.registry.get_model("churn").aliases) == {"production": 2}

    def test_what_a_promotion_answers_is_what_the_history_says(self, world):
        world.versions(0.8, 0.9)
        answered = [world.registry.promote("churn", number, "Production", reason="why") for number in (1, 2)]
        world.registry.set_policy("churn", "production", {**FLOOR, "approvals": [{"role": "ml-lead"}]})
        asked = world.registry.request_promotion("churn", 1, "production", allow_older=True)
        approve(world, "ana", asked)
        answered.append(world.registry.promote("churn", 1, "production", request=asked.request_id, allow_older=True))
        *ended, last = world.registry.history("churn", "production")
        assert answered == [*(replace(one, to_at=None) for one in ended), last]

    def test_an_alias_is_the_same_in_any_case(self, world):
        world.versions(0.9, 0.8)
        world.registry.promote("churn", 1, "Production")
        assert world.registry.promote("churn", 2, "pRODUCTION").alias == "Production"
        assert world.holders("production") == [1, 2]
        assert world.registry.get_version("models:/churn@PRODUCTION").version == 2

    def test_a_promotion_of_the_holder_is_confirmed_and_moves_nothing(self, world):
        world.versions(0.9)
        first = world.registry.promote("churn", 1, "production")
        assert world.registry.promote("churn", 1, "production") == first
        assert world.types()[-2:] == ["alias.promoted", "alias.confirmed"]
        assert world.holders() == [1]

    def test_what_is_not_there_or_is_no_name_is_refused(self, world):
        world.versions(0.9)
        before = contents(world.registry.engine)
        with pytest.raises(VersionNotFoundError, match="up to 1"):
            world.registry.promote("churn", 2, "production")
        for bad in ("latest", "3", "a/b"):
            with pytest.raises(InvalidNameError):
                world.registry.promote("churn", 1, bad)
        with pytest.raises(InvalidInputError):
            world.registry.promote("churn", 1, "production", reason="a\x00")
        assert before == contents(world.registry.engine)

    def test_an_archived_version_takes_no_alias(self, world):
        world.versions(0.9)
        world.registry.archive_version("models:/churn/1")
        with pytest.raises(ArchivedVersionError, match="restore it first"):
            world.registry.promote("churn", 1, "production")

    def test_a_version_of_another_model_never_holds_an_alias(self, world):
        world.versions(0.9)
        world.versions(0.9, 0.8, model="other")
        world.registry.promote("other", 2, "production")
        with pytest.raises(AliasNotFoundError):
            world.registry.get_version("models:/churn@production")
        assert world.holders() == []


class TestBytes:
    def test_damaged_bytes_are_not_promoted_once_the_last_check_is_too_old(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", {**FLOOR, "integrity_max_age": "1s"})
        self.age(world)
        damage(world)
        with pytest.raises(DigestMismatchError, match="model.pkl"):
            world.registry.promote("churn", 1, "production")
        assert world.holders() == []

    def test_right_bytes_are_read_once_and_remembered(self, world):
        world.versions(0.9)
        self.age(world)
        world.registry.promote("churn", 1, "production")
        damage(world)
        world.registry.promote("churn", 1, "staging")  # checked within 24 h
        assert world.holders("staging") == [1]

    def test_a_promotion_does_not_go_ahead_while_the_store_is_away(self, world):
        world.versions(0.9)
        self.age(world)
        world.root.rename(world.root.with_name("away"))
        with pytest.raises(StorageUnavailableError, match="mounted"):
            world.registry.promote("churn", 1, "production")
        assert world.types()[-1] == "version.registered"

    @staticmethod
    def age(world):
        from sqlalchemy import update

        from airflow_provider_registry.registry.versions.tables import BytesCheckRow

        with world.registry.engine.begin() as connection:
            connection.execute(update(BytesCheckRow).values(checked_at=START - 1000 * DAY))


class TestProtected:
    def test_the_first_holder_has_no_baseline_and_the_report_says_so(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", {"gates": LIFTED["gates"] + FLOOR["gates"]})
        report = world.registry.validate("churn", 1, alias="production")
        assert (report.passed, report.baseline_version) == (True, None)
        assert [result.verdict for result in report.results] == [Verdict.SKIPPED, Verdict.PASSED]
        assert world.registry.promote("churn", 1, "production").version == 1

    def test_what_beats_the_baseline_takes_the_alias_and_what_does_not_is_refused_with_the_report(self, world):
        world.versions(0.8, 0.7, 0.9)
        world.registry.set_policy("churn", "production", LIFTED)
        world.registry.promote("churn", 1, "production")
        with pytest.raises(NotPassedError, match="did not pass") as refused:
            world.registry.promote("churn", 2, "production")
        assert refused.value.report.baseline_version == 1
        assert refused.value.report.report_id is not None
        assert world.types()[-1] == "version.validated"
        world.registry.promote("churn", 3, "production")
        assert world.holders() == [1, 3]
        world.registry.verify_record("churn")

    def test_a_refusal_is_recorded_once_and_its_repeat_adds_nothing(self, world):
        world.versions(0.7)
        world.registry.set_policy("churn", "production", FLOOR)
        task = world.as_task()
        for _ in range(3):
            with pytest.raises(NotPassedError):
                task.registry.promote("churn", 1, "production")
        assert world.types().count("version.validated") == 1
        assert task.registry.validate("churn", 1, alias="production").passed is False
        assert world.types().count("version.validated") == 1

    def test_a_refusal_that_was_validated_before_by_the_same_task_adds_nothing(self, world):
        world.versions(0.7)
        world.registry.set_policy("churn", "production", FLOOR)
        task = world.as_task()
        report = task.registry.validate("churn", 1, alias="production")
        with pytest.raises(NotPassedError) as refused:
            task.registry.promote("churn", 1, "production")
        assert refused.value.report == report

    def test_a_refused_task_may_succeed_later_with_the_same_key(self, world):
        world.versions(0.7)
        world.registry.set_policy("churn", "production", FLOOR)
        task = world.as_task()
        with pytest.raises(NotPassedError):
            task.registry.promote("churn", 1, "production")
        world.registry.set_policy("churn", "production", {"gates": [{**FLOOR["gates"][0], "threshold": 0.6}]})
        assert task.registry.promote("churn", 1, "production").version == 1

    def test_a_report_that_passed_counts_and_is_not_made_again(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", FLOOR)
        report = world.registry.validate("churn", 1, alias="production")
        world.registry.promote("churn", 1, "production")
        assert len(contents(world.registry.engine)["registry_gate_report"]) == 1
        event = world.registry.events().events[-1]
        assert event.payload["report"]["report_digest"] == report.digest_of_report

    def test_a_report_against_another_baseline_no_longer_counts(self, world):
        world.versions(0.8, 0.85, 0.9)
        world.registry.set_policy("churn", "production", LIFTED)
        world.registry.promote("churn", 1, "production")
        assert world.registry.validate("churn", 2, alias="production").passed
        world.registry.promote("churn", 3, "production")
        with pytest.raises(NotPassedError) as refused:
            world.registry.promote("churn", 2, "production")
        assert refused.value.report.baseline_version == 3

    def test_a_report_of_another_policy_no_longer_counts(self, world):
        world.versions(0.85)
        world.registry.set_policy("churn", "production", FLOOR)
        assert world.registry.validate("churn", 1, alias="production").passed
        world.registry.set_policy("churn", "production", {"gates": [{**FLOOR["gates"][0], "threshold": 0.9}]})
        with pytest.raises(NotPassedError):
            world.registry.promote("churn", 1, "production")

    def test_a_report_does_not_outlive_the_schema_that_it_was_answered_for(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", {"gates": [{"metadata": "required"}]})
        world.registry.update_model("churn", metadata_schema={"type": "object"})
        assert world.registry.validate("churn", 1, alias="production").passed
        world.registry.update_model("churn", metadata_schema={"type": "object", "required": ["owner"]})
        with pytest.raises(NotPassedError):
            world.registry.promote("churn", 1, "production")

    def test_two_versions_of_the_same_bytes_do_not_share_a_report(self, world):
        world.register("one", auc=0.9)
        world.register("one", auc=0.1)
        world.registry.set_policy("churn", "production", FLOOR)
        assert world.registry.validate("churn", 1, alias="production").passed
        with pytest.raises(NotPassedError):
            world.registry.promote("churn", 2, "production")

    def test_an_empty_policy_lets_nothing_in(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", {})
        with pytest.raises(NotPassedError):
            world.registry.promote("churn", 1, "production")

    def test_a_required_alias_must_be_held_or_have_been_held(self, world):
        world.versions(0.9, 0.95)
        world.registry.set_policy("churn", "production", {"requires": "staging"})
        with pytest.raises(NotPassedError, match="staging"):
            world.registry.promote("churn", 1, "production")
        world.registry.promote("churn", 1, "Staging")
        world.registry.promote("churn", 2, "staging")
        assert world.registry.promote("churn", 1, "production").version == 1

    def test_the_baseline_is_the_last_holder_also_while_the_alias_is_empty(self, world):
        world.versions(0.9, 0.8)
        world.registry.promote("churn", 1, "production")
        world.registry.clear_alias("churn", "production")
        world.registry.set_policy("churn", "production", LIFTED)
        with pytest.raises(NotPassedError) as refused:
            world.registry.promote("churn", 2, "production")
        assert refused.value.report.baseline_version == 1

    def test_what_dags_test_made_is_refused(self, world):
        world.register("one", auc=0.9, producer={"is_test": True})
        world.registry.promote("churn", 1, "staging")
        world.registry.set_policy("churn", "production", FLOOR)
        with pytest.raises(TestVersionError, match="airflow dags test"):
            world.registry.promote("churn", 1, "production")

    def test_what_others_can_change_is_refused(self, world):
        world.registry.register_version("churn", world.artifact().as_uri(), metrics={"auc": 0.9})
        world.registry.set_policy("churn", "production", FLOOR)
        with pytest.raises(MutableArtifactError):
            world.registry.promote("churn", 1, "production")

    def test_an_alias_that_lost_its_policy_is_locked_until_it_gets_another(self, world):
        world.versions(0.9, 0.95)
        world.registry.set_policy("churn", "production", FLOOR)
        world.registry.promote("churn", 1, "production")
        world.registry.remove_policy("churn", "production", reason="gone")
        for call in (
            lambda: world.registry.promote("churn", 2, "production"),
            lambda: world.registry.promote("churn", 1, "production"),
            lambda: world.registry.rollback("churn", "production", reason="x"),
            lambda: world.registry.clear_alias("churn", "production"),
        ):
            with pytest.raises(LockedAliasError, match="set another policy first"):
                call()
        assert world.registry.get_model("churn").protected == {"production"}
        world.registry.set_policy("churn", "production", FLOOR)
        assert world.registry.promote("churn", 2, "production").version == 2

    def test_a_protected_alias_is_not_emptied(self, world):
        world.versions(0.9)
        world.registry.promote("churn", 1, "production")
        world.registry.set_policy("churn", "production", FLOOR)
        with pytest.raises(ProtectedAliasError):
            world.registry.clear_alias("churn", "production")


class TestOlder:
    def test_older_data_takes_an_alias_only_when_asked_to(self, world):
        world.register("today", producer=of_day(5))
        world.register("yesterday", producer=of_day(4))
        world.registry.promote("churn", 1, "production")
        with pytest.raises(OlderDataError, match="allow_older=True"):
            world.registry.promote("churn", 2, "production")
        assert world.registry.promote("churn", 2, "production", allow_older=True).version == 2

    def test_a_backfill_does_not_take_even_an_empty_alias(self, world):
        world.register("one", producer=of_day(5, run_type="backfill"))
        with pytest.raises(OlderDataError, match="backfill"):
            world.registry.promote("churn", 1, "production")
        assert world.registry.promote("churn", 1, "production", allow_older=True).version == 1

    def test_thirty_backfilled_days_do_not_take_the_alias(self, world):
        world.register("live", producer=of_day(31))
        world.registry.promote("churn", 1, "production")
        for day in range(30):
            world.register(
                f"{day}", producer=of_day(day, run_type="backfill", run_id=f"{day}", dag_id="d", task_id="t")
            )
            with pytest.raises(OlderDataError):
                world.registry.promote("churn", day + 2, "production")
        assert world.holders() == [1]

    def test_newer_and_undated_data_do(self, world):
        world.register("old", producer=of_day(1))
        world.register("new", producer=of_day(2))
        world.register("undated")
        world.register("same day", producer=of_day(2))
        for number in (1, 2, 4, 3):
            assert world.registry.promote("churn", number, "production").version == number


class TestRepeat:
    def test_a_repeated_promotion_is_the_same_assignment(self, world):
        world.versions(0.8, 0.9)
        task = world.as_task()
        first = task.registry.promote("churn", 1, "production")
        assert first == world.as_task(try_number=2).registry.promote("churn", 1, "production")
        assert world.types().count("alias.promoted") == 1

    def test_a_promotion_that_was_rolled_back_since_fails_and_names_both_events(self, world):
        world.versions(0.8, 0.9)
        world.registry.promote("churn", 1, "production")
        task = world.as_task()
        promoted = task.registry.promote("churn", 2, "production")
        back = world.registry.rollback("churn", "production", reason="bad")
        with pytest.raises(RolledBackSinceError, match="key=") as refused:
            task.registry.promote("churn", 2, "production")
        assert (refused.value.event, refused.value.ended_by) == (promoted.event, back.event)
        assert f"event {promoted.event}" in str(refused.value)
        assert f"event {back.event}" in str(refused.value)
        assert world.holders() == [1, 2, 1]
        assert world.as_task(run_id="next").registry.promote("churn", 2, "production").version == 2

    def test_a_promotion_that_was_superseded_since_names_the_later_one(self, world):
        world.versions(0.8, 0.9)
        task = world.as_task()
        task.registry.promote("churn", 1, "production")
        later = world.registry.promote("churn", 2, "production")
        with pytest.raises(SupersededSinceError, match="to version 2") as refused:
            task.registry.promote("churn", 1, "production")
        assert refused.value.ended_by == later.event

    def test_a_promotion_whose_alias_was_emptied_since_says_so(self, world):
        world.versions(0.8)
        task = world.as_task()
        task.registry.promote("churn", 1, "production")
        world.registry.clear_alias("churn", "production")
        with pytest.raises(SupersededSinceError, match="moved it away"):
            task.registry.promote("churn", 1, "production")
        assert world.registry.get_model("churn").aliases == {}

    def test_a_promotion_whose_version_has_the_alias_again_is_that(self, world):
        world.versions(0.8, 0.9)
        task = world.as_task()
        task.registry.promote("churn", 1, "production")
        world.registry.promote("churn", 2, "production")
        back = world.registry.rollback("churn", "production", reason="bad")
        assert task.registry.promote("churn", 1, "production") == back

    def test_a_confirmation_repeats_too_and_knows_of_a_later_rollback(self, world):
        world.versions(0.8, 0.9)
        world.registry.promote("churn", 1, "production")
        world.registry.promote("churn", 2, "production")
        task = world.as_task()
        task.registry.promote("churn", 2, "production")
        world.registry.rollback("churn", "production", reason="bad")
        with pytest.raises(RolledBackSinceError):
            task.registry.promote("churn", 2, "production")

    def test_one_task_may_promote_on_two_aliases_and_two_models(self, world):
        world.versions(0.8)
        world.versions(0.8, model="other")
        task = world.as_task()
        for model in ("churn", "other"):
            for alias in ("staging", "production"):
                assert task.registry.promote(model, 1, alias).event > 0
        assert world.holders("staging") == world.holders("production") == [1]
        assert world.holders("staging", "other") == [1]
