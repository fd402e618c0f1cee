"""Creating, changing and renaming registered models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import ModelExistsError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_model_name, check_text, fold
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.models.tables import ModelNameRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.versions.metadata import check_schema


def create_model(core: Core, name: str, values: Mapping[str, Any], key: str | None = None, reason: str = "") -> None:
    """Create a model; see `Registry.create_model`."""
    _create(core, name, values, key, _taken(name), reason)


def ensure_model(core: Core, name: str) -> None:
    """Create a model without more, unless it is there."""
    _create(core, name, {}, None, lambda: None)


def _create(core: Core, name: str, values: Mapping[str, Any], key: str | None, exists: Any, reason: str = "") -> None:
    check_text("reason", reason)
    columns = {"team": None, "description": "", "metadata_schema": None, **_checked(values)}
    asked = Asked("create", check_model_name(name), sha256_of(columns), key=key)

    def work(act: Act) -> None:
        # The row was made a moment before the event.
        payload = {**_payload(columns), "created_at": moment(act.model["created_at"])}
        act.record(EventType.MODEL_CREATED, payload, private=_private(columns, reason))

    row = {**columns, "created_by": core.caller.actor.name}
    core.acts.create(asked, row, work, lambda act, event: None, exists)


def update_model(core: Core, name: str, values: Mapping[str, Any], key: str | None = None, reason: str = "") -> None:
    """Change what is said of a model; see `Registry.update_model`."""
    check_text("reason", reason)
    columns = _checked(values)

    def work(act: Act) -> None:
        act.changes.update(columns)
        act.record(EventType.MODEL_UPDATED, _payload(columns), private=_private(columns, reason))

    def repeat(act: Act, event: Row) -> None:
        if any(act.model[column] != value for column, value in columns.items()):
            act.superseded(event, f"The model's {', '.join(sorted(columns))} was changed")

    core.acts.run(Asked("update", check_model_name(name), sha256_of(columns), key=key), work, repeat)


def rename_model(core: Core, name: str, new_name: str, key: str | None = None) -> None:
    """Give a model another name; see `Registry.rename_model`."""
    check_model_name(new_name)

    def work(act: Act) -> None:
        owner = act.connection.execute(
            select(ModelNameRow.model_id).where(ModelNameRow.folded == fold(new_name))
        ).scalar_one_or_none()
        if owner not in (None, act.model["id"]):
            raise _name_taken(new_name)
        if owner is None:
            _take_name(act, new_name)
        act.changes["name"] = new_name
        act.record(EventType.MODEL_RENAMED, {"from": act.model["name"], "to": new_name})

    def repeat(act: Act, event: Row) -> None:
        if act.model["name"] != new_name:
            act.superseded(event, f"The model was renamed to {new_name!r}")

    core.acts.run(Asked("rename", check_model_name(name), sha256_of(new_name), key=key), work, repeat)


def _take_name(act: Act, name: str) -> None:
    row = {"folded": fold(name), "name": name, "model_id": act.model["id"], "since": act.at}
    try:
        with act.connection.begin_nested():
            act.connection.execute(insert(ModelNameRow).values(row))
    except IntegrityError:  # an act on another model, whose lock is not ours, took it between our look and our insert
        raise _name_taken(name) from None


def _name_taken(name: str) -> ModelExistsError:
    return ModelExistsError(f"The name {name!r} is, or once was, another model's: choose another.")


def _nothing(act: Act, event: Row) -> None:
    return None


def _taken(name: str) -> Any:
    def refuse() -> None:
        raise ModelExistsError(f"There is, or was, a registered model {name!r} (names are equal regardless of case).")

    return refuse


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(values)
    if checked.get("metadata_schema") is not None:
        checked["metadata_schema"] = check_schema(checked["metadata_schema"])
    if "description" in checked:
        said = checked["description"]
        checked["description"] = check_text("description", "" if said is None else said)
    if checked.get("team") is not None:
        check_text("team", checked["team"], limit=255)
    return checked


def _payload(columns: Mapping[str, Any]) -> dict[str, Any]:
    """What is no free text stands in the open; the schema by its digest, since it may be large."""
    payload: dict[str, Any] = {"changed": sorted(columns)}
    if "team" in columns:
        payload["team"] = columns["team"]
    if columns.get("metadata_schema") is not None:
        payload["metadata_schema"] = sha256_of(columns["metadata_schema"])
    return payload


def _private(columns: Mapping[str, Any], reason: str) -> dict[str, Any]:
    texts = {"description": columns.get("description"), "reason": reason}
    return {name: text for name, text in texts.items() if text}
