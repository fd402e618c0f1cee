"""Records how a target stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.naming import NamesVersion

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class RecordDeploymentOperator(NamesVersion):
    """Keeps in the registry which version a target should run, what it does with one, or both; it deploys nothing.

    A task that is tried again changes nothing; one that is cleared after another has said something else says it once
    more: the last word counts.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        environment: such as `production` (templated).
        target: such as `eu-west-1/churn`; it runs one version of the model at a time (templated).
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        desired: `running` or `stopped` (templated).
        actual: `pending`, `running`, `failed`, `stopped` or `unknown` (templated).
        url: where the target answers, without a user or a password (templated).
        reason: for those who read the record, such as why it failed (templated).

    Returns:
        model_name, environment, target, desired, desired_version, actual, actual_version, url, is_met, since, event and
        version, the one that was named.
    """

    template_fields: Sequence[str] = (
        *NamesVersion.template_fields,
        *("environment", "target", "desired", "actual", "url", "reason"),
    )

    def __init__(
        self,
        *,
        environment: str,
        target: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        desired: str | None = None,
        actual: str | None = None,
        url: str | None = None,
        reason: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        if desired is None and actual is None:
            raise InvalidInputError("Give desired= or actual=, or both: what the target should do, and what it does.")
        self.environment = environment
        self.target = target
        self.desired = desired
        self.actual = actual
        self.url = url
        self.reason = reason

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Record it."""
        model_name, version = self.named()
        named = registry.resolve(version, model_name=model_name)
        said = {"desired": self.desired, "actual": self.actual, "url": self.url}
        recorded = registry.record_deployment(
            named.reference, self.environment, self.target, **said, reason=self.reason, key=self.key
        )
        self.log.info("%s", recorded.sentence())
        return {**recorded.as_mapping(), "version": named.version}
