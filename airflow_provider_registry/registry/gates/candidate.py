"""What the gates of a policy read of the version that wants an alias, under its model's lock, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import bindparam, select

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.cards.queries import asked_newest as asked_newest_card
from airflow_provider_registry.registry.cards.queries import view as view_of_card
from airflow_provider_registry.registry.cards.views import CardRevision
from airflow_provider_registry.registry.checks.queries import asked_newest
from airflow_provider_registry.registry.checks.queries import view as view_of_check
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.metrics.newest import NewestWindows, read_newest
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.scans.queries import asked_newest as asked_newest_scan
from airflow_provider_registry.registry.scans.queries import view as view_of_scan
from airflow_provider_registry.registry.scans.views import RecordedScan
from airflow_provider_registry.registry.signatures.queries import asked_of_version
from airflow_provider_registry.registry.signatures.queries import view as view_of_signature
from airflow_provider_registry.registry.signatures.verified import VerifiedSignatures
from airflow_provider_registry.registry.signatures.views import RecordedSignature
from airflow_provider_registry.registry.storage.checks import checked_at
from airflow_provider_registry.registry.versions.metrics import Metric
from airflow_provider_registry.registry.versions.queries import metric_of
from airflow_provider_registry.registry.versions.tables import MetricRow


@dataclass
class Candidate:
    """A version, as a policy's gates read it.

    Attributes:
        version: its row.
        verified: the signatures that were verified before the lock.
        bytes_problem: what was wrong with its stored bytes when they were read before the lock.
    """

    act: Act
    version: Row
    policy: Policy
    verified: VerifiedSignatures
    bytes_problem: str | None

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """Its metric rows."""
        return metrics_of(self.act.rows(METRICS, version_id=self.version["id"]))

    @cached_property
    def checks(self) -> dict[str, RecordedCheck]:
        """The newest outcome of each check that the policy asks for, by name; none where none was recorded."""
        asked = [asked_newest(self.version["id"], name) for name in self.policy.checks]
        found = self.act.rows_together(*asked) if asked else []
        return {rows[0]["name"]: view_of_check(rows[0]) for rows in found if rows}

    @cached_property
    def over_time(self) -> tuple[NewestWindows, ...]:
        """What was recorded of it over time, as far as the policy reads it."""
        return read_newest(self.act.rows_together, self.version["id"], self.policy.over_time)

    @cached_property
    def card(self) -> CardRevision | None:
        """The newest revision of its card, where the policy asks for one."""
        if not self.policy.reads_card:
            return None
        (rows,) = self.act.rows_together(asked_newest_card(self.version["id"]))
        return view_of_card(rows[0]) if rows else None

    @cached_property
    def scan(self) -> RecordedScan | None:
        """The newest scan of it, where the policy asks for one."""
        if not self.policy.asks_scan:
            return None
        (rows,) = self.act.rows_together(asked_newest_scan(self.version["id"]))
        return view_of_scan(rows[0]) if rows else None

    @cached_property
    def signatures(self) -> tuple[RecordedSignature, ...]:
        """Its signatures by those whom the policy names, newest first."""
        signers = self.policy.signers
        rows = self.act.rows_together(asked_of_version(self.version["id"]))[0] if signers else []
        return tuple(one for one in map(view_of_signature, rows) if one.identity in signers)

    @cached_property
    def aliases_held(self) -> frozenset[str]:
        """The aliases that it holds or has held, folded."""
        return frozenset(row["folded"] for row in self.act.rows(HELD, version_id=self.version["id"]))

    def read(self, theirs: tuple[NewestWindows, ...]) -> list[object]:
        """What a report is bound to beside the metrics; only what the policy asks, so that what was bound still is.

        Parameters:
            theirs: what was recorded of the baseline over time.
        """
        read: list[object] = []
        if self.policy.checks:
            read.append([[check.name, check.passed, check.event] for check in self.checks.values()])
        if self.policy.over_time:
            read.append([[one.as_read() for one in both] for both in (self.over_time, theirs)])
        if self.policy.reads_card:
            read.append({"card": [self.card.revision, self.card.digest] if self.card else None})
        if self.policy.asks_scan:
            read.append({"scan": [self.scan.event, self.scan.findings_digest] if self.scan else None})
        if self.policy.signers:
            read.append({"signatures": [[one.event, one.signed.bundle_digest] for one in self.signatures]})
        return read

    def evidence(self) -> Evidence:
        """All of it.

        Raises:
            NeededFirstError: signatures must be verified first.
        """
        return replace(
            evidence_of(self.act, self.version, self.metrics),
            bytes_checked_at=checked_at(self.act.rows, self.version["id"]),
            bytes_problem=self.bytes_problem,
            aliases_held=self.aliases_held,
            checks=self.checks,
            over_time=self.over_time,
            card=self.card,
            scan=self.scan,
            signatures=self.verified.require(self.version, self.signatures),
        )


def evidence_of(act: Act, row: Row, metrics: tuple[Metric, ...]) -> Evidence:
    """What is known of any version: what was registered."""
    return Evidence(
        model_name=act.model["name"],
        version=row["version"],
        digest=row["digest"],
        metrics=metrics,
        metadata=row["metadata"],
        metadata_schema=act.model["metadata_schema"],
    )


def metrics_of(rows: Iterable[Row]) -> tuple[Metric, ...]:
    """The metrics of rows, in the order that their digest has."""
    return tuple(sorted(map(metric_of, rows), key=lambda metric: metric.key))


METRICS = Prepared(lambda dialect: select(MetricRow.__table__).where(MetricRow.version_id == bindparam("version_id")))
HELD = Prepared(
    lambda dialect: (
        select(AliasRow.folded)
        .join(AssignmentRow, AssignmentRow.alias_id == AliasRow.id)
        .where(AssignmentRow.version_id == bindparam("version_id"))
    )
)
