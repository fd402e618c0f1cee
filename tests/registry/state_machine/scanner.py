"""Scans whose process runs once for the same files: what it finds in them is the same each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from airflow_provider_registry.registry.scans import acts
from airflow_provider_registry.scanning.scan import ScanReport, scan_files


@contextmanager
def remembered_scans() -> Iterator[None]:
    """Put what remembers in the place of what scans."""
    known: dict[tuple[tuple[str, bytes], ...], ScanReport] = {}

    def scan(folder: Path, paths: Sequence[str], *, seconds: float) -> ScanReport:
        files = tuple((path, (folder / path).read_bytes()) for path in paths)
        if files not in known:
            known[files] = scan_files(folder, paths, seconds=seconds)
        return known[files]

    with patch.object(acts, "scan_files", scan):
        yield
