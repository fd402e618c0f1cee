"""Registering: bytes first, then a version; once for each task, whatever becomes of the task."""

from __future__ import annotations

import logging

import pytest

from airflow_provider_registry.errors import (
    ArtifactPathMissingError,
    InvalidInputError,
    InvalidMetadataError,
    InvalidMetricError,
    ReservedTagError,
    RootOwnershipError,
    StorageUnavailableError,
    TooLargeError,
)
from airflow_provider_registry.registry import Registry
from tests.support.kernel import contents

SCHEMA = {"type": "object", "required": ["owner"], "properties": {"auc": {"minimum": 0.5}}}


class TestRegister:
    def test_a_version_is_what_was_registered(self, world):
        version = world.register(
            "one",
            metrics={"auc": 0.91},
            params={"depth": 3},
            tags={"team": "growth"},
            inputs=[{"name": "customers", "uri": "s3://b/c", "digest": "abc", "rows": 10}],
            metadata={"owner": "ana"},
            description="better",
            training_duration=1.5,
            environment={"python": "3.11"},
            producer={"dag_id": "retrain", "task_id": "train", "run_id": "night", "code_revision": "abc"},
        )
        assert (version.version, version.reference, version.metric("auc")) == (1, "models:/churn/1", 0.91)
        assert (dict(version.params), dict(version.tags)) == ({"depth": "3"}, {"team": "growth"})
        assert (version.inputs[0].name, version.inputs[0].rows) == ("customers", 10)
        assert (version.metadata, version.description, version.training_duration) == ({"owner": "ana"}, "better", 1.5)
        assert (version.producer.dag_id, version.code_revision, version.created_by) == ("retrain", "abc", "tester")
        assert world.registry.environment(version.reference) == {"python": "3.11"}
        assert (world.root / "churn" / version.digest / "model.pkl").read_text() == "one"

    @pytest.mark.parametrize(
        ("running", "said", "expected"),
        [
            ("ana", None, "ana"),
            (None, "bo", "bo"),
            ("ana", "bo", "bo"),
            ("ana", "", "ana"),
            (None, "", None),
        ],
    )
    def test_who_triggered_the_run_that_made_it_is_in_the_erasable_part_alone(self, world, running, said, expected):
        known = {"instance_id": "two", "dag_id": "other", **({"triggered_by": said} if said else {})}
        more = {} if said is None else {"producer": known}
        version = world.as_task(instance_id="two", triggered_by=running).register("one", **more)
        event = world.registry.events().events[-1]
        person = {"issuer": "airflow:two", "name": expected} if expected else None
        assert event.private.get("triggered_by") == person
        assert event.private["actor"]["name"] == "retrain"
        assert "triggered_by" not in str(event.payload) + str(event.task)
        assert version.producer.triggered_by is None
        world.registry.verify_record("churn")

    def test_numbers_have_no_gaps_after_refusals(self, world):
        world.registry.create_model("churn", metadata_schema=SCHEMA)
        for owner in ("ana", None, "bo", None, "cy"):
            try:
                world.register(str(owner), metadata={"owner": owner} if owner else {})
            except InvalidMetadataError:
                continue
        assert world.registry.get_model("churn").latest_version == 3
        assert [e.version for e in world.registry.events() if e.version] == [1, 2, 3]

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"metadata": {"auc": 0.1}}, InvalidMetadataError),
            ({"metadata": {"owner": float("nan")}}, InvalidMetadataError),
            ({"metrics": {"auc": float("nan")}}, InvalidMetricError),
            ({"metrics": {f"m{n}": 1 for n in range(10_001)}}, TooLargeError),
            ({"tags": {"test": "true"}}, ReservedTagError),
            ({"description": "x" * (1024 * 1024 + 1)}, TooLargeError),
            ({"description": "a\x00b"}, InvalidInputError),
            ({"params": {"a": "b\x00"}}, InvalidInputError),
            ({"producer": {"nobody": 1}}, InvalidInputError),
            ({"training_duration": -1}, InvalidInputError),
        ],
    )
    def test_what_cannot_be_taken_is_refused_before_any_byte_is_stored(self, world, wrong, error):
        world.registry.create_model("churn", metadata_schema=SCHEMA)
        before = contents(world.registry.engine)
        given = {"metadata": {"owner": "ana"}, **wrong}
        with pytest.raises(error):
            world.register("one", **given)
        assert not world.root.exists()
        assert before == contents(world.registry.engine)

    def test_every_violation_of_the_schema_is_named_with_its_path(self, world):
        world.registry.create_model("churn", metadata_schema=SCHEMA)
        with pytest.raises(InvalidMetadataError) as refused:
            world.register("one", metadata={"auc": 0.1})
        assert [path for path, _ in refused.value.violations] == ["$", "$.auc"]

    def test_a_path_that_is_not_there_makes_no_version_and_no_model(self, world):
        with pytest.raises(ArtifactPathMissingError):
            world.registry.register_version("churn", world.folder / "nowhere")
        assert not world.root.exists()
        assert [] == list(world.registry.search_models())

    def test_a_schema_that_asks_for_less_since_is_the_one_that_counts(self, world):
        world.registry.create_model("churn", metadata_schema=SCHEMA)
        world.register("one", metadata={"owner": "ana"})
        with Registry.connect(world.registry.engine.url, actor="another") as another:
            another.update_model("churn", metadata_schema={})
        assert 2 == world.register("two").version
        with Registry.connect(world.registry.engine.url, actor="another") as another:
            another.update_model("churn", metadata_schema=SCHEMA)
        with pytest.raises(InvalidMetadataError):
            world.register("three")

    def test_a_store_that_is_away_makes_no_version(self, world, tmp_path, migrated_url):
        (tmp_path / "file").write_text("not a folder")
        with Registry.connect(migrated_url, artifact_root=tmp_path / "file" / "root") as registry:
            with pytest.raises(StorageUnavailableError):
                registry.register_version("churn", world.artifact())
            assert registry.get_model("churn").latest_version == 0
        assert contents(world.registry.engine)["registry_lease"] == []

    def test_bytes_that_rotted_are_made_right_by_registering_them_again(self, world):
        version = world.register("one")
        stored = world.root / "churn" / version.digest / "model.pkl"
        stored.chmod(0o644)
        stored.write_text("bad")
        again = world.register("one")
        world.registry.verify_artifact(again.reference)
        assert again.version == 2

    def test_the_root_of_another_registry_is_refused(self, world, tmp_path):
        world.register("one")
        with Registry.connect(f"sqlite:///{tmp_path}/other.db", artifact_root=world.root) as other:
            other.migrate()
            with pytest.raises(RootOwnershipError):
                other.register_version("churn", world.artifact("two"))
            with pytest.raises(RootOwnershipError):
                other.gc()
            assert other.get_model("churn").latest_version == 0
        world.registry.verify_artifact("models:/churn/1")


