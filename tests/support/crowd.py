"""Sensors that are in the triggerer from their beginning to their end: a thousand of them need no worker.

What waits is the package's own. Before and after it, Airflow's scheduler defers the task, and its triggerer ends it,
where a worker takes a second for each. A release whose scheduler cannot has a smaller crowd, which workers defer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

from airflow.triggers.base import StartTriggerArgs, TaskFailedEvent, TaskSkippedEvent, TriggerEvent
from packaging.version import Version

from airflow_provider_registry.sensors.alias import ModelAliasSensor
from airflow_provider_registry.sensors.approval import PromotionApprovalSensor
from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from airflow_provider_registry.triggers.base import WaitTrigger
from airflow_provider_registry.triggers.request import PromotionRequestTrigger

CONN_ID = "registry_crowd"
MODEL = "crowd"
KINDS = 10
# Before Airflow 3.3, workers begin every task, whatever it says of starting in the triggerer.
EACH = 50 if Version(version("apache-airflow")) >= Version("3.3") else 5


class _Ending:
    """Ends the task by what it fires, with Airflow's shared streams and without."""

    def ended(self, event: TriggerEvent) -> TriggerEvent:
        """What ends it."""
        raise NotImplementedError

    async def filter_shared_stream(self, shared_stream: AsyncIterator[None]) -> AsyncIterator[TriggerEvent]:
        async for event in super().filter_shared_stream(shared_stream):  # type: ignore[misc]  # of the trigger's
            yield self.ended(event)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        async for event in super().run():  # type: ignore[misc]  # likewise
            yield self.ended(event)


class EndingRequestTrigger(_Ending, PromotionRequestTrigger):
    """Ends the task, as skipped where it fires that its request is approved."""

    def ended(self, event: TriggerEvent) -> TriggerEvent:
        return _end((event.payload["alias"], event.payload["state"]) == (self.alias, "approved"))


class EndingAliasTrigger(_Ending, ModelAliasTrigger):
    """Ends the task, as skipped where it fires that its alias points at version 1."""

    def ended(self, event: TriggerEvent) -> TriggerEvent:
        return _end((event.payload["alias"], event.payload["version"]) == (self.alias, 1))


def _end(well: bool) -> TriggerEvent:
    # Of each task that succeeds in the triggerer, Airflow has the Dag processor parse the file, for its callbacks; and
    # an XCom takes the triggerer longer to store than all the rest.
    return TaskSkippedEvent() if well else TaskFailedEvent()


def approval_sensor(number: int) -> type[PromotionApprovalSensor]:
    """A sensor that waits for the request of version 1 for an alias of its own, `asked-…`."""
    given = {"alias": f"asked-{number}", "version": 1, "known": None, "settled": True}
    return type("CrowdApprovalSensor", (PromotionApprovalSensor,), _waits_by(EndingRequestTrigger, given))


def alias_sensor(number: int) -> type[ModelAliasSensor]:
    """A sensor that waits for an alias of its own, `free-…`."""
    given = {"alias": f"free-{number}", "moved_off": None}
    return type("CrowdAliasSensor", (ModelAliasSensor,), _waits_by(EndingAliasTrigger, given))


def _waits_by(trigger: type[WaitTrigger], given: dict[str, Any]) -> dict[str, Any]:
    shared = {"model_registry_conn_id": CONN_ID, "model_name": MODEL, "poll_interval": 1.0, "deadline": None}
    kwargs: dict[str, Any] = shared | given
    start = StartTriggerArgs(f"{__name__}.{trigger.__name__}", "execute_complete", trigger_kwargs=kwargs)
    from_worker = {"trigger": lambda sensor: trigger(**kwargs)}
    return from_worker | {"start_from_trigger": True, "start_trigger_args": start}
