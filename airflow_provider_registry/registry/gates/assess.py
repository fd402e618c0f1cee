"""Answering a policy's gates under the model's lock, from what the database holds at that moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import bindparam, insert, select

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import PolicyNotFoundError
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.aliases.state import AliasState
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import ONE, Prepared, Row
from airflow_provider_registry.registry.gates.candidate import HELD, METRICS, Candidate, evidence_of, metrics_of
from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.metrics.newest import read_newest
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.signatures.verified import VerifiedSignatures
from airflow_provider_registry.registry.versions.metrics import metrics_digest
from airflow_provider_registry.registry.versions.tables import MetricRow, VersionRow


@dataclass
class Assessment:
    """A candidate for an alias, against the policy and the baseline of this moment.

    Attributes:
        version: the candidate's row.
        verified: the signatures that were verified before the lock.
        bytes_problem: what was wrong with its stored bytes when they were read before the lock.
    """

    act: Act
    version: Row
    state: AliasState
    verified: VerifiedSignatures
    bytes_problem: str | None = None

    @cached_property
    def policy(self) -> Policy:
        """The policy in force.

        Raises:
            PolicyNotFoundError: the alias has none.
        """
        policy = self.state.rules
        if policy is None:
            raise PolicyNotFoundError(
                f"The alias {self.state.name!r} of {self.act.model['name']!r} has no policy, so there are no gates to "
                "validate: set one with Registry.set_policy, or promote without validating."
            )
        return policy

    @cached_property
    def candidate(self) -> Candidate:
        """The version as the policy's gates read it."""
        return Candidate(self.act, self.version, self.policy, self.verified, self.bytes_problem)

    @cached_property
    def against(self) -> Row | None:
        """The assignment of the baseline; None where nothing else ever held the alias.

        It is the last holder's, also while the alias is empty (rule 6). A version that is validated again while it
        holds the alias is compared with what it was compared with then, not with itself.
        """
        holder = self.state.holder
        if holder is None or holder["version_id"] != self.version["id"]:
            return self.state.last
        before = self.act.rows(_ASSIGNMENT, id=holder["previous_id"])
        return before[0] if before else None

    @property
    def baseline_id(self) -> int | None:
        """The assignment that the report is bound to."""
        return self.against["id"] if self.against is not None else None

    @cached_property
    def baseline(self) -> Evidence | None:
        """The version that the candidate is compared with."""
        if self.against is None:
            return None
        if self.against is self.state.last:
            named = {"model_id": self.act.model["id"], "folded": fold(self.state.name)}
            (row,), metrics = self.act.rows_together((_LAST_VERSION, named), (_LAST_METRICS, named))
        else:
            which = {"version_id": self.against["version_id"]}
            (row,), metrics = self.act.rows_together((_VERSION, which), (METRICS, which))
        over_time = read_newest(self.act.rows_together, row["id"], self.policy.over_time)
        return replace(evidence_of(self.act, row, metrics_of(metrics)), over_time=over_time)

    @cached_property
    def metrics_digest(self) -> str:
        """What the report is bound to: the metric rows of both, as read, and what else the policy asks for."""
        theirs = self.baseline
        both = [metrics_digest(self.candidate.metrics), metrics_digest(theirs.metrics) if theirs else None]
        return sha256_of([*both, *self.candidate.read(theirs.over_time if theirs else ())])

    @cached_property
    def fingerprint(self) -> str:
        """The inputs of the validation (rule 2): the same again is a repeat."""
        known = [self.version["version"], self.version["digest"], self.policy.digest, self.baseline_id]
        required = self.policy.requires is not None and fold(self.policy.requires) in self.candidate.aliases_held
        facts = [self.act.model["metadata_schema"], required, self.bytes_problem]
        return sha256_of([*known, self.metrics_digest, *facts])

    @cached_property
    def report(self) -> GateReport:
        """All gates, answered now; not stored yet.

        Raises:
            NeededFirstError: signatures must be verified first.
        """
        return GateReport(
            model_name=self.act.model["name"],
            version=self.version["version"],
            digest=self.version["digest"],
            alias=self.state.name,
            policy_digest=self.policy.digest,
            baseline_version=self.baseline.version if self.baseline else None,
            baseline_assignment=self.baseline_id,
            metrics_digest=self.metrics_digest,
            results=evaluate(self.policy, self.candidate.evidence(), self.baseline, at=self.act.at),
            created_at=self.act.at,
        )

    def stored_and_bound(self) -> GateReport | None:
        """The newest stored report of this version for this alias, if it passed and nothing has changed since."""
        which = {"model_id": self.act.model["id"], "folded": fold(self.state.name), "version_id": self.version["id"]}
        rows = self.act.rows(_NEWEST_REPORT, **which)
        row = rows[0] if rows else None
        if row is None or not row["passed"]:
            return None
        report = report_of(row)
        now = (self.policy.digest, self.baseline_id, self.version["digest"], self.metrics_digest)
        if report.bound_to(*now):
            return None
        # A report is not bound to the model's schema, nor to when the bytes were checked. Gates are quick: ask again.
        return report if self.report.passed else None

    def store(self, event_id: int) -> GateReport:
        """Write the report down beside its event."""
        assert self.state.policy is not None
        row = {
            "version_id": self.version["id"],
            "alias_id": self.state.alias_id,
            "policy_id": self.state.policy["id"],
            "baseline_assignment_id": self.baseline_id,
            "metrics_digest": self.metrics_digest,
            "digest": self.report.digest_of_report,
            "passed": self.report.passed,
            "body": self.report.as_mapping(),
            "created_at": self.act.at,
            "event_id": event_id,
        }
        self.act.gates += [result.verdict.value for result in self.report.results]
        statement = insert(GateReportRow).values(row).returning(GateReportRow.id)
        return replace(self.report, report_id=self.act.connection.execute(statement).scalar_one())


