"""Versions for gates to look at."""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import read_metrics

AUC: dict[str, Any] = {"metric": "auc", "greater_is_better": True}
LOSS: dict[str, Any] = {"metric": "loss", "greater_is_better": False}


def candidate(metrics: object = None, **more: Any) -> Evidence:
    """Version 3 of churn."""
    return Evidence("churn", 3, "c" * 64, read_metrics(metrics), **more)


def baseline(metrics: object = None, **more: Any) -> Evidence:
    """Version 2 of churn, which holds the alias."""
    return Evidence("churn", 2, "b" * 64, read_metrics(metrics), **more)


def answer(gate: dict[str, Any], one: Evidence, other: Evidence | None = None, **more: Any) -> GateResult:
    """What one gate says."""
    (result,) = evaluate(Policy.parse({"gates": [gate]}), one, other, **more)
    return result
