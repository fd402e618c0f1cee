"""Waits for an alias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import InvalidReferenceError
from airflow_provider_registry.names import check_alias, check_model_name
from airflow_provider_registry.operators.naming import read_named
from airflow_provider_registry.references import read_version
from airflow_provider_registry.sensors.base import ModelRegistrySensor

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.triggers.alias import ModelAliasTrigger


class ModelAliasSensor(ModelRegistrySensor):
    """Waits until an alias points at a version, or has moved off one to another.

    Deferrable by default, so that waiting holds no worker: any number of these waits costs one statement per interval
    and connection. It looks before it defers. A database that does not answer never fails the wait.

    Its parameters beside those of `ModelRegistrySensor`:

    Parameters:
        model_name: the model, which need not be there yet (templated).
        alias: the alias (templated).
        moved_off: a version that does not count, in any form that names one by number (templated): the sensor waits
            until the alias points at another. An alias that was emptied is waited for too.

    Returns:
        model_name, alias, version, digest, reference, previous_version, since and event: what the alias points at.
    """

    template_fields: Sequence[str] = (*ModelRegistrySensor.template_fields, "model_name", "alias", "moved_off")

    def __init__(self, *, model_name: str, alias: str, moved_off: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model_name = model_name
        self.alias = alias
        self.moved_off = moved_off

    def look(self, registry: Registry) -> dict[str, Any] | None:
        """What the alias points at, once it is where it should be."""
        named, moved_off = self._named(), self._moved_off()
        held = registry.holders([named]).get(named)
        if held is None or held.version == moved_off:
            return None
        return self._say(held.as_mapping())

    def trigger(self) -> ModelAliasTrigger:
        """The wait for the alias."""
        from airflow_provider_registry.triggers.alias import ModelAliasTrigger

        model_name, alias = self._named()
        return ModelAliasTrigger(
            model_registry_conn_id=self.model_registry_conn_id,
            model_name=model_name,
            alias=alias,
            moved_off=self._moved_off(),
            poll_interval=self.poke_interval,
        )

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """What the trigger found."""
        return self.tell(self._say(event))

    def _named(self) -> tuple[str, str]:
        return check_model_name(self.model_name), check_alias(self.alias)

    def _moved_off(self) -> int | None:
        if self.moved_off is None:
            return None
        named = read_version(read_named(self.model_name, self.moved_off, None)[1], self.model_name)
        if named.version is None:
            raise InvalidReferenceError(f"moved_off is {self.moved_off!r}: name a version by its number.")
        return named.version

    def _say(self, held: dict[str, Any]) -> dict[str, Any]:
        self.log.info("%(alias)s of %(model_name)s points at version %(version)s.", held)
        return held
