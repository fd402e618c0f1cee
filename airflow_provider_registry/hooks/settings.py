"""The options of the section `[model_registry]` in Airflow's configuration; `get_provider_info` documents them."""

from __future__ import annotations

from airflow.sdk.configuration import conf

from airflow_provider_registry.errors import InvalidInputError

SECTION = "model_registry"
INSTANCE_ID = "airflow"
POLL_INTERVAL = 1.0
SEARCH_TIMEOUT = 30.0

ASSET = "asset"
CUSTOM_VIEW = "custom_view"


def instance_id() -> str:
    """Which Airflow this is, in the keys of acts and in the identity of tasks.

    Raises:
        InvalidInputError: it is empty.
    """
    found = conf.get(SECTION, "instance_id", fallback=INSTANCE_ID).strip()
    if not found:
        raise InvalidInputError(f"[{SECTION}] instance_id is empty: give this Airflow a name, or leave the option out.")
    return str(found)


def auto_create() -> bool:
    """Whether a registration creates the model that it names."""
    return bool(conf.getboolean(SECTION, "auto_create", fallback=True))


def embedded() -> bool:
    """Whether there is a registry in AIRFLOW_HOME where the default connection is missing."""
    return bool(conf.getboolean(SECTION, "embedded", fallback=False))


def search_timeout() -> float:
    """Seconds that a statement of a search may take."""
    return float(conf.getfloat(SECTION, "search_timeout", fallback=SEARCH_TIMEOUT))


def poll_interval() -> float:
    """Seconds between two looks of the waits of one connection."""
    return float(conf.getfloat(SECTION, "poll_interval", fallback=POLL_INTERVAL))


def ui_connections() -> list[str]:
    """The connections whose registries the API server shows."""
    found = conf.get(SECTION, "ui_connections", fallback="model_registry_default")
    return [conn_id.strip() for conn_id in found.split(",") if conn_id.strip()]


def authorization() -> str:
    """By which of Airflow's rights the API server lets users in: `asset` or `custom_view`.

    Raises:
        InvalidInputError: it is neither.
    """
    found = str(conf.get(SECTION, "authorization", fallback=ASSET)).strip()
    if found not in (ASSET, CUSTOM_VIEW):
        raise InvalidInputError(f"[{SECTION}] authorization is {found!r}: write {ASSET} or {CUSTOM_VIEW}.")
    return found
