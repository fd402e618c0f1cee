"""A scan runs in a process of its own, and whatever becomes of that is said of the file it was at."""

from __future__ import annotations

import importlib.metadata
import zlib
from pathlib import Path

import pytest

from airflow_provider_registry.errors import MissingExtraError
from airflow_provider_registry.scanning import scan
from airflow_provider_registry.scanning.report import FINDINGS, Finding, ScanOutcome, bounded, outcome_of
from airflow_provider_registry.scanning.scan import scan_files
from tests.support.pickles import call, pickled


def test_the_report_names_the_gravest_first_and_the_tool(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickled(call("house.models", "Churn")))
    (tmp_path / "b.pkl").write_bytes(pickled(call("os", "system", "true")))
    (tmp_path / "c.txt").write_text("fine")
    report = scan_files(tmp_path, ["a.pkl", "b.pkl", "c.txt"], seconds=60)
    assert report.outcome is ScanOutcome.DANGEROUS
    assert [(one.file, one.level, one.what) for one in report.findings] == [
        ("b.pkl", ScanOutcome.DANGEROUS, "os.system"),
        ("a.pkl", ScanOutcome.SUSPICIOUS, "house.models.Churn"),
    ]
    assert (report.scanner, report.scanner_version) == ("picklescan", importlib.metadata.version("picklescan"))


def test_a_bomb_takes_the_time_it_is_given_and_leaves_what_follows_unknown(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("fine")
    (tmp_path / "bomb.pkl").write_bytes(zlib.compress(b"\x80\x02" + b"N" * 200_000_000))
    (tmp_path / "c.txt").write_text("fine")
    report = scan_files(tmp_path, ["a.txt", "bomb.pkl", "c.txt"], seconds=2)
    assert {(one.file, one.what) for one in report.findings} == {
        ("bomb.pkl", "the scan was stopped after 2 seconds at this file"),
        ("c.txt", "the scan did not come to this file"),
    }
    assert report.outcome is ScanOutcome.UNKNOWN


def test_memory_that_it_may_not_take_leaves_the_file_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MEMORY", 300 << 20)
    (tmp_path / "a.pkl").write_bytes(b"\x80\x04\x8e" + (200 << 20).to_bytes(8, "little") + bytes(200 << 20) + b".")
    (tmp_path / "b.txt").write_text("fine")
    report = scan_files(tmp_path, ["a.pkl", "b.txt"], seconds=60)
    assert report.outcome is ScanOutcome.UNKNOWN
    assert "a.pkl" in {one.file for one in report.findings}


def test_findings_are_bounded_and_what_is_left_out_is_unknown() -> None:
    found = [Finding("a", ScanOutcome.SUSPICIOUS, f"house.models.Number{number}") for number in range(FINDINGS + 1)]
    kept = bounded(found)
    assert (FINDINGS, ScanOutcome.UNKNOWN) == (len(kept), outcome_of(kept))
    assert "2 more findings" in kept[-1].what


def test_without_the_extra_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(MissingExtraError, match=r"airflow-provider-registry\[scan\]"):
        scan_files(tmp_path, [], seconds=1)
