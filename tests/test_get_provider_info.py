from __future__ import annotations

import importlib
import json
from importlib.metadata import entry_points
from pathlib import Path

import airflow
import jsonschema
import pytest
from airflow.sdk.definitions.connection import Connection

from airflow_provider_registry.get_provider_info import get_provider_info
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook


def test_it_is_what_airflow_asks_for():
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())
    jsonschema.validate(get_provider_info(), schema)


def test_airflow_discovers_it():
    (found,) = entry_points(group="apache_airflow_provider", name="provider_info").select(
        module="airflow_provider_registry.get_provider_info"
    )
    assert found.load()()["package-name"] == "airflow-provider-registry"


@pytest.mark.parametrize("kind", ["operators", "sensors", "hooks", "triggers"])
def test_every_module_that_it_names_is_there_and_none_is_left_out(kind):
    (listed,) = get_provider_info()[kind]
    for module in listed["python-modules"]:
        importlib.import_module(module)


def test_every_class_that_it_names_is_there():
    info = get_provider_info()
    paths = [decorator["class-name"] for decorator in info["task-decorators"]] + info["cli"]
    paths += info["notifications"] + info["extra-links"]
    paths += [uris[what] for uris in info["asset-uris"] for what in ("handler", "factory", "to_openlineage_converter")]
    for path in paths:
        module, _, name = path.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_the_connection_type_is_the_hooks():
    (kind,) = get_provider_info()["connection-types"]
    assert kind["connection-type"] == ModelRegistryHook.conn_type
    assert kind["hook-name"] == ModelRegistryHook.hook_name
    assert set(kind["conn-fields"]) == {"artifact_root", "aws_conn_id", "drivername"}


def test_airflow_makes_the_hook_of_a_connection(monkeypatch):
    hook = Connection(conn_id="mine", conn_type="model_registry").get_hook()
    assert isinstance(hook, ModelRegistryHook)
    assert hook.model_registry_conn_id == "mine"
