"""The gate report: the outcome of all gates of one policy, for one candidate against one baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Verdict

_BINDING = (
    "model_name",
    "version",
    "digest",
    "alias",
    "policy_digest",
    "baseline_version",
    "baseline_assignment",
    "metrics_digest",
)


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gates said, and of what exactly they said it.

    Attributes:
        model_name: the registered model.
        version: the number of the candidate.
        digest: the sha256 of the candidate's manifest; two versions of the same bytes do not share a report.
        alias: the alias that the candidate wants.
        policy_digest: the sha256 of the policy that was answered.
        baseline_version: the number of the baseline, None where the alias never had a holder.
        baseline_assignment: the assignment by which it came to hold the alias, None where there was none.
        metrics_digest: the sha256 of the metric rows that were read, of candidate and baseline, and of the outcomes of
            checks, scans and signatures, the newest windows in production, and the card, where the policy asks for any.
        results: one for each gate.
        created_at: when it was stored, None before that.
        report_id: its id in the database, None before it is stored.
    """

    model_name: str
    version: int
    digest: str
    alias: str
    policy_digest: str
    baseline_version: int | None
    baseline_assignment: int | None
    metrics_digest: str
    results: tuple[GateResult, ...]
    created_at: datetime | None = None
    report_id: int | None = None

    @property
    def passed(self) -> bool:
        """Whether there is a result at all, and none that failed or errored."""
        return bool(self.results) and not self.blocking

    @property
    def errored(self) -> bool:
        """Whether a gate could not be answered, which is never a normal night."""
        return not self.results or any(result.verdict is Verdict.ERRORED for result in self.results)

    @property
    def blocking(self) -> tuple[GateResult, ...]:
        """The results that hold the version back."""
        return tuple(result for result in self.results if result.verdict in (Verdict.FAILED, Verdict.ERRORED))

    @property
    def digest_of_report(self) -> str:
        """The sha256 of what the report is bound to and of its results; not of its id and time."""
        return sha256(self.hashed).hexdigest()

    @property
    def hashed(self) -> bytes:
        """The canonical bytes of which that digest is taken."""
        return canonical_json(self._said())

    def bound_to(
        self, policy_digest: str, baseline_assignment: int | None, digest: str, metrics_digest: str
    ) -> list[str]:
        """What has changed since the report was made.

        Parameters:
            policy_digest: of the alias's policy now.
            baseline_assignment: the assignment of the last holder now.
            digest: of the candidate's manifest now.
            metrics_digest: of the metric rows, outcomes of checks and card that would be read now.

        Returns:
            one sentence for each thing that is another one now; empty while the report is still bound.
        """
        version = f"version {self.version}"
        other_bytes = f"The bytes of {version} have the digest {digest[:12]} now, not {self.digest[:12]}."
        measured = f"The metrics of {version} or of its baseline, its checks, card, scans or signatures are others now."
        changes = (
            (self.policy_digest != policy_digest, f"The policy of {self.alias} is another one now."),
            (self.baseline_assignment != baseline_assignment, self._baseline_moved(baseline_assignment)),
            (self.digest != digest, other_bytes),
            (self.metrics_digest != metrics_digest, measured),
        )
        return [sentence for changed, sentence in changes if changed]

    def as_mapping(self) -> dict[str, Any]:
        """The report as small JSON, as an XCom carries it; `passed` and `report_digest` are for readers."""
        return {
            **self._said(),
            "passed": self.passed,
            "report_digest": self.digest_of_report,
            "created_at": None if self.created_at is None else self.created_at.isoformat(),
            "report_id": self.report_id,
        }

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> GateReport:
        """The report that `as_mapping` wrote."""
        created_at = given.get("created_at")
        return cls(
            **{key: given[key] for key in _BINDING},
            results=tuple(GateResult.from_mapping(result) for result in given["results"]),
            created_at=None if created_at is None else datetime.fromisoformat(created_at),
            report_id=given.get("report_id"),
        )

    def sentence(self) -> str:
        """The report in one sentence, with every reason that holds the version back."""
        what = f"Version {self.version} of {self.model_name}"
        if not self.passed:
            reasons = "; ".join(result.reason for result in self.blocking) or "no gate was answered"
            return f"{what} did not pass the gates of {self.alias}: {reasons}."
        counts = Counter(result.verdict for result in self.results)
        listed = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
        return f"{what} passed the gates of {self.alias} ({listed})."

    def table(self) -> list[tuple[str, str, str]]:
        """Rows of gate, verdict and reason, for printing."""
        return [(result.gate, result.verdict.value, result.reason) for result in self.results]

    def _said(self) -> dict[str, Any]:
        bound = {key: getattr(self, key) for key in _BINDING}
        return {**bound, "results": [result.as_mapping() for result in self.results]}

    def _baseline_moved(self, assignment: int | None) -> str:
        before = "no baseline" if self.baseline_version is None else f"version {self.baseline_version} as the baseline"
        now = "has none now" if assignment is None else "has another holder now"
        return f"{self.alias} had {before} when its gates were answered, and {now}."
