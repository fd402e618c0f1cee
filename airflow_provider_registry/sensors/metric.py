"""Waits until a version has degraded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import NotFoundError
from airflow_provider_registry.operators.naming import read_named
from airflow_provider_registry.references import Reference, read_version
from airflow_provider_registry.sensors.base import ModelRegistrySensor

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.triggers.metric import ModelMetricTrigger


class ModelMetricSensor(ModelRegistrySensor):
    """Waits until a version has degraded in production: what a Dag that retrains is started by.

    It reads what was recorded over time, and ends once the condition is broken in each of the newest `windows`, in a
    row and without a gap. Nothing recorded yet, too few windows, or a gap is no degradation: it waits on. An alias is
    resolved at each look, so the version that is live then counts.

    Deferrable by default, so that waiting holds no worker. The version is looked at only when something has happened to
    its model, and the task is woken only when it has degraded. A database that does not answer never fails the wait.

    Its parameters beside those of `ModelRegistrySensor`:

    Parameters:
        metric: its name (templated).
        reference: `models:/churn@production`, or another form that names a version (templated).
        version, model_name: the same thing by number (templated).
        threshold: the least good value (templated).
        min_absolute_change, min_relative_change: in the place of `threshold`: how much better it must be than what it
            is compared with; negative: how much worse it may be (templated).
        against: what a change is counted from: `validation`, the version's own metric as it was registered, or
            `previous_window`.
        greater_is_better: False for losses and errors.
        windows: for how many windows in a row it must be broken.
        dataset, slice: where it was measured (templated).
        phase: `production`: the only one that is recorded over time and watched.

    Returns:
        model_name, version, reference, condition, degraded, reason, and windows with their numbers.
    """

    template_fields: Sequence[str] = (
        *ModelRegistrySensor.template_fields,
        "metric",
        "reference",
        "version",
        "model_name",
        "threshold",
        "min_absolute_change",
        "min_relative_change",
        "dataset",
        "slice",
    )

    def __init__(
        self,
        *,
        metric: str,
        reference: Any = None,
        version: Any = None,
        model_name: str | None = None,
        threshold: Any = None,
        min_absolute_change: Any = None,
        min_relative_change: Any = None,
        against: str = "validation",
        greater_is_better: bool = True,
        windows: int = 1,
        dataset: str | None = None,
        slice: Any = None,
        phase: str = "production",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.metric = metric
        self.reference = reference
        self.version = version
        self.model_name = model_name
        self.threshold = threshold
        self.min_absolute_change = min_absolute_change
        self.min_relative_change = min_relative_change
        self.against = against
        self.greater_is_better = greater_is_better
        self.windows = windows
        self.dataset = dataset
        self.slice = slice
        self.phase = phase

    @property
    def condition(self) -> dict[str, Any]:
        """The condition in the words of a policy's metric gate; the registry refuses what is none."""
        said: dict[str, Any] = {"metric": self.metric, "greater_is_better": self.greater_is_better, "phase": self.phase}
        bounds = ("threshold", "min_absolute_change", "min_relative_change")
        said |= {name: _number(getattr(self, name)) for name in bounds if getattr(self, name) is not None}
        if "threshold" not in said:
            said["against"] = self.against
        return said | {"windows": self.windows, "dataset": self.dataset, "slice": self.slice}

    def look(self, registry: Registry) -> dict[str, Any] | None:
        """How the version stands, once it has degraded."""
        from airflow_provider_registry.registry.gates.degradation import read_condition

        read_condition(self.condition)  # refused also while there is no such version
        named = str(self._named())
        try:
            found = registry.degradation(named, self.condition)
        except NotFoundError as error:
            self.log.info("Waiting goes on. %s", error)
            return None
        self.log.info("%s", found.sentence())
        return found.as_mapping() if found.degraded else None

    def trigger(self) -> ModelMetricTrigger:
        """The wait for it."""
        from airflow_provider_registry.triggers.metric import ModelMetricTrigger

        named = self._named()
        return ModelMetricTrigger(
            model_registry_conn_id=self.model_registry_conn_id,
            model_name=named.model_name,
            reference=str(named),
            condition=self.condition,
            poll_interval=self.poke_interval,
        )

    def execute_complete(self, context: Context, event: Mapping[str, Any]) -> dict[str, Any]:
        """What the trigger found."""
        self.log.info("Version %(version)s of %(model_name)s has degraded: %(reason)s.", event)
        return self.tell(dict(event))

    def _named(self) -> Reference:
        model_name, version = read_named(self.model_name, self.version, self.reference)
        return read_version(version, model_name)


def _number(given: Any) -> Any:
    """A number that a template spells; what spells none is refused as it is."""
    try:
        return float(given) if isinstance(given, str) else given
    except ValueError:
        return given
