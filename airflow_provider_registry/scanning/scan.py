"""Scanning the files of an artifact in a process of its own."""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_registry.errors import MissingExtraError
from airflow_provider_registry.scanning.report import Finding, ScanOutcome, bounded, outcome_of
from airflow_provider_registry.scanning.trusted import RULES

SCANNER = "picklescan"
MEMORY = 6 * 1024**3
"""Bytes that the process may take."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan of an artifact's files found.

    Attributes:
        outcome: the gravest of the findings.
        findings: what was found, the gravest first, at most `FINDINGS`.
        scanner: the tool.
        scanner_version: its version.
        rules: the version of what this package adds to it: which formats are opened, and what a pickle may import.
    """

    outcome: ScanOutcome
    findings: tuple[Finding, ...]
    scanner: str
    scanner_version: str
    rules: str = RULES


def scanner_version() -> str:
    """The version of the tool that is installed.

    Raises:
        MissingExtraError: it is not.
    """
    try:
        return importlib.metadata.version(SCANNER)
    except importlib.metadata.PackageNotFoundError:
        raise MissingExtraError(
            "Scanning for pickles needs picklescan: pip install 'airflow-provider-registry[scan]', where the scan runs."
        ) from None


def scan_files(folder: Path, paths: Sequence[str], *, seconds: float) -> ScanReport:
    """Scan files of a folder.

    Parameters:
        folder: where the artifact lies.
        paths: of its files, relative to it.
        seconds: that all of it may take; what was not done by then is unknown.

    Raises:
        MissingExtraError: picklescan is not installed.
    """
    version = scanner_version()
    done, ended = _run([(os.path.join(folder, path), path) for path in paths], seconds)
    found = [finding for findings in done.values() for finding in findings]
    left = [path for path in paths if path not in done]
    if left:
        found.append(Finding(left[0], ScanOutcome.UNKNOWN, f"the scan {ended} at this file"))
        found += [Finding(path, ScanOutcome.UNKNOWN, "the scan did not come to this file") for path in left[1:]]
    kept = bounded(found)
    return ScanReport(outcome_of(kept), kept, SCANNER, version)


def _run(files: list[tuple[str, str]], seconds: float) -> tuple[dict[str, list[Finding]], str]:
    """What was found in each file that was scanned to its end, and how the process ended."""
    command = [sys.executable, "-m", "airflow_provider_registry.scanning.worker", str(int(seconds) + 1), str(MEMORY)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            said, _ = process.communicate(json.dumps(files), timeout=seconds)
            ended = _ending(process.returncode)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
            ended = f"was stopped after {seconds:,.0f} seconds"
    return _read(said), ended


def _ending(code: int) -> str:
    if code >= 0:
        return f"failed (exit code {code})"
    if -code in (signal.SIGXCPU, signal.SIGKILL):
        return "took more time or memory than it may, and was stopped"
    return f"crashed ({signal.Signals(-code).name})"


def _read(said: str) -> dict[str, list[Finding]]:
    """The findings by file; a line that was cut off is of a file that was not done."""
    done = {}
    for line in said.splitlines():
        try:
            given = json.loads(line)
            done[given["file"]] = [Finding.from_mapping(one) for one in given["findings"]]
        except (ValueError, KeyError, TypeError):
            break
    return done
