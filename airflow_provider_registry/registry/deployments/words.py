"""How a target stands, in words."""

from __future__ import annotations

from typing import assert_never

from airflow_provider_registry.registry.deployments.states import ActualState, DesiredState


def stands(
    target: str,
    environment: str,
    desired: DesiredState | None,
    desired_version: int | None,
    actual: ActualState | None,
    actual_version: int | None,
) -> str:
    """The middle of a sentence: `eu in production should run version 8 and runs version 7`."""
    said = [
        *([] if desired is None else [_desired(desired, desired_version)]),
        *([] if actual is None else [_actual(actual, actual_version)]),
    ]
    return f"{target} in {environment} {' and '.join(said)}"


def _desired(state: DesiredState, version: int | None) -> str:
    match state:
        case DesiredState.RUNNING:
            return f"should run version {version}"
        case DesiredState.STOPPED:
            return f"should have stopped version {version}"
        case _:
            assert_never(state)


def _actual(state: ActualState, version: int | None) -> str:
    match state:
        case ActualState.PENDING:
            return f"is starting version {version}"
        case ActualState.RUNNING:
            return f"runs version {version}"
        case ActualState.FAILED:
            return f"has failed with version {version}"
        case ActualState.STOPPED:
            return f"has stopped version {version}"
        case ActualState.UNKNOWN:
            return f"may run version {version}, which nobody knows"
        case _:
            assert_never(state)
