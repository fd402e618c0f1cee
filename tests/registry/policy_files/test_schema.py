"""The JSON Schema of policy files, which editors use, and the registry say the same."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from airflow_provider_registry.registry import policies
from airflow_provider_registry.registry.policies.policy import Policy, policy_schema
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from airflow_provider_registry.registry.policy_files.schema import policy_file_schema, schema_violations
from tests.registry.strategies import POLICIES

SHIPPED: dict[str, Any] = json.loads(files(policies).joinpath("policy_file.schema.json").read_text(encoding="utf-8"))


def test_it_is_json_schema_and_holds_that_of_a_policy_whole():
    schema = policy_file_schema()
    Draft202012Validator.check_schema(schema)
    policy = policy_schema()
    assert not SHIPPED["$defs"].keys() & {"policy", *policy["$defs"]}
    assert policy["$defs"] == {name: schema["$defs"][name] for name in policy["$defs"]}
    assert policy["properties"] == schema["$defs"]["policy"]["properties"]
    assert "policy.schema.json" not in json.dumps(schema)


@pytest.mark.parametrize(
    "document",
    [
        {"models": {"churn": {"aliases": {"production": {"approvals": [{"role": "a", "groups": ["risk"]}]}}}}},
        {"groups": {"risk": ["ana"]}, "models": {}},
        {"models": {"growth/churn": None}, "x-anything": 1},
        {"models": {"churn": {"aliases": {"production": {"gates": 3}}}}},
        {"groups": {"risk": []}, "models": {}},
        {"models": {"churn": {"colour": "red"}}},
        {"models": {"a b": {}}},
        {},
        [],
    ],
)
def test_the_shipped_files_beside_each_other_say_what_the_one_piece_says(document):
    beside = Registry().with_resource("policy.schema.json", Resource.from_contents(policy_schema()))
    apart = Draft202012Validator(SHIPPED, registry=beside)
    assert apart.is_valid(document) is not any(schema_violations(document))


@given(st.dictionaries(st.sampled_from(["production", "canary"]), POLICIES))
@settings(max_examples=60)
def test_it_takes_every_policy_that_the_registry_takes(given: dict[str, Policy]) -> None:
    aliases = {alias: policy.as_mapping() for alias, policy in given.items()}
    document = {"models": {"churn": {"team": "growth", "metadata_schema": {}, "aliases": aliases}}}
    assert [] == list(schema_violations(document))
    (model,) = read_policy_files([("p.json", json.dumps(document))])
    assert given == model.policies
