"""The wait of `DeploymentSensor`, as the triggerer runs it."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from airflow_provider_registry.errors import ModelNotFoundError
from airflow_provider_registry.names import fold
from airflow_provider_registry.triggers.base import WaitTrigger
from airflow_provider_registry.triggers.patience import patiently
from airflow_provider_registry.triggers.stream import StreamKey, room_of
from airflow_provider_registry.triggers.wait import RECORD, AliasNamed, Payload, Wait

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.deployments.views import Deployment

Place = tuple[str, str]
"""An environment and a target."""


class DeploymentTrigger(WaitTrigger):
    """Waits until what a target runs is what it should run, or has failed. Fires once, with the deployment.

    It looks at the model's record, as all that waits for it do together, and at its targets only when that has grown.
    Its parameters beside those of `WaitTrigger`:

    Parameters:
        environment, target: the target.
        version: the number of the version that it should run; None for whichever it should.
    """

    def __init__(self, *, environment: str, target: str, version: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.environment = environment
        self.target = target
        self.version = version

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        classpath, kwargs = super().serialize()
        return classpath, kwargs | {name: getattr(self, name) for name in ("environment", "target", "version")}

    def looks_at(self) -> AliasNamed:
        """The model's record."""
        return fold(self.model_name), RECORD

    def answer(self, found: Deployment | None) -> Payload | None:
        """The deployment, once there is nothing more to wait for."""
        return found.as_mapping() if found is not None and found.is_settled(self.version) else None

    async def found(self, settle: float = 0.0) -> Payload:
        """Wait, and give what is found, or `{"timed_out": True}`."""
        board, known, wait = _board_of(self), 0, self.wait(settle)
        while True:
            grown = _Grown(known)
            wait = Wait(wait.named, grown, wait.not_before, wait.deadline)
            with room_of(self.shared_stream_key()).holding(wait):
                told = await wait.told
            if "length" not in told:
                return told
            known = told["length"]
            if (payload := self.answer((await board.read(known)).get((self.environment, self.target)))) is not None:
                return payload


class _Grown:
    """Answers once a record is longer than it was."""

    def __init__(self, known: int) -> None:
        self._known = known

    def __call__(self, length: int | None) -> Payload | None:
        return {"length": length} if (length or 0) > self._known else None


class _Board:
    """How the targets of a model stand: one statement for all who wait for them, each time that its record has grown.

    Parameters:
        trigger: one of those who wait.
    """

    def __init__(self, trigger: DeploymentTrigger) -> None:
        self._conn_id, self._model = trigger.model_registry_conn_id, fold(trigger.model_name)
        self._reading = asyncio.Lock()
        self._length = 0
        self._found: Mapping[Place, Deployment] = {}

    async def read(self, length: int) -> Mapping[Place, Deployment]:
        """How they stood when the record was so long, or later."""
        async with self._reading:
            if self._length < length:
                self._found = await patiently(self._conn_id, self._read, f"The wait for targets of {self._model}")
                self._length = length
        return self._found

    def _read(self, registry: Registry) -> Mapping[Place, Deployment]:
        try:
            return {(one.environment, one.target): one for one in registry.deployments(self._model)}
        except ModelNotFoundError:  # another registry was put in the place of this one
            return {}


_boards: WeakValueDictionary[tuple[AbstractEventLoop, StreamKey, str], _Board] = WeakValueDictionary()


def _board_of(trigger: DeploymentTrigger) -> _Board:
    key = (asyncio.get_running_loop(), trigger.shared_stream_key(), fold(trigger.model_name))
    if (found := _boards.get(key)) is None:
        found = _boards[key] = _Board(trigger)
    return found
