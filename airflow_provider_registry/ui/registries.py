"""The registries that the API server has open: one engine for each connection, shared by all requests."""

from __future__ import annotations

from threading import Lock

from airflow_provider_registry.errors import ConnectionNotFoundError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.hooks.stats import core_meter
from airflow_provider_registry.hooks.target import Target
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry import Registry

_open: dict[str, tuple[Target, Registry]] = {}
_lock = Lock()


def open_registry(conn_id: str) -> Registry:
    """The registry that a connection names, opened once, and anew where the connection has changed.

    Raises:
        ConnectionNotFoundError: `[model_registry] ui_connections` does not name it, or there is no such connection.
        InvalidConnectionError: it cannot be used as written.
    """
    if conn_id not in (shown_here := settings.ui_connections()):
        raise ConnectionNotFoundError(
            f"The connection {shown(conn_id)} is not shown here: [{settings.SECTION}] ui_connections names "
            f"{', '.join(shown_here)}."
        )
    hook = ModelRegistryHook(conn_id)
    target = hook.target()
    with _lock:
        known = _open.get(conn_id)
        if known is not None and known[0] == target:
            return known[1]
        _open[conn_id] = (target, hook.open(target, meter=core_meter()))
        if known is not None:
            known[1].close()  # who still reads through it goes on: only its idle connections are given back
        return _open[conn_id][1]
