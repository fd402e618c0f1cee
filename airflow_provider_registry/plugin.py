"""What Airflow's API server loads of this package, by the entry point `airflow.plugins`.

Every Airflow process imports this module, and none but the API server asks for the app: so it is made when asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.sdk.plugins_manager import AirflowPlugin

from airflow_provider_registry import __version__

PREFIX = "/model-registry"


# Relative, since Airflow itself may be under a path. Airflow finds the components by these names.
_STATIC = f"{PREFIX.lstrip('/')}/static"
_BUNDLE = f"{_STATIC}/models.js?{__version__}"

_REACT_APPS: list[dict[str, Any]] = [
    {
        "name": "Models",
        "bundle_url": _BUNDLE,
        "destination": "nav",
        "url_route": "models",
        "icon": f"{_STATIC}/models.svg",
        "icon_dark_mode": f"{_STATIC}/models-dark.svg",
        "nav_top_level": True,
    },
    {"name": "Model versions", "bundle_url": _BUNDLE, "destination": "dag_run", "url_route": "model-versions"},
]


class ModelRegistryPlugin(AirflowPlugin):
    """The Models page in Airflow's navigation, a tab on Dag runs, and the REST API under both."""

    name = "model_registry"
    react_apps = _REACT_APPS

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow reads it as an attribute
        """The app, and where it answers."""
        from airflow_provider_registry.ui.app import make_app

        return [{"app": make_app(), "url_prefix": PREFIX, "name": "Model Registry"}]
