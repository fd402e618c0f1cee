"""What Airflow's API server loads of this package, by the entry point `airflow.plugins`.

Every Airflow process imports this module, and none but the API server asks for the app: so it is made when asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from airflow.sdk.plugins_manager import AirflowPlugin

from airflow_provider_registry import __version__

PREFIX = "/model-registry"


# Relative, since Airflow itself may be under a path.
_STATIC = f"{PREFIX.lstrip('/')}/static"


class ModelRegistryPlugin(AirflowPlugin):
    """The Models page in Airflow's navigation, a tab on Dag runs, and the REST API under both."""

    name = "model_registry"

    @cached_property
    def react_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow reads it as an attribute
        """The page and the tab; Airflow finds the components of the bundle by these names."""
        bundle = f"{_path_of_airflow()}/{_STATIC}/models.js?{__version__}"
        page = {
            "name": "Models",
            "bundle_url": bundle,
            "destination": "nav",
            "url_route": "models",
            "icon": f"{_STATIC}/models.svg",
            "icon_dark_mode": f"{_STATIC}/models-dark.svg",
            "nav_top_level": True,
        }
        tab = {"name": "Model versions", "bundle_url": bundle, "destination": "dag_run", "url_route": "model-versions"}
        return [page, tab]

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow reads it as an attribute
        """The app, and where it answers."""
        from airflow_provider_registry.ui.app import make_app

        return [{"app": make_app(), "url_prefix": PREFIX, "name": "Model Registry"}]


def _path_of_airflow() -> str:
    """Under what path this Airflow answers; '' where it has all of its host.

    Airflow 3.2 imports a bundle from exactly what is written, and a browser imports nothing relative.
    """
    from airflow.sdk.configuration import conf

    return urlsplit(str(conf.get("api", "base_url", fallback=""))).path.rstrip("/")
