"""What works found, kept in a file: one that runs again replaces what it found before, and the others stay."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.machine import Machine
from benchmarks.measure import Finding


@dataclass(frozen=True)
class Result:
    """What one work found.

    Attributes:
        machine: where it ran.
        mlflow: beside which one; empty without.
    """

    machine: Machine
    mlflow: str
    findings: Sequence[Finding]


Results = Mapping[str, Result]
"""By the works' names."""

_READ = TypeAdapter(dict[str, Result])


def read_results(path: Path) -> dict[str, Result]:
    """What a file holds; nothing where there is none."""
    return _READ.validate_json(path.read_bytes()) if path.exists() else {}


def write_results(path: Path, results: Results) -> None:
    """Write them as JSON, with whether each bar was reached."""
    lines = {
        name: asdict(result) | {"findings": [asdict(found) | {"reached": found.reached} for found in result.findings]}
        for name, result in results.items()
    }
    path.write_text(json.dumps(lines, indent=2) + "\n")
