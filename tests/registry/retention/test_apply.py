"""Applying retention: what is archived, whose bytes go, what is never touched, and what comes between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_registry.errors import ModelNotFoundError, PurgedVersionError, RootOwnershipError
from airflow_provider_registry.registry.retention import acts, apply
from airflow_provider_registry.registry.storage import gc
from tests.registry.requests.worlds import ask, asks, last_event
from tests.registry.storage.worlds import NOW, lapse
from tests.support.kernel import FLOOR, contents

TWO = {"keep_last": 2, "keep_aliased_within": "30d", "grace": "7d"}
TICK = timedelta(microseconds=1)


@pytest.fixture
def kept(world, clock):
    """Five versions, of which the last two are kept."""
    world.versions(0.81, 0.82, 0.83, 0.84, 0.85)
    world.registry.set_retention("churn", TWO)
    return world


def fates(world, **more):
    (model,) = world.registry.apply_retention(**more).models
    return model.archived, model.purged


def purged(world, clock, *numbers):
    """Archive what is not kept, let the grace pass, and purge it."""
    world.registry.apply_retention()
    clock.forward(days=7, seconds=1)
    archived, gone = fates(world)
    assert (numbers or (1, 2, 3)) == gone
    return archived


def folders(world, model="churn"):
    return {path.name for path in (world.root / model).iterdir() if path.is_dir()}


class TestArchiving:
    def test_all_but_the_last_are_archived_and_say_why(self, kept):
        report = kept.registry.apply_retention()
        (model,) = report.models
        assert ((1, 2, 3), ()) == (model.archived, model.purged)
        assert {4: "is among the last 2", 5: "is among the last 2"} == model.kept
        assert {"archived": 3, "purged": 0, "bytes_won": 0, "dry_run": False,
                "models": {"churn": {"archived": 3, "purged": 0}}} == report.as_mapping()  # fmt: skip
        assert all(kept.registry.get_version(f"models:/churn/{number}").archived_at for number in (1, 2, 3))
        assert "Retention: keep the last 2" in last_event(kept).reason
        kept.registry.verify_record("churn")

    def test_again_there_is_nothing_to_do(self, kept):
        kept.registry.apply_retention()
        before = kept.types()
        assert ((), ()) == fates(kept)
        assert before == kept.types()

    def test_what_held_an_alias_is_kept_until_the_last_moment_of_the_window(self, kept, clock):
        for number in (1, 2, 4, 5):
            kept.registry.promote("churn", number, "production")
        let_go = kept.registry.history("churn")[1].to_at
        clock.at = let_go + timedelta(days=30) - TICK
        archived, _ = fates(kept, dry_run=True)
        assert 2 not in archived
        clock.at = let_go + timedelta(days=30)
        archived, _ = fates(kept, dry_run=True)
        assert 2 in archived

    def test_only_models_with_a_retention_or_the_one_that_is_named(self, kept):
        kept.versions(0.9, 0.91, 0.92, model="other")
        assert ["churn"] == [model.model_name for model in kept.registry.apply_retention(dry_run=True).models]
        assert () == kept.registry.apply_retention("other").models
        with pytest.raises(ModelNotFoundError):
            kept.registry.apply_retention("none")


class TestNeverTouched:
    """By hand all of this could be archived, but what holds an alias; retention leaves it, however old."""

    def grown_old(self, world, clock):
        clock.forward(days=1_000)
        archived, _ = fates(world)
        clock.forward(days=1_000)
        return {*archived, *fates(world)[1]}

    def test_what_holds_an_alias_and_what_a_rollback_goes_to(self, kept, clock):
        for number in (1, 2, 3):
            kept.registry.promote("churn", number, "production")
        assert {1} == self.grown_old(kept, clock)
        kept.registry.rollback("churn", "production", reason="worse")
        assert 2 == kept.holders()[-1]

    def test_where_a_rollback_goes_after_a_rollback(self, kept, clock):
        for number in (1, 2, 3):
            kept.registry.promote("churn", number, "production")
        kept.registry.rollback("churn", "production", reason="worse")
        assert {3} == self.grown_old(kept, clock)
        kept.registry.rollback("churn", "production", reason="worse")
        assert 1 == kept.holders()[-1]

    def test_the_baseline_of_an_empty_alias(self, kept, clock):
        kept.registry.promote("churn", 1, "production")
        kept.registry.promote("churn", 2, "production")
        kept.registry.clear_alias("churn", "production")
        assert {3} == self.grown_old(kept, clock)

    def test_what_a_pending_request_asks_for(self, kept, clock):
        kept.registry.set_policy("churn", "production", asks())
        request = ask(kept, 1)
        assert {2, 3} == self.grown_old(kept, clock)
        kept.registry.withdraw(request.request_id, reason="no")
        assert {1} == self.grown_old(kept, clock)

    def test_what_an_expired_request_asked_for_is_not_needed(self, kept, clock):
        kept.registry.set_policy("churn", "production", asks(expires_after="1d"))
        ask(kept, 1)
        assert {1, 2, 3} == self.grown_old(kept, clock)

    @pytest.mark.parametrize("of_file", [True, False])
    def test_what_a_version_of_another_model_refers_to(self, kept, clock, of_file):
        uri = kept.registry.get_version("models:/churn/1").uri
        lies = f"{uri}/model.pkl" if of_file else uri
        kept.registry.register_version("other", lies, environment=False)
        assert {2, 3} == self.grown_old(kept, clock)
        kept.registry.verify_artifact("models:/other/1")

    def test_bytes_that_another_version_has(self, kept, clock):
        kept.register("0.81", auc=0.9)
        assert {1, 2, 3, 4} == self.grown_old(kept, clock)
        assert kept.registry.get_version("models:/churn/1").purged_at is None
        kept.registry.verify_artifact("models:/churn/6")

    def test_a_reference_to_foreign_bytes_is_archived_and_never_purged(self, kept, clock, tmp_path):
        (tmp_path / "foreign").write_text("foreign")
        kept.registry.register_version("churn", (tmp_path / "foreign").as_uri(), environment=False)
        kept.versions(0.9, 0.91)
        assert 6 in self.grown_old(kept, clock)
        assert kept.registry.get_version("models:/churn/6").purged_at is None
        assert (tmp_path / "foreign").read_text() == "foreign"


class TestPurging:
    def test_bytes_go_after_the_grace_and_what_is_known_stays(self, kept, clock):
        before = folders(kept)
        kept.registry.apply_retention()
        clock.forward(days=7)  # the acts came microseconds after each other
        assert ((), ()) == fates(kept)
        clock.forward(seconds=1)
        report = kept.registry.apply_retention()
        (model,) = report.models
        assert (1, 2, 3) == model.purged
        assert model.bytes_won == report.bytes_won > 0
        gone = {kept.registry.get_version(f"models:/churn/{number}").digest for number in (1, 2, 3)}
        assert before - gone == folders(kept)
        found = kept.registry.get_version("models:/churn/1")
        assert (clock.at.date(), 0.81) == (found.purged_at.date(), found.metric("auc"))
        assert ("version.purged", [3]) == (last_event(kept).type, last_event(kept).payload["purged"])
        kept.registry.compare_versions(1, 5, model_name="churn")
        kept.registry.verify_record("churn")

    def test_a_dry_run_writes_nothing_and_says_the_bytes_that_are_won(self, kept, clock):
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        before, names = contents(kept.registry.engine), folders(kept)
        would = kept.registry.apply_retention(dry_run=True)
        assert (before, names) == (contents(kept.registry.engine), folders(kept))
        did = kept.registry.apply_retention()
        assert (would.bytes_won, would.models) == (did.bytes_won, did.models)
        assert would.sentence().startswith("Retention would archive 0 and purge 3 versions, and win ")

    def test_versions_of_the_same_bytes_go_in_one_event(self, kept, clock):
        kept.register("0.81", auc=0.9)
        kept.versions(0.91, 0.92)
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        assert (1, 2, 3, 4, 5, 6) == fates(kept)[1]
        events = [event.payload["purged"] for event in kept.registry.events() if event.type == "version.purged"]
        assert [[1, 6], [2], [3], [4], [5]] == events

    def test_what_was_restored_meanwhile_stays(self, kept, clock):
        kept.registry.apply_retention()
        kept.registry.restore_version("models:/churn/1")
        clock.forward(days=7, seconds=1)
        assert ((1,), (2, 3)) == fates(kept)

    def test_bytes_that_a_kill_left_go_with_the_next_run(self, kept, clock, monkeypatch):
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        before = folders(kept)
        with monkeypatch.context() as patch:
            patch.setattr(apply, "collect_purged", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                kept.registry.apply_retention()
        assert before == folders(kept)
        again = kept.registry.apply_retention(dry_run=True)
        assert again.bytes_won == kept.registry.apply_retention().bytes_won > 0
        assert 2 == len(folders(kept))

    def test_gc_removes_them_too(self, kept, clock, monkeypatch):
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        with monkeypatch.context() as patch:
            patch.setattr(apply, "collect_purged", lambda *_: {})
            kept.registry.apply_retention()
        assert 3 == len(kept.registry.gc(grace=NOW).artifacts)
        assert 2 == len(folders(kept))

    def test_under_the_names_that_a_model_had(self, kept, clock):
        kept.registry.rename_model("churn", "leave")
        kept.register("0.86", auc=0.86, model="leave")
        report = kept.registry.apply_retention()
        assert (1, 2, 3, 4) == report.models[0].archived
        clock.forward(days=7, seconds=1)
        assert (1, 2, 3, 4) == kept.registry.apply_retention("churn").models[0].purged
        assert (1, 1) == (len(folders(kept)), len(folders(kept, "leave")))

    def test_another_registrys_root_is_refused_before_anything_is_done(self, kept):
        (kept.root / ".model-registry" / "another").write_text("")
        before = kept.types()
        with pytest.raises(RootOwnershipError):
            kept.registry.apply_retention()
        assert before == kept.types()


class TestBetweenPlanAndLock:
    """What comes to need a version after the plan was made keeps it: each act looks again under the lock."""

    @pytest.fixture
    def meanwhile(self, monkeypatch):
        """Do something right before the acts begin."""

        def do(what, name):
            act, done = getattr(apply, name), list[Any]()

            def first(*arguments):
                if not done:
                    done.append(what())
                return act(*arguments)

            monkeypatch.setattr(apply, name, first)

        return do

    def test_a_promotion(self, kept, meanwhile):
        meanwhile(lambda: kept.registry.promote("churn", 2, "production"), "archive_by_retention")
        (model,) = kept.registry.apply_retention().models
        assert ((1, 3), "holds production") == (model.archived, model.kept[2])

    def test_a_request(self, kept, meanwhile):
        kept.registry.set_policy("churn", "production", asks())
        meanwhile(lambda: ask(kept, 2), "archive_by_retention")
        (model,) = kept.registry.apply_retention().models
        assert (1, 3) == model.archived
        assert model.kept[2].startswith("is asked about by request")
        assert "open" == kept.registry.requests()[0].state

    def test_another_retention_or_none(self, kept, meanwhile):
        meanwhile(lambda: kept.registry.set_retention("churn", None), "archive_by_retention")
        (model,) = kept.registry.apply_retention().models
        assert () == model.archived
        assert "another retention" in model.kept[1]

    def test_somebody_who_archived_it_by_hand(self, kept, meanwhile):
        meanwhile(lambda: kept.registry.archive_version("models:/churn/2"), "archive_by_retention")
        (model,) = kept.registry.apply_retention().models
        assert ((1, 3), "was archived by somebody else meanwhile") == (model.archived, model.kept[2])

    def test_a_restoration(self, kept, clock, meanwhile):
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        meanwhile(lambda: kept.registry.restore_version("models:/churn/2"), "purge")
        (model,) = kept.registry.apply_retention().models
        assert ((1, 3), "is not archived yet") == (model.purged, model.kept[2])

    def test_a_registration_of_the_same_bytes(self, kept, clock, meanwhile, tmp_path):
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        meanwhile(lambda: kept.register("0.82", auc=0.9), "purge")
        (model,) = kept.registry.apply_retention().models
        assert (1, 3) == model.purged
        assert model.kept[2].startswith("has the bytes of version 6")
        kept.registry.download("models:/churn/6", tmp_path / "out")

    def test_another_run_beside_this_one(self, kept, clock, meanwhile):
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        meanwhile(lambda: acts.purge(kept.registry._core, {"name": "churn"}, digest(kept, 2), retention(kept)), "purge")
        (model,) = kept.registry.apply_retention().models
        assert ((1, 3), "was purged meanwhile") == (model.purged, model.kept[2])
        assert kept.registry.get_version("models:/churn/2").purged_at

    def test_a_registration_of_the_same_bytes_between_purge_and_removal(self, kept, clock, monkeypatch, tmp_path):
        """It holds a lease, or has brought its version back: either way gc leaves the bytes."""
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        claim, done = gc._claim, list[Any]()

        def stand_still(core, artifact, dry_run):
            if not done and artifact.digest == digest(kept, 2):
                done.append(kept.register("0.82", auc=0.9))
            return claim(core, artifact, dry_run)

        monkeypatch.setattr(gc, "_claim", stand_still)
        assert (1, 2, 3) == fates(kept)[1]
        assert kept.registry.get_version("models:/churn/2").purged_at is None
        for number in (2, 6):
            kept.registry.verify_artifact(f"models:/churn/{number}")
        lapse(kept)
        kept.registry.verify_record("churn")


def digest(world, number):
    return world.registry.get_version(f"models:/churn/{number}").digest


def retention(world):
    return world.registry.retention("churn")


class TestPurged:
    def test_whoever_needs_the_bytes_is_told(self, kept, clock, tmp_path):
        kept.registry.promote("churn", 1, "early")
        kept.registry.promote("churn", 4, "early")
        kept.registry.promote("churn", 5, "early")
        clock.forward(days=31)
        purged(kept, clock)
        registry = kept.registry
        registry.set_policy("churn", "production", {**FLOOR, "override": {"users": ["tester"]}})
        for act in (
            lambda: registry.promote("churn", 1, "free"),
            lambda: registry.promote("churn", 1, "production"),
            lambda: registry.override("churn", 1, "production", reason="must"),
            lambda: registry.rollback("churn", "early", to=1, reason="bad"),
            lambda: registry.request_promotion("churn", 1, "production"),
            lambda: registry.restore_version("models:/churn/1"),
            lambda: registry.download("models:/churn/1", tmp_path / "out"),
            lambda: registry.verify_artifact("models:/churn/1"),
        ):
            with pytest.raises(PurgedVersionError, match=r"Version 1 of 'churn' was purged on .*Register the same"):
                act()
        assert not (tmp_path / "out").exists()

    def test_the_same_bytes_bring_it_back_in_the_event_of_their_registration(self, kept, clock):
        purged(kept, clock)
        version = kept.register("0.82", auc=0.9)
        assert [2] == last_event(kept).payload["unpurged"]
        assert str(last_event(kept)).endswith("which brings the bytes of version 2 back.")
        assert 6 == version.version
        kept.registry.verify_artifact("models:/churn/2")
        kept.registry.restore_version("models:/churn/2")
        kept.registry.promote("churn", 2, "free")
        assert kept.registry.get_version("models:/churn/1").purged_at
        kept.registry.verify_record("churn")

    def test_under_another_name_they_lie_elsewhere_and_bring_nothing_back(self, kept, clock):
        purged(kept, clock)
        kept.registry.rename_model("churn", "leave")
        kept.register("0.82", auc=0.9, model="leave")
        assert kept.registry.get_version("models:/leave/2").purged_at
        kept.registry.verify_artifact("models:/leave/6")

    def test_a_reference_to_them_brings_nothing_back(self, kept, clock, tmp_path):
        purged(kept, clock)
        elsewhere = kept.artifact("0.82")
        kept.registry.register_version("churn", elsewhere.as_uri(), environment=False)
        assert kept.registry.get_version("models:/churn/2").purged_at

    def test_a_task_that_is_cleared_is_not_handed_a_version_without_bytes(self, world, clock):
        world.registry.create_model("churn")
        world.registry.set_retention("churn", TWO)
        task = world.as_task()
        made = [task.register(content).version for content in ("a", "b", "a")]
        assert [1, 2, 1] == made
        world.versions(0.8, 0.9)
        purged(world, clock, 1, 2)
        again = task.register("a")
        assert (5, 2) == (again.version, again.supersedes)
        assert [1] == last_event(world).payload["unpurged"]
        before = world.types()
        assert 5 == task.register("a").version
        assert before == world.types()
        assert 2 != task.register("b").version
        world.registry.verify_record("churn")

    def test_what_is_purged_once_more_is_purged_at_another_time(self, kept, clock):
        purged(kept, clock)
        kept.register("0.82", auc=0.9)
        kept.versions(0.91, 0.92)
        kept.registry.apply_retention()
        clock.forward(days=7, seconds=1)
        assert {2, 6} <= set(fates(kept)[1])
        assert clock.at.date() == kept.registry.get_version("models:/churn/2").purged_at.date()
        kept.registry.verify_record("churn")