class TestRepeat:
    def test_the_same_task_with_the_same_bytes_gets_the_same_version_on_every_try(self, world):
        first = world.as_task(try_number=1).register("one", auc=0.9)
        second = world.as_task(try_number=2).register("one", auc=0.9)
        assert first == second
        assert world.types() == ["model.created", "version.registered"]

    def test_other_bytes_of_the_same_task_supersede(self, world):
        task = world.as_task()
        task.register("one")
        assert (task.register("two").version, task.register("two").supersedes) == (2, 1)
        assert task.register("one").version == 1  # what that task made of these bytes
        assert task.register("three").supersedes == 2

    def test_other_tasks_runs_and_keys_make_versions_of_their_own(self, world):
        world.as_task().register("one")
        world.as_task(run_id="next").register("one")
        world.as_task(task_id="other").register("one")
        world.as_task(map_index=1).register("one")
        world.as_task(instance_id="two").register("one")
        world.as_task().register("one", key="a")
        version = world.register("one")
        assert (version.version, version.supersedes) == (7, None)

    def test_one_task_may_register_several_models(self, world):
        task = world.as_task()
        for model in "abcde":
            assert task.register("one", model=model).version == 1
        for model in "abcde":
            assert task.register("one", model=model).version == 1

    def test_a_producer_without_a_task_does_not_hide_the_task_that_runs(self, world):
        task = world.as_task()
        assert task.register("one", producer={"code_revision": "a"}) == task.register(
            "one", producer={"code_revision": "a"}
        )

    def test_other_metrics_params_metadata_and_inputs_leave_the_version_and_are_named_in_the_log(self, world, caplog):
        task = world.as_task()
        first = task.register("one", auc=0.9, params={"a": 1}, metadata={"owner": "ana"}, inputs=[{"name": "d"}])
        with caplog.at_level(logging.WARNING):
            second = task.register("one", auc=0.8, params={"a": 2}, metadata={}, inputs=[{"name": "e"}])
        assert first == second
        for said in ("metric auc is 0.8 now and was registered as 0.9", "param a", "metadata owner", "inputs differ"):
            assert said in caplog.text

    def test_the_same_again_says_nothing(self, world, caplog):
        task = world.as_task()
        with caplog.at_level(logging.WARNING):
            for _ in range(2):
                task.register("one", auc=0.9, params={"a": 1}, metadata={"owner": "ana"}, inputs=[{"name": "d"}])
        assert caplog.text == ""

    def test_a_repeat_after_the_version_was_tagged_and_archived_is_the_version_as_it_is_now(self, world):
        task = world.as_task()
        task.register("one")
        world.registry.set_tag("models:/churn/1", "a", "b")
        world.registry.archive_version("models:/churn/1")
        again = task.register("one")
        assert (again.version, dict(again.tags), again.archived_at is not None) == (1, {"a": "b"}, True)


