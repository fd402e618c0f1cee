"""What the Models page asks of the REST API, in a registry of 10,000 models and a model of 100,000 versions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from unittest.mock import patch

from airflow_provider_registry.registry import Registry
from benchmarks.measure import Bar, Call, Finding, Spread, interleave, ratios
from benchmarks.multiplied import multiply
from benchmarks.setting import POSTGRESQL, Setting

if TYPE_CHECKING:  # Airflow looks for its settings once it is imported
    from fastapi.testclient import TestClient

    from tests.ui.calls import Call as Asked

# Of the large registry; the small one has as many of everything as a page shows.
_MOST, _FEWER_MODELS, _FEW = 100_000, 10, 60

_PAGES = {
    "all models": ("GET /me", "GET /models", "GET /requests"),
    "a model": ("GET /me", "GET /model", "GET /model/history", "GET /versions", "GET /requests", "GET /events"),
    "a version": (
        "GET /me",
        "GET /version",
        "GET /model",
        "GET /version/gate-reports",
        "GET /version/files",
        "GET /version/environment",
        "GET /version/metrics",
    ),
    "two versions": ("GET /me", "GET /comparison"),
    "a request": ("GET /me", "GET /requests/{request_id}", "GET /comparison", "GET /version/gate-reports"),
}
_NOTE = (
    "All that a page asks, one after the other, in the process of the API server: the browser asks for most of it at "
    "once."
)
_FLAT = "The large over the small registry, in turn."
# From one registry to one a thousand times as large, indexes grow by a level or two.
_FLAT_BAR = Bar(at_most=1.5)
_BAR = Bar(at_most=0.2)

_Filled: TypeAlias = "tuple[Registry, Mapping[str, Asked]]"


def run(setting: Setting) -> Iterator[Finding]:
    """Ask what each page asks, of a small registry and of a large one."""
    versions = min(_MOST, setting.sizes[-1])
    models, few = max(1, versions // _FEWER_MODELS), min(_FEW, setting.sizes[0])
    rounds = max(2, setting.rounds // 4)
    where = f"{POSTGRESQL}, {versions:,} versions of one of {models:,} models"
    with ExitStack() as stack:
        small, large = (stack.enter_context(_filled(setting, few, *more)) for more in ((0, 0), (versions, models)))
        calls = stack.enter_context(_asking(setting, {"small": small, "large": large}))
        for page in _PAGES:
            samples = interleave({name: calls[name, page] for name in ("small", "large")}, rounds)
            yield Finding(f"page of {page}", where, Spread.of(samples["large"]), bar=_BAR, note=_NOTE)
            grown = ratios(samples["large"], samples["small"])
            over = f"{where}, over {few} of everything"
            yield Finding(f"page of {page}", over, grown, unit="times", bar=_FLAT_BAR, note=_FLAT)


@contextmanager
def _filled(setting: Setting, few: int, versions: int, models: int) -> Iterator[_Filled]:
    """A registry, and the calls that find something in it."""
    from tests.ui.calls import FREE, MODEL, calls, peopled

    folder = setting.new_folder()
    with Registry.connect(setting.new_url(POSTGRESQL), artifact_root=folder / "root", actor="benchmark") as registry:
        registry.migrate()
        table = calls(peopled(registry, folder / "model.bin", few))
        if versions:
            multiply(registry, MODEL, "fraud-1", FREE, versions=versions, models=models)
        yield registry, table


@contextmanager
def _asking(setting: Setting, filled: Mapping[str, _Filled]) -> Iterator[dict[tuple[str, str], Call]]:
    """The calls of each page of each registry, as somebody whom Airflow has logged in."""
    told = {"AIRFLOW_HOME": str(setting.new_folder()), "AIRFLOW__MODEL_REGISTRY__UI_CONNECTIONS": ",".join(filled)}
    for name, (registry, _) in filled.items():
        url = registry.engine.url.render_as_string(hide_password=False)
        told[f"AIRFLOW_CONN_{name.upper()}"] = json.dumps({"conn_type": "model_registry", "host": url})
    with patch.dict(os.environ, told), _client() as client:
        yield {
            (name, page): partial(_ask, client, [(route, _of(table[route], name)) for route in routes])
            for name, (_, table) in filled.items()
            for page, routes in _PAGES.items()
        }


@contextmanager
def _client() -> Iterator[TestClient]:
    from airflow.api_fastapi.app import create_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi.testclient import TestClient

    from airflow_provider_registry.ui.app import API, make_app

    create_auth_manager()
    app = make_app()
    app.dependency_overrides[get_user] = lambda: SimpleAuthManagerUser(username="ana", role="op")
    with TestClient(app, base_url=f"http://airflow.test{API}/") as client:
        yield client


def _of(call: Asked, registry: str) -> Asked:
    return replace(call, query={**call.query, "registry": registry})


def _ask(client: TestClient, asked: Sequence[tuple[str, Asked]]) -> None:
    from tests.ui.calls import send

    for route, call in asked:
        answer = send(client, route, call)
        assert answer.is_success, answer.text
