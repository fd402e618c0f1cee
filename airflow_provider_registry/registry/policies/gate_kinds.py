"""What a gate may ask, and what becomes of one that does not pass."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """Whether a gate that does not pass blocks (error), or only warns."""

    ERROR = "error"
    WARNING = "warning"


class GateKind(StrEnum):
    """What a gate asks."""

    THRESHOLD = "threshold"
    MIN_ABSOLUTE_CHANGE = "min_absolute_change"
    MIN_RELATIVE_CHANGE = "min_relative_change"
    METADATA = "metadata"
    INTEGRITY = "integrity"
    CHECK = "check"
    CARD = "card"
    SCAN = "scan"
    SIGNATURE = "signature"


def common(severity: Severity, name: str) -> dict[str, Any]:
    """What every gate says of itself, as a policy writes it, without defaults."""
    found: dict[str, Any] = {} if severity is Severity.ERROR else {"severity": severity.value}
    return {**found, "name": name} if name else found
