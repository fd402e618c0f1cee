from __future__ import annotations

import json

import yaml

from airflow_provider_registry.registry import Policy
from tests.support.kernel import FLOOR


def test_show_has_a_line_for_each_rule(run, world):
    world.registry.create_model("churn")
    named = {"metric": "auc", "threshold": 0.8, "greater_is_better": True, "name": "floor"}
    policy = world.registry.set_policy("churn", "production", {"gates": [named], "requires": "staging"})
    assert [
        ["rule", "value"],
        ["gate", "floor: auc >= 0.8"],
        ["requires", "staging"],
        ["digest", policy.digest],
    ] == run.table("policy", "show", "churn", "production")


def test_yaml_and_json_are_a_policy_file(run, world):
    world.registry.create_model("churn")
    policy = world.registry.set_policy("churn", "production", {**FLOOR, "integrity_max_age": "7d"})
    for read, output in ((yaml.safe_load, "yaml"), (json.loads, "json")):
        document = read(run("policy", "show", "CHURN", "production", "-o", output))
        assert policy == Policy.parse(document["models"]["churn"]["aliases"]["production"])


def test_an_alias_without_a_policy_is_said(run, world):
    world.registry.create_model("churn")
    assert "The alias 'production' of 'churn' has no policy." in run.fails("policy", "show", "churn", "production")
