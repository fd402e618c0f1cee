"""What goes wrong, as problem details."""

from __future__ import annotations

import pytest

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from tests.support.skin import set_connection

KEYS = {"type", "title", "status", "detail"}


@pytest.mark.parametrize(
    ("route", "status", "kind"),
    [
        ("model?name=churn", 404, "urn:model-registry:ModelNotFoundError"),
        ("model?name=..%2Fetc", 400, "urn:model-registry:InvalidNameError"),
        ("models?filter=auc%20%3E%3E", 400, "urn:model-registry:InvalidFilterError"),
        ("models?page_token=no", 400, "urn:model-registry:InvalidCursorError"),
        ("models?page_size=0", 422, "about:blank"),
        ("version?reference=churn", 400, "urn:model-registry:InvalidReferenceError"),
        ("requests/99", 404, "urn:model-registry:RequestNotFoundError"),
        ("requests?state=asleep", 422, "about:blank"),
        ("models?registry=elsewhere", 404, "urn:model-registry:ConnectionNotFoundError"),
        ("nothing", 404, "about:blank"),
    ],
)
def test_what_cannot_be_done_says_what_is_wrong(asked_by, route, status, kind):
    answer = asked_by("vic").get(route)
    told = answer.json()
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert (status, kind, KEYS, True) == (told["status"], told["type"], set(told), bool(told["detail"]))


def test_a_registry_is_shown_where_the_option_names_its_connection(asked_by, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__UI_CONNECTIONS", "model_registry_default, elsewhere")
    answer = asked_by("vic").get("models?registry=elsewhere")
    assert (404, True) == (answer.status_code, "There is no connection 'elsewhere'" in answer.json()["detail"])


def test_a_database_without_a_registry_is_named_with_the_command_that_helps(asked_by, monkeypatch, tmp_path):
    set_connection(monkeypatch, host=f"sqlite:///{tmp_path / 'empty.db'}")
    answer = asked_by("vic").get("models")
    assert (503, True) == (answer.status_code, "db migrate" in answer.json()["detail"])


def test_a_changed_connection_leads_to_the_other_registry(asked_by, monkeypatch, skin_registry, tmp_path):
    skin_registry.create_model("churn")
    assert 1 == len(asked_by("vic").get("models").json()["models"])
    set_connection(monkeypatch, host=f"sqlite:///{tmp_path / 'other.db'}")
    assert 503 == asked_by("vic").get("models").status_code


def test_what_nobody_expected_says_nothing_of_itself(asked_by, monkeypatch):
    monkeypatch.setattr(ModelRegistryHook, "target", lambda self: 1 / 0)
    answer = asked_by("vic").get("models")
    assert (500, "Internal Server Error") == (answer.status_code, answer.json()["title"])
    assert "division" not in answer.text
