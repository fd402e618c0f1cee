"""Waits for an alias."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator, PokeReturnValue

from airflow_provider_registry.errors import DatabaseUnavailableError, InvalidReferenceError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.names import check_alias, check_model_name
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.naming import read_named
from airflow_provider_registry.references import read_version

if TYPE_CHECKING:
    from airflow.sdk import Context


class ModelAliasSensor(BaseSensorOperator):
    """Waits until an alias points at a version, or has moved off one to another.

    Deferrable by default, so that waiting holds no worker: any number of these waits costs one statement per interval
    and connection. It looks before it defers. A database that does not answer never fails the wait.

    Parameters:
        model_name: the model, which need not be there yet (templated).
        alias: the alias (templated).
        moved_off: a version that does not count, in any form that names one by number (templated): the sensor waits
            until the alias points at another. An alias that was emptied is waited for too.
        model_registry_conn_id: a connection of the type `model_registry` (templated).
        deferrable: whether to wait in the triggerer; else in a worker, as `mode` says.
        poke_interval: seconds between two looks; by default `[model_registry] poll_interval`. Waits of one interval
            share their looks.

    Returns:
        model_name, alias, version, digest, reference, previous_version, since and event: what the alias points at.
    """

    template_fields: Sequence[str] = ("model_registry_conn_id", "model_name", "alias", "moved_off")
    ui_color = "#e3f0ea"

    def __init__(
        self,
        *,
        model_name: str,
        alias: str,
        moved_off: Any = None,
        model_registry_conn_id: str = ModelRegistryHook.default_conn_name,
        deferrable: bool = True,
        poke_interval: timedelta | float | None = None,
        multiple_outputs: bool = True,
        **kwargs: Any,
    ) -> None:
        interval = settings.poll_interval() if poke_interval is None else poke_interval
        super().__init__(poke_interval=interval, multiple_outputs=multiple_outputs, **kwargs)
        self.model_name = model_name
        self.alias = alias
        self.moved_off = moved_off
        self.model_registry_conn_id = model_registry_conn_id
        self.deferrable = deferrable

    def execute(self, context: Context) -> Any:
        """Look; where it is not time yet, wait.

        Raises:
            AirflowFailException: a name is none, or the connection is missing.
        """
        if not self.deferrable:
            return super().execute(context)
        # Looked at here as well: a deferral that fires at once can be lost by the scheduler.
        found = self._look()
        if found is not None:
            return found
        from airflow_provider_registry.triggers.alias import ModelAliasTrigger

        trigger = ModelAliasTrigger(
            model_registry_conn_id=self.model_registry_conn_id,
            model_name=self.model_name,
            alias=self.alias,
            moved_off=self._moved_off(),
            poll_interval=self.poke_interval,
        )
        self.log.info("Waiting in the triggerer, with a look every %g seconds.", self.poke_interval)
        self.defer(trigger=trigger, method_name="execute_complete", timeout=timedelta(seconds=self.timeout))
        raise AssertionError("unreachable: defer raises")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """What the trigger found."""
        return self._say(event)

    def poke(self, context: Context) -> PokeReturnValue:
        """Look once."""
        found = self._look()
        return PokeReturnValue(is_done=found is not None, xcom_value=found)

    def _look(self) -> dict[str, Any] | None:
        with airflow_answers():
            named = (check_model_name(self.model_name), check_alias(self.alias))
            moved_off = self._moved_off()
            try:
                with ModelRegistryHook(self.model_registry_conn_id).get_conn() as registry:
                    held = registry.holders([named]).get(named)
            except DatabaseUnavailableError as error:
                self.log.warning("Waiting goes on. %s", error)
                return None
        if held is None or held.version == moved_off:
            return None
        return self._say(held.as_mapping())

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
