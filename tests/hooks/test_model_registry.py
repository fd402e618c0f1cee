from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from airflow.sdk import task

from airflow_provider_registry.errors import (
    AliasNotFoundError,
    InvalidConnectionError,
    MissingExtraError,
)
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.registry.database.migrate import newest_revision
from tests.support.skin import set_connection
from tests.support.tasks import Run, a_dag


class TestGetConn:
    """`get_conn` gives the kernel's registry."""

    def test_the_registry_is_made_once_for_each_hook(self, skin_registry):
        hook = ModelRegistryHook()
        assert hook.get_conn() is hook.get_conn()
        hook.get_conn().close()

    def test_a_hook_that_serves_several_tasks_of_one_process_knows_which_is_running(self, skin_registry):
        hook = ModelRegistryHook()
        with a_dag():

            @task
            def first():
                with hook.get_conn() as registry:
                    registry.create_model("first")

            @task
            def second():
                with hook.get_conn() as registry:
                    registry.create_model("second")

            for step in (first(), second()):
                assert Run().task(step).state == "success"
        assert skin_registry.get_model("first").created_by == "retrain.first"
        assert skin_registry.get_model("second").created_by == "retrain.second"

    def test_what_a_task_does_through_it_carries_the_tasks_key(self, skin_registry, artifact):
        with a_dag():

            @task
            def register():
                with ModelRegistryHook().get_conn() as registry:
                    return registry.register_version("churn", artifact).version

            operator = register()
        run = Run()
        assert [1, 1] == [run.task(operator, try_number=number).returned for number in (1, 2)]

    def test_a_password_inside_the_url_is_masked_in_logs(self, monkeypatch):
        from airflow.sdk._shared.secrets_masker import redact

        set_connection(monkeypatch, host="postgresql+psycopg://ana:sup3rs3cret@127.0.0.1:9/models")
        ModelRegistryHook().get_conn().close()
        assert "sup3rs3cret" not in str(redact("connecting with sup3rs3cret"))

    def test_a_connection_without_a_root_stores_nothing_and_says_so(self, skin_registry, artifact, monkeypatch):
        set_connection(monkeypatch, host=str(skin_registry.engine.url))
        with (
            ModelRegistryHook().get_conn() as registry,
            pytest.raises(InvalidConnectionError, match="artifact_root"),
        ):
            registry.register_version("churn", artifact)

    def test_an_aws_connection_needs_the_amazon_provider(self, skin_registry, artifact, monkeypatch):
        # As where it is not installed, though another test may have loaded it.
        for name in ("airflow.providers.amazon", "airflow.providers.amazon.aws.hooks.s3"):
            monkeypatch.setitem(sys.modules, name, None)
        extra = {"artifact_root": "s3://models/registry", "aws_conn_id": "aws"}
        set_connection(monkeypatch, host=str(skin_registry.engine.url), extra=extra)
        with (
            ModelRegistryHook().get_conn() as registry,
            pytest.raises(MissingExtraError, match="airflow-provider-registry\\[amazon\\]"),
        ):
            registry.register_version("churn", artifact)


class TestAgetConn:
    """`aget_conn` is for triggers."""

    def test_it_gives_the_same_registry_without_blocking(self, skin_registry):
        async def look():
            hook = ModelRegistryHook()
            with await hook.aget_conn() as registry:
                assert await hook.aget_conn() is registry
                return registry.engine.url

        assert asyncio.run(look()) == skin_registry.engine.url


class TestDownload:
    """`download` to a folder, or to one that is gone afterwards."""

    @pytest.fixture(autouse=True)
    def _version(self, skin_registry, artifact):
        skin_registry.register_version("churn", artifact)
        skin_registry.promote("churn", 1, "production")

    def test_without_a_destination_the_folder_is_removed_in_the_end(self):
        with ModelRegistryHook().download("models:/churn@production") as path:
            assert (path / "model.pkl").read_bytes() == b"weights"
        assert not path.parent.exists()

    def test_the_folder_is_removed_also_after_an_error(self):
        seen: list[Path] = []

        def use():
            with ModelRegistryHook().download({"model_name": "churn", "version": 1}) as path:
                seen.append(path)
                raise KeyError("no such column")

        with pytest.raises(KeyError):
            use()
        assert not seen[0].parent.exists()

    def test_a_destination_is_filled_and_stays(self, tmp_path):
        path = ModelRegistryHook().download("models:/churn/1", tmp_path / "out")
        assert path == tmp_path / "out"
        assert (path / "model.pkl").read_bytes() == b"weights"

    def test_an_alias_that_points_nowhere_is_an_error(self):
        with pytest.raises(AliasNotFoundError), ModelRegistryHook().download("models:/churn@staging"):
            pass


class TestTestConnection:
    """What the Test button says."""

    def test_all_is_well(self, skin_registry):
        well, said = ModelRegistryHook().test_connection()
        assert well, said
        assert "answers" in said
        assert newest_revision() in said
        assert "can be written" in said

    def test_a_database_that_does_not_answer_is_said(self, monkeypatch):
        set_connection(monkeypatch, host="postgresql+psycopg://ana:secret@127.0.0.1:9/models")
        well, said = ModelRegistryHook().test_connection()
        assert not well
        assert "127.0.0.1:9" in said
        assert "secret" not in said

    def test_a_missing_schema_is_said_with_the_command_that_helps(self, tmp_path, monkeypatch):
        set_connection(monkeypatch, host=f"sqlite:///{tmp_path / 'empty.db'}")
        well, said = ModelRegistryHook().test_connection()
        assert not well
        assert "answers" in said
        assert "airflow model-registry db migrate" in said

    def test_a_root_of_another_registry_is_said(self, skin_registry, tmp_path, template, monkeypatch):
        skin_registry.check_root()
        other = tmp_path / "other.db"
        with_schema = ModelRegistryHook("other")
        set_connection(
            monkeypatch, "other", host=f"sqlite:///{other}", extra={"artifact_root": str(tmp_path / "artifacts")}
        )
        with with_schema.get_conn() as registry:
            registry.migrate()
        well, said = with_schema.test_connection()
        assert not well
        assert "another registry" in said

    def test_a_missing_connection_is_said(self):
        well, said = ModelRegistryHook("nowhere").test_connection()
        assert not well
        assert "AIRFLOW_CONN_NOWHERE" in said
