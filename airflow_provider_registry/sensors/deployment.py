"""Waits for a deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import DeploymentFailedError
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.names import check_key, check_model_name
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.naming import read_named
from airflow_provider_registry.references import read_version
from airflow_provider_registry.sensors.base import ModelRegistrySensor

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.triggers.deployment import DeploymentTrigger


class DeploymentSensor(ModelRegistrySensor):
    """Waits until what a target runs is what it should run, as deploying systems and monitors record it.

    Deferrable by default, so that waiting holds no worker. The task fails without a retry where the version that should
    run has failed there. A target of which nobody has said anything is waited for.

    Its parameters beside those of `ModelRegistrySensor`:

    Parameters:
        environment: such as `production` (templated).
        target: such as `eu-west-1/churn` (templated).
        model_name: the model (templated); without a version, whichever version should run is waited for.
        version: the version that should run: a number, its digits, a reference, or the mapping that a registration
            returned (templated). While the target should run another, the sensor waits.
        reference: the same thing, in the place of `version` (templated). Where an alias names the version, it is the
            one that the alias points at when the sensor begins.

    Returns:
        model_name, environment, target, desired, desired_version, actual, actual_version, url, is_met, since and event.
    """

    template_fields: Sequence[str] = (
        *ModelRegistrySensor.template_fields,
        "model_name",
        "version",
        "reference",
        "environment",
        "target",
    )

    def __init__(
        self,
        *,
        environment: str,
        target: str,
        model_name: str | None = None,
        version: Any = None,
        reference: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.environment = environment
        self.target = target
        self.model_name = model_name
        self.version = version
        self.reference = reference
        self._resolved: tuple[str, int | None] | None = None

    def look(self, registry: Registry) -> dict[str, Any] | None:
        """How the target stands, once what should run there runs."""
        from airflow_provider_registry.errors import ModelNotFoundError

        model_name, version = self._named(registry)
        try:
            found = registry.deployments(model_name, environment=self.environment, target=self.target)
        except ModelNotFoundError:
            return None
        if not found or not found[0].is_settled(version):
            return None
        return self._judge(found[0].as_mapping(), found[0].sentence())

    def trigger(self) -> DeploymentTrigger:
        """The wait for the target."""
        from airflow_provider_registry.triggers.deployment import DeploymentTrigger

        with ModelRegistryHook(self.model_registry_conn_id).get_conn() as registry:
            model_name, version = self._named(registry)
        return DeploymentTrigger(
            model_registry_conn_id=self.model_registry_conn_id,
            model_name=model_name,
            environment=check_key("environment", self.environment),
            target=check_key("target", self.target),
            version=version,
            poll_interval=self.poke_interval,
        )

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """What the trigger found."""
        with airflow_answers():
            return self.tell(self._judge(event, f"{event['target']} in {event['environment']}: {event['actual']}."))

    def _named(self, registry: Registry) -> tuple[str, int | None]:
        """The model, and the version where one is waited for; both need not be there yet."""
        if self._resolved is None:
            if self.version is None and self.reference is None and self.model_name is not None:
                self._resolved = check_model_name(self.model_name), None
            else:
                model_name, version = read_named(self.model_name, self.version, self.reference)
                named = read_version(version, model_name)
                if named.version is None:
                    found = registry.resolve(version, model_name=model_name)
                    self._resolved = found.model_name, found.version
                else:
                    self._resolved = named.model_name, named.version
        return self._resolved

    def _judge(self, found: dict[str, Any], said: str) -> dict[str, Any]:
        """How the target stands, where what should run runs.

        Raises:
            DeploymentFailedError: it has failed.
        """
        self.log.info("%s", said)
        if not found["is_met"]:
            raise DeploymentFailedError(
                f"Version {found['desired_version']} of {found['model_name']} has failed at {found['target']} in "
                f"{found['environment']} (event {found['event']} of the record). Deploy it again or another, record "
                "that, and clear this task.",
                found,
            )
        return {**found, "version": found["desired_version"]}
