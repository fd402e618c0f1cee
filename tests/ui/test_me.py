"""Who is asking, and what they may do."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.hooks import settings


@pytest.mark.parametrize(
    ("user", "rights"),
    [("ana", ["read", "decide", "administer"]), ("uli", ["read"]), ("vic", ["read"]), ("nix", [])],
)
def test_rights_are_those_on_assets(asked_by, user, rights):
    answer = asked_by(user).get("me").json()
    assert {"id": user, "name": user, "rights": rights, "registries": ["model_registry_default"]} == answer


def test_the_simple_auth_manager_has_no_rights_of_our_own(asked_by, monkeypatch):
    """It would let every user in to every view."""
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__AUTHORIZATION", "custom_view")
    assert [400, 400] == [asked_by("ana").get(route).status_code for route in ("me", "models")]
    assert "asset" in asked_by("vic").post("promotions", json={"reference": "x", "alias": "y"}).json()["detail"]


def test_another_word_for_authorization_is_refused(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__AUTHORIZATION", "everybody")
    with pytest.raises(InvalidInputError, match="asset or custom_view"):
        settings.authorization()
