"""The wait of `ModelMetricSensor`, as the triggerer runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import NotFoundError
from airflow_provider_registry.names import fold
from airflow_provider_registry.triggers.base import WaitTrigger
from airflow_provider_registry.triggers.patience import patiently
from airflow_provider_registry.triggers.stream import room_of
from airflow_provider_registry.triggers.wait import RECORD, AliasNamed, Payload, Wait

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry


class ModelMetricTrigger(WaitTrigger):
    """Waits until a version has degraded. Fires once, with the numbers.

    It shares the look of all waits of its connection, which says how long the model's record is: each batch of metrics
    makes it longer. Only then are the metrics read, so while nothing happens they cost nothing.

    Its parameters beside those of `WaitTrigger`:

    Parameters:
        reference: of the version; an alias is resolved each time.
        condition: as `Registry.degradation` takes it.
    """

    def __init__(self, *, reference: str, condition: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**{key: value for key, value in kwargs.items() if key != "alias"})
        self.reference = reference
        self.condition = dict(condition)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        classpath, kwargs = super().serialize()
        kwargs.pop("alias")
        return classpath, kwargs | {"reference": self.reference, "condition": self.condition}

    def looks_at(self) -> AliasNamed:
        """The model's record."""
        return fold(self.model_name), RECORD

    def answer(self, found: int | None) -> Payload | None:
        """How long the record is; whether the version has degraded is for `found` to say."""
        return None if found is None else {"length": found}

    async def found(self, settle: float = 0.0) -> Payload:
        """See `WaitTrigger.found`."""
        wait = self.wait(settle)
        while True:
            with room_of(self.shared_stream_key()).holding(wait):
                said = await wait.told
            if "length" not in said:  # its time is over
                return said
            who = f"The wait for {self.reference}"
            if (degraded := await patiently(self.model_registry_conn_id, self._read, who)) is not None:
                return degraded
            wait = self._longer(said["length"], wait)

    def _longer(self, seen: int, before: Wait) -> Wait:
        """The wait for the record to be another than it was seen."""

        def answer(found: int | None) -> Payload | None:
            return None if found == seen else self.answer(found)

        return Wait(self.looks_at(), answer, before.not_before, before.deadline)

    def _read(self, registry: Registry) -> Payload | None:
        try:
            found = registry.degradation(self.reference, self.condition)
        except NotFoundError:  # not yet, or the alias is empty
            return None
        return found.as_mapping() if found.degraded else None
