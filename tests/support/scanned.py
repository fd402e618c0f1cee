"""Scans that are recorded without having been run."""

from __future__ import annotations

from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry import Finding, RecordedScan, Registry, ScanOutcome
from airflow_provider_registry.registry.scans.acts import record_scan
from airflow_provider_registry.registry.versions.queries import find_version
from airflow_provider_registry.scanning.report import outcome_of
from airflow_provider_registry.scanning.scan import ScanReport

SUSPICIOUS = Finding("model.pkl", ScanOutcome.SUSPICIOUS, "house.models.Churn")


def scanned(registry: Registry, reference: str, *findings: Finding, key: str | None = None) -> RecordedScan:
    """What a scan that found these would leave."""
    version = find_version(registry._core, read_version(reference))
    return record_scan(registry._core, version, ScanReport(outcome_of(findings), findings, "picklescan", "1.0"), key)
