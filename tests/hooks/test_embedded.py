from __future__ import annotations

import json
import os

import pytest

from airflow_provider_registry.errors import ConnectionNotFoundError, InvalidConnectionError
from airflow_provider_registry.hooks import embedded
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from tests.faults.killed.forked import in_processes


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An AIRFLOW_HOME with the embedded default switched on, on a machine that is no pod."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__EMBEDDED", "True")
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setattr(embedded, "SERVICE_ACCOUNT", tmp_path / "no-service-account")
    return tmp_path


def test_the_registry_in_airflow_home_is_made_and_migrated(home, artifact):
    with ModelRegistryHook().get_conn() as registry:
        version = registry.register_version("churn", artifact)
    assert (home / "model_registry" / "registry.db").is_file()
    assert version.uri.startswith(f"file://{home}/model_registry/artifacts/churn/")


def test_a_connection_goes_before_it(home, skin_registry):
    with ModelRegistryHook().get_conn() as registry:
        assert registry.engine.url == skin_registry.engine.url
    assert not (home / "model_registry").exists()


def test_another_connection_than_the_default_is_not_replaced_by_it(home):
    with pytest.raises(ConnectionNotFoundError, match="AIRFLOW_CONN_PROD_REGISTRY=") as caught:
        ModelRegistryHook("prod_registry").get_conn()
    assert "EMBEDDED" not in str(caught.value)


def test_without_either_the_error_prints_both_lines_ready_to_paste(home, monkeypatch):
    monkeypatch.delenv("AIRFLOW__MODEL_REGISTRY__EMBEDDED")
    with pytest.raises(ConnectionNotFoundError) as caught:
        ModelRegistryHook().get_conn()
    lines = [line.strip() for line in str(caught.value).splitlines()]
    assert "AIRFLOW__MODEL_REGISTRY__EMBEDDED=True" in lines
    (pasted,) = [line for line in lines if line.startswith("AIRFLOW_CONN_MODEL_REGISTRY_DEFAULT='")]
    assert json.loads(pasted.partition("=")[2].strip("'"))["conn_type"] == "model_registry"


def test_it_is_refused_in_kubernetes_by_its_variable(home, monkeypatch):
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    with pytest.raises(ConnectionNotFoundError, match="refused in Kubernetes"):
        ModelRegistryHook().get_conn()
    assert not (home / "model_registry").exists()


def test_it_is_refused_in_kubernetes_by_the_service_account(home, monkeypatch):
    monkeypatch.setattr(embedded, "SERVICE_ACCOUNT", home)
    with pytest.raises(ConnectionNotFoundError, match="refused in Kubernetes"):
        ModelRegistryHook().get_conn()


def test_many_processes_may_begin_with_it_at_once(home):
    def begin():
        with ModelRegistryHook().get_conn() as registry:
            return registry.create_model(f"of-{os.getpid()}").name

    assert 6 == len(set(in_processes([begin] * 6)))
    with ModelRegistryHook().get_conn() as registry:
        assert 6 == len(registry.search_models())


class TestAConnectionThatCannotBeRead:
    """Airflow logs it at the level DEBUG, and goes on as if there were none."""

    @pytest.mark.parametrize("value", ['{"host": "sqlite:////r.db",}', '{"hst": "s3cret"}', "foo://[s3cret", "  "])
    @pytest.mark.parametrize("conn_id", ["model_registry_default", "prod_registry"])
    def test_is_named_in_the_place_of_the_embedded_default_and_never_shown(self, home, monkeypatch, conn_id, value):
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", value)
        with pytest.raises(InvalidConnectionError, match="is set, but is neither JSON nor a URI") as caught:
            ModelRegistryHook(conn_id).get_conn()
        assert str(caught.value).startswith(f"AIRFLOW_CONN_{conn_id.upper()} ")
        assert "s3cret" not in str(caught.value)
        assert "r.db" not in str(caught.value)
        assert not (home / "model_registry").exists()

    def test_an_empty_one_is_none(self, home, monkeypatch):
        monkeypatch.setenv("AIRFLOW_CONN_MODEL_REGISTRY_DEFAULT", "")
        ModelRegistryHook().get_conn().close()
        assert (home / "model_registry" / "registry.db").is_file()
