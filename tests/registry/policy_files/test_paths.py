"""The way to a value in a file."""

from __future__ import annotations

from airflow_provider_registry.registry.policy_files.paths import resolve, spelt


def test_paths_of_a_policys_reader_lead_to_values_whatever_their_keys_hold():
    value = {"groups": {"a.b[0]": ["ana"], "a": {"b[0]": 1}}, "gates": [{"metric": "auc"}]}
    assert ("groups", "a.b[0]", 0) == resolve(value, "$.groups.a.b[0][0]")
    assert ("gates", 0, "metric") == resolve(value, "$.gates[0].metric")
    assert ("gates", 0) == resolve(value, "$.gates[0].threshold")
    assert () == resolve(value, "$")
    assert "groups.a.b[0][0]" == spelt(resolve(value, "$.groups.a.b[0][0]"))
