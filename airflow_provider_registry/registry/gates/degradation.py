"""Whether a version has degraded in production: what retraining waits for.

It is a gate's condition the other way round: broken in each of the newest windows. Whatever cannot be answered is no
degradation: a wait goes on, where a gate would not pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.over_time import Gate, Judged, judge
from airflow_provider_registry.registry.gates.result import UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Verdict
from airflow_provider_registry.registry.metrics.newest import read_newest
from airflow_provider_registry.registry.policies.fields import Problems
from airflow_provider_registry.registry.policies.metric_gates import Against, ChangeGate, MetricGate, ThresholdGate
from airflow_provider_registry.registry.policies.read_gate import read_gate
from airflow_provider_registry.registry.versions.metrics import Metric, Phase
from airflow_provider_registry.registry.versions.queries import metric_of
from airflow_provider_registry.registry.versions.tables import MetricRow


@dataclass(frozen=True, slots=True)
class Degradation:
    """How a version stands to a condition that its metrics in production should meet.

    Attributes:
        condition: in words, such as `auc >= 0.8 in phase production, in each of the last 3 windows`.
        degraded: whether it is broken in each of the newest windows that it asks for.
        reason: one sentence with the numbers, or why it cannot be said.
        windows: those that were looked at, the newest first: from, to, value, what it was compared with, and whether
            the condition held.
    """

    model_name: str
    version: int
    condition: str
    degraded: bool
    reason: str
    windows: tuple[Mapping[str, Any], ...] = ()

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON."""
        own = ("model_name", "version", "reference", "condition", "degraded", "reason")
        return {**{key: getattr(self, key) for key in own}, "windows": [dict(window) for window in self.windows]}

    def sentence(self) -> str:
        """How it stands, in one sentence."""
        has = "has degraded" if self.degraded else "has not degraded"
        return f"Version {self.version} of {self.model_name} {has}: {self.reason}."


def read_condition(given: object) -> Gate:
    """A condition, in the words of a policy's metric gate.

    Raises:
        InvalidPolicyError: it is no such gate.
        InvalidInputError: it is of another phase, or compares with a baseline, of which a version alone has none.
    """
    said = {"phase": Phase.PRODUCTION.value, **given} if isinstance(given, Mapping) else given
    problems = Problems()
    gate = read_gate(said, "$", problems)
    problems.raise_any()
    if not isinstance(gate, ThresholdGate | ChangeGate) or gate.phase is not Phase.PRODUCTION:
        raise InvalidInputError("The condition must be of a metric in the phase production.")
    if isinstance(gate, ChangeGate) and gate.against is Against.BASELINE:
        raise InvalidInputError("A version alone has no baseline: say against validation, or against previous_window.")
    return gate


def find_degradation(core: Core, version: Row, gate: Gate) -> Degradation:
    """See `Registry.degradation`."""
    over_time = read_newest(core.ask_together, version["id"], [gate])
    metrics = _registered(core, version, gate) if isinstance(gate, ChangeGate) else ()
    candidate = Evidence(version["model_name"], version["version"], version["digest"], metrics, over_time=over_time)
    named = {"model_name": version["model_name"], "version": version["version"], "condition": gate.text}
    try:
        judged = judge(gate, candidate, None)
    except UnanswerableError as error:
        return Degradation(**named, degraded=False, reason=str(error))
    holding = [one for one in judged if one[1].verdict is Verdict.PASSED]
    window, result = (holding or judged)[0]
    reason = f"{result.reason}, {window.words()}"
    return Degradation(**named, degraded=not holding, reason=reason, windows=tuple(map(_shown, judged)))


def _registered(core: Core, version: Row, gate: MetricGate) -> tuple[Metric, ...]:
    return tuple(map(metric_of, core.ask(_METRICS, version_id=version["id"], name=gate.metric)))


def _shown(judged: Judged) -> dict[str, Any]:
    window, result = judged
    return {
        "from": window.begin.isoformat(),
        "to": window.end.isoformat(),
        "value": result.candidate_value,
        "compared_with": result.bound if result.baseline_value is None else result.baseline_value,
        "held": result.verdict is Verdict.PASSED,
    }


_METRICS = Prepared(
    lambda dialect: select(MetricRow.__table__).where(
        MetricRow.version_id == bindparam("version_id"), MetricRow.name == bindparam("name")
    )
)
