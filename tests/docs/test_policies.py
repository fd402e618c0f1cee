"""The policy file that the documentation quotes holds policies that the registry takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from airflow_provider_registry.registry.policies.policy import Policy, policy_schema

DOCS = Path(__file__).parents[2] / "docs"
FILE: dict[str, Any] = yaml.safe_load((DOCS / "examples" / "policies.yaml").read_text(encoding="utf-8"))
QUOTE = '```{literalinclude} examples/policies.yaml\n:language: yaml\n:start-after: "docs: approvals"\n'


@pytest.mark.parametrize("alias", FILE["models"]["churn"]["aliases"])
def test_the_registry_and_the_schema_take_its_policies(alias: str) -> None:
    given = FILE["models"]["churn"]["aliases"][alias]
    Draft202012Validator(policy_schema()).validate(given)
    policy = Policy.parse({**given, "groups": FILE["groups"]})
    Draft202012Validator(policy_schema()).validate(policy.as_mapping())
    assert policy == Policy.parse(policy.as_mapping())


def test_the_page_on_policies_quotes_it_and_names_every_key_of_a_policy() -> None:
    page = (DOCS / "policies.md").read_text(encoding="utf-8")
    assert QUOTE in page
    assert [] == [key for key in policy_schema()["properties"] if f"\n| `{key}` |" not in page]
