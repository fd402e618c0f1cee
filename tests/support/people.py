"""Tasks that ask people, and the people who answer, as Airflow's own parts bring them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.execution_time.comms import CreateHITLDetailPayload, DeferTask, HITLDetailRequestResult
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from airflow_provider_registry.registry import Actor, Caller, Registry
from airflow_provider_registry.registry.caller import Via
from tests.support.tasks import MemorySupervisor, Ran, Run


class AskingSupervisor(MemorySupervisor):
    """Keeps the question of a task as Airflow does: the first one stays, whatever is asked later.

    Attributes:
        question: as it was asked first.
        asked: how often.
    """

    def __init__(self) -> None:
        super().__init__()
        self.question: CreateHITLDetailPayload | None = None
        self.asked = 0

    def send(self, msg: Any) -> Any:
        if not isinstance(msg, CreateHITLDetailPayload):
            return super().send(msg)
        self.asked += 1
        self.question = self.question or msg
        return HITLDetailRequestResult(**self.question.model_dump(exclude={"type"}), type="HITLDetailRequestResult")


@dataclass
class Asking(Run):
    """A run of a task that asks people, deferral by deferral.

    Attributes:
        waits: how the task deferred last.
    """

    supervisor: AskingSupervisor = field(default_factory=AskingSupervisor)
    waits: DeferTask | None = None

    def task(self, given: Any, **more: Any) -> Ran:
        """Run a task until it ends or waits."""
        ran = super().task(given, **more)
        self.waits = ran.message if isinstance(ran.message, DeferTask) else None
        return ran

    def waits_for(self) -> Any:
        """The id of the request that the task waits for."""
        assert self.waits is not None
        assert self.waits.next_kwargs is not None
        return self.waits.next_kwargs["request_id"]

    def fire(self, task: Any, event: Mapping[str, Any], **more: Any) -> Ran:
        """Wake a task that waits, as its trigger does, or Airflow where a person answered."""
        return self.task(task, event=dict(event), **more)

    def _instance(self, task: BaseOperator, try_number: int, map_index: int, event: Any) -> RuntimeTaskInstance:
        made = super()._instance(task, try_number, map_index, event)
        if event is not None:
            assert self.waits is not None
            server = made._ti_context_from_server
            assert server is not None
            server.next_method = self.waits.next_method
            server.next_kwargs = {**(self.waits.next_kwargs or {}), "event": event}
        return made


def answer(
    user: str, option: str = "Approve", *, name: str | None = None, at: datetime | None = None, **said: Any
) -> dict[str, Any]:
    """What wakes a task that a person answered.

    Parameters:
        user: the id that the auth manager gives.
        said: the fields of the form; none where a program answered without them.
    """
    return {
        "chosen_options": [option],
        "params_input": said,
        "responded_at": at or datetime.now(UTC),
        "responded_by_user": {"id": user, "name": name or user},
        "timedout": False,
    }


def as_person(registry: Registry, name: str, via: Via = Via.PYTHON) -> Registry:
    """The same registry, as a person uses it by another door."""
    return registry.acting_as(Caller(Actor("python", name, name), via=via))
