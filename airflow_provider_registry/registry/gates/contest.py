"""Two versions that are used side by side: what the gates say of one against the other, over the same windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Verdict
from airflow_provider_registry.registry.metrics.newest import NewestWindows, read_newest
from airflow_provider_registry.registry.policies.metric_gates import MetricGate
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.rendered import read_rendered


class Decision(StrEnum):
    """What is to be done with the challenger."""

    PROMOTE = "promote"
    KEEP = "keep"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Contest:
    """How a challenger stands to the champion.

    Attributes:
        champion, challenger: numbers of the versions.
        decision: `promote` where all gates passed, `stop` where one failed, `keep` where it is too early to say.
        reason: one sentence with the numbers.
        results: of the gates; empty where there were too few windows to answer them.
        windows: how many windows both have, of the series that has the fewest.
    """

    model_name: str
    champion: int
    challenger: int
    decision: Decision
    reason: str
    windows: int
    results: tuple[GateResult, ...] = ()

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON."""
        return {
            "model_name": self.model_name,
            "champion": self.champion,
            "challenger": self.challenger,
            "decision": self.decision.value,
            "reason": self.reason,
            "windows": self.windows,
            "results": [result.as_mapping() for result in self.results],
        }

    def sentence(self) -> str:
        """How it stands, in one sentence."""
        names = f"{self.model_name}: version {self.challenger} against version {self.champion}"
        return f"{names}: {self.decision.value}, since {self.reason}."


def read_contest(given: object) -> Policy:
    """The gates of a contest, in the words of a policy: metrics of phase production, which need not say so.

    Raises:
        InvalidPolicyError: they are no gates.
        InvalidInputError: there are none, or one of them reads something else.
    """
    gates = read_rendered("gates", given)
    if not isinstance(gates, list | tuple):
        raise InvalidInputError(f"The gates must be a list of them, not {shown(gates)}.")
    each = [{"phase": Phase.PRODUCTION.value, **gate} if isinstance(gate, Mapping) else gate for gate in gates]
    policy = Policy.parse({"gates": each})
    if not policy.gates or len(policy.over_time) != len(policy.gates):
        raise InvalidInputError("Champion and challenger are compared by gates on metrics of the phase production.")
    return policy


def hold_contest(core: Core, champion: Row, challenger: Row, policy: Policy, at_least: int) -> Contest:
    """See `Registry.contest`."""

    if champion["model_id"] != challenger["model_id"]:
        raise InvalidInputError(
            f"The champion is a version of {champion['model_name']!r} and the challenger one of "
            f"{challenger['model_name']!r}: name two of one model."
        )

    ours, theirs = (
        _evidence(row, read_newest(core.ask_together, row["id"], policy.over_time, at_least))
        for row in (challenger, champion)
    )
    windows = min(_common(gate, ours.over_time, theirs.over_time) for gate in policy.over_time)
    named: dict[str, Any] = {
        "model_name": ours.model_name,
        "champion": theirs.version,
        "challenger": ours.version,
        "windows": windows,
    }
    if windows < at_least:
        reason = f"both were measured in {windows} of the {at_least} windows that are asked for"
        return Contest(**named, decision=Decision.KEEP, reason=reason)
    results = evaluate(policy, ours, theirs)
    decision, reason = _decided(results)
    return Contest(**named, decision=decision, reason=reason, results=results)


def _decided(results: Iterable[GateResult]) -> tuple[Decision, str]:
    """What failed decides, and then what cannot be said."""
    for verdict, decision in ((Verdict.FAILED, Decision.STOP), (Verdict.ERRORED, Decision.KEEP)):
        if reasons := [result.reason for result in results if result.verdict is verdict]:
            return decision, "; ".join(reasons)
    return Decision.PROMOTE, "; ".join(result.reason for result in results)


def _evidence(row: Row, over_time: tuple[NewestWindows, ...]) -> Evidence:
    return Evidence(row["model_name"], row["version"], row["digest"], over_time=over_time)


def _common(gate: MetricGate, ours: Iterable[NewestWindows], theirs: Iterable[NewestWindows]) -> int:
    """How many windows of a gate's metric both have."""
    mine, other = (
        {window[:2] for one in series if (one.name, one.slice) == (gate.metric, gate.slice) for window in one.windows}
        for series in (ours, theirs)
    )
    return len(mine & other)