def report_of(row: Row) -> GateReport:
    """A stored report from its row."""
    return replace(GateReport.from_mapping(row["body"]), report_id=row["id"], created_at=row["created_at"])


def report_payload(report: GateReport) -> dict[str, object]:
    """What an event says of a report: what it binds, and each gate's verdict and numbers; the reasons, which are made
    of these, stay with the report."""
    body = report.as_mapping()
    kept = ("policy_digest", "baseline_version", "baseline_assignment", "metrics_digest", "passed", "report_digest")
    gates = [{key: value for key, value in gate.items() if key != "reason"} for gate in body["results"]]
    return {**{key: body[key] for key in kept}, "gates": gates}


def asked_first(version: Row, alias: str) -> list[Asking]:
    """What an assessment asks of a candidate, and of the last version that held the alias."""
    which, named = {"version_id": version["id"]}, {"model_id": version["model_id"], "folded": fold(alias)}
    candidate: list[Asking] = [(METRICS, which), (HELD, which), (_NEWEST_REPORT, {**named, **which})]
    return [*candidate, (_LAST_VERSION, named), (_LAST_METRICS, named)]


_NEWEST_REPORT = Prepared(
    lambda dialect: (
        select(GateReportRow.__table__)
        .join(AliasRow, AliasRow.id == GateReportRow.alias_id)
        .where(AliasRow.model_id == bindparam("model_id"), AliasRow.folded == bindparam("folded"))
        .where(GateReportRow.version_id == bindparam("version_id"))
        .order_by(GateReportRow.id.desc())
        .limit(ONE)
    )
)
_LAST = (
    select(AssignmentRow.version_id)
    .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
    .where(AliasRow.model_id == bindparam("model_id"), AliasRow.folded == bindparam("folded"))
    .order_by(AssignmentRow.from_at.desc())
    .limit(ONE)
    .scalar_subquery()
)
_LAST_VERSION = Prepared(lambda dialect: select(VersionRow.__table__).where(VersionRow.id == _LAST))
_LAST_METRICS = Prepared(lambda dialect: select(MetricRow.__table__).where(MetricRow.version_id == _LAST))
_VERSION = Prepared(lambda dialect: select(VersionRow.__table__).where(VersionRow.id == bindparam("version_id")))
_ASSIGNMENT = Prepared(lambda dialect: select(AssignmentRow.__table__).where(AssignmentRow.id == bindparam("id")))