class TestReference:
    def test_a_file_reference_is_mutable_and_barred_from_protected_aliases_unless_copied(self, world):
        from airflow_provider_registry.errors import MutableArtifactError

        elsewhere = world.artifact("one")
        referred = world.registry.register_version("churn", elsewhere.as_uri(), metrics={"auc": 0.9})
        assert (referred.storage.value, referred.mutable, referred.uri) == ("reference", True, elsewhere.as_uri())
        assert not (world.root / "churn").exists()
        world.registry.promote("churn", 1, "staging")
        world.registry.set_policy("churn", "production", {"gates": [_floor()]})
        with pytest.raises(MutableArtifactError, match="copy=True"):
            world.registry.promote("churn", 1, "production")
        copied = world.registry.register_version("churn", elsewhere.as_uri(), metrics={"auc": 0.9}, copy=True)
        assert (copied.storage.value, copied.mutable, copied.digest) == ("managed", False, referred.digest)
        assert world.registry.promote("churn", 2, "production").version == 2

    def test_a_reference_that_changed_is_refused_when_it_is_read(self, world, tmp_path):
        from airflow_provider_registry.errors import DigestMismatchError

        elsewhere = world.artifact("one")
        world.registry.register_version("churn", elsewhere.as_uri())
        (elsewhere / "model.pkl").write_text("two")
        with pytest.raises(DigestMismatchError):
            world.registry.download("models:/churn/1", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_gc_leaves_references_alone(self, world):
        from datetime import timedelta

        elsewhere = world.artifact("one")
        world.registry.register_version("churn", elsewhere.as_uri())
        world.registry.gc(grace=timedelta(0))
        assert (elsewhere / "model.pkl").read_text() == "one"


class TestLater:
    """What may still be said of a version: tags, description, archived or not."""

    def test_tags_and_descriptions_change_and_the_record_says_so(self, world):
        world.register("one")
        world.registry.set_tag("models:/churn/1", "team", "growth")
        world.registry.set_tag("models:/churn/1", "team", "risk")
        world.registry.describe_version("models:/churn/1", "good")
        version = world.registry.get_version("models:/churn/1")
        assert (dict(version.tags), version.description) == ({"team": "risk"}, "good")
        world.registry.delete_tag("models:/churn/1", "team")
        assert world.registry.get_version("models:/churn/1").tags == {}
        assert world.types()[2:] == ["version.tagged", "version.tagged", "version.described", "version.untagged"]

    def test_the_tag_test_is_the_registrys_own(self, world):
        world.register("one", producer={"is_test": True})
        assert world.registry.get_version("models:/churn/1").tags == {"test": "true"}
        with pytest.raises(ReservedTagError):
            world.registry.set_tag("models:/churn/1", "test", "false")
        with pytest.raises(ReservedTagError):
            world.registry.delete_tag("models:/churn/1", "test")

    def test_a_version_that_holds_an_alias_is_not_archived(self, world):
        from airflow_provider_registry.errors import VersionInUseError

        world.register("one")
        world.registry.promote("churn", 1, "production")
        with pytest.raises(VersionInUseError, match="production"):
            world.registry.archive_version("models:/churn/1")
        world.registry.clear_alias("churn", "production")
        assert world.registry.archive_version("models:/churn/1", reason="old").archived_at is not None
        assert world.registry.restore_version("models:/churn/1").archived_at is None

    def test_archiving_twice_and_restoring_what_is_not_archived_are_refused(self, world):
        from airflow_provider_registry.errors import ArchivedVersionError, NotFoundError

        world.register("one")
        with pytest.raises(NotFoundError, match="not archived"):
            world.registry.restore_version("models:/churn/1")
        world.registry.archive_version("models:/churn/1")
        with pytest.raises(ArchivedVersionError, match="archived already"):
            world.registry.archive_version("models:/churn/1")

    def test_an_act_of_one_task_that_was_undone_since_is_not_answered_as_if_it_stood(self, world):
        from airflow_provider_registry.errors import SupersededSinceError

        task = world.as_task()
        task.register("one")
        task.registry.archive_version("models:/churn/1")
        world.registry.restore_version("models:/churn/1")
        with pytest.raises(SupersededSinceError):
            task.registry.archive_version("models:/churn/1")

    def test_what_is_named_by_an_alias_is_the_version_that_it_named(self, world):
        world.register("one")
        world.registry.promote("churn", 1, "production")
        assert world.registry.set_tag("models:/churn@production", "a", "b").version == 1


def _floor():
    return {"metric": "auc", "threshold": 0.8, "greater_is_better": True}
