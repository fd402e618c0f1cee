"""From the mapping that a policy writes to a gate."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.registry.policies.gate import Gate
from airflow_provider_registry.registry.policies.gate_kinds import Severity
from airflow_provider_registry.registry.policies.kept_gates import CardGate, CheckGate, IntegrityGate, MetadataGate
from airflow_provider_registry.registry.policies.metric_gates import ChangeGate, ThresholdGate
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import Phase
from tests.support.signers import a_signer

AUC: dict[str, Any] = {"metric": "auc", "greater_is_better": True}

AUC_GATE = {"metric": "auc", "threshold": 0.8, "greater_is_better": True}
CHANGE_GATE = {"metric": "auc", "min_absolute_change": 0, "greater_is_better": True}


def read(given: object) -> Gate:
    (gate,) = Policy.parse({"gates": [given]}).gates
    return gate


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({**AUC, "threshold": 0.8}, ThresholdGate(metric="auc", greater_is_better=True, threshold=0.8)),
        ({**AUC, "threshold": 1}, ThresholdGate(metric="auc", greater_is_better=True, threshold=1.0)),
        (
            {**AUC, "threshold": 0.8, "phase": None, "dataset": None, "slice": None, "severity": None, "name": None},
            ThresholdGate(metric="auc", greater_is_better=True, threshold=0.8),
        ),
        (
            {**AUC, "threshold": 0.8, "phase": "production", "dataset": "d", "slice": {"b": 1, "a": "x"}}
            | {"severity": "warning", "name": "fair"},
            ThresholdGate(
                metric="auc",
                greater_is_better=True,
                threshold=0.8,
                phase=Phase.PRODUCTION,
                dataset="d",
                slice="a=x,b=1",
                severity=Severity.WARNING,
                name="fair",
            ),
        ),
        ({**AUC, "min_absolute_change": -0.1}, ChangeGate(metric="auc", greater_is_better=True, min_change=-0.1)),
        (
            {**AUC, "min_relative_change": 0.1, "across_datasets": True},
            ChangeGate(metric="auc", greater_is_better=True, min_change=0.1, relative=True, across_datasets=True),
        ),
        ({"metadata": "required"}, MetadataGate()),
        ({"metadata": ["owner"]}, MetadataGate(fields=("owner",))),
        ({"integrity": True, "severity": "warning"}, IntegrityGate(severity=Severity.WARNING)),
        ({"check": "drift", "severity": "warning"}, CheckGate(check="drift", severity=Severity.WARNING)),
        ({"card": {"require": ["intended_use"]}}, CardGate(require=("intended_use",))),
        ({"check": "drift", "name": "no drift"}, CheckGate(check="drift", name="no drift")),
    ],
)
def test_each_kind_of_gate_is_read(given: dict[str, Any], expected: Gate) -> None:
    assert expected == read(given)


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        ("auc > 1", "$.gates[0]", "must be a mapping"),
        ({}, "$.gates[0]", "asks nothing"),
        (AUC, "$.gates[0]", "asks nothing; give exactly one of threshold"),
        ({**AUC, "threshold": 1, "min_absolute_change": 0}, "$.gates[0]", "write one gate for each"),
        ({"integrity": True, "metadata": "required"}, "$.gates[0]", "metadata and integrity at once"),
        ({**AUC, "treshold": 1}, "$.gates[0]", "'treshold' is not known here; did you mean 'threshold'?"),
        ({**AUC, "threshold": 1, "slices": "a=b"}, "$.gates[0]", "did you mean 'slice'?"),
        ({"integrity": True, "metric": "auc"}, "$.gates[0]", "the keys are integrity, severity, name"),
        (AUC | {"threshold": 1} | {5: 6}, "$.gates[0]", "the key 5 is not known here"),
        ({**AUC, "threshold": 1, "across_datasets": True}, "$.gates[0].across_datasets", "reads no baseline"),
        ({"metric": "auc", "threshold": 1}, "$.gates[0].greater_is_better", "must be true or false, and is missing"),
        ({**AUC, "threshold": 1, "greater_is_better": "yes"}, "$.gates[0].greater_is_better", "not 'yes'"),
        ({**AUC, "threshold": 1, "greater_is_better": 1}, "$.gates[0].greater_is_better", "not 1"),
        ({**AUC, "threshold": 1, "metric": None}, "$.gates[0].metric", "metric name None"),
        ({**AUC, "threshold": 1, "metric": ""}, "$.gates[0].metric", "metric name ''"),
        ({**AUC, "threshold": None}, "$.gates[0].threshold", "must be a number, and is missing"),
        ({**AUC, "threshold": "1e-3"}, "$.gates[0].threshold", "YAML reads 1e-3 as text"),
        ({**AUC, "threshold": True}, "$.gates[0].threshold", "must be a number, not True"),
        ({**AUC, "threshold": float("nan")}, "$.gates[0].threshold", "finite number, not nan"),
        ({**AUC, "min_absolute_change": float("inf")}, "$.gates[0].min_absolute_change", "finite number, not inf"),
        ({**AUC, "min_relative_change": 10**400}, "$.gates[0].min_relative_change", "finite number"),
        ({**AUC, "threshold": 1, "phase": "test"}, "$.gates[0].phase", "training, validation, production"),
        ({**AUC, "threshold": 1, "severity": "fatal"}, "$.gates[0].severity", "error, warning"),
        ({**AUC, "threshold": 1, "slice": {"c": False}}, "$.gates[0].slice", "in quotes"),
        ({**AUC, "threshold": 1, "dataset": "None"}, "$.gates[0].dataset", "'None'"),
        ({"metadata": True}, "$.gates[0].metadata", "'required' or a list of fields"),
        ({"metadata": []}, "$.gates[0].metadata", "'required' or a list of fields"),
        ({"metadata": "owner"}, "$.gates[0].metadata", "'required' or a list of fields"),
        ({"metadata": [5]}, "$.gates[0].metadata", "must be text, not 5"),
        ({"metadata": ["a", "a"]}, "$.gates[0].metadata", "names a field twice"),
        ({**AUC_GATE, "windows": 2}, "$.gates[0].windows", "is for phase: production"),
        ({**AUC_GATE, "phase": "production", "windows": 0}, "$.gates[0].windows", "a whole number from 1 to 1000"),
        ({**AUC_GATE, "phase": "production", "against": "validation"}, "$.gates[0].against", "a threshold reads no"),
        ({**CHANGE_GATE, "against": "validation"}, "$.gates[0].against", "is for phase: production"),
        (
            {**CHANGE_GATE, "phase": "production", "against": "champion"},
            "$.gates[0].against",
            "must be one of baseline",
        ),
        (
            {**CHANGE_GATE, "phase": "production", "against": "validation", "across_datasets": True},
            "$.gates[0].across_datasets",
            "not against validation",
        ),
        ({"check": ""}, "$.gates[0].check", "use 1 to 255 characters"),
        ({"check": True}, "$.gates[0].check", "must be text"),
        ({"check": "None"}, "$.gates[0].check", "rendered nothing"),
        ({"check": "drift", "threshold": 1}, "$.gates[0]", "threshold and check at once"),
        ({"check": "drift", "metric": "auc"}, "$.gates[0]", "the keys are check, severity, name"),
        ({"card": ["intended_use"]}, "$.gates[0].card", "must be a mapping such as"),
        ({"card": {"require": []}}, "$.gates[0].card", "must be a mapping such as"),
        ({"card": {"require": ["a"], "or": 1}}, "$.gates[0].card", "must be a mapping such as"),
        ({"card": {"require": ["Intended use"]}}, "$.gates[0].card", "write the key of a section"),
        ({"card": {"require": ["a", "a"]}}, "$.gates[0].card", "requires a section twice"),
        ({"scan": "malware"}, "$.gates[0].scan", "must be one of pickle"),
        ({"scan": "pickle", "allow": ["*"]}, "$.gates[0].allow", "imports such as mypackage.models.Churn"),
        ({"scan": "pickle", "max_age": "soon"}, "$.gates[0].max_age", "must be a duration"),
        ({"signature": []}, "$.gates[0].signature", "an identity or a list of 1 to 100"),
        ({"signature": {"subject": "CN=ci"}}, "$.gates[0].signature", "must be {key:"),
        ({"signature": {"key": "0" * 63}}, "$.gates[0].signature", "64 hexadecimal digits"),
        ({"integrity": False}, "$.gates[0].integrity", "must be true, not False"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(given: object, path: str, message: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        read(given)
    ((found_path, found),) = caught.value.violations
    assert path == found_path
    assert message in found
    assert f"{path}: {found}" in str(caught.value)


def test_the_same_key_is_one_identity_whether_by_its_fingerprint_or_by_its_file() -> None:
    signer = a_signer()
    gate = read({"signature": {"key": signer.public_key}})
    assert gate == read(gate.as_mapping())
    assert gate == read({"signature": [{"key": signer.public_key}, gate.as_mapping()["signature"]]})
