"""How an operator waits for the people who decide on a promotion request."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_registry.errors import DatabaseUnavailableError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.operators.checks import check_flag, check_seconds
from airflow_provider_registry.operators.naming import NamesVersion

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.requests.views import PromotionRequest


class AwaitsApproval(NamesVersion):
    """What an operator needs that goes on once a request is approved, or has ended.

    Its parameters beside those of `NamesVersion`:

    Parameters:
        deferrable: whether to wait in the triggerer, whatever `[operators] default_deferrable` says; else in the
            worker.
        poll_interval: seconds between two looks; by default `[model_registry] poll_interval`. Waits of one interval
            share their looks.
        timeout: seconds to wait; None: until the request ends.
    """

    def __init__(
        self,
        *,
        deferrable: bool = True,
        poll_interval: timedelta | float | None = None,
        timeout: timedelta | float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.deferrable = check_flag("deferrable", deferrable)
        given = settings.poll_interval() if poll_interval is None else poll_interval
        self.poll_interval = check_seconds("poll_interval", given)
        self.timeout = None if timeout is None else check_seconds("timeout", timeout)

    def deadline(self) -> float | None:
        """When a wait that begins now is to end, in seconds since 1970."""
        return None if self.timeout is None else time.time() + self.timeout

    def settled(self, registry: Registry, request: PromotionRequest, deadline: float | None) -> PromotionRequest:
        """Wait until a request is not as it was, nor open.

        In the triggerer, the task goes on in its `execute_complete`, with the request's id and the deadline.

        Raises:
            AirflowFailException: the deadline has passed.
        """
        if self.deferrable:
            self._defer(request, deadline)
        self.log.info("Waiting in this worker, with a look every %g seconds.", self.poll_interval)
        found = request
        while found.mark == request.mark or found.state.value == "open":
            if deadline is not None and time.time() >= deadline:
                raise self.timed_out(request.request_id)
            time.sleep(self.poll_interval)
            found = self._look(registry, found)
        return found

    def timed_out(self, request_id: int) -> AirflowFailException:
        """What to raise where the deadline has passed."""
        return AirflowFailException(
            f"Request {request_id} was not decided within the timeout of this task. The request stays as it is: clear "
            "the task to go on waiting."
        )

    def _look(self, registry: Registry, before: PromotionRequest) -> PromotionRequest:
        try:
            return registry.get_request(before.request_id)
        except DatabaseUnavailableError as error:
            self.log.warning("Waiting goes on. %s", error)
            return before

    def _defer(self, request: PromotionRequest, deadline: float | None) -> NoReturn:
        from airflow_provider_registry.triggers.request import PromotionRequestTrigger

        trigger = PromotionRequestTrigger(
            model_registry_conn_id=self.model_registry_conn_id,
            model_name=request.model_name,
            version=request.version,
            alias=request.alias,
            known=request.mark,
            settled=True,
            poll_interval=self.poll_interval,
            deadline=deadline,
        )
        self.log.info("Waiting in the triggerer, with a look every %g seconds.", self.poll_interval)
        kwargs = {"request_id": request.request_id, "deadline": deadline}
        self.defer(trigger=trigger, method_name="execute_complete", kwargs=kwargs)
