"""What a repeated registration says otherwise than the first: the version stands, and the log names it (rule 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.registry.versions.registration import Registration
from airflow_provider_registry.registry.versions.views import ModelVersion


def differences(said: Registration, stands: ModelVersion) -> list[str]:
    """Sentences on what was said now and is not what was registered; tags and description may have changed since."""
    metrics = {_where(metric.key): metric.value for metric in said.metrics}
    registered = {_where(metric.key): metric.value for metric in stands.metrics}
    found = _changed("metric", metrics, registered)
    found += _changed("param", said.params, stands.params)
    found += _changed("metadata", said.metadata, stands.metadata)
    if said.inputs != stands.inputs:
        found.append("the inputs differ")
    return found


def _where(key: tuple[str, str, str, str]) -> str:
    phase, name, dataset, slice = key
    return "/".join(part for part in (name, "" if phase == "validation" else phase, dataset, slice) if part)


def _changed(kind: str, now: Mapping[str, Any], then: Mapping[str, Any]) -> list[str]:
    names = sorted({*now, *then})
    return [
        f"{kind} {name} is {now.get(name, 'absent')!r} now and was registered as {then.get(name, 'absent')!r}"
        for name in names
        if name not in now or name not in then or now[name] != then[name]
    ]
