"""The wait of `ApproveModelVersionOperator`, as the triggerer runs it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from airflow_provider_registry.triggers.request import PromotionRequestTrigger
from airflow_provider_registry.triggers.wait import Payload

log = logging.getLogger(__name__)

_HTTP_NOT_FOUND = 404

LOOKED: Payload = {"looked": True}

# Between two looks where Airflow's own API did not answer.
LOOK_AGAIN_SECONDS = 5.0


class ApprovalTrigger(PromotionRequestTrigger):
    """Waits for a promotion request to move, beside the question that Required Actions shows.

    Once the task waits, Airflow itself hands it an answer. One that was given while the task still ran, or that a try
    before was given and never heard of, wakes nobody: so this looks once when it begins. It writes nothing, and does
    nothing when it is killed: Airflow kills it as soon as somebody answers.

    Parameters:
        ti_id: of the task instance.
        look_only: fire after the one look, whatever it shows.
        known, deadline and the others: as `PromotionRequestTrigger` has them.
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
        """An answer that is there already; else wait until the request moves."""
        clock = asyncio.get_running_loop().time
        settled = clock() + settle
        answer = await self._answer()
        if answer is None and not self.look_only:
            return await super().found(settle)
        await asyncio.sleep(max(0.0, settled - clock()))
        return answer or LOOKED

    async def _answer(self) -> Payload | None:
        """The answer that Airflow holds, as it would hand it to the task; None where there is none."""
        from asgiref.sync import sync_to_async

        while True:
            try:
                return await sync_to_async(_read_answer)(self.ti_id)
            except Exception as error:
                log.warning("Airflow did not say whether task instance %s was answered: %s", self.ti_id, error)
                await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _read_answer(ti_id: str) -> Payload | None:
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
