"""How an operator goes through an alias's policy: gates, and people, for whom it waits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import ApprovalNeededError
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.approvals import AwaitsApproval
from airflow_provider_registry.operators.asks_policy import AsksPolicy

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.requests.views import PromotionRequest

PROMOTION_REQUEST = "promotion_request"


class ThroughPolicy(AwaitsApproval, AsksPolicy):
    """What operators share that want an alias, or some of its traffic, for a version.

    Where the policy asks for approvals, they wait for the promotion request, and go on with exactly that.
    """

    @abstractmethod
    def attempt(
        self, registry: Registry, context: Context, model_name: str | None, version: object, request: int | None
    ) -> dict[str, Any]:
        """Do what the policy must let happen; returns what goes to XCom.

        Parameters:
            request: id of the promotion request that was waited for; None where none was yet.

        Raises:
            NotPassedError, ApprovalNeededError: the policy does not let it happen, or not yet.
        """

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Do it, or wait until it may be done."""
        model_name, version = self.named()
        try:
            return self._attempt(registry, context, model_name, version)
        except ApprovalNeededError as error:
            self.log.info("%s", error)
            self.hand_on(context, PROMOTION_REQUEST, error.request.as_mapping())
            return self._go_on(registry, context, error.request, self.deadline())

    def execute_complete(
        self, context: Context, event: Mapping[str, Any], request_id: int, deadline: float | None = None
    ) -> dict[str, Any]:
        """Go on with what was waited for.

        Parameters:
            event: what the trigger found.
            request_id: the request that was waited for: no other does in its place.
            deadline: when waiting ends, in seconds since 1970.
        """
        self.tell({"request_id": request_id})
        if event.get("timed_out"):
            raise self.timed_out(request_id)
        with airflow_answers(), self.hook.get_conn() as registry:
            return self._commit(registry, context, registry.get_request(request_id), deadline)

    def _go_on(
        self, registry: Registry, context: Context, request: PromotionRequest, deadline: float | None
    ) -> dict[str, Any]:
        self.tell(request.as_mapping())
        return self._commit(registry, context, self.settled(registry, request, deadline), deadline)

    def _commit(
        self, registry: Registry, context: Context, request: PromotionRequest, deadline: float | None
    ) -> dict[str, Any]:
        self.log.info("%s", request.sentence())
        try:
            return self._attempt(registry, context, request.model_name, request.version, request.request_id)
        except ApprovalNeededError as error:
            return self._go_on(registry, context, error.request, deadline)

    def _attempt(
        self, registry: Registry, context: Context, model_name: str | None, version: object, request: int | None = None
    ) -> dict[str, Any]:
        with self.gates_answered(context):
            return self.attempt(registry, context, model_name, version, request)
