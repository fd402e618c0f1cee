"""A wait beside a question that Required Actions shows: for an answer, or for what the registry says meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import Any

from airflow_provider_registry.triggers.answers import asking
from airflow_provider_registry.triggers.base import WaitTrigger
from airflow_provider_registry.triggers.stream import room_of
from airflow_provider_registry.triggers.wait import Payload

LOOKED: Payload = {"looked": True}


class QuestionTrigger(WaitTrigger):
    """Waits for the registry, beside the question that Required Actions shows.

    Once the task waits, Airflow itself hands it an answer. One that was given while the task still ran, or that a try
    before was given and never heard of, wakes nobody: so this looks once when it begins. It writes nothing, and does
    nothing when it is killed: Airflow kills it as soon as somebody answers.

    Parameters:
        ti_id: of the task instance.
        look_only: fire after the one look, whatever it shows.
    """

    def __init__(self, *, ti_id: str, look_only: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ti_id = ti_id
        self.look_only = look_only

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        classpath, kwargs = super().serialize()
        return classpath, {**kwargs, "ti_id": self.ti_id, "look_only": self.look_only}

    async def found(self, settle: float = 0.0) -> Payload:
        """An answer that is there already, or else what becomes of what it looks at.

        It looks at both at once: of many that wait, each is asked for in its turn. An answer goes before everything.
        """
        loop, wait = asyncio.get_running_loop(), self.wait(settle)

        def heard(answer: Payload | None) -> None:
            if answer is not None or self.look_only:
                loop.call_at(wait.not_before, wait.end, answer or LOOKED)

        room = nullcontext() if self.look_only else room_of(self.shared_stream_key()).holding(wait)
        with room, asking(self.ti_id, heard) as question:
            found = await wait.told
            return await question.now() or found
