"""What Airflow's API server loads of this package, by the entry point `airflow.plugins`.

Every Airflow process imports this module, and none but the API server asks for the app: so it is made when asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.sdk.plugins_manager import AirflowPlugin

PREFIX = "/model-registry"


class ModelRegistryPlugin(AirflowPlugin):
    """The REST API of the registry, beside Airflow's own."""

    name = "model_registry"

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow reads it as an attribute
        """The app, and where it answers."""
        from airflow_provider_registry.ui.app import make_app

        return [{"app": make_app(), "url_prefix": PREFIX, "name": "Model Registry"}]
