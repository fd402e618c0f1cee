"""MLflow's side, run as a script by the Python of MLflow's environment: beside MLflow it imports `serving` alone."""

from __future__ import annotations

from typing import Any

# Neither can be found from here: they are of the environment and the folder that this is run in.
from mlflow.entities.model_registry import (  # type: ignore[import-not-found]  # see above
    ModelVersionTag,
    RegisteredModelTag,
)
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore  # type: ignore[import-not-found]  # see above
from serving import serve  # type: ignore[import-not-found]  # see above
from sqlalchemy import Engine, event

_TAGS = {"create_model_version": ModelVersionTag, "create_registered_model": RegisteredModelTag}


def _open(url: str) -> SqlAlchemyStore:
    """Open a store as MLflow does, and on SQLite with the durability that the registry has."""
    if url.startswith("sqlite"):
        event.listen(Engine, "connect", _make_durable)
    return SqlAlchemyStore(url)


def _make_durable(connection: Any, _: object) -> None:
    for pragma in ("busy_timeout = 120000", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _prepared(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    if "tags" not in given:
        return given
    return {**given, "tags": [_TAGS[operation](key, value) for key, value in given["tags"].items()]}


def _plain(result: Any) -> Any:
    """What of a result the other side wants to know."""
    if isinstance(result, list):
        token = getattr(result, "token", None)
        return {"items": [_plain(item) for item in result], "token": token.decode() if token else None}
    known = {name: getattr(result, name) for name in ("name", "version") if hasattr(result, name)}
    return known or None


if __name__ == "__main__":
    serve(_open, _prepared, _plain)
