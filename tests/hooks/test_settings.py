from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.get_provider_info import get_provider_info
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.registry.core import SEARCH_TIMEOUT


def documented(option):
    return get_provider_info()["config"]["model_registry"]["options"][option]["default"]


def test_the_defaults_are_those_that_are_documented():
    assert settings.instance_id() == documented("instance_id")
    assert str(settings.auto_create()) == documented("auto_create")
    assert str(settings.embedded()) == documented("embedded")
    assert ",".join(settings.ui_connections()) == documented("ui_connections")
    assert settings.authorization() == documented("authorization")
    assert settings.poll_interval() == float(documented("poll_interval"))
    assert settings.search_timeout() == float(documented("search_timeout")) == SEARCH_TIMEOUT


def test_every_option_is_documented():
    options = get_provider_info()["config"]["model_registry"]["options"]
    of_tasks, of_the_api = (
        {"instance_id", "auto_create", "embedded", "poll_interval"},
        {"ui_connections", "authorization"},
    )
    assert set(options) == {*of_tasks, *of_the_api, "search_timeout"}
    for option in options.values():
        assert all(option[key] for key in ("description", "version_added", "type", "example", "default"))


def test_an_empty_instance_id_is_refused(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__INSTANCE_ID", " ")
    with pytest.raises(InvalidInputError, match="instance_id"):
        settings.instance_id()
