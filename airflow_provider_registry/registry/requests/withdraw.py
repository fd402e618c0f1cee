"""Taking a request back."""

from __future__ import annotations

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_text
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.requests.locked import lock_request, model_of
from airflow_provider_registry.registry.requests.states import RequestState


def withdraw(core: Core, request_id: int, reason: str, key: str | None) -> None:
    """Withdraw a request; see `Registry.withdraw`."""
    if not check_text("reason", reason).strip():
        raise InvalidInputError(f"Say why request {request_id} is withdrawn, for those who read the record.")

    def work(act: Act) -> None:
        request = lock_request(act, request_id)
        request.refuse_ended()
        act.pending.move(request.row, RequestState.WITHDRAWN)
        payload = {"request": request.id}
        act.record(EventType.REQUEST_WITHDRAWN, payload, **request.where, private={"reason": reason})

    def repeat(act: Act, event: Row) -> None:
        """It is withdrawn, and stays so."""

    asked = Asked("withdraw", model_of(core, request_id), sha256_of(["withdraw", request_id]), key=key)
    core.acts.run(asked, work, repeat)
