"""The states of a deployment: which of them are live, and when what runs is what should run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class DesiredState(StrEnum):
    """What a target should do with a version."""

    RUNNING = "running"
    STOPPED = "stopped"


class ActualState(StrEnum):
    """What a target does with a version, as somebody saw it."""

    PENDING = "pending"
    RUNNING = "running"
    FAILED = "failed"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


# What keeps a version from the archive. A target of which nobody knows whether it runs may well do so.
LIVE_DESIRED = frozenset({DesiredState.RUNNING})
LIVE_ACTUAL = frozenset({ActualState.PENDING, ActualState.RUNNING, ActualState.UNKNOWN})

_MEANT: Mapping[DesiredState, ActualState] = {
    DesiredState.RUNNING: ActualState.RUNNING,
    DesiredState.STOPPED: ActualState.STOPPED,
}


def meets(
    desired: DesiredState | None, desired_version: int | None, actual: ActualState | None, actual_version: int | None
) -> bool:
    """Whether what a target does is what it should do, with the version with which it should.

    Where one of the two was never said, it is not.
    """
    return desired is not None and actual is _MEANT[desired] and actual_version == desired_version
