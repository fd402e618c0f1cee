"""The embedded default: a registry in AIRFLOW_HOME, for one machine, where there is no connection to another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_registry.errors import ConnectionNotFoundError, InvalidConnectionError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.target import Target

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

DEFAULT_CONN_ID = "model_registry_default"

# Kubernetes mounts this into every pod that has a service account, whatever the pod's own environment says.
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def embedded_target(conn_id: str) -> Target:
    """The embedded registry, in the place of a connection that is not there.

    Parameters:
        conn_id: the connection that was looked for.

    Raises:
        ConnectionNotFoundError: the embedded default is off, or may not be used here, or another connection than the
            default was asked for; with the lines that help, ready to paste.
        InvalidConnectionError: the connection is there, and Airflow could not read it.
    """
    _refuse_unread(conn_id)
    if conn_id != DEFAULT_CONN_ID or not settings.embedded():
        raise ConnectionNotFoundError(_missing(conn_id))
    if in_kubernetes():
        raise ConnectionNotFoundError(
            f"There is no connection {conn_id!r}, and the embedded default ([model_registry] embedded) is refused in "
            "Kubernetes: each pod would have a registry of its own, and lose it. Name a database that all pods reach:\n"
            f"  {_connection_line(conn_id)}"
        )
    return _target(home() / "model_registry")


def migrate_embedded(registry: Registry) -> None:
    """Bring the embedded registry's schema up; many processes may do it at once."""
    from airflow_provider_registry.registry.database.migrate import current_revision, newest_revision

    if current_revision(registry.engine) != newest_revision():
        registry.migrate()


def in_kubernetes() -> bool:
    """Whether this process runs in a pod."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST")) or SERVICE_ACCOUNT.exists()


def home() -> Path:
    """AIRFLOW_HOME, as Airflow reads it."""
    return Path(os.path.expandvars(os.path.expanduser(os.environ.get("AIRFLOW_HOME") or "~/airflow"))).absolute()


def _target(folder: Path) -> Target:
    from sqlalchemy import URL

    folder.mkdir(parents=True, exist_ok=True)
    url = URL.create("sqlite", database=str(folder / "registry.db"))
    return Target(url, artifact_root=str(folder / "artifacts"), embedded=True)


def _refuse_unread(conn_id: str) -> None:
    """Say so where the connection stands in the environment: Airflow logs what it cannot read, and looks elsewhere."""
    if os.environ.get(_variable(conn_id)):
        raise InvalidConnectionError(
            f"{_variable(conn_id)} is set, but is neither JSON nor a URI that Airflow can read as a connection. "
            f"Write it like this, with your own values:\n  {_connection_line(conn_id)}"
        )


def _missing(conn_id: str) -> str:
    lines = [f"There is no connection {conn_id!r} to a model registry. Set this where tasks run, with your own values:"]
    lines.append(f"  {_connection_line(conn_id)}")
    if conn_id == DEFAULT_CONN_ID:
        lines.append("or, to try it on one machine, with SQLite and a folder under AIRFLOW_HOME:")
        lines.append("  AIRFLOW__MODEL_REGISTRY__EMBEDDED=True")
    return "\n".join(lines)


def _connection_line(conn_id: str) -> str:
    return (
        f"{_variable(conn_id)}="
        """'{"conn_type": "model_registry", "host": "postgresql+psycopg://user:password@host/db", """
        """"extra": {"artifact_root": "s3://bucket/prefix"}}'"""
    )


def _variable(conn_id: str) -> str:
    return f"AIRFLOW_CONN_{conn_id.upper()}"
