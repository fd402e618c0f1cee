"""Waits for the people who decide on a promotion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import RequestEndedError, RequestRejectedError
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.names import check_alias
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.links import ModelVersionLink, PromotionRequestLink
from airflow_provider_registry.operators.naming import read_named
from airflow_provider_registry.references import read_version
from airflow_provider_registry.sensors.base import ModelRegistrySensor

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.requests.views import RequestStatus
    from airflow_provider_registry.triggers.request import PromotionRequestTrigger


class PromotionApprovalSensor(ModelRegistrySensor):
    """Waits until a version's promotion request for an alias is approved, or promoted.

    What counts is the newest request of the version for the alias; one that nobody has opened yet is waited for. The
    task fails without a retry where the request was rejected, withdrawn or invalidated, or has expired, and is skipped
    where it was superseded; both say by whom, and why. Final states never reopen, so a cleared task ends the same way
    until the promotion is asked for again.

    Its parameters beside those of `ModelRegistrySensor`:

    Parameters:
        alias: the alias (templated).
        version: a number, its digits, a reference, or the mapping that a registration returned (templated).
        reference: the same thing, in the place of `version` (templated). Where an alias names the version, it is the
            one that the alias points at when the sensor begins.
        model_name: the model; needed only where the version is a bare number (templated).

    Returns:
        request_id, model_name, version, alias, state, ended_by, ended_why, decided and mark: how the request stands.
    """

    operator_extra_links = (ModelVersionLink(), PromotionRequestLink())
    template_fields: Sequence[str] = (
        *ModelRegistrySensor.template_fields,
        "model_name",
        "version",
        "reference",
        "alias",
    )

    def __init__(
        self, *, alias: str, version: Any = None, reference: Any = None, model_name: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.version = version
        self.reference = reference
        self.model_name = model_name
        self.alias = alias
        self._resolved: tuple[str, int] | None = None

    def look(self, registry: Registry) -> dict[str, Any] | None:
        """How the request stands, once it is approved."""
        named = (*self._version(registry), check_alias(self.alias))
        found = registry.newest_requests([named]).get(named)
        return None if found is None else self._judge(found)

    def trigger(self) -> PromotionRequestTrigger:
        """The wait for an approval, or the end of the request."""
        from airflow_provider_registry.triggers.request import PromotionRequestTrigger

        with ModelRegistryHook(self.model_registry_conn_id).get_conn() as registry:
            model_name, version = self._version(registry)
        return PromotionRequestTrigger(
            model_registry_conn_id=self.model_registry_conn_id,
            model_name=model_name,
            version=version,
            alias=check_alias(self.alias),
            settled=True,
            poll_interval=self.poke_interval,
        )

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """What has become of the request."""
        from airflow_provider_registry.registry.requests.views import RequestStatus

        with airflow_answers():
            found = self._judge(RequestStatus.of_mapping(event))
        return self.execute(context) if found is None else self.tell(found)

    def _version(self, registry: Registry) -> tuple[str, int]:
        """The model and the number of the version, which need not be there yet where it is given as a number."""
        if self._resolved is None:
            model_name, version = read_named(self.model_name, self.version, self.reference)
            named = read_version(version, model_name)
            if named.version is not None:
                self._resolved = named.model_name, named.version
            else:
                found = registry.resolve(version, model_name=model_name)
                self._resolved = found.model_name, found.version
        return self._resolved

    def _judge(self, found: RequestStatus) -> dict[str, Any] | None:
        """The request, once it is approved; None while it is open.

        Raises:
            RequestRejectedError, RequestEndedError: it will never be.
        """
        from airflow_provider_registry.registry.requests.states import RequestState

        self.log.info("%s", found.sentence())
        match found.state:
            case RequestState.OPEN:
                return None
            case RequestState.APPROVED | RequestState.PROMOTED:
                return found.as_mapping()
            case RequestState.REJECTED:
                raise RequestRejectedError(found.sentence(), found)
            case _:
                raise RequestEndedError(found.sentence(), found)
