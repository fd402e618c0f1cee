"""Scanning a version: its files are fetched and looked into before the lock, and what was found is one act."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.progress import Progress, default_progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row, insertion
from airflow_provider_registry.registry.requests.locked import lock_request
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.scans.queries import asked_newest, view
from airflow_provider_registry.registry.scans.tables import ScanRow
from airflow_provider_registry.registry.scans.views import RecordedScan
from airflow_provider_registry.registry.storage.checks import load_manifest
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version
from airflow_provider_registry.registry.versions.purged import refuse_purged
from airflow_provider_registry.scanning.report import Finding, ScanOutcome
from airflow_provider_registry.scanning.scan import ScanReport, scan_files, scanner_version


def scan_version(
    core: Core, version: Row, *, seconds: float, key: str | None, progress: Progress | None
) -> RecordedScan:
    """Scan a version; see `Registry.scan`."""
    scanner_version()  # before anything is fetched
    refuse_purged(version["model_name"], version)
    manifest = load_manifest(core, version["model_id"], version["digest"])
    with TemporaryDirectory(prefix="model-registry-") as folder:
        files = download_artifact(
            version["uri"],
            manifest,
            Path(folder) / "artifact",
            version["pins"],
            s3_client=core.s3_client,
            progress=progress or default_progress(),
        )
        report = scan_files(files, [file.path for file in manifest.files], seconds=seconds)
    return record_scan(core, version, report, key)


def record_scan(core: Core, version: Row, report: ScanReport, key: str | None) -> RecordedScan:
    """Write down what a scan found."""
    number, findings = version["version"], [finding.as_mapping() for finding in report.findings]
    said = {
        "outcome": report.outcome.value,
        "scanner": report.scanner,
        "scanner_version": report.scanner_version,
        "rules": report.rules,
        "findings_digest": sha256_of(findings),
    }

    def work(act: Act) -> RecordedScan:
        return _record(act, locked_version(act, number), said, findings)

    def repeat(act: Act, event: Row) -> RecordedScan:
        """The scan that was recorded, while it is the newest: after another, the same found again is news."""
        row = locked_version(act, number)
        (newest,) = act.rows_together(asked_newest(row["id"]))[0]
        if event["id"] == newest["event_id"] or all(newest[name] == value for name, value in said.items()):
            return view(newest)
        act.again()
        return _record(act, row, said, findings)

    asked = Asked("scan", version["model_name"], sha256_of([number, version["digest"], said]), key=key)
    named = {"model_id": version["model_id"], "version": number}
    return core.acts.run(asked, work, repeat, reads=[(VERSION, named)])


def _record(act: Act, version: Row, said: dict[str, str], findings: list[dict[str, str]]) -> RecordedScan:
    _end_requests(act, version)
    payload = {**said, "digest": version["digest"]}
    event_id = act.record(EventType.VERSION_SCANNED, payload, version=version["version"])
    row = {**payload, "findings": findings, "event_id": event_id, "version_id": version["id"], "created_at": act.at}
    act.batch.write(_INSERT, **row)
    return RecordedScan(
        model_name=act.model["name"],
        version=version["version"],
        digest=version["digest"],
        outcome=ScanOutcome(said["outcome"]),
        findings=tuple(map(Finding.from_mapping, findings)),
        scanner=said["scanner"],
        scanner_version=said["scanner_version"],
        rules=said["rules"],
        findings_digest=said["findings_digest"],
        created_at=act.at,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
    )


def _end_requests(act: Act, version: Row) -> None:
    """End the pending requests of the version whose gates read scans: they were for another outcome (rule 7)."""
    for request in act.pending.find(version_id=version["id"]):
        if lock_request(act, request["id"]).policy.asks_scan:
            act.pending.move(request, RequestState.INVALIDATED, Ending.EVIDENCE)


_INSERT = insertion(ScanRow)
