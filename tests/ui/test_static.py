"""The page's files: the bundle is made of the sources beside it, and Airflow finds it where the plugin says."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

import airflow_provider_registry.ui
from airflow_provider_registry.plugin import ModelRegistryPlugin

UI = Path(airflow_provider_registry.ui.__file__).parent
APPS = ModelRegistryPlugin().react_apps


def test_the_bundle_is_made_of_the_sources_beside_it():
    """Where this fails, run `make ui` and commit what it wrote."""
    web = UI / "web"
    sources = sorted(path.relative_to(web).as_posix() for path in (web / "src").rglob("*.ts*"))
    made = sha256()
    for name in ("package-lock.json", "vite.config.ts", *sources):
        made.update(f"{name}\n".encode() + (web / name).read_bytes())
    (said,) = re.findall(r"sha256 ([0-9a-f]{64})", (UI / "static" / "models.js").read_text()[:200])
    assert made.hexdigest() == said


def test_the_bundle_gives_a_component_for_each_name():
    text = (UI / "static" / "models.js").read_text()
    assert all(re.search(rf"[{{,]\"?[`']?{re.escape(app['name'])}[`']?\"?:", text) for app in APPS)


def test_nothing_is_loaded_from_elsewhere():
    assert [] == re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", (UI / "static" / "models.js").read_text())


@pytest.mark.parametrize("app_of", APPS, ids=lambda app: app["name"])
def test_files_are_served(app, app_of):
    client = TestClient(app, base_url="http://airflow.test/")
    for file in (app_of[key] for key in ("bundle_url", "icon", "icon_dark_mode") if key in app_of):
        answer = client.get(urlsplit(file).path)
        assert (200, True) == (answer.status_code, "javascript" in answer.headers["content-type"] or ".svg" in file)


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        ("", ""),
        ("http://airflow.test", ""),
        ("http://airflow.test/team/airflow", "/team/airflow"),
        ("http://airflow.test/team/airflow/", "/team/airflow"),
    ],
)
def test_the_bundle_is_found_under_any_path(base_url, path, monkeypatch):
    """By its whole path: Airflow 3.2 imports what is written, and a browser imports nothing that is relative."""
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base_url)
    bundles = {urlsplit(app["bundle_url"]).path for app in ModelRegistryPlugin().react_apps}
    assert {f"{path}/model-registry/static/models.js"} == bundles


def test_icons_are_found_under_any_path():
    """A leading slash would miss an Airflow that is under one."""
    assert not [app for app in APPS for key in app if key.startswith("icon") and app[key].startswith("/")]
