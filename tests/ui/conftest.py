"""The REST API as Airflow mounts it, on a real registry, asked by users of the simple auth manager."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi import FastAPI
from fastapi.testclient import TestClient

from airflow_provider_registry.plugin import PREFIX, ModelRegistryPlugin
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.ui import registries
from airflow_provider_registry.ui.app import API
from tests.support.skin import artifact, set_connection, skin_registry

__all__ = ["artifact", "skin_registry"]

ROLES = {"ana": "op", "bo": "op", "uli": "user", "vic": "viewer", "nix": None}

As = Callable[..., TestClient]


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """What the plugin gives Airflow, mounted as Airflow mounts it."""
    create_auth_manager()
    (mounted,) = ModelRegistryPlugin().fastapi_apps
    outer = FastAPI()
    outer.mount(mounted["url_prefix"], mounted["app"])
    outer.state.inner = mounted["app"]
    return outer


@pytest.fixture
def on_either(registry: Registry, migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The registry that `model_registry_default` names, once on each database."""
    set_connection(monkeypatch, host=migrated_url, extra={"artifact_root": str(tmp_path / "artifacts")})
    return registry


@pytest.fixture
def asked_by(app: FastAPI, skin_registry: object) -> Iterator[As]:
    """Gives a client for a user of `ROLES`, or of another role, whom Airflow has logged in."""

    def client(name: str, role: str | None = None) -> TestClient:
        user = SimpleAuthManagerUser(username=name, role=role or ROLES[name])
        app.state.inner.dependency_overrides[get_user] = lambda: user
        return TestClient(app, base_url=f"http://airflow.test{PREFIX}{API}/", raise_server_exceptions=False)

    yield client
    app.state.inner.dependency_overrides.clear()
    for _, opened in registries._open.values():
        opened.close()
    registries._open.clear()
