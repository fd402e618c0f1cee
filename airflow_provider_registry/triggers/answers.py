"""Asks Airflow, for many triggers, whether a person has answered: one after the other.

An answer costs Airflow's supervisor some 50 ms, and a triggerer that is started again has as many to ask for as tasks
wait. All at once, they would keep it from everything else, and other triggers from the one thread that all share.

Since Airflow 3.3, once is enough: an answer that comes later wakes the task without a trigger. Before, they are asked
for round and round.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import AbstractEventLoop
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context
from dataclasses import dataclass

from airflow_provider_registry.compat import wakes_who_is_answered
from airflow_provider_registry.triggers.wait import Payload

log = logging.getLogger(__name__)

_HTTP_NOT_FOUND = 404

# After a look at which Airflow's own API did not answer, in seconds.
LOOK_AGAIN_SECONDS = 5.0

# For a round, where answers wake nobody; longer where it takes longer to ask for all.
ROUND_SECONDS = 5.0

Heard = Callable[[Payload | None], None]

_desks: dict[AbstractEventLoop, _Desk] = {}


@contextmanager
def asking(ti_id: str, heard: Heard) -> Iterator[Question]:
    """Have Airflow asked, once it is its turn, for as long as this lasts.

    Parameters:
        ti_id: of the task instance.
        heard: is called when Airflow has said something, with the answer or with None.
    """
    loop = asyncio.get_running_loop()
    if (desk := _desks.get(loop)) is None:
        desk = _desks[loop] = _Desk(loop)
    question = Question(ti_id, heard, desk)
    desk.ask(question)
    try:
        yield question
    finally:
        desk.leave(question)


@dataclass(eq=False, slots=True)
class Question:
    """Whether a task instance was answered.

    Attributes:
        answer: as Airflow would hand it to the task; None where there is none, as far as is known.
    """

    ti_id: str
    _heard: Heard
    _desk: _Desk
    answer: Payload | None = None
    _said: bool = False
    _waiting: asyncio.Future[None] | None = None

    async def now(self) -> Payload | None:
        """The answer, before those are asked for that nobody waits for; None where there is none."""
        if not self._said or (self._desk.goes_round and self.answer is None):
            self._desk.hurry(self)
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return self.answer

    def say(self, answer: Payload | None) -> None:
        """Take note of what Airflow said."""
        self._said, self.answer = True, answer
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._heard(answer)


class _Desk:
    """Asks for one after the other, those in a hurry first.

    Attributes:
        goes_round: whether it asks again for what was not answered.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.goes_round = not wakes_who_is_answered()
        self._loop = loop
        self._hurried = asyncio.Event()
        self._asked: OrderedDict[Question, None] = OrderedDict()
        # In a context of its own: it belongs to no trigger.
        self._work = loop.create_task(self._ask_all(), context=Context())

    def ask(self, question: Question) -> None:
        self._asked[question] = None

    def hurry(self, question: Question) -> None:
        self._asked.move_to_end(question, last=False)
        self._hurried.set()

    def leave(self, question: Question) -> None:
        self._asked.pop(question, None)
        if not self._asked:
            self._hurried.set()  # nobody is left to pause for

    async def _ask_all(self) -> None:
        from asgiref.sync import sync_to_async

        try:
            while self._asked:
                question = next(iter(self._asked))
                self._hurried.clear()
                try:
                    answer = await sync_to_async(read_answer)(question.ti_id)
                except Exception as error:
                    log.warning("Airflow did not say whether task instance %s was answered: %s", question.ti_id, error)
                    if question in self._asked:
                        self._asked.move_to_end(question)
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
                    continue
                if question in self._asked:
                    self._put_away(question, answer)
                    question.say(answer)
                if self.goes_round and self._asked:
                    await self._pause(ROUND_SECONDS / len(self._asked))
        finally:
            del _desks[self._loop]

    def _put_away(self, question: Question, answer: Payload | None) -> None:
        if answer is None and self.goes_round:
            self._asked.move_to_end(question)
        else:
            self.leave(question)

    async def _pause(self, seconds: float) -> None:
        """Pause, unless somebody is in a hurry, or nobody is left."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurried.wait(), seconds)


def read_answer(ti_id: str) -> Payload | None:
    """The answer that Airflow holds, as it would hand it to the task; None where there is none."""
    from uuid import UUID

    from airflow.sdk.exceptions import AirflowRuntimeError
    from airflow.sdk.execution_time.hitl import get_hitl_detail_content_detail

    try:
        found = get_hitl_detail_content_detail(ti_id=UUID(ti_id))
    except AirflowRuntimeError as error:
        if (error.error.detail or {}).get("status_code") == _HTTP_NOT_FOUND:  # nobody was asked yet
            return None
        raise
    if not found.response_received or found.responded_by_user is None or found.responded_at is None:
        return None
    return {
        "chosen_options": list(found.chosen_options or ()),
        "params_input": found.params_input or {},
        "responded_at": found.responded_at.isoformat(),
        "responded_by_user": {"id": found.responded_by_user.id, "name": found.responded_by_user.name},
        "timedout": False,
    }
