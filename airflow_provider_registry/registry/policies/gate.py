"""The gates that a policy may hold: what each asks, not how it is answered (`registry.gates` does that).

The words and their senses are MLflow's `MetricThreshold` (https://mlflow.org/docs/latest/ml/evaluation/), with slices
and a severity added. Each gate asks exactly one thing, so that each has a verdict of its own.
"""

from __future__ import annotations

from airflow_provider_registry.registry.policies.kept_gates import (
    CardGate,
    CheckGate,
    IntegrityGate,
    MetadataGate,
    ScanGate,
    SignatureGate,
)
from airflow_provider_registry.registry.policies.metric_gates import ChangeGate, ThresholdGate

Gate = ThresholdGate | ChangeGate | MetadataGate | IntegrityGate | CheckGate | CardGate | ScanGate | SignatureGate
