"""Gives a challenger a share of an alias's traffic, and takes it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.answers import IfNotPassed
from airflow_provider_registry.operators.checks import check_flag
from airflow_provider_registry.operators.naming import NamesVersion
from airflow_provider_registry.operators.through_policy import ThroughPolicy

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class RouteTrafficOperator(ThroughPolicy):
    """Gives a version a share of the traffic of an alias that another holds, or a copy of it.

    It goes through the policy of the alias as a promotion does, and waits for people as `PromoteModelVersionOperator`
    does; the approved request stays for the promotion. A task that is cleared after the share was changed, or the
    route ended, is skipped. When the alias moves, its routes end.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        alias: an alias that points at another version (templated).
        version, reference, model_name: the challenger, as `NamesVersion` says (templated).
        traffic: percent of the keys, above 0 and below 100, with at most two decimals (templated).
        shadow: in the place of `traffic`: a copy, whose answers nobody gets.
        reason: for those who decide, and for those who read the record (templated).
        if_not_passed: `fail`, or `skip`. Gates that could not be answered always fail the task. The report is then
            the XCom `gate_report`.
        allow_older: let a backfill, or older data than the live version's, challenge it.
        deferrable, poll_interval, timeout: of the wait for approvals, as `PromoteModelVersionOperator` has them.

    Returns:
        model_name, alias, version, digest, reference, kind, traffic, since and event. The request that was waited for
        is the XCom `promotion_request`.
    """

    template_fields: Sequence[str] = (*ThroughPolicy.template_fields, "traffic")

    def __init__(
        self,
        *,
        alias: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        traffic: float | str | None = None,
        shadow: bool = False,
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
        if (traffic is None) is not check_flag("shadow", shadow):
            raise InvalidInputError("Give a route one of traffic=, in percent, and shadow=True.")
        self.traffic = traffic
        self.shadow = shadow

    def attempt(
        self, registry: Registry, context: Context, model_name: str | None, version: object, request: int | None
    ) -> dict[str, Any]:
        """Give the version its route."""
        share: dict[str, Any] = {"traffic": self.traffic, "shadow": self.shadow}
        route = registry.route(model_name, version, self.alias, **share, request=request, **self.asks)
        self.log.info("%s", route.sentence())
        return route.as_mapping()


class EndRouteOperator(NamesVersion):
    """Takes a version's route to an alias away: what it had goes back to the holder.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        alias: the alias (templated).
        version, reference, model_name: the challenger, as `NamesVersion` says (templated).
        reason: for those who read the record (templated).

    Returns:
        model_name, version and alias.
    """

    template_fields: Sequence[str] = (*NamesVersion.template_fields, "alias", "reason")

    def __init__(
        self,
        *,
        alias: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        reason: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        self.alias = alias
        self.reason = reason

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """End the route."""
        model_name, version = self.named()
        named = registry.resolve(version, model_name=model_name)
        registry.end_route(None, named.reference, self.alias, reason=self.reason, key=self.key)
        self.log.info("The route of %s to %s has ended.", named.reference, self.alias)
        return {"model_name": named.model_name, "version": named.version, "alias": self.alias}
