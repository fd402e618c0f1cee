"""What must hold of what is recorded beside versions: tables and answers are as the replayed record says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_registry.registry import Registry
from tests.faults.raced.plans import Plan, measured
from tests.faults.raced.replay import Replay
from tests.faults.raced.runner import Try
from tests.registry.state_machine.beside import same
from tests.registry.state_machine.gates import Evidence, Series
from tests.registry.state_machine.people import SIGNERS
from tests.registry.state_machine.recorder import as_said, window
from tests.registry.state_machine.recording import DANGEROUS


def check_recorded(registry: Registry, name: str, told: Replay) -> None:
    """Of each version of a model: what gates read, and what was said of it and of its data."""
    for version in told.versions.values():
        named: dict[str, Any] = {"version": version.number, "model_name": name}
        _check_evidence(registry, named, version.evidence)
        said = [(one.id, one.left) for one in reversed(told.feedback) if one.version == version.number]
        found = registry.feedback(version.number, model_name=name, page_size=1_000)
        same(said, [as_said(one) for one in found])
        profiles = [one[1:] for one in reversed(told.profiles) if one[0] == version.number]
        there = registry.profiles(version.number, model_name=name)
        same(profiles, [(one.dataset, one.profile["columns"]["country"]["count"]) for one in there])


def check_answered(tries: Iterable[Try], by_model: Mapping[str, Replay]) -> None:
    """What was answered is so: values stand that were said to be recorded, and others that were refused for them."""
    for one in tries:
        version = by_model[one.plan.model].versions.get(one.plan.version)
        if one.said is None or version is None:
            continue
        if one.plan.act == "measure":
            _check_values(one.plan, one.said, version.evidence)
        elif one.plan.act == "scan" and "answer" in one.said:
            same("dangerous" if version.content == DANGEROUS else "clean", one.said["answer"])


def _check_values(plan: Plan, said: Mapping[str, Any], told: Evidence) -> None:
    series, revision, values = measured(plan)
    there = {day: told.points.get((series, day, revision)) for day in values}
    if "answer" in said:
        same(values, there)
    elif said["error"] == "MetricRecordedError":
        assert any(there[day] not in (None, value) for day, value in values.items()), f"{plan}: there is {there}"


def _check_evidence(registry: Registry, named: dict[str, Any], told: Evidence) -> None:
    newest = [one.passed for one in registry.checks(named["model_name"], named["version"])[:1]]
    same([told.looked.passed] if told.looked else [], newest)
    written = [bool(one.sections) for one in registry.card_revisions(**named)[:1]]
    same([told.card.says] if told.card else [], written)
    scans = [(one.at, one.clean) for one in reversed(told.scans)]
    same(scans, [(one.created_at, not one.findings) for one in registry.scans(**named)])
    keys = [SIGNERS[one.by].public_key for one in reversed(told.signatures)]
    same(keys, [one.signed.public_key for one in registry.signatures(**named)])
    points = {(series, window(day), revision): value for (series, day, revision), value in told.points.items()}
    found = registry.metric_points(**named, revision="all", page_size=10_000)
    same(points, {
        (Series(one.name, one.phase, one.dataset), (one.window_from, one.window_to), one.revision): one.value
        for one in found
    })  # fmt: skip
