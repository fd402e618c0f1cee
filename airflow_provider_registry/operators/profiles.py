"""Profiles of what a task has registered, recorded by an act of their own right after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_registry.registry import ModelVersion, Registry


def checked_profile(given: Any) -> dict[str, Any] | None:
    """A profile as it can be recorded; None for none. Looked at before the registration: nothing is half done.

    Raises:
        InvalidProfileError: it is none; with every place that is wrong.
    """
    from airflow_provider_registry.registry.profiles.profile import read_profile

    return None if given is None else read_profile(given)


def record_training_profile(
    registry: Registry, version: ModelVersion, profile: dict[str, Any] | None, key: str | None
) -> None:
    """Keep the profile of what a version was trained on beside it."""
    if profile is not None:
        registry.record_profile(version.as_mapping(), profile, key=key)
