"""What the sensors share: a look first, and then a wait in the triggerer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator, PokeReturnValue

from airflow_provider_registry.errors import DatabaseUnavailableError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.links import ModelVersionLink, TellsOfModel

if TYPE_CHECKING:
    from airflow.sdk import BaseOperatorLink, Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.triggers.base import WaitTrigger


class ModelRegistrySensor(TellsOfModel, BaseSensorOperator):
    """Waits for the registry, in the triggerer unless told otherwise, whatever `[operators] default_deferrable` says.

    It looks before it defers. A database that does not answer never fails the wait. `timeout`, `soft_fail` and
    `never_fail` mean what they mean for every sensor; `mode`, `exponential_backoff` and `max_wait` are for waits in a
    worker.

    Parameters:
        model_registry_conn_id: a connection of the type `model_registry` (templated).
        deferrable: whether to wait in the triggerer; else in a worker, as `mode` says.
        poke_interval: seconds between two looks; by default `[model_registry] poll_interval`. Waits of one interval
            share their looks.
    """

    template_fields: Sequence[str] = ("model_registry_conn_id",)
    operator_extra_links: Collection[BaseOperatorLink] = (ModelVersionLink(),)
    ui_color = "#e3f0ea"

    def __init__(
        self,
        *,
        model_registry_conn_id: str = ModelRegistryHook.default_conn_name,
        deferrable: bool = True,
        poke_interval: timedelta | float | None = None,
        multiple_outputs: bool = True,
        **kwargs: Any,
    ) -> None:
        interval = settings.poll_interval() if poke_interval is None else poke_interval
        super().__init__(poke_interval=interval, multiple_outputs=multiple_outputs, **kwargs)
        self.model_registry_conn_id = model_registry_conn_id
        self.deferrable = deferrable

    def poke(self, context: Context) -> PokeReturnValue:
        """Look once; where it is not time yet, wait in the triggerer if that is where this sensor waits.

        It is looked at here in any case: a deferral that fires at once can be lost by the scheduler.

        Raises:
            AirflowFailException, AirflowSkipException: what is waited for can never come.
        """
        with airflow_answers():
            found = self._look()
            if found is None and self.deferrable and (trigger := self._trigger()) is not None:
                self.log.info("Waiting in the triggerer, with a look every %g seconds.", self.poke_interval)
                self.defer(trigger=trigger, method_name="execute_complete", timeout=timedelta(seconds=self.timeout))
        if found is not None:
            self.tell(found)
        return PokeReturnValue(is_done=found is not None, xcom_value=found)

    def _look(self) -> dict[str, Any] | None:
        try:
            with ModelRegistryHook(self.model_registry_conn_id).get_conn() as registry:
                return self.look(registry)
        except DatabaseUnavailableError as error:
            self.log.warning("Waiting goes on. %s", error)
            return None

    def _trigger(self) -> WaitTrigger | None:
        """The wait; None where it cannot be said yet what for, and this is to be poked again."""
        try:
            return self.trigger()
        except DatabaseUnavailableError as error:
            self.log.warning("Waiting goes on. %s", error)
            return None

    @abstractmethod
    def look(self, registry: Registry) -> dict[str, Any] | None:
        """What is waited for, as it goes to XCom; None where it is not there yet."""

    @abstractmethod
    def trigger(self) -> WaitTrigger:
        """The wait for it."""

    @abstractmethod
    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Go on with what the trigger found."""
