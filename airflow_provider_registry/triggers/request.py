"""The wait for people's decisions, as the triggerer runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_provider_registry.names import fold
from airflow_provider_registry.triggers.base import WaitTrigger
from airflow_provider_registry.triggers.wait import Payload, RequestNamed

if TYPE_CHECKING:
    from airflow_provider_registry.registry.requests.views import RequestStatus


class PromotionRequestTrigger(WaitTrigger):
    """Waits until something happens to the newest request of a version for an alias. Fires once, with how it stands.

    It fires a `RequestStatus` as its mapping, or `{"timed_out": True}`. Its parameters beside those of `WaitTrigger`:

    Parameters:
        version: the version's number.
        known: the `mark` of the request as it is known already, which does not count; None or "" to be content with
            any request.
        settled: whether to wait until the request is approved or has ended: one decision of several does not count.
    """

    def __init__(self, *, version: int, known: str | None = None, settled: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.version = version
        self.known = known
        self.settled = settled

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        classpath, kwargs = super().serialize()
        return classpath, kwargs | {"version": self.version, "known": self.known, "settled": self.settled}

    def looks_at(self) -> RequestNamed:
        """The newest request."""
        return fold(self.model_name), self.version, fold(self.alias)

    def answer(self, found: RequestStatus | None) -> Payload | None:
        """How the request stands, once that is news."""
        if found is None or found.mark == self.known or (self.settled and self._is_open(found)):
            return None
        return found.as_mapping()

    def _is_open(self, found: RequestStatus) -> bool:
        # A newer one in the place of the one that is known says that this has ended.
        same = not self.known or self.known.startswith(f"{found.request_id}:")
        return same and found.state.value == "open"
