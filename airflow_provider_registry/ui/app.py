"""The FastAPI app that Airflow's API server mounts under `/model-registry`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from airflow_provider_registry import __version__
from airflow_provider_registry.ui.headers import AsItIsCalled
from airflow_provider_registry.ui.problems import MEDIA_TYPE, Problem, answer_problems
from airflow_provider_registry.ui.routes import aliases, me, models, record, requests, versions

API = "/api/v1"
ROUTERS = tuple(subject.router for subject in (me, models, versions, aliases, requests, record))

# Not as `model`: FastAPI would say that it is plain JSON.
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "It cannot be done as asked for.", "content": _PROBLEM},
    "5XX": {"description": "It cannot be done now.", "content": _PROBLEM},
}


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return document


def make_app() -> FastAPI:
    """The REST API, whose OpenAPI document is at `api/v1/openapi.json`, and the page's files, which hold no data."""
    # No pages of documentation: those of FastAPI load their scripts from elsewhere.
    app = _Api(
        title="Model registry",
        version=__version__,
        description="Models, versions, aliases, promotion requests and the record of a registry.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    router = APIRouter(prefix=API, responses=_PROBLEMS)
    for each in ROUTERS:
        router.include_router(each)
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_middleware(AsItIsCalled)
    answer_problems(app)
    return app
