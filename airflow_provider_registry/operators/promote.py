"""Asks for a promotion, and promotes a version to an alias."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.lineage import note_live
from airflow_provider_registry.errors import AlreadyHeldError
from airflow_provider_registry.hooks.caller import read_producer
from airflow_provider_registry.operators.answers import IfNotPassed
from airflow_provider_registry.operators.asks_policy import AsksPolicy
from airflow_provider_registry.operators.links import required_actions
from airflow_provider_registry.operators.naming import known_model
from airflow_provider_registry.operators.through_policy import ThroughPolicy

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.aliases.views import Assignment
    from airflow_provider_registry.registry.requests.views import PromotionRequest


class RequestPromotionOperator(AsksPolicy):
    """Opens a promotion request, or finds the pending one, and does not wait for what becomes of it.

    A retry finds the request that the first try opened. A cleared task asks again where the request has ended since,
    unless people rejected exactly this; one whose version holds the alias by now answers with the request that was
    promoted. The gates must pass before people are asked.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        alias: a protected alias (templated).
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        reason: for those who decide, and for the record (templated).
        if_not_passed: `fail`, or `skip`: not better tonight is a normal night. Gates that could not be answered
            always fail the task. The report is then the XCom `gate_report`.
        allow_older: let a backfill, or older data than the live version's, ask.

    Returns:
        the request: request_id, model_name, version, digest, alias, state, missing and what it is bound to; and `link`,
        the Required Actions of this run.
    """

    def __init__(
        self,
        *,
        alias: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        reason: str = "",
        if_not_passed: IfNotPassed = "fail",
        allow_older: bool = False,
        **kwargs: Any,
    ) -> None:
        asks: dict[str, Any] = {"reason": reason, "if_not_passed": if_not_passed, "allow_older": allow_older}
        named: dict[str, Any] = {"version": version, "reference": reference, "model_name": model_name}
        super().__init__(alias=alias, **named, **asks, **kwargs)

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Ask for the promotion."""
        with self.gates_answered(context):
            request = self._request(registry)
        self.log.info("%s", request.sentence())
        ti = context["ti"]
        return {**request.as_mapping(), "link": required_actions(ti.dag_id, ti.run_id)}

    def _request(self, registry: Registry) -> PromotionRequest:
        model_name, version = self.named()
        try:
            return registry.request_promotion(model_name, version, self.alias, **self.asks)
        except AlreadyHeldError:
            found = registry.resolve(version, model_name=model_name)
            named = (found.model_name, found.version, self.alias)
            newest = registry.newest_requests([named]).get(named)
            if newest is None or newest.state.value != "promoted":
                raise
            return registry.get_request(newest.request_id)


class PromoteModelVersionOperator(ThroughPolicy):
    """Points an alias at a version: a free alias just moves, a protected one moves through its policy.

    A gate report that passed and still holds counts; where there is none, the gates are answered here. A task that is
    cleared does not promote again what was rolled back since (it fails, naming both events), nor what a later
    promotion superseded (it is skipped). A backfill, or data older than those of the live version, skip too.

    Where the policy asks for approvals, the pending promotion request is found, or one is opened; the task waits for
    it without a worker, and promotes exactly that request once it is approved. A request that was rejected, withdrawn
    or invalidated, or has expired, fails the task without a retry; one that was superseded skips it. A retried or
    cleared task uses the decisions that stand in the registry: nobody is asked twice about the same thing.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        alias: the alias (templated).
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        reason: for those who decide, and for those who read the record (templated).
        if_not_passed: `fail`, or `skip`: not better tonight is a normal night. Gates that could not be answered
            always fail the task. The report is then the XCom `gate_report`.
        allow_older: let a backfill, or older data than the live version's, take the alias.
        deferrable: whether to wait for approvals in the triggerer, whatever `[operators] default_deferrable` says; else
            in the worker. Airflow's `execution_timeout` counts only the time in a worker.
        poll_interval: seconds between two looks at the request; by default `[model_registry] poll_interval`.
        timeout: seconds to wait for approvals, after which the task fails without a retry, and the request stays as it
            is; by default until the request ends, as the policy's `expires_after` says.

    Returns:
        model_name, alias, version, digest, reference, previous_version, since and event. The request that was waited
        for is the XCom `promotion_request`.
    """

    def __init__(
        self,
        *,
        alias: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        reason: str = "",
        if_not_passed: IfNotPassed = "fail",
        allow_older: bool = False,
        deferrable: bool = True,
        poll_interval: timedelta | float | None = None,
        timeout: timedelta | float | None = None,
        **kwargs: Any,
    ) -> None:
        waits: dict[str, Any] = {"deferrable": deferrable, "poll_interval": poll_interval, "timeout": timeout}
        asks: dict[str, Any] = {"reason": reason, "if_not_passed": if_not_passed, "allow_older": allow_older}
        named: dict[str, Any] = {"version": version, "reference": reference, "model_name": model_name}
        super().__init__(alias=alias, **named, **asks, **waits, **kwargs)
        self.announce(known_model(model_name, version, reference), alias)

    def attempt(
        self, registry: Registry, context: Context, model_name: str | None, version: object, request: int | None
    ) -> dict[str, Any]:
        """Promote the version."""
        held = registry.promote(model_name, version, self.alias, request=request, **self.asks)
        before = f"version {held.previous_version}" if held.previous_version else "nothing"
        self.log.info("%s of %s moved from %s to version %d.", held.alias, held.model_name, before, held.version)
        if held.request is not None:
            self.tell({"request_id": held.request})
        if _is_told_by_another(held, context):
            self.say_nothing(held.as_mapping())
        else:
            note_live(self.hook, held)
            self.emit(context, held.as_mapping())
        return self.tell(held.as_mapping())


def _is_told_by_another(held: Assignment, context: Context) -> bool:
    """Whether another task of this Airflow put the version there, whose asset event it is."""
    mine = read_producer(context).task_key if "ti" in context else None
    return held.task is not None and mine is not None and held.task[0] == mine[0] and held.task != mine
